//! Enter something in a branch's log of activities (活动记录).

use super::draft::{Draft, known, stands};
use super::{BranchChange, BranchStatus};
use crate::State;
use crate::calendar::Date;
use crate::command::Context;
use crate::decide::{Decision, at_most, needed};
use crate::id::BranchId;
use crate::policy::Policy;
use crate::rejection::Rejection;

/// Enters what a branch did. Possible until the record is sealed, so that what was late can be written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogActivity {
    /// Which branch.
    pub branch: BranchId,
    /// On which day; none: today.
    pub on: Option<Date>,
    /// What; at most 1000 bytes; needed.
    pub text: Box<str>,
}

impl LogActivity {
    pub(crate) fn decide(&self, state: &State, context: &Context, policy: &Policy) -> Result<Decision, Rejection> {
        needed("text", &self.text)?;
        at_most("text", &self.text, 1000)?;
        let branch = known(state, self.branch)?;
        let can = branch.status.holds_people() || branch.status == BranchStatus::Dissolving;
        stands(branch, can)?;
        let zone = &policy.team.zone;
        let today = zone.date(context.at);
        let on = self.on.unwrap_or(today);
        let bad = |problem| Err(Rejection::BadDates { field: "on", problem });
        if on > today {
            return bad("lies in the future");
        }
        if branch.proposed_at().is_some_and(|at| on < zone.date(at)) {
            return bad("lies before the branch was proposed");
        }
        let mut draft = Draft::of(state, branch, &context.actor, context.at);
        draft.push(BranchChange::Logged {
            on,
            text: self.text.trim().into(),
        });
        Ok(Decision::done(draft.events))
    }
}
