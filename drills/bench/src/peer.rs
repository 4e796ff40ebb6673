//! Peers: programs of others that are installed on the machine, run as a user of their own in a directory of their own.

use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Context as _;

/// The first that is there.
fn find(paths: impl IntoIterator<Item = PathBuf>) -> Option<PathBuf> {
    paths.into_iter().find(|path| path.exists())
}

/// Where mosquitto is.
pub(crate) fn mosquitto() -> anyhow::Result<PathBuf> {
    let places = ["/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto", "/usr/bin/mosquitto"];
    find(places.map(PathBuf::from)).context(missing("mosquitto"))
}

/// Where the newest PostgreSQL's programs are.
pub(crate) fn postgres() -> anyhow::Result<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let mut versions: Vec<u32> = versions
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .collect();
    versions.sort_unstable_by(|a, b| b.cmp(a));
    let dirs = versions
        .iter()
        .map(|version| PathBuf::from(format!("/usr/lib/postgresql/{version}/bin")));
    find(dirs.map(|dir| dir.join("postgres")))
        .and_then(|program| program.parent().map(Path::to_owned))
        .context(missing("PostgreSQL"))
}

fn missing(name: &str) -> String {
    format!("{name} is not installed: run deploy/bench-setup.sh (or `make bench`), or leave peers out with --no-peers")
}

/// That all peers are there, said before minutes of measuring.
pub(crate) fn check() -> anyhow::Result<()> {
    mosquitto().and(postgres()).map(|_| ())
}

/// What a program calls its version.
pub(crate) fn version(program: &Path, argument: &str) -> String {
    let output = Command::new(program).arg(argument).stdin(Stdio::null()).output();
    let text = output
        .map(|output| [output.stdout, output.stderr].concat())
        .unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    text.lines().next().unwrap_or_default().trim().to_owned()
}

/// A user other than root to run a peer as; peers refuse root. None when we are not root ourselves.
#[derive(Debug, Clone, Copy)]
pub(crate) struct User(Option<(u32, u32)>);

impl User {
    /// The user of this name.
    pub(crate) fn named(name: &str) -> anyhow::Result<Self> {
        if !rustix::process::getuid().is_root() {
            return Ok(Self(None));
        }
        let passwd = std::fs::read_to_string("/etc/passwd")?;
        let mut fields = passwd
            .lines()
            .find_map(|line| line.strip_prefix(&format!("{name}:")))
            .with_context(|| format!("there is no user {name}"))?
            .split(':')
            .skip(1);
        let mut id = || anyhow::Ok(fields.next().context("an odd line in /etc/passwd")?.parse()?);
        Ok(Self(Some((id()?, id()?))))
    }

    /// Gives a directory away.
    pub(crate) fn own(self, dir: &Path) -> std::io::Result<()> {
        self.0
            .map_or(Ok(()), |(user, group)| chown(dir, Some(user), Some(group)))
    }

    /// A command run as this user.
    pub(crate) fn command(self, program: &Path) -> Command {
        let mut command = Command::new(program);
        if let Some((user, group)) = self.0 {
            command.uid(user).gid(group);
        }
        command
    }
}

/// A directory directly under the system's own: another user reaches it there, whoever made the bench's.
pub(crate) fn dir(under: &Path, user: User) -> anyhow::Result<tempfile::TempDir> {
    let under = under.parent().context("the bench's directory has no parent")?;
    let dir = tempfile::Builder::new().prefix("baiying-peer-").tempdir_in(under)?;
    user.own(dir.path())?;
    Ok(dir)
}
