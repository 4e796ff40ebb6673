//! Duty (值班备勤): who is on at any instant, in which position, and why.
//!
//! Stored is what was agreed: rosters as patterns on the wall clock of a zone with crews that take turns, and what was changed for
//! single shifts. Nothing is stored per shift, and there is no cache: every answer, of any instant past or future, is computed by
//! one resolver, `resolve.rs`. What was decided never changes an answer about the past; leave that is approved afterwards does.

mod backup;
mod check;
mod import;
mod pattern;
mod resolve;
mod rosters;
mod sign_in;
mod sign_out;
mod stand_in;
mod swap;
#[cfg(test)]
pub(crate) mod tests;

use serde::{Deserialize, Serialize};

use crate::id::UnitId;
use crate::rejection::Rejection;
use crate::state::State;

pub use backup::SetBackup;
pub use check::{Finding, FindingKind, check};
pub use import::{DutyRow, ImportDutyRosters};
pub use pattern::{Every, Layer, Needs, Office, ParseEveryError, Pattern, PatternShift, RosterVersion, TurnUnit};
pub use resolve::{Holder, Missing, OnDuty, Shift, Via, View, can_act, on_duty, shift_named, shifts};
pub use rosters::{Backup, Rosters};
pub use sign_in::{DutySignIn, SignIn};
pub use sign_out::DutySignOut;
pub use stand_in::{EndStandIn, SetStandIn, StandIn};
pub use swap::{ConsentSwap, DecideSwap, Leg, RequestSwap, ShiftRef, Swap, SwapRecord, SwapStatus};

/// In which position somebody is on duty (`domain.md` §1.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Position {
    /// 带班领导: the leader in charge of the shift.
    Lead,
    /// 值班员: at the post.
    Officer,
    /// 备勤: not at the post, and there within minutes.
    Standby,
}

impl Position {
    /// Every position with the word for it in files and on the wire.
    pub const ALL: [(Self, &'static str); 3] = [
        (Self::Lead, "lead"),
        (Self::Officer, "officer"),
        (Self::Standby, "standby"),
    ];

    /// Whether one has to be at the post, and not within reach only.
    pub fn is_post(self) -> bool {
        match self {
            Self::Lead | Self::Officer => true,
            Self::Standby => false,
        }
    }
}

/// The unit with this code, if it has a roster.
fn unit_with_roster(state: &State, code: &str) -> Result<UnitId, Rejection> {
    let unit = state
        .org
        .by_code(code)
        .ok_or_else(|| Rejection::UnknownUnit { code: code.into() })?;
    if state.rosters.has_roster(unit.id) {
        Ok(unit.id)
    } else {
        Err(Rejection::NoRoster { unit: code.into() })
    }
}
