//! What a backend on disk is made of. The lock, the format, the mark and the check of everything on open are the same for all.

use std::path::Path;

use bytes::Bytes;

use super::format::Backend;
use super::log::LogStore;
use super::open::Options;
use super::sled::SledStore;
use crate::error::JournalError;
use crate::journal::Room;
use crate::record::RecordError;

/// Records by their sequence, on disk.
pub(super) trait Store: Send + Sync {
    /// A record's bytes; none if it is not there.
    fn get(&self, sequence: u64) -> Result<Option<Bytes>, JournalError>;

    /// Every record in order, until `each` fails. Changes nothing. Says what stands behind the last one, if it is no record.
    fn scan(&self, each: &mut Each<'_>) -> Result<Option<Tail>, JournalError>;

    /// Makes ready to write, after everything was found good: drops the records after `head`, which are no whole commit, makes
    /// durable what may be in the memory of the system only, which is nothing up to `synced`, and begins whatever goes on in
    /// the background.
    fn begin(&self, synced: u64, head: u64) -> Result<(), JournalError>;

    /// Makes the records durable, `first` being the sequence of the first; or changes nothing and says that the disk is full.
    fn append(&self, first: u64, records: &[Bytes]) -> Result<Written, JournalError>;

    /// Forgets the records up to `last`; some may stay for a while. What an interruption leaves is without gaps.
    fn forget(&self, last: u64) -> Result<(), JournalError>;

    /// Work for the background, asked for after appends, and once a second, whatever happens, `again`: for what failed before.
    fn maintain(&self, again: bool) {
        let _ = again;
    }

    /// How much can be appended without a byte of new space.
    fn room(&self) -> Room;

    /// Closes what is open.
    fn close(&mut self) -> Result<(), JournalError>;

    /// Has what is written now go to a file that cannot be synced.
    #[cfg(test)]
    fn replace_file(&mut self, file: std::fs::File);
}

/// Takes a sequence and its record.
pub(super) type Each<'a> = dyn FnMut(u64, Bytes) -> Result<(), JournalError> + 'a;

/// What stands behind the last record: an append that was cut off, or damage. The mark tells which.
#[derive(Debug, Clone)]
pub(super) struct Tail {
    pub(super) path: std::path::PathBuf,
    pub(super) sequence: u64,
    pub(super) problem: RecordError,
    /// A later commit stands behind it: this is damage.
    pub(super) is_followed: bool,
}

/// What became of an append.
pub(super) enum Written {
    Durable,
    /// Nothing was written.
    Full,
}

/// The folder in which a backend keeps its records.
pub(super) fn folder(backend: Backend) -> &'static str {
    match backend {
        Backend::Log => super::log::NAME,
        Backend::Sled => super::sled::NAME,
    }
}

/// Opens the records of the journal in `dir`.
pub(super) fn open(backend: Backend, dir: &Path, options: &Options) -> Result<Box<dyn Store>, JournalError> {
    Ok(match backend {
        Backend::Log => Box::new(LogStore::open(dir, options.segment_bytes)?),
        Backend::Sled => Box::new(SledStore::open(dir, options.cache_bytes)?),
    })
}
