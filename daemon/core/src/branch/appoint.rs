//! Appoint others as secretary, deputy and committee (调整班子). There is no election.

use super::draft::{Draft, authority, known, stands};
use super::upkeep::has_arrived;
use super::{Branch, BranchChange, BranchRole, BranchStatus, COMMITTEE_FROM, COMMITTEE_SIZE, Officers};
use crate::State;
use crate::command::Context;
use crate::decide::{Decision, at_most, needed};
use crate::id::BranchId;
use crate::policy::Policy;
use crate::rejection::Rejection;

/// Appoints secretary, deputy and committee anew; who was one and is not named is a member again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppointOfficers {
    /// Which branch.
    pub branch: BranchId,
    /// Code of the unit of the organization that approved it, or of one above.
    pub unit_code: Box<str>,
    /// Number of the document; needed.
    pub document: Box<str>,
    /// Whom.
    pub officers: Officers,
}

impl AppointOfficers {
    pub(crate) fn decide(&self, state: &State, context: &Context, policy: &Policy) -> Result<Decision, Rejection> {
        let Self {
            branch,
            unit_code,
            document,
            officers,
        } = self;
        needed("document", document)?;
        at_most("document", document, 200)?;
        let branch = known(state, *branch)?;
        let can = matches!(
            branch.status,
            BranchStatus::Approved | BranchStatus::Active | BranchStatus::UnderStrength
        );
        stands(branch, can)?;
        let unit = authority(state, branch, unit_code, &policy.branch)?;
        check(branch, officers)?;
        let is_so = officers.iter().all(|(person, role)| branch.role(person) == Some(role));
        let offices = branch.present().filter(|member| member.role.is_office()).count();
        if is_so && offices == officers.iter().count() {
            return Ok(Decision::done(Vec::new()));
        }
        let mut draft = Draft::of(state, branch, &context.actor, context.at);
        draft.push(BranchChange::Appointed {
            unit,
            document: document.trim().into(),
            officers: officers.clone(),
        });
        if draft.branch.status == BranchStatus::Approved && has_arrived(state, officers.secretary) {
            draft.push(BranchChange::Activated);
        }
        Ok(Decision::done(draft.events))
    }
}

/// Checks whom an organization appoints: full members of the branch, once each, and a committee of the right size (B3).
pub(super) fn check(branch: &Branch, officers: &Officers) -> Result<(), Rejection> {
    let mut seen = std::collections::BTreeSet::new();
    for (person, _) in officers.iter() {
        let problem = match branch.role(person).map(BranchRole::is_full) {
            Some(true) if seen.insert(person) => continue,
            Some(true) => "twice",
            Some(false) => "not-full",
            None => "not-in-branch",
        };
        return Err(Rejection::BranchOfficer {
            branch: branch.id,
            person,
            problem,
        });
    }
    let (full, committee) = (branch.full(), officers.committee.len() as u32);
    let size = committee + 1 + u32::from(officers.deputy.is_some());
    let is_right = if full < COMMITTEE_FROM {
        committee == 0
    } else {
        COMMITTEE_SIZE.contains(&size)
    };
    if is_right {
        Ok(())
    } else {
        Err(Rejection::BranchCommittee {
            branch: branch.id,
            full,
            size,
        })
    }
}
