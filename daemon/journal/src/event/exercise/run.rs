//! Runs: what each was started with, and what happens to it.

use std::sync::Arc;

use baiying_core::event::Event;
use baiying_core::exercise::inject::{Observation, Verdict};
use baiying_core::exercise::run::{Ending, RemarkKind, Role};
use baiying_core::exercise::{RunChange, RunSpec};
use baiying_core::id::{ExerciseId, PersonId};
use baiying_proto::journal::v1 as pb;
use pb::PlainEnding as Plain;
use pb::event::Kind;
use pb::exercise_changed::Change;
use pb::exercise_over::Ending as WireEnding;

use super::scenario;
use crate::event::EventError;
use crate::event::common::{Word, id, ids, people, required, runs, version, word};

word!(Role = ExerciseRole { Controller Simulator Evaluator Observer });
word!(RemarkKind = RemarkKind { Problem Lesson Suggestion });
word!(Verdict = InjectVerdict { Done Partly NotDone Unjudged });

pub(in crate::event) fn encode_started(run: ExerciseId, spec: &RunSpec) -> Kind {
    let RunSpec {
        scenario,
        version,
        unit,
        director,
        staff,
        simulated,
        rate,
    } = spec;
    let member = |(role, person): &(Role, PersonId)| pb::ExerciseStaff {
        role: role.to_wire(),
        person: person.0,
    };
    Kind::ExerciseStarted(pb::ExerciseStarted {
        run: run.0,
        spec: Some(pb::RunSpec {
            scenario: Some(scenario::encode(scenario)),
            version: *version,
            unit: unit.0,
            director: director.0,
            staff: staff.iter().map(member).collect(),
            simulated: simulated.iter().map(|unit| unit.0).collect(),
            rate: *rate,
        }),
    })
}

pub(in crate::event) fn decode_started(message: pb::ExerciseStarted) -> Result<Event, EventError> {
    let pb::ExerciseStarted { run, spec } = message;
    let pb::RunSpec {
        scenario,
        version: number,
        unit,
        director,
        staff,
        simulated,
        rate,
    } = required("exercise.spec", spec)?;
    let member = |pb::ExerciseStaff { role, person }| {
        let role = Role::from_wire("exercise.role", role)?;
        Ok::<_, EventError>((role, id("exercise.staff", person)?))
    };
    Ok(Event::ExerciseStarted {
        run: id("exercise.run", run)?,
        spec: Arc::new(RunSpec {
            scenario: Arc::new(scenario::decode(scenario)?),
            // What ships is version 0.
            version: number,
            unit: id("exercise.unit", unit)?,
            director: id("exercise.director", director)?,
            staff: staff.into_iter().map(member).collect::<Result<_, _>>()?,
            simulated: ids("exercise.simulated", simulated)?,
            rate: version("exercise.rate", rate)?,
        }),
    })
}

pub(in crate::event) fn encode_changed(run: ExerciseId, change: &RunChange) -> Kind {
    Kind::ExerciseChanged(pb::ExerciseChanged {
        run: run.0,
        change: Some(encode_change(change)),
    })
}

pub(in crate::event) fn decode_changed(message: pb::ExerciseChanged) -> Result<Event, EventError> {
    let pb::ExerciseChanged { run, change } = message;
    Ok(Event::ExerciseChanged {
        run: id("exercise.run", run)?,
        change: decode_change(required("exercise.change", change)?)?,
    })
}

fn encode_change(change: &RunChange) -> Change {
    match change {
        RunChange::Paused => Change::Paused(pb::ExercisePaused {}),
        RunChange::Resumed => Change::Resumed(pb::ExerciseResumed {}),
        RunChange::Injected { number, by_hand } => Change::Injected(pb::ExerciseInjected {
            number: *number,
            by_hand: *by_hand,
        }),
        RunChange::Observed {
            number,
            observation: Observation { verdict, note },
        } => Change::Observed(pb::ExerciseObserved {
            number: *number,
            verdict: verdict.to_wire(),
            note: note.to_string(),
        }),
        RunChange::Preempted { by, people } => Change::Preempted(pb::ExercisePreempted {
            by: by.0,
            people: runs(people),
        }),
        RunChange::Remarked { kind, text } => Change::Remarked(pb::ExerciseRemarked {
            kind: kind.to_wire(),
            text: text.to_string(),
        }),
        RunChange::Over(ending) => Change::Over(pb::ExerciseOver {
            ending: Some(encode_ending(ending)),
        }),
        RunChange::PutAway => Change::PutAway(pb::ExercisePutAway {}),
    }
}

fn decode_change(change: Change) -> Result<RunChange, EventError> {
    Ok(match change {
        Change::Paused(pb::ExercisePaused {}) => RunChange::Paused,
        Change::Resumed(pb::ExerciseResumed {}) => RunChange::Resumed,
        Change::Injected(pb::ExerciseInjected { number, by_hand }) => RunChange::Injected {
            number: version("exercise.inject", number)?,
            by_hand,
        },
        Change::Observed(pb::ExerciseObserved { number, verdict, note }) => RunChange::Observed {
            number: version("exercise.inject", number)?,
            observation: Observation {
                verdict: Verdict::from_wire("exercise.verdict", verdict)?,
                note: note.into(),
            },
        },
        Change::Preempted(pb::ExercisePreempted { by, people: who }) => RunChange::Preempted {
            by: id("exercise.by", by)?,
            people: people("exercise.people", &who)?,
        },
        Change::Remarked(pb::ExerciseRemarked { kind, text }) => RunChange::Remarked {
            kind: RemarkKind::from_wire("exercise.remark", kind)?,
            text: text.into(),
        },
        Change::Over(pb::ExerciseOver { ending }) => {
            RunChange::Over(decode_ending(required("exercise.ending", ending)?)?)
        }
        Change::PutAway(pb::ExercisePutAway {}) => RunChange::PutAway,
    })
}

fn encode_ending(ending: &Ending) -> WireEnding {
    let plain = |plain: Plain| WireEnding::Plain(plain as i32);
    match ending {
        Ending::Window => plain(Plain::Window),
        Ending::Complete => plain(Plain::Complete),
        Ending::Ended => plain(Plain::Ended),
        Ending::Aborted(reason) => WireEnding::Aborted(reason.to_string()),
        Ending::Preempted => plain(Plain::Preempted),
    }
}

fn decode_ending(ending: WireEnding) -> Result<Ending, EventError> {
    let field = "exercise.ending";
    let value = match ending {
        WireEnding::Aborted(reason) => return Ok(Ending::Aborted(reason.into())),
        WireEnding::Plain(value) => value,
    };
    match Plain::try_from(value) {
        Ok(Plain::Window) => Ok(Ending::Window),
        Ok(Plain::Complete) => Ok(Ending::Complete),
        Ok(Plain::Ended) => Ok(Ending::Ended),
        Ok(Plain::Preempted) => Ok(Ending::Preempted),
        Ok(Plain::Unspecified) => Err(EventError::Missing { field }),
        Err(_) => Err(EventError::Unknown { field, value }),
    }
}
