//! Take a proposal up, turn it down, take it back (受理、不批准、撤回).

use super::draft::{Draft, authority, known, stands};
use super::{BranchChange, BranchStatus};
use crate::State;
use crate::command::Context;
use crate::decide::{Decision, at_most, needed};
use crate::id::BranchId;
use crate::policy::Policy;
use crate::rejection::Rejection;

/// An organization that may approve it takes a proposal up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewBranch {
    /// Which branch.
    pub branch: BranchId,
    /// Code of the organization's unit.
    pub unit_code: Box<str>,
}

impl ReviewBranch {
    pub(crate) fn decide(&self, state: &State, context: &Context, policy: &Policy) -> Result<Decision, Rejection> {
        let branch = known(state, self.branch)?;
        let unit = authority(state, branch, &self.unit_code, &policy.branch)?;
        if branch.status == BranchStatus::UnderReview && branch.authority == Some(unit) {
            return Ok(Decision::done(Vec::new()));
        }
        stands(branch, branch.status.is_pending())?;
        let mut draft = Draft::of(state, branch, &context.actor, context.at);
        draft.push(BranchChange::UnderReview { unit });
        Ok(Decision::done(draft.events))
    }
}

/// Does not approve a proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectBranch {
    /// Which branch.
    pub branch: BranchId,
    /// Code of the unit of the organization that decides.
    pub unit_code: Box<str>,
    /// Why; needed.
    pub reason: Box<str>,
}

impl RejectBranch {
    pub(crate) fn decide(&self, state: &State, context: &Context, policy: &Policy) -> Result<Decision, Rejection> {
        let reason = reason(&self.reason)?;
        let branch = known(state, self.branch)?;
        if branch.status == BranchStatus::Rejected {
            return Ok(Decision::done(Vec::new()));
        }
        stands(branch, branch.status.is_pending())?;
        let unit = authority(state, branch, &self.unit_code, &policy.branch)?;
        let mut draft = Draft::of(state, branch, &context.actor, context.at);
        draft.push(BranchChange::Rejected { unit, reason });
        Ok(Decision::done(draft.events))
    }
}

/// Takes a proposal back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithdrawBranch {
    /// Which branch.
    pub branch: BranchId,
    /// Why; needed.
    pub reason: Box<str>,
}

impl WithdrawBranch {
    pub(crate) fn decide(&self, state: &State, context: &Context) -> Result<Decision, Rejection> {
        let reason = reason(&self.reason)?;
        let branch = known(state, self.branch)?;
        if branch.status == BranchStatus::Withdrawn {
            return Ok(Decision::done(Vec::new()));
        }
        stands(branch, branch.status.is_pending())?;
        let mut draft = Draft::of(state, branch, &context.actor, context.at);
        draft.push(BranchChange::Withdrawn { reason });
        Ok(Decision::done(draft.events))
    }
}

/// A reason as given: needed, not too long.
pub(super) fn reason(text: &str) -> Result<Box<str>, Rejection> {
    needed("reason", text)?;
    at_most("reason", text, 500)?;
    Ok(text.trim().into())
}
