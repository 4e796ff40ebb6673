//! Report a corrective action done (整改完成), with what shows it.

use super::{ActionChange, TEXT_MAX, enters, known, somebody, step};
use crate::command::Context;
use crate::decide::{Decision, at_most, needed};
use crate::id::{ActionId, PersonId};
use crate::rejection::Rejection;
use crate::state::State;

/// Says that an action is done. It is not closed by that: somebody else verifies it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportAction {
    /// Which.
    pub action: ActionId,
    /// Who says so; none: who enters it, if that is a person of the district, or else its owner.
    pub by: Option<PersonId>,
    /// 佐证材料; needed: without it there is nothing to verify.
    pub evidence: Box<str>,
}

impl ReportAction {
    pub(crate) fn decide(&self, state: &State, context: &Context) -> Result<Decision, Rejection> {
        let Self { action, by, evidence } = self;
        let action = known(state, *action)?;
        needed("evidence", evidence)?;
        at_most("evidence", evidence, TEXT_MAX)?;
        let by = by.or_else(|| enters(state, &context.actor));
        let by = somebody(state, by.unwrap_or(action.spec.owner))?;
        let evidence = evidence.trim().into();
        step(action, ActionChange::Reported { by, evidence })
    }
}
