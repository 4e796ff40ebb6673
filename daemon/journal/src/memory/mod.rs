//! A journal in memory, with the faults of a real one: for tests, drills and differential runs.
//!
//! Several writers may share one log, so that conflicts happen as they do with a remote journal.

mod fault;

use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use parking_lot::Mutex;

pub use fault::Fault;

use crate::error::JournalError;
use crate::index::Index;
use crate::journal::{Appended, Commit, Commits, Head, Journal, JournalReader, Records, Room};
use crate::read::{self, Fetch};
use crate::record::encode_commit;

/// A log that outlives the journals opened on it, as a disk does.
#[derive(Clone, Debug)]
pub struct SharedLog(Arc<Mutex<Log>>);

#[derive(Debug)]
struct Log {
    records: Vec<Bytes>,
    index: Index,
    faults: std::collections::VecDeque<Fault>,
}

impl Default for SharedLog {
    fn default() -> Self {
        let index = Index::after(Head::default());
        Self(Arc::new(Mutex::new(Log {
            records: Vec::new(),
            index,
            faults: std::collections::VecDeque::new(),
        })))
    }
}

impl SharedLog {
    /// A journal on this log; any number of them at the same time.
    pub fn open(&self) -> MemoryJournal {
        MemoryJournal {
            log: self.clone(),
            head: self.head(),
            poison: None,
        }
    }
    /// Makes an append fail: the next one, or the one after those that are to fail already.
    pub fn fail_next(&self, fault: Fault) {
        self.0.lock().faults.push_back(fault);
    }
    /// Where the log ends.
    pub fn head(&self) -> Head {
        self.0.lock().index.head()
    }
}

impl Log {
    fn write(&mut self, expected: &Head, commit: &Commit) -> Head {
        let (records, head) = encode_commit(expected, commit);
        self.records.extend(records);
        self.index.push(head);
        head
    }
    fn record(&self, sequence: u64) -> Option<Bytes> {
        let at = sequence.checked_sub(self.index.base().sequence + 1)?;
        self.records.get(usize::try_from(at).ok()?).cloned()
    }
}

/// One writer on a [`SharedLog`].
#[derive(Debug)]
pub struct MemoryJournal {
    log: SharedLog,
    head: Head,
    poison: Option<JournalError>,
}

impl MemoryJournal {
    /// A journal on a log of its own.
    pub fn new() -> Self {
        SharedLog::default().open()
    }
    fn alive(&self) -> Result<(), JournalError> {
        self.poison.clone().map_or(Ok(()), Err)
    }
}

impl Default for MemoryJournal {
    fn default() -> Self {
        Self::new()
    }
}

impl Journal for MemoryJournal {
    fn head(&self) -> Head {
        self.head
    }

    fn append(&mut self, expected: &Head, commit: &Commit) -> Result<Appended, JournalError> {
        self.alive()?;
        commit.assert_follows(expected);
        let mut log = self.log.0.lock();
        let fault = log.faults.pop_front();
        if fault == Some(Fault::Error) {
            let error = JournalError::Store {
                path: PathBuf::from("memory"),
                action: "append",
                detail: "a fault was asked for".to_owned(),
            };
            self.poison = Some(error.clone());
            return Err(error);
        }
        let end = log.index.head();
        if end != *expected {
            self.head = end;
            return Ok(Appended::Conflict(end));
        }
        if fault == Some(Fault::Full) {
            return Ok(Appended::Full);
        }
        if fault == Some(Fault::UnknownNotWritten) {
            return Ok(Appended::Unknown);
        }
        let head = log.write(expected, commit);
        if fault == Some(Fault::UnknownWritten) {
            return Ok(Appended::Unknown);
        }
        self.head = head;
        Ok(Appended::Durable(head))
    }

    fn resolve(&mut self, expected: &Head, commit: &Commit) -> Result<Appended, JournalError> {
        self.alive()?;
        let (records, head) = encode_commit(expected, commit);
        let log = self.log.0.lock();
        if records.last() == log.record(head.sequence).as_ref() {
            self.head = head;
            return Ok(Appended::Durable(head));
        }
        self.head = log.index.head();
        Ok(Appended::Conflict(self.head))
    }

    fn reader(&self) -> Arc<dyn JournalReader> {
        Arc::new(self.log.clone())
    }

    fn truncate_before(&mut self, revision: u64) -> Result<(), JournalError> {
        self.alive()?;
        let mut log = self.log.0.lock();
        let Some(first) = log.index.first_kept(revision) else {
            return Ok(());
        };
        let dropped = (first - 1 - log.index.base().sequence) as usize;
        let Some(last) = dropped.checked_sub(1).map(|at| log.records[at].clone()) else {
            return Ok(());
        };
        let base = Head::of_last_record(&last).expect("records in memory are whole");
        log.records.drain(..dropped);
        log.index.truncated(base);
        Ok(())
    }

    fn close(self: Box<Self>) -> Result<(), JournalError> {
        Ok(())
    }
}

impl Fetch for SharedLog {
    fn fetch(&self, sequence: u64) -> Result<Option<Bytes>, JournalError> {
        Ok(self.0.lock().record(sequence))
    }
    fn base(&self) -> Head {
        self.0.lock().index.base()
    }
    fn location(&self) -> PathBuf {
        PathBuf::from("memory")
    }
}

impl JournalReader for SharedLog {
    fn head(&self) -> Head {
        Self::head(self)
    }
    fn commits_after(&self, revision: u64) -> Commits<'_> {
        let plan = self.0.lock().index.commits_after(revision);
        read::commits_in(self, plan)
    }
    fn records_from(&self, sequence: u64) -> Records<'_> {
        let range = self.0.lock().index.records_from(sequence);
        read::records(self, range.0, range.1)
    }
    fn room(&self) -> Room {
        Room::Ample
    }
}
