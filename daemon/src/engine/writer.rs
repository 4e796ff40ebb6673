//! The loop: wait for one command, take what else is ready, have the desk decide and commit, answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use baiying_core::command::{Context, Envelope, Reply};
use baiying_core::id::Timestamp;
use baiying_journal::JournalError;

use super::desk::{Desk, Timers};
use super::handle::{Refusal, Request};
use super::snapshots::Snapshots;
use crate::clock::SharedClock;
use crate::config::EngineConfig;
use crate::telemetry::metrics;

/// How long the loop sleeps at most before it looks at the clock again: a clock that was set is noticed by then, and so is a stop
/// while somebody still has a handle.
const TICK: Duration = Duration::from_millis(250);

/// How long what is due waits after the disk had no room for it: each try costs a copy of the state.
const RETRY_TIMERS_MS: i64 = 1000;

pub(super) struct Writer {
    pub(super) desk: Desk,
    pub(super) clock: SharedClock,
    pub(super) config: EngineConfig,
    pub(super) queue: Receiver<Request>,
    pub(super) waiting: Arc<AtomicUsize>,
    pub(super) stopping: Arc<AtomicBool>,
    pub(super) snapshots: Snapshots,
    /// When the disk had no room for what was due.
    pub(super) timers_refused: Option<Timestamp>,
    /// Shortfalls that the metrics know of; none before the first look.
    pub(super) shortfalls: Option<u64>,
    /// Missed situation reports that the metrics know of; none before the first look.
    pub(super) reports_missed: Option<u64>,
}

impl Writer {
    /// Runs until every handle is gone, or one of them has said stop and nothing is waiting.
    ///
    /// # Errors
    /// When the journal failed: the process must stop. Commands under way are not answered; their callers ask again.
    pub(super) fn run(mut self) -> Result<(), JournalError> {
        self.say_who_is_short();
        loop {
            let timeout = match self.fire_timers()? {
                Timers::Fired => Duration::ZERO,
                Timers::NotDue => self.until_next_deadline(),
                Timers::Refused => TICK,
            };
            // Looked at before the queue: what was taken before the stop is there by now.
            let stopping = self.stopping.load(Ordering::Acquire);
            let timeout = if stopping { Duration::ZERO } else { timeout };
            match self.queue.recv_timeout(timeout) {
                Ok(first) => {
                    let batch = self.drain(first);
                    self.process(batch)?;
                }
                Err(RecvTimeoutError::Timeout) if stopping => break,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        self.snapshots.on_stop(self.desk.published());
        self.desk.close()
    }

    fn until_next_deadline(&self) -> Duration {
        let Some(deadline) = self.desk.next_deadline() else {
            return TICK;
        };
        let ms = deadline.ms_since(self.clock.now()).max(0);
        Duration::from_millis(ms.unsigned_abs()).min(TICK)
    }

    /// Fires what is due; says whether there was something.
    fn fire_timers(&mut self) -> Result<Timers, JournalError> {
        let now = self.clock.now();
        // From the future, it was before the clock was set: tried again.
        let is_recent = |refused: Timestamp| (0..RETRY_TIMERS_MS).contains(&now.ms_since(refused));
        if self.timers_refused.is_some_and(is_recent) {
            return Ok(Timers::Refused);
        }
        let fired = self.desk.fire_timers(now)?;
        self.timers_refused = (fired == Timers::Refused).then_some(now);
        if fired == Timers::Fired {
            metrics::command("fire-timers", "accepted");
            metrics::batch(1);
            self.say_who_is_short();
            self.say_what_was_missed();
            self.snapshots.after_commit(self.desk.published());
        }
        Ok(fired)
    }

    /// Evaluations are timers' work, so that nothing else makes anybody short.
    fn say_who_is_short(&mut self) {
        let state = self.desk.published().read();
        let all = state.quota.shortfalls();
        let new = self.shortfalls.map_or(0, |known| all.saturating_sub(known));
        metrics::teams_short(state.quota.short().len(), new);
        if new > 0 {
            tracing::warn!(new, short = state.quota.short().len(), "agency teams have fallen short");
        }
        drop(state);
        self.shortfalls = Some(all);
    }

    /// Reports are missed by the clock, or seen to have been when one comes late.
    fn say_what_was_missed(&mut self) {
        let state = self.desk.published().read();
        let all = state.situations.missed();
        let new = self.reports_missed.map_or(0, |known| all.saturating_sub(known));
        let overdue = state.situations.overdue();
        drop(state);
        metrics::situation_reports(overdue, new);
        if new > 0 {
            tracing::warn!(new, overdue, "situation reports were not filed in time");
        }
        self.reports_missed = Some(all);
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
        let at = self.clock.now();
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
            replies.push((command.kind(), reply));
            let context = Context {
                actor,
                request_id,
                digest,
                at,
            };
            envelopes.push(Envelope { context, command });
        }
        let answers = self.desk.commit(envelopes, at)?;
        assert_eq!(answers.len(), replies.len(), "one answer a request");
        for ((kind, reply), answer) in replies.into_iter().zip(answers) {
            metrics::command(kind, outcome(&answer));
            // A caller that is gone asks again with the same request id.
            let _ = reply.send(answer);
        }
        self.waiting.fetch_sub(count, Ordering::Relaxed);
        metrics::batch(count);
        self.say_what_was_missed();
        self.snapshots.after_commit(self.desk.published());
        Ok(())
    }
}

fn outcome(answer: &Result<Reply, Refusal>) -> &'static str {
    match answer {
        Ok(reply) if reply.repeated => "repeated",
        Ok(_) => "accepted",
        Err(_) => "rejected",
    }
}
