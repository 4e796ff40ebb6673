//! The loop: wait for one command, take what else is ready, decide, append, sync, publish, answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use baiying_core::State;
use baiying_core::command::{Actor, Command, Context, Envelope, Reply};
use baiying_core::event::{Entry, Tenant};
use baiying_core::id::Timestamp;
use baiying_core::policy::Policy;
use baiying_journal::{Appended, Commit, Journal, JournalError};

use super::handle::{Refusal, Request};
use super::publish::Published;
use super::snapshots::Snapshots;
use crate::clock::SharedClock;
use crate::config::EngineConfig;
use crate::telemetry::metrics;

/// How long the loop sleeps at most before it looks at the clock again: a clock that was set is noticed by then.
const TICK: Duration = Duration::from_millis(250);

pub(super) struct Writer {
    pub(super) working: State,
    pub(super) published: Arc<Published>,
    pub(super) journal: Box<dyn Journal>,
    pub(super) epoch: u64,
    pub(super) policy: Policy,
    pub(super) clock: SharedClock,
    pub(super) config: EngineConfig,
    pub(super) queue: Receiver<Request>,
    pub(super) waiting: Arc<AtomicUsize>,
    pub(super) snapshots: Snapshots,
}

/// Answers of a batch, one for each command in their order, held back until it is durable.
type Answers = Vec<Result<Reply, Refusal>>;

impl Writer {
    /// Runs until every handle is gone.
    ///
    /// # Errors
    /// When the journal failed: the process must stop. Commands under way are not answered; their callers ask again.
    pub(super) fn run(mut self) -> Result<(), JournalError> {
        loop {
            let due = self.fire_timers()?;
            let timeout = if due {
                Duration::ZERO
            } else {
                self.until_next_deadline()
            };
            match self.queue.recv_timeout(timeout) {
                Ok(first) => {
                    let batch = self.drain(first);
                    self.process(batch)?;
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        self.snapshots.on_stop(&self.published);
        self.journal.close()
    }

    /// Writes down whose journal this is.
    pub(super) fn initialize(&mut self, tenant: Tenant) -> Result<(), JournalError> {
        let context = Context {
            actor: Actor("baiyingd".into()),
            request_id: None,
            digest: 0,
            at: self.now(),
        };
        self.commit(vec![Envelope {
            context,
            command: Command::InitializeTenant(tenant),
        }])?;
        Ok(())
    }

    fn until_next_deadline(&self) -> Duration {
        let Some(deadline) = self.working.next_deadline() else {
            return TICK;
        };
        let ms = deadline.ms_since(self.clock.now()).max(0);
        Duration::from_millis(ms.unsigned_abs()).min(TICK)
    }

    /// Now, never before anything that was journaled.
    fn now(&self) -> Timestamp {
        let now = self.clock.now();
        self.working.at().map_or(now, |at| at.max(now))
    }

    /// Fires what is due; says whether there was something.
    fn fire_timers(&mut self) -> Result<bool, JournalError> {
        let now = self.now();
        if self.working.next_deadline().is_none_or(|deadline| deadline > now) {
            return Ok(false);
        }
        let (reply, _) = tokio::sync::oneshot::channel();
        let fire = Request {
            actor: Actor::timer(),
            request_id: None,
            digest: 0,
            weight: 0,
            command: Command::FireTimers,
            reply,
        };
        self.waiting.fetch_add(1, Ordering::Relaxed);
        self.process(vec![fire])?;
        Ok(true)
    }

    fn drain(&self, first: Request) -> Vec<Request> {
        let mut bytes = first.weight;
        let mut batch = vec![first];
        while batch.len() < self.config.batch_max && bytes < self.config.batch_bytes_max {
            let Ok(next) = self.queue.try_recv() else { break };
            bytes += next.weight;
            batch.push(next);
        }
        batch
    }

    fn process(&mut self, batch: Vec<Request>) -> Result<(), JournalError> {
        let count = batch.len();
        let _span = tracing::info_span!(
            "commit",
            commands = count,
            first = batch.first().map(|first| first.command.kind())
        )
        .entered();
        let at = self.now();
        let (mut envelopes, mut replies) = (Vec::with_capacity(count), Vec::with_capacity(count));
        for Request {
            actor,
            request_id,
            digest,
            weight: _,
            command,
            reply,
        } in batch
        {
            envelopes.push(Envelope {
                context: Context {
                    actor,
                    request_id,
                    digest,
                    at,
                },
                command,
            });
            replies.push(reply);
        }
        let answers = self.commit(envelopes)?;
        assert_eq!(answers.len(), replies.len(), "one answer a request");
        for (reply, answer) in replies.into_iter().zip(answers) {
            // A caller that is gone asks again with the same request id.
            let _ = reply.send(answer);
        }
        self.waiting.fetch_sub(count, Ordering::Relaxed);
        metrics::batch(count);
        self.snapshots.after_commit(&self.published);
        Ok(())
    }

    /// Decides on a batch and makes it durable and public. Decided again if somebody else appended first.
    fn commit(&mut self, mut envelopes: Vec<Envelope>) -> Result<Answers, JournalError> {
        loop {
            // One instant for the batch, taken anew when time has moved on with what another writer journaled.
            let at = self.now();
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
                Appended::Unknown => unreachable!("resolve knows"),
            }
        }
    }

    fn decide(&mut self, envelopes: &[Envelope]) -> (Vec<Entry>, Answers) {
        let mut entries = Vec::new();
        let mut answers = Vec::with_capacity(envelopes.len());
        for envelope in envelopes {
            let answer = match self.working.requests().find(&envelope.context) {
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
            };
            let outcome = match &answer {
                Ok(reply) if reply.repeated => "repeated",
                Ok(_) => "accepted",
                Err(_) => "rejected",
            };
            metrics::command(envelope.command.kind(), outcome);
            answers.push(answer);
        }
        (entries, answers)
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
