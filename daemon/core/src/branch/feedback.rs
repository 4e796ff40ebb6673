//! Tell the homes of a branch's people how they did (反馈现实表现).

use super::draft::{Draft, known, stands};
use super::{BranchChange, BranchRole, BranchStatus, owed, record_members};
use crate::State;
use crate::command::Context;
use crate::decide::{Decision, at_most, needed};
use crate::id::{BranchId, PersonId};
use crate::rejection::Rejection;

/// Issues the note to one home unit, about all of its people in the branch, written by who was its secretary or deputy. With the last
/// one the branch is dissolved and its record sealed (B7). Words, no scores.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssueFeedback {
    /// Which branch.
    pub branch: BranchId,
    /// Code of the home unit.
    pub unit_code: Box<str>,
    /// Who wrote it.
    pub written_by: PersonId,
    /// How they did; at most 2000 bytes; needed.
    pub note: Box<str>,
}

impl IssueFeedback {
    pub(crate) fn decide(&self, state: &State, context: &Context) -> Result<Decision, Rejection> {
        let Self {
            branch,
            unit_code,
            written_by,
            note,
        } = self;
        needed("note", note)?;
        at_most("note", note, 2000)?;
        let branch = known(state, *branch)?;
        stands(branch, branch.status == BranchStatus::Dissolving)?;
        let unit = state.org.by_code(unit_code).ok_or_else(|| Rejection::UnknownUnit {
            code: unit_code.clone(),
        })?;
        if !owed(state, branch).contains(&unit.id) {
            return Err(Rejection::NoFeedbackDue {
                branch: branch.id,
                unit: unit.code.clone(),
            });
        }
        let led = |role| matches!(role, BranchRole::Secretary | BranchRole::Deputy);
        let mut rows = branch.members.iter();
        if !rows.any(|member| member.person == *written_by && led(member.role)) {
            return Err(Rejection::BranchOfficer {
                branch: branch.id,
                person: *written_by,
                problem: "not-secretary",
            });
        }
        let at_home = record_members(state, branch).filter(|(_, member)| member.home == unit.id);
        let people = at_home.map(|(_, member)| member.person).collect();
        let mut draft = Draft::of(state, branch, &context.actor, context.at);
        draft.push(BranchChange::FeedbackIssued {
            unit: unit.id,
            people,
            written_by: *written_by,
            note: note.trim().into(),
        });
        draft.seal_if_told();
        Ok(Decision::done(draft.events))
    }
}
