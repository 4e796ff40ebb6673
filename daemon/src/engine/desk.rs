//! The engine without its thread: decide, append, publish, answer. No queue, no clock, no channel: time is passed in.
//!
//! The daemon's loop (`writer.rs`) and the simulator drive this same code.

use std::sync::Arc;

use baiying_core::State;
use baiying_core::command::{Actor, Command, Context, Envelope, Reply};
use baiying_core::event::{Entry, Tenant};
use baiying_core::id::Timestamp;
use baiying_core::policy::Policy;
use baiying_journal::record::PART_LEN;
use baiying_journal::snapshot::Candidate;
use baiying_journal::{Appended, Commit, Journal, JournalError, JournalReader};

use super::handle::Refusal;
use super::publish::Published;
use super::snapshots;

/// Answers of a batch, one for each command in their order. They exist once the batch is durable, and not before.
pub type Answers = Vec<Result<Reply, Refusal>>;

/// The one writer's desk: the state it works on, what it has published, and the journal it appends to.
pub struct Desk {
    working: State,
    published: Arc<Published>,
    journal: Box<dyn Journal>,
    epoch: u64,
    policy: Policy,
    /// Whether the last append found no room, though it was no more than one record.
    is_out_of_room: bool,
}

/// What became of what was due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Timers {
    /// Nothing was.
    NotDue,
    /// It is done.
    Fired,
    /// The disk is full: it stays due.
    Refused,
}

impl Desk {
    /// Rebuilds the state from the first usable snapshot and what follows it. Also says at which revision that snapshot was.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn open(
        journal: Box<dyn Journal>,
        candidates: impl IntoIterator<Item = Candidate>,
        policy: Policy,
    ) -> Result<(Self, u64), JournalError> {
        let reader = journal.reader();
        let (working, snapshot) = replay(candidates, &*reader)?;
        let desk = Self {
            published: Arc::new(Published::new(working.clone(), reader)),
            working,
            epoch: journal.head().epoch + 1,
            journal,
            policy,
            is_out_of_room: false,
        };
        Ok((desk, snapshot))
    }

    /// What is durable, for everybody else.
    pub fn published(&self) -> &Arc<Published> {
        &self.published
    }

    /// Writes down whose journal this is, if it is new.
    ///
    /// # Errors
    /// As for [`Self::commit`].
    pub fn initialize(&mut self, tenant: Tenant, now: Timestamp) -> Result<(), JournalError> {
        if self.working.tenant().is_none() {
            let first = by_itself(Actor("baiyingd".into()), Command::InitializeTenant(tenant), now);
            let answers = self.commit(vec![first], now)?;
            // Any other refusal says that somebody else did it meanwhile.
            if answers.iter().any(is_disk_full) {
                return Err(JournalError::DiskFull {
                    path: "the journal".into(),
                });
            }
        }
        Ok(())
    }

    /// When something happens by itself next.
    pub fn next_deadline(&self) -> Option<Timestamp> {
        self.working.next_deadline()
    }

    /// Does what is due; says whether there was something.
    ///
    /// # Errors
    /// As for [`Self::commit`].
    pub fn fire_timers(&mut self, now: Timestamp) -> Result<Timers, JournalError> {
        let at = self.not_before(now);
        if self.working.next_deadline().is_none_or(|deadline| deadline > at) {
            return Ok(Timers::NotDue);
        }
        let answers = self.commit(vec![by_itself(Actor::timer(), Command::FireTimers, now)], now)?;
        Ok(if answers.iter().all(Result::is_ok) {
            Timers::Fired
        } else {
            Timers::Refused
        })
    }

    /// Decides on a batch and makes it durable and public. Decided again if somebody else appended first.
    ///
    /// # Errors
    /// When the journal failed: the desk is not to be used any more. Nothing of the batch was answered or shown; whether it is
    /// durable is known when the journal is opened again.
    pub fn commit(&mut self, mut envelopes: Vec<Envelope>, now: Timestamp) -> Result<Answers, JournalError> {
        loop {
            // One instant for the batch, taken anew when time has moved on with what another writer journaled.
            let at = self.not_before(now);
            envelopes.iter_mut().for_each(|envelope| envelope.context.at = at);
            let (entries, answers) = self.decide(&envelopes);
            if entries.is_empty() {
                // A refusal must rest on the state as it is, too.
                if self.journal.reader().head().revision > self.published.read().revision().0 {
                    self.catch_up()?;
                    continue;
                }
                return Ok(answers);
            }
            let commit = Commit {
                epoch: self.epoch,
                count: entries.iter().map(Entry::len).sum(),
                payload: baiying_journal::event::encode(&entries),
            };
            let head = self.journal.head();
            let mut appended = self.journal.append(&head, &commit)?;
            if matches!(appended, Appended::Unknown) {
                appended = self.journal.resolve(&head, &commit)?;
            }
            match appended {
                Appended::Durable(_) => {
                    self.published.publish(&entries);
                    return Ok(answers);
                }
                Appended::Conflict(_) => self.catch_up()?,
                Appended::Full => {
                    self.working = self.published.read().clone();
                    self.is_out_of_room = commit.payload.len() <= PART_LEN;
                    return self.without_room(envelopes, &answers, now);
                }
                Appended::Unknown => unreachable!("resolve knows"),
            }
        }
    }

    /// Answers a batch that found the disk full: one by one, because a small one may still have room where a large one had none. Where
    /// there is none for a small one, the rest is not tried: each try costs a copy of the state.
    fn without_room(
        &mut self,
        envelopes: Vec<Envelope>,
        answers: &Answers,
        now: Timestamp,
    ) -> Result<Answers, JournalError> {
        if let [_] = answers[..] {
            return Ok(vec![Err(Refusal::DiskFull { free: None })]);
        }
        let mut alone = Vec::with_capacity(envelopes.len());
        let mut is_over = false;
        for envelope in envelopes {
            if is_over {
                let first = self.working.requests().find(&envelope.context).transpose();
                let first = first.map(|first| first.map_err(Refusal::Rejected));
                alone.push(first.unwrap_or(Err(Refusal::DiskFull { free: None })));
                continue;
            }
            let mut answer = self.commit(vec![envelope], now)?;
            is_over = self.is_out_of_room && answer.iter().any(is_disk_full);
            alone.append(&mut answer);
        }
        Ok(alone)
    }

    /// Closes the journal.
    ///
    /// # Errors
    /// As for [`Journal::close`].
    pub fn close(self) -> Result<(), JournalError> {
        self.journal.close()
    }

    /// Now, never before anything that was journaled.
    fn not_before(&self, now: Timestamp) -> Timestamp {
        self.working.at().map_or(now, |at| at.max(now))
    }

    fn decide(&mut self, envelopes: &[Envelope]) -> (Vec<Entry>, Answers) {
        let mut entries = Vec::new();
        let mut answers = Vec::with_capacity(envelopes.len());
        for envelope in envelopes {
            answers.push(match self.working.requests().find(&envelope.context) {
                Ok(Some(first)) => Ok(first),
                Err(rejection) => Err(rejection.into()),
                Ok(None) => match baiying_core::decide(&self.working, envelope, &self.policy) {
                    Err(rejection) => Err(rejection.into()),
                    Ok(decision) => {
                        let (entry, answer) = decision.into_entry(&envelope.context);
                        if !entry.is_empty() {
                            self.working.evolve(&entry);
                            entries.push(entry);
                        }
                        Ok(Reply {
                            revision: self.working.revision(),
                            answer,
                            repeated: false,
                        })
                    }
                },
            });
        }
        if let (false, Some(envelope)) = (entries.is_empty(), envelopes.first()) {
            entries.extend(self.due(envelope.context.at));
        }
        (entries, answers)
    }

    /// What a batch made due at once is done in the same commit: nobody sees the one without the other.
    fn due(&mut self, at: Timestamp) -> Option<Entry> {
        self.working.next_deadline().filter(|deadline| *deadline <= at)?;
        let timer = by_itself(Actor::timer(), Command::FireTimers, at);
        // A timer is never refused.
        let decision = baiying_core::decide(&self.working, &timer, &self.policy).ok()?;
        let (entry, _) = decision.into_entry(&timer.context);
        self.working.evolve(&entry);
        (!entry.is_empty()).then_some(entry)
    }

    /// Reads what another writer appended, publishes it, and starts again from there; unless that one is of a newer epoch.
    fn catch_up(&mut self) -> Result<(), JournalError> {
        let reader = self.journal.reader();
        let revision = self.published.read().revision();
        for commit in reader.commits_after(revision.0) {
            let entries = baiying_journal::event::decode(&commit?.payload)?;
            self.published.publish(&entries);
        }
        self.working = self.published.read().clone();
        match reader.head().epoch {
            epoch if epoch > self.epoch => Err(JournalError::Deposed { own: self.epoch, epoch }),
            _ => Ok(()),
        }
    }
}

fn is_disk_full(answer: &Result<Reply, Refusal>) -> bool {
    matches!(answer, Err(Refusal::DiskFull { .. }))
}

/// A command of the daemon's own: nobody repeats it.
fn by_itself(actor: Actor, command: Command, at: Timestamp) -> Envelope {
    let context = Context {
        actor,
        request_id: None,
        digest: 0,
        at,
    };
    Envelope { context, command }
}

/// The state that a journal tells of: the first usable snapshot and everything after it. Also says at which revision the
/// snapshot was.
///
/// # Errors
/// When the journal cannot be read or holds something this version does not know.
pub fn replay(
    candidates: impl IntoIterator<Item = Candidate>,
    journal: &dyn JournalReader,
) -> Result<(State, u64), JournalError> {
    let mut state = snapshots::load(candidates, journal);
    let from = state.revision().0;
    for commit in journal.commits_after(from) {
        for entry in baiying_journal::event::decode(&commit?.payload)? {
            state.evolve(&entry);
        }
    }
    tracing::info!(snapshot = from, revision = state.revision().0, "state rebuilt");
    Ok((state, from))
}
