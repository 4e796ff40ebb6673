//! The high-water mark: what was acknowledged, kept apart from the records, because a truncated file looks like a shorter one.
//!
//! Three slots of 512 bytes (one sector each) in a preallocated file: the last one synced, one being synced, one being written.
//! A torn write never touches the one that counts. Little-endian: magic `BYMK`, version u16, zero u16, generation u64, head, base
//! (each: sequence, epoch, revision u64, hash 32 bytes), zeros, CRC32C of the 508 bytes before it.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::{Mutex, RwLock};

use crate::error::JournalError;
use crate::files;
use crate::journal::Head;

const NAME: &str = "mark";
const SLOT: usize = 512;
const SLOTS: usize = 3;
const MAGIC: [u8; 4] = *b"BYMK";
const VERSION: u16 = 1;
const HEAD_LEN: usize = 56;

/// What the mark says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Marked {
    /// Acknowledged up to here.
    pub(super) head: Head,
    /// Truncated up to here.
    pub(super) base: Head,
}

/// How the mark was found, for reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarkState {
    /// All slots are whole.
    Whole,
    /// A slot is torn or damaged; the newest whole one counts. Normal after a power loss.
    Torn,
    /// It was missing or damaged, and the journal was accepted without.
    Accepted,
}

/// The open mark file, as the writer sees it.
#[derive(Debug)]
pub(super) struct Mark {
    slots: Arc<Slots>,
    pub(super) marked: Marked,
}

/// The file behind a mark; synced from any thread.
#[derive(Debug)]
pub(super) struct Slots {
    path: PathBuf,
    file: RwLock<File>,
    turn: Mutex<Turn>,
    /// One sync at a time. The first that failed: whether a later one succeeds says nothing of what was written before it.
    failed: Mutex<Option<JournalError>>,
}

/// Which slot is what.
#[derive(Debug)]
struct Turn {
    generation: u64,
    /// The next write goes here.
    write: usize,
    /// Durable: not touched before another one is.
    kept: usize,
    dirty: bool,
}

/// What reading a mark came to.
pub(super) enum Found {
    Mark(Mark, MarkState),
    Missing,
    Damaged,
}

impl Mark {
    pub(super) fn path(dir: &Path) -> PathBuf {
        dir.join(NAME)
    }

    fn new(path: PathBuf, file: File, generation: u64, kept: usize, marked: Marked) -> Self {
        let turn = Turn {
            generation,
            write: (kept + 1) % SLOTS,
            kept,
            dirty: false,
        };
        let slots = Slots {
            path,
            file: RwLock::new(file),
            turn: Mutex::new(turn),
            failed: Mutex::default(),
        };
        Self {
            slots: Arc::new(slots),
            marked,
        }
    }

    /// A new mark, in place of whatever was there.
    pub(super) fn create(dir: &Path, marked: Marked) -> Result<Self, JournalError> {
        let path = Self::path(dir);
        let slots = [0, 1, 2].map(|generation| encode(generation, &marked)).concat();
        files::write_atomically(&path, &[&slots])?;
        let file = File::options()
            .read(true)
            .write(true)
            .open(&path)
            .map_err(JournalError::io("open", &path))?;
        Ok(Self::new(path, file, 2, 2, marked))
    }

    pub(super) fn read(dir: &Path) -> Result<Found, JournalError> {
        let path = Self::path(dir);
        let file = match File::options().read(true).write(true).open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Found::Missing),
            Err(error) => return Err(JournalError::io("open", &path)(error)),
        };
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut &file, &mut bytes).map_err(JournalError::io("read", &path))?;
        // A journal made before there were three slots has two.
        let slots = bytes.chunks(SLOT).take(SLOTS).map(decode).collect::<Vec<_>>();
        let state = if slots.len() > 1 && slots.iter().all(Option::is_some) {
            MarkState::Whole
        } else {
            MarkState::Torn
        };
        let newest = (0..).zip(slots).filter_map(|(slot, found)| Some((slot, found?)));
        Ok(match newest.max_by_key(|(_, (generation, _))| *generation) {
            Some((slot, (generation, marked))) => Found::Mark(Self::new(path, file, generation, slot, marked), state),
            None => Found::Damaged,
        })
    }

    /// Moves the mark; a crash of the process cannot take that back, a power loss can, until it is synced.
    pub(super) fn write(&mut self, marked: Marked) -> Result<(), JournalError> {
        assert!(
            marked.head.sequence >= self.marked.head.sequence,
            "the mark never goes back"
        );
        self.slots.write(&marked)?;
        self.marked = marked;
        Ok(())
    }

    /// What a thread needs that syncs it.
    pub(super) fn slots(&self) -> &Arc<Slots> {
        &self.slots
    }
}

impl Slots {
    fn write(&self, marked: &Marked) -> Result<(), JournalError> {
        let mut turn = self.turn.lock();
        turn.generation += 1;
        turn.dirty = true;
        let slot = encode(turn.generation, marked);
        let at = (turn.write * SLOT) as u64;
        let written = self.file.read().write_all_at(&slot, at);
        written.map_err(JournalError::io("move the high-water mark", &self.path))
    }

    /// Makes durable what was written; does nothing if that is so already.
    pub(super) fn sync(&self) -> Result<(), JournalError> {
        let mut failed = self.failed.lock();
        if let Some(error) = &*failed {
            return Err(error.clone());
        }
        let written = {
            let mut turn = self.turn.lock();
            if !std::mem::take(&mut turn.dirty) {
                return Ok(());
            }
            let written = turn.write;
            // Neither the one that is being synced nor the one that counts until it is.
            turn.write = (0..SLOTS)
                .find(|slot| *slot != written && *slot != turn.kept)
                .expect("three slots");
            written
        };
        let synced = self.file.read().sync_data();
        synced
            .map_err(JournalError::io("sync the high-water mark", &self.path))
            .inspect_err(|error| *failed = Some(error.clone()))?;
        self.turn.lock().kept = written;
        Ok(())
    }

    #[cfg(test)]
    pub(super) fn replace_file(&self, file: File) {
        *self.file.write() = file;
    }
}

fn encode(generation: u64, marked: &Marked) -> [u8; SLOT] {
    let mut slot = [0; SLOT];
    slot[..4].copy_from_slice(&MAGIC);
    slot[4..6].copy_from_slice(&VERSION.to_le_bytes());
    slot[8..16].copy_from_slice(&generation.to_le_bytes());
    for (at, head) in [(16, &marked.head), (16 + HEAD_LEN, &marked.base)] {
        slot[at..at + HEAD_LEN].copy_from_slice(&encode_head(head));
    }
    let crc = crc32c::crc32c(&slot[..SLOT - 4]);
    slot[SLOT - 4..].copy_from_slice(&crc.to_le_bytes());
    slot
}

fn decode(slot: &[u8]) -> Option<(u64, Marked)> {
    let slot: &[u8; SLOT] = slot.try_into().ok()?;
    let (body, crc) = slot.split_at(SLOT - 4);
    let whole = body[..4] == MAGIC && body[4..6] == VERSION.to_le_bytes() && crc32c::crc32c(body).to_le_bytes() == crc;
    whole.then(|| {
        let generation = u64::from_le_bytes(body[8..16].try_into().expect("eight bytes"));
        let head = |at: usize| decode_head(body[at..at + HEAD_LEN].try_into().expect("the length of a head"));
        (
            generation,
            Marked {
                head: head(16),
                base: head(16 + HEAD_LEN),
            },
        )
    })
}

/// Sequence, epoch, revision, hash.
pub(crate) fn encode_head(head: &Head) -> [u8; HEAD_LEN] {
    let Head {
        sequence,
        epoch,
        revision,
        hash,
    } = head;
    let mut out = [0; HEAD_LEN];
    out[..8].copy_from_slice(&sequence.to_le_bytes());
    out[8..16].copy_from_slice(&epoch.to_le_bytes());
    out[16..24].copy_from_slice(&revision.to_le_bytes());
    out[24..].copy_from_slice(hash);
    out
}

/// The reverse of [`encode_head`].
pub(crate) fn decode_head(bytes: &[u8; HEAD_LEN]) -> Head {
    let number = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes"));
    Head {
        sequence: number(0),
        epoch: number(8),
        revision: number(16),
        hash: bytes[24..].try_into().expect("32 bytes"),
    }
}
