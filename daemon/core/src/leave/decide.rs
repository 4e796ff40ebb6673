//! Approve or deny leave.

use super::LeaveVerdict;
use crate::command::Context;
use crate::decide::Decision;
use crate::event::Event;
use crate::id::LeaveId;
use crate::rejection::Rejection;
use crate::state::State;

/// Decides on leave; never by who asked for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecideLeave {
    /// Which leave.
    pub leave: LeaveId,
    /// How.
    pub verdict: LeaveVerdict,
}

impl DecideLeave {
    pub(crate) fn decide(&self, state: &State, context: &Context) -> Result<Decision, Rejection> {
        let Self { leave, verdict } = self;
        let row = state
            .leave
            .get(*leave)
            .ok_or(Rejection::UnknownLeave { leave: *leave })?;
        if row.requested.0 == context.actor {
            return Err(Rejection::OwnLeave { leave: *leave });
        }
        match row.decided {
            Some((decided, _, _)) if decided == *verdict => Ok(Decision::done(Vec::new())),
            Some(_) => Err(Rejection::LeaveDecided { leave: *leave }),
            None => Ok(Decision::done(vec![Event::LeaveDecided {
                leave: *leave,
                verdict: *verdict,
            }])),
        }
    }
}
