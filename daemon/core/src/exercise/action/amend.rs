//! Amend a corrective action: another owner, another day (延期), a cause that was found.

use super::{ActionChange, ActionStatus, REASON_MAX, TEXT_MAX, known, somebody, to_come};
use crate::calendar::Date;
use crate::command::Context;
use crate::decide::{Decision, at_most, needed};
use crate::id::{ActionId, PersonId};
use crate::policy::Policy;
use crate::rejection::Rejection;
use crate::state::State;

/// Amends an open action. What is none stays; the problem itself always does. One that is said to be done is reopened first: it must not
/// get another owner while somebody decides whether it was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AmendAction {
    /// Which.
    pub action: ActionId,
    /// 原因
    pub cause: Option<Box<str>>,
    /// 整改措施
    pub measure: Option<Box<str>>,
    /// 责任人
    pub owner: Option<PersonId>,
    /// 整改期限
    pub due: Option<Date>,
    /// Why; needed.
    pub reason: Box<str>,
}

impl AmendAction {
    pub(crate) fn decide(&self, state: &State, context: &Context, policy: &Policy) -> Result<Decision, Rejection> {
        let Self {
            action,
            cause,
            measure,
            owner,
            due,
            reason,
        } = self;
        let action = known(state, *action)?;
        needed("reason", reason)?;
        at_most("reason", reason, REASON_MAX)?;
        let text = |field, text: &Option<Box<str>>, stands: &str| -> Result<Option<Box<str>>, Rejection> {
            let Some(text) = text else { return Ok(None) };
            at_most(field, text, TEXT_MAX)?;
            Ok(Some(text.trim()).filter(|text| *text != stands).map(Into::into))
        };
        let spec = &action.spec;
        let change = ActionChange::Amended {
            cause: text("cause", cause, &spec.cause)?,
            measure: text("measure", measure, &spec.measure)?,
            owner: match owner.filter(|owner| *owner != spec.owner) {
                Some(owner) => Some(somebody(state, owner)?),
                None => None,
            },
            due: match due.filter(|due| *due != spec.due) {
                Some(due) => Some(to_come(context, policy, due)?),
                None => None,
            },
            reason: reason.trim().into(),
        };
        if action.status == ActionStatus::Open && is_nothing(&change) {
            return Ok(Decision::done(Vec::new()));
        }
        super::step(action, change)
    }
}

/// Whether all stands so already.
fn is_nothing(change: &ActionChange) -> bool {
    matches!(
        change,
        ActionChange::Amended {
            cause: None,
            measure: None,
            owner: None,
            due: None,
            reason: _,
        }
    )
}
