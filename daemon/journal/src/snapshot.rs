//! Snapshots of the state: a cache that shortens the start. A damaged one is passed over, and said so.
//!
//! `snapshots/<revision, 20 digits>.snap`, little-endian: magic `BYSN`, version u16, zero u16, head (sequence, epoch, revision
//! u64, hash), state hash, payload length u64, CRC32C of the payload, SHA-256 of everything before and the payload, payload.

use std::fs;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use sha2::{Digest, Sha256};

use crate::disk::{decode_head, encode_head};
use crate::error::JournalError;
use crate::files;
use crate::journal::Head;

const MAGIC: [u8; 4] = *b"BYSN";
/// The version written; every version up to it is read.
pub const FORMAT_VERSION: u16 = 1;
const BODY: usize = 108;
const HEADER_LEN: usize = BODY + 32;
/// How many snapshots [`prune`] keeps unless told otherwise: the newest, and one in case it is damaged.
pub const KEEP: usize = 2;

/// The state as of a head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// Where the journal ended.
    pub head: Head,
    /// Hash of the state.
    pub state_hash: [u8; 32],
    /// The state, serialised by the engine.
    pub payload: Bytes,
}

/// Why a snapshot was passed over.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("snapshot {path} was passed over: {problem}")]
pub struct SnapshotWarning {
    /// The file.
    pub path: PathBuf,
    /// Why.
    pub problem: SnapshotProblem,
}

/// What can be wrong with a snapshot.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotProblem {
    /// The file cannot be read.
    #[error("cannot read it: {0}")]
    Unreadable(String),
    /// It is no snapshot, or not all of one.
    #[error("it is damaged: {0}")]
    Damaged(&'static str),
    /// A newer release wrote it.
    #[error("its format {0} is newer than {FORMAT_VERSION}")]
    NewerVersion(u16),
    /// It was taken of another journal, or of records that are not there.
    #[error("the journal does not hold the record it was taken at")]
    Foreign,
}

/// What was found among the snapshots.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The newest good one.
    pub snapshot: Option<Snapshot>,
    /// Those that were passed over for it.
    pub warnings: Vec<SnapshotWarning>,
}

/// Writes a snapshot, whole or not at all, and answers where.
///
/// # Errors
/// If the file cannot be written; the journal is not affected.
pub fn write(dir: &Path, snapshot: &Snapshot) -> Result<PathBuf, JournalError> {
    files::create_dir(dir)?;
    let path = dir.join(file_name(snapshot.head.revision));
    files::write_atomically(&path, &[&header(snapshot), &snapshot.payload])?;
    Ok(path)
}

/// What the file of a snapshot is called.
fn file_name(revision: u64) -> String {
    format!("{revision:020}.snap")
}

/// The bytes of a snapshot's file.
pub fn encode(snapshot: &Snapshot) -> Bytes {
    [header(snapshot).as_slice(), &snapshot.payload].concat().into()
}

/// A file, and the snapshot in it or what is wrong with it.
pub type Candidate = (PathBuf, Result<Snapshot, SnapshotProblem>);

/// The snapshots of a directory, newest first, read as they are asked for. A missing directory holds none.
///
/// # Errors
/// If the directory cannot be listed.
pub fn candidates(dir: &Path) -> Result<impl Iterator<Item = Candidate>, JournalError> {
    Ok(list(dir)?.into_iter().rev().map(|path| {
        let found = read(&path);
        (path, found)
    }))
}

/// The first of these snapshots that is whole and that `is_known` accepts: compare its head with the journal's record there.
pub fn choose(candidates: impl IntoIterator<Item = Candidate>, is_known: impl Fn(&Head) -> bool) -> Loaded {
    let mut loaded = Loaded::default();
    for (path, found) in candidates {
        let problem = match found {
            Ok(snapshot) if is_known(&snapshot.head) => {
                loaded.snapshot = Some(snapshot);
                break;
            }
            Ok(_) => SnapshotProblem::Foreign,
            Err(problem) => problem,
        };
        loaded.warnings.push(SnapshotWarning { path, problem });
    }
    loaded
}

/// Removes all but the newest `keep` snapshots, and what interrupted writes left.
///
/// # Errors
/// If a file cannot be removed.
pub fn prune(dir: &Path, keep: usize) -> Result<(), JournalError> {
    let all = list(dir)?;
    for path in &all[..all.len().saturating_sub(keep)] {
        fs::remove_file(path).map_err(JournalError::io("remove", path))?;
    }
    for path in files_with(dir, "tmp")? {
        fs::remove_file(&path).map_err(JournalError::io("remove", &path))?;
    }
    if dir.is_dir() { files::sync_dir(dir) } else { Ok(()) }
}

/// Snapshot files, oldest first.
fn list(dir: &Path) -> Result<Vec<PathBuf>, JournalError> {
    let mut all = files_with(dir, "snap")?;
    all.sort_unstable();
    Ok(all)
}

fn files_with(dir: &Path, extension: &str) -> Result<Vec<PathBuf>, JournalError> {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(JournalError::io("list", dir)(error)),
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.map_err(JournalError::io("list", dir))?.path();
        if path.extension().is_some_and(|found| found == extension) {
            found.push(path);
        }
    }
    Ok(found)
}

fn header(snapshot: &Snapshot) -> Vec<u8> {
    let Snapshot {
        head,
        state_hash,
        payload,
    } = snapshot;
    let mut out = Vec::with_capacity(HEADER_LEN);
    out.extend_from_slice(&MAGIC);
    out.extend_from_slice(&FORMAT_VERSION.to_le_bytes());
    out.extend_from_slice(&[0; 2]);
    out.extend_from_slice(&encode_head(head));
    out.extend_from_slice(state_hash);
    out.extend_from_slice(&(payload.len() as u64).to_le_bytes());
    out.extend_from_slice(&crc32c::crc32c(payload).to_le_bytes());
    debug_assert_eq!(out.len(), BODY);
    let sum = Sha256::new().chain_update(&out).chain_update(payload).finalize();
    out.extend_from_slice(&sum);
    out
}

fn read(path: &Path) -> Result<Snapshot, SnapshotProblem> {
    let bytes = fs::read(path).map_err(|error| SnapshotProblem::Unreadable(error.to_string()))?;
    let snapshot = decode(&Bytes::from(bytes))?;
    if path
        .file_name()
        .is_none_or(|name| *name != *file_name(snapshot.head.revision))
    {
        return Err(SnapshotProblem::Damaged("its name is not its revision"));
    }
    Ok(snapshot)
}

/// The snapshot that a file's bytes are.
///
/// # Errors
/// Why they are none.
pub fn decode(bytes: &Bytes) -> Result<Snapshot, SnapshotProblem> {
    if bytes.len() < HEADER_LEN {
        return Err(SnapshotProblem::Damaged("it is too short"));
    }
    if bytes[..4] != MAGIC {
        return Err(SnapshotProblem::Damaged("it does not start like a snapshot"));
    }
    match u16::from_le_bytes([bytes[4], bytes[5]]) {
        FORMAT_VERSION => {}
        newer if newer > FORMAT_VERSION => return Err(SnapshotProblem::NewerVersion(newer)),
        _ => return Err(SnapshotProblem::Damaged("there is no such version")),
    }
    let payload = bytes.slice(HEADER_LEN..);
    let number = u64::from_le_bytes(bytes[96..104].try_into().expect("eight bytes"));
    if number != payload.len() as u64 {
        return Err(SnapshotProblem::Damaged("its length is not what it says"));
    }
    if crc32c::crc32c(&payload).to_le_bytes() != bytes[104..BODY] {
        return Err(SnapshotProblem::Damaged("its checksum is wrong"));
    }
    let sum = Sha256::new()
        .chain_update(&bytes[..BODY])
        .chain_update(&payload)
        .finalize();
    if sum[..] != bytes[BODY..HEADER_LEN] {
        return Err(SnapshotProblem::Damaged("its hash is wrong"));
    }
    Ok(Snapshot {
        head: decode_head(bytes[8..64].try_into().expect("the length of a head")),
        state_hash: bytes[64..96].try_into().expect("32 bytes"),
        payload,
    })
}

#[cfg(test)]
mod tests;
