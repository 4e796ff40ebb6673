//! In-place reports: C1–C3, and that the village's counts are the ledger's.

use std::collections::BTreeSet;

use super::{Broken, Held, holds};
use crate::State;
use crate::event::{Entry, Event};
use crate::id::{OrderId, PersonId, PersonSet, WindowId};
use crate::in_place::{Settlement, Window, counts, is_member, village_of};
use crate::order::{DutyClass, OrderVersion, Row};

/// Every window: its counts add up and are the ledger's, it is open only while its order and its response are, and a village has
/// one at a time in a response.
///
/// # Errors
/// Which is not so.
pub fn in_place(after: &State) -> Held {
    let mut open = BTreeSet::new();
    for window in after.in_place.windows() {
        let id = window.opening.window;
        let counts = counts(after, window);
        let order = after.orders.get(window.opening.order);
        let order = order.ok_or_else(|| Broken(format!("{id} has no order")))?.current();
        holds(counts.adds_up() && counts.agrees(&order.ledger.total()), || {
            format!("{id} counts {counts:?} and its order {:?} (A1)", order.ledger.total())
        })?;
        if window.is_open() {
            let opening = &window.opening;
            holds(open.insert((opening.response, opening.village)), || {
                format!("{} has two open windows in {}", opening.village, opening.response)
            })?;
            let response = after.responses.get(opening.response);
            let goes_on = response.is_some_and(|response| response.is_active()) && order.is_open();
            holds(goes_on, || {
                format!("{id} is open, and its order or its response is not")
            })?;
        }
        let is_own = |person: &PersonId, window: &Window| {
            let settled = window.reports.get(person).and_then(|report| report.settled.as_ref());
            settled.is_some_and(|(settlement, _)| match settlement {
                Settlement::Confirmed(by) | Settlement::Rejected(by, _) => by.0.parse() == Ok(*person),
            })
        };
        let own = window.reports.keys().find(|person| is_own(person, window));
        holds(own.is_none(), || format!("{own:?} settled their own report in {id}"))?;
    }
    for order in after.orders.iter() {
        let OrderVersion { spec, ledger, .. } = order.current();
        let mut elsewhere = ledger.rows().iter().filter(|row| row.elsewhere).peekable();
        if elsewhere.peek().is_none() {
            continue;
        }
        let others = after.orders.iter().filter(|other| other.id != order.id);
        let others = others.filter(|other| other.current().spec.response == spec.response);
        let others: Vec<_> = others.flat_map(|other| &other.versions).collect();
        let counts = |other: &OrderVersion, person| other.ledger.row(person).is_some_and(|row| !row.elsewhere);
        let is_lost = |row: &&Row| !others.iter().any(|other| counts(other, row.person));
        let lost = elsewhere.find(is_lost).map(|row| row.person);
        holds(lost.is_none() && spec.duty == DutyClass::InPlace, || {
            format!("{lost:?} is not counted in {} and nowhere else (A1)", order.id)
        })?;
    }
    for registration in after.in_place.registrations() {
        let person = registration.person;
        let mut listed = after.in_place.registered_in(registration.village);
        holds(listed.any(|other| other == person), || {
            format!("{person} registered and is not listed in their village")
        })?;
    }
    Ok(())
}

/// What an entry does to in-place reports: who is due lives there and is a member (C1), who is exempt is neither due nor counted
/// (C2), nobody is taken from a duty that goes first (C3), and what was closed or settled stays so.
///
/// # Errors
/// What is not so.
pub fn in_place_goes_on(before: &State, entry: &Entry, after: &State) -> Held {
    for event in &entry.events {
        #[expect(
            clippy::wildcard_enum_match_arm,
            reason = "every other event is about something else"
        )]
        match event {
            Event::InPlaceWindowOpened(opening) => {
                let window = after.in_place.window(opening.window);
                let window = window.ok_or_else(|| Broken(format!("{} is not there", opening.window)))?;
                opened(before, entry, window)?;
            }
            Event::InPlaceReported { order, people, .. } | Event::CheckedIn { order, people, .. } => {
                came(before, entry, *order, people)?;
            }
            _other => {}
        }
    }
    for (old, new) in before.in_place.windows().zip(after.in_place.windows()) {
        goes_on(entry, old, new)?;
    }
    Ok(())
}

fn opened(before: &State, entry: &Entry, window: &Window) -> Held {
    let opening = &window.opening;
    let issued = entry.events.iter().find_map(|event| match_issued(event, opening.order));
    let (audience, excused) = issued.ok_or_else(|| Broken(format!("{} has no order of its own", opening.window)))?;
    for person in audience.iter() {
        let row = before.people.get(person);
        let lives_here = row.is_some_and(|row| is_member(row) && village_of(before, row) == Some(opening.village));
        holds(lives_here, || {
            format!("{person} is due in {} and does not live there (C1)", opening.village)
        })?;
        let is_exempt = before.in_place.is_exempt(person, entry.at);
        holds(
            !is_exempt || excused.iter().any(|people| people.contains(person)),
            || format!("{person} is due in {} and exempt (C2)", opening.village),
        )?;
        // Who is on a duty that goes first, or on another village's order, stays there.
        let class = before.duty(person).and_then(|order| before.orders.get(order));
        let stays = class.is_some_and(|order| order.current().spec.duty <= DutyClass::InPlace);
        holds(!stays || excused.iter().any(|people| people.contains(person)), || {
            format!(
                "{person} was taken from a duty that goes before {} (C3)",
                opening.window
            )
        })?;
    }
    Ok(())
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "every other event is about something else"
)]
fn match_issued(event: &Event, wanted: OrderId) -> Option<(&PersonSet, Vec<&PersonSet>)> {
    match event {
        Event::OrderIssued {
            order,
            audience,
            excused,
            ..
        } if *order == wanted => Some((audience, excused.iter().map(|(_, people)| people).collect())),
        _other => None,
    }
}

fn came(before: &State, entry: &Entry, order: OrderId, people: &PersonSet) -> Held {
    let current = before.orders.get(order).map(crate::order::Order::current);
    let is_in_place = current.is_some_and(|current| current.spec.duty == DutyClass::InPlace);
    if !is_in_place || before.in_place.of_order(order).is_none() {
        return Ok(());
    }
    let exempt = people
        .iter()
        .find(|person| before.in_place.is_exempt(*person, entry.at));
    holds(exempt.is_none(), || format!("{exempt:?} is exempt and reported (C2)"))?;
    let elsewhere = people
        .iter()
        .find(|person| before.duty(*person).is_some_and(|other| other != order));
    holds(elsewhere.is_none(), || {
        format!("{elsewhere:?} reported in place and is deployed elsewhere (A6, C3)")
    })
}

fn goes_on(entry: &Entry, old: &Window, new: &Window) -> Held {
    let id: WindowId = old.opening.window;
    holds(old.opening == new.opening && old.opened == new.opened, || {
        format!("{id} was changed")
    })?;
    holds(old.is_open() || old.closed == new.closed, || {
        format!("the end of {id} was not final")
    })?;
    for (person, report) in &old.reports {
        let now = new.reports.get(person);
        let is_anew = || {
            let mut events = entry.events.iter();
            events.any(|event| matches!(event, Event::InPlaceReported { window, people, .. } if *window == id && people.contains(*person)))
        };
        let stays = now.is_some_and(|now| report.settled.is_none() || now.settled == report.settled || is_anew());
        holds(stays, || {
            format!("what was made of the report of {person} in {id} was taken back")
        })?;
    }
    Ok(())
}
