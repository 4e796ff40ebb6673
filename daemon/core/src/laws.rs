//! What holds after every step, whatever was asked. Tests, fuzzers and the simulator call it; the product does not.

use crate::State;
use crate::event::Entry;
use crate::id::{PersonId, UnitId};
use crate::order::{Bucket, Counts, Ledger, OrderStatus, OrderVersion, Row};
use crate::org::DEPTH_MAX;

/// Holds what one entry did to a state against the laws.
///
/// # Panics
/// If one of them is broken.
pub fn check_step(before: &State, entry: &Entry, after: &State) {
    assert_eq!(
        after.revision(),
        entry.after(before.revision()),
        "the revision moves by the number of events"
    );
    assert_eq!(after.at(), Some(entry.at));
    for order in after.orders.iter() {
        for version in &order.versions {
            check_counts(version);
        }
    }
    check_tree(after);
    check_duties(after);
    check_history(before, after);
}

/// Units are one tree: every path ends at the one root, and soon.
fn check_tree(state: &State) {
    let roots = state.org.iter().filter(|unit| unit.parent.is_none()).count();
    assert!(roots <= 1 && (roots == 1 || state.org.is_empty()), "{roots} roots");
    for unit in state.org.iter() {
        let path = state.org.path(unit.id).take(DEPTH_MAX + 1).count();
        assert!(path <= DEPTH_MAX, "{} stands too deep, or under itself", unit.code);
    }
}

/// A1: counts add up for every unit and in total, and are those of the rows.
fn check_counts(version: &OrderVersion) {
    let ledger = &version.ledger;
    assert!(
        ledger.rows().is_sorted_by(|a, b| a.person < b.person),
        "one row a person, in order"
    );
    assert_eq!(ledger.total(), count(ledger.rows().iter()));
    for slot in ledger.slots() {
        assert!(slot.counts.adds_up(), "{} does not add up", slot.unit);
        let under = under(ledger, slot.unit);
        assert_eq!(slot.counts, count(under.into_iter()), "{}", slot.unit);
    }
    let total = ledger.total();
    if matches!(version.status, OrderStatus::Closed | OrderStatus::Cancelled(_)) {
        assert_eq!((total.en_route, total.unconfirmed), (0, 0), "an ended count is settled");
    }
}

/// The rows of a unit and of everything under it, as the tree was when the order was issued.
fn under(ledger: &Ledger, unit: UnitId) -> Vec<&Row> {
    let mut rows: Vec<_> = ledger.rows().iter().filter(|row| ledger.unit_of(row) == unit).collect();
    let (_, slots) = ledger.lines(unit).expect("the slot");
    slots.for_each(|slot| rows.extend(under(ledger, slot.unit)));
    rows
}

fn count<'a>(rows: impl Iterator<Item = &'a Row>) -> Counts {
    let mut counts = Counts::default();
    for row in rows {
        counts.due += 1;
        match row.bucket() {
            Bucket::Present => counts.present += 1,
            Bucket::EnRoute => counts.en_route += 1,
            Bucket::Excused => counts.excused += 1,
            Bucket::Absent => counts.absent += 1,
            Bucket::Unconfirmed => counts.unconfirmed += 1,
        }
        counts.delivered += u32::from(row.delivery >= crate::order::DeliveryState::Delivered);
        counts.acked += u32::from(row.acked_at.is_some());
        counts.departed += u32::from(row.departed_at.is_some());
        counts.late += u32::from(row.late);
        counts.unreached += u32::from(row.unreached);
    }
    counts
}

/// A6: a person is deployed under at most one order, and just under the one that [`State::duty`] names.
fn check_duties(state: &State) {
    for person in state.people.iter().map(|person| person.id) {
        let deployed = state.orders.iter().filter(|order| is_deployed(order.current(), person));
        let orders: Vec<_> = deployed.map(|order| order.id).collect();
        let duty: Vec<_> = state.duty(person).into_iter().collect();
        assert_eq!(duty, orders, "duty of {person}, and the rows that say so");
    }
}

fn is_deployed(version: &OrderVersion, person: PersonId) -> bool {
    version.ledger.row(person).is_some_and(|row| {
        let is_expected = version.is_open() && row.excuse.is_none();
        row.released_at.is_none() && (row.arrived_at.is_some() || is_expected)
    })
}

/// What never goes back: O1, O3, A2, A3, M3.
fn check_history(before: &State, after: &State) {
    for (old, new) in before.orders.iter().zip(after.orders.iter()) {
        for (old, new) in old.versions.iter().zip(&new.versions) {
            assert_eq!(
                (&old.spec, old.issued_at),
                (&new.spec, new.issued_at),
                "an issued order is immutable (O1)"
            );
            assert!(old.is_open() || old.status == new.status, "an end is final");
            for (old, new) in old.ledger.rows().iter().zip(new.ledger.rows()) {
                assert_eq!(old.person, new.person, "a row stays (A1)");
                assert!(old.delivery <= new.delivery, "delivery moves forward (O3)");
                assert!(
                    old.acked_at.is_none() || old.acked_at == new.acked_at,
                    "the first answer stays (O3)"
                );
                let arrival = (old.arrived_at, old.observed_at, old.arrival, old.late);
                let is_first = old.arrived_at.is_none();
                assert!(
                    is_first || arrival == (new.arrived_at, new.observed_at, new.arrival, new.late),
                    "the first arrival wins (A2)"
                );
                assert!(
                    new.arrived_at.is_none() || new.acked_at.is_some(),
                    "an arrival is an answer (A3)"
                );
            }
        }
    }
    for (old, new) in before.responses.iter().zip(after.responses.iter()) {
        assert!(new.history.starts_with(&old.history), "history is append-only (M3)");
        let versions: Vec<_> = new.history.iter().map(|change| change.version as usize).collect();
        assert!(versions.into_iter().eq(1..=new.history.len()), "without gaps (M3)");
    }
    // A4: nobody arrives before the order was issued.
    for version in after.orders.iter().flat_map(|order| &order.versions) {
        let arrived = version.ledger.rows().iter().filter_map(|row| row.arrived_at);
        assert!(
            arrived.into_iter().all(|at| at >= version.issued_at),
            "arrived after it was issued (A4)"
        );
    }
}
