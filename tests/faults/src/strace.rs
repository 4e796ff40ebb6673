//! Programs under strace: recorded, killed at a call, or answered with an error. Needs Linux, strace 5.3 or newer and ptrace.

use std::ffi::OsString;
use std::fs::{self, File};
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use anyhow::Context as _;

/// Calls that change what a disk holds, or make it durable.
pub const CHANGING: &[&str] = &[
    "openat",
    "write",
    "pwrite64",
    "writev",
    "pwritev",
    "ftruncate",
    "fallocate",
    "rename",
    "renameat",
    "renameat2",
    "unlink",
    "unlinkat",
    "rmdir",
    "mkdir",
    "mkdirat",
    "fsync",
    "fdatasync",
    "sync_file_range",
];

/// Calls that a trace needs besides, to tell which file a descriptor is, or that the model would have to know.
const FOLLOWED: &[&str] = &[
    "open",
    "creat",
    "openat2",
    "close",
    "dup",
    "dup2",
    "dup3",
    "fcntl",
    "lseek",
    "read",
    "readv",
    "pwritev2",
    "truncate",
    "link",
    "linkat",
    "symlink",
    "symlinkat",
    "copy_file_range",
    "sendfile",
    "splice",
    "sync",
    "syncfs",
    "mmap",
    "io_uring_setup",
    "chdir",
];

/// Calls by which a daemon answers.
const ANSWERING: &[&str] = &["sendto", "sendmsg"];

/// How long a program may take before the test fails.
const PATIENCE: Duration = Duration::from_secs(60);
const LOOK_AGAIN: Duration = Duration::from_millis(2);

/// What strace is to do.
#[derive(Debug, Clone)]
pub struct Strace {
    words: Vec<OsString>,
    log: PathBuf,
}

/// What a program came to.
#[derive(Debug)]
pub struct Ran {
    /// How it ended.
    pub status: ExitStatus,
    /// It did not end by itself in a minute, and was killed.
    pub hung: bool,
    /// What it said.
    pub stdout: String,
    /// What it complained of.
    pub stderr: String,
    /// What strace recorded.
    pub log: String,
}

impl Ran {
    /// It was killed by SIGKILL.
    #[must_use]
    pub fn was_killed(&self) -> bool {
        self.status.signal() == Some(9)
    }

    /// strace changed a call.
    #[must_use]
    pub fn was_injected(&self) -> bool {
        self.log.contains("(INJECTED)")
    }
}

impl Strace {
    fn new(log: &Path, calls: &[&str]) -> Self {
        // -D: the program stays our own child, and ends as if nobody watched.
        let words = ["strace", "-D", "-f", "-q", "-s", "0"];
        let mut strace = Self {
            words: words.map(OsString::from).to_vec(),
            log: log.to_owned(),
        };
        strace.push("-e");
        strace.push(format!("trace={}", calls.join(",")));
        strace.push("-o");
        strace.push(log);
        strace
    }

    fn push(&mut self, word: impl Into<OsString>) {
        self.words.push(word.into());
    }

    /// Records everything that changes files, with all that is written.
    #[must_use]
    pub fn record(log: &Path) -> Self {
        let mut strace = Self::new(log, &[CHANGING, FOLLOWED, ANSWERING].concat());
        // Everything in hexadecimal digits, so that nothing has to be unescaped.
        for word in ["--seccomp-bpf", "-xx", "-s", "100000000"] {
            strace.push(word);
        }
        strace
    }

    /// Counts these calls.
    #[must_use]
    pub fn count(log: &Path, calls: &[&str]) -> Self {
        Self::new(log, calls)
    }

    /// Does something to the `at`th such call of each thread: `signal=KILL`, `error=ENOSPC`, `retval=0`.
    #[must_use]
    pub fn inject(log: &Path, call: &str, what: &str, at: u64) -> Self {
        let mut strace = Self::new(log, &[call]);
        strace.push("-e");
        strace.push(format!("inject={call}:{what}:when={at}"));
        strace
    }

    /// The same to that call and all that follow.
    #[must_use]
    pub fn inject_from(log: &Path, call: &str, what: &str, at: u64) -> Self {
        let mut strace = Self::new(log, &[call]);
        strace.push("-e");
        strace.push(format!("inject={call}:{what}:when={at}+"));
        strace
    }

    /// The words before a program's own.
    #[must_use]
    pub fn words(&self) -> &[OsString] {
        &self.words
    }

    /// Runs a program to its end.
    ///
    /// # Errors
    /// If strace does not work here, or the program does not end.
    pub fn run(&self, program: &Path, arguments: &[&str]) -> anyhow::Result<Ran> {
        let mut command = Command::new(&self.words[0]);
        command.args(&self.words[1..]).arg(program).args(arguments);
        let (status, hung, stdout, stderr, id) = finish(&mut command, &self.log)?;
        Ok(Ran {
            status,
            hung,
            stdout,
            stderr,
            log: self.recorded(id)?,
        })
    }

    /// What was recorded of a process that has ended, once strace has written all of it.
    ///
    /// # Errors
    /// If strace does not work here.
    pub fn recorded(&self, id: u32) -> anyhow::Result<String> {
        for _ in 0..PATIENCE.as_millis() / LOOK_AGAIN.as_millis() {
            let log = fs::read_to_string(&self.log).unwrap_or_default();
            let last = log.lines().rev().find(|line| line.starts_with(&format!("{id} ")));
            if last.is_some_and(|line| line.contains("+++ ")) {
                return Ok(log);
            }
            std::thread::sleep(LOOK_AGAIN);
        }
        anyhow::bail!("strace recorded nothing of process {id}; is ptrace permitted here?")
    }
}

/// Says clearly what is missing where strace does not work.
///
/// # Errors
/// If it does not.
pub fn works() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let log = dir.path().join("log");
    let hint = "the fault suite needs strace (Debian: apt-get install strace) and permission to use ptrace \
                (in a container: --cap-add=SYS_PTRACE; kernel.yama.ptrace_scope at most 1)";
    let strace = Strace::inject(&log, "mkdir", "error=ENOSPC", 1);
    let made = dir.path().join("made");
    let ran = strace
        .run(Path::new("/bin/mkdir"), &[&made.to_string_lossy()])
        .context(hint)?;
    anyhow::ensure!(
        !ran.status.success() && ran.was_injected() && !made.exists(),
        "{hint}: {ran:?}"
    );
    Ok(())
}

/// Runs a command to its end without strace; what it says is kept in files beside `log`.
///
/// # Errors
/// If it cannot be run, or does not end.
pub fn run(command: &mut Command, log: &Path) -> anyhow::Result<Ran> {
    let (status, hung, stdout, stderr, _) = finish(command, log)?;
    anyhow::ensure!(
        !hung,
        "it hung, and was killed after {PATIENCE:?}; it said:\n{stdout}{stderr}"
    );
    Ok(Ran {
        status,
        hung,
        stdout,
        stderr,
        log: String::new(),
    })
}

/// A directory for what a test writes, in memory where there is some: what a sync costs is not what is tested.
///
/// # Errors
/// If it cannot be made.
pub fn scratch() -> anyhow::Result<tempfile::TempDir> {
    let memory = Path::new("/dev/shm");
    tempfile::tempdir_in(memory)
        .or_else(|_| tempfile::tempdir())
        .context("there is no room for the files of the test")
}

/// Runs a command to its end; what it says goes to files beside `log`.
fn finish(command: &mut Command, log: &Path) -> anyhow::Result<(ExitStatus, bool, String, String, u32)> {
    let (out, err) = (log.with_extension("out"), log.with_extension("err"));
    let mut child = command
        .stdin(Stdio::null())
        .stdout(File::create(&out)?)
        .stderr(File::create(&err)?)
        .spawn()
        .with_context(|| format!("cannot run {}", command.get_program().display()))?;
    let (status, hung) = ended(&mut child)?;
    let text = |path| fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let (stdout, stderr) = (text(&out)?, text(&err)?);
    Ok((status, hung, stdout, stderr, child.id()))
}

/// Waits for the end of a program that must end; kills it if it does not.
fn ended(child: &mut Child) -> anyhow::Result<(ExitStatus, bool)> {
    for _ in 0..PATIENCE.as_millis() / LOOK_AGAIN.as_millis() {
        if let Some(status) = child.try_wait()? {
            return Ok((status, false));
        }
        std::thread::sleep(LOOK_AGAIN);
    }
    child.kill()?;
    Ok((child.wait()?, true))
}

/// How often each call was made by the thread that made it most often, and how often before the program said it begins.
#[must_use]
pub fn counts(log: &str, call: &str) -> (u64, u64) {
    let mut by_thread = std::collections::BTreeMap::<&str, u64>::new();
    let (mut before, mut begun) = (0, false);
    for line in log.lines() {
        let Some((thread, rest)) = line.split_once(' ') else {
            continue;
        };
        let Some((name, arguments)) = rest.trim_start().split_once('(') else {
            continue;
        };
        if name == "write" && arguments.starts_with("1,") && !begun {
            begun = true;
            before = by_thread.values().copied().max().unwrap_or(0);
        }
        if name == call {
            *by_thread.entry(thread).or_default() += 1;
        }
    }
    (before, by_thread.values().copied().max().unwrap_or(0))
}
