//! A provisional start (先期处置) is confirmed, or lapses.

use super::{Approval, Phase};
use crate::command::Context;
use crate::decide::Decision;
use crate::event::Event;
use crate::id::{PersonId, ResponseId, Timestamp};
use crate::policy::Policy;
use crate::rejection::Rejection;
use crate::state::State;

/// Confirms a provisional start: from now on the response is as if it had been approved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfirmResponse {
    /// Which response.
    pub response: ResponseId,
    /// Who approves.
    pub approved_by: PersonId,
}

impl ConfirmResponse {
    pub(crate) fn decide(&self, state: &State, context: &Context, policy: &Policy) -> Result<Decision, Rejection> {
        let Self { response, approved_by } = self;
        let row = state.active_response(*response)?;
        match row.phase {
            Phase::Provisional { .. } => {}
            Phase::Requested | Phase::Rejected { .. } | Phase::Active | Phase::Lapsed => {
                return Err(Rejection::ResponseNotProvisional { response: *response });
            }
        }
        let plan = state.plan_of(&row.spec, policy)?;
        let approval = Approval {
            requested_by: row.requested_by,
            approved_by: Some(*approved_by),
        };
        let last = row.history.last().map_or(1, |change| change.version);
        let authorization = approval.check(state, plan, row.spec.jurisdiction, (last, row.level()), context.at)?;
        Ok(Decision::done(vec![Event::LevelAuthorized {
            response: *response,
            authorization,
        }]))
    }
}

/// Why an order ends with a start that nobody confirmed: people read it.
const LAPSED: &str = "先期处置未经确认，已失效";

/// Provisional starts that nobody confirmed in time lapse: their orders are withdrawn, their people go home.
pub(crate) fn fire_timers(state: &State, at: Timestamp, policy: &Policy) -> Vec<Event> {
    let mut events = Vec::new();
    for row in state.responses.iter().filter(|row| row.is_active()) {
        if matches!(row.phase, Phase::Provisional { until } if until <= at) {
            events.extend(super::terminate::wind_down(state, row, LAPSED));
            events.push(Event::ResponseLapsed { response: row.id });
            events.extend(crate::situation::wind_down(
                state,
                row.id,
                at,
                &state.report_clocks(row.id, policy),
            ));
        }
    }
    events
}
