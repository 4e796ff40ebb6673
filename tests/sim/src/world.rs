//! One world: a virtual clock, an agenda of what is to happen, and nothing else that could differ from run to run.

use std::collections::BTreeMap;

use baiying_core::command::{Answer, Command, Reply};
use baiying_core::id::{OrderId, PersonId};
use baiying_core::order::CloseOrder;
use baiying_journal::{JournalError, SharedLog};
use baiyingd::engine::{Refusal, state_hash};

use crate::book::{Asked, Book};
use crate::checks::{Broken, Held, Referee};
use crate::client::{Client, Role};
use crate::dice::Dice;
use crate::district::District;
use crate::generate::Draw;
use crate::journal::AppendFault;
use crate::node::{Damage, Node};
use crate::profile::Profile;
use crate::tally::{Fault, Outcome, Tally};
use crate::trace::{Trace, digest};

/// When every world begins.
pub(crate) const START: i64 = 1_800_000_000_000;
const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;
/// Steps after which a world that does not end is stuck.
const STEPS_MAX: u64 = 200_000;

/// Something that is to happen.
#[derive(Debug, Clone, Copy)]
enum Happening {
    /// A client does something.
    Act(usize),
    /// A request reaches an engine's machine.
    Arrive(usize, usize),
    /// An engine looks at what waits.
    Work(usize),
    /// An answer reaches the client: for which request, and whether it was accepted.
    Answer(usize, bool),
    /// A client has waited long enough for its answer.
    Overdue(usize),
    /// An engine is started.
    Start(usize),
    /// A lead is back in reach.
    Return(usize),
}

/// A world under way.
pub(crate) struct World {
    now: i64,
    steps: u64,
    planned: u64,
    agenda: BTreeMap<(i64, u64), Happening>,
    dice: Dice,
    profile: Profile,
    acts_left: u32,
    district: District,
    script: Vec<Command>,
    script_under_way: Option<usize>,
    clients: Vec<Client>,
    nodes: [Node; 2],
    log: SharedLog,
    book: Book,
    referee: Referee,
    /// What really happened.
    pub(crate) tally: Tally,
    /// What happened, as a hash.
    pub(crate) trace: Trace,
}

impl World {
    /// The world of a seed, in which clients act so many times.
    pub(crate) fn new(seed: u64, acts: u32, wants_lines: bool) -> Self {
        let mut dice = Dice::new(seed, 1);
        let district = District::draw(&mut dice);
        let mut script = district.imports(&mut dice);
        script.reverse();
        let mut clients: Vec<Client> = Vec::new();
        let skew = |dice: &mut Dice| match dice.below(4) {
            0 => dice.between(-180, 180) * MINUTE,
            1 => dice.between(-20, 20) * SECOND,
            _ => 0,
        };
        for role in [Role::Centre, Role::Approver, Role::Desk, Role::Gateway, Role::Own] {
            clients.push(Client::new(role, 0));
        }
        for _ in 0..dice.between(2, 3) {
            let lead = PersonId(dice.between(1, i64::from(district.people)) as u32);
            if !clients.iter().any(|client| client.role == Role::Lead(lead)) {
                clients.push(Client::new(Role::Lead(lead), skew(&mut dice)));
            }
        }
        let nodes = [0, dice.between(-5, 5) * MINUTE].map(Node::new);
        let mut world = Self {
            now: START,
            steps: 0,
            planned: 0,
            agenda: BTreeMap::new(),
            profile: Profile::draw(&mut dice),
            dice,
            acts_left: acts,
            district,
            script,
            script_under_way: None,
            clients,
            nodes,
            log: SharedLog::default(),
            book: Book::default(),
            referee: Referee::default(),
            tally: Tally::default(),
            trace: Trace::new(wants_lines),
        };
        world.after(0, 0, Happening::Start(0));
        for client in 0..world.clients.len() {
            world.after(SECOND, 10 * SECOND, Happening::Act(client));
        }
        world
    }

    /// Lets everything happen, and looks at everything once more at the end.
    ///
    /// # Errors
    /// What must not be.
    pub(crate) fn run(&mut self) -> Held {
        while let Some(((at, number), happening)) = self.agenda.pop_first() {
            self.now = at;
            self.steps += 1;
            self.trace.note(at, &[number], || format!("{happening:?}"));
            self.happen(happening)?;
            self.time_passes()?;
            self.trouble()?;
            if self.acts_left == 0 && self.profile.wrong > 0 {
                self.calm();
            }
            if self.steps > STEPS_MAX {
                return Err(Broken::new("liveness", "the world does not end"));
            }
        }
        self.end()
    }

    fn after(&mut self, shortest: i64, longest: i64, happening: Happening) {
        let at = self.now + self.dice.between(shortest, longest);
        self.planned += 1;
        self.agenda.insert((at, self.planned), happening);
    }

    fn happen(&mut self, happening: Happening) -> Held {
        match happening {
            Happening::Act(client) => self.act(client),
            Happening::Arrive(node, request) => self.arrive(node, request),
            Happening::Work(node) => return self.work(node),
            Happening::Answer(request, accepted) => self.answer(request, accepted),
            Happening::Overdue(request) => self.overdue(request),
            Happening::Start(node) => return self.start(node),
            Happening::Return(client) => self.back(client),
        }
        Ok(())
    }

    /// From now on everything works.
    fn calm(&mut self) {
        self.profile = Profile::CALM;
        for client in 0..self.clients.len() {
            if std::mem::take(&mut self.clients[client].is_offline) {
                self.back(client);
            }
        }
        if self.nodes[0].desk.is_none() {
            self.after(0, SECOND, Happening::Start(0));
        }
    }

    // --- clients

    fn act(&mut self, client: usize) {
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
    fn has_nothing_to_say(&self, role: Role) -> bool {
        let state = self.referee.reference();
        match role {
            Role::Centre => false,
            Role::Approver => state.leave.iter().all(|leave| leave.decided.is_some()),
            Role::Desk | Role::Gateway | Role::Own | Role::Lead(_) => state.orders.iter().next().is_none(),
        }
    }

    /// A client repeats something settled, or uses an old request id for something new.
    fn say_again(&mut self, client: usize) -> bool {
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
                now: self.now,
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

    fn ask(&mut self, client: usize, command: Command) -> usize {
        self.clients[client].asked += 1;
        let request_id = format!("{}-{}", self.clients[client].actor.0, self.clients[client].asked);
        let hash = digest(&command);
        self.ask_as(client, request_id.into(), hash, command)
    }

    fn ask_as(&mut self, client: usize, request_id: Box<str>, digest: u64, command: Command) -> usize {
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
        if self.clients[client].skew_ms != 0 {
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

    fn overdue(&mut self, request: usize) {
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

    fn answer(&mut self, request: usize, accepted: bool) {
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

    fn back(&mut self, client: usize) {
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

    // --- the network

    fn send(&mut self, request: usize) {
        let up = (0..self.nodes.len()).filter(|node| self.nodes[*node].desk.is_some());
        let node = self.dice.any(up).unwrap_or(0);
        let faults = [Fault::RequestDropped, Fault::RequestDelayed, Fault::RequestDoubled];
        self.carry(request, faults, Happening::Arrive(node, request));
    }

    fn carry(&mut self, request: usize, [dropped, delayed, doubled]: [Fault; 3], happening: Happening) {
        if self.dice.per_mille(self.profile.drop) {
            return self.book.get_mut(request).meets(dropped);
        }
        for copy in 0..2 {
            if copy == 1 {
                if !self.dice.per_mille(self.profile.double) {
                    return;
                }
                self.book.get_mut(request).meets(doubled);
            }
            if self.dice.per_mille(self.profile.delay) {
                self.book.get_mut(request).meets(delayed);
                let longest = if self.dice.percent(1) {
                    30 * 60 * MINUTE
                } else {
                    30 * MINUTE
                };
                self.after(5 * SECOND, longest, happening);
            } else {
                self.after(1, 400, happening);
            }
        }
    }

    fn arrive(&mut self, node: usize, request: usize) {
        if self.nodes[node].desk.is_none() {
            return self.book.get_mut(request).meets(Fault::KilledWaiting);
        }
        self.nodes[node].queue.push_back(request);
        self.schedule(node);
    }

    fn schedule(&mut self, node: usize) {
        if !std::mem::replace(&mut self.nodes[node].is_scheduled, true) {
            self.after(0, 200, Happening::Work(node));
        }
    }

    // --- engines

    fn start(&mut self, node: usize) -> Held {
        if self.nodes[node].desk.is_some() {
            return Ok(());
        }
        if self.dice.per_mille(self.profile.damage) {
            let (damage, name) = *self.dice.one(&Damage::ALL);
            if self.nodes[node].damage(damage, &mut self.dice)? {
                self.tally.add(name);
            }
        }
        let is_new = self.log.head().revision == 0;
        self.nodes[node]
            .start(&self.log, self.now)
            .map_err(|error| Broken::new("replay", format!("an engine cannot be opened: {error}")))?;
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
        self.referee.opened(&desk.published().read())
    }

    fn work(&mut self, node: usize) -> Held {
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
        let single = (envelopes.len() == 1).then(|| envelopes[0].clone());
        let outcome = desk.commit(envelopes, at);
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
            self.settle(*request, answer)?;
        }
        if let Some(envelope) = single.filter(|_| self.log.head() == before) {
            self.referee.unmoved(envelope, &answers[0])?;
        }
        if self.dice.per_mille(self.profile.kill) {
            self.kill(node, Fault::KilledBeforeReply, &requests);
            return Ok(());
        }
        for (request, answer) in requests.iter().zip(&answers) {
            let faults = [Fault::ReplyDropped, Fault::ReplyDelayed, Fault::ReplyDoubled];
            self.carry(*request, faults, Happening::Answer(*request, answer.is_ok()));
        }
        if !self.nodes[node].queue.is_empty() {
            self.schedule(node);
        }
        Ok(())
    }

    /// Which fault of an append came true.
    fn came_true(&mut self, node: usize) -> Result<Option<Fault>, Broken> {
        let mut line = self.nodes[node].line.lock();
        line.next = None;
        if let Some(what) = line.broken.take() {
            return Err(Broken::new("durable", what));
        }
        Ok(line.came_true.take().map(|fault| match fault {
            AppendFault::UnknownWritten => Fault::UnknownWritten,
            AppendFault::UnknownNotWritten => Fault::UnknownNotWritten,
            AppendFault::UnknownOvertaken => Fault::UnknownOvertaken,
            AppendFault::Failed => Fault::AppendFailed,
            AppendFault::KilledAfter => Fault::KilledAfterAppend,
            AppendFault::KilledBefore => Fault::KilledBeforeAppend,
        }))
    }

    /// An engine gave an answer: checked and counted, whether or not it reaches anybody.
    fn settle(&mut self, request: usize, answer: &Result<Reply, Refusal>) -> Held {
        let asked = self.book.get(request);
        self.trace.note(self.now, &[u64::from(answer.is_ok())], || {
            format!("{} is answered {answer:?}", asked.request_id)
        });
        self.referee.answered(asked, answer)?;
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
    fn failed(&mut self, node: usize, error: &JournalError, requests: &[usize]) -> Held {
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

    fn kill(&mut self, node: usize, fault: Fault, requests: &[usize]) {
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
    fn observe(&mut self, node: usize) -> Held {
        self.referee.observe(&self.log, &self.book)?;
        let thoroughly = self.dice.percent(15);
        let Some(desk) = &self.nodes[node].desk else {
            return Ok(());
        };
        self.referee.shown(&desk.published().read(), &self.log, thoroughly)
    }

    /// Timers fire, some of them late.
    fn time_passes(&mut self) -> Held {
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
                Ok(false) => self.tally.answered("fire-timers", Outcome::Rejected, 0),
                Ok(true) => {
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
    fn trouble(&mut self) -> Held {
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

    // --- the end

    fn end(&mut self) -> Held {
        self.now += 4 * 60 * MINUTE;
        self.time_passes()?;
        for place in 0..self.book.len() {
            let asked = self.book.get(place);
            if !asked.is_over {
                return Err(Broken::new(
                    "liveness",
                    format!("{} was never answered", asked.request_id),
                ));
            }
        }
        let mut snapshots = Vec::new();
        for node in 0..self.nodes.len() {
            self.probe(node)?;
            snapshots.extend(self.nodes[node].candidates());
        }
        self.referee.finish(&self.log, snapshots)?;
        self.trace.bytes(&self.log.head().hash);
        self.trace.bytes(&state_hash(self.referee.reference()));
        self.tally.add("worlds");
        Ok(())
    }

    /// An engine that is asked for nonsense reads the journal to its end before it refuses, deposed or not: then it shows what
    /// the journal tells of.
    fn probe(&mut self, node: usize) -> Held {
        let at = self.nodes[node].now(self.now);
        let Some(desk) = &mut self.nodes[node].desk else {
            return Ok(());
        };
        let asked = Asked {
            client: 0,
            actor: self.clients[0].actor.clone(),
            request_id: "probe".into(),
            digest: 0,
            command: Command::CloseOrder(CloseOrder { order: OrderId(0) }),
            tries_left: 0,
            is_over: true,
            met: 0,
        };
        let answers = desk.commit(vec![asked.envelope(at)], at);
        if answers.is_ok_and(|answers| answers[0].is_ok()) {
            return Err(Broken::new("decided", "an engine closed an order that is not there"));
        }
        let published = desk.published().read();
        if state_hash(&published) != state_hash(self.referee.reference()) {
            return Err(Broken::new(
                "replay",
                format!("engine {node} ends with another state than the journal"),
            ));
        }
        Ok(())
    }
}
