//! Reopen a corrective action: what was reported is not done (退回), what was closed came back, what was withdrawn was no mistake.

use super::{ActionChange, REASON_MAX, known, step, to_come};
use crate::calendar::Date;
use crate::command::Context;
use crate::decide::{Decision, at_most, needed};
use crate::id::ActionId;
use crate::policy::Policy;
use crate::rejection::Rejection;
use crate::state::State;

/// Reopens an action that is not open. It goes on with the owner that it had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReopenAction {
    /// Which.
    pub action: ActionId,
    /// Why; needed.
    pub reason: Box<str>,
    /// Until when now; none: as it stood, be that past.
    pub due: Option<Date>,
}

impl ReopenAction {
    pub(crate) fn decide(&self, state: &State, context: &Context, policy: &Policy) -> Result<Decision, Rejection> {
        let Self { action, reason, due } = self;
        let action = known(state, *action)?;
        needed("reason", reason)?;
        at_most("reason", reason, REASON_MAX)?;
        let due = due.map(|due| to_come(context, policy, due)).transpose()?;
        let reason = reason.trim().into();
        step(action, ActionChange::Reopened { reason, due })
    }
}
