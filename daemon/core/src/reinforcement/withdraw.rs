//! End a request: the town takes it back, or the response ends.

use super::{Ending, propose::open};
use crate::decide::{Decision, at_most, needed};
use crate::event::Event;
use crate::id::{ReinforcementId, ResponseId};
use crate::rejection::Rejection;
use crate::state::State;

/// Takes a request back. Requisitions that wait for an answer are withdrawn; who is on the way or there stays so until released.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithdrawReinforcement {
    /// Which request.
    pub reinforcement: ReinforcementId,
    /// Why.
    pub reason: Box<str>,
}

impl WithdrawReinforcement {
    pub(crate) fn decide(&self, state: &State) -> Result<Decision, Rejection> {
        needed("reason", &self.reason)?;
        at_most("reason", &self.reason, 500)?;
        let row = open(state, self.reinforcement)?;
        Ok(Decision::done(vec![Event::ReinforcementEnded {
            reinforcement: row.id,
            ending: Ending::Withdrawn,
            reason: self.reason.clone(),
        }]))
    }
}

/// What the end of a response closes: its requests that are still open.
pub(crate) fn wind_down(state: &State, response: ResponseId) -> Vec<Event> {
    let open = state
        .reinforcement
        .iter()
        .filter(|row| row.is_open() && row.need.response == response);
    open.map(|row| Event::ReinforcementEnded {
        reinforcement: row.id,
        ending: Ending::ResponseEnded,
        reason: "".into(),
    })
    .collect()
}
