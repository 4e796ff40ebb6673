//! The field: leads for their teams, people for themselves, registration desks, and the gateway that carries orders.

use baiying_core::command::{Command, Reporter};
use baiying_core::field::{BatchItem, BatchItemKind, EnrollDevice};
use baiying_core::id::PersonId;
use baiying_core::leave::{LeaveReason, RequestLeave};
use baiying_core::order::{
    Acknowledge, Channel, CheckIn, Decline, DeliveryState, Depart, RecordAttempt, ReportDelivery,
};

use super::Draw;

/// A fact about people in an order, on somebody's word.
fn fact(draw: &mut Draw<'_>, reporter: Reporter, weights: &[u32]) -> Command {
    let order = draw.order();
    let (version, lead) = (draw.version(order), reporter.proxy());
    let all = lead.is_some() && draw.dice.percent(40);
    let people = draw.people(order, lead);
    match draw.dice.weighted(weights) {
        0 => Command::Acknowledge(Acknowledge {
            order,
            version,
            reporter,
            people,
            all,
        }),
        1 => Command::Depart(Depart {
            order,
            version,
            reporter,
            people,
            all,
        }),
        2 => {
            let muster_point = draw.point();
            let number = muster_point.trim_start_matches("MP").to_owned();
            let code = if draw.dice.percent(80) {
                format!("code-{number}")
            } else {
                "wrong".into()
            };
            let observed_at = draw.dice.percent(60).then_some(draw.now);
            Command::CheckIn(CheckIn {
                order,
                version,
                reporter,
                muster_point,
                check_in_code: code.into(),
                people,
                all,
                observed_at,
            })
        }
        _ => Command::Decline(Decline {
            order,
            version,
            reporter,
            person: people[0],
            reason: draw.dice.one(&LeaveReason::ALL).0,
            note: "".into(),
        }),
    }
}

/// What a lead says from the field, with this device key.
pub(crate) fn lead(draw: &mut Draw<'_>, lead: PersonId, public_key: [u8; 32]) -> Command {
    match draw.dice.below(20) {
        0 => Command::EnrollDevice(EnrollDevice {
            lead: if draw.is_wrong() { draw.person() } else { lead },
            public_key,
        }),
        1 | 2 => request_leave(draw),
        3 | 4 => delivery(draw, lead),
        _ => fact(draw, Reporter::Lead(lead), &[6, 3, 6, 2]),
    }
}

/// What people say for themselves.
pub(crate) fn own(draw: &mut Draw<'_>) -> Command {
    fact(draw, Reporter::Own, &[4, 1, 4, 4])
}

/// What a registration desk says.
pub(crate) fn desk(draw: &mut Draw<'_>) -> Command {
    fact(draw, Reporter::Desk, &[2, 2, 6, 1])
}

fn request_leave(draw: &mut Draw<'_>) -> Command {
    let from = draw.now + draw.dice.between(-60, 60) * 60_000;
    Command::RequestLeave(RequestLeave {
        person: draw.person(),
        reason: draw.dice.one(&LeaveReason::ALL).0,
        note: "".into(),
        from,
        until: from + draw.dice.between(-30, 600) * 60_000,
    })
}

fn delivery(draw: &mut Draw<'_>, lead: PersonId) -> Command {
    let order = draw.order();
    let states = [DeliveryState::Delivered, DeliveryState::Delivered, DeliveryState::Read];
    let state = if draw.is_wrong() {
        DeliveryState::Acked
    } else {
        *draw.dice.one(&states)
    };
    Command::ReportDelivery(ReportDelivery {
        order,
        version: draw.version(order),
        lead,
        state,
    })
}

/// What the gateway reports: attempts, often said again, and deliveries.
pub(crate) fn gateway(draw: &mut Draw<'_>) -> Command {
    if draw.dice.percent(30) {
        let team = draw.dice.any(draw.state.teams.iter().map(|team| team.leader));
        let lead = team.unwrap_or_else(|| draw.person());
        return delivery(draw, lead);
    }
    let order = draw.order();
    let people = draw.people(order, None);
    let channel = *draw.dice.one(&[Channel::Stream, Channel::Stream, Channel::Manual]);
    let row = draw.current(order).and_then(|current| current.ledger.row(people[0]));
    let made = row.map_or(0, |row| row.attempts[channel as usize]);
    let number = match draw.dice.below(10) {
        0 if draw.is_wrong() => 0,
        0..=2 => made,
        _ => made + 1,
    };
    Command::RecordAttempt(RecordAttempt {
        order,
        version: draw.version(order),
        channel,
        number,
        people,
    })
}

/// What a lead writes down while out of reach.
pub(crate) fn facts(draw: &mut Draw<'_>, lead: PersonId) -> BatchItem {
    let order = draw.order();
    let kind = match draw.dice.below(4) {
        0 => BatchItemKind::Acknowledge,
        1 => BatchItemKind::Depart,
        _ => BatchItemKind::CheckIn(draw.point()),
    };
    BatchItem {
        kind,
        order,
        version: draw.version(order),
        people: draw.people(order, Some(lead)),
        all: draw.dice.percent(30),
        observed_at: draw.now,
        exercise: None,
    }
}
