//! Approve a branch (批准成立), with whom the approving organization appoints.

use super::appoint::check;
use super::draft::{Draft, authority, known, stands};
use super::upkeep::has_arrived;
use super::{BranchChange, FULL_MIN, Officers};
use crate::State;
use crate::command::Context;
use crate::decide::{Decision, at_most, needed};
use crate::id::BranchId;
use crate::policy::Policy;
use crate::rejection::Rejection;

/// Approves a branch: by an organization of an allowed kind, under a document, with at least three full members and a secretary
/// appointed from them (B1 to B3). It works from when its secretary is there; that may be at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApproveBranch {
    /// Which branch.
    pub branch: BranchId,
    /// Code of the unit of the approving organization.
    pub unit_code: Box<str>,
    /// Number of the document (批复文号); needed.
    pub document: Box<str>,
    /// Whom it appoints.
    pub officers: Officers,
}

impl ApproveBranch {
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
        stands(branch, branch.status.is_pending())?;
        let unit = authority(state, branch, unit_code, &policy.branch)?;
        let full = branch.full();
        if full < FULL_MIN {
            return Err(Rejection::BranchTooFew {
                branch: branch.id,
                full,
                needed: FULL_MIN,
            });
        }
        for member in branch.present() {
            if let Some(elsewhere) = state.branches.holding(member.person) {
                return Err(Rejection::BranchMemberElsewhere {
                    person: member.person,
                    branch: elsewhere,
                });
            }
        }
        check(branch, officers)?;
        let mut draft = Draft::of(state, branch, &context.actor, context.at);
        draft.push(BranchChange::Approved {
            unit,
            document: document.trim().into(),
            officers: officers.clone(),
        });
        if has_arrived(state, officers.secretary) {
            draft.push(BranchChange::Activated);
        }
        Ok(Decision::done(draft.events))
    }
}
