//! Take a planned spot check back.

use super::Phase;
use crate::decide::Decision;
use crate::event::Event;
use crate::id::SpotCheckId;
use crate::rejection::Rejection;
use crate::state::State;

/// Takes a check back that was not asked yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CancelSpotCheck {
    /// Which.
    pub check: SpotCheckId,
}

impl CancelSpotCheck {
    pub(crate) fn decide(&self, state: &State) -> Result<Decision, Rejection> {
        let Self { check } = self;
        let row = state.spot_checks.get(*check);
        match row.ok_or(Rejection::UnknownSpotCheck { check: *check })?.phase {
            Phase::Planned => Ok(Decision::done(vec![Event::SpotCheckCancelled { check: *check }])),
            Phase::Cancelled => Ok(Decision::done(Vec::new())),
            Phase::Asked | Phase::Ended(_) => Err(Rejection::SpotCheckClosed { check: *check }),
        }
    }
}
