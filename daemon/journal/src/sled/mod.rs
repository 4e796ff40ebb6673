//! The journal on sled 0.34.7, which is not durable as shipped: what is added here makes it so.
//!
//! A directory holds `LOCK` (one writer), `FORMAT` (version), `mark` (what was acknowledged) and `sled/` (the records).
//! Acknowledged means: flushed, the database file synced through a descriptor of our own, and the mark moved and synced.

mod format;
mod guard;
mod lock;
mod mark;
mod open;
mod restore;
mod store;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use parking_lot::RwLock;

pub use mark::MarkState;
pub(crate) use mark::{decode_head, encode_head};
pub use open::Options;
pub(crate) use restore::Restoring;

use self::lock::DirLock;
use self::mark::{Mark, Marked};
use self::open::Opened;
use self::store::Store;
use crate::error::JournalError;
use crate::index::Index;
use crate::journal::{Appended, Commit, Commits, Head, Journal, JournalReader, Records};
use crate::read::{self, Fetch};
use crate::record::encode_commit;
use crate::verify::{JournalInfo, VerifyReport};

/// The one writer of a journal directory.
pub struct SledJournal {
    shared: Arc<Shared>,
    mark: Mark,
    mark_state: MarkState,
    poison: Option<JournalError>,
    lock: Option<DirLock>,
}

/// What writer and readers share.
struct Shared {
    dir: PathBuf,
    store: RwLock<Store>,
    index: RwLock<Index>,
}

impl SledJournal {
    /// Opens the journal in `dir`, or creates one. Reads every record once.
    ///
    /// # Errors
    /// Whatever makes it impossible to vouch for every acknowledged record; nothing is repaired behind anybody's back.
    pub fn open(dir: &Path, options: &Options) -> Result<Self, JournalError> {
        let Opened {
            dir,
            lock,
            mut mark,
            mark_state,
            store,
            found,
        } = open::open(dir, options)?;
        let (head, base) = (found.index.head(), found.index.base());
        if found.last_sequence > head.sequence {
            // The rest of a commit that was never acknowledged: the mark is below it.
            tracing::warn!(
                from = head.sequence + 1,
                to = found.last_sequence,
                "dropped an incomplete last commit"
            );
            store.remove(head.sequence + 1..=found.last_sequence)?;
        }
        if let Some(first) = found.truncated_from {
            store.remove(first..=base.sequence)?;
        }
        // Whole commits above the mark were written by an append whose answer nobody got. They stay, and count from here on.
        store.sync()?;
        if mark.marked != (Marked { head, base }) {
            mark.write(Marked { head, base })?;
        }
        let shared = Shared {
            dir,
            store: RwLock::new(store),
            index: RwLock::new(found.index),
        };
        Ok(Self {
            shared: Arc::new(shared),
            mark,
            mark_state,
            poison: None,
            lock: Some(lock),
        })
    }

    /// How the high-water mark was found.
    pub fn mark_state(&self) -> MarkState {
        self.mark_state
    }

    fn alive(&self) -> Result<(), JournalError> {
        self.poison.clone().map_or(Ok(()), Err)
    }

    /// Keeps an error, so that every later call is answered with it: after a failed sync nothing is known about the disk.
    fn fail_stop<T>(&mut self, outcome: Result<T, JournalError>) -> Result<T, JournalError> {
        outcome.inspect_err(|error| {
            tracing::error!(reason = error.reason(), %error, "the journal stops");
            self.poison = Some(error.clone());
        })
    }

    /// Closes the store also for readers that are left, so that the journal can be opened again; then lets go of the lock.
    fn release(&mut self) -> Result<(), JournalError> {
        let outcome = self.shared.store.write().close();
        self.lock = None;
        outcome
    }

    fn write(&mut self, expected: &Head, commit: &Commit) -> Result<Head, JournalError> {
        let (records, head) = encode_commit(expected, commit);
        {
            let store = self.shared.store.read();
            store.put(expected.sequence + 1, &records)?;
            store.sync()?;
        }
        self.mark.write(Marked {
            head,
            ..self.mark.marked
        })?;
        self.shared.index.write().push(head);
        Ok(head)
    }

    fn truncate(&mut self, revision: u64) -> Result<(), JournalError> {
        let (first, old) = {
            let index = self.shared.index.read();
            let Some(first) = index.first_kept(revision) else {
                return Ok(());
            };
            (first, index.base())
        };
        if first <= old.sequence + 1 {
            return Ok(());
        }
        let store = self.shared.store.read();
        let dir = || self.shared.dir.clone();
        let last = store.get(first - 1)?.ok_or_else(|| read::gap(dir(), first - 1))?;
        let base = Head::of_last_record(&last).map_err(|error| read::link_error(dir(), first - 1, error.into()))?;
        // The base first: were records gone before it is known why, they would count as lost.
        self.mark.write(Marked {
            base,
            ..self.mark.marked
        })?;
        self.shared.index.write().truncated(base);
        store.remove(old.sequence + 1..=base.sequence)?;
        store.sync()
    }
}

impl Journal for SledJournal {
    fn head(&self) -> Head {
        self.shared.index.read().head()
    }

    fn append(&mut self, expected: &Head, commit: &Commit) -> Result<Appended, JournalError> {
        self.alive()?;
        commit.assert_follows(expected);
        let head = self.head();
        if head != *expected {
            return Ok(Appended::Conflict(head));
        }
        let outcome = self.write(expected, commit);
        self.fail_stop(outcome).map(Appended::Durable)
    }

    fn resolve(&mut self, expected: &Head, commit: &Commit) -> Result<Appended, JournalError> {
        self.alive()?;
        let (records, head) = encode_commit(expected, commit);
        let outcome = self.shared.fetch(head.sequence);
        let stored = self.fail_stop(outcome)?;
        let end = self.head();
        Ok(if head.sequence <= end.sequence && stored.as_ref() == records.last() {
            Appended::Durable(head)
        } else {
            Appended::Conflict(end)
        })
    }

    fn reader(&self) -> Arc<dyn JournalReader> {
        Arc::clone(&self.shared) as Arc<dyn JournalReader>
    }

    fn truncate_before(&mut self, revision: u64) -> Result<(), JournalError> {
        self.alive()?;
        let outcome = self.truncate(revision);
        self.fail_stop(outcome)
    }

    fn close(mut self: Box<Self>) -> Result<(), JournalError> {
        self.release()
    }
}

impl Drop for SledJournal {
    fn drop(&mut self) {
        if let Err(error) = self.release() {
            tracing::error!(%error, "the store failed while it was closed; nothing acknowledged is lost by that");
        }
    }
}

impl Fetch for Shared {
    fn fetch(&self, sequence: u64) -> Result<Option<Bytes>, JournalError> {
        self.store.read().get(sequence)
    }
    fn base(&self) -> Head {
        self.index.read().base()
    }
    fn location(&self) -> PathBuf {
        self.dir.clone()
    }
}

impl JournalReader for Shared {
    fn head(&self) -> Head {
        self.index.read().head()
    }
    fn commits_after(&self, revision: u64) -> Commits<'_> {
        let range = self.index.read().commits_after(revision);
        read::commits_in(self, range)
    }
    fn records_from(&self, sequence: u64) -> Records<'_> {
        let range = self.index.read().records_from(sequence);
        read::records(self, range.0, range.1)
    }
}

/// Reads a whole journal without serving it.
pub(crate) fn inspect(dir: &Path) -> Result<VerifyReport, JournalError> {
    let lock = open::lock_existing(dir)?;
    let opened = open::inspect(dir, lock, &Options::default())?;
    let open::Scan {
        index,
        epochs,
        bytes,
        truncated_from: _,
        last_sequence,
    } = &opened.found;
    let (head, base) = (index.head(), index.base());
    Ok(VerifyReport {
        records: head.sequence - base.sequence,
        commits: index.len() as u64,
        events: head.revision - base.revision,
        first_sequence: (head != base).then_some(base.sequence + 1),
        head,
        base,
        epochs: *epochs,
        bytes: *bytes,
        mark: opened.mark.marked.head,
        mark_state: opened.mark_state,
        unacknowledged: last_sequence - opened.mark.marked.head.sequence,
        incomplete: last_sequence - head.sequence,
    })
}

/// What can be said of a journal without opening its store.
pub(crate) fn info(dir: &Path) -> Result<JournalInfo, JournalError> {
    let format = open::require_format(dir)?;
    let in_use = match DirLock::take(dir) {
        Ok(_) => false,
        Err(JournalError::Locked { .. }) => true,
        Err(error) => return Err(error),
    };
    let marked = match Mark::read(dir)? {
        mark::Found::Mark(mark, _) => Some(mark.marked),
        mark::Found::Missing | mark::Found::Damaged => None,
    };
    Ok(JournalInfo {
        format,
        in_use,
        acknowledged: marked.map(|marked| marked.head),
        base: marked.map(|marked| marked.base),
        disk_bytes: disk_bytes(&dir.join(store::NAME))?,
    })
}

fn disk_bytes(dir: &Path) -> Result<u64, JournalError> {
    let mut sum = 0;
    for entry in std::fs::read_dir(dir).map_err(JournalError::io("list", dir))? {
        let meta = entry
            .and_then(|entry| entry.metadata())
            .map_err(JournalError::io("list", dir))?;
        if meta.is_file() {
            sum += meta.len();
        }
    }
    Ok(sum)
}
