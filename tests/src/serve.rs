//! A daemon whose start may fail, with everything it says kept. For a daemon that simply runs: `baiying_drills::process`.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};

use anyhow::Context as _;
use baiying_drills::process::program;
use serde_json::Value;

/// How to start.
#[derive(Debug, Clone)]
pub struct Serve {
    data_dir: PathBuf,
    api: Vec<String>,
    admin: String,
    arguments: Vec<String>,
    environment: Vec<(String, String)>,
    file_limit: Option<u32>,
    under: Vec<OsString>,
}

/// What a start came to.
#[derive(Debug)]
pub enum Outcome {
    /// It serves.
    Serving(Running),
    /// It ended.
    Ended(Ended),
}

/// How a daemon ended.
#[derive(Debug, Clone)]
pub struct Ended {
    /// Exit code; -1 if a signal ended it.
    pub code: i32,
    /// The signal that ended it.
    pub signal: Option<i32>,
    /// Everything it logged and said.
    pub stderr: String,
}

/// A daemon that serves. Killed when dropped.
#[derive(Debug)]
pub struct Running {
    child: Child,
    stderr: PathBuf,
    /// Where the API answers, as it says: no URL if it is a unix socket.
    pub api: Vec<String>,
    /// Where administration answers, as it says.
    pub admin: Vec<String>,
}

impl Serve {
    /// On this directory, at free loopback ports.
    #[must_use]
    pub fn on(data_dir: &Path) -> Self {
        Self {
            data_dir: data_dir.to_owned(),
            api: vec!["127.0.0.1:0".to_owned()],
            admin: "127.0.0.1:0".to_owned(),
            arguments: Vec::new(),
            environment: Vec::new(),
            file_limit: None,
            under: Vec::new(),
        }
    }

    /// The API at these addresses.
    #[must_use]
    pub fn api(mut self, addresses: &[&str]) -> Self {
        self.api = addresses.iter().map(|address| (*address).to_owned()).collect();
        self
    }

    /// Administration at this address.
    #[must_use]
    pub fn admin(mut self, address: &str) -> Self {
        self.admin = address.to_owned();
        self
    }

    /// With more arguments.
    #[must_use]
    pub fn arguments(mut self, arguments: &[&str]) -> Self {
        self.arguments
            .extend(arguments.iter().map(|argument| (*argument).to_owned()));
        self
    }

    /// With a variable of the environment.
    #[must_use]
    pub fn environment(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With no more than so many files open at a time, sockets included.
    #[must_use]
    pub fn file_limit(mut self, files: u32) -> Self {
        self.file_limit = Some(files);
        self
    }

    /// Started by another program, with these words before its own; that program must become the daemon.
    #[must_use]
    pub fn under(mut self, words: &[impl AsRef<OsStr>]) -> Self {
        self.under.extend(words.iter().map(|word| word.as_ref().to_owned()));
        self
    }

    /// The command, not yet run.
    #[must_use]
    pub fn command(&self) -> Command {
        let mut words = self.under.clone();
        if let Some(files) = self.file_limit {
            // The shell sets the limit and becomes the daemon.
            let script = format!("ulimit -n {files} && exec \"$0\" \"$@\"");
            words.extend(["sh".into(), "-c".into(), script.into()]);
        }
        words.push(program("baiyingd").into());
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]);
        command
            .arg("serve")
            .arg("--data-dir")
            .arg(&self.data_dir)
            .args(["--listen-admin", &self.admin]);
        command.args(self.api.iter().flat_map(|address| ["--listen", address]));
        command
            .args(&self.arguments)
            .envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null());
        command
    }

    /// Starts it and waits until it serves or ends. What it says is kept beside its data directory.
    ///
    /// # Errors
    /// If it cannot be run, or says something else than where it listens.
    pub fn start(&self) -> anyhow::Result<Outcome> {
        let stderr = self.data_dir.with_extension("log");
        let mut child = self
            .command()
            .stdout(Stdio::piped())
            .stderr(File::create(&stderr)?)
            .spawn()?;
        let mut line = String::new();
        if let Some(stdout) = child.stdout.take() {
            BufReader::new(stdout).read_line(&mut line)?;
        }
        let mut running = Running {
            child,
            stderr,
            api: Vec::new(),
            admin: Vec::new(),
        };
        if line.is_empty() {
            let status = running.child.wait()?;
            return Ok(Outcome::Ended(Ended {
                code: status.code().unwrap_or(-1),
                signal: status.signal(),
                stderr: running.log(),
            }));
        }
        let ready: Value = serde_json::from_str(&line).with_context(|| format!("not where it listens: {line:?}"))?;
        let addresses = |key: &str| {
            let list = ready[key].as_array().into_iter().flatten();
            list.filter_map(|address| address.as_str().map(str::to_owned)).collect()
        };
        running.api = addresses("api");
        running.admin = addresses("admin");
        Ok(Outcome::Serving(running))
    }

    /// Starts a daemon that must serve.
    ///
    /// # Errors
    /// If it does not.
    pub fn serving(&self) -> anyhow::Result<Running> {
        match self.start()? {
            Outcome::Serving(running) => Ok(running),
            Outcome::Ended(ended) => anyhow::bail!("it was to serve: {ended:#?}"),
        }
    }

    /// Starts a daemon that must refuse to, with this exit code.
    ///
    /// # Errors
    /// If it does not.
    pub fn ended(&self, code: i32) -> anyhow::Result<String> {
        match self.start()? {
            Outcome::Ended(ended) if ended.code == code => Ok(ended.stderr),
            Outcome::Ended(ended) => anyhow::bail!("exit code {code} was expected: {ended:#?}"),
            Outcome::Serving(running) => {
                anyhow::bail!("exit code {code} was expected, and it serves: {}", running.log())
            }
        }
    }
}

impl Running {
    /// Everything it said so far.
    #[must_use]
    pub fn log(&self) -> String {
        std::fs::read(&self.stderr).map_or_else(|_| String::new(), |bytes| String::from_utf8_lossy(&bytes).into_owned())
    }

    /// No handler panicked so far: to its caller that looks as if the daemon were away.
    ///
    /// # Errors
    /// If one did.
    pub fn never_panicked(&self) -> anyhow::Result<()> {
        let log = self.log();
        anyhow::ensure!(!log.contains("panicked"), "it panicked: {log}");
        Ok(())
    }

    /// Its first API address as a URL.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.api.first().map_or("", String::as_str))
    }

    /// Its administration as a URL.
    #[must_use]
    pub fn admin_url(&self) -> String {
        format!("http://{}", self.admin.first().map_or("", String::as_str))
    }

    /// Its process id.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// kill -9.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// How it ended, if it did.
    ///
    /// # Errors
    /// If the system does not say.
    pub fn status(&mut self) -> anyhow::Result<Option<ExitStatus>> {
        Ok(self.child.try_wait()?)
    }

    /// Waits for the end of a daemon that was asked to stop.
    ///
    /// # Errors
    /// If it cannot be waited for.
    pub fn stop_asked(&mut self) -> anyhow::Result<ExitStatus> {
        Ok(self.child.wait()?)
    }

    /// SIGTERM, and waits for the end.
    ///
    /// # Errors
    /// If it cannot be asked or waited for.
    pub fn stop(&mut self) -> anyhow::Result<ExitStatus> {
        terminate(self.child.id())?;
        Ok(self.child.wait()?)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Asks a process that a test started to end (SIGTERM).
///
/// # Errors
/// If it cannot be asked.
pub fn terminate(id: u32) -> anyhow::Result<()> {
    // The signal by the system's own program: no unsafe code for one call.
    let status = Command::new("kill").args(["-TERM", &id.to_string()]).status()?;
    anyhow::ensure!(status.success(), "process {id} cannot be asked to end");
    Ok(())
}
