//! Backups: every record as it is stored, and a trailer that proves nothing is missing.
//!
//! Little-endian: magic `BYBK`, version u16, zero u16; for each record its length u32 and its bytes; a length of 0; then head
//! (sequence, epoch, revision u64, hash), state hash, SHA-256 of everything before it.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use sha2::{Digest, Sha256};

use crate::chain::Chain;
use crate::disk::{Options, Restoring, decode_head, encode_head};
use crate::error::JournalError;
use crate::journal::Head;
use crate::read::link_error;
use crate::record::{OVERHEAD, PAYLOAD_MAX};

const MAGIC: [u8; 4] = *b"BYBK";
/// The version written; every version up to it is read.
pub const FORMAT_VERSION: u16 = 1;

/// Writes a backup as records come.
pub struct BackupWriter<W: Write> {
    out: W,
    hash: Sha256,
    chain: Option<Chain>,
}

impl<W: Write> BackupWriter<W> {
    /// Starts a backup.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn start(out: W) -> Result<Self, JournalError> {
        let mut writer = Self {
            out,
            hash: Sha256::new(),
            chain: None,
        };
        writer.write(&MAGIC)?;
        writer.write(&FORMAT_VERSION.to_le_bytes())?;
        writer.write(&[0; 2])?;
        Ok(writer)
    }

    /// Adds the next record; a record that is damaged or does not follow is not backed up as if it were good.
    ///
    /// # Errors
    /// If it does not follow, or cannot be written.
    pub fn record(&mut self, sequence: u64, encoded: &[u8]) -> Result<(), JournalError> {
        follow(&mut self.chain, encoded).map_err(|error| link_error(PathBuf::from("the journal"), sequence, error))?;
        self.write(&u32::try_from(encoded.len()).expect("a record is small").to_le_bytes())?;
        self.write(encoded)
    }

    /// Where the backup ends if it is finished now.
    pub fn head(&self) -> Head {
        self.chain.as_ref().map_or(Head::default(), Chain::head)
    }

    /// Ends the backup with the hash of the state at [`BackupWriter::head`], and gives the output back, flushed.
    ///
    /// # Errors
    /// If it cannot be written, or the last record was not the last of its commit.
    pub fn finish(mut self, state_hash: [u8; 32]) -> Result<W, JournalError> {
        let head = self.head();
        if self
            .chain
            .as_ref()
            .is_some_and(|chain| chain.last_sequence() != head.sequence)
        {
            return Err(damaged("it ends in the middle of a commit"));
        }
        self.write(&0_u32.to_le_bytes())?;
        self.write(&encode_head(&head))?;
        self.write(&state_hash)?;
        let sum = self.hash.clone().finalize();
        self.write(&sum)?;
        self.out
            .flush()
            .map_err(JournalError::io("write", Path::new("the backup")))?;
        Ok(self.out)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), JournalError> {
        self.hash.update(bytes);
        self.out
            .write_all(bytes)
            .map_err(JournalError::io("write", Path::new("the backup")))
    }
}

/// What a restored journal came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RestoreReport {
    /// Where it ends.
    pub head: Head,
    /// What its first record follows on; if that is not the beginning, a snapshot of that revision is needed as well.
    pub base: Head,
    /// Hash of the state at its end, as the backup has it: compare after replay.
    pub state_hash: [u8; 32],
    /// How many records it holds.
    pub records: u64,
}

/// Builds a journal in `dir`, which must be empty or not exist, from a backup. Leaves nothing behind if the backup is not good.
///
/// # Errors
/// If the backup is damaged or cut off, or the directory cannot be written.
pub fn restore(backup: impl Read, dir: &Path) -> Result<RestoreReport, JournalError> {
    let mut input = Input {
        backup,
        hash: Sha256::new(),
        at: 0,
    };
    let header: [u8; 8] = input.array()?;
    if header[..4] != MAGIC {
        return Err(damaged("it does not start like a backup"));
    }
    match u16::from_le_bytes([header[4], header[5]]) {
        FORMAT_VERSION => {}
        found => {
            return Err(damaged(format!(
                "its format is {found}, and this release reads {FORMAT_VERSION}"
            )));
        }
    }
    let mut restoring = Restoring::start(dir, &Options::default())?;
    let (mut chain, mut base, mut records) = (None, Head::default(), 0);
    loop {
        let len = u32::from_le_bytes(input.array()?) as usize;
        if len == 0 {
            break;
        }
        if len > PAYLOAD_MAX + OVERHEAD {
            return Err(damaged(format!("a record of {len} bytes at byte {}", input.at)));
        }
        let record = input.bytes(len)?;
        let at = input.at;
        let head = follow(&mut chain, &record)
            .map_err(|error| damaged(format!("the record that ends at byte {at}: {error}")))?;
        if records == 0 {
            base = head.base;
        }
        records += 1;
        restoring.put(head.sequence, record)?;
    }
    let head = decode_head(&input.array()?);
    let state_hash = input.array()?;
    let sum: [u8; 32] = input.hash.clone().finalize().into();
    if input.array()? != sum {
        return Err(damaged("its total hash is wrong"));
    }
    let after = input
        .backup
        .read(&mut [0])
        .map_err(|error| damaged(format!("it cannot be read to its end: {error}")))?;
    if after > 0 {
        return Err(damaged("something follows after its end"));
    }
    let found = chain.as_ref().map_or(Head::default(), Chain::head);
    if found != head || chain.is_some_and(|chain| chain.last_sequence() != head.sequence) {
        return Err(damaged("its records do not end where its trailer says"));
    }
    restoring.finish(base, head)?;
    Ok(RestoreReport {
        head,
        base,
        state_hash,
        records,
    })
}

struct Followed {
    sequence: u64,
    /// Where the chain stood before, if this is its first record.
    base: Head,
}

fn follow(chain: &mut Option<Chain>, encoded: &[u8]) -> Result<Followed, crate::chain::LinkError> {
    let chain = match chain {
        Some(chain) => chain,
        None => chain.insert(Chain::starting_with(encoded)?),
    };
    let base = chain.head();
    Ok(Followed {
        sequence: chain.accept(encoded)?.header.sequence,
        base,
    })
}

fn damaged(detail: impl Into<String>) -> JournalError {
    JournalError::BackupDamaged { detail: detail.into() }
}

/// Reads and hashes.
struct Input<R> {
    backup: R,
    hash: Sha256,
    at: u64,
}

impl<R: Read> Input<R> {
    fn fill(&mut self, buffer: &mut [u8]) -> Result<(), JournalError> {
        match self.backup.read_exact(buffer) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
                return Err(damaged(format!("it is cut off after byte {}", self.at)));
            }
            Err(error) => return Err(JournalError::io("read", Path::new("the backup"))(error)),
        }
        self.hash.update(&*buffer);
        self.at += buffer.len() as u64;
        Ok(())
    }
    fn array<const N: usize>(&mut self) -> Result<[u8; N], JournalError> {
        let mut buffer = [0; N];
        self.fill(&mut buffer)?;
        Ok(buffer)
    }
    fn bytes(&mut self, len: usize) -> Result<Bytes, JournalError> {
        let mut buffer = vec![0; len];
        self.fill(&mut buffer)?;
        Ok(buffer.into())
    }
}

#[cfg(test)]
mod tests;
