//! Say how a unit's staff is counted: how much of it, whether at all, and in whose team it serves.

use serde::{Deserialize, Serialize};

use super::line::{PERCENT_MIN, established_on_post};
use crate::decide::{Decision, at_most, needed};
use crate::event::Event;
use crate::id::UnitId;
use crate::rejection::Rejection;
use crate::state::State;

/// Units with so many established staff on post have a team of their own.
pub(super) const JOINT_BELOW: u32 = 10;
/// Longest text that a decision rests on, in bytes.
const BASIS_MAX: u32 = 400;

/// How a unit's staff is counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountPolicy {
    /// How much of N is asked for: 20 to 100 (R1).
    pub percent: u8,
    /// Whether the rule applies to the unit at all.
    pub counted: bool,
    /// The unit whose joint team its people serve in, as long as there are fewer than ten of them.
    pub joint_with: Option<UnitId>,
    /// On what this rests.
    pub basis: Box<str>,
}

/// Decides how a unit's staff is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetCountPolicy {
    /// Code of the unit.
    pub unit_code: Box<str>,
    /// How much of N, in percent.
    pub percent: u32,
    /// Whether the rule applies to the unit at all.
    pub counted: bool,
    /// Code of the unit whose joint team its people serve in; empty: a team of its own.
    pub joint_with_code: Box<str>,
    /// On what this rests; needed.
    pub basis: Box<str>,
}

/// The unit with a code.
pub(super) fn unit(state: &State, code: &str) -> Result<UnitId, Rejection> {
    match state.org.by_code(code) {
        Some(unit) => Ok(unit.id),
        None => Err(Rejection::UnknownUnit { code: code.into() }),
    }
}

impl SetCountPolicy {
    pub(crate) fn decide(&self, state: &State) -> Result<Decision, Rejection> {
        let unit_id = unit(state, &self.unit_code)?;
        needed("basis", &self.basis)?;
        at_most("basis", &self.basis, BASIS_MAX)?;
        let out_of_range = Rejection::PercentOutOfRange { percent: self.percent };
        let percent = u8::try_from(self.percent).map_err(|_| out_of_range.clone())?;
        if !(PERCENT_MIN..=100).contains(&self.percent) {
            return Err(out_of_range);
        }
        let joint_with = match &*self.joint_with_code {
            "" => None,
            code => Some(unit(state, code)?),
        };
        if let Some(host) = joint_with {
            let problem = |problem| Rejection::JointTeam {
                unit: self.unit_code.clone(),
                problem,
            };
            if host == unit_id {
                return Err(problem("a joint team is that of another unit"));
            }
            if !self.counted {
                return Err(problem("a unit that is not counted serves in no joint team"));
            }
            if established_on_post(state, unit_id) >= JOINT_BELOW {
                return Err(problem(
                    "only units with fewer than 10 established staff on post serve in a joint team",
                ));
            }
            if !state.quota.is_listed(&state.org, host) || state.quota.policy(host).is_some_and(|host| !host.counted) {
                return Err(problem("the rule does not apply to the unit whose team it would be"));
            }
            if state.quota.policy(host).is_some_and(|host| host.joint_with.is_some()) {
                return Err(problem("the unit whose team it would be serves in a joint team itself"));
            }
        }
        if (joint_with.is_some() || !self.counted) && state.quota.joined(unit_id).next().is_some() {
            return Err(Rejection::JointTeam {
                unit: self.unit_code.clone(),
                problem: "other units serve in its team",
            });
        }
        let policy = CountPolicy {
            percent,
            counted: self.counted,
            joint_with,
            basis: self.basis.clone(),
        };
        let is_so = state.quota.policy(unit_id) == Some(&policy);
        let set = Event::CountPolicySet { unit: unit_id, policy };
        Ok(Decision::done(if is_so { Vec::new() } else { vec![set] }))
    }
}
