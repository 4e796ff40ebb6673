//! Raise a corrective action (提出整改).

use super::{ACTIONS_MAX, ActionSpec, TEXT_MAX, somebody, to_come};
use crate::command::{Answer, Context};
use crate::decide::{Decision, at_most, needed};
use crate::event::Event;
use crate::policy::Policy;
use crate::rejection::Rejection;
use crate::state::State;

/// Raises an action of a run: one that goes on, ended, or was broken off. Most is found while it runs, and much because it was broken off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RaiseAction {
    /// What is asked for.
    pub spec: ActionSpec,
}

impl RaiseAction {
    pub(crate) fn decide(&self, state: &State, context: &Context, policy: &Policy) -> Result<Decision, Rejection> {
        let ActionSpec {
            run,
            issue,
            cause,
            measure,
            owner,
            due,
        } = &self.spec;
        let run = state.exercise(*run)?.id;
        needed("issue", issue)?;
        for (field, text) in [("issue", issue), ("cause", cause), ("measure", measure)] {
            at_most(field, text, TEXT_MAX)?;
        }
        let actions = &state.exercises.actions;
        if actions.of(run).count() >= ACTIONS_MAX {
            let max = ACTIONS_MAX as u32;
            return Err(Rejection::TooManyActions { run, max });
        }
        let spec = ActionSpec {
            run,
            issue: issue.trim().into(),
            cause: cause.trim().into(),
            measure: measure.trim().into(),
            owner: somebody(state, *owner)?,
            due: to_come(context, policy, *due)?,
        };
        let action = actions.next_id();
        let raised = Event::ActionRaised { action, spec };
        Ok(Decision::new(vec![raised], Answer::Action(action)))
    }
}
