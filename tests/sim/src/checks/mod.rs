//! The referee: reads the log as it grows, evolves a reference of its own from the stored bytes, and holds everything that the
//! engines say and show against it. Each check has a file of its own.

mod attempts;
mod conservation;
mod decided;
mod durable;
mod effects;
mod lost;
mod monotonic;
mod one_post;
mod replay;
mod switched;
mod timers;

use baiying_core::State;
use baiying_core::event::Entry;
use baiying_core::id::Timestamp;
use baiying_core::laws;
use baiying_core::policy::Policy;
use baiying_journal::snapshot::Candidate;
use baiying_journal::{JournalReader, SharedLog};

use crate::book::Book;

/// What must not be, and which check saw it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("[{check}] {what}")]
pub struct Broken {
    /// The check.
    pub check: &'static str,
    /// What it saw.
    pub what: String,
}

impl Broken {
    /// Something a check saw.
    pub fn new(check: &'static str, what: impl Into<String>) -> Self {
        let what = what.into();
        Self { check, what }
    }
}

/// Whether a check held.
pub(crate) type Held = Result<(), Broken>;

fn hold(check: &'static str, law: bool, broken: impl FnOnce() -> String) -> Held {
    if law { Ok(()) } else { Err(Broken::new(check, broken())) }
}

fn lawful(check: &'static str, held: laws::Held) -> Held {
    held.map_err(|laws::Broken(what)| Broken { check, what })
}

/// All checks over one world.
#[derive(Default)]
pub(crate) struct Referee {
    reference: State,
    policy: Policy,
    lost: lost::Lost,
    attempts: attempts::Attempts,
    timers: timers::Timers,
    monotonic: monotonic::Monotonic,
    switched: switched::Switched,
}

impl Referee {
    /// Of a world that has just begun, with the plans that ship.
    pub(crate) fn new() -> Self {
        Self {
            policy: crate::policy::policy(),
            ..Self::default()
        }
    }

    /// What the journal tells of so far.
    pub(crate) fn reference(&self) -> &State {
        &self.reference
    }

    /// Reads what was appended since, and checks every step of it.
    ///
    /// # Errors
    /// What must not be.
    pub(crate) fn observe(&mut self, log: &SharedLog, book: &Book) -> Held {
        for commit in log.commits_after(self.reference.revision().0) {
            let commit =
                commit.map_err(|error| Broken::new("replay", format!("the journal cannot be read: {error}")))?;
            let entries = baiying_journal::event::decode(&commit.payload)
                .map_err(|error| Broken::new("replay", format!("a commit cannot be decoded: {error}")))?;
            self.monotonic.commit(&self.reference, &commit, &entries)?;
            for entry in &entries {
                self.entry(entry, book)?;
            }
        }
        Ok(())
    }

    fn entry(&mut self, entry: &Entry, book: &Book) -> Held {
        self.monotonic.entry(&self.reference, entry)?;
        decided::entry(&self.reference, entry, book, &self.policy)?;
        self.switched.decided(&self.reference, entry)?;
        let before = self.reference.revision();
        let (last, others) = entry
            .events
            .split_last()
            .ok_or_else(|| Broken::new("effects", "an entry without events was journaled"))?;
        let single = |event: &baiying_core::event::Event, request| Entry {
            at: entry.at,
            actor: entry.actor.clone(),
            request,
            events: vec![event.clone()],
        };
        // Event by event, so that each is held against the state that it finds.
        for event in others.iter().chain([last]) {
            effects::event(&self.reference, event)?;
            self.attempts.event(event)?;
            let answered = self.timers.event(&self.reference, event)?;
            let request = std::ptr::eq(event, last).then(|| entry.request.clone()).flatten();
            self.reference.evolve(&single(event, request));
            timers::nobody_answers(answered, &self.reference, event)?;
        }
        self.lost.entry(&self.reference, entry)?;
        one_post::state(&self.reference)?;
        self.switched.entry(&self.reference, entry)?;
        conservation::changed_since(&self.reference, before)?;
        self.monotonic.step(&self.reference, before, entry)
    }

    /// An engine gave an answer.
    ///
    /// # Errors
    /// What must not be.
    pub(crate) fn answered(
        &mut self,
        asked: &crate::book::Asked,
        answer: &Result<baiying_core::command::Reply, baiyingd::engine::Refusal>,
        doubled: Option<baiying_core::id::Revision>,
    ) -> Held {
        self.lost.answered(&self.reference, asked, answer, doubled)
    }

    /// An engine gave this answer on the state as it is now, and nothing was journaled.
    ///
    /// # Errors
    /// When the core says something else.
    pub(crate) fn unmoved(
        &self,
        envelope: baiying_core::command::Envelope,
        answer: &Result<baiying_core::command::Reply, baiyingd::engine::Refusal>,
    ) -> Held {
        decided::unmoved(&self.reference, envelope, answer, &self.policy)
    }

    /// Holds what an engine shows against what is durable. Looks at everything if `thoroughly`.
    ///
    /// # Errors
    /// What must not be.
    pub(crate) fn shown(&self, published: &State, log: &SharedLog, thoroughly: bool) -> Held {
        durable::shown(&self.reference, published, log, thoroughly)
    }

    /// An engine was opened with these snapshots, from the one at revision `from`.
    ///
    /// # Errors
    /// What must not be.
    pub(crate) fn opened(&self, opened: &State, log: &SharedLog, candidates: &[Candidate], from: u64) -> Held {
        replay::taken(log, candidates, from)?;
        replay::opened(&self.reference, opened)
    }

    /// An engine that knows everything has just done what was due.
    ///
    /// # Errors
    /// When something was not done.
    pub(crate) fn nothing_is_due(&self, at: Timestamp) -> Held {
        timers::nothing_is_due(&self.reference, at)?;
        switched::nothing_lingers(&self.reference, at)
    }

    /// The world is over: everything once more, from the journal alone.
    ///
    /// # Errors
    /// What must not be.
    pub(crate) fn finish(&self, log: &SharedLog, snapshots: Vec<Candidate>) -> Held {
        replay::from_nothing(&self.reference, log, snapshots)?;
        self.lost.finish(log)?;
        conservation::everything(&self.reference)?;
        self.monotonic.finish(&self.reference)
    }
}
