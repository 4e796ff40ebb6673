//! The journal of a simulated engine: the memory journal with everything that can happen to an append.

use std::path::PathBuf;
use std::sync::Arc;

use baiying_core::command::{Actor, Command, Context, Envelope};
use baiying_core::id::{PersonId, Timestamp};
use baiying_core::leave::{LeaveReason, RequestLeave};
use baiying_journal::{Appended, Commit, Fault, Head, Journal, JournalError, JournalReader, MemoryJournal, SharedLog};
use baiyingd::engine::{Desk, Published};
use parking_lot::Mutex;

use crate::policy::policy;

/// Who appends between an engine's append and its finding out what became of it.
pub(crate) const INTRUDER: &str = "intruder";

/// What becomes of the next append.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AppendFault {
    /// Written, and the answer is lost.
    UnknownWritten,
    /// Not written, and nobody knows.
    UnknownNotWritten,
    /// Written, the answer is lost, and before anybody asks another engine has appended.
    UnknownOvertaken,
    /// Not written: the disk is full.
    Full,
    /// Not written: the store failed.
    Failed,
    /// Written, and the process is killed before it knows.
    KilledAfter,
    /// The process is killed before anything is written.
    KilledBefore,
}

impl AppendFault {
    /// All of them.
    pub(crate) const ALL: [Self; 7] = [
        Self::UnknownWritten,
        Self::UnknownNotWritten,
        Self::UnknownOvertaken,
        Self::Full,
        Self::Failed,
        Self::KilledAfter,
        Self::KilledBefore,
    ];
}

/// What the world and the journal of one of its engines tell each other.
#[derive(Default)]
pub(crate) struct Line {
    /// What becomes of the next append.
    pub(crate) next: Option<AppendFault>,
    /// A fault that came true.
    pub(crate) came_true: Option<AppendFault>,
    /// What the engine shows; must never be ahead of what is durable.
    pub(crate) published: Option<Arc<Published>>,
    /// Something seen during an append that must never be.
    pub(crate) broken: Option<String>,
}

/// A journal that does what it is told to suffer.
pub(crate) struct SimJournal {
    inner: MemoryJournal,
    log: SharedLog,
    line: Arc<Mutex<Line>>,
    overtaken: bool,
}

impl SimJournal {
    /// Opens the log.
    pub(crate) fn open(log: &SharedLog, line: &Arc<Mutex<Line>>) -> Self {
        Self {
            inner: log.open(),
            log: log.clone(),
            line: Arc::clone(line),
            overtaken: false,
        }
    }

    /// Another engine opens the journal, appends a commit of its own and is gone.
    fn intrude(&self) -> Result<(), JournalError> {
        let (mut desk, _) = Desk::open(Box::new(self.log.open()), [], policy())?;
        let at = desk.published().read().at().map_or(1, Timestamp::unix_ms);
        let context = Context {
            actor: Actor(INTRUDER.into()),
            request_id: Some(format!("{INTRUDER}-{}", self.log.head().revision).into()),
            digest: 0,
            at: Timestamp::from_unix_ms(at),
        };
        let command = Command::RequestLeave(RequestLeave {
            person: PersonId(1),
            reason: LeaveReason::OutOfTown,
            note: "".into(),
            from: at + 1,
            until: at + 60_000,
        });
        // Refused while nobody is on the roster: then nothing was overtaken.
        desk.commit(vec![Envelope { context, command }], Timestamp::from_unix_ms(at))?;
        Ok(())
    }
}

fn killed(action: &'static str) -> JournalError {
    JournalError::Store {
        path: PathBuf::from("simulated"),
        action,
        detail: "the world wanted it so".into(),
    }
}

impl Journal for SimJournal {
    fn head(&self) -> Head {
        self.inner.head()
    }

    fn append(&mut self, expected: &Head, commit: &Commit) -> Result<Appended, JournalError> {
        let fault = {
            let mut line = self.line.lock();
            let shown = line.published.as_ref().map(|published| published.read().revision().0);
            let durable = self.log.head().revision;
            if shown.is_some_and(|shown| shown > durable) {
                line.broken = Some(format!("revision {shown:?} is shown while {durable} is durable"));
            }
            let fault = (self.log.head() == *expected).then(|| line.next.take()).flatten();
            line.came_true = line.came_true.or(fault);
            fault
        };
        match fault {
            None => {}
            Some(AppendFault::UnknownWritten) => self.log.fail_next(Fault::UnknownWritten),
            Some(AppendFault::UnknownNotWritten) => self.log.fail_next(Fault::UnknownNotWritten),
            Some(AppendFault::UnknownOvertaken) => {
                self.overtaken = true;
                self.log.fail_next(Fault::UnknownWritten);
            }
            Some(AppendFault::Full) => self.log.fail_next(Fault::Full),
            Some(AppendFault::Failed) => self.log.fail_next(Fault::Error),
            Some(AppendFault::KilledBefore) => return Err(killed("append")),
            Some(AppendFault::KilledAfter) => {
                // The answer never reaches anybody.
                let _ = self.inner.append(expected, commit)?;
                return Err(killed("answer"));
            }
        }
        self.inner.append(expected, commit)
    }

    fn resolve(&mut self, expected: &Head, commit: &Commit) -> Result<Appended, JournalError> {
        if std::mem::take(&mut self.overtaken) {
            self.intrude()?;
        }
        self.inner.resolve(expected, commit)
    }

    fn reader(&self) -> Arc<dyn JournalReader> {
        self.inner.reader()
    }

    fn truncate_before(&mut self, revision: u64) -> Result<(), JournalError> {
        self.inner.truncate_before(revision)
    }

    fn close(self: Box<Self>) -> Result<(), JournalError> {
        Box::new(self.inner).close()
    }
}
