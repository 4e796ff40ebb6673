//! Exercises: scenarios, runs, and what happens in their worlds.
//!
//! A scenario is stored whole wherever it is named: a run keeps the one that it was started with.

mod action;
mod inject;
mod objective;
mod run;
mod scenario;
mod schedule;

use baiying_core::event::Event;
use baiying_core::id::ExerciseId;
use baiying_proto::journal::v1 as pb;
use pb::event::Kind;

pub(super) use self::action::{
    decode_changed as decode_action_changed, decode_raised as decode_action_raised,
    encode_changed as encode_action_changed, encode_raised as encode_action_raised,
};
pub(super) use self::run::{decode_changed, decode_started, encode_changed, encode_started};
pub(super) use self::scenario::{decode_imported, encode_imported};
pub(super) use self::schedule::{
    decode_changed as decode_schedule_changed, decode_scheduled, encode_changed as encode_schedule_changed,
    encode_scheduled,
};
use super::EventError;
use super::common::{id, required};

pub(super) fn encode_within(run: ExerciseId, event: &Event) -> Kind {
    let kind = Some(super::encode::event(event));
    Kind::InExercise(Box::new(pb::InExercise {
        run: run.0,
        event: Some(Box::new(pb::Event { kind })),
    }))
}

/// What happens in the world of an exercise is never about exercises, so this goes one deep and no deeper.
pub(super) fn decode_within(message: pb::InExercise) -> Result<Event, EventError> {
    let pb::InExercise { run, event } = message;
    let kind = required("exercise.event", event.and_then(|event| event.kind))?;
    let is_of_exercises = matches!(
        kind,
        Kind::ScenarioImported(_)
            | Kind::ExerciseStarted(_)
            | Kind::InExercise(_)
            | Kind::ExerciseChanged(_)
            | Kind::ExerciseScheduled(_)
            | Kind::ScheduleChanged(_)
            | Kind::ActionRaised(_)
            | Kind::ActionChanged(_)
    );
    if is_of_exercises {
        return Err(EventError::Invalid {
            field: "exercise.event",
            problem: "an exercise within an exercise",
        });
    }
    Ok(Event::InExercise {
        run: id("exercise.run", run)?,
        event: Box::new(super::decode::event(kind)?),
    })
}
