//! What a journal is doing when something happens to it.

use std::fs;
use std::path::{Path, PathBuf};

use baiying_e2e::copy_dir;
use baiying_faults::strace::{self, CHANGING, Ran, Strace};
use baiying_faults::{Backend, Promised, work};

/// A name, what was there before, and what is done.
pub(crate) const SCENES: [(&str, &str, &str); 4] = [
    ("made", "", "append=2"),
    ("opened", "append=30", ""),
    ("appended to", "append=10", "append=6"),
    ("truncated", "append=25", "keep=100,append=2"),
];

/// A journal that is put back to what it was before each fault.
pub(crate) struct Stage {
    /// What it is called in the table.
    pub(crate) name: &'static str,
    /// Which backend.
    pub(crate) backend: Backend,
    /// The journal.
    pub(crate) dir: PathBuf,
    /// What strace records.
    pub(crate) log: PathBuf,
    seed: u64,
    script: &'static str,
    source: PathBuf,
    before: Promised,
    _temp: tempfile::TempDir,
}

impl Stage {
    pub(crate) fn set(
        backend: Backend,
        (name, before, script): (&'static str, &str, &'static str),
        seed: u64,
    ) -> anyhow::Result<Self> {
        let temp = strace::scratch()?;
        let source = temp.path().join("source");
        let before = match before {
            "" => Promised::default(),
            _ => work::make(backend, &source, seed, before)?,
        };
        Ok(Self {
            name,
            backend,
            dir: temp.path().join("journal"),
            log: temp.path().join("log"),
            seed,
            script,
            source,
            before,
            _temp: temp,
        })
    }

    /// Runs the workload on a fresh copy; also says what it was answered, with what was promised before.
    pub(crate) fn run(&self, strace: &Strace) -> anyhow::Result<(Ran, Promised)> {
        self.reset()?;
        let ran = workload(strace, self.backend, &self.dir, self.seed, self.script)?;
        let promised = self.heard(&ran)?;
        Ok((ran, promised))
    }

    /// What was promised before, and by this run.
    pub(crate) fn heard(&self, ran: &Ran) -> anyhow::Result<Promised> {
        let mut promised = self.before.clone();
        promised.closed = false;
        promised.hear_all(&ran.stdout)?;
        Ok(promised)
    }

    /// What is done.
    pub(crate) fn script(&self) -> &'static str {
        self.script
    }

    /// Puts it back.
    pub(crate) fn reset(&self) -> anyhow::Result<()> {
        if self.dir.exists() {
            fs::remove_dir_all(&self.dir)?;
        }
        if self.source.exists() {
            copy_dir(&self.source, &self.dir)?;
        }
        Ok(())
    }

    /// How often each call is made before the journal is touched, and until the end, by the thread that makes it most often.
    pub(crate) fn counts(&self) -> anyhow::Result<Vec<(&'static str, u64, u64)>> {
        let (ran, promised) = self.run(&Strace::count(&self.log, CHANGING))?;
        anyhow::ensure!(ran.status.success() && promised.closed, "{ran:?}");
        let counts = CHANGING.iter().map(|call| {
            let (first, last) = strace::counts(&ran.log, call);
            (*call, first, last)
        });
        Ok(counts.collect())
    }
}

/// The workload's own program.
pub(crate) fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_baiying-faults-workload"))
}

/// Runs the workload on `dir` under strace.
pub(crate) fn workload(strace: &Strace, backend: Backend, dir: &Path, seed: u64, script: &str) -> anyhow::Result<Ran> {
    let (dir, seed) = (dir.to_string_lossy(), seed.to_string());
    strace.run(program(), &[backend.name(), &dir, &seed, script])
}
