//! Escalate and de-escalate a response (升级、降级).

use super::activate::resolve_scope;
use super::{Level, LevelChange, Response};
use crate::command::Context;
use crate::decide::{Decision, at_most, needed};
use crate::event::Event;
use crate::id::ResponseId;
use crate::rejection::Rejection;
use crate::state::State;

/// Changes the level of a response. Up it may jump, down it goes step by step (`domain.md` §1.3). At the same level only the
/// scope changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeLevel {
    /// Which response.
    pub response: ResponseId,
    /// Up or down: said by the caller, so that a slip of a digit is noticed.
    pub up: bool,
    /// 1 to 4.
    pub level: u32,
    /// Codes of the areas covered from now on; empty leaves them.
    pub scope: Vec<Box<str>>,
    /// Why.
    pub reason: Box<str>,
    /// Number of the document it is based on.
    pub basis: Box<str>,
}

impl ChangeLevel {
    pub(crate) fn decide(&self, state: &State, context: &Context) -> Result<Decision, Rejection> {
        let Self {
            response,
            up,
            level,
            scope,
            reason,
            basis,
        } = self;
        needed("reason", reason)?;
        at_most("reason", reason, 500)?;
        at_most("basis", basis, 500)?;
        let row = state
            .responses
            .get(*response)
            .ok_or(Rejection::UnknownResponse { response: *response })?;
        if !row.is_active() {
            return Err(Rejection::ResponseTerminated { response: *response });
        }
        let to = Level::from_number(*level).ok_or(Rejection::UnknownLevel { value: *level })?;
        let scope = match scope.as_slice() {
            [] => row.scope().to_vec(),
            codes => resolve_scope(state, row.spec.jurisdiction, codes)?,
        };
        let from = row.level();
        let only_scope = to == from && scope != row.scope();
        if *up && to <= from && !only_scope {
            return Err(Rejection::NotAnEscalation { from, to });
        }
        if !*up && to.number() != from.number() + 1 && !only_scope {
            return Err(Rejection::NotADeEscalation { from, to });
        }
        let change = LevelChange {
            version: next_version(row),
            from: Some(from),
            to,
            scope,
            reason: reason.clone(),
            basis: basis.clone(),
            by: context.actor.clone(),
            at: context.at,
        };
        Ok(Decision::done(vec![Event::ResponseLevelChanged {
            response: *response,
            change,
        }]))
    }
}

fn next_version(row: &Response) -> u32 {
    let last = row.history.last().map_or(0, |change| change.version);
    assert_eq!(
        last as usize,
        row.history.len(),
        "the history of {} has a gap (M3)",
        row.id
    );
    last + 1
}
