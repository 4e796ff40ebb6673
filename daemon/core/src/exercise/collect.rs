//! What everybody did in a run, from the ledgers of its orders.

use std::collections::{BTreeMap, BTreeSet};

use super::fact::Fact;
use super::run::Run;
use crate::event::Event;
use crate::id::{MusterPointId, OrderId, PersonId, TeamId, Timestamp};
use crate::order::{Bucket, DeliveryState, Order, OrderVersion, Row};
use crate::state::State;

/// A fact for each person and order, in that order: the ledger of the last version, with what came after the window left out (E2).
pub(super) fn facts(run: &Run, backups: &BTreeMap<PersonId, bool>) -> Vec<Fact> {
    let Some(world) = run.world() else {
        return Vec::new();
    };
    let facts = world.orders.iter().flat_map(|order| {
        let version = order.current();
        let rows = version.ledger.rows().iter();
        rows.map(move |row| fact(run, world, (order, version), row, backups))
    });
    facts.collect()
}

fn fact(
    run: &Run,
    world: &State,
    (order, version): (&Order, &OrderVersion),
    row: &Row,
    backups: &BTreeMap<PersonId, bool>,
) -> Fact {
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
    Fact {
        person,
        unit: version.ledger.unit_of(row),
        order: order.id,
        is_simulated: run.spec.simulates(world, person),
        is_reached: row.delivery >= DeliveryState::Delivered,
        is_dead_number: world.people.personal(person).phone.is_empty(),
        is_backup: backups.contains_key(&person),
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

/// Who has not come to an order and still may: the count of the order has not found them absent.
pub(super) fn open(run: &Run) -> BTreeSet<(OrderId, PersonId)> {
    let orders = run.world().into_iter().flat_map(|world| world.orders.iter());
    let rows = orders.flat_map(|order| order.current().ledger.rows().iter().map(|row| (order.id, row)));
    let open = rows.filter(|(_, row)| matches!(row.bucket(), Bucket::EnRoute | Bucket::Unconfirmed));
    open.map(|(order, row)| (order, row.person)).collect()
}

/// Teams that were called: of the kinds that the scenario names, or of any kind where the plan's own orders went out.
pub(super) fn teams(run: &Run) -> Vec<TeamId> {
    let Some(world) = run.world() else {
        return Vec::new();
    };
    let scenario = &run.spec.scenario;
    let orders = world.orders.iter().flat_map(|order| &order.versions);
    let called: BTreeSet<PersonId> = orders
        .flat_map(|version| version.ledger.rows())
        .map(|row| row.person)
        .collect();
    let teams = world
        .teams
        .iter()
        .filter(|team| scenario.order.is_none() || scenario.audience.teams.contains(&team.kind))
        .filter(|team| team.members.iter().any(|member| called.contains(&member)));
    teams.map(|team| team.id).collect()
}

/// Where the orders called people to.
pub(super) fn points(run: &Run) -> Vec<MusterPointId> {
    let orders = run.world().into_iter().flat_map(|world| world.orders.iter());
    let points = orders
        .flat_map(|order| &order.versions)
        .flat_map(|version| &version.spec.muster_points);
    points.copied().collect::<BTreeSet<_>>().into_iter().collect()
}

/// Something happens in the world: what of it no ledger holds.
pub(super) fn count(run: &mut Run, event: &Event, at: Timestamp) {
    let is_news = run.world().is_some_and(|world| tells_somebody(world, event));
    if is_news {
        let elapsed = run.elapsed_ms(at);
        run.totals.first_notified_ms.get_or_insert(elapsed);
        run.totals.last_notified_ms = Some(elapsed);
    }
    if let Event::OrderIssued { spec, .. } = event {
        run.totals.asks_arrival |= spec.arrive_deadline.is_some();
    }
    if let Event::EscalationStepped { people, .. } = event
        && !people.is_empty()
    {
        run.totals.escalations += 1;
    }
}

/// Whether somebody hears of an order, or is tried to reach, for the first time.
fn tells_somebody(world: &State, event: &Event) -> bool {
    let (Event::AttemptRecorded { people, .. }
    | Event::DeliveryReported { people, .. }
    | Event::Acknowledged { people, .. }
    | Event::Departed { people, .. }
    | Event::CheckedIn { people, .. }) = event
    else {
        return matches!(event, Event::Declined { person, .. } if !is_told(world, *person));
    };
    people.iter().any(|person| !is_told(world, person))
}

fn is_told(world: &State, person: PersonId) -> bool {
    let versions = world.orders.iter().flat_map(|order| &order.versions);
    let mut rows = versions.filter_map(|version| version.ledger.row(person));
    rows.any(|row| {
        row.delivery != DeliveryState::Pending
            || row.attempts != [0, 0]
            || row.acked_at.or(row.arrived_at).is_some()
            || row.declined.is_some()
    })
}
