//! Records in sled 0.34.7: opened, synced and read the one way that is safe with it.

mod guard;
#[cfg(test)]
mod tests;

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use bytes::Bytes;

use self::guard::guarded;
use super::store::{Each, Store, Tail, Written};
use crate::error::JournalError;
use crate::files;
use crate::journal::Room;

/// The folder of the database inside the journal's.
pub(super) const NAME: &str = "sled";

/// How long a closed database may hold its file: five seconds, far more than its threads were ever seen to need.
const LET_GO_TRIES: u32 = 5_000;
const LET_GO_PAUSE: Duration = Duration::from_millis(1);

/// An open database, and the file under it.
pub(super) struct SledStore {
    path: PathBuf,
    db: Option<sled::Db>,
    file: File,
}

impl SledStore {
    pub(super) fn open(dir: &Path, cache_bytes: u64) -> Result<Self, JournalError> {
        let path = dir.join(NAME);
        files::create_dir(&path)?;
        remove_generating(&path)?;
        let db = guarded(&path, "open", || {
            sled::Config::new()
                .path(&path)
                .cache_capacity(cache_bytes)
                // Drives the collection of free segments only; nothing relies on this flush.
                .flush_every_ms(Some(500))
                .open()
        })?;
        match sync_new(&path) {
            Ok(file) => Ok(Self {
                path,
                db: Some(db),
                file,
            }),
            Err(error) => {
                // What failed to sync may fail again when sled closes: it panics then, and the first error says more.
                let _ = guarded(&path, "close", || {
                    drop(db);
                    Ok(())
                });
                Err(error)
            }
        }
    }

    fn db(&self) -> Result<&sled::Db, JournalError> {
        self.db.as_ref().ok_or(JournalError::Closed)
    }

    /// Writes all records or none. Not durable before [`SledStore::sync`].
    fn put(&self, first: u64, records: &[Bytes]) -> Result<(), JournalError> {
        let mut batch = sled::Batch::default();
        for (sequence, record) in (first..).zip(records) {
            batch.insert(&key(sequence), &record[..]);
        }
        let db = self.db()?;
        guarded(&self.path, "write", || db.apply_batch(batch))
    }

    /// Removes the records, one after the other.
    fn remove(
        &self,
        records: impl Iterator<Item = sled::Result<(sled::IVec, sled::IVec)>>,
    ) -> Result<u64, JournalError> {
        let db = self.db()?;
        let mut removed = 0;
        for record in records {
            guarded(&self.path, "remove", || db.remove(record?.0))?;
            removed += 1;
        }
        Ok(removed)
    }

    /// Makes durable what was written. sled's own flush leaves out the file's size and the drive's cache.
    fn sync(&self) -> Result<(), JournalError> {
        let db = self.db()?;
        guarded(&self.path, "flush", || db.flush())?;
        self.file
            .sync_data()
            .map_err(JournalError::io("sync", &self.path.join("db")))
    }

    /// sled's threads hold the locked file a moment longer than the database: until they let go, nobody can open it again.
    fn wait_until_let_go(&self) {
        for _ in 0..LET_GO_TRIES {
            match self.file.try_lock() {
                Err(TryLockError::WouldBlock) => std::thread::sleep(LET_GO_PAUSE),
                // Ours is let go of with the descriptor, or right now.
                Ok(()) | Err(TryLockError::Error(_)) => {
                    let _ = self.file.unlock();
                    return;
                }
            }
        }
        tracing::warn!(store = %self.path.display(), "the store still holds its file after it was closed");
    }
}

impl Store for SledStore {
    fn get(&self, sequence: u64) -> Result<Option<Bytes>, JournalError> {
        let db = self.db()?;
        guarded(&self.path, "read", || Ok(db.get(key(sequence))?.map(owned)))
    }

    fn scan(&self, each: &mut Each<'_>) -> Result<Option<Tail>, JournalError> {
        let mut records = self.db()?.iter();
        while let Some((key, value)) = guarded(&self.path, "read", || records.next().transpose())? {
            let sequence = <[u8; 8]>::try_from(&key[..]).map(u64::from_be_bytes).map_err(|_| {
                let detail = format!("a key of {} bytes", key.len());
                JournalError::StoreDamaged {
                    path: self.path.clone(),
                    action: "read",
                    detail,
                }
            })?;
            each(sequence, owned(value))?;
        }
        Ok(None)
    }

    /// sled cannot tell what is in memory only, and everything above the mark is written by one call: it is synced as it is.
    fn begin(&self, _synced: u64, head: u64) -> Result<(), JournalError> {
        // Highest first: what an interruption leaves is without gaps.
        if self.remove(self.db()?.range(key(head + 1)..).rev())? > 0 {
            tracing::warn!(from = head + 1, "dropped an incomplete last commit");
        }
        self.sync()
    }

    fn append(&self, first: u64, records: &[Bytes]) -> Result<Written, JournalError> {
        self.put(first, records)?;
        self.sync()?;
        Ok(Written::Durable)
    }

    fn forget(&self, last: u64) -> Result<(), JournalError> {
        // Lowest first, for the same reason.
        self.remove(self.db()?.range(..=key(last)))?;
        self.sync()
    }

    fn room(&self) -> Room {
        Room::Unknown
    }

    /// sled panics here if its file cannot be synced.
    fn close(&mut self) -> Result<(), JournalError> {
        let Some(db) = self.db.take() else {
            return Ok(());
        };
        let outcome = guarded(&self.path, "close", || {
            drop(db);
            Ok(())
        });
        self.wait_until_let_go();
        // A last sync that failed says nothing against what is stored: no backup is needed, starting again is.
        outcome.map_err(|error| {
            if let JournalError::StoreDamaged { path, action, detail } = error {
                JournalError::Store { path, action, detail }
            } else {
                error
            }
        })
    }

    #[cfg(test)]
    fn replace_file(&mut self, file: File) {
        self.file = file;
    }
}

impl Drop for SledStore {
    fn drop(&mut self) {
        if let Err(error) = self.close() {
            tracing::error!(%error, "the store failed while it was closed; nothing acknowledged is lost by that");
        }
    }
}

/// Makes durable what sled made and did not sync, directories included: a new database could be gone after a power loss.
/// The database file through a descriptor of our own.
fn sync_new(path: &Path) -> Result<File, JournalError> {
    let db_file = path.join("db");
    let file = File::options()
        .read(true)
        .write(true)
        .open(&db_file)
        .map_err(JournalError::io("open", &db_file))?;
    file.sync_all().map_err(JournalError::io("sync", &db_file))?;
    let conf = path.join("conf");
    File::open(&conf)
        .and_then(|conf| conf.sync_all())
        .map_err(JournalError::io("sync", &conf))?;
    files::sync_dir(&path.join("blobs"))?;
    files::sync_dir(path)?;
    Ok(file)
}

/// Big-endian, so that sled's order is the sequence's.
fn key(sequence: u64) -> [u8; 8] {
    sequence.to_be_bytes()
}

fn owned(value: sled::IVec) -> Bytes {
    Bytes::from_owner(value)
}

/// A kill during open leaves a half-written `snap.*.generating`, which 0.34.7 takes for its newest snapshot ever after.
fn remove_generating(path: &Path) -> Result<(), JournalError> {
    let mut removed = false;
    for entry in fs::read_dir(path).map_err(JournalError::io("list", path))? {
        let entry = entry.map_err(JournalError::io("list", path))?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with("snap.") && name.ends_with(".generating") {
            fs::remove_file(entry.path()).map_err(JournalError::io("remove", &entry.path()))?;
            tracing::warn!(file = %entry.path().display(), "removed a half-written index of an interrupted start");
            removed = true;
        }
    }
    if removed { files::sync_dir(path) } else { Ok(()) }
}
