//! Start what is due.

use std::sync::Arc;

use super::{Occurrence, Outcome, Schedule, ScheduleChange, Settlement, settle};
use crate::command::Context;
use crate::event::Event;
use crate::exercise::begin;
use crate::exercise::run::RunSpec;
use crate::id::{ResponseId, ScheduleId, Timestamp};
use crate::policy::Policy;
use crate::rejection::Rejection;
use crate::state::State;

/// What the first schedule comes to of those that are due: the next one has to see whom its run calls.
pub(crate) fn fire(state: &State, context: &Context, policy: &Policy) -> Vec<Event> {
    let schedules = &state.exercises.schedules;
    let Some(schedule) = schedules.due(context.at) else {
        return Vec::new();
    };
    let Settlement {
        start,
        missed,
        watermark,
        next: _,
    } = settle(
        &schedule.spec.rule,
        &state.calendar,
        schedule.watermark,
        context.at,
        &schedule.skips(),
    );
    let mut events = Vec::new();
    let mut outcomes: Vec<(Occurrence, Outcome)> = missed
        .into_iter()
        .map(|(occurrence, why)| (occurrence, Outcome::Missed(why)))
        .collect();
    let mut running = None;
    for occurrence in start {
        let outcome = match running {
            // Two runs of one scenario in one unit cannot be told apart by those who are called.
            Some(run) => Outcome::Refused(Rejection::ExerciseRunning { run }.to_string().into()),
            None => start_run(state, context, policy, schedule, occurrence, &mut events),
        };
        if let Outcome::Started(run) = outcome {
            running = Some(run);
        }
        outcomes.push((occurrence, outcome));
    }
    outcomes.sort_by_key(|(occurrence, _)| (occurrence.start, occurrence.nominal));
    let change = ScheduleChange::Settled {
        outcomes,
        until: watermark.until,
    };
    events.push(Event::ScheduleChanged {
        schedule: schedule.id,
        change,
    });
    events
}

fn start_run(
    state: &State,
    context: &Context,
    policy: &Policy,
    schedule: &Schedule,
    occurrence: Occurrence,
    events: &mut Vec<Event>,
) -> Outcome {
    let spec = match run_spec(state, policy, schedule, (schedule.id, occurrence.nominal)) {
        Ok(spec) => spec,
        Err(rejection) => return Outcome::Refused(rejection.to_string().into()),
    };
    if let Some(response) = in_force(state, &spec) {
        return Outcome::RealResponse(response);
    }
    let run = state.exercises.next_id();
    match begin::begin(state, context, policy, spec) {
        Ok(decision) => {
            events.extend(decision.events);
            Outcome::Started(run)
        }
        Err(rejection) => Outcome::Refused(rejection.to_string().into()),
    }
}

fn run_spec(
    state: &State,
    policy: &Policy,
    schedule: &Schedule,
    scheduled: (ScheduleId, Timestamp),
) -> Result<RunSpec, Rejection> {
    let spec = &schedule.spec;
    let (version, scenario) = begin::scenario(state, policy, &spec.scenario)?;
    Ok(RunSpec {
        scenario: Arc::clone(scenario),
        version,
        unit: spec.unit,
        director: spec.director,
        staff: spec.staff.clone(),
        simulated: spec.simulated.clone(),
        rate: spec.rate,
        scheduled: Some(scheduled),
    })
}

/// The response for whose sake people are left alone: one that covers the unit, or a part of it. An exercise that disturbs nobody goes on
/// all the same, and so does one that somebody starts by hand, who knows of it.
fn in_force(state: &State, spec: &RunSpec) -> Option<ResponseId> {
    if spec.simulates_unit(state, spec.unit) {
        return None;
    }
    let touches =
        |area: &crate::id::UnitId| state.org.is_within(*area, spec.unit) || state.org.is_within(spec.unit, *area);
    let mut active = state.responses.iter().filter(|response| response.is_active());
    active
        .find(|response| response.scope().iter().any(touches))
        .map(|response| response.id)
}
