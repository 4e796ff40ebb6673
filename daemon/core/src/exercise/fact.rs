//! What each person did in a run: the only thing that figures, scores and forecasts are made from. Kept with the run for ever.

use serde::{Deserialize, Serialize};

use crate::id::{OrderId, PersonId, UnitId};
use crate::leave::LeaveReason;
use crate::order::Excuse;

/// One person under one order of a run. Times are milliseconds of exercise time from the order; what came after the window is not
/// here (E2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// Who.
    pub person: PersonId,
    /// Their home unit at the time.
    pub unit: UnitId,
    /// Under which order of the exercise.
    pub order: OrderId,
    /// Whether a simulated responder answered for them.
    pub is_simulated: bool,
    /// Whether the order reached a device or a person.
    pub is_reached: bool,
    /// Whether no usable number of theirs is known.
    pub is_dead_number: bool,
    /// Whether they took over as a B role.
    pub is_backup: bool,
    /// Steps of the ladder that were taken for them.
    pub steps: u8,
    /// 回令
    pub acked_ms: Option<u64>,
    /// 出发
    pub departed_ms: Option<u64>,
    /// 到位
    pub arrived_ms: Option<u64>,
    /// Arrived after the time to arrive.
    pub is_late: bool,
    /// Declined, and why.
    pub declined: Option<LeaveReason>,
    /// Excused, and why: does not count.
    pub excuse: Option<Excuse>,
    /// Taken by a real event (E1): does not count.
    pub is_preempted: bool,
}
