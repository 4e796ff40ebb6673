//! What holds of exercises: their worlds obey the same laws, and nothing passes between a world and the district (M8, E1).

use std::collections::BTreeSet;

use super::{Held, holds, within};
use crate::State;
use crate::event::{Entry, Event};
use crate::exercise::schedule::Outcome;
use crate::exercise::{PREFIX, Run};
use crate::id::{ExerciseId, PersonId};

/// Exercise and real never touch, and everything in an exercise is as it would be outside.
///
/// # Errors
/// What is otherwise.
pub fn exercises(before: &State, entry: &Entry, after: &State) -> Held {
    apart(before, entry, after)?;
    texts(after)?;
    preempted(after)?;
    schedules(before, after)?;
    holds(after.exercises.is_indexed(), || {
        "the index of the runs says something else than the runs".into()
    })?;
    for run in after.exercises.runs() {
        over_stays_over(before, run)?;
        let Some(world) = run.world() else { continue };
        let inner = inner(run.id, entry, world);
        let was = before.exercises.run(run.id).and_then(Run::world);
        within(was.unwrap_or(world), &inner, world)?;
        holds(world.people.len() == after.people.len(), || {
            format!(
                "{} knows {} people of {}",
                run.id,
                world.people.len(),
                after.people.len()
            )
        })?;
    }
    Ok(())
}

/// What an entry is in a world.
fn inner(run: ExerciseId, entry: &Entry, world: &State) -> Entry {
    let of_run = entry.events.iter().filter_map(|event| {
        if let Event::InExercise { run: other, event } = event
            && *other == run
        {
            Some((**event).clone())
        } else {
            None
        }
    });
    Entry {
        at: world.at().unwrap_or(entry.at),
        actor: entry.actor.clone(),
        request: None,
        events: of_run.collect(),
    }
}

fn is_of_exercises(event: &Event) -> bool {
    let of_none = matches!(
        event,
        Event::ScenarioImported { .. }
            | Event::ExerciseScheduled { .. }
            | Event::ScheduleChanged { .. }
            | Event::ActionRaised { .. }
            | Event::ActionChanged { .. }
    );
    of_none || event.exercise().is_some()
}

/// What happens in exercises changes nothing of the district, and what happens in the district nothing in a world.
fn apart(before: &State, entry: &Entry, after: &State) -> Held {
    if entry.events.iter().all(is_of_exercises) {
        let is_same = before.orders == after.orders
            && before.responses == after.responses
            && before.leave == after.leave
            && before.branches == after.branches
            && before.in_place == after.in_place
            && before.reinforcement == after.reinforcement
            && before.situations == after.situations
            && before.readiness == after.readiness
            && before.quota == after.quota
            && before.people == after.people
            && (1..=after.people.len() as u32).all(|id| before.duty(PersonId(id)) == after.duty(PersonId(id)));
        holds(is_same, || "an exercise changed the district (M8)".into())?;
    }
    for run in after.exercises.runs() {
        let touches = |event: &Event| event.exercise() == Some(run.id);
        if entry.events.iter().any(touches) {
            continue;
        }
        let was = before.exercises.run(run.id);
        let is_same = was.is_some_and(|was| {
            let (Some(old), Some(new)) = (was.world(), run.world()) else {
                return was == run;
            };
            old.orders == new.orders && old.responses == new.responses && was.phase == run.phase
        });
        holds(is_same, || format!("something else changed {} (M8)", run.id))?;
    }
    Ok(())
}

/// Every text of an exercise says so, and none of the district does.
fn texts(state: &State) -> Held {
    let text = |state: &State, is_exercise: bool| {
        let mut versions = state.orders.iter().flat_map(|order| &order.versions);
        let mut responses = state.responses.iter();
        versions.all(|version| version.spec.text.contains(PREFIX) == is_exercise)
            && responses.all(|response| response.spec.event.contains(PREFIX) == is_exercise)
    };
    holds(text(state, false), || {
        "something real says that it is an exercise (M8)".into()
    })?;
    for (run, world) in state.exercises.with_worlds() {
        holds(text(world, true), || {
            format!("something of {} does not say what it is (M8)", run.id)
        })?;
    }
    Ok(())
}

/// Nobody has a real duty and one in an exercise, or two in exercises, but who is only simulated there (E1).
fn preempted(state: &State) -> Held {
    let mut busy: BTreeSet<PersonId> = state.on_duty_anywhere().collect();
    for (run, world) in state.exercises.going_on() {
        for person in world
            .on_duty_anywhere()
            .filter(|person| !run.spec.simulates(state, *person))
        {
            holds(busy.insert(person), || {
                format!("{person} has a duty in {} and another (E1)", run.id)
            })?;
        }
    }
    Ok(())
}

/// Every occurrence is settled once, in order, and what was settled stays so; each run of a schedule is its own.
fn schedules(before: &State, after: &State) -> Held {
    let now = &after.exercises.schedules;
    holds(now.are_reckoned(&after.calendar), || {
        "what comes next of the schedules is not what their rules say".into()
    })?;
    for schedule in now.iter() {
        let id = schedule.id;
        let settled = || schedule.settled.iter().map(|(occurrence, _)| occurrence.nominal);
        let once: BTreeSet<_> = settled().collect();
        holds(once.len() == schedule.settled.len(), || {
            format!("an occurrence of {id} is settled twice")
        })?;
        for (occurrence, outcome) in &schedule.settled {
            holds(occurrence.start <= schedule.watermark.until, || {
                format!("{id} is settled ahead of its time")
            })?;
            let Outcome::Started(run) = outcome else { continue };
            let scheduled = after.exercises.run(*run).and_then(|run| run.spec.scheduled);
            holds(scheduled == Some((id, occurrence.nominal)), || {
                format!("{run} is not the run of {id} that it is said to be")
            })?;
        }
        let Some(was) = before.exercises.schedules.get(id) else {
            continue;
        };
        let is_kept = was.spec == schedule.spec
            && was.watermark.since == schedule.watermark.since
            && was.watermark.until <= schedule.watermark.until
            && was.settled_count <= schedule.settled_count
            && (was.ended.is_none() || was.ended == schedule.ended);
        holds(is_kept, || format!("the past of {id} was changed"))?;
    }
    Ok(())
}

/// What is over stays so, with what everybody did.
fn over_stays_over(before: &State, run: &Run) -> Held {
    let Some(was) = before.exercises.run(run.id) else {
        return Ok(());
    };
    let is_kept = !was.is_over() || (was.phase == run.phase && was.facts == run.facts);
    holds(is_kept, || format!("{} was over and goes on", run.id))
}
