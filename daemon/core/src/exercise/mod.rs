//! Exercises (演练): run like the real thing, in a world of their own, scored, and never mistaken for it (`domain.md` §5).
//!
//! A run is a state inside the state ([`world`]). What is commanded in it goes through the same `decide` and `evolve` as everything else,
//! with that state in place of the district's, and happens as [`crate::event::Event::InExercise`]: nothing real can name it, and it can
//! change nothing real (M8). A real order takes people out of every exercise (E1).

mod act;
pub mod action;
mod begin;
pub mod clock;
mod collect;
mod elsewhere;
pub mod fact;
mod honest;
mod import;
pub mod inject;
pub mod objective;
mod preempt;
#[cfg(test)]
mod properties;
pub mod report;
pub mod run;
pub mod scenario;
pub mod schedule;
pub mod score;
pub mod take_over;
#[cfg(test)]
mod tests;
mod timers;
pub mod world;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use act::InExercise;
pub(crate) use act::{decided_in, in_world};
pub use action::{AmendAction, RaiseAction, ReopenAction, ReportAction, VerifyAction, WithdrawAction};
pub(crate) use begin::points_of;
pub use begin::{AskedRun, RATE_MAX, RUNNING_MAX, StartExercise};
pub(crate) use honest::{labelled, says_what_it_is};
pub use import::ImportScenario;
pub use inject::{InjectNow, ObserveInject};
pub(crate) use preempt::with_preemptions;
pub use run::{ControlExercise, Run, RunChange, RunSpec, TurnTo};
pub(crate) use timers::fire_timers;

use crate::calendar::Calendar;
use crate::command::Actor;
use crate::event::Event;
use crate::id::{ExerciseId, PersonId, Revision, ScheduleId, Timestamp, UnitId};
use crate::rejection::Rejection;
use crate::state::State;
use elsewhere::Players;
use scenario::Scenarios;
use schedule::{ScheduleChange, ScheduleSpec, Schedules};

/// What stands before every text that leaves an exercise.
pub const PREFIX: &str = "【演练】";

/// All exercises.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Exercises {
    /// Scenarios that were imported.
    pub scenarios: Scenarios,
    /// When which of them runs.
    pub schedules: Schedules,
    runs: Vec<Run>,
    /// Corrective actions.
    pub actions: action::Actions,
    #[serde(skip)]
    index: Index,
}

/// What is known of the runs without looking at each: it follows from them, and is not stored.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Index {
    players: Players,
    deadlines: BTreeSet<(Timestamp, ExerciseId)>,
    deadline_of: BTreeMap<ExerciseId, Timestamp>,
    /// Those that go on, by where they run.
    running: BTreeSet<(UnitId, ExerciseId)>,
}

impl Index {
    fn of(runs: &[Run]) -> Self {
        let mut index = Self::default();
        for run in runs {
            let players = run.world().into_iter().flat_map(State::on_duty_anywhere);
            index.touch(run, players);
        }
        index
    }
    /// Looks at a run anew; the duties of these people in it have changed.
    fn touch(&mut self, run: &Run, people: impl IntoIterator<Item = PersonId>) {
        let world = run.world().filter(|_| !run.is_over());
        for person in people {
            let is_playing = world.is_some_and(|world| world.duty(person).is_some());
            self.players.put(person, run.id, is_playing);
        }
        let place = (run.spec.unit, run.id);
        match run.is_over() {
            true => self.running.remove(&place),
            false => self.running.insert(place),
        };
        let next = run.next_deadline();
        let before = match next {
            Some(at) => self.deadline_of.insert(run.id, at),
            None => self.deadline_of.remove(&run.id),
        };
        if before != next {
            before.map(|at| self.deadlines.remove(&(at, run.id)));
            next.map(|at| self.deadlines.insert((at, run.id)));
        }
    }
}

impl Exercises {
    /// The run with this id.
    pub fn run(&self, run: ExerciseId) -> Option<&Run> {
        run.0.checked_sub(1).and_then(|index| self.runs.get(index as usize))
    }
    /// Every run, in the order of their ids.
    pub fn runs(&self) -> impl DoubleEndedIterator<Item = &Run> {
        self.runs.iter()
    }
    /// The runs that have a world: those that go on, and those that ended not long ago.
    pub fn with_worlds(&self) -> impl Iterator<Item = (&Run, &State)> {
        let runs = self.runs.iter();
        runs.filter_map(|run| run.world.as_ref().map(|world| (run, world.state())))
    }
    /// The runs that go on, be they paused, with their worlds.
    pub fn going_on(&self) -> impl Iterator<Item = (&Run, &State)> {
        self.with_worlds().filter(|(run, _)| !run.is_over())
    }
    pub(crate) fn next_id(&self) -> ExerciseId {
        ExerciseId::from_index(self.runs.len())
    }
    /// When the next exercise has something to do.
    pub(crate) fn next_deadline(&self) -> Option<Timestamp> {
        let runs = self.index.deadlines.first().map(|(at, _)| *at);
        runs.into_iter().chain(self.schedules.next_deadline()).min()
    }
    /// The runs that go on in a unit.
    pub(crate) fn running_in(&self, unit: UnitId) -> impl Iterator<Item = &Run> {
        let there = (unit, ExerciseId(0))..=(unit, ExerciseId(u32::MAX));
        self.index.running.range(there).filter_map(|(_, run)| self.run(*run))
    }
    /// How many runs go on.
    pub(crate) fn running_count(&self) -> usize {
        self.index.running.len()
    }
    /// Runs that have something to do at `at`, or before.
    pub(crate) fn due(&self, at: Timestamp) -> impl Iterator<Item = &Run> {
        let due = self.index.deadlines.iter().take_while(move |(due, _)| *due <= at);
        due.filter_map(|(_, run)| self.run(*run))
    }
    /// The exercises that go on in which a person has something to do.
    pub(crate) fn played_by(&self, person: PersonId) -> impl Iterator<Item = &Run> {
        self.index.players.of(person).filter_map(|run| self.run(run))
    }

    pub(crate) fn are_linked(&self, district: &State) -> bool {
        let mut worlds = self.runs.iter().filter_map(|run| run.world.as_ref());
        worlds.all(|world| world.is_linked(district))
    }
    pub(crate) fn link(&mut self, district: &State) {
        let worlds = self.runs.iter_mut().filter_map(|run| run.world.as_mut());
        worlds.for_each(|world| world.link(district));
        // After a snapshot was read, there is none.
        self.index = Index::of(&self.runs);
    }
    /// Whether the index says what the runs say.
    pub(crate) fn is_indexed(&self) -> bool {
        self.index == Index::of(&self.runs)
    }
    /// After the schedules were read from a snapshot, or days of the calendar changed.
    pub(crate) fn reckon(&mut self, calendar: &Calendar) {
        self.schedules.reckon_all(calendar);
    }

    pub(crate) fn started(&mut self, run: Run) {
        debug_assert_eq!(run.id, self.next_id(), "ids have no gaps");
        self.index.touch(&run, []);
        self.runs.push(run);
    }
    pub(crate) fn happened(
        &mut self,
        run: ExerciseId,
        event: &Event,
        actor: &Actor,
        at: Timestamp,
        revision: Revision,
    ) {
        let run = &mut self.runs[run.index()];
        let stirred = run.happened(event, actor, at, revision);
        self.index.touch(run, stirred);
    }
    pub(crate) fn changed(
        &mut self,
        run: ExerciseId,
        change: &RunChange,
        actor: &Actor,
        at: Timestamp,
        revision: Revision,
    ) {
        let run = &mut self.runs[run.index()];
        run.changed(change, actor, at, revision);
        // Nobody plays in what is over, whatever they had to do.
        let players: Vec<PersonId> = match run.is_over() {
            true => run.world().into_iter().flat_map(State::on_duty_anywhere).collect(),
            false => Vec::new(),
        };
        self.index.touch(run, players);
    }
}

impl State {
    /// The run with this id.
    ///
    /// # Errors
    /// There is none.
    pub(crate) fn exercise(&self, run: ExerciseId) -> Result<&Run, Rejection> {
        self.exercises.run(run).ok_or(Rejection::UnknownExercise { run })
    }
    /// The run with this id, if it goes on, be it paused.
    ///
    /// # Errors
    /// There is none, or it has ended.
    pub(crate) fn running(&self, run: ExerciseId) -> Result<&Run, Rejection> {
        let found = self.exercise(run)?;
        if found.is_over() {
            return Err(Rejection::ExerciseEnded { run });
        }
        Ok(found)
    }

    pub(crate) fn exercise_started(&mut self, run: ExerciseId, spec: &Arc<RunSpec>, actor: &Actor, at: Timestamp) {
        let world = world::World::begin(run, &spec.simulated, self, at);
        let revision = self.revision();
        self.exercises
            .started(Run::begin(run, spec, world, actor, (at, revision)));
    }
    pub(crate) fn exercise_scheduled(
        &mut self,
        schedule: ScheduleId,
        spec: &Arc<ScheduleSpec>,
        actor: &Actor,
        at: Timestamp,
    ) {
        let when = (at, self.revision());
        let schedules = &mut self.exercises.schedules;
        schedules.laid_down(schedule, spec, actor, when, &self.calendar);
    }
    pub(crate) fn schedule_changed(
        &mut self,
        schedule: ScheduleId,
        change: &ScheduleChange,
        actor: &Actor,
        at: Timestamp,
    ) {
        let when = (at, self.revision());
        let schedules = &mut self.exercises.schedules;
        schedules.changed(schedule, change, actor, when, &self.calendar);
    }
}
