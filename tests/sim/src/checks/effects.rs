//! Exactly one effect: an event says of each person something that was not so before.

use baiying_core::State;
use baiying_core::event::Event;
use baiying_core::id::{OrderId, PersonId, PersonSet};
use baiying_core::order::Row;

use super::{Held, hold};

/// Holds an event against the state that it finds.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the others add a row of their own and cannot be said twice"
)]
pub(super) fn event(before: &State, event: &Event) -> Held {
    match event {
        Event::Acknowledged {
            order, version, people, ..
        } => news(before, event, (*order, *version), people, |row| {
            row.acked_at.is_none() || row.declined.is_some()
        }),
        Event::Departed {
            order, version, people, ..
        } => news(before, event, (*order, *version), people, |row| {
            row.departed_at.is_none() && row.arrived_at.is_none()
        }),
        Event::CheckedIn {
            order, version, people, ..
        } => news(before, event, (*order, *version), people, |row| {
            row.arrived_at.is_none()
        }),
        Event::DeliveryReported {
            order,
            version,
            state,
            people,
        } => news(before, event, (*order, *version), people, |row| row.delivery < *state),
        Event::AttemptRecorded {
            order,
            version,
            channel,
            number,
            people,
        } => news(before, event, (*order, *version), people, |row| {
            row.attempts[*channel as usize] < *number
        }),
        Event::Declined {
            order, version, person, ..
        } => news(
            before,
            event,
            (*order, *version),
            &[*person].into_iter().collect(),
            |row| row.declined.is_none() && row.arrived_at.is_none(),
        ),
        // Not by duty: the end of a response closes its orders first, which frees who has not arrived.
        Event::Released { order, version, people } => news(before, event, (*order, *version), people, |row| {
            row.released_at.is_none()
        }),
        Event::Preempted { order, people, .. } => {
            let idle = people.iter().find(|person| before.duty(*person) != Some(*order));
            hold("effects", idle.is_none(), || {
                format!("{event:?} ends a deployment of {idle:?} that does not exist")
            })
        }
        Event::OrderCancelled { order, .. } | Event::OrderClosed { order } => {
            let is_open = before.orders.get(*order).is_some_and(|order| order.current().is_open());
            hold("effects", is_open, || format!("{event:?} ends what has ended"))
        }
        Event::ResponseTerminated { response, .. } => {
            let is_active = before.responses.get(*response).is_some_and(|row| row.is_active());
            hold("effects", is_active, || format!("{event:?} ends what has ended"))
        }
        Event::LeaveDecided { leave, .. } => {
            let is_open = before.leave.get(*leave).is_some_and(|leave| leave.decided.is_none());
            hold("effects", is_open, || format!("{event:?} decides what was decided"))
        }
        Event::BatchReceived { device, sequence, .. } => {
            let last = before
                .devices
                .get(*device)
                .map(|row| row.last.as_ref().map_or(0, |last| last.sequence));
            hold("effects", last == Some(sequence.wrapping_sub(1)), || {
                format!("{event:?} comes after batch {last:?}")
            })
        }
        Event::OrderIssued { order, version, .. } => {
            let last = before.orders.get(*order).map_or(0, |order| order.current().version);
            hold("effects", last + 1 == *version, || {
                format!("{order} version {version} comes after {last}")
            })
        }
        _other => Ok(()),
    }
}

fn news(
    before: &State,
    event: &Event,
    (order, version): (OrderId, u32),
    people: &PersonSet,
    is_news: impl Fn(&Row) -> bool,
) -> Held {
    let version = before.orders.get(order).and_then(|order| order.version(version));
    let said = |person: &PersonId| {
        let row = version.and_then(|version| version.ledger.row(*person));
        !row.is_some_and(&is_news)
    };
    let again = people.iter().find(said);
    hold("effects", again.is_none(), || {
        format!("{again:?} was there before, or is not addressed: {event:?}")
    })
}
