//! Ask for a response, and turn it down (申请、驳回).

use super::{Asked, Phase};
use crate::command::Answer;
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

/// Turns down a response that was asked for.
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
    pub(crate) fn decide(&self, state: &State) -> Result<Decision, Rejection> {
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
        Ok(Decision::done(vec![Event::ResponseRejected {
            response: *response,
            by: *by,
            reason: reason.clone(),
        }]))
    }
}
