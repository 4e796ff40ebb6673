//! The append-only journal of Baiying: the trait, the record format, the backends, verification, snapshots and backups.
//!
//! A commit is durable when [`Journal::append`] says so, and not before. Everything read back is checked: checksum, chain of
//! hashes, sequence. What cannot be trusted is refused with a [`JournalError`] that says what to do.
//!
//! No domain rules here, and no clock: bytes in, the same bytes out.

pub mod assemble;
pub mod backup;
pub mod chain;
#[cfg(test)]
mod conformance;
mod disk;
mod error;
pub mod event;
mod files;
mod index;
mod journal;
mod memory;
mod read;
pub mod record;
pub mod snapshot;
mod verify;

pub use disk::{Backend, DiskJournal, MarkState, Options};
pub use error::JournalError;
pub use journal::{Appended, Commit, Commits, Head, Journal, JournalReader, Records, Room, StoredCommit};
pub use memory::{Fault, MemoryJournal, SharedLog};
pub use verify::{Inspected, JournalInfo, VerifyReport, info, inspect, verify};
