//! The real daemon as a child process: for the demo, the bench and the journeys in `tests`.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use serde::Deserialize;

/// A running `baiyingd`. Killed when dropped.
#[derive(Debug)]
pub struct Daemon {
    child: Child,
    /// Where the API answers, as a URL.
    pub api: String,
    /// Where administration answers, as a URL.
    pub admin: String,
}

/// What the daemon prints once it answers.
#[derive(Deserialize)]
struct Ready {
    api: Vec<String>,
    admin: Vec<String>,
}

/// Why a daemon did not start.
#[derive(Debug, thiserror::Error)]
pub enum ProcessError {
    /// The program is not there or cannot be run.
    #[error("cannot run {program}; build it first (cargo build --release)")]
    Spawn {
        /// Which.
        program: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It ended instead of serving.
    #[error("baiyingd ended with {status} before it served; its log is above")]
    Ended {
        /// How.
        status: ExitStatus,
    },
    /// It printed something else.
    #[error("baiyingd printed {line:?} instead of where it listens")]
    NotReady {
        /// What.
        line: String,
    },
}

/// A program that was built beside this one. `BAIYING_BIN` names another directory.
#[must_use]
pub fn program(name: &str) -> PathBuf {
    if let Ok(dir) = std::env::var("BAIYING_BIN") {
        return PathBuf::from(dir).join(name);
    }
    let own = std::env::current_exe().unwrap_or_default();
    let dir = own.parent().unwrap_or(Path::new("."));
    let beside = dir.join(name);
    // Test programs are one directory further down.
    if beside.exists() {
        beside
    } else {
        dir.parent().unwrap_or(dir).join(name)
    }
}

impl Daemon {
    /// Starts a daemon on free loopback ports, and waits until it serves.
    ///
    /// # Errors
    /// If it does not.
    pub fn start(data_dir: &Path, arguments: &[&str]) -> Result<Self, ProcessError> {
        Self::start_at(data_dir, ("127.0.0.1:0", "127.0.0.1:0"), arguments)
    }

    /// Starts a daemon at given addresses: for one that takes the place of another.
    ///
    /// # Errors
    /// If it does not serve.
    pub fn start_at(data_dir: &Path, addresses: (&str, &str), arguments: &[&str]) -> Result<Self, ProcessError> {
        let program = program("baiyingd");
        Self::run(Command::new(&program), program, data_dir, addresses, arguments)
    }

    /// Starts a daemon that may have no more than so many files open at a time, sockets included.
    ///
    /// # Errors
    /// If it does not serve.
    pub fn start_with_files(files: u32, data_dir: &Path, arguments: &[&str]) -> Result<Self, ProcessError> {
        let program = program("baiyingd");
        // The shell sets the limit and becomes the daemon.
        let mut shell = Command::new("sh");
        shell
            .args(["-c", &format!("ulimit -n {files} && exec \"$0\" \"$@\"")])
            .arg(&program);
        Self::run(shell, program, data_dir, ("127.0.0.1:0", "127.0.0.1:0"), arguments)
    }

    fn run(
        mut command: Command,
        program: PathBuf,
        data_dir: &Path,
        (api, admin): (&str, &str),
        arguments: &[&str],
    ) -> Result<Self, ProcessError> {
        let mut child = command
            .args(["serve", "--listen", api, "--listen-admin", admin, "--data-dir"])
            .arg(data_dir)
            .args(arguments)
            .env(
                "BAIYING_LOG__FILTER",
                std::env::var("BAIYING_LOG__FILTER").unwrap_or_else(|_| "warn".to_owned()),
            )
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|source| ProcessError::Spawn { program, source })?;
        let mut line = String::new();
        let mut lines = child.stdout.take().map(BufReader::new);
        if let Some(lines) = &mut lines {
            // An end without a line means that the daemon ended: its exit status says more than this error.
            let _ = lines.read_line(&mut line);
        }
        if line.is_empty() {
            let status = child.wait().map_err(|source| ProcessError::Spawn {
                program: "baiyingd".into(),
                source,
            })?;
            return Err(ProcessError::Ended { status });
        }
        let ready: Option<Ready> = serde_json::from_str(&line).ok();
        let Some((api, admin)) =
            ready.and_then(|ready| Some((ready.api.first()?.clone(), ready.admin.first()?.clone())))
        else {
            let _ = child.kill();
            return Err(ProcessError::NotReady { line });
        };
        Ok(Self {
            child,
            api: format!("http://{api}"),
            admin: format!("http://{admin}"),
        })
    }

    /// Its process id.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The addresses it listens at, for one that takes its place.
    #[must_use]
    pub fn addresses(&self) -> (&str, &str) {
        (
            self.api.trim_start_matches("http://"),
            self.admin.trim_start_matches("http://"),
        )
    }

    /// kill -9, and waits for the end.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Asks it to stop (SIGTERM) and waits for the end.
    ///
    /// # Errors
    /// If it cannot be asked or waited for.
    pub fn stop(&mut self) -> std::io::Result<ExitStatus> {
        // The signal by the system's own program: no unsafe code for one call.
        Command::new("kill")
            .args(["-TERM", &self.child.id().to_string()])
            .status()?;
        self.child.wait()
    }

    /// Resident memory now, in bytes; 0 where the system does not say.
    #[must_use]
    pub fn resident_bytes(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let kb = status.lines().find_map(|line| {
            line.strip_prefix("VmRSS:")?
                .trim()
                .strip_suffix(" kB")?
                .parse::<u64>()
                .ok()
        });
        kb.unwrap_or(0) * 1024
    }

    /// Processor time it has used, all its threads together; 0 where the system does not say.
    #[must_use]
    pub fn processor_time(&self) -> Duration {
        // Linux counts in hundredths of a second here, whatever the kernel's own tick.
        const TICK: Duration = Duration::from_millis(10);
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap_or_default();
        // The name stands in parentheses and may hold anything; user and system time are the 12th and 13th field after it.
        let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
        let ticks: u32 = fields
            .skip(11)
            .take(2)
            .filter_map(|field| field.parse::<u32>().ok())
            .sum();
        TICK * ticks
    }

    /// Files it has open, sockets included; 0 where the system does not say.
    #[must_use]
    pub fn open_files(&self) -> usize {
        std::fs::read_dir(format!("/proc/{}/fd", self.child.id())).map_or(0, Iterator::count)
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        self.kill();
    }
}
