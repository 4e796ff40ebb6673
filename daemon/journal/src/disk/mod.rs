//! A journal in a directory: `LOCK` (one writer), `FORMAT` (which backend), `mark` (what was acknowledged), and the records in
//! `log/` or `sled/`.
//!
//! Acknowledged means: the backend has synced the records, and the mark was moved. In the log the mark is synced a little later
//! ([`Keeper`]): it is there to tell lost records, and the log does not lose them. In sled it is synced first: sled might.

mod format;
mod keeper;
mod lock;
mod log;
mod mark;
mod open;
mod restore;
mod sled;
mod store;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use parking_lot::RwLock;

pub use format::Backend;
pub use mark::MarkState;
pub(crate) use mark::{decode_head, encode_head};
pub use open::Options;
pub(crate) use restore::Restoring;

use self::keeper::Keeper;
use self::lock::DirLock;
use self::mark::{Mark, Marked};
use self::open::Opened;
use self::store::{Store, Written};
use crate::error::JournalError;
use crate::files;
use crate::index::Index;
use crate::journal::{Appended, Commit, Commits, Head, Journal, JournalReader, Records, Room};
use crate::read::{self, Fetch};
use crate::record::encode_commit;
use crate::verify::{JournalInfo, VerifyReport};

/// The one writer of a journal directory.
pub struct DiskJournal {
    shared: Arc<Shared>,
    backend: Backend,
    mark: Mark,
    mark_state: MarkState,
    poison: Option<JournalError>,
    keeper: Option<Keeper>,
    lock: Option<DirLock>,
}

/// What writer and readers share.
struct Shared {
    dir: PathBuf,
    store: RwLock<Box<dyn Store>>,
    index: RwLock<Index>,
}

impl DiskJournal {
    /// Opens the journal in `dir`, or creates one. Reads every record once.
    ///
    /// # Errors
    /// Whatever makes it impossible to vouch for every acknowledged record; nothing is repaired behind anybody's back.
    pub fn open(dir: &Path, options: &Options) -> Result<Self, JournalError> {
        let Opened {
            dir,
            backend,
            lock,
            mut mark,
            mark_state,
            store,
            found,
        } = open::open(dir, options)?;
        let (head, base) = (found.index.head(), found.index.base());
        // Whole commits above the mark were written by an append whose answer nobody got. They stay, and count from here on.
        store.begin(mark.marked.head.sequence, head.sequence)?;
        // What made the directory may have been killed before its name was durable.
        files::sync_path(&dir)?;
        if found.truncated_from.is_some() {
            store.forget(base.sequence)?;
        }
        // Also when it says so already: what was read may be in the memory of the system only.
        mark.write(Marked { head, base })?;
        mark.slots().sync()?;
        let shared = Arc::new(Shared {
            dir,
            store: RwLock::new(store),
            index: RwLock::new(found.index),
        });
        Ok(Self {
            keeper: Some(Keeper::start(&shared, mark.slots())?),
            shared,
            backend,
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

    fn alive(&mut self) -> Result<(), JournalError> {
        if self.poison.is_none()
            && let Some(error) = self.keeper.as_ref().and_then(Keeper::failed)
        {
            return self.fail_stop(Err(error));
        }
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
        self.keeper = None;
        if self.lock.is_none() {
            return Ok(());
        }
        // Who was told why the journal stopped need not be told again.
        let marked = match self.poison {
            None => self.mark.slots().sync(),
            Some(_) => Ok(()),
        };
        let closed = self.shared.store.write().close();
        self.lock = None;
        marked.and(closed)
    }

    /// Where the journal ends now; none if the disk is full and nothing was written.
    fn write(&mut self, expected: &Head, commit: &Commit) -> Result<Option<Head>, JournalError> {
        let (records, head) = encode_commit(expected, commit);
        let written = self.shared.store.read().append(expected.sequence + 1, &records)?;
        let Written::Durable = written else { return Ok(None) };
        self.move_mark(Marked {
            head,
            ..self.mark.marked
        })?;
        self.shared.index.write().push(head);
        Ok(Some(head))
    }

    fn move_mark(&mut self, marked: Marked) -> Result<(), JournalError> {
        self.mark.write(marked)?;
        match self.backend {
            Backend::Sled => self.mark.slots().sync(),
            Backend::Log => {
                self.keeper.iter().for_each(Keeper::poke);
                Ok(())
            }
        }
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
        let dir = || self.shared.dir.clone();
        let last = self
            .shared
            .store
            .read()
            .get(first - 1)?
            .ok_or_else(|| read::gap(dir(), first - 1))?;
        let base = Head::of_last_record(&last).map_err(|error| read::link_error(dir(), first - 1, error.into()))?;
        // The base first: were records gone before it is known why, they would count as lost.
        self.mark.write(Marked {
            base,
            ..self.mark.marked
        })?;
        self.mark.slots().sync()?;
        self.shared.index.write().truncated(base);
        self.shared.store.read().forget(base.sequence)
    }
}

impl Journal for DiskJournal {
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
        Ok(match self.fail_stop(outcome)? {
            Some(head) => Appended::Durable(head),
            None => Appended::Full,
        })
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

impl Drop for DiskJournal {
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
    fn room(&self) -> Room {
        self.store.read().room()
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
    let backend = open::require_format(dir)?;
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
        backend,
        in_use,
        acknowledged: marked.map(|marked| marked.head),
        base: marked.map(|marked| marked.base),
        disk_bytes: disk_bytes(&dir.join(store::folder(backend)))?,
    })
}

fn disk_bytes(dir: &Path) -> Result<u64, JournalError> {
    let mut sum = 0;
    for entry in std::fs::read_dir(dir).map_err(JournalError::io("list", dir))? {
        match entry.and_then(|entry| entry.metadata()) {
            Ok(meta) if meta.is_file() => sum += meta.len(),
            Ok(_) => {}
            // A spare file that was taken into use or given up meanwhile.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(JournalError::io("list", dir)(error)),
        }
    }
    Ok(sum)
}
