//! Reading, the same for every backend that can fetch a record by its sequence.

use std::path::PathBuf;

use bytes::Bytes;

use crate::assemble::Assembler;
use crate::chain::{ChainError, LinkError};
use crate::error::JournalError;
use crate::journal::{Commits, Head, Records, StoredCommit};

/// What a backend's reader is made of.
pub(crate) trait Fetch: Send + Sync {
    /// The record's bytes; none if there is no such record.
    fn fetch(&self, sequence: u64) -> Result<Option<Bytes>, JournalError>;
    /// What the first record that is kept follows on.
    fn base(&self) -> Head;
    /// Where the records are, for messages.
    fn location(&self) -> PathBuf;
}

/// The records `from..=to`.
pub(crate) fn records(fetch: &dyn Fetch, from: u64, to: u64) -> Records<'_> {
    let mut failed = false;
    Box::new((from..=to).map_while(move |sequence| {
        if failed {
            return None;
        }
        let found = fetch
            .fetch(sequence)
            .and_then(|bytes| bytes.ok_or_else(|| missing(fetch, sequence)));
        failed = found.is_err();
        Some(found.map(|bytes| (sequence, bytes)))
    }))
}

fn missing(fetch: &dyn Fetch, sequence: u64) -> JournalError {
    let base = fetch.base();
    if sequence <= base.sequence {
        // Truncated while it was read.
        return JournalError::Truncated { oldest: base.revision };
    }
    gap(fetch.location(), sequence)
}

/// The error of a record that is not there.
pub(crate) fn gap(path: PathBuf, sequence: u64) -> JournalError {
    JournalError::ChainBroken {
        path,
        sequence,
        source: ChainError::Missing,
    }
}

/// The commits in the records `from..=to`, each record checked against the one before.
fn commits(fetch: &dyn Fetch, from: u64, to: u64) -> Commits<'_> {
    let mut records = records(fetch, from, to);
    let mut assembler: Option<Assembler> = None;
    let mut failed = false;
    Box::new(std::iter::from_fn(move || {
        while !failed {
            let commit = records.next()?.and_then(|(sequence, bytes)| {
                take(&mut assembler, &bytes).map_err(|error| link_error(fetch.location(), sequence, error))
            });
            failed = commit.is_err();
            if let Some(commit) = commit.transpose() {
                return Some(commit);
            }
        }
        None
    }))
}

/// The commits that an index pointed to, or its error.
pub(crate) fn commits_in(fetch: &dyn Fetch, range: Result<(u64, u64), JournalError>) -> Commits<'_> {
    match range {
        Ok((from, to)) => commits(fetch, from, to),
        Err(error) => Box::new(std::iter::once(Err(error))),
    }
}

fn take(assembler: &mut Option<Assembler>, bytes: &Bytes) -> Result<Option<StoredCommit>, LinkError> {
    match assembler {
        Some(assembler) => assembler.accept(bytes),
        None => assembler.insert(Assembler::starting_with(bytes)?).accept(bytes),
    }
}

/// The error of a record that does not hold.
pub(crate) fn link_error(path: PathBuf, sequence: u64, error: LinkError) -> JournalError {
    match error {
        LinkError::Record(source) => JournalError::RecordDamaged { path, sequence, source },
        LinkError::Chain(source) => JournalError::ChainBroken { path, sequence, source },
    }
}
