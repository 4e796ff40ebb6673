//! The machine: what it is, for the heading; and as many open files as it allows.

use std::path::Path;

use anyhow::Context as _;

use crate::scale::Scale;

/// Raises the limit of open files to what is allowed: ten thousand sockets have two ends. Children inherit it.
pub(crate) fn raise_file_limit() {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    // Where it cannot be raised, the section that needs it says so.
    let _ = setrlimit(Resource::Nofile, limit);
}

fn after(file: &str, key: &str) -> Option<String> {
    let text = std::fs::read_to_string(file).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(key))?;
    Some(line.trim_start_matches([':', ' ', '\t']).trim().to_owned())
}

/// The type of the file system a directory is on, from a table of mounts as in `/proc/self/mountinfo`; the directory has no links in it.
fn file_system(mounts: &str, dir: &Path) -> Option<String> {
    let found = mounts.lines().filter_map(|line| {
        let (mount, kind) = line.split_once(" - ")?;
        let point = mount.split(' ').nth(4)?.replace("\\040", " ");
        dir.starts_with(&point)
            .then(|| (point.len(), kind.split(' ').next().unwrap_or_default()))
    });
    // Of two at the same place, the later one lies over the other.
    found.max_by_key(|(depth, _)| *depth).map(|(_, kind)| kind.to_owned())
}

/// The type of the file system that is to be measured.
///
/// # Errors
/// If it is memory: nothing is durable there, and syncing it costs nothing.
pub(crate) fn disk_under(dir: &Path) -> anyhow::Result<String> {
    let dir = dir
        .canonicalize()
        .with_context(|| format!("cannot measure in {}", dir.display()))?;
    let mounts = std::fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    let kind = file_system(&mounts, &dir).unwrap_or_else(|| "unknown file system".to_owned());
    anyhow::ensure!(
        !["tmpfs", "ramfs"].contains(&kind.as_str()),
        "{} is on {kind}, which is memory: nothing is durable there. Name a directory on a disk with --dir",
        dir.display()
    );
    Ok(kind)
}

/// One line that says where and how much was measured.
pub(crate) fn about(scale: &Scale) -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let model = after("/proc/cpuinfo", "model name").unwrap_or_else(|| std::env::consts::ARCH.to_owned());
    let kilobytes = after("/proc/meminfo", "MemTotal").and_then(|text| text.split(' ').next()?.parse::<u64>().ok());
    let memory = kilobytes.map_or(String::new(), |kb| format!(", {} GB", kb / 1_000_000));
    let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let share = if scale.share < 1.0 {
        format!(", at {} of the size", scale.share)
    } else {
        String::new()
    };
    format!(
        "{cores} cores ({model}){memory}, Linux {}, {}; clients on the same machine, medians of {} runs or {} of what is slow, or \
         as many as the row says{share}.",
        kernel.trim(),
        scale.disk,
        scale.runs,
        scale.slow_runs()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_mount_counts_and_of_two_the_later() {
        let mounts = "\
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/root rw
30 22 0:5 / /tmp rw - tmpfs tmpfs rw
31 30 254:1 / /tmp/with\\040space rw - xfs /dev/vdb rw
32 22 0:6 / /over rw - ext4 /dev/vdc rw
33 32 0:7 / /over rw - overlay overlay rw
";
        let kind = |dir: &str| file_system(mounts, Path::new(dir));
        assert_eq!(kind("/var/lib").as_deref(), Some("ext4"));
        assert_eq!(kind("/tmp/a").as_deref(), Some("tmpfs"));
        assert_eq!(kind("/tmpfile").as_deref(), Some("ext4"));
        assert_eq!(kind("/tmp/with space/a").as_deref(), Some("xfs"));
        assert_eq!(kind("/over").as_deref(), Some("overlay"));
    }
}
