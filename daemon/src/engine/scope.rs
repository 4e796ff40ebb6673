//! Which state a handle of the engine shows, and where its commands go: the district's, or the world of an exercise.
//!
//! Services do not know the difference: what is said to an exercise cannot reach the district, whichever service it is said to, and the
//! other way round (M8).

use std::ops::Deref;
use std::sync::{Arc, LazyLock};

use baiying_core::State;
use baiying_core::command::Command;
use baiying_core::exercise::InExercise;
use baiying_core::id::ExerciseId;
use parking_lot::{MappedRwLockReadGuard, RwLockReadGuard};

/// The exercise that a handle is for.
#[derive(Clone)]
pub struct Scope {
    /// Which.
    pub run: ExerciseId,
    /// The last state of the district that knew its world, if it has been put away since.
    pub kept: Option<Arc<State>>,
}

impl Scope {
    pub(super) fn wrap(&self, command: Command) -> Command {
        Command::InExercise(InExercise {
            run: self.run,
            command: Box::new(command),
        })
    }
    /// The same request means another thing in another exercise.
    pub(super) fn digest(&self, digest: u64) -> u64 {
        baiying_core::lot::draw(digest, &[u64::from(self.run.0)])
    }
}

/// The world of a run in a state of the district; empty if it has none.
pub(crate) fn world(district: &State, run: ExerciseId) -> &State {
    static EMPTY: LazyLock<State> = LazyLock::new(State::default);
    let world = district.exercises.run(run).and_then(|run| run.world());
    world.unwrap_or_else(|| &EMPTY)
}

/// A state to look at, held briefly and never across an await: publishing waits for it.
pub enum Look<'a> {
    /// The district as it is.
    District(RwLockReadGuard<'a, State>),
    /// The world of an exercise as it is.
    World(MappedRwLockReadGuard<'a, State>),
    /// The world of an exercise that was put away.
    Kept(&'a State, ExerciseId),
}

impl Deref for Look<'_> {
    type Target = State;
    fn deref(&self) -> &State {
        match self {
            Self::District(state) => state,
            Self::World(state) => state,
            Self::Kept(district, run) => world(district, *run),
        }
    }
}

/// The state that a scope shows.
pub(super) fn look<'a>(published: RwLockReadGuard<'a, State>, scope: Option<&'a Scope>) -> Look<'a> {
    match scope {
        None => Look::District(published),
        Some(Scope { run, kept: None }) => Look::World(RwLockReadGuard::map(published, |state| world(state, *run))),
        Some(Scope {
            run,
            kept: Some(district),
        }) => Look::Kept(district, *run),
    }
}
