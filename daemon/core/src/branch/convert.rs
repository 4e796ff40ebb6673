//! Make a branch that is under strength a temporary Party group (改设临时党小组).

use super::draft::{Draft, authority, known, stands};
use super::{BranchChange, BranchStatus};
use crate::State;
use crate::command::Context;
use crate::decide::{Decision, at_most};
use crate::id::BranchId;
use crate::policy::Policy;
use crate::rejection::Rejection;

/// Makes a branch under strength a group. Its people stay in it, and it dissolves with feedback as a branch does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConvertBranch {
    /// Which branch.
    pub branch: BranchId,
    /// Code of the unit of the organization that approved it, or of one above.
    pub unit_code: Box<str>,
    /// Number of the document; may be empty.
    pub document: Box<str>,
}

impl ConvertBranch {
    pub(crate) fn decide(&self, state: &State, context: &Context, policy: &Policy) -> Result<Decision, Rejection> {
        at_most("document", &self.document, 200)?;
        let branch = known(state, self.branch)?;
        if branch.status == BranchStatus::Group {
            return Ok(Decision::done(Vec::new()));
        }
        stands(branch, branch.status == BranchStatus::UnderStrength)?;
        let unit = authority(state, branch, &self.unit_code, &policy.branch)?;
        let mut draft = Draft::of(state, branch, &context.actor, context.at);
        draft.push(BranchChange::Converted {
            unit,
            document: self.document.trim().into(),
        });
        Ok(Decision::done(draft.events))
    }
}
