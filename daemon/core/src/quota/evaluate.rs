//! Put on record what units owe and have, and say out loud who falls short: after every change, and with every new day.
//!
//! What a line rests on marks its unit when it changes; the timer then evaluates the marked units at once. With a new day it
//! evaluates all: exclusions and waivers begin and end, people grow older, rosters grow stale.

use std::collections::BTreeSet;

use super::line::line;
use crate::calendar::Minute;
use crate::event::Event;
use crate::id::{Timestamp, UnitId};
use crate::policy::TeamPolicy;
use crate::state::State;

/// How long until the next evaluation, where a day does not end at midnight.
const RETRY_MS: u64 = 3_600_000;

/// What is due by itself.
pub(crate) fn fire(state: &State, policy: &TeamPolicy, at: Timestamp) -> Vec<Event> {
    match state.quota.next_deadline() {
        Some(due) if due <= at => evaluate(state, policy, at),
        _ => Vec::new(),
    }
}

/// Evaluates what has changed, or everything on a new day; nothing follows if nothing has changed.
pub(crate) fn evaluate(state: &State, policy: &TeamPolicy, at: Timestamp) -> Vec<Event> {
    let quota = &state.quota;
    let date = policy.zone.date(at);
    let is_same_day = quota.evaluated_on == Some(date) && quota.next.is_some_and(|next| at < next);
    let is_due = !is_same_day || !quota.touched.is_empty();
    // Asked for on a quiet day, everything is looked at: the policy may have changed.
    let units = if is_due && is_same_day {
        touched(state)
    } else {
        listed(state)
    };
    let now = units.iter().filter_map(|unit| line(state, policy, *unit, date));
    let lines: Vec<_> = now
        .filter(|line| quota.last_recorded(line.unit) != Some(line))
        .collect();
    if !is_due && lines.is_empty() {
        return Vec::new();
    }
    let mut next = policy.zone.instant(date.plus_days(1), Minute::new(0));
    if next <= at {
        next = at.plus_ms(RETRY_MS);
    }
    let mut turns = Vec::new();
    for line in &lines {
        let is_short = line.status.is_short() && line.joint_with.is_none();
        let unit = line.unit;
        match (quota.short.contains(&unit), is_short) {
            (false, true) => turns.push(Event::TeamShort {
                unit,
                required: line.required,
                selected: line.selected,
                shortfall: line.shortfall,
            }),
            (true, false) => turns.push(Event::TeamShortEnded { unit }),
            (true, true) | (false, false) => {}
        }
    }
    let mut events = vec![Event::QuotaEvaluated { date, next, lines }];
    events.append(&mut turns);
    events
}

fn listed(state: &State) -> BTreeSet<UnitId> {
    let units = state.org.iter().map(|unit| unit.id);
    units.filter(|unit| state.quota.is_listed(&state.org, *unit)).collect()
}

/// Units whose lines may have changed, with those that share a team with them.
fn touched(state: &State) -> BTreeSet<UnitId> {
    let mut all = state.quota.touched.clone();
    for unit in &state.quota.touched {
        let host = state
            .quota
            .policy(*unit)
            .and_then(|policy| policy.joint_with)
            .unwrap_or(*unit);
        all.insert(host);
        all.extend(state.quota.joined(host));
    }
    all
}
