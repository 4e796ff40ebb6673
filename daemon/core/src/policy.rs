//! Policy: what a plan calls out at which level, and what an order has when nothing is said. Data, with documented defaults.
//!
//! Read when deciding only. What was decided is written out in the events, so that a later policy does not change history.

use std::collections::BTreeMap;

use crate::calendar::Minute;
use crate::order::StepTarget;
use crate::response::Level;
use crate::team::TeamKind;

/// Everything that may be set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Kinds of plans (预案).
    pub plans: BTreeMap<Box<str>, PlanPolicy>,
    /// What orders have when nothing is said.
    pub order: OrderPolicy,
    /// When the answer to a spot check is good.
    pub spot_check: SpotCheckPolicy,
    /// What readiness asks for, and when it is evaluated.
    pub readiness: ReadinessPolicy,
}

/// When the answer to a spot check (抽查) is good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpotCheckPolicy {
    /// An answer within this time passes (`domain.md` §1.6).
    pub pass_ms: u64,
    /// An answer within this time is late; after it there was none.
    pub late_ms: u64,
}

impl Default for SpotCheckPolicy {
    fn default() -> Self {
        Self {
            pass_ms: 60_000,
            late_ms: 10 * 60_000,
        }
    }
}

/// What readiness asks for, and when it is evaluated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadinessPolicy {
    /// When it is evaluated every day, on the wall clock of the duty zone.
    pub daily_at: Minute,
    /// How many days of duty must be covered from now on.
    pub duty_days: u32,
    /// Agencies and towns with this many established staff keep a duty post.
    pub duty_min_staff: u32,
    /// A post is checked at least this often.
    pub spot_check_days: u32,
}

impl Default for ReadinessPolicy {
    fn default() -> Self {
        Self {
            daily_at: Minute::new(7 * 60 + 30),
            duty_days: 14,
            duty_min_staff: 20,
            spot_check_days: 31,
        }
    }
}

/// One kind of plan: what each level calls out, on top of what the lower levels do (`domain.md` §1.1).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PlanPolicy {
    /// By level.
    pub levels: Vec<(Level, CallOut)>,
}

impl PlanPolicy {
    /// What a level calls out, with everything the lower ones do.
    pub fn call_out(&self, level: Level) -> CallOut {
        let mut all = CallOut::default();
        for (_, call_out) in self.levels.iter().filter(|(at, _)| *at <= level) {
            all.teams.extend(&call_out.teams);
            all.staff |= call_out.staff;
            all.members |= call_out.members;
        }
        all
    }
}

/// Who is called out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CallOut {
    /// Teams of these kinds: agency teams of the whole jurisdiction, the others within the scope.
    pub teams: Vec<TeamKind>,
    /// All established staff of the jurisdiction.
    pub staff: bool,
    /// Party members who live within the scope (就地报到).
    pub members: bool,
}

/// What an order has when nothing is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderPolicy {
    /// How long after the time to arrive one is late and not yet absent.
    pub grace_ms: u64,
    /// Steps of the ladder, as far as they fit before the time to acknowledge ends (`domain.md` §1.5).
    pub ladder: Vec<(u64, StepTarget)>,
}

impl Default for Policy {
    fn default() -> Self {
        let flood = PlanPolicy {
            levels: vec![
                (
                    Level::IV,
                    CallOut {
                        teams: vec![TeamKind::Support, TeamKind::Special],
                        ..CallOut::default()
                    },
                ),
                (
                    Level::III,
                    CallOut {
                        teams: vec![TeamKind::Agency],
                        ..CallOut::default()
                    },
                ),
                (
                    Level::II,
                    CallOut {
                        teams: vec![TeamKind::Volunteer],
                        ..CallOut::default()
                    },
                ),
                (
                    Level::I,
                    CallOut {
                        teams: Vec::new(),
                        staff: true,
                        members: true,
                    },
                ),
            ],
        };
        let epidemic = PlanPolicy {
            levels: vec![
                (
                    Level::IV,
                    CallOut {
                        teams: vec![TeamKind::Special],
                        ..CallOut::default()
                    },
                ),
                (
                    Level::III,
                    CallOut {
                        teams: vec![TeamKind::Agency, TeamKind::Support],
                        ..CallOut::default()
                    },
                ),
                (
                    Level::II,
                    CallOut {
                        teams: vec![TeamKind::Volunteer],
                        staff: false,
                        members: true,
                    },
                ),
                (
                    Level::I,
                    CallOut {
                        teams: Vec::new(),
                        staff: true,
                        members: true,
                    },
                ),
            ],
        };
        let plans = [
            ("flood", flood.clone()),
            ("typhoon", flood.clone()),
            ("earthquake", flood.clone()),
            ("generic", flood),
            ("epidemic", epidemic),
        ];
        Self {
            plans: plans.into_iter().map(|(name, plan)| (name.into(), plan)).collect(),
            order: OrderPolicy {
                grace_ms: 30 * 60_000,
                ladder: vec![
                    (60_000, StepTarget::Repeat),
                    (120_000, StepTarget::Repeat),
                    (180_000, StepTarget::TeamLeader),
                    (240_000, StepTarget::Deputy),
                    (300_000, StepTarget::Superior),
                ],
            },
            spot_check: SpotCheckPolicy::default(),
            readiness: ReadinessPolicy::default(),
        }
    }
}
