//! What happens to orders by itself when time passes. Timers are state: firing them twice, or late, comes to the same.

use super::{OrderVersion, Row, StepTarget};
use crate::event::Event;
use crate::id::{OrderId, PersonSet, Timestamp};
use crate::state::State;

/// Everything that is due at `at`.
pub(crate) fn fire_timers(state: &State, at: Timestamp) -> Vec<Event> {
    let mut events = Vec::new();
    for id in state.due(at) {
        if let Some(order) = state.orders.get(id) {
            fire(state, id, order.current(), at, &mut events);
        }
    }
    events
}

fn fire(state: &State, order: OrderId, current: &OrderVersion, at: Timestamp, events: &mut Vec<Event>) {
    let version = current.version;
    let select = |is_meant: &dyn Fn(&Row) -> bool| -> PersonSet {
        current
            .ledger
            .rows()
            .iter()
            .filter(|row| is_meant(row))
            .map(|row| row.person)
            .collect()
    };
    let waiting = select(&|row| row.awaits_answer());
    let mut skip = false;
    let first = usize::from(current.steps_done);
    for (index, step) in current.spec.ladder.iter().enumerate().skip(first) {
        if step.at > at && !skip {
            break;
        }
        let people: PersonSet = waiting
            .iter()
            .filter(|person| can_turn_to(state, step.target, *person))
            .collect();
        // Nobody to turn to: the next step is climbed at once, and this one is on record as empty.
        skip = people.is_empty() && !waiting.is_empty();
        events.push(Event::EscalationStepped {
            order,
            version,
            step: index as u8,
            target: step.target,
            people,
        });
    }
    if !current.ack_passed && current.spec.ack_deadline.is_some_and(|deadline| deadline <= at) {
        let people = waiting;
        events.push(Event::AckDeadlinePassed { order, version, people });
    }
    let arrival = current
        .spec
        .arrive_deadline
        .map(|deadline| deadline.plus_ms(current.spec.grace_ms));
    if !current.arrival_passed && arrival.is_some_and(|deadline| deadline <= at) {
        let people = select(&|row| row.arrived_at.is_none() && row.excuse.is_none());
        events.push(Event::ArrivalDeadlinePassed { order, version, people });
    }
}

fn can_turn_to(state: &State, target: StepTarget, person: crate::id::PersonId) -> bool {
    let mut teams = state.people.teams(person).iter().map(|team| state.teams.get(*team));
    match target {
        StepTarget::Repeat => true,
        StepTarget::TeamLeader => teams.any(|team| team.leader != person),
        StepTarget::Deputy => teams.any(|team| team.deputy.is_some_and(|deputy| deputy != person)),
        StepTarget::Superior => state
            .people
            .get(person)
            .is_some_and(|row| state.org.get(row.home_unit).parent.is_some()),
    }
}
