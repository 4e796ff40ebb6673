//! What happens to spot checks by itself: they are asked, and they end without an answer.

use super::{Asked, Phase, SpotCheckResult, at_post};
use crate::event::Event;
use crate::id::Timestamp;
use crate::policy::SpotCheckPolicy;
use crate::state::State;

/// Everything that is due at `at`.
///
/// A check that was to be asked while the daemon was down is asked late: of who is on duty then.
pub(crate) fn fire_timers(state: &State, at: Timestamp, policy: &SpotCheckPolicy) -> Vec<Event> {
    let mut events = Vec::new();
    for row in state.spot_checks.due(at) {
        let check = row.plan.id;
        match row.phase {
            Phase::Planned => {
                let rostered = at_post(state, row.plan.unit, at);
                let is_nobody = rostered.is_empty();
                let asked = Asked {
                    at,
                    rostered,
                    pass_until: at.plus_ms(policy.pass_ms),
                    late_until: at.plus_ms(policy.late_ms),
                };
                events.push(Event::SpotCheckAsked { check, asked });
                if is_nobody {
                    let result = SpotCheckResult::NoAnswer;
                    events.push(Event::SpotCheckEnded { check, result });
                }
            }
            Phase::Asked => {
                let result = row.answer().map_or(SpotCheckResult::NoAnswer, |wrong| wrong.result);
                events.push(Event::SpotCheckEnded { check, result });
            }
            Phase::Ended(_) | Phase::Cancelled => {}
        }
    }
    events
}
