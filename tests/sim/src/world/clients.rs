//! What clients do in a world: ask, repeat, give up, go out of reach and come back with what they wrote down.

use baiying_core::command::Command;

use super::{Happening, MINUTE, SECOND, World};
use crate::book::Asked;
use crate::client::Role;
use crate::generate::Draw;
use crate::tally::Fault;
use crate::trace::digest;

impl World {
    pub(super) fn act(&mut self, client: usize) {
        if self.acts_left == 0 {
            return;
        }
        let role = self.clients[client].role;
        let longest = if role == Role::Centre { 4 * MINUTE } else { 8 * MINUTE };
        self.after(SECOND, longest, Happening::Act(client));
        if self.script_under_way.is_some() || !self.script.is_empty() {
            if role == Role::Centre && self.script_under_way.is_none() {
                let command = self.script.last().expect("there is more to do").clone();
                self.script_under_way = Some(self.ask(client, command));
            }
            return;
        }
        if self.has_nothing_to_say(role) && self.dice.percent(90) {
            return;
        }
        self.acts_left -= 1;
        if self.dice.per_mille(self.profile.again) && self.say_again(client) {
            return;
        }
        let is_lead = matches!(role, Role::Lead(_));
        if is_lead && !self.clients[client].is_offline && self.dice.per_mille(self.profile.offline) {
            self.clients[client].is_offline = true;
            self.tally.add("lead: went out of reach");
            self.after(MINUTE, 90 * MINUTE, Happening::Return(client));
        }
        let mut draw = Draw {
            state: self.referee.reference(),
            district: &self.district,
            now: self.now + self.clients[client].skew_ms,
            dice: &mut self.dice,
            wrong: self.profile.wrong,
        };
        if self.clients[client].is_offline {
            self.clients[client].note(&mut draw);
            return;
        }
        let command = self.clients[client].command(&mut draw);
        self.ask(client, command);
    }

    /// Whether there is no order or leave yet that this client could speak about.
    pub(super) fn has_nothing_to_say(&self, role: Role) -> bool {
        let state = self.referee.reference();
        match role {
            Role::Centre => false,
            Role::Approver => state.leave.iter().all(|leave| leave.decided.is_some()),
            Role::Desk | Role::Gateway | Role::Own | Role::Lead(_) => state.orders.iter().next().is_none(),
        }
    }

    /// A client repeats something settled, or uses an old request id for something new.
    pub(super) fn say_again(&mut self, client: usize) -> bool {
        if self.clients[client].is_offline {
            return false;
        }
        let mine = (0..self.book.len()).filter(|place| self.book.get(*place).client == client);
        let Some(old) = self.dice.any(mine) else { return false };
        if self.dice.percent(60) {
            self.tally.add("client: said again");
            self.send(old);
        } else if self.clients[client].batch_under_way != Some(old) {
            let request_id = self.book.get(old).request_id.clone();
            let mut draw = Draw {
                state: self.referee.reference(),
                district: &self.district,
                now: self.now + self.clients[client].skew_ms,
                dice: &mut self.dice,
                wrong: self.profile.wrong,
            };
            let command = self.clients[client].command(&mut draw);
            self.tally.add("client: request id reused");
            let hash = digest(&command);
            self.ask_as(client, request_id, hash, command);
        }
        true
    }

    pub(super) fn ask(&mut self, client: usize, command: Command) -> usize {
        self.clients[client].asked += 1;
        let request_id = format!("{}-{}", self.clients[client].actor.0, self.clients[client].asked);
        let hash = digest(&command);
        self.ask_as(client, request_id.into(), hash, command)
    }

    pub(super) fn ask_as(&mut self, client: usize, request_id: Box<str>, digest: u64, command: Command) -> usize {
        let is_needed = !self.script.is_empty() || matches!(command, Command::SubmitBatch(_));
        let mut asked = Asked {
            client,
            actor: self.clients[client].actor.clone(),
            request_id,
            digest,
            command,
            tries_left: if is_needed || self.dice.percent(80) {
                u32::MAX
            } else {
                self.dice.below(3) as u32
            },
            is_over: false,
            met: 0,
        };
        if self.clients[client].skew_ms != 0 && says_when(&asked.command) {
            asked.meets(Fault::ClockSkewed);
        }
        self.trace.note(self.now, &[asked.digest], || {
            format!("{} asks {} {:?}", asked.actor.0, asked.request_id, asked.command)
        });
        let request = self.book.add(asked);
        self.send(request);
        self.after(2 * SECOND, 90 * SECOND, Happening::Overdue(request));
        request
    }

    pub(super) fn overdue(&mut self, request: usize) {
        let asked = self.book.get_mut(request);
        if asked.is_over {
            return;
        }
        let is_calm = self.profile.wrong == 0;
        match asked.tries_left.checked_sub(1) {
            None if !is_calm => {
                asked.is_over = true;
                self.tally.add("client: gave up");
                return;
            }
            None => {}
            Some(left) => asked.tries_left = left,
        }
        asked.meets(Fault::Retried);
        self.send(request);
        self.after(2 * SECOND, 300 * SECOND, Happening::Overdue(request));
    }

    pub(super) fn answer(&mut self, request: usize, accepted: bool) {
        let asked = self.book.get_mut(request);
        asked.is_over = true;
        let client = asked.client;
        if self.script_under_way == Some(request) {
            self.script_under_way = None;
            if accepted {
                self.script.pop();
            }
        }
        if self.clients[client].batch_under_way == Some(request) {
            let key = self.clients[client].public_key();
            let known = self.referee.reference().devices.by_key(&key);
            let last = known
                .and_then(|device| device.last.as_ref())
                .map_or(0, |last| last.sequence);
            self.clients[client].batch_answered(last);
        }
    }

    pub(super) fn back(&mut self, client: usize) {
        self.clients[client].is_offline = false;
        for slip in [self.dice.percent(self.profile.wrong * 4), false] {
            let mut draw = Draw {
                state: self.referee.reference(),
                district: &self.district,
                now: self.now,
                dice: &mut self.dice,
                wrong: self.profile.wrong,
            };
            let Some(sealed) = self.clients[client].seal(&mut draw, slip) else {
                continue;
            };
            self.tally.add("lead: brought a batch");
            let request = self.ask_as(client, sealed.request_id, sealed.digest, sealed.command);
            self.book.get_mut(request).meets(Fault::Offline);
            if !slip {
                self.clients[client].batch_under_way = Some(request);
            }
        }
    }
}

/// Whether a command carries a time of the client's clock.
fn says_when(command: &Command) -> bool {
    matches!(command, Command::CheckIn(check_in) if check_in.observed_at.is_some())
        || matches!(command, Command::SubmitBatch(_))
}
