//! What holds of corrective actions: nothing of them is lost or rewritten, and none closes unseen (E4).

use super::{Held, holds};
use crate::State;
use crate::exercise::action::{Action, ActionChange, ActionStatus, STEPS_MAX};

/// Actions are numbered without gaps, keep what they were raised with and every step, and stand where their steps lead.
///
/// # Errors
/// What is otherwise.
pub fn actions(before: &State, after: &State) -> Held {
    let (old, new) = (&before.exercises.actions, &after.exercises.actions);
    holds(old.iter().count() <= new.iter().count(), || {
        "a corrective action is gone".into()
    })?;
    for (index, action) in (1..).zip(new.iter()) {
        holds(action.id.0 == index, || format!("{} stands at {index}", action.id))?;
        holds(after.exercises.run(action.spec.run).is_some(), || {
            format!("{} is of no run", action.id)
        })?;
        stands(action)?;
    }
    for (old, new) in old.iter().zip(new.iter()) {
        let is_kept = old.first == new.first && old.raised == new.raised && new.steps.starts_with(&old.steps);
        holds(is_kept, || format!("the history of {} was rewritten", new.id))?;
    }
    Ok(())
}

/// Whether an action is what its steps make of it. Told anew here: owner, reporter and status, from the first on.
fn stands(action: &Action) -> Held {
    let (mut owner, mut reporter, mut status) = (action.first.owner, None, ActionStatus::Open);
    let broken = |what: &str| format!("{} {what} (E4)", action.id);
    for step in &action.steps {
        status = match (&step.change, status) {
            (ActionChange::Amended { owner: other, .. }, ActionStatus::Open) => {
                owner = other.unwrap_or(owner);
                ActionStatus::Open
            }
            (ActionChange::Reported { by, evidence }, ActionStatus::Open) => {
                holds(!evidence.is_empty(), || broken("was reported without evidence"))?;
                reporter = Some(*by);
                ActionStatus::Reported
            }
            (ActionChange::Verified { by, .. }, ActionStatus::Reported) => {
                let is_own = *by == owner || reporter == Some(*by);
                holds(!is_own, || broken("was verified by its own people"))?;
                ActionStatus::Verified
            }
            (ActionChange::Withdrawn { by, .. }, ActionStatus::Open | ActionStatus::Reported) => {
                let is_own = *by == owner || reporter == Some(*by);
                holds(!is_own, || broken("was withdrawn by its own people"))?;
                ActionStatus::Withdrawn
            }
            (
                ActionChange::Reopened { reason, .. },
                ActionStatus::Reported | ActionStatus::Verified | ActionStatus::Withdrawn,
            ) => {
                holds(!reason.is_empty(), || broken("was reopened without a reason"))?;
                reporter = None;
                ActionStatus::Open
            }
            (change, status) => {
                return Err(super::Broken(broken(&format!(
                    "was {} while {status:?}",
                    change.word()
                ))));
            }
        };
    }
    holds(status == action.status && owner == action.spec.owner, || {
        broken("does not stand where its steps lead")
    })?;
    holds(
        action.verified().is_some() == (status == ActionStatus::Verified),
        || broken("is closed without a verification"),
    )?;
    holds(action.steps.len() <= STEPS_MAX, || broken("goes on for ever"))
}
