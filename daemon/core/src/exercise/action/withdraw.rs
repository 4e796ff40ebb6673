//! Withdraw a corrective action (撤销): raised by mistake, or twice.

use super::{ActionChange, ActionStatus, REASON_MAX, known, somebody_else, step};
use crate::command::Context;
use crate::decide::{Decision, at_most, needed};
use crate::id::{ActionId, PersonId};
use crate::rejection::Rejection;
use crate::state::State;

/// Withdraws an action that is not closed. Not by its owner: that would be a way to close it without verification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithdrawAction {
    /// Which.
    pub action: ActionId,
    /// Who decides so: neither the owner nor who reported it.
    pub by: PersonId,
    /// Why; needed.
    pub reason: Box<str>,
}

impl WithdrawAction {
    pub(crate) fn decide(&self, state: &State, context: &Context) -> Result<Decision, Rejection> {
        let Self { action, by, reason } = self;
        let action = known(state, *action)?;
        needed("reason", reason)?;
        at_most("reason", reason, REASON_MAX)?;
        if !matches!(action.status, ActionStatus::Open | ActionStatus::Reported) {
            let (action, status) = (action.id, action.status);
            return Err(Rejection::ActionStatus { action, status });
        }
        let by = somebody_else(state, action, *by, context)?;
        let reason = reason.trim().into();
        step(action, ActionChange::Withdrawn { by, reason })
    }
}
