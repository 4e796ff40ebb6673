//! What the journeys share: real daemons on temporary directories, clients, the command line, a small district, patience.
//!
//! The journeys are in `it/`, one module each; the rules of the house are in `tidy.rs`. Nothing here talks to anything but
//! loopback, and nothing waits by sleeping for a fixed time: see [`wait`].

pub mod api;
pub mod cli;
pub mod damage;
pub mod history;
pub mod proxy;
pub mod serve;
pub mod small;
pub mod wait;

pub use api::{Admin, Api, reason};
pub use cli::{Cli, Output, run};
pub use serve::{Ended, Outcome, Running, Serve, terminate};

use std::path::{Path, PathBuf};

use baiying_drills::process::Daemon;
use tempfile::TempDir;

/// A daemon on a directory of its own.
#[derive(Debug)]
pub struct Site {
    /// Everything this site writes is in here.
    pub dir: TempDir,
    /// The daemon.
    pub daemon: Daemon,
}

impl Site {
    /// An empty daemon.
    ///
    /// # Errors
    /// If it does not start.
    pub fn start() -> anyhow::Result<Self> {
        let dir = tempfile::tempdir()?;
        let daemon = Daemon::start(&dir.path().join("data"), &["--synthetic", "--tenant", "test"])?;
        Ok(Self { dir, daemon })
    }

    /// An empty daemon with the policy that ships, changed: each of these texts, which must be there once, becomes the other.
    ///
    /// # Errors
    /// If a text is not there once, or the daemon does not start.
    pub fn with_policy(changes: &[(&str, &str)]) -> anyhow::Result<Self> {
        let mut policy = include_str!("../../deploy/policy.toml").to_owned();
        for (text, other) in changes {
            let times = policy.matches(text).count();
            anyhow::ensure!(times == 1, "{text} is in deploy/policy.toml {times} times");
            policy = policy.replace(text, other);
        }
        let dir = tempfile::tempdir()?;
        let (policy_file, config) = (dir.path().join("policy.toml"), dir.path().join("baiyingd.toml"));
        std::fs::write(&policy_file, policy)?;
        std::fs::write(&config, format!("policy_file = {policy_file:?}\n"))?;
        let config = config.to_string_lossy();
        let arguments = ["--synthetic", "--tenant", "test", "--config", &*config];
        let daemon = Daemon::start(&dir.path().join("data"), &arguments)?;
        Ok(Self { dir, daemon })
    }

    /// An empty daemon whose days of duty begin at midnight: a shift runs whenever a roster is written, from that day on.
    ///
    /// # Errors
    /// If it does not start.
    pub fn on_duty_from_midnight() -> anyhow::Result<Self> {
        Self::with_policy(&[
            (
                r#""holiday"], start = "08:30", end = "08:30" }]"#,
                r#""holiday"], start = "00:00", end = "00:00" }]"#,
            ),
            (r#"start = "08:00", end = "20:00""#, r#"start = "00:00", end = "20:00""#),
            (r#"start = "20:00", end = "08:00""#, r#"start = "20:00", end = "00:00""#),
        ])
    }

    /// A daemon that knows the [`small`] district.
    ///
    /// # Errors
    /// If it does not start or does not take the district.
    pub async fn small() -> anyhow::Result<Self> {
        let site = Self::start()?;
        baiying_drills::load::import_all(&site.daemon.api, &small::district(), "test").await?;
        Ok(site)
    }

    /// Where the daemon keeps its journal.
    #[must_use]
    pub fn data_dir(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    /// Starts the daemon again where it was, after it was stopped or killed.
    ///
    /// # Errors
    /// If it does not start.
    pub fn restart(&mut self) -> anyhow::Result<()> {
        let (api, admin) = self.daemon.addresses();
        let (api, admin) = (api.to_owned(), admin.to_owned());
        self.daemon = Daemon::start_at(&self.data_dir(), (&api, &admin), &[])?;
        Ok(())
    }

    /// Its API.
    ///
    /// # Errors
    /// If the address is none.
    pub fn api(&self) -> anyhow::Result<Api> {
        Api::at(&self.daemon.api)
    }

    /// Its administration.
    ///
    /// # Errors
    /// If the address is none.
    pub fn admin(&self) -> anyhow::Result<Admin> {
        Admin::at(&self.daemon.admin)
    }

    /// The command line, pointed at this daemon.
    #[must_use]
    pub fn cli(&self) -> Cli {
        Cli::new(&self.daemon.api, &self.daemon.admin, &self.dir.path().join("queue"))
    }
}

/// Keeps what a test wrote, and says where, if it failed.
///
/// # Errors
/// If it failed.
pub fn kept<T>(dir: TempDir, outcome: anyhow::Result<T>) -> anyhow::Result<T> {
    outcome.map_err(|error| {
        let path = dir.keep();
        error.context(format!(
            "what was written is kept in {}: a seed repeats what is chosen, and not when it happens",
            path.display()
        ))
    })
}

/// All files below a directory, in order.
///
/// # Errors
/// If they cannot be listed.
pub fn files(dir: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            found.extend(files(&entry.path())?);
        } else {
            found.push(entry.path());
        }
    }
    found.sort();
    Ok(found)
}

/// Copies a directory with everything in it; files of the same name are replaced.
///
/// # Errors
/// If something cannot be read or written.
pub fn copy_dir(from: &Path, to: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_dir(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
