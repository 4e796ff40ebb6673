//! What can go wrong with a journal: what happened, where, and what to do next. Each kind has a stable reason.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::chain::ChainError;
use crate::record::RecordError;

/// A failure of a journal. Cloneable, because a journal that failed answers every later call with the same error.
#[derive(Debug, Clone, thiserror::Error)]
pub enum JournalError {
    /// The operating system refused.
    #[error("cannot {action} {path}; check the disk, its free space and the owner of the directory, then start again")]
    Io {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// What the system said.
        source: Arc<io::Error>,
    },
    /// Another process has the journal open.
    #[error("the journal in {path} is in use by another process; stop it first, one journal has one writer")]
    Locked {
        /// Its directory.
        path: PathBuf,
    },
    /// There is no journal there.
    #[error("{path} is not a journal directory: {detail}; check the path, or restore from a backup")]
    NotAJournal {
        /// The directory.
        path: PathBuf,
        /// What is missing or wrong.
        detail: String,
    },
    /// Written by a newer release.
    #[error(
        "{path} has format {found}, and this release reads up to {supported}; use the release that wrote it or a newer one"
    )]
    NewerFormat {
        /// The directory.
        path: PathBuf,
        /// Its format.
        found: u32,
        /// The newest this code knows.
        supported: u32,
    },
    /// The high-water mark is gone, so lost records would go unnoticed.
    #[error(
        "the high-water mark {path} is missing, so it cannot be known whether acknowledged records were lost; \
         restore the directory from a backup, or accept the journal as it is with `accept_missing_mark`"
    )]
    MarkMissing {
        /// The file.
        path: PathBuf,
    },
    /// Neither slot of the high-water mark can be read.
    #[error(
        "the high-water mark {path} is damaged, so it cannot be known whether acknowledged records were lost; \
         restore the directory from a backup, or accept the journal as it is with `accept_missing_mark`"
    )]
    MarkDamaged {
        /// The file.
        path: PathBuf,
    },
    /// The journal ends before what was acknowledged.
    #[error(
        "{lost} acknowledged records are lost: {path} ends at record {last}, and record {mark} was acknowledged; \
         do not write to it, keep a copy of the directory and restore from a backup"
    )]
    BelowMark {
        /// The directory.
        path: PathBuf,
        /// Its last whole record.
        last: u64,
        /// The last acknowledged one.
        mark: u64,
        /// How many are missing.
        lost: u64,
    },
    /// The journal has another record at the mark, or at its base, than was acknowledged.
    #[error(
        "record {sequence} in {path} is not the one that was acknowledged; files of two journals were mixed: \
         restore the directory from a backup"
    )]
    MarkMismatch {
        /// The directory.
        path: PathBuf,
        /// Which record.
        sequence: u64,
    },
    /// A record's bytes are damaged.
    #[error("record {sequence} in {path} is damaged; keep a copy of the directory and restore from a backup")]
    RecordDamaged {
        /// Where it is stored.
        path: PathBuf,
        /// Which record.
        sequence: u64,
        /// How.
        source: RecordError,
    },
    /// Records do not follow on each other.
    #[error("the chain breaks at record {sequence} in {path}; keep a copy of the directory and restore from a backup")]
    ChainBroken {
        /// Where they are stored.
        path: PathBuf,
        /// The record that does not follow.
        sequence: u64,
        /// How.
        source: ChainError,
    },
    /// There is no space, and nothing was begun.
    #[error("the disk of {path} is full; make room and try again")]
    DiskFull {
        /// The directory.
        path: PathBuf,
    },
    /// The store below answered with an error.
    #[error("the store in {path} failed to {action}: {detail}; the journal stops: start again to rebuild from disk")]
    Store {
        /// The directory.
        path: PathBuf,
        /// What was tried.
        action: &'static str,
        /// What it said.
        detail: String,
    },
    /// The store below cannot make sense of its own files.
    #[error(
        "the store in {path} is damaged, it gave up on `{action}`: {detail}; \
         keep a copy of the directory and restore from a backup"
    )]
    StoreDamaged {
        /// The directory.
        path: PathBuf,
        /// What was tried.
        action: &'static str,
        /// Its last words.
        detail: String,
    },
    /// What was asked for has been replaced by a snapshot.
    #[error("events up to revision {oldest} are no longer kept; start from a snapshot of that revision or a later one")]
    Truncated {
        /// The revision after which events are kept.
        oldest: u64,
    },
    /// The journal was closed while it was read.
    #[error("the journal is closed")]
    Closed,
    /// A newer writer has taken over.
    #[error(
        "a writer of epoch {epoch} has taken over the journal, and this one is of epoch {own}; it stops, nothing of its own was \
         written since: send clients to the other one"
    )]
    Deposed {
        /// Of this writer.
        own: u64,
        /// Of the other.
        epoch: u64,
    },
    /// A commit is whole, and what it holds cannot be understood.
    #[error("a commit cannot be understood; it is damaged, or was written by a newer release: use that one")]
    Event(#[from] crate::event::EventError),
    /// A backup cannot be trusted.
    #[error("the backup is damaged: {detail}; use another backup")]
    BackupDamaged {
        /// What is wrong, and where.
        detail: String,
    },
    /// A restore would mix two journals.
    #[error("{path} is not empty; restore into a new directory and swap it in afterwards")]
    TargetNotEmpty {
        /// The directory.
        path: PathBuf,
    },
}

impl JournalError {
    /// The stable name of this kind of failure; one page of the manual each.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Io { .. } => "JOURNAL_IO",
            Self::Locked { .. } => "JOURNAL_LOCKED",
            Self::NotAJournal { .. } => "JOURNAL_NOT_FOUND",
            Self::NewerFormat { .. } => "JOURNAL_NEWER_FORMAT",
            Self::MarkMissing { .. } => "JOURNAL_MARK_MISSING",
            Self::MarkDamaged { .. } => "JOURNAL_MARK_DAMAGED",
            Self::BelowMark { .. } => "JOURNAL_BELOW_MARK",
            Self::MarkMismatch { .. } => "JOURNAL_MARK_MISMATCH",
            Self::RecordDamaged { .. } => "JOURNAL_RECORD_DAMAGED",
            Self::ChainBroken { .. } => "JOURNAL_CHAIN_BROKEN",
            Self::DiskFull { .. } => "DISK_FULL",
            Self::Store { .. } => "JOURNAL_STORE_FAILED",
            Self::StoreDamaged { .. } => "JOURNAL_STORE_DAMAGED",
            Self::Truncated { .. } => "JOURNAL_TRUNCATED",
            Self::Closed => "JOURNAL_CLOSED",
            Self::Deposed { .. } => "JOURNAL_DEPOSED",
            Self::Event(error) => error.reason(),
            Self::BackupDamaged { .. } => "BACKUP_DAMAGED",
            Self::TargetNotEmpty { .. } => "RESTORE_TARGET_NOT_EMPTY",
        }
    }

    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io {
            action,
            path,
            source: Arc::new(source),
        }
    }
}
