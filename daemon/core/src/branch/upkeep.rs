//! What follows for branches from what happens to their people elsewhere. Nobody has to ask: when a deployment ends, somebody arrives
//! or a roster changes, those concerned are marked as due, and the daemon's timers settle it in the same commit.
//!
//! Membership ends with the deployment in the branch's response: released, pre-empted for another response, left out of a new version,
//! on leave. Who is moved by another order of the same response stays.

use std::collections::BTreeMap;

use super::draft::Draft;
use super::{Branch, BranchChange, BranchRole, BranchStatus, Joined, LeftReason, Member};
use crate::State;
use crate::command::Actor;
use crate::event::Event;
use crate::id::{BranchId, PersonId, ResponseId, Timestamp};
use crate::policy::BranchPolicy;

/// The response that somebody is deployed in.
pub(super) fn response_of(state: &State, person: PersonId) -> Option<ResponseId> {
    let order = state.orders.get(state.duty(person)?)?;
    Some(order.current().spec.response)
}

/// Whether somebody has arrived where they are deployed.
pub(super) fn has_arrived(state: &State, person: PersonId) -> bool {
    let order = state.duty(person).and_then(|order| state.orders.get(order));
    let row = order.and_then(|order| order.current().ledger.row(person));
    row.is_some_and(|row| row.arrived_at.is_some())
}

/// What is to be done about somebody's place in a branch.
enum Due {
    Leaves(LeftReason),
    Becomes(BranchRole),
    /// The secretary of an approved branch is there.
    Arrived,
}

fn due(state: &State, branch: &Branch, member: &Member) -> Option<Due> {
    if response_of(state, member.person) != Some(branch.response) {
        return Some(Due::Leaves(LeftReason::Released));
    }
    let political = state.people.get(member.person).map(|person| person.political);
    match political.and_then(|political| member.role.by(political)) {
        None => Some(Due::Leaves(LeftReason::NotMember)),
        Some(role) if role != member.role => Some(Due::Becomes(role)),
        Some(BranchRole::Secretary) if branch.status == BranchStatus::Approved && has_arrived(state, member.person) => {
            Some(Due::Arrived)
        }
        Some(_) => None,
    }
}

/// Whether something is to be done about somebody.
pub(crate) fn is_due(state: &State, person: PersonId) -> bool {
    let mut branches = state.branches.of_person(person);
    branches.any(|branch| {
        let member = branch.present().find(|member| member.person == person);
        member.is_some_and(|member| due(state, branch, member).is_some())
    })
}

/// Does what is due at `at`.
pub(crate) fn fire(state: &State, policy: &BranchPolicy, at: Timestamp) -> Vec<Event> {
    let timer = Actor::timer();
    let mut concerned: BTreeMap<BranchId, Vec<PersonId>> = BTreeMap::new();
    for person in state.branches.due() {
        for branch in state.branches.of_person(person) {
            concerned.entry(branch.id).or_default().push(person);
        }
    }
    for branch in state.branches.overdue(at) {
        concerned.entry(branch).or_default();
    }
    let mut events = Vec::new();
    for (branch, people) in concerned {
        if let Some(branch) = state.branches.get(branch) {
            let mut draft = Draft::of(state, branch, &timer, at);
            settle(&mut draft, state, branch, &people, policy);
            events.append(&mut draft.events);
        }
    }
    events
}

fn settle(draft: &mut Draft<'_>, state: &State, branch: &Branch, people: &[PersonId], policy: &BranchPolicy) {
    let (mut left, mut joined, mut has_come) = (Vec::new(), Vec::new(), false);
    for member in branch.present().filter(|member| people.contains(&member.person)) {
        let Member { person, home, .. } = *member;
        match due(state, branch, member) {
            None => {}
            Some(Due::Leaves(reason)) => left.push((person, reason)),
            Some(Due::Becomes(role)) => {
                left.push((person, LeftReason::RoleChanged));
                joined.push(Joined { person, home, role });
            }
            Some(Due::Arrived) => has_come = true,
        }
    }
    if !left.is_empty() {
        draft.push(BranchChange::Members { left, joined });
    }
    if has_come {
        draft.push(BranchChange::Activated);
    }
    draft.settle_strength(policy);
    let until = draft.branch.strength_until;
    if until.is_some_and(|until| until <= draft.at) && !draft.branch.strength_overdue {
        draft.push(BranchChange::StrengthOverdue);
    }
}
