//! Dissolve a branch (撤销): by itself with its response (自然撤销), or before when its task is done.

use super::draft::{Draft, known, stands};
use super::review::reason;
use super::{BranchChange, BranchStatus, owed};
use crate::State;
use crate::command::Context;
use crate::decide::Decision;
use crate::event::Event;
use crate::id::{BranchId, ResponseId};
use crate::rejection::Rejection;

/// Begins to dissolve a branch whose task has ended; or seals one that is being dissolved although homes have no feedback yet, with
/// the reason on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DissolveBranch {
    /// Which branch.
    pub branch: BranchId,
    /// Why; needed.
    pub reason: Box<str>,
    /// Seal it without the feedback that is still owed.
    pub without_feedback: bool,
}

impl DissolveBranch {
    pub(crate) fn decide(&self, state: &State, context: &Context) -> Result<Decision, Rejection> {
        let reason = reason(&self.reason)?;
        let branch = known(state, self.branch)?;
        let is_begun = branch.status == BranchStatus::Dissolving;
        stands(branch, is_begun || branch.status.holds_people())?;
        let mut draft = Draft::of(state, branch, &context.actor, context.at);
        if !is_begun {
            let reason = reason.clone();
            draft.push(BranchChange::Dissolving { reason });
        }
        if self.without_feedback {
            draft.seal(Some(reason));
        } else if is_begun {
            return Err(Rejection::FeedbackOpen {
                branch: branch.id,
                units: owed(state, branch).len() as u32,
            });
        }
        Ok(Decision::done(draft.events))
    }
}

/// What the end of a response does to its branches: proposals are taken back, the others begin to dissolve (B6). The feedback is
/// written afterwards, when people are home.
pub(crate) fn wind_down(state: &State, response: ResponseId) -> Vec<Event> {
    let end = |status: BranchStatus| {
        let reason = "".into();
        if status.is_pending() {
            Some(BranchChange::Withdrawn { reason })
        } else if status.holds_people() {
            Some(BranchChange::Dissolving { reason })
        } else {
            None
        }
    };
    state
        .branches
        .of_response(response)
        .filter_map(|branch| {
            let change = end(branch.status)?;
            Some(Event::BranchChanged {
                branch: branch.id,
                change,
            })
        })
        .collect()
}
