//! What is written: commits that follow from a seed and from where they begin, so that everything read back can be compared.

use std::io::Write as _;
use std::path::Path;

use anyhow::Context as _;
use baiying_journal::{Appended, Commit, Head, Journal, JournalError};
use bytes::Bytes;
use rand::{Rng as _, RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use crate::backend::Backend;

/// The commit that begins after `revision`: from one short event to many in several records.
#[must_use]
pub fn commit(seed: u64, revision: u64, epoch: u64) -> Commit {
    let mut random = ChaCha8Rng::seed_from_u64(seed.wrapping_mul(1_000_003) ^ revision);
    let length = match random.random_range(0..20) {
        0..10 => random.random_range(40..400),
        10..15 => random.random_range(400..3_000),
        15..19 => random.random_range(3_000..14_000),
        _ => random.random_range(14_000..60_000),
    };
    let mut payload = vec![0; length];
    random.fill_bytes(&mut payload);
    Commit {
        epoch,
        count: random.random_range(1..=20),
        payload: Bytes::from(payload),
    }
}

/// One thing to do with a journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// So many commits.
    Append(u64),
    /// Forget all but about so many events.
    Keep(u64),
    /// Close it and open it again.
    Reopen,
}

/// Reads `append=20,keep=50,reopen`.
///
/// # Errors
/// If it says something else.
pub fn steps(script: &str) -> anyhow::Result<Vec<Step>> {
    let step = |word: &str| -> anyhow::Result<Step> {
        let (verb, number) = word.split_once('=').unwrap_or((word, "0"));
        let number = number.parse().with_context(|| format!("{word:?} has no number"))?;
        match verb {
            "append" => Ok(Step::Append(number)),
            "keep" => Ok(Step::Keep(number)),
            "reopen" => Ok(Step::Reopen),
            _ => anyhow::bail!("{word:?} is no step"),
        }
    };
    script.split(',').filter(|word| !word.is_empty()).map(step).collect()
}

/// What happens to the journal that somebody may want to hear of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// It is open and ends here.
    Opened(Head),
    /// A commit is durable, and the journal ends with it.
    Acked(Head),
    /// What ends at or before this revision may be dropped from now on.
    Truncating(u64),
    /// It is closed; everything asked for was done.
    Closed,
}

/// Why a run ended early.
#[derive(Debug)]
pub enum Ended {
    /// The journal stopped with this error.
    Journal(JournalError),
    /// Nobody listens any more.
    Mute(std::io::Error),
}

impl From<JournalError> for Ended {
    fn from(error: JournalError) -> Self {
        Self::Journal(error)
    }
}

impl From<std::io::Error> for Ended {
    fn from(error: std::io::Error) -> Self {
        Self::Mute(error)
    }
}

/// Opens the journal in `dir`, does the steps and closes it; says what it did as soon as it is done.
///
/// # Errors
/// The first that the journal gives, or that saying it gives.
pub fn run(
    backend: Backend,
    dir: &Path,
    seed: u64,
    steps: &[Step],
    mut say: impl FnMut(Said) -> std::io::Result<()>,
) -> Result<(), Ended> {
    let mut journal = backend.open(dir)?;
    say(Said::Opened(journal.head()))?;
    let mut epoch = journal.head().epoch + 1;
    for step in steps {
        match *step {
            Step::Append(commits) => {
                for _ in 0..commits {
                    say(Said::Acked(append(&mut *journal, seed, epoch)?))?;
                }
            }
            Step::Keep(events) => {
                let revision = journal.head().revision.saturating_sub(events);
                say(Said::Truncating(revision))?;
                journal.truncate_before(revision)?;
            }
            Step::Reopen => {
                journal.close()?;
                journal = backend.open(dir)?;
                epoch = journal.head().epoch + 1;
                say(Said::Opened(journal.head()))?;
            }
        }
    }
    journal.close()?;
    Ok(say(Said::Closed)?)
}

/// Appends the commit that follows.
///
/// # Errors
/// What the journal gives.
///
/// # Panics
/// If the journal has another writer.
pub fn append(journal: &mut dyn Journal, seed: u64, epoch: u64) -> Result<Head, JournalError> {
    let before = journal.head();
    match journal.append(&before, &commit(seed, before.revision, epoch))? {
        Appended::Durable(head) => Ok(head),
        Appended::Full => Err(JournalError::DiskFull {
            path: "the journal".into(),
        }),
        other @ (Appended::Conflict(_) | Appended::Unknown) => panic!("a journal with one writer answered {other:?}"),
    }
}

/// A journal made in this process, closed.
///
/// # Errors
/// If that fails.
pub fn make(backend: Backend, dir: &Path, seed: u64, script: &str) -> anyhow::Result<crate::Promised> {
    let mut promised = crate::Promised::default();
    let outcome = run(backend, dir, seed, &steps(script)?, |said| {
        promised.hear(said);
        Ok(())
    });
    outcome.map_err(|ended| anyhow::anyhow!("{ended:?}"))?;
    Ok(promised)
}

/// Writes what was said as one line with one call, so that a trace shows when.
///
/// # Errors
/// If it cannot be written.
pub fn print(said: Said) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(format!("{}\n", crate::promise::line(said)).as_bytes())?;
    out.flush()
}
