//! A branch in the making of a decision: each change is made so at once, so that the next is decided on what came before it.

use super::{Branch, BranchChange, BranchStatus, FULL_MIN, Joined, owed, record};
use crate::State;
use crate::command::Actor;
use crate::event::Event;
use crate::id::{BranchId, PersonId, Timestamp};
use crate::org::UnitKind;
use crate::policy::BranchPolicy;
use crate::rejection::Rejection;

/// A copy of a branch, and what has been decided of it.
pub(super) struct Draft<'a> {
    state: &'a State,
    pub(super) branch: Branch,
    pub(super) events: Vec<Event>,
    actor: &'a Actor,
    pub(super) at: Timestamp,
}

impl<'a> Draft<'a> {
    pub(super) fn of(state: &'a State, branch: &Branch, actor: &'a Actor, at: Timestamp) -> Self {
        Self {
            state,
            branch: branch.clone(),
            events: Vec::new(),
            actor,
            at,
        }
    }

    pub(super) fn push(&mut self, change: BranchChange) {
        let (branch, revision) = (self.branch.id, self.branch.changed);
        self.branch.apply(&change, self.actor, self.at, revision);
        self.events.push(Event::BranchChanged { branch, change });
    }

    /// What the number of full members makes of it.
    pub(super) fn settle_strength(&mut self, policy: &BranchPolicy) {
        let full = self.branch.full();
        match self.branch.status {
            BranchStatus::Approved | BranchStatus::Active if full < FULL_MIN => {
                let until = self.at.plus_ms(policy.strength_ms);
                self.push(BranchChange::UnderStrength { full, until });
            }
            BranchStatus::UnderStrength if full >= FULL_MIN => self.push(BranchChange::Recovered { full }),
            BranchStatus::Proposed
            | BranchStatus::UnderReview
            | BranchStatus::Rejected
            | BranchStatus::Withdrawn
            | BranchStatus::Approved
            | BranchStatus::Active
            | BranchStatus::UnderStrength
            | BranchStatus::Merged
            | BranchStatus::Group
            | BranchStatus::Dissolving
            | BranchStatus::Dissolved => {}
        }
    }

    /// Seals it if every home has its feedback (B7).
    pub(super) fn seal_if_told(&mut self) {
        if self.branch.status == BranchStatus::Dissolving && owed(self.state, &self.branch).is_empty() {
            self.seal(None);
        }
    }

    pub(super) fn seal(&mut self, without_feedback: Option<Box<str>>) {
        let digest = record::digest(self.state, &self.branch);
        self.push(BranchChange::Sealed {
            digest,
            without_feedback,
        });
    }
}

/// The branch with this id.
pub(super) fn known(state: &State, branch: BranchId) -> Result<&Branch, Rejection> {
    state.branches.get(branch).ok_or(Rejection::UnknownBranch { branch })
}

/// Refuses what cannot be done where a branch stands.
pub(super) fn stands(branch: &Branch, can: bool) -> Result<(), Rejection> {
    if can {
        Ok(())
    } else {
        Err(Rejection::BranchStatus {
            branch: branch.id,
            status: branch.status,
        })
    }
}

/// The organization that decides on a branch: one that may approve, and above its site (B2). Where one has taken it up, that one
/// or one above it.
pub(super) fn authority(
    state: &State,
    branch: &Branch,
    code: &str,
    policy: &BranchPolicy,
) -> Result<crate::id::UnitId, Rejection> {
    let unit = state
        .org
        .by_code(code)
        .ok_or_else(|| Rejection::UnknownUnit { code: code.into() })?;
    let refuse = |problem| {
        Err(Rejection::BranchApprover {
            branch: branch.id,
            unit: unit.code.clone(),
            problem,
        })
    };
    // The work committee of the agencies (机关工委) approves anywhere; everybody else where they stand above the site.
    let is_committee = unit.kind == UnitKind::Agency && policy.agency_committees.contains(&unit.code);
    if !is_committee && !policy.approver_kinds.contains(&unit.kind) {
        return refuse("not-allowed");
    }
    if !is_committee && !state.org.is_within(branch.site.unit, unit.id) {
        return refuse("elsewhere");
    }
    match branch.authority {
        Some(taken) if taken != unit.id && !state.org.path(taken).any(|above| above == unit.id) => refuse("not-theirs"),
        Some(_) | None => Ok(unit.id),
    }
}

/// Who is to come into a branch: in the Party and deployed in the response, and in no other branch (B9). Those in it already are left
/// out; applicants are attached by name.
pub(super) fn joining(
    state: &State,
    response: crate::id::ResponseId,
    branch: Option<&Branch>,
    people: &[PersonId],
    applicants: &[PersonId],
) -> Result<Vec<Joined>, Rejection> {
    use super::BranchRole;
    let named = people.iter().map(|person| (*person, BranchRole::Member));
    let named = named.chain(applicants.iter().map(|person| (*person, BranchRole::Applicant)));
    let mut seen = std::collections::BTreeSet::new();
    let mut joined = Vec::new();
    for (person, as_what) in named {
        let row = state.people.get(person).ok_or(Rejection::UnknownPerson { person })?;
        if !seen.insert(person) || branch.is_some_and(|branch| branch.role(person).is_some()) {
            continue;
        }
        let role = as_what.by(row.political).ok_or(Rejection::NotPartyMember { person })?;
        if super::upkeep::response_of(state, person) != Some(response) {
            return Err(Rejection::NotDeployed { person, response });
        }
        let elsewhere = state.branches.holding(person);
        if let Some(branch) = elsewhere {
            return Err(Rejection::BranchMemberElsewhere { person, branch });
        }
        joined.push(Joined {
            person,
            home: row.home_unit,
            role,
        });
    }
    Ok(joined)
}
