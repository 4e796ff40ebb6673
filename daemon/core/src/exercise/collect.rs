//! What everybody did in a run, from the ledgers of its orders.

use super::fact::Fact;
use super::run::Run;
use crate::id::Timestamp;
use crate::order::{DeliveryState, Order, OrderVersion, Row};
use crate::state::State;

/// A fact for each person and order, in that order: the ledger of the last version, with what came after the window left out (E2).
pub(super) fn facts(run: &Run) -> Vec<Fact> {
    let Some(world) = run.world() else {
        return Vec::new();
    };
    let orders = world.orders.iter().flat_map(|order| {
        let version = order.current();
        let rows = version.ledger.rows().iter();
        rows.map(move |row| fact(run, world, order, version, row))
    });
    orders.collect()
}

fn fact(run: &Run, world: &State, order: &Order, version: &OrderVersion, row: &Row) -> Fact {
    let first = order.versions.first().unwrap_or(version).issued_at;
    let until = run.until();
    // A new version is a new question: what was answered to the one before counts from the first order on all the same.
    let after = |at: Option<Timestamp>| {
        let at = at.filter(|at| *at <= until)?;
        u64::try_from(at.ms_since(first)).ok()
    };
    let person = row.person;
    let is_preempted = run
        .preemptions
        .iter()
        .any(|preemption| preemption.people.contains(person));
    let leave = row.declined.and_then(|leave| world.leave.get(leave));
    let took_over = |response: &crate::response::Response| {
        response
            .commands
            .iter()
            .any(|command| command.backup == Some(person) && command.acting(world, version.issued_at) == Some(person))
    };
    Fact {
        person,
        unit: version.ledger.unit_of(row),
        order: order.id,
        is_simulated: run.spec.simulates(world, person),
        is_reached: row.delivery >= DeliveryState::Delivered,
        is_dead_number: world.people.personal(person).phone.is_empty(),
        is_backup: world.responses.iter().any(took_over),
        steps: row.step,
        acked_ms: after(row.acked_at),
        departed_ms: after(row.departed_at),
        arrived_ms: after(row.arrived_at),
        is_late: row.late,
        declined: leave.map(|leave| leave.record.reason),
        excuse: row.excuse.filter(|_| !is_preempted),
        is_preempted,
    }
}
