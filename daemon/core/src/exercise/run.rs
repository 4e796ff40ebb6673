//! One run of a scenario: where it stands, what was put in, who was taken away, and what came of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::clock::ExerciseClock;
use super::fact::Fact;
use super::inject::{InjectState, Observation};
use super::scenario::Scenario;
use super::score::Totals;
use super::take_over::{self, HandedOver};
use super::world::World;
use super::{collect, honest, inject};
use crate::command::{Actor, Context};
use crate::decide::{Decision, at_most, needed};
use crate::event::Event;
use crate::id::{
    ExerciseId, MusterPointId, OrderId, PersonId, PersonSet, Revision, ScheduleId, TeamId, Timestamp, UnitId,
};
use crate::rejection::Rejection;
use crate::state::State;

/// What a run was started with. Never changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunSpec {
    /// The scenario, as it was then.
    pub scenario: Arc<Scenario>,
    /// Its version; 0 is what ships.
    pub version: u32,
    /// Where it runs.
    pub unit: UnitId,
    /// Who directs it (总导演).
    pub director: PersonId,
    /// Who else takes part in conducting it.
    pub staff: Vec<(Role, PersonId)>,
    /// Units whose people are simulated: no order of the exercise reaches them.
    pub simulated: Vec<UnitId>,
    /// How fast exercise time passes; above 1 only if everybody is simulated.
    pub rate: u32,
    /// The occurrence of a schedule that it is, by nominal instant; none: it was started by hand.
    pub scheduled: Option<(ScheduleId, Timestamp)>,
}

impl RunSpec {
    /// Whether the people of a unit are simulated: it, or one above it, is named.
    pub fn simulates_unit(&self, district: &State, unit: UnitId) -> bool {
        simulates_unit(&self.simulated, district, unit)
    }
    /// Whether this person is simulated.
    pub fn simulates(&self, district: &State, person: PersonId) -> bool {
        let home = district.people.get(person).map(|row| row.home_unit);
        home.is_some_and(|home| self.simulates_unit(district, home))
    }
}

/// Whether the people of a unit are simulated: it, or one above it, is among these.
pub(crate) fn simulates_unit(simulated: &[UnitId], district: &State, unit: UnitId) -> bool {
    let mut above = district.org.path(unit);
    !simulated.is_empty() && above.any(|unit| simulated.binary_search(&unit).is_ok())
}

/// What somebody does in an exercise (`domain.md` §5.1). Who is called plays (参演).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Role {
    /// 导调: puts in what happens.
    Controller,
    /// 模拟: plays what is not there.
    Simulator,
    /// 评估: watches how it is done.
    Evaluator,
    /// 观摩: watches.
    Observer,
}

impl Role {
    /// Every role with the word for it in files and on the wire.
    pub const ALL: [(Self, &'static str); 4] = [
        (Self::Controller, "controller"),
        (Self::Simulator, "simulator"),
        (Self::Evaluator, "evaluator"),
        (Self::Observer, "observer"),
    ];
}

/// Why a run ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ending {
    /// Its window was over.
    Window,
    /// Everybody who was called had arrived, was excused or absent.
    Complete,
    /// The director ended it.
    Ended,
    /// The director broke it off (中止), and why.
    Aborted(Box<str>),
    /// A real event took everybody (E1).
    Preempted,
}

/// Where a run stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum RunPhase {
    /// 进行中
    Running,
    /// 暂停: exercise time stands still.
    Paused,
    /// 结束
    Over {
        /// When.
        at: Timestamp,
        /// Why.
        ending: Ending,
    },
}

/// People whom a real order took out of a run (E1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preemption {
    /// When.
    pub at: Timestamp,
    /// By which order of the district.
    pub by: OrderId,
    /// Whom.
    pub people: PersonSet,
    /// The state from which on their leads are to be told.
    pub announced: Revision,
}

/// What somebody remarked: material for the report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remark {
    /// What about.
    pub kind: RemarkKind,
    /// What.
    pub text: Box<str>,
    /// Who.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
}

/// Under which heading of the report a remark belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum RemarkKind {
    /// 问题与原因
    Problem,
    /// 经验教训
    Lesson,
    /// 改进建议
    Suggestion,
}

impl RemarkKind {
    /// Every kind with the word for it on the wire.
    pub const ALL: [(Self, &'static str); 3] = [
        (Self::Problem, "problem"),
        (Self::Lesson, "lesson"),
        (Self::Suggestion, "suggestion"),
    ];
}

/// Remarks on one run.
pub const REMARKS_MAX: usize = 200;

/// How long the world of a run stays after its end, for those who have not heard yet: a day.
pub const KEPT_MS: u64 = 24 * 3_600_000;

/// What happens to a run itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum RunChange {
    /// Exercise time stands still.
    Paused,
    /// It goes on.
    Resumed,
    /// An inject was put in.
    Injected {
        /// Its number.
        number: u32,
        /// By hand, whatever its trigger is.
        by_hand: bool,
    },
    /// Somebody said what came of an inject.
    Observed {
        /// Its number.
        number: u32,
        /// What, who says so, and when.
        observation: Observation,
    },
    /// A real order took people (E1).
    Preempted {
        /// Which order.
        by: OrderId,
        /// Whom.
        people: PersonSet,
    },
    /// Somebody remarked something.
    Remarked {
        /// What about.
        kind: RemarkKind,
        /// What.
        text: Box<str>,
    },
    /// It ended.
    Over(Ending),
    /// Its world is gone; what came of it stays.
    PutAway,
}

/// One run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// Its id.
    pub id: ExerciseId,
    /// What it was started with.
    pub spec: Arc<RunSpec>,
    /// Who started it.
    pub by: Actor,
    /// When.
    pub began: Timestamp,
    /// Where it stands.
    pub phase: RunPhase,
    /// Exercise time.
    pub clock: ExerciseClock,
    /// Its injects, in the order of their numbers.
    pub injects: Vec<InjectState>,
    /// Who was taken away, in order.
    pub preemptions: Vec<Preemption>,
    /// What people said about it.
    pub remarks: Vec<Remark>,
    /// What everybody did; empty until it is over.
    pub facts: Arc<Vec<Fact>>,
    /// Teams that were called; empty until it is over.
    pub teams: Vec<TeamId>,
    /// Where its orders called people to; empty until it is over.
    pub points: Vec<MusterPointId>,
    /// What is counted for the run as a whole, as it happens.
    pub totals: Totals,
    /// Commands that changed hands, in order.
    pub hand_overs: Vec<HandedOver>,
    /// Everybody who took over as a B role, with whether they are simulated; empty until it is over.
    pub backups: BTreeMap<PersonId, bool>,
    /// The state at which it began.
    pub first: Revision,
    /// The last state in which its world can be seen; until then it is there.
    pub last: Option<Revision>,
    /// The state at which it last changed.
    pub changed: Revision,
    pub(super) world: Option<World>,
}

impl Run {
    pub(super) fn begin(
        id: ExerciseId,
        spec: &Arc<RunSpec>,
        world: World,
        by: &Actor,
        (at, revision): (Timestamp, Revision),
    ) -> Self {
        Self {
            id,
            spec: Arc::clone(spec),
            by: by.clone(),
            began: at,
            phase: RunPhase::Running,
            clock: ExerciseClock::start(at, spec.rate),
            injects: vec![InjectState::default(); spec.scenario.injects.len()],
            preemptions: Vec::new(),
            remarks: Vec::new(),
            facts: Arc::default(),
            teams: Vec::new(),
            points: Vec::new(),
            totals: Totals::default(),
            hand_overs: Vec::new(),
            backups: BTreeMap::new(),
            first: revision,
            last: None,
            changed: revision,
            world: Some(world),
        }
    }
    /// Its world, while it is there.
    pub fn world(&self) -> Option<&State> {
        self.world.as_ref().map(World::state)
    }
    /// Whether it has ended.
    pub fn is_over(&self) -> bool {
        matches!(self.phase, RunPhase::Over { .. })
    }
    /// Whether a real event took everybody, and ended it.
    fn ended_by_real_event(&self) -> bool {
        matches!(
            self.phase,
            RunPhase::Over {
                ending: Ending::Preempted,
                ..
            }
        )
    }
    /// Whom real orders took out of it (E1), as far as a lead who knows up to `cursor` is to be told. Who knows of nothing yet is told of a run
    /// that goes on, and of one that a real event ended, as long as its world is there: they may have been without a network all the while.
    pub fn preempted_since(&self, cursor: Revision) -> impl Iterator<Item = &Preemption> {
        let is_news = cursor.0 > 0 || !self.is_over() || self.ended_by_real_event();
        let news = self.preemptions.iter().filter(move |taken| taken.announced > cursor);
        news.filter(move |_| is_news)
    }
    /// Whether a person need not hear that the orders of a run were withdrawn: a real order ended it by taking them, and that is said.
    pub fn is_withdrawn_in_silence(&self, person: PersonId) -> bool {
        self.ended_by_real_event() && self.preemptions.iter().any(|taken| taken.people.contains(person))
    }
    /// When its window is over, in exercise time.
    pub fn until(&self) -> Timestamp {
        self.began.plus_ms(self.spec.scenario.window_ms)
    }
    /// Milliseconds of exercise time since it began.
    pub fn elapsed_ms(&self, at: Timestamp) -> u64 {
        u64::try_from(self.clock.shows(at).ms_since(self.began)).unwrap_or(0)
    }
    /// When it has something to do.
    pub(super) fn next_deadline(&self) -> Option<Timestamp> {
        match &self.phase {
            RunPhase::Paused => None,
            RunPhase::Over { at, .. } => self.world.as_ref().map(|_| at.plus_ms(KEPT_MS)),
            RunPhase::Running => {
                let world = self.world()?;
                let now = world.at().filter(|_| self.has_due_inject() || self.is_complete());
                let all = [Some(self.until()), world.next_deadline(), inject::next_timed(self), now];
                all.into_iter().flatten().min().and_then(|shown| self.clock.when(shown))
            }
        }
    }
    fn has_due_inject(&self) -> bool {
        inject::due_by_condition(self).next().is_some()
    }
    /// Whether it ends because everybody is accounted for.
    pub(super) fn is_complete(&self) -> bool {
        if !self.spec.scenario.ends_when_complete {
            return false;
        }
        let total = self.counts();
        // Where nobody is to go anywhere, an answer is all there is to wait for.
        let is_on_the_way = total.en_route > 0 && self.totals.asks_arrival;
        total.due > 0 && total.unconfirmed == 0 && !is_on_the_way
    }
    /// How long it was paused until now, or until its end.
    pub fn paused_ms(&self, now: Timestamp) -> u64 {
        let until = match &self.phase {
            RunPhase::Over { at, .. } => *at,
            RunPhase::Running | RunPhase::Paused => now,
        };
        let passed = u64::try_from(until.ms_since(self.began)).unwrap_or(0);
        let ran = self.elapsed_ms(until) / u64::from(self.spec.rate.max(1));
        passed.saturating_sub(ran)
    }
    /// What its orders count together now.
    pub fn counts(&self) -> crate::order::Counts {
        let mut total = crate::order::Counts::default();
        let Some(world) = self.world() else {
            return total;
        };
        for order in world.orders.iter() {
            total.merge(&order.current().ledger.total_once());
        }
        total
    }

    /// An event of this run, in its world or of itself.
    pub(super) fn apply(&mut self, event: &Event, actor: &Actor, at: Timestamp, revision: Revision) {
        if let Event::InExercise { event, .. } = event {
            self.happened(event, actor, at, revision);
        } else if let Event::ExerciseChanged { change, .. } = event {
            self.changed(change, actor, at, revision);
        }
    }

    /// Something happens in its world. Comes to the people whose duties that changed.
    pub(super) fn happened(
        &mut self,
        event: &Event,
        actor: &Actor,
        at: Timestamp,
        revision: Revision,
    ) -> Vec<PersonId> {
        self.changed = revision;
        let shown = self.clock.shows(at);
        collect::count(self, event, at);
        take_over::noted(self, event);
        let Some(world) = &mut self.world else {
            return Vec::new();
        };
        let stirred = world.apply(event, shown, revision, actor);
        inject::met(self, event, at);
        stirred
    }

    pub(super) fn changed(&mut self, change: &RunChange, actor: &Actor, at: Timestamp, revision: Revision) {
        self.changed = revision;
        match change {
            RunChange::Paused => {
                self.clock.turn(at, 0);
                self.phase = RunPhase::Paused;
            }
            RunChange::Resumed => {
                self.clock.turn(at, self.spec.rate);
                self.phase = RunPhase::Running;
            }
            RunChange::Injected { number, by_hand } => inject::injected(self, *number, *by_hand, at),
            RunChange::Observed { number, observation } => {
                inject::observed(self, *number, observation, actor, at);
            }
            RunChange::Preempted { by, people } => {
                if let Some(world) = &mut self.world {
                    world.take(people);
                }
                self.preemptions.push(Preemption {
                    at,
                    by: *by,
                    people: people.clone(),
                    announced: revision,
                });
            }
            RunChange::Remarked { kind, text } => self.remarks.push(Remark {
                kind: *kind,
                text: text.clone(),
                by: actor.clone(),
                at,
            }),
            RunChange::Over(ending) => {
                self.backups = take_over::backups(self);
                self.facts = Arc::new(collect::facts(self, &self.backups));
                (self.teams, self.points) = (collect::teams(self), collect::points(self));
                self.clock.turn(at, 0);
                self.phase = RunPhase::Over {
                    at,
                    ending: ending.clone(),
                };
            }
            RunChange::PutAway => {
                self.world = None;
                self.last = Some(Revision(revision.0.saturating_sub(1)));
            }
        }
    }
}

/// What a run is to be turned to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TurnTo {
    /// Exercise time stands still; nobody is late meanwhile.
    Pause,
    /// It goes on.
    Resume,
    /// It ends before its time, and counts.
    End,
    /// It is broken off, and why.
    Abort(Box<str>),
    /// Somebody remarks something.
    Remark(RemarkKind, Box<str>),
}

/// Pauses, resumes, ends or breaks off a run, or remarks something on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ControlExercise {
    /// Which.
    pub run: ExerciseId,
    /// What to.
    pub turn_to: TurnTo,
}

impl ControlExercise {
    pub(crate) fn decide(
        &self,
        state: &State,
        context: &Context,
        policy: &crate::policy::Policy,
    ) -> Result<Decision, Rejection> {
        let Self { run, turn_to } = self;
        if let TurnTo::Remark(kind, text) = turn_to {
            return remark(state, *run, *kind, text);
        }
        let found = state.running(*run)?;
        let change = match (turn_to, &found.phase) {
            (TurnTo::Pause, RunPhase::Running) => RunChange::Paused,
            (TurnTo::Resume, RunPhase::Paused) => RunChange::Resumed,
            (TurnTo::Pause, _) | (TurnTo::Resume, _) => return Ok(Decision::done(Vec::new())),
            (TurnTo::End, _) => return Ok(Decision::done(end(context, policy, found, Ending::Ended))),
            (TurnTo::Abort(reason), _) => {
                needed("reason", reason)?;
                at_most("reason", reason, 500)?;
                honest::denies_not("reason", reason)?;
                let ending = Ending::Aborted(reason.clone());
                return Ok(Decision::done(end(context, policy, found, ending)));
            }
            (TurnTo::Remark(..), _) => unreachable!("answered above"),
        };
        Ok(Decision::done(vec![Event::ExerciseChanged { run: *run, change }]))
    }
}

/// Remarks are taken after the end, too: that is when most is said.
fn remark(state: &State, run: ExerciseId, kind: RemarkKind, text: &str) -> Result<Decision, Rejection> {
    let found = state.exercise(run)?;
    needed("text", text)?;
    at_most("text", text, 2000)?;
    if found.remarks.len() >= REMARKS_MAX {
        return Err(Rejection::TooManyRemarks {
            run,
            max: REMARKS_MAX as u32,
        });
    }
    let text = text.trim().into();
    let change = RunChange::Remarked { kind, text };
    Ok(Decision::done(vec![Event::ExerciseChanged { run, change }]))
}

/// The end of a run: its count is closed, everybody in it is free, and what they did is kept.
pub(super) fn end(context: &Context, policy: &crate::policy::Policy, found: &Run, ending: Ending) -> Vec<Event> {
    let run = found.id;
    let mut events = super::act::closing(context, policy, found, &ending);
    let change = RunChange::Over(ending);
    events.push(Event::ExerciseChanged { run, change });
    events
}
