//! The engines of a world: started, given work, killed; and the referee that looks at everything they do.

use baiying_core::command::{Answer, Reply};
use baiying_core::id::Revision;
use baiying_journal::JournalError;
use baiyingd::engine::{Refusal, Timers};

use super::{Happening, MINUTE, World};
use crate::checks::{Broken, Held};
use crate::journal::AppendFault;
use crate::node::Damage;
use crate::tally::{Fault, Outcome};

impl World {
    pub(super) fn start(&mut self, node: usize) -> Held {
        if self.nodes[node].desk.is_some() {
            return Ok(());
        }
        if self.dice.per_mille(self.profile.damage) {
            let (damage, name) = *self.dice.one(&Damage::ALL);
            if self.nodes[node].damage(damage, self.log.head().revision, &mut self.dice)? {
                self.tally.add(name);
            }
        }
        let is_new = self.log.head().revision == 0;
        let from = self.nodes[node]
            .start(&self.log, self.now)
            .map_err(|error| Broken::new("replay", format!("an engine cannot be opened: {error}")))?;
        if from > 0 {
            self.tally.add("engine: opened from a snapshot");
            if from < self.log.head().revision {
                self.tally.add("engine: opened from a snapshot and a tail");
            }
        }
        self.observe(node)?;
        if is_new {
            self.tally.answered("initialize-tenant", Outcome::Accepted, 0);
        }
        self.tally.add(if self.nodes[1 - node].desk.is_some() {
            "engine: a second one started"
        } else {
            "engine: started"
        });
        let desk = self.nodes[node].desk.as_ref().expect("it runs");
        let candidates = self.nodes[node].candidates();
        self.referee
            .opened(&desk.published().read(), &self.log, &candidates, from)
    }

    pub(super) fn work(&mut self, node: usize) -> Held {
        self.nodes[node].is_scheduled = false;
        let most = *self.dice.one(&[1, 1, 1, 2, 8, 64]);
        let taken = self.nodes[node].queue.len().min(most);
        let Some(mut desk) = self.nodes[node].desk.take() else {
            return Ok(());
        };
        let requests: Vec<usize> = self.nodes[node].queue.drain(..taken).collect();
        if requests.is_empty() {
            self.nodes[node].desk = Some(desk);
            return Ok(());
        }
        if self.dice.per_mille(self.profile.append) {
            self.nodes[node].line.lock().next = Some(*self.dice.one(&AppendFault::ALL));
        }
        let at = self.nodes[node].now(self.now);
        let before = self.log.head();
        let is_behind = desk.published().read().revision().0 < before.revision;
        let envelopes: Vec<_> = requests
            .iter()
            .map(|request| self.book.get(*request).envelope(at))
            .collect();
        let outcome = desk.commit(envelopes.clone(), at);
        self.nodes[node].desk = Some(desk);
        let came_true = self.came_true(node)?;
        for request in &requests {
            if let Some(fault) = came_true {
                self.book.get_mut(*request).meets(fault);
            }
            if is_behind {
                self.book.get_mut(*request).meets(Fault::Conflict);
            }
        }
        self.observe(node)?;
        let answers = match outcome {
            Ok(answers) => answers,
            Err(error) => return self.failed(node, &error, &requests),
        };
        if answers.len() != requests.len() {
            return Err(Broken::new("lost", "not every request was answered"));
        }
        for (request, answer) in requests.iter().zip(&answers) {
            let id = &self.book.get(*request).request_id;
            let is_copy = |other: &&usize| self.book.get(**other).request_id == *id;
            let copies = requests.iter().filter(is_copy).count();
            let doubled = (copies > 1).then_some(Revision(before.revision));
            self.settle(*request, answer, doubled)?;
        }
        let had_room = came_true != Some(Fault::DiskFull);
        if had_room && self.log.head() == before {
            for (envelope, answer) in envelopes.into_iter().zip(&answers) {
                self.referee.unmoved(envelope, answer)?;
            }
        }
        if self.dice.per_mille(self.profile.kill) {
            self.kill(node, Fault::KilledBeforeReply, &requests);
            return Ok(());
        }
        for (request, answer) in requests.iter().zip(&answers) {
            let faults = [Fault::ReplyDropped, Fault::ReplyDelayed, Fault::ReplyDoubled];
            self.carry(*request, faults, |_| Happening::Answer(*request, answer.is_ok()));
        }
        if !self.nodes[node].queue.is_empty() {
            self.schedule(node);
        }
        Ok(())
    }

    /// Which fault of an append came true.
    pub(super) fn came_true(&mut self, node: usize) -> Result<Option<Fault>, Broken> {
        let mut line = self.nodes[node].line.lock();
        line.next = None;
        if let Some(what) = line.broken.take() {
            return Err(Broken::new("durable", what));
        }
        Ok(line.came_true.take().map(|fault| match fault {
            AppendFault::UnknownWritten => Fault::UnknownWritten,
            AppendFault::UnknownNotWritten => Fault::UnknownNotWritten,
            AppendFault::UnknownOvertaken => Fault::UnknownOvertaken,
            AppendFault::Full => Fault::DiskFull,
            AppendFault::Failed => Fault::AppendFailed,
            AppendFault::KilledAfter => Fault::KilledAfterAppend,
            AppendFault::KilledBefore => Fault::KilledBeforeAppend,
        }))
    }

    /// An engine gave an answer: checked and counted, whether or not it reaches anybody.
    pub(super) fn settle(
        &mut self,
        request: usize,
        answer: &Result<Reply, Refusal>,
        doubled: Option<Revision>,
    ) -> Held {
        let asked = self.book.get(request);
        self.trace.note(self.now, &[u64::from(answer.is_ok())], || {
            format!("{} is answered {answer:?}", asked.request_id)
        });
        self.referee.answered(asked, answer, doubled)?;
        let outcome = match answer {
            Ok(reply) if reply.repeated => Outcome::Repeated,
            Ok(Reply {
                answer: Answer::Imported(report),
                ..
            }) if !report.applied => Outcome::Rejected,
            Ok(_) => Outcome::Accepted,
            Err(refusal) => {
                if let Refusal::Rejected(rejection) = refusal {
                    self.tally.rejected(rejection);
                }
                Outcome::Rejected
            }
        };
        self.tally.answered(asked.command.kind(), outcome, asked.met);
        Ok(())
    }

    /// The journal failed: the process stops, and its callers hear nothing.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "no other error has a reason to be in a world"
    )]
    pub(super) fn failed(&mut self, node: usize, error: &JournalError, requests: &[usize]) -> Held {
        match error {
            JournalError::Deposed { .. } => {
                self.tally.add("engine: deposed");
                self.kill(node, Fault::Deposed, requests);
                Ok(())
            }
            JournalError::Store { .. } => {
                self.tally.add("engine: journal failed");
                self.kill(node, Fault::KilledWaiting, &[]);
                Ok(())
            }
            other => Err(Broken::new("lost", format!("an engine stopped for no reason: {other}"))),
        }
    }

    pub(super) fn kill(&mut self, node: usize, fault: Fault, requests: &[usize]) {
        self.tally.add("engine: stopped");
        requests
            .iter()
            .for_each(|request| self.book.get_mut(*request).meets(fault));
        for request in self.nodes[node].kill() {
            self.book.get_mut(request).meets(Fault::KilledWaiting);
        }
        let other_runs = self.nodes[1 - node].desk.is_some();
        if !other_runs || self.dice.percent(30) {
            self.after(100, 5 * MINUTE, Happening::Start(node));
        }
    }

    /// The referee reads what was appended, and looks at what an engine shows.
    pub(super) fn observe(&mut self, node: usize) -> Held {
        self.referee.observe(&self.log, &self.book)?;
        let thoroughly = self.dice.percent(15);
        let Some(desk) = &self.nodes[node].desk else {
            return Ok(());
        };
        self.referee.shown(&desk.published().read(), &self.log, thoroughly)
    }

    /// Timers fire, some of them late.
    pub(super) fn time_passes(&mut self) -> Held {
        for node in 0..self.nodes.len() {
            if self.dice.per_mille(self.profile.late) {
                continue;
            }
            let at = self.nodes[node].now(self.now);
            let Some(mut desk) = self.nodes[node].desk.take() else {
                continue;
            };
            let is_due = desk.next_deadline().is_some_and(|deadline| deadline <= at);
            if !is_due && !self.dice.percent(2) {
                self.nodes[node].desk = Some(desk);
                continue;
            }
            if is_due && self.dice.per_mille(self.profile.append) {
                self.nodes[node].line.lock().next = Some(*self.dice.one(&AppendFault::ALL));
            }
            let fired = desk.fire_timers(at);
            let next = desk.next_deadline();
            self.nodes[node].desk = Some(desk);
            self.came_true(node)?;
            self.observe(node)?;
            match fired {
                Err(error) => self.failed(node, &error, &[])?,
                Ok(Timers::NotDue | Timers::Refused) => self.tally.answered("fire-timers", Outcome::Rejected, 0),
                Ok(Timers::Fired) => {
                    self.tally.answered("fire-timers", Outcome::Accepted, 0);
                    if next.is_some_and(|next| next <= at) {
                        return Err(Broken::new("timers", format!("the timers are stuck at {next:?}")));
                    }
                }
            }
        }
        Ok(())
    }

    /// What goes wrong by itself between two steps.
    pub(super) fn trouble(&mut self) -> Held {
        for node in 0..self.nodes.len() {
            if self.nodes[node].desk.is_none() {
                continue;
            }
            if self.dice.per_mille(self.profile.snapshot) {
                self.tally.add("snapshot: taken");
                let taken = self.nodes[node].snapshot();
                taken.map_err(|error| Broken::new("replay", format!("no snapshot could be taken: {error}")))?;
            }
            if self.dice.per_mille(self.profile.kill / 4) {
                self.tally.add("engine: killed");
                self.kill(node, Fault::KilledWaiting, &[]);
            }
        }
        if self.nodes[1].desk.is_none() && self.dice.per_mille(self.profile.second) {
            self.after(0, MINUTE, Happening::Start(1));
        }
        Ok(())
    }
}
