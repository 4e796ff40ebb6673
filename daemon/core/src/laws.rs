//! What holds of every state and of every step, whatever was asked: the core's tests, the simulator and whoever checks a journal
//! hold the state against the same laws.

use std::collections::BTreeSet;

mod actions;
mod branch;
mod exercises;
mod in_place;
mod plans;
mod reinforcement;
mod responses;
mod rosters;
mod situation;

pub use actions::actions;
pub use branch::branches;
pub use exercises::exercises;
pub use in_place::{in_place, in_place_goes_on};
pub use plans::plans;
pub use reinforcement::reinforcement;
pub use responses::{homes_stay, responses, responses_decided};
pub use rosters::rosters;
pub use situation::situation;

use crate::State;
use crate::deployment::SKEW_MS;
use crate::duty::{RosterVersion, Swap, SwapStatus};
use crate::event::Entry;
use crate::id::{OrderId, PersonId, Timestamp, UnitId};
use crate::order::{Bucket, Counts, DeliveryState, Ledger, OrderStatus, OrderVersion, Row};
use crate::org::DEPTH_MAX;

/// A law that does not hold, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Broken(pub String);

/// Whether a law holds.
pub type Held = Result<(), Broken>;

fn holds(law: bool, broken: impl FnOnce() -> String) -> Held {
    if law { Ok(()) } else { Err(Broken(broken())) }
}

/// What one entry does to a state: all the laws below.
///
/// # Errors
/// The first that is broken.
pub fn step(before: &State, entry: &Entry, after: &State) -> Held {
    holds(after.revision() == entry.after(before.revision()), || {
        format!(
            "{} events move {} to {}",
            entry.len(),
            before.revision(),
            after.revision()
        )
    })?;
    holds(after.at() == Some(entry.at), || {
        format!("an entry of {:?} leaves the time at {:?}", entry.at, after.at())
    })?;
    within(before, entry, after)?;
    exercises(before, entry, after)?;
    actions(before, after)
}

/// What an entry does to the district, or to the world of an exercise.
pub(crate) fn within(before: &State, entry: &Entry, after: &State) -> Held {
    tree(after)?;
    for version in after.orders.iter().flat_map(|order| &order.versions) {
        counts(version)?;
    }
    duties(after)?;
    rosters(entry, after)?;
    plans(before, after)?;
    situation(before, entry, after)?;
    branches(before, entry, after)?;
    in_place(after)?;
    in_place_goes_on(before, entry, after)?;
    for (old, new) in before.orders.iter().zip(after.orders.iter()) {
        for (old, new) in old.versions.iter().zip(&new.versions) {
            version_goes_on(old, new)?;
        }
    }
    responses_go_on(before, after)?;
    duty(after)?;
    duty_goes_on(before, after)?;
    reinforcement(before, entry, after)?;
    responses(after)?;
    responses_decided(before, entry)?;
    homes_stay(before, entry, after)
}

/// Units are one tree: every path ends at the one root, and soon.
///
/// # Errors
/// Where one does not.
pub fn tree(state: &State) -> Held {
    let roots = state.org.iter().filter(|unit| unit.parent.is_none()).count();
    holds(roots == usize::from(!state.org.is_empty()), || {
        format!("{roots} units stand at the top")
    })?;
    for unit in state.org.iter() {
        let path = state.org.path(unit.id).take(DEPTH_MAX + 1).count();
        holds(path <= DEPTH_MAX, || {
            format!("{} stands too deep, or under itself", unit.code)
        })?;
    }
    Ok(())
}

/// Counts add up for every unit and in total, and are those of the rows (A1).
///
/// # Errors
/// Where they do not.
pub fn counts(version: &OrderVersion) -> Held {
    let ledger = &version.ledger;
    holds(ledger.rows().is_sorted_by(|a, b| a.person < b.person), || {
        "a ledger has one row a person, in order (A1)".into()
    })?;
    let total = ledger.total();
    let counted = count(ledger.rows().iter());
    holds(total == counted, || {
        format!("the total is {total:?} and the rows are {counted:?} (A1)")
    })?;
    for slot in ledger.slots() {
        holds(slot.counts.adds_up(), || {
            format!("{} does not add up: {:?} (A1)", slot.unit, slot.counts)
        })?;
        let counted = count(under(ledger, slot.unit).into_iter());
        holds(slot.counts == counted, || {
            format!(
                "{} counts {:?} and its rows are {counted:?} (A1)",
                slot.unit, slot.counts
            )
        })?;
        let once = count(under(ledger, slot.unit).into_iter().filter(|row| !row.elsewhere));
        holds(slot.once() == once, || {
            format!(
                "{} counts {:?} beside other orders and its rows are {once:?} (A1)",
                slot.unit,
                slot.once()
            )
        })?;
    }
    let is_settled = total.en_route == 0 && total.unconfirmed == 0;
    let has_ended = matches!(version.status, OrderStatus::Closed | OrderStatus::Cancelled(_));
    holds(!has_ended || is_settled, || {
        format!("an ended count is not settled: {total:?} (A1)")
    })
}

/// The rows of a unit and of everything under it, as the tree was when the order was issued.
fn under(ledger: &Ledger, unit: UnitId) -> Vec<&Row> {
    let mut rows: Vec<_> = ledger.rows().iter().filter(|row| ledger.unit_of(row) == unit).collect();
    if let Some((_, slots)) = ledger.lines(unit) {
        slots.for_each(|slot| rows.extend(under(ledger, slot.unit)));
    }
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
        counts.delivered += u32::from(row.delivery >= DeliveryState::Delivered);
        counts.acked += u32::from(row.acked_at.is_some());
        counts.departed += u32::from(row.departed_at.is_some());
        counts.late += u32::from(row.late);
        counts.unreached += u32::from(row.unreached);
    }
    counts
}

/// A person is deployed under at most one order, and just under the one that [`State::duty`] names (A6).
///
/// # Errors
/// Who is not.
pub fn duties(state: &State) -> Held {
    let mut deployed: Vec<Vec<OrderId>> = vec![Vec::new(); state.people.len()];
    for order in state.orders.iter() {
        let current = order.current();
        for row in current.ledger.rows().iter().filter(|row| is_deployed(current, row)) {
            deployed[row.person.index()].push(order.id);
        }
    }
    for (index, orders) in deployed.iter().enumerate() {
        let person = PersonId::from_index(index);
        let duty: Vec<_> = state.duty(person).into_iter().collect();
        holds(duty == *orders, || {
            format!("{person} is deployed under {orders:?} by the rows and under {duty:?} by their duty (A6)")
        })?;
    }
    Ok(())
}

fn is_deployed(version: &OrderVersion, row: &Row) -> bool {
    let is_expected = version.is_open() && row.excuse.is_none();
    row.released_at.is_none() && (row.arrived_at.is_some() || is_expected)
}

/// What never goes back in a version of an order: O1, O3, A1, A2, A3, A4.
///
/// # Errors
/// What did.
pub fn version_goes_on(old: &OrderVersion, new: &OrderVersion) -> Held {
    holds((&old.spec, old.issued_at) == (&new.spec, new.issued_at), || {
        "an issued order was changed (O1)".into()
    })?;
    holds(old.is_open() || old.status == new.status, || {
        format!("an end was not final: {:?}, then {:?} (O6)", old.status, new.status)
    })?;
    let buckets = |version: &OrderVersion| {
        let total = version.ledger.total();
        [
            total.due,
            total.present,
            total.en_route,
            total.excused,
            total.absent,
            total.unconfirmed,
        ]
    };
    holds(old.is_open() || buckets(old) == buckets(new), || {
        format!(
            "a count moved after its end: {:?}, then {:?} (O6)",
            buckets(old),
            buckets(new)
        )
    })?;
    holds(old.ledger.rows().len() == new.ledger.rows().len(), || {
        "rows came or went (A1)".into()
    })?;
    for (before, after) in old.ledger.rows().iter().zip(new.ledger.rows()) {
        row_goes_on(before, after)
            .and_then(|()| late(new, before, after))
            .map_err(|Broken(law)| Broken(format!("{}: {law}", before.person)))?;
    }
    let is_early = |row: &&Row| row.arrived_at.is_some_and(|at| at < new.issued_at);
    holds(!new.ledger.rows().iter().any(|row| is_early(&row)), || {
        "somebody arrived before the order was issued (A4)".into()
    })
}

fn row_goes_on(old: &Row, new: &Row) -> Held {
    holds(old.person == new.person, || "a row did not stay (A1)".into())?;
    holds(old.delivery <= new.delivery, || "delivery went back (O3)".into())?;
    let tries_go_on = old.attempts.iter().zip(new.attempts).all(|(old, new)| *old <= new);
    holds(tries_go_on, || "attempts went back (O2)".into())?;
    holds(old.acked_at.is_none() || old.acked_at == new.acked_at, || {
        "the first answer did not stay (O3)".into()
    })?;
    holds(old.departed_at.is_none() || old.departed_at == new.departed_at, || {
        "the first departure did not stay (O3)".into()
    })?;
    holds(old.released_at.is_none() || old.released_at == new.released_at, || {
        "a release was taken back or repeated (A7)".into()
    })?;
    let arrival = |row: &Row| (row.arrived_at, row.observed_at, row.arrival, row.late);
    holds(old.arrived_at.is_none() || arrival(old) == arrival(new), || {
        "the first arrival did not win (A2)".into()
    })?;
    holds(new.arrived_at.is_none() || new.acked_at.is_some(), || {
        "an arrival is no answer (A3)".into()
    })
}

/// Who just arrived is late by the journal's time; a device that says otherwise is believed if what it says can be true: not
/// before the order, and not in the future, by more than a clock may be off (A4).
fn late(version: &OrderVersion, before: &Row, row: &Row) -> Held {
    if before.arrived_at.is_some() {
        return Ok(());
    }
    let (Some(arrived_at), Some(observed_at)) = (row.arrived_at, row.observed_at) else {
        return holds(!row.late, || "somebody is late who is not there (A4)".into());
    };
    let is_after = |at: Timestamp| version.spec.arrive_deadline.is_some_and(|deadline| at > deadline);
    let earliest = version.issued_at.unix_ms().saturating_sub(SKEW_MS);
    let latest = arrived_at.unix_ms().saturating_add(SKEW_MS);
    let is_possible = (earliest..=latest).contains(&observed_at.unix_ms());
    let is_overruled = is_possible && is_after(observed_at) != is_after(arrived_at);
    holds(row.late == (is_after(arrived_at) != is_overruled), || {
        let late = row.late;
        format!("arrived at {arrived_at:?}, by the device at {observed_at:?}, late: {late} (A4)")
    })
}

/// A response's history is only ever added to, without gaps (M3).
///
/// # Errors
/// Whose is not.
pub fn responses_go_on(before: &State, after: &State) -> Held {
    for (old, new) in before.responses.iter().zip(after.responses.iter()) {
        holds(new.history.starts_with(&old.history), || {
            format!("the history of {} was rewritten (M3)", old.id)
        })?;
        let is_final = !old.has_ended() || (&old.phase, &old.terminated) == (&new.phase, &new.terminated);
        holds(
            is_final && (old.is_active() || old.terminated == new.terminated),
            || format!("the end of {} was not final (M7)", old.id),
        )?;
        holds(new.authorizations.starts_with(&old.authorizations), || {
            format!("who decided on {} was rewritten (M2)", old.id)
        })?;
        let is_same = old.spec == new.spec
            && (old.epoch == 0 || old.epoch == new.epoch)
            && (old.requested_by.is_none() || old.requested_by == new.requested_by);
        holds(is_same, || format!("{} is about something else now", old.id))?;
    }
    for response in after.responses.iter() {
        let versions = response.history.iter().map(|change| change.version as usize);
        holds(versions.eq(1..=response.history.len()), || {
            format!("the history of {} has gaps (M3)", response.id)
        })?;
    }
    Ok(())
}

/// What holds of duty: versions follow on each other, crews are of people that exist, A and B differ (D3), a swap that counts was
/// agreed on and approved by neither of the two (D4), nobody is signed in twice in a unit (D5).
///
/// # Errors
/// What does not.
pub fn duty(state: &State) -> Held {
    let is_known = |person: PersonId| state.people.get(person).is_some();
    for unit in state.rosters.units() {
        let versions = state.rosters.versions(unit);
        let in_order = versions
            .array_windows()
            .all(|[a, b]| a.version < b.version && a.from_date <= b.from_date);
        holds(in_order, || format!("roster versions of {unit} are out of order"))?;
        for version in versions {
            let crews = version.layers.iter().flat_map(|layer| &layer.crews);
            holds(
                crews.into_iter().all(|crew| !crew.is_empty()) && version.people().all(is_known),
                || {
                    format!(
                        "version {} of {unit} has an empty crew, or somebody unknown",
                        version.version
                    )
                },
            )?;
            holds(version.from_date >= version.zone.date(version.since), || {
                format!("version {} of {unit} begins in the past", version.version)
            })?;
        }
    }
    for (unit, post, rows) in state.rosters.backups() {
        let differ = rows.iter().all(|row| row.roles.is_none_or(|(a, b)| a != b));
        holds(differ, || format!("A and B of {post:?} in {unit} are the same (D3)"))?;
    }
    for swap in state.rosters.swaps() {
        let gives = &swap.record.gives;
        let is_own = swap.decided.as_ref().is_some_and(|(by, _)| {
            by.0.parse()
                .is_ok_and(|person: PersonId| person == gives.from || person == gives.to)
        });
        holds(!is_own, || format!("{} was decided by one of the two (D4)", swap.id))?;
        let counts = swap.status == SwapStatus::Approved;
        holds(!counts || (swap.consented.is_some() && swap.decided.is_some()), || {
            format!("{} counts without consent or decision (D4)", swap.id)
        })?;
    }
    let mut open = BTreeSet::new();
    for sign_in in state.rosters.sign_ins().filter(|sign_in| sign_in.out_at.is_none()) {
        holds(open.insert((sign_in.unit, sign_in.person)), || {
            format!("{} is signed in twice in {} (D5)", sign_in.person, sign_in.unit)
        })?;
    }
    Ok(())
}

/// Who was on duty before stays so: versions that have begun, stand-ins and decided swaps are kept.
///
/// # Errors
/// What was not.
pub fn duty_goes_on(before: &State, after: &State) -> Held {
    let Some(now) = after.at() else { return Ok(()) };
    for unit in before.rosters.units() {
        let begun = |version: &&RosterVersion| version.from_date <= version.zone.date(now);
        let (old, new) = (before.rosters.versions(unit), after.rosters.versions(unit));
        let kept = old.iter().filter(begun).all(|version| new.contains(version));
        holds(kept, || {
            format!("a roster version of {unit} that had begun was changed")
        })?;
    }
    for (old, new) in before.rosters.stand_ins().iter().zip(after.rosters.stand_ins()) {
        let was = |at: Timestamp| old.until.min(at);
        let same = (old.unit, old.person, old.instead_of, old.from) == (new.unit, new.person, new.instead_of, new.from);
        holds(same && was(now).max(old.from) <= new.until.max(old.from), || {
            format!("the past of {} was changed", old.id)
        })?;
    }
    for (old, new) in before.rosters.swaps().iter().zip(after.rosters.swaps()) {
        let is_final = old.decided.is_some() || old.status == SwapStatus::Refused;
        let chain = |swap: &Swap| (swap.status, swap.emergency, swap.decided.clone());
        holds(
            old.record == new.record && (!is_final || chain(old) == chain(new)),
            || format!("the chain of {} was rewritten (D4)", old.id),
        )?;
    }
    Ok(())
}
