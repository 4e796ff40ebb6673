//! Whether a directory holds what was promised: opened with the product's code, read whole, and written to.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context as _;
use baiying_journal::{Head, JournalError, JournalReader, StoredCommit};

use crate::backend::Backend;
use crate::promise::{Acked, Promised, hex};
use crate::work;

/// What became of a directory.
#[derive(Debug)]
pub enum Verdict {
    /// Everything promised is there, in order, and it can be written to.
    Intact,
    /// It was refused with a diagnosis.
    Refused(JournalError),
}

/// Opens the journal in `dir` and compares it with what was promised; then appends to it, to see that it goes on.
///
/// # Errors
/// If something that was promised is missing, or something is there that was never written.
pub fn reopen(backend: Backend, dir: &Path, seed: u64, promised: &Promised) -> anyhow::Result<Verdict> {
    let mut journal = match backend.open(dir) {
        Ok(journal) => journal,
        Err(error) => return Ok(Verdict::Refused(error)),
    };
    let head = journal.head();
    let stored = match kept(&*journal.reader(), promised.droppable) {
        Ok(stored) => stored,
        Err(error) => return error.downcast().map(Verdict::Refused),
    };
    holds(&stored, &head, promised)?;
    for commit in &stored {
        let expected = work::commit(seed, commit.first_revision - 1, commit.epoch);
        anyhow::ensure!(
            expected.count == commit.count && expected.payload == commit.payload,
            "the commit at revision {} was never written",
            commit.first_revision
        );
    }
    // A journal that is whole goes on.
    let after = work::append(&mut *journal, seed, head.epoch + 1).context("it opens and cannot be written to")?;
    let last = journal.reader().commits_after(head.revision).last();
    anyhow::ensure!(
        matches!(&last, Some(Ok(commit)) if commit.head() == after),
        "what was appended is not read back: {last:?}"
    );
    journal.close().context("it opens and cannot be closed")?;
    Ok(Verdict::Intact)
}

/// All commits that are kept. An error of the journal is passed on as it is.
fn kept(reader: &dyn JournalReader, droppable: u64) -> anyhow::Result<Vec<StoredCommit>> {
    let mut after = 0;
    loop {
        let read: Result<Vec<_>, _> = reader.commits_after(after).collect();
        match read {
            Err(JournalError::Truncated { oldest }) if after == 0 => after = oldest,
            Err(error) => return Err(error.into()),
            Ok(stored) => {
                let first = stored.first().map_or(after, |commit| commit.first_revision - 1);
                anyhow::ensure!(
                    first <= droppable,
                    "events up to {first} are gone, and only those up to {droppable} may be"
                );
                return Ok(stored);
            }
        }
    }
}

/// In order, without gaps, and with everything that was promised.
fn holds(stored: &[StoredCommit], head: &Head, promised: &Promised) -> anyhow::Result<()> {
    for pair in stored.windows(2) {
        let (before, next) = (pair[0].head(), &pair[1]);
        anyhow::ensure!(
            next.first_revision == before.revision + 1 && next.last_sequence > before.sequence,
            "a gap after {before:?}"
        );
    }
    let by_sequence: BTreeMap<u64, &StoredCommit> =
        stored.iter().map(|commit| (commit.last_sequence, commit)).collect();
    if let Some(last) = promised.acked.last() {
        anyhow::ensure!(
            head.sequence >= last.sequence,
            "acknowledged records are lost: it ends at {}, and {} was acknowledged",
            head.sequence,
            last.sequence
        );
    }
    let first = stored.first().map_or(head.revision, |commit| commit.first_revision);
    for acked in promised.acked.iter().filter(|acked| acked.revision >= first) {
        let there = by_sequence.get(&acked.sequence).map(|commit| of(commit));
        anyhow::ensure!(
            there.as_ref() == Some(acked),
            "acknowledged: {acked:?}; found: {there:?}"
        );
    }
    Ok(())
}

fn of(commit: &StoredCommit) -> Acked {
    Acked {
        sequence: commit.last_sequence,
        revision: commit.head().revision,
        hash: hex(&commit.hash),
    }
}
