//! Checking a journal that nobody serves.

use std::path::Path;
use std::sync::Arc;

use crate::disk::{self, Backend, DirLock, MarkState};
use crate::error::JournalError;
use crate::journal::{Head, JournalReader};

/// What a whole and unbroken journal holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VerifyReport {
    /// Records of whole commits.
    pub records: u64,
    /// Whole commits.
    pub commits: u64,
    /// Their events.
    pub events: u64,
    /// The first record; none if there is none.
    pub first_sequence: Option<u64>,
    /// Where it ends.
    pub head: Head,
    /// What the first record follows on: after truncation, the end of what was dropped.
    pub base: Head,
    /// How many writers followed on each other in what is kept.
    pub epochs: u64,
    /// Bytes of all records.
    pub bytes: u64,
    /// Up to where records were acknowledged.
    pub mark: Head,
    /// How the mark was found.
    pub mark_state: MarkState,
    /// Records that were never acknowledged; an interrupted append. They count from the next start on if their commit is whole.
    pub unacknowledged: u64,
    /// Of these, records of a commit that is not whole; the next start drops them.
    pub incomplete: u64,
}

/// What can be said of a journal at a glance, also while it is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JournalInfo {
    /// Where the records are kept.
    pub backend: Backend,
    /// Whether a process has it open.
    pub in_use: bool,
    /// Up to where records were acknowledged; none if the mark cannot be read.
    pub acknowledged: Option<Head>,
    /// Up to where it was truncated.
    pub base: Option<Head>,
    /// Bytes of its files.
    pub disk_bytes: u64,
}

/// A journal that was found whole, and that nobody can serve as long as this is there.
pub struct Inspected {
    /// What it holds.
    pub report: VerifyReport,
    pub(crate) reader: Arc<dyn JournalReader>,
    pub(crate) _lock: DirLock,
}

impl Inspected {
    /// Its whole commits.
    pub fn reader(&self) -> &dyn JournalReader {
        &*self.reader
    }
}

/// Reads every record of the journal in `dir` and checks all that is checked when it is opened. Changes nothing, not even what
/// is set aside for a full disk; only sled rewrites files of its own when it is opened.
///
/// # Errors
/// What is wrong with it; [`JournalError::Locked`] if it is being served.
pub fn inspect(dir: &Path) -> Result<Inspected, JournalError> {
    disk::inspect(dir)
}

/// What [`inspect`] finds.
///
/// # Errors
/// As for [`inspect`].
pub fn verify(dir: &Path) -> Result<VerifyReport, JournalError> {
    Ok(inspect(dir)?.report)
}

/// Reads the mark and the sizes of the files.
///
/// # Errors
/// If there is no journal, or its files cannot be read.
pub fn info(dir: &Path) -> Result<JournalInfo, JournalError> {
    disk::info(dir)
}
