//! What a lead's stream says: the orders that concern their people, each as it stands, since a cursor.

use baiying_core::State;
use baiying_core::id::{PersonId, PersonSet, Revision};
use baiying_core::order::{Channel, Order, Row, StepTarget, led_by};
use baiying_proto::v1;

use crate::api::attempts::Sent;
use crate::api::convert::unix_ms;
use crate::api::order::{bucket_word, cancel_reason, status_word};

/// The rows of people. Both are in the order of people, so that each search goes on where the one before ended, which for the members
/// of a team is nearly always where the next row is.
fn rows_of<'a>(order: &'a Order, people: &PersonSet) -> Vec<&'a Row> {
    let mut rest = order.current().ledger.rows();
    let find = |person: PersonId| {
        if rest.first().is_some_and(|row| row.person < person) {
            rest = &rest[rest.partition_point(|row| row.person < person)..];
        }
        rest.first().filter(|row| row.person == person)
    };
    people.iter().filter_map(find).collect()
}

/// An order as a lead sees it, whose people have these rows.
fn field_order(state: &State, lead: PersonId, rows: &[&Row], order: &Order) -> v1::FieldOrder {
    let current = order.current();
    let people = rows.iter().map(|row| v1::FieldPerson {
        person_id: row.person.0,
        name: state.people.personal(row.person).name.to_string(),
        bucket: bucket_word(row.bucket()),
        acked: row.acked_at.is_some(),
    });
    let muster_points = current.spec.muster_points.iter().map(|id| {
        let point = state.muster_points.get(*id);
        v1::FieldMusterPoint {
            muster_point_id: id.0,
            code: point.code.to_string(),
            name: point.name.to_string(),
            address: point.address.to_string(),
        }
    });
    let leads_a_team = |target| {
        state
            .people
            .teams(lead)
            .iter()
            .map(|team| state.teams.get(*team))
            .any(|team| match target {
                StepTarget::Repeat => true,
                StepTarget::TeamLeader => team.leader == lead,
                StepTarget::Deputy => team.deputy == Some(lead),
                StepTarget::Superior => false,
            })
    };
    let climbed = current.spec.ladder.iter().take(usize::from(current.steps_done));
    let awaited = rows.iter().any(|row| row.awaits_answer());
    let escalations = climbed.filter(|step| awaited && leads_a_team(step.target)).count() as u32;
    v1::FieldOrder {
        order_id: order.id.0,
        version: current.version,
        status: status_word(&current.status),
        text: current.spec.text.to_string(),
        muster_points: muster_points.collect(),
        issued_at_unix_ms: current.issued_at.unix_ms(),
        ack_deadline_unix_ms: unix_ms(current.spec.ack_deadline),
        arrive_deadline_unix_ms: unix_ms(current.spec.arrive_deadline),
        cancel_reason: cancel_reason(&current.status),
        people: people.collect(),
        escalations,
    }
}

/// What a lead is to be told that they have not been told up to `cursor`, in the order in which it was announced, and the cursor
/// after all of it.
///
/// Each message carries a cursor of its own: one that leaves out nothing of what comes after it, as a connection may break
/// between any two of them.
pub(super) fn news(state: &State, lead: PersonId, cursor: Revision) -> (Vec<v1::ReceiveResponse>, Vec<Sent>, Revision) {
    let revision = state.revision();
    let mut messages = Vec::new();
    let mut sent = Vec::new();
    let is_fresh = |order: &&Order| {
        let current = order.current();
        current.announced > cursor && (cursor.0 > 0 || current.is_open())
    };
    let mut fresh: Vec<_> = state.orders.iter().filter(is_fresh).collect();
    fresh.sort_by_key(|order| order.current().announced);
    let mut people = None;
    for order in fresh {
        let people = people.get_or_insert_with(|| led_by(state, lead));
        let current = order.current();
        let rows = rows_of(order, people);
        if rows.is_empty() {
            continue;
        }
        // A step of the ladder repeats an order only to leads of whom an answer is awaited.
        let was_told = current.is_open() && cursor.0 > 0 && current.issued <= cursor;
        if was_told && !rows.iter().any(|row| row.awaits_answer()) {
            continue;
        }
        let conflated = order
            .versions
            .iter()
            .rev()
            .skip(1)
            .filter(|version| version.announced > cursor)
            .count() as u64;
        if current.is_open() {
            // Numbered by what was announced: the order itself, then each step that repeated it.
            let repeats = current.spec.ladder.iter().take(usize::from(current.steps_done));
            let number = 1 + repeats.filter(|step| step.target == StepTarget::Repeat).count() as u8;
            let is_untried = |row: &&&Row| row.awaits_answer() && row.attempts[Channel::Stream as usize] < number;
            sent.push(Sent {
                order: order.id,
                version: current.version,
                number,
                people: rows.iter().filter(is_untried).map(|row| row.person).collect(),
            });
        }
        messages.push(v1::ReceiveResponse {
            cursor: current.announced.0,
            order: Some(field_order(state, lead, &rows, order)),
            conflated,
        });
    }
    for index in 0..messages.len() {
        let announced = messages[index].cursor;
        messages[index].cursor = match messages.get(index + 1) {
            None => revision.0,
            // One event can announce several orders, as when a response ends: only the last of them is the end of it.
            Some(next) if next.cursor == announced => announced - 1,
            Some(_) => announced,
        };
    }
    (messages, sent, revision)
}
