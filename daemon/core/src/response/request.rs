//! Ask for a response, and turn it down (申请、驳回).

use super::authority::authority;
use super::{Asked, Phase};
use crate::command::{Answer, Context};
use crate::decide::{Decision, at_most, needed};
use crate::event::Event;
use crate::id::{PersonId, ResponseId};
use crate::policy::Policy;
use crate::rejection::Rejection;
use crate::state::State;

/// Asks for a response. Nothing happens until somebody with authority approves it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestResponse {
    /// What is asked for.
    pub asked: Asked,
    /// Who asks.
    pub requested_by: PersonId,
}

impl RequestResponse {
    pub(crate) fn decide(&self, state: &State, policy: &Policy) -> Result<Decision, Rejection> {
        let Self { asked, requested_by } = self;
        let person = *requested_by;
        state.people.get(person).ok_or(Rejection::UnknownPerson { person })?;
        needed("reason", &asked.reason)?;
        let (spec, _) = asked.resolve(state, policy)?;
        let response = state.responses.next_id();
        Ok(Decision::new(
            vec![Event::ResponseRequested {
                response,
                spec,
                requested_by: person,
            }],
            Answer::Activated { response, order: None },
        ))
    }
}

/// Turns down a response that was asked for. Whoever could approve it can, and whoever asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectResponse {
    /// Which one.
    pub response: ResponseId,
    /// Who turns it down.
    pub by: PersonId,
    /// Why.
    pub reason: Box<str>,
}

impl RejectResponse {
    pub(crate) fn decide(&self, state: &State, context: &Context, policy: &Policy) -> Result<Decision, Rejection> {
        let Self { response, by, reason } = self;
        needed("reason", reason)?;
        at_most("reason", reason, 500)?;
        state.people.get(*by).ok_or(Rejection::UnknownPerson { person: *by })?;
        let row = state
            .responses
            .get(*response)
            .ok_or(Rejection::UnknownResponse { response: *response })?;
        if row.phase != Phase::Requested {
            return Err(Rejection::ResponseNotRequested { response: *response });
        }
        // Who asked for it may take it back.
        if row.requested_by != Some(*by) {
            let plan = state.plan_of(&row.spec, policy)?;
            authority(state, plan, row.spec.jurisdiction, row.level(), *by, context.at)?;
        }
        Ok(Decision::done(vec![Event::ResponseRejected {
            response: *response,
            by: *by,
            reason: reason.clone(),
        }]))
    }
}
