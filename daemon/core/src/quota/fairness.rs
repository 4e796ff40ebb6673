//! What people have done lately, which counts against them when a team is chosen: call-ups, and nights at the post.
//!
//! Both are looked up for those who could be chosen, over the last [`TeamPolicy::recent_days`]: what is older costs nothing.

use std::collections::{BTreeMap, BTreeSet};

use crate::calendar::{Date, Minute};
use crate::duty::shifts;
use crate::id::{PersonId, Timestamp};
use crate::policy::TeamPolicy;
use crate::state::State;

/// A night is one for who is at the post at some time from midnight until this hour.
const NIGHT_UNTIL: u16 = 5 * 60;

/// The first day that is recent.
fn first_day(policy: &TeamPolicy, date: Date) -> Date {
    date.plus_days(-i32::try_from(policy.recent_days).unwrap_or(i32::MAX))
}

/// How often people set out or arrived under an order that was issued lately.
pub(super) fn recent_calls(
    state: &State,
    policy: &TeamPolicy,
    people: &BTreeSet<PersonId>,
    date: Date,
) -> BTreeMap<PersonId, u32> {
    let from = policy.zone.instant(first_day(policy, date), Minute::new(0));
    let is_recent = |at: Option<Timestamp>| at.is_some_and(|at| at >= from);
    let mut calls: BTreeMap<PersonId, u32> = BTreeMap::new();
    for order in state.orders.iter().filter(|order| order.current().issued_at >= from) {
        let ledgers = || order.versions.iter().filter(|version| version.issued_at >= from);
        for person in people {
            let mut rows = ledgers().filter_map(|version| version.ledger.row(*person));
            if rows.any(|row| is_recent(row.arrived_at) || is_recent(row.departed_at)) {
                *calls.entry(*person).or_default() += 1;
            }
        }
    }
    calls
}

/// How many nights people were rostered at a post, in any unit, up to the night before a day. By what the rosters say, so that it is
/// the same whenever it is asked; standby is at home, and who was on leave was not there.
pub(super) fn recent_nights(
    state: &State,
    policy: &TeamPolicy,
    people: &BTreeSet<PersonId>,
    date: Date,
) -> BTreeMap<PersonId, u32> {
    let first = first_day(policy, date);
    let (from, until) = (
        policy.zone.instant(first, Minute::new(0)),
        policy.zone.instant(date, Minute::new(0)),
    );
    let mut nights: BTreeSet<(PersonId, Date)> = BTreeSet::new();
    for unit in state.rosters.units_with(|person| people.contains(&person)) {
        for shift in shifts(state.duty_view(), unit, from, until) {
            let clock = shift.version.zone.clock();
            let there = shift.holders.iter();
            let there = there.filter(|it| it.position.is_post() && !it.on_leave && people.contains(&it.person));
            for holder in there {
                let mut night = clock.date(holder.from);
                while clock.boundary(night, Minute::new(0)) < holder.until {
                    let is_there = holder.from < clock.boundary(night, Minute::new(NIGHT_UNTIL));
                    if is_there && first <= night && night < date {
                        nights.insert((holder.person, night));
                    }
                    night = night.plus_days(1);
                }
            }
        }
    }
    let mut counts: BTreeMap<PersonId, u32> = BTreeMap::new();
    for (person, _) in nights {
        *counts.entry(person).or_default() += 1;
    }
    counts
}
