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
pub mod fact;
mod import;
pub mod inject;
pub mod objective;
mod preempt;
#[cfg(test)]
mod properties;
pub mod run;
pub mod scenario;
pub mod schedule;
pub mod score;
#[cfg(test)]
mod tests;
mod timers;
pub mod world;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use act::InExercise;
pub use action::{AmendAction, RaiseAction, ReopenAction, ReportAction, VerifyAction, WithdrawAction};
pub use begin::{RATE_MAX, RUNNING_MAX, StartExercise};
pub use import::ImportScenario;
pub use inject::{InjectNow, ObserveInject};
pub(crate) use preempt::{says_what_it_is, with_preemptions};
pub use run::{ControlExercise, Run, RunChange, RunSpec, TurnTo};
pub(crate) use timers::fire_timers;

use crate::command::Actor;
use crate::event::Event;
use crate::id::{ExerciseId, PersonId, Revision, Timestamp};
use crate::rejection::Rejection;
use crate::state::State;
use scenario::Scenarios;

/// What stands before every text that leaves an exercise.
pub const PREFIX: &str = "【演练】";

/// All exercises.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Exercises {
    /// Scenarios that were imported.
    pub scenarios: Scenarios,
    runs: Vec<Run>,
    /// Corrective actions.
    pub actions: action::Actions,
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
        self.runs.iter().filter_map(Run::next_deadline).min()
    }

    pub(crate) fn are_linked(&self, district: &State) -> bool {
        let mut worlds = self.runs.iter().filter_map(|run| run.world.as_ref());
        worlds.all(|world| world.is_linked(district))
    }
    pub(crate) fn link(&mut self, district: &State) {
        let worlds = self.runs.iter_mut().filter_map(|run| run.world.as_mut());
        worlds.for_each(|world| world.link(district));
    }

    pub(crate) fn started(&mut self, run: Run) {
        debug_assert_eq!(run.id, self.next_id(), "ids have no gaps");
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
        self.runs[run.index()].happened(event, actor, at, revision);
    }
    pub(crate) fn changed(
        &mut self,
        run: ExerciseId,
        change: &RunChange,
        actor: &Actor,
        at: Timestamp,
        revision: Revision,
    ) {
        self.runs[run.index()].changed(change, actor, at, revision);
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
    /// Exercises in which somebody has something to do.
    pub fn exercises_of(&self, person: PersonId) -> impl Iterator<Item = ExerciseId> + '_ {
        let runs = self.exercises.going_on();
        runs.filter(move |(_, world)| world.duty(person).is_some())
            .map(|(run, _)| run.id)
    }

    pub(crate) fn exercise_started(&mut self, run: ExerciseId, spec: &Arc<RunSpec>, actor: &Actor, at: Timestamp) {
        let elsewhere = preempt::elsewhere(self, spec);
        let world = world::World::begin(run, self, at, elsewhere);
        let revision = self.revision();
        self.exercises
            .started(Run::begin(run, spec, world, actor, (at, revision)));
    }
}
