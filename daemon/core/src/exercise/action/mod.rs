//! Corrective actions (整改项): what a run brought to light, who puts it right until when, and who has seen that it is so.
//!
//! An action closes only with a verification (E4), by somebody else than who owns it or reported it done. What was raised by mistake is
//! withdrawn, by somebody else as well: that is no closing, and is told apart from it everywhere. Both can be undone with a reason.
//! Nothing is ever overwritten: an action is what was raised and every step since.

mod amend;
mod raise;
mod reopen;
mod report;
#[cfg(test)]
mod tests;
mod verify;
mod withdraw;

use serde::{Deserialize, Serialize};

pub use amend::AmendAction;
pub use raise::RaiseAction;
pub use reopen::ReopenAction;
pub use report::ReportAction;
pub use verify::VerifyAction;
pub use withdraw::WithdrawAction;

use crate::calendar::Date;
use crate::command::{Actor, Context};
use crate::decide::Decision;
use crate::event::Event;
use crate::id::{ActionId, ExerciseId, PersonId, Timestamp};
use crate::policy::Policy;
use crate::rejection::Rejection;
use crate::state::State;

/// Actions of one run.
pub const ACTIONS_MAX: usize = 500;
/// Steps of one action: one that goes round more often than this is not put right by another round.
pub const STEPS_MAX: usize = 200;
/// Bytes of what is found, why, what is to be done, and what shows that it was.
const TEXT_MAX: u32 = 2000;
/// Bytes of a reason or a note.
const REASON_MAX: u32 = 500;

/// What is to be put right, by whom, until when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionSpec {
    /// The run that brought it to light.
    pub run: ExerciseId,
    /// 问题. Never changes: what turns out to be another problem is another action.
    pub issue: Box<str>,
    /// 原因; empty: not known yet.
    pub cause: Box<str>,
    /// 整改措施; empty: left to the owner.
    pub measure: Box<str>,
    /// 责任人
    pub owner: PersonId,
    /// 整改期限: the last day.
    pub due: Date,
}

/// Where an action stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ActionStatus {
    /// 整改中
    Open,
    /// 待验收: said to be done.
    Reported,
    /// 已销号: seen to be done. The only way to close (E4).
    Verified,
    /// 已撤销: raised by mistake, or twice.
    Withdrawn,
}

impl ActionStatus {
    /// Every status with the word for it on the wire.
    pub const ALL: [(Self, &'static str); 4] = [
        (Self::Open, "open"),
        (Self::Reported, "reported"),
        (Self::Verified, "verified"),
        (Self::Withdrawn, "withdrawn"),
    ];

    /// Whether something is left to do: to put it right, or to verify it.
    pub fn is_pending(self) -> bool {
        match self {
            Self::Open | Self::Reported => true,
            Self::Verified | Self::Withdrawn => false,
        }
    }
}

/// What happens to an action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ActionChange {
    /// Something else is asked for. What is none stays.
    Amended {
        /// 原因
        cause: Option<Box<str>>,
        /// 整改措施
        measure: Option<Box<str>>,
        /// 责任人
        owner: Option<PersonId>,
        /// 整改期限
        due: Option<Date>,
        /// Why.
        reason: Box<str>,
    },
    /// Somebody says that it is done.
    Reported {
        /// Who: the owner, or somebody for them.
        by: PersonId,
        /// 佐证材料: what shows it, and where that is kept.
        evidence: Box<str>,
    },
    /// Somebody has seen that it is.
    Verified {
        /// Who: neither the owner nor who reported it.
        by: PersonId,
        /// What they write.
        note: Box<str>,
    },
    /// It is not, or not any more.
    Reopened {
        /// Why.
        reason: Box<str>,
        /// Until when now; none: as it stood.
        due: Option<Date>,
    },
    /// It was raised by mistake, or twice.
    Withdrawn {
        /// Who says so: neither the owner nor who reported it.
        by: PersonId,
        /// Why.
        reason: Box<str>,
    },
}

impl ActionChange {
    /// What it is called on the wire and in events.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Amended { .. } => "amended",
            Self::Reported { .. } => "reported",
            Self::Verified { .. } => "verified",
            Self::Reopened { .. } => "reopened",
            Self::Withdrawn { .. } => "withdrawn",
        }
    }
    /// Where it leads, from `status`; none: it cannot happen there.
    pub fn leads_to(&self, status: ActionStatus) -> Option<ActionStatus> {
        use ActionStatus::{Open, Reported, Verified, Withdrawn};
        match (self, status) {
            (Self::Amended { .. }, Open) => Some(Open),
            (Self::Reported { .. }, Open) => Some(Reported),
            (Self::Verified { .. }, Reported) => Some(Verified),
            (Self::Reopened { .. }, Reported | Verified | Withdrawn) => Some(Open),
            (Self::Withdrawn { .. }, Open | Reported) => Some(Withdrawn),
            (
                Self::Amended { .. }
                | Self::Reported { .. }
                | Self::Verified { .. }
                | Self::Reopened { .. }
                | Self::Withdrawn { .. },
                Open | Reported | Verified | Withdrawn,
            ) => None,
        }
    }
    /// What is asked for after it.
    fn amends(&self, spec: &mut ActionSpec) {
        match self {
            Self::Amended {
                cause,
                measure,
                owner,
                due,
                reason: _,
            } => {
                spec.cause = cause.clone().unwrap_or_else(|| spec.cause.clone());
                spec.measure = measure.clone().unwrap_or_else(|| spec.measure.clone());
                spec.owner = owner.unwrap_or(spec.owner);
                spec.due = due.unwrap_or(spec.due);
            }
            Self::Reopened { due, reason: _ } => spec.due = due.unwrap_or(spec.due),
            Self::Reported { .. } | Self::Verified { .. } | Self::Withdrawn { .. } => {}
        }
    }
}

/// One step of an action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionStep {
    /// What.
    pub change: ActionChange,
    /// Who entered it.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
}

/// One action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Action {
    /// Its id.
    pub id: ActionId,
    /// As it was raised.
    pub first: ActionSpec,
    /// As it is asked for now.
    pub spec: ActionSpec,
    /// Where it stands.
    pub status: ActionStatus,
    /// Who raised it, and when.
    pub raised: (Actor, Timestamp),
    /// Everything since, in order.
    pub steps: Vec<ActionStep>,
}

impl Action {
    /// Whether its day has passed and it is not closed: until it is verified, nobody knows that it was done.
    pub fn is_overdue(&self, today: Date) -> bool {
        self.status.is_pending() && self.spec.due < today
    }
    /// Who last said that it is done, and what shows it.
    pub fn reported(&self) -> Option<(PersonId, &str)> {
        self.steps.iter().rev().find_map(|step| match &step.change {
            ActionChange::Reported { by, evidence } => Some((*by, &**evidence)),
            ActionChange::Amended { .. }
            | ActionChange::Verified { .. }
            | ActionChange::Reopened { .. }
            | ActionChange::Withdrawn { .. } => None,
        })
    }
    /// Who verified it; none: it is not closed.
    pub fn verified(&self) -> Option<PersonId> {
        match self.steps.last()?.change {
            ActionChange::Verified { by, .. } => Some(by),
            ActionChange::Amended { .. }
            | ActionChange::Reported { .. }
            | ActionChange::Reopened { .. }
            | ActionChange::Withdrawn { .. } => None,
        }
    }
    /// Whether somebody has a hand in it, and so does not say whether it is done: the owner, who reported it since it was last open, and
    /// who entered that, be it in the name of somebody else.
    fn is_of(&self, person: PersonId) -> bool {
        let reports = |step: &ActionStep| match step.change {
            ActionChange::Reported { by, .. } => by == person || step.by.0.parse() == Ok(person),
            ActionChange::Amended { .. }
            | ActionChange::Verified { .. }
            | ActionChange::Reopened { .. }
            | ActionChange::Withdrawn { .. } => false,
        };
        // Nothing comes after a report but what ends that it is only reported.
        let is_reported = self.status == ActionStatus::Reported;
        self.spec.owner == person || (is_reported && self.steps.last().is_some_and(reports))
    }
    fn changed(&mut self, change: &ActionChange, by: &Actor, at: Timestamp) {
        self.status = change.leads_to(self.status).unwrap_or(self.status);
        change.amends(&mut self.spec);
        self.steps.push(ActionStep {
            change: change.clone(),
            by: by.clone(),
            at,
        });
    }
}

/// All actions, of all runs.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Actions {
    rows: Vec<Action>,
}

impl Actions {
    /// The action with this id.
    pub fn get(&self, action: ActionId) -> Option<&Action> {
        action.0.checked_sub(1).and_then(|index| self.rows.get(index as usize))
    }
    /// Every action, in the order of their ids.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Action> {
        self.rows.iter()
    }
    /// Those of a run.
    pub fn of(&self, run: ExerciseId) -> impl Iterator<Item = &Action> {
        self.rows.iter().filter(move |row| row.spec.run == run)
    }
    pub(crate) fn next_id(&self) -> ActionId {
        ActionId::from_index(self.rows.len())
    }
    pub(crate) fn raised(&mut self, id: ActionId, spec: &ActionSpec, by: &Actor, at: Timestamp) {
        debug_assert_eq!(id, self.next_id(), "ids have no gaps");
        self.rows.push(Action {
            id,
            first: spec.clone(),
            spec: spec.clone(),
            status: ActionStatus::Open,
            raised: (by.clone(), at),
            steps: Vec::new(),
        });
    }
    pub(crate) fn changed(&mut self, id: ActionId, change: &ActionChange, by: &Actor, at: Timestamp) {
        self.rows[id.index()].changed(change, by, at);
    }
}

/// The action with this id.
fn known(state: &State, action: ActionId) -> Result<&Action, Rejection> {
    let found = state.exercises.actions.get(action);
    found.ok_or(Rejection::UnknownAction { action })
}

/// A person of the district.
fn somebody(state: &State, person: PersonId) -> Result<PersonId, Rejection> {
    let found = state.people.get(person);
    found.map(|_| person).ok_or(Rejection::UnknownPerson { person })
}

/// The person of the district who enters a command, if it is one.
fn enters(state: &State, actor: &Actor) -> Option<PersonId> {
    let person = actor.0.parse().ok()?;
    state.people.get(person).map(|_| person)
}

/// Neither the owner nor who reported it: they do not say themselves that nothing is left to do, nor enter that somebody else said so.
fn somebody_else(state: &State, action: &Action, person: PersonId, context: &Context) -> Result<PersonId, Rejection> {
    let person = somebody(state, person)?;
    let both = [Some(person), enters(state, &context.actor)];
    if let Some(person) = both.into_iter().flatten().find(|person| action.is_of(*person)) {
        let action = action.id;
        return Err(Rejection::OwnAction { action, person });
    }
    Ok(person)
}

/// A day that has not passed.
fn to_come(context: &Context, policy: &Policy, due: Date) -> Result<Date, Rejection> {
    if due < policy.team.zone.date(context.at) {
        let (field, problem) = ("due_date", "the day has passed");
        return Err(Rejection::BadDates { field, problem });
    }
    Ok(due)
}

/// One more step, if it can come now.
fn step(action: &Action, change: ActionChange) -> Result<Decision, Rejection> {
    let id = action.id;
    if change.leads_to(action.status).is_none() {
        let status = action.status;
        return Err(Rejection::ActionStatus { action: id, status });
    }
    if action.steps.len() >= STEPS_MAX {
        let max = STEPS_MAX as u32;
        return Err(Rejection::TooManyActionSteps { action: id, max });
    }
    Ok(Decision::done(vec![Event::ActionChanged { action: id, change }]))
}
