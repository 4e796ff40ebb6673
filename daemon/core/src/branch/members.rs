//! Join and leave a branch (加入、离开).

use super::draft::{Draft, joining, known, stands};
use super::{BranchChange, LeftReason};
use crate::State;
use crate::command::Context;
use crate::decide::Decision;
use crate::id::{BranchId, PersonId, PersonSet};
use crate::policy::Policy;
use crate::rejection::Rejection;

/// Puts people into a branch, or on the list of one that is proposed. Who is in it already stays as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JoinBranch {
    /// Which branch.
    pub branch: BranchId,
    /// Members, full and probationary.
    pub people: Vec<PersonId>,
    /// Applicants, who are attached.
    pub applicants: Vec<PersonId>,
}

impl JoinBranch {
    pub(crate) fn decide(&self, state: &State, context: &Context, policy: &Policy) -> Result<Decision, Rejection> {
        let Self {
            branch,
            people,
            applicants,
        } = self;
        let branch = known(state, *branch)?;
        stands(branch, branch.status.is_pending() || branch.status.holds_people())?;
        if people.is_empty() && applicants.is_empty() {
            return Err(Rejection::Missing { field: "person_ids" });
        }
        let joined = joining(state, branch.response, Some(branch), people, applicants)?;
        let mut draft = Draft::of(state, branch, &context.actor, context.at);
        if !joined.is_empty() {
            let left = Vec::new();
            draft.push(BranchChange::Members { left, joined });
            draft.settle_strength(&policy.branch);
        }
        Ok(Decision::done(draft.events))
    }
}

/// Takes people out of a branch, or off the list of one that is proposed. Who had left already stays so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeaveBranch {
    /// Which branch.
    pub branch: BranchId,
    /// Who.
    pub people: Vec<PersonId>,
}

impl LeaveBranch {
    pub(crate) fn decide(&self, state: &State, context: &Context, policy: &Policy) -> Result<Decision, Rejection> {
        let Self { branch, people } = self;
        let branch = known(state, *branch)?;
        stands(branch, branch.status.is_pending() || branch.status.holds_people())?;
        let people: PersonSet = people.iter().copied().collect();
        if people.is_empty() {
            return Err(Rejection::Missing { field: "person_ids" });
        }
        let was_in = |person| branch.members.iter().any(|member| member.person == person);
        if let Some(person) = people.iter().find(|person| !was_in(*person)) {
            return Err(Rejection::NotInBranch {
                branch: branch.id,
                person,
            });
        }
        let is_in = people.iter().filter(|person| branch.role(*person).is_some());
        let left: Vec<_> = is_in.map(|person| (person, LeftReason::Left)).collect();
        let mut draft = Draft::of(state, branch, &context.actor, context.at);
        if !left.is_empty() {
            let joined = Vec::new();
            draft.push(BranchChange::Members { left, joined });
            draft.settle_strength(&policy.branch);
        }
        Ok(Decision::done(draft.events))
    }
}
