//! Open files: every connection is one, and the journal's come first.

use rustix::process::{Resource, getrlimit, setrlimit};

use crate::config::LimitsConfig;

/// Files that are never given to connections: journal, snapshots and backups being written, listeners, the runtime's own, a
/// collector. A daemon that serves has about 25 open, and opens a few at a time for a snapshot or a backup.
const KEPT: u64 = 64;
/// Fewer connections than this on all addresses are of no use.
const LEAST: u64 = 16;

/// How many connections each address may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Places {
    /// Of the API.
    pub api: usize,
    /// Of administration.
    pub admin: usize,
}

/// The system allows fewer files than the daemon needs.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("the system allows {files} open files; the daemon needs {needed} (LimitNOFILE, ulimit -n)")]
pub struct TooFewFiles {
    files: u64,
    needed: u64,
}

/// Takes as many files as the system allows.
pub fn raise_limit() {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    if let Err(error) = setrlimit(Resource::Nofile, limit) {
        tracing::warn!(%error, "cannot raise the limit of open files");
    }
}

/// How many connections are let in: as configured, or as many as there are files for them.
///
/// # Errors
/// When the system allows too few to be of use.
pub fn places(limits: &LimitsConfig, api: usize, admin: usize) -> Result<Places, TooFewFiles> {
    let files = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    let places = divide(files, limits, api, admin)?;
    if places.api < limits.connections {
        tracing::warn!(
            files,
            connections = places.api,
            configured = limits.connections,
            "the limit of open files allows fewer connections than configured (LimitNOFILE, ulimit -n)"
        );
    }
    Ok(places)
}

fn divide(files: u64, limits: &LimitsConfig, api: usize, admin: usize) -> Result<Places, TooFewFiles> {
    let needed = KEPT + LEAST;
    if files < needed {
        return Err(TooFewFiles { files, needed });
    }
    // An address also holds one newcomer that waits for its place.
    let (api, admin) = (api.max(1) as u64, admin.max(1) as u64);
    let free = (files - KEPT).saturating_sub(api + admin);
    let clamp = |places: u64| usize::try_from(places).unwrap_or(usize::MAX).max(1);
    // Administration gets its places first, but never more than a quarter: it is how an operator finds out.
    let for_admin = clamp(free / 4 / admin).min(limits.admin_connections);
    let for_api = clamp((free - (for_admin as u64 * admin).min(free)) / api).min(limits.connections);
    Ok(Places {
        api: for_api,
        admin: for_admin,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_never_take_the_files_of_the_journal() {
        let limits = LimitsConfig::default();
        for files in [80, 81, 100, 256, 1024, 20_000, 65_536, u64::MAX] {
            for (api, admin) in [(1, 1), (2, 2), (1, 0), (3, 1)] {
                let places = divide(files, &limits, api, admin).expect("enough");
                let taken = (places.api + 1) * api + (places.admin + 1) * admin;
                assert!(
                    taken as u64 + KEPT <= files,
                    "{files} files, {api} + {admin} addresses: {places:?}"
                );
                assert!(places.api >= 1 && places.admin >= 1);
            }
        }
        assert_eq!(divide(79, &limits, 1, 1), Err(TooFewFiles { files: 79, needed: 80 }));
    }

    #[test]
    fn with_enough_files_it_is_as_configured() {
        let limits = LimitsConfig::default();
        let places = divide(65_536, &limits, 2, 2).expect("enough");
        assert_eq!(
            (places.api, places.admin),
            (limits.connections, limits.admin_connections)
        );
    }
}
