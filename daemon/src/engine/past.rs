//! States of the past: rebuilt from the journal, off the engine's thread, a few at a time.
//!
//! From the nearest snapshot or state that was rebuilt before, the entries up to then are replayed. Who asks and goes away stops
//! the replaying. Nothing here changes anything.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use baiying_core::State;
use baiying_core::id::Timestamp;
use baiying_journal::event::decode;
use baiying_journal::{JournalError, JournalReader, snapshot};
use parking_lot::Mutex;
use tokio::sync::Semaphore;

use super::publish::Published;
use super::snapshots;

/// States rebuilt at the same time: each costs a processor and the memory of a state. Who comes later is refused at once.
const AT_ONCE: usize = 2;
/// States kept, the last ones used: who looks at the past turns pages in it.
const KEPT: usize = 2;

/// When in the past.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// After so many events, and the rest of the command that the last one belongs to.
    Revision(u64),
    /// At this instant.
    At(Timestamp),
}

/// Why a state of the past cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum PastError {
    /// Others are looking.
    #[error("{AT_ONCE} states of the past are being rebuilt already")]
    Busy,
    /// It is not past.
    #[error("revision {revision} lies ahead of revision {head}")]
    Ahead {
        /// What was asked for.
        revision: u64,
        /// Where the journal ends.
        head: u64,
    },
    /// Nobody waits for it any more.
    #[error("the call has ended")]
    Cancelled,
    /// The journal cannot be read.
    #[error("the journal cannot be read")]
    Journal(#[from] JournalError),
}

/// Rebuilds states of the past.
pub struct Past {
    snapshot_dir: PathBuf,
    running: Arc<Semaphore>,
    kept: Mutex<VecDeque<Arc<State>>>,
}

/// Says that nobody waits any more when it is dropped.
struct Waiting(Arc<AtomicBool>);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Past {
    pub(super) fn new(snapshot_dir: PathBuf) -> Self {
        Self {
            snapshot_dir,
            running: Arc::new(Semaphore::new(AT_ONCE)),
            kept: Mutex::default(),
        }
    }

    /// The state at that time; none if nothing has happened since.
    ///
    /// # Errors
    /// Why it cannot be shown.
    pub async fn state(
        self: &Arc<Self>,
        published: &Arc<Published>,
        when: When,
    ) -> Result<Option<Arc<State>>, PastError> {
        let head = published.read().revision().0;
        if let When::Revision(revision) = when {
            if revision > head {
                return Err(PastError::Ahead { revision, head });
            }
            if revision == head {
                return Ok(None);
            }
        }
        let permit = Arc::clone(&self.running)
            .try_acquire_owned()
            .map_err(|_| PastError::Busy)?;
        let gone = Arc::new(AtomicBool::new(false));
        let _waiting = Waiting(Arc::clone(&gone));
        let (past, published) = (Arc::clone(self), Arc::clone(published));
        let rebuilding = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            past.rebuild(&published, when, head, &gone)
        });
        rebuilding.await.map_err(|_| PastError::Cancelled)?
    }

    fn rebuild(
        &self,
        published: &Published,
        when: When,
        head: u64,
        gone: &AtomicBool,
    ) -> Result<Option<Arc<State>>, PastError> {
        let journal = &**published.journal();
        let target = match when {
            When::Revision(revision) => revision,
            When::At(at) => revision_at(journal, at, head)?,
        };
        if target == head {
            return Ok(None);
        }
        let base = self.nearest(target);
        if let Some(state) = base.as_ref().filter(|state| state.revision().0 == target) {
            return Ok(Some(Arc::clone(state)));
        }
        let from = base.as_ref().map_or(0, |state| state.revision().0);
        let candidates = snapshot::candidates(&self.snapshot_dir)?;
        let nearer = candidates.filter(|(_, found)| {
            let revision = found.as_ref().map_or(0, |snapshot| snapshot.head.revision);
            (from + 1..=target).contains(&revision)
        });
        let mut state = snapshots::load(nearer, journal);
        if let Some(base) = base.filter(|base| base.revision() > state.revision()) {
            state = State::clone(&base);
        }
        'commits: for commit in journal.commits_after(state.revision().0) {
            let commit = commit?;
            let mut revision = commit.first_revision - 1;
            for entry in decode(&commit.payload).map_err(JournalError::from)? {
                revision += entry.len();
                // A state that was kept may lie within a commit.
                if revision <= state.revision().0 {
                    continue;
                }
                if state.revision().0 >= target {
                    break 'commits;
                }
                if gone.load(Ordering::Relaxed) {
                    return Err(PastError::Cancelled);
                }
                state.evolve(&entry);
            }
        }
        let state = Arc::new(state);
        self.keep(&state);
        Ok(Some(state))
    }

    /// The last state that was kept from before.
    fn nearest(&self, target: u64) -> Option<Arc<State>> {
        let kept = self.kept.lock();
        let before = kept.iter().filter(|state| state.revision().0 <= target);
        before.max_by_key(|state| state.revision()).cloned()
    }

    fn keep(&self, state: &Arc<State>) {
        let mut kept = self.kept.lock();
        kept.retain(|other| other.revision() != state.revision());
        kept.push_front(Arc::clone(state));
        kept.truncate(KEPT);
    }
}

/// The revision after the last entry that is not later than `at`.
///
/// # Errors
/// When the journal cannot be read.
pub(crate) fn revision_at(journal: &dyn JournalReader, at: Timestamp, head: u64) -> Result<u64, JournalError> {
    let (mut low, mut high) = (0, head);
    while low < high {
        let middle = low + (high - low) / 2;
        let Some(commit) = journal.commits_after(middle).next() else {
            break;
        };
        let commit = commit?;
        let before = commit.first_revision - 1;
        let mut revision = before;
        let mut is_whole = true;
        for entry in decode(&commit.payload)? {
            if entry.at > at {
                is_whole = false;
                break;
            }
            revision += entry.len();
        }
        match (is_whole, revision) {
            (true, revision) => low = revision.min(head),
            (false, revision) if revision == before => high = before,
            (false, revision) => return Ok(revision.min(head)),
        }
    }
    Ok(low)
}

#[cfg(test)]
mod tests;
