//! The trait all backends implement, and the words it is written in.
//!
//! Compare-and-swap from the start: a writer says where it believes the journal ends, and learns if it is wrong.

use std::sync::Arc;

use bytes::Bytes;

use crate::error::JournalError;
use crate::record::{self, RecordError};

/// Where a journal ends: the token that [`Journal::append`] compares.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Head {
    /// The last record; 0 if there is none.
    pub sequence: u64,
    /// The epoch that wrote it.
    pub epoch: u64,
    /// The last event; 0 if there is none.
    pub revision: u64,
    /// SHA-256 of the last record; zero if there is none.
    pub hash: [u8; 32],
}

impl Head {
    /// The head of a journal that ends with this record.
    pub(crate) fn of_last_record(encoded: &[u8]) -> Result<Self, RecordError> {
        let (header, _) = record::decode(encoded)?;
        Ok(Self {
            sequence: header.sequence,
            epoch: header.epoch,
            revision: header.last_revision(),
            hash: record::hash(encoded),
        })
    }
}

/// What one group commit writes: all of it under one sync, or none of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Commit {
    /// The writer's epoch; never below that of the head.
    pub epoch: u64,
    /// How many events the payload holds; never 0.
    pub count: u64,
    /// An encoded `baiying.journal.v1.Batch` of any size; split over several records if it is large.
    pub payload: Bytes,
}

impl Commit {
    /// Stops the process before anything is written that could never be read.
    pub(crate) fn assert_follows(&self, expected: &Head) {
        assert!(self.count > 0, "a commit holds at least one event");
        assert!(
            self.epoch >= expected.epoch,
            "epoch {} after epoch {}",
            self.epoch,
            expected.epoch
        );
        assert!(
            expected.revision.checked_add(self.count).is_some(),
            "revisions overflow"
        );
    }
}

/// What became of an append.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[must_use]
pub enum Appended {
    /// Stored; it survives a power loss. The journal ends here now.
    Durable(Head),
    /// Not stored: the journal ended elsewhere. Read the tail, evolve, decide again.
    Conflict(Head),
    /// Nobody knows: ask [`Journal::resolve`].
    Unknown,
    /// Not stored: there is no room for it. The journal is as it was, and goes on when there is room.
    Full,
}

/// How much can be appended when the disk gives no more.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Room {
    /// Space is set aside, and more can be had.
    Ample,
    /// The disk is full: this many bytes of what was set aside are left.
    Last(u64),
    /// Nothing is set aside; the disk's free space is all that is known.
    Unknown,
}

/// A journal as its one writer sees it.
pub trait Journal: Send {
    /// Where the journal ends, as far as this handle knows.
    fn head(&self) -> Head;

    /// Appends a commit if the journal ends at `expected`.
    ///
    /// # Errors
    /// Any error is final: the handle answers every later call with it. Drop it and open the journal again.
    ///
    /// # Panics
    /// If the commit holds no event, or its epoch is below that of `expected`.
    fn append(&mut self, expected: &Head, commit: &Commit) -> Result<Appended, JournalError>;

    /// Finds out what became of an append that was answered [`Appended::Unknown`], by reading its slot back by hash.
    ///
    /// Answers `Durable` with the head as of that commit (others may have appended since: the next append tells), or
    /// `Conflict` with where the journal ends: equal to `expected` if nothing was written.
    ///
    /// # Errors
    /// As for [`Journal::append`].
    fn resolve(&mut self, expected: &Head, commit: &Commit) -> Result<Appended, JournalError>;

    /// A view for readers on any thread. Once the writer is closed or dropped it answers [`JournalError::Closed`].
    fn reader(&self) -> Arc<dyn JournalReader>;

    /// Drops whole commits that end at or before `revision`: what a snapshot of that revision replaces. The last commit stays.
    ///
    /// # Errors
    /// As for [`Journal::append`].
    fn truncate_before(&mut self, revision: u64) -> Result<(), JournalError>;

    /// Closes the journal; what was answered as durable is so already.
    ///
    /// # Errors
    /// If the store fails while it is closed; nothing acknowledged is lost by that.
    fn close(self: Box<Self>) -> Result<(), JournalError>;
}

/// Commits in order, read as they are asked for.
pub type Commits<'a> = Box<dyn Iterator<Item = Result<StoredCommit, JournalError>> + Send + 'a>;
/// Encoded records with their sequence, in order, read as they are asked for.
pub type Records<'a> = Box<dyn Iterator<Item = Result<(u64, Bytes), JournalError>> + Send + 'a>;

/// A journal as readers see it. Shows only what is durable.
pub trait JournalReader: Send + Sync {
    /// The durable head.
    fn head(&self) -> Head;

    /// Whole commits that end after `revision`, up to the head as of this call.
    ///
    /// The first item is [`JournalError::Truncated`] if some of them are no longer kept; after an error there are no more.
    fn commits_after(&self, revision: u64) -> Commits<'_>;

    /// Encoded records from `sequence` on (or the first that is kept), up to the head as of this call; for backups.
    fn records_from(&self, sequence: u64) -> Records<'_>;

    /// How much can still be appended.
    fn room(&self) -> Room;
}

/// A commit as read back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredCommit {
    /// Its first event.
    pub first_revision: u64,
    /// How many events it holds.
    pub count: u64,
    /// The epoch that wrote it.
    pub epoch: u64,
    /// Its last record.
    pub last_sequence: u64,
    /// Hash of its last record.
    pub hash: [u8; 32],
    /// As given to [`Journal::append`].
    pub payload: Bytes,
}

impl StoredCommit {
    /// The head of a journal that ends with this commit.
    pub fn head(&self) -> Head {
        Head {
            sequence: self.last_sequence,
            epoch: self.epoch,
            revision: self.first_revision + self.count - 1,
            hash: self.hash,
        }
    }
}
