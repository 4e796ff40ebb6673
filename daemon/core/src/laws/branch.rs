//! Temporary Party branches: B1 to B3, B5 to B7, B9. (B4, what they may not do, is what is not there: `tests/tidy.rs`.)

use std::collections::BTreeMap;

use super::{Held, holds};
use crate::State;
use crate::branch::{
    Branch, BranchChange, BranchRole, BranchStatus, COMMITTEE_FROM, COMMITTEE_SIZE, FULL_MIN, Officers, digest, owed,
};
use crate::event::{Entry, Event};
use crate::id::PersonId;
use crate::org::UnitKind;
use crate::people::PoliticalStatus;

/// What holds of branches, and what an entry does to them.
///
/// # Errors
/// What does not hold.
pub fn branches(before: &State, entry: &Entry, after: &State) -> Held {
    let mut is_about_branches = false;
    for event in &entry.events {
        if let Event::BranchChanged { branch, change } = event {
            is_about_branches = true;
            if let Some(branch) = after.branches.get(*branch) {
                decided(after, branch, change)?;
            }
        }
    }
    for branch in after.branches.iter() {
        stands(after, branch)?;
    }
    one_each(after)?;
    for (old, new) in before.branches.iter().zip(after.branches.iter()) {
        goes_on(old, new)?;
    }
    let recorded = |event: &Event| matches!(event, Event::PersonRecorded { .. });
    if is_about_branches && !entry.events.iter().any(recorded) {
        let same = before.people.iter().eq(after.people.iter());
        holds(same, || "a branch changed what is known of people (B5)".into())?;
    }
    Ok(())
}

fn decided(after: &State, branch: &Branch, change: &BranchChange) -> Held {
    let id = branch.id;
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "every other change is held by the state after it"
    )]
    match change {
        BranchChange::Approved {
            unit,
            document,
            officers,
        } => {
            let full = branch.full();
            holds(full >= FULL_MIN && branch.status != BranchStatus::UnderStrength, || {
                format!("{id} was approved with {full} full members (B1)")
            })?;
            let kind = after.org.get(*unit).kind;
            let may = !matches!(kind, UnitKind::Village | UnitKind::Grid) && !document.trim().is_empty();
            holds(may, || {
                format!("{id} was approved by a {kind:?}, or without a document (B2)")
            })?;
            appointed(after, branch, officers)
        }
        BranchChange::Appointed { officers, .. } => appointed(after, branch, officers),
        BranchChange::Merged { into, .. } => {
            let other = after.branches.get(*into);
            let is_same = other.is_some_and(|other| other.response == branch.response && other.id != id);
            holds(is_same, || format!("{id} was merged into {into}"))
        }
        _other => Ok(()),
    }
}

fn appointed(after: &State, branch: &Branch, officers: &Officers) -> Held {
    for (person, role) in officers.iter() {
        let is_member = after.people.get(person).map(|person| person.political) == Some(PoliticalStatus::PartyMember);
        holds(is_member && branch.role(person) == Some(role), || {
            format!("{person} is {role:?} of {} and no full member of it (B3)", branch.id)
        })?;
    }
    let (full, size) = (branch.full(), officers.iter().count() as u32);
    let has_committee = !officers.committee.is_empty();
    let fits = if full < COMMITTEE_FROM {
        !has_committee
    } else {
        COMMITTEE_SIZE.contains(&size)
    };
    holds(fits, || {
        format!("{} has {full} full members and {size} in office (B3)", branch.id)
    })
}

fn stands(after: &State, branch: &Branch) -> Held {
    let id = branch.id;
    let status = branch.status;
    let full = branch.full();
    let fits = match status {
        BranchStatus::Approved | BranchStatus::Active => full >= FULL_MIN,
        BranchStatus::UnderStrength => full < FULL_MIN && branch.strength_until.is_some(),
        BranchStatus::Proposed | BranchStatus::UnderReview | BranchStatus::Group => true,
        BranchStatus::Rejected
        | BranchStatus::Withdrawn
        | BranchStatus::Merged
        | BranchStatus::Dissolving
        | BranchStatus::Dissolved => branch.present().next().is_none(),
    };
    holds(fits, || format!("{id} is {status:?} with {full} full members (B1)"))?;
    let rows: Vec<PersonId> = branch.present().map(|member| member.person).collect();
    let mut once = rows.clone();
    once.sort_unstable();
    once.dedup();
    holds(once.len() == rows.len(), || format!("somebody is in {id} twice"))?;
    for role in [BranchRole::Secretary, BranchRole::Deputy] {
        let of_role = branch.present().filter(|member| member.role == role).count();
        holds(of_role <= 1, || format!("{id} has {of_role} of {role:?} (B3)"))?;
    }
    let is_over = after
        .responses
        .get(branch.response)
        .is_none_or(|response| !response.is_active());
    let is_open = status.is_pending() || status.holds_people();
    holds(!is_over || !is_open, || {
        format!("{id} is {status:?} after the end of {} (B6)", branch.response)
    })?;
    holds((status == BranchStatus::Dissolved) == branch.seal.is_some(), || {
        format!("{id} is {status:?}, sealed: {}", branch.seal.is_some())
    })?;
    if let Some(seal) = &branch.seal {
        let is_told = owed(after, branch).is_empty() || seal.without_feedback.is_some();
        holds(is_told, || {
            format!("{id} was dissolved before all homes were told (B7)")
        })?;
        holds(digest(after, branch) == seal.digest, || {
            format!("the sealed record of {id} was changed")
        })?;
    }
    Ok(())
}

/// Nobody is in two branches (B9).
fn one_each(after: &State) -> Held {
    let mut of = BTreeMap::new();
    for branch in after.branches.iter().filter(|branch| branch.status.holds_people()) {
        for member in branch.present() {
            let other = of.insert(member.person, branch.id);
            holds(other.is_none(), || {
                format!("{} is in {other:?} and {} (B9)", member.person, branch.id)
            })?;
            holds(after.branches.holding(member.person) == Some(branch.id), || {
                format!("{} is in {} and not found there", member.person, branch.id)
            })?;
        }
    }
    Ok(())
}

fn goes_on(old: &Branch, new: &Branch) -> Held {
    let id = old.id;
    holds(!old.status.is_final() || old == new, || {
        format!("{id} was {:?} and changed", old.status)
    })?;
    holds(new.history.starts_with(&old.history), || {
        format!("the history of {id} was rewritten")
    })?;
    holds(new.activities.starts_with(&old.activities), || {
        format!("the log of {id} was rewritten")
    })?;
    for (before, after) in old.members.iter().zip(&new.members) {
        let same = (before.person, before.home) == (after.person, after.home);
        holds(same, || format!("{} changed home in {id} (B5)", before.person))?;
        holds(before.left.is_none() || before == after, || {
            format!("the past of {} in {id} was changed", before.person)
        })?;
    }
    holds(old.members.len() <= new.members.len(), || {
        format!("members of {id} went")
    })?;
    for (unit, feedback) in &old.feedback {
        holds(new.feedback.get(unit) == Some(feedback), || {
            format!("the feedback of {id} to {unit} was changed (B7)")
        })?;
    }
    Ok(())
}
