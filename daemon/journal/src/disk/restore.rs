//! Building a journal from records that come from elsewhere. It becomes a journal only when all of it has been found good.

use std::fs;
use std::path::{Path, PathBuf};

use bytes::Bytes;

use super::format::{self, Backend};
use super::lock::DirLock;
use super::mark::{Mark, Marked};
use super::open::Options;
use super::store::{self, Store, Written};
use crate::error::JournalError;
use crate::files;
use crate::journal::Head;

/// How many bytes are collected before they are handed to the store.
const BATCH_BYTES: usize = 256 * 1024;

/// A journal that is being restored; undone if it is dropped before [`Restoring::finish`].
pub(crate) struct Restoring {
    dir: PathBuf,
    backend: Backend,
    store: Box<dyn Store>,
    is_finished: bool,
    waiting: Vec<Bytes>,
    waiting_bytes: usize,
    next: Option<u64>,
    _lock: DirLock,
}

impl Restoring {
    pub(crate) fn start(dir: &Path, options: &Options) -> Result<Self, JournalError> {
        files::create_dir(dir)?;
        let mut entries = fs::read_dir(dir).map_err(JournalError::io("list", dir))?;
        if entries.next().is_some() {
            return Err(JournalError::TargetNotEmpty { path: dir.to_owned() });
        }
        let lock = DirLock::take(dir)?;
        let store = store::open(options.backend, dir, options)?;
        store.begin(0, 0)?;
        let (waiting, waiting_bytes, next) = (Vec::new(), 0, None);
        Ok(Self {
            dir: dir.to_owned(),
            backend: options.backend,
            store,
            is_finished: false,
            waiting,
            waiting_bytes,
            next,
            _lock: lock,
        })
    }

    /// Takes the next record, which the caller has checked.
    pub(crate) fn put(&mut self, sequence: u64, record: Bytes) -> Result<(), JournalError> {
        self.next.get_or_insert(sequence);
        self.waiting_bytes += record.len();
        self.waiting.push(record);
        if self.waiting_bytes >= BATCH_BYTES {
            self.write()
        } else {
            Ok(())
        }
    }

    fn write(&mut self) -> Result<(), JournalError> {
        let Some(first) = self.next else { return Ok(()) };
        if let Written::Full = self.store.append(first, &self.waiting)? {
            return Err(JournalError::DiskFull { path: self.dir.clone() });
        }
        self.next = Some(first + self.waiting.len() as u64);
        self.waiting.clear();
        self.waiting_bytes = 0;
        Ok(())
    }

    /// Makes it a journal.
    pub(crate) fn finish(mut self, base: Head, head: Head) -> Result<(), JournalError> {
        self.write()?;
        self.store.close()?;
        Mark::create(&self.dir, Marked { head, base })?;
        format::write(&self.dir, self.backend)?;
        self.is_finished = true;
        Ok(())
    }
}

impl Drop for Restoring {
    fn drop(&mut self) {
        if !self.is_finished {
            let _ = self.store.close();
            // The directory was empty: what is in it now is ours. Without a FORMAT file nobody takes it for a journal anyhow.
            let _ = fs::remove_dir_all(self.dir.join(store::folder(self.backend)));
            for name in ["FORMAT", "mark", "LOCK"] {
                let _ = fs::remove_file(self.dir.join(name));
            }
        }
    }
}
