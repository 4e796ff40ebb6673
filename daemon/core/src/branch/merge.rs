//! Merge a branch that is under strength into another (合并).

use super::draft::{Draft, authority, known, stands};
use super::{BranchChange, BranchRole, BranchStatus, Joined};
use crate::State;
use crate::command::Context;
use crate::decide::{Decision, at_most};
use crate::id::BranchId;
use crate::policy::Policy;
use crate::rejection::Rejection;

/// Merges a branch under strength into another of the response. Its people go there, as members; who held an office holds none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergeBranch {
    /// Which branch.
    pub branch: BranchId,
    /// Into which.
    pub into: BranchId,
    /// Code of the unit of the organization that approved it, or of one above.
    pub unit_code: Box<str>,
    /// Number of the document; may be empty.
    pub document: Box<str>,
}

impl MergeBranch {
    pub(crate) fn decide(&self, state: &State, context: &Context, policy: &Policy) -> Result<Decision, Rejection> {
        let Self {
            branch,
            into,
            unit_code,
            document,
        } = self;
        at_most("document", document, 200)?;
        let (from, into) = (known(state, *branch)?, known(state, *into)?);
        stands(from, from.status == BranchStatus::UnderStrength)?;
        let unit = authority(state, from, unit_code, &policy.branch)?;
        if from.id == into.id || from.response != into.response {
            return Err(Rejection::BranchMerge {
                branch: from.id,
                into: into.id,
            });
        }
        stands(
            into,
            matches!(into.status, BranchStatus::Active | BranchStatus::UnderStrength),
        )?;
        let joined = from.present().map(|member| Joined {
            person: member.person,
            home: member.home,
            role: if member.role.is_office() {
                BranchRole::Member
            } else {
                member.role
            },
        });
        let joined: Vec<_> = joined.collect();
        let mut left = Draft::of(state, from, &context.actor, context.at);
        left.push(BranchChange::Merged {
            into: into.id,
            unit,
            document: document.trim().into(),
        });
        let mut kept = Draft::of(state, into, &context.actor, context.at);
        if !joined.is_empty() {
            kept.push(BranchChange::Members {
                left: Vec::new(),
                joined,
            });
        }
        kept.settle_strength(&policy.branch);
        left.events.append(&mut kept.events);
        Ok(Decision::done(left.events))
    }
}
