//! The high-water mark: what was acknowledged, kept apart from the store, because sled opens a truncated file without a word.
//!
//! Two slots of 512 bytes (one sector each) in a preallocated file, written in turn: a torn write hits the older slot only.
//! Little-endian: magic `BYMK`, version u16, zero u16, generation u64, head, base (each: sequence, epoch, revision u64,
//! hash 32 bytes), zeros, CRC32C of the 508 bytes before it.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use crate::error::JournalError;
use crate::files;
use crate::journal::Head;

const NAME: &str = "mark";
const SLOT: usize = 512;
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
    /// Both slots are whole.
    Whole,
    /// One slot is torn or damaged; the other counts. Normal after a power loss.
    OneSlot,
    /// It was missing or damaged, and the journal was accepted without.
    Accepted,
}

/// The open mark file.
#[derive(Debug)]
pub(super) struct Mark {
    path: PathBuf,
    file: File,
    generation: u64,
    pub(super) marked: Marked,
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

    /// A new mark, in place of whatever was there.
    pub(super) fn create(dir: &Path, marked: Marked) -> Result<Self, JournalError> {
        let path = Self::path(dir);
        let slots = [encode(0, &marked), encode(1, &marked)].concat();
        files::write_atomically(&path, &[&slots])?;
        let file = File::options()
            .read(true)
            .write(true)
            .open(&path)
            .map_err(JournalError::io("open", &path))?;
        Ok(Self {
            path,
            file,
            generation: 1,
            marked,
        })
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
        let mut slots = bytes.chunks(SLOT).take(2).filter_map(decode).collect::<Vec<_>>();
        let state = if slots.len() == 2 {
            MarkState::Whole
        } else {
            MarkState::OneSlot
        };
        slots.sort_by_key(|(generation, _)| *generation);
        Ok(match slots.pop() {
            Some((generation, marked)) => Found::Mark(
                Self {
                    path,
                    file,
                    generation,
                    marked,
                },
                state,
            ),
            None => Found::Damaged,
        })
    }

    /// Moves the mark. Acknowledge only after this returned.
    pub(super) fn write(&mut self, marked: Marked) -> Result<(), JournalError> {
        assert!(
            marked.head.sequence >= self.marked.head.sequence,
            "the mark never goes back"
        );
        let generation = self.generation + 1;
        let at = generation % 2 * SLOT as u64;
        self.file
            .write_all_at(&encode(generation, &marked), at)
            .and_then(|()| self.file.sync_data())
            .map_err(JournalError::io("move the high-water mark", &self.path))?;
        (self.generation, self.marked) = (generation, marked);
        Ok(())
    }

    #[cfg(test)]
    pub(super) fn replace_file(&mut self, file: File) {
        self.file = file;
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
