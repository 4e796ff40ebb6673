//! A real event goes before every exercise (E1): who is called by a real order has nothing more to do in any.

use std::collections::{BTreeMap, BTreeSet};

use super::act::in_world;
use super::run::{Ending, Run, RunChange, end};
use crate::command::Context;
use crate::event::Event;
use crate::id::{ExerciseId, OrderId, PersonId, PersonSet};
use crate::policy::Policy;
use crate::state::State;

/// What a decision of the district comes to with what it means for exercises: people who are called by a real order are taken out of
/// them, in the same step.
pub(crate) fn with_preemptions(state: &State, context: &Context, policy: &Policy, events: Vec<Event>) -> Vec<Event> {
    let mut taken: BTreeMap<ExerciseId, BTreeMap<OrderId, Vec<PersonId>>> = BTreeMap::new();
    for event in &events {
        called_by(event, |order, person| {
            let played = state.exercises.played_by(person);
            for run in played.filter(|run| !run.spec.simulates(state, person)) {
                let of_run = taken.entry(run.id).or_default();
                of_run.entry(order).or_default().push(person);
            }
        });
    }
    let mut all = events;
    for (run, of_order) in taken {
        let Some(run) = state.exercises.run(run) else { continue };
        all.extend(preempt(state, context, policy, run, of_order));
    }
    all
}

/// What it means for one run that people of it are called by real orders.
fn preempt(
    state: &State,
    context: &Context,
    policy: &Policy,
    run: &Run,
    of_order: BTreeMap<OrderId, Vec<PersonId>>,
) -> Vec<Event> {
    let Some(world) = run.world() else { return Vec::new() };
    let mut taken: BTreeSet<PersonId> = BTreeSet::new();
    let mut events = Vec::new();
    for (order, people) in of_order {
        // Who is called twice leaves once.
        let people: PersonSet = people.into_iter().filter(|person| taken.insert(*person)).collect();
        if !people.is_empty() {
            events.append(&mut leave(run, world, order, people));
        }
    }
    // An exercise without anybody is over.
    if world.on_duty_anywhere().all(|person| taken.contains(&person)) {
        let mut deserted = run.clone();
        for event in &events {
            deserted.apply(event, &context.actor, context.at, state.revision());
        }
        events.append(&mut end(context, policy, &deserted, Ending::Preempted));
    }
    events
}

/// Who is called by an event of the district, and by which order: who is to come, and who comes without having been due.
fn called_by(event: &Event, mut call: impl FnMut(OrderId, PersonId)) {
    if let Event::OrderIssued {
        order,
        audience,
        excused,
        ..
    } = event
    {
        let is_excused = |person: &PersonId| excused.iter().any(|(_, people)| people.contains(*person));
        let due = audience.iter().filter(|person| !is_excused(person));
        due.for_each(|person| call(*order, person));
    } else if let Event::CheckedIn { order, people, .. } = event {
        people.iter().for_each(|person| call(*order, person));
    }
}

/// People leave an exercise: each deployment of theirs in it ends.
fn leave(run: &Run, world: &State, by: OrderId, people: PersonSet) -> Vec<Event> {
    let mut of_order: BTreeMap<OrderId, Vec<PersonId>> = BTreeMap::new();
    for person in people.iter() {
        if let Some(order) = world.duty(person) {
            of_order.entry(order).or_default().push(person);
        }
    }
    let released = of_order.into_iter().map(|(order, people)| Event::Preempted {
        order,
        version: world.orders.get(order).map_or(1, |order| order.current().version),
        people: people.into_iter().collect(),
        by: None,
    });
    let mut events: Vec<Event> = released.map(|event| in_world(run.id, event)).collect();
    let change = RunChange::Preempted { by, people };
    events.push(Event::ExerciseChanged { run: run.id, change });
    events
}
