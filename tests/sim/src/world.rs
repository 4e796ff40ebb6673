//! One world: a virtual clock, an agenda of what is to happen, and nothing else that could differ from run to run.

mod clients;
mod engines;
mod network;

use std::collections::BTreeMap;

use baiying_core::command::Command;
use baiying_core::id::{OrderId, PersonId};
use baiying_core::order::CloseOrder;
use baiying_journal::SharedLog;
use baiyingd::engine::state_hash;

use crate::book::{Asked, Book};
use crate::checks::{Broken, Held, Referee};
use crate::client::{Client, Role};
use crate::dice::Dice;
use crate::district::District;
use crate::node::Node;
use crate::profile::Profile;
use crate::tally::Tally;
use crate::trace::Trace;

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
            referee: Referee::new(),
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

    fn end(&mut self) -> Held {
        self.now += 4 * 60 * MINUTE;
        self.time_passes()?;
        self.last_timers()?;
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

    /// Whoever knows all of the journal has let everything happen that was due. An engine that was deposed and does not know it
    /// fires nothing: if there is no other, one is started.
    fn last_timers(&mut self) -> Held {
        if !self.nodes.iter().any(|node| node.is_current(&self.log)) {
            self.nodes[0].kill();
            self.start(0)?;
            self.time_passes()?;
        }
        let current = self.nodes.iter().filter(|node| node.is_current(&self.log));
        let at = current.map(|node| node.now(self.now)).max();
        let at = at.ok_or_else(|| Broken::new("liveness", "no engine runs at the end"))?;
        self.referee.nothing_is_due(at)
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
