//! A real event goes before every exercise (E1): who is called by a real order has nothing more to do in any.

use std::collections::{BTreeMap, BTreeSet};

use super::PREFIX;
use super::act::in_world;
use super::run::{Ending, Run, RunChange, RunSpec, end};
use crate::command::Context;
use crate::event::Event;
use crate::id::{OrderId, PersonId, PersonSet};
use crate::order::Excuse;
use crate::policy::Policy;
use crate::rejection::Rejection;
use crate::state::State;

/// Whom a run cannot call: who has a duty of the district, or in another exercise that goes on. Who is only simulated is not there.
pub(super) fn elsewhere(state: &State, spec: &RunSpec) -> BTreeSet<PersonId> {
    let playing = state
        .exercises
        .going_on()
        .flat_map(|(run, world)| players(state, run, world));
    let called = state.on_duty_anywhere().chain(playing);
    called.filter(|person| !spec.simulates(state, *person)).collect()
}

/// Those who have a duty in a run, and are not simulated.
fn players<'a>(state: &'a State, run: &'a Run, world: &'a State) -> impl Iterator<Item = PersonId> + 'a {
    world
        .on_duty_anywhere()
        .filter(move |person| !run.spec.simulates(state, *person))
}

/// What a decision of the district comes to with what it means for exercises: people who are called by a real order are taken out of
/// them, in the same step.
pub(crate) fn with_preemptions(state: &State, context: &Context, policy: &Policy, events: Vec<Event>) -> Vec<Event> {
    if state.exercises.going_on().next().is_none() {
        return events;
    }
    let called: Vec<Called<'_>> = events.iter().filter_map(called_by).collect();
    let mut more = Vec::new();
    for (run, world) in state.exercises.going_on() {
        let mut taken: BTreeSet<PersonId> = BTreeSet::new();
        let mut left = Vec::new();
        for order in &called {
            let is_new = |person: &PersonId| order.calls(*person) && !taken.contains(person);
            let people: PersonSet = players(state, run, world).filter(is_new).collect();
            if !people.is_empty() {
                taken.extend(people.iter());
                left.append(&mut preempt(run, world, order.order, people));
            }
        }
        // An exercise without anybody is over.
        if !left.is_empty() && world.on_duty_anywhere().all(|person| taken.contains(&person)) {
            let mut deserted = run.clone();
            for event in &left {
                deserted.apply(event, &context.actor, context.at, state.revision());
            }
            left.append(&mut end(context, policy, &deserted, Ending::Preempted));
        }
        more.append(&mut left);
    }
    let mut all = events;
    all.append(&mut more);
    all
}

/// A real order never looks like one of an exercise.
///
/// # Errors
/// It does.
pub(crate) fn says_what_it_is(events: &[Event]) -> Result<(), Rejection> {
    let says_exercise = |event: &Event| matches!(event, Event::OrderIssued { spec, .. } if spec.text.contains(PREFIX));
    if events.iter().any(says_exercise) {
        return Err(Rejection::RealOrderSaysExercise { word: PREFIX });
    }
    Ok(())
}

/// Whom an order of the district calls.
struct Called<'a> {
    order: OrderId,
    audience: &'a PersonSet,
    excused: &'a [(Excuse, PersonSet)],
}

impl Called<'_> {
    fn calls(&self, person: PersonId) -> bool {
        self.audience.contains(person) && !self.excused.iter().any(|(_, people)| people.contains(person))
    }
}

fn called_by(event: &Event) -> Option<Called<'_>> {
    if let Event::OrderIssued {
        order,
        audience,
        excused,
        ..
    } = event
    {
        let order = *order;
        return Some(Called {
            order,
            audience,
            excused,
        });
    }
    None
}

/// People leave an exercise: each deployment of theirs in it ends.
fn preempt(run: &Run, world: &State, by: OrderId, people: PersonSet) -> Vec<Event> {
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
    });
    let mut events: Vec<Event> = released.map(|event| in_world(run.id, event)).collect();
    let change = RunChange::Preempted { by, people };
    events.push(Event::ExerciseChanged { run: run.id, change });
    events
}
