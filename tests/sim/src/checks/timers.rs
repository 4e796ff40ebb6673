//! A timer fires once, and no timeout makes anybody acknowledged.

use std::collections::BTreeSet;

use baiying_core::State;
use baiying_core::event::Event;
use baiying_core::id::{OrderId, Timestamp};

use super::{Broken, Held, hold};

/// What has fired.
#[derive(Default)]
pub(super) struct Timers(BTreeSet<(OrderId, u32, Which)>);

#[derive(PartialEq, Eq, PartialOrd, Ord, Debug, Clone, Copy)]
enum Which {
    Step(u8),
    Acknowledge,
    Arrive,
}

/// Everything that was due at a time has happened: asked of what each order says, not of the index that the timers fire by.
pub(super) fn nothing_is_due(state: &State, at: Timestamp) -> Held {
    for order in state.orders.iter().filter(|order| order.current().is_open()) {
        let (version, spec) = (order.current(), &order.current().spec);
        let arrival = spec.arrive_deadline.map(|deadline| deadline.plus_ms(spec.grace_ms));
        let is_over = |deadline: Option<Timestamp>| deadline.is_some_and(|deadline| deadline <= at);
        let steps = spec.ladder.iter().filter(|step| step.at <= at).count();
        let forgotten = [
            (is_over(spec.ack_deadline) && !version.ack_passed).then_some(Which::Acknowledge),
            (is_over(arrival) && !version.arrival_passed).then_some(Which::Arrive),
            (steps > usize::from(version.steps_done)).then_some(Which::Step(version.steps_done)),
        ];
        let forgotten = forgotten.into_iter().flatten().next();
        hold("timers", forgotten.is_none(), || {
            format!("{forgotten:?} of {} was due by {at:?} and did not fire", order.id)
        })?;
    }
    Ok(())
}

/// How many have answered an order that a timer's event is about.
fn answered(state: &State, event: &Event) -> Option<u32> {
    let (order, version, _) = fired(event)?;
    Some(state.orders.get(order)?.version(version)?.ledger.total().acked)
}

/// Holds a state before an event against the one after it.
pub(super) fn nobody_answers(before: Option<u32>, after: &State, event: &Event) -> Held {
    hold("timers", before == answered(after, event), || {
        format!("a timeout answered for somebody: {event:?}")
    })
}

#[expect(clippy::wildcard_enum_match_arm, reason = "every other event is no timer's")]
fn fired(event: &Event) -> Option<(OrderId, u32, Which)> {
    match event {
        Event::EscalationStepped {
            order, version, step, ..
        } => Some((*order, *version, Which::Step(*step))),
        Event::AckDeadlinePassed { order, version, .. } => Some((*order, *version, Which::Acknowledge)),
        Event::ArrivalDeadlinePassed { order, version, .. } => Some((*order, *version, Which::Arrive)),
        _other => None,
    }
}

impl Timers {
    /// Takes an event; says how many had answered before it, if it is a timer's.
    pub(super) fn event(&mut self, before: &State, event: &Event) -> Result<Option<u32>, Broken> {
        let Some((order, version, which)) = fired(event) else {
            return Ok(None);
        };
        hold("timers", self.0.insert((order, version, which)), || {
            format!("{which:?} of {order} version {version} fired twice")
        })?;
        Ok(answered(before, event))
    }
}
