//! The daily evaluation. Somebody outside says that time has passed; whether anything is due, the core knows.

use std::collections::BTreeSet;

use super::{GapKind, evaluate};
use crate::event::Event;
use crate::id::{Timestamp, UnitId};
use crate::policy::Policy;
use crate::state::State;

/// When the evaluation was last due at `at`. Of those that were missed, only the last is made up for.
pub fn last_due(at: Timestamp, policy: &Policy) -> Timestamp {
    let zone = &policy.duty.zone;
    let today = zone.date(at);
    let due = zone.instant(today, policy.readiness.daily_at);
    if due <= at {
        due
    } else {
        zone.instant(today.plus_days(-1), policy.readiness.daily_at)
    }
}

/// When an evaluation was due that was not made yet; none if there is nothing to make up for. Before the journal began, none was due.
pub fn overdue(state: &State, at: Timestamp, policy: &Policy) -> Option<Timestamp> {
    let due = last_due(at, policy);
    let is_done = state.readiness.evaluated_for().is_some_and(|last| last >= due);
    (!state.org.is_empty() && !is_done).then_some(due)
}

/// What follows from the time that it is: nothing, or an evaluation.
pub(crate) fn tick(state: &State, at: Timestamp, policy: &Policy) -> Vec<Event> {
    let Some(due) = overdue(state, at, policy) else {
        return Vec::new();
    };
    let units = evaluate(state, at, policy);
    let found: BTreeSet<(UnitId, GapKind)> = units
        .iter()
        .flat_map(|(unit, gaps)| gaps.iter().map(|gap| (*unit, gap.kind)))
        .collect();
    let known = state.readiness.open();
    let came_up = found.iter().filter(|gap| !known.contains_key(gap)).copied().collect();
    let mended = known.keys().filter(|gap| !found.contains(gap)).copied().collect();
    vec![Event::ReadinessEvaluated { due, came_up, mended }]
}
