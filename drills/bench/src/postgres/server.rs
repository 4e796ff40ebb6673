//! An instance of our own: in a directory of its own, on a unix socket only, as a user of its own.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::Context as _;
use tokio::time::{Instant, sleep};
use tokio_postgres::{Client, Config, NoTls};

use crate::peer::{self, User};

/// How long a start or an end may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// A running server; ended when dropped.
pub(super) struct Server {
    child: Child,
    dir: tempfile::TempDir,
    programs: PathBuf,
    user: User,
    sessions: usize,
    /// Its version and what was set.
    pub(super) about: String,
}

impl Server {
    /// Makes an instance and starts it.
    pub(super) async fn start(under: &Path, sessions: usize) -> anyhow::Result<Self> {
        let (programs, user) = (peer::postgres()?, User::named("postgres")?);
        let dir = peer::dir(under, user)?;
        let made = user
            .command(&programs.join("initdb"))
            .args([
                "--auth=trust",
                "--username=postgres",
                "--encoding=UTF8",
                "--locale=C",
                "-D",
            ])
            .arg(dir.path().join("data"))
            .current_dir(dir.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .status()?;
        anyhow::ensure!(made.success(), "initdb ended with {made}");
        let about = format!(
            "{}, fsync=on synchronous_commit=on shared_buffers=1GB max_wal_size=4GB, all else as shipped",
            peer::version(&programs.join("postgres"), "--version")
        );
        let server = Self {
            child: spawn(&programs, user, dir.path(), sessions)?,
            dir,
            programs,
            user,
            sessions,
            about,
        };
        server.wait().await?;
        Ok(server)
    }

    /// A file of this name where the server can read it.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// One of its programs, set to connect to it.
    pub(super) fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.programs.join(name));
        command
            .arg("-h")
            .arg(self.dir.path())
            .args(["-U", "postgres"])
            .current_dir(self.dir.path());
        command
    }

    pub(super) fn config(&self) -> Config {
        let mut config = Config::new();
        config.host_path(self.dir.path()).user("postgres").dbname("postgres");
        config
    }

    /// A session.
    pub(super) async fn connect(&self) -> Result<Client, tokio_postgres::Error> {
        let (client, connection) = self.config().connect(NoTls).await?;
        // Ends with the client; what goes wrong the client says.
        tokio::spawn(connection);
        Ok(client)
    }

    async fn wait(&self) -> anyhow::Result<()> {
        let since = Instant::now();
        loop {
            match self.connect().await {
                Ok(_) => return Ok(()),
                Err(error) if since.elapsed() > PATIENCE => return Err(error).context("PostgreSQL does not answer"),
                Err(_) => sleep(Duration::from_millis(5)).await,
            }
        }
    }

    /// kill -9 of the server, and how long the next start took, in milliseconds.
    pub(super) async fn kill_and_start(&mut self) -> anyhow::Result<f64> {
        self.child.kill()?;
        self.start_again().await
    }

    /// What `pg_ctl stop -m fast` does, and how long the next start took, in milliseconds.
    pub(super) async fn stop_and_start(&mut self) -> anyhow::Result<f64> {
        Command::new("kill")
            .args(["-INT", &self.child.id().to_string()])
            .status()?;
        self.start_again().await
    }

    /// Waits for the end; how long the next start took, from the process to the first session, in milliseconds.
    async fn start_again(&mut self) -> anyhow::Result<f64> {
        self.child.wait()?;
        // Its sessions notice by themselves; a start before the last of them has ended is refused.
        let begun = Instant::now();
        loop {
            let since = Instant::now();
            self.child = spawn(&self.programs, self.user, self.dir.path(), self.sessions)?;
            loop {
                if self.connect().await.is_ok() {
                    return Ok(since.elapsed().as_secs_f64() * 1000.0);
                }
                if self.child.try_wait()?.is_some() {
                    break;
                }
                sleep(Duration::from_millis(5)).await;
            }
            anyhow::ensure!(begun.elapsed() < PATIENCE, "PostgreSQL does not start again");
            sleep(Duration::from_millis(50)).await;
        }
    }
}

fn spawn(programs: &Path, user: User, dir: &Path, sessions: usize) -> anyhow::Result<Child> {
    let log = std::fs::File::create(dir.join("log"))?;
    let child = user
        .command(&programs.join("postgres"))
        .arg("-D")
        .arg(dir.join("data"))
        .args(["-c", "listen_addresses=", "-c"])
        .arg(format!("unix_socket_directories={}", dir.display()))
        .args(["-c", "fsync=on", "-c", "synchronous_commit=on"])
        .args(["-c", "shared_buffers=1GB", "-c", "max_wal_size=4GB", "-c"])
        .arg(format!("max_connections={sessions}"))
        .current_dir(dir)
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .spawn()?;
    Ok(child)
}

impl Drop for Server {
    fn drop(&mut self) {
        // At once, but so that it removes its shared memory.
        let _ = Command::new("kill")
            .args(["-QUIT", &self.child.id().to_string()])
            .status();
        let _ = self.child.wait();
    }
}
