//! Verify a corrective action (验收销号): the only way to close it (E4).

use super::{ActionChange, ActionStatus, REASON_MAX, known, somebody_else, step};
use crate::command::Context;
use crate::decide::{Decision, at_most};
use crate::id::{ActionId, PersonId};
use crate::rejection::Rejection;
use crate::state::State;

/// Says that an action which was reported done is. If it is not, it is reopened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifyAction {
    /// Which.
    pub action: ActionId,
    /// Who has seen it: neither the owner nor who reported it.
    pub by: PersonId,
    /// What they write; may be empty.
    pub note: Box<str>,
}

impl VerifyAction {
    pub(crate) fn decide(&self, state: &State, context: &Context) -> Result<Decision, Rejection> {
        let Self { action, by, note } = self;
        let action = known(state, *action)?;
        at_most("note", note, REASON_MAX)?;
        if action.status != ActionStatus::Reported {
            let (action, status) = (action.id, action.status);
            return Err(Rejection::ActionStatus { action, status });
        }
        let by = somebody_else(state, action, *by, context)?;
        let note = note.trim().into();
        step(action, ActionChange::Verified { by, note })
    }
}
