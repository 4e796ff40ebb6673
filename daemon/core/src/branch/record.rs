//! The record of a branch: whose homes are to be told, and the digest that seals it.

use std::collections::BTreeSet;

use super::digest::Sha256;
use super::{Branch, BranchRole, BranchStatus, Feedback, LeftReason, Member, Step};
use crate::State;
use crate::command::Actor;
use crate::id::{Timestamp, UnitId};
use crate::word;

/// Everybody who was in a branch, or in one that was merged into it, with the branch they were in.
pub fn record_members<'a>(
    state: &'a State,
    branch: &'a Branch,
) -> impl Iterator<Item = (crate::id::BranchId, &'a Member)> {
    let mut all = vec![branch];
    let mut next = 0;
    // A branch is merged once, into one that goes on: the tree ends.
    while let Some(into) = all.get(next).map(|branch| branch.id) {
        let merged = state.branches.of_response(branch.response);
        all.extend(merged.filter(|other| other.merged_into == Some(into)));
        next += 1;
    }
    all.into_iter()
        .flat_map(|branch| branch.members.iter().map(move |member| (branch.id, member)))
}

/// Home units that are still to be told how their people did.
pub fn owed(state: &State, branch: &Branch) -> BTreeSet<UnitId> {
    let homes = record_members(state, branch).map(|(_, member)| member.home);
    homes.filter(|home| !branch.feedback.contains_key(home)).collect()
}

/// SHA-256 of a branch's whole record, as it is when it is sealed.
///
/// The record is its parts one after another, each as its length in bytes (decimal), a colon, its bytes, a comma. Ids as they are shown
/// (`B1`, `P12`), units by their codes, instants in milliseconds, kinds by their words. What is not there is an empty part; lists begin
/// with their length.
pub fn digest(state: &State, branch: &Branch) -> [u8; 32] {
    let mut parts = Parts(Sha256::new());
    let code = |unit: UnitId| &*state.org.get(unit).code;
    parts.text("baiying branch record 1");
    parts.text(&branch.id.to_string());
    parts.text(&branch.response.to_string());
    parts.text(code(branch.site.unit));
    let point = branch.site.muster_point.map(|point| point.to_string());
    parts.text(point.as_deref().unwrap_or_default());
    parts.text(&branch.site.front);
    parts.text(&branch.name);
    parts.number(branch.expected_days);
    let members: Vec<_> = record_members(state, branch).collect();
    parts.number(members.len());
    for (of, member) in members {
        let Member {
            person,
            home,
            role,
            joined_at,
            left,
        } = member;
        parts.text(&of.to_string());
        parts.text(&person.to_string());
        parts.text(code(*home));
        parts.text(word::of(&BranchRole::ALL, *role));
        parts.instant(Some(*joined_at));
        parts.instant(left.map(|(at, _)| at));
        parts.text(left.map_or("", |(_, reason)| word::of(&LeftReason::ALL, reason)));
    }
    parts.number(branch.activities.len());
    for activity in &branch.activities {
        parts.text(&activity.on.to_string());
        parts.text(&activity.text);
        parts.entered(&activity.by, activity.at);
    }
    parts.number(branch.feedback.len());
    for (unit, feedback) in &branch.feedback {
        let Feedback {
            people,
            written_by,
            note,
            by,
            at,
        } = feedback;
        parts.text(code(*unit));
        parts.number(people.len());
        people.iter().for_each(|person| parts.text(&person.to_string()));
        parts.text(&written_by.to_string());
        parts.text(note);
        parts.entered(by, *at);
    }
    // The seal itself is not in what it seals.
    let steps: Vec<_> = branch
        .history
        .iter()
        .filter(|step| step.status != BranchStatus::Dissolved)
        .collect();
    parts.number(steps.len());
    for step in steps {
        let Step {
            status,
            by,
            at,
            unit,
            note,
        } = step;
        parts.text(word::of(&BranchStatus::ALL, *status));
        parts.text(unit.map_or("", code));
        parts.text(note);
        parts.entered(by, *at);
    }
    parts.0.finish()
}

struct Parts(Sha256);

impl Parts {
    fn text(&mut self, text: &str) {
        self.0.update(format!("{}:", text.len()).as_bytes());
        self.0.update(text.as_bytes());
        self.0.update(b",");
    }
    fn number(&mut self, number: impl ToString) {
        self.text(&number.to_string());
    }
    fn instant(&mut self, at: Option<Timestamp>) {
        self.text(&at.map_or_else(String::new, |at| at.unix_ms().to_string()));
    }
    fn entered(&mut self, Actor(by): &Actor, at: Timestamp) {
        self.text(by);
        self.instant(Some(at));
    }
}
