//! Policy: what a plan calls out at which level, and what an order has when nothing is said. Data, with documented defaults.
//!
//! Read when deciding only. What was decided is written out in the events, so that a later policy does not change history.

use std::collections::BTreeMap;

use crate::calendar::{DayKind, DayKinds, Minute, Zone};
use crate::duty::{Office, Pattern, PatternShift};
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
    /// Duty.
    pub duty: DutyPolicy,
    /// Who can serve in an agency team, and how one is chosen.
    pub team: TeamPolicy,
    /// In-place reports.
    pub in_place: InPlacePolicy,
}

/// In-place reports (就地报到, `domain.md` §3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InPlacePolicy {
    /// Codes of the units that may mobilize members: the organization department (区委组织部). Empty: the district and its agencies.
    pub mobilized_by: Vec<Box<str>>,
    /// What members read when nothing is said.
    pub text: Box<str>,
    /// How long members have to answer.
    pub acknowledge_ms: u64,
    /// How long members have to report, when nothing is said.
    pub report_ms: u64,
    /// How long after that the village may still confirm, and late ones still count, before the count closes.
    pub confirm_ms: u64,
}

impl Default for InPlacePolicy {
    fn default() -> Self {
        Self {
            mobilized_by: Vec::new(),
            text: "请到居住地村（社区）报到，服从村（社区）党组织统一安排。".into(),
            acknowledge_ms: 30 * 60_000,
            report_ms: 12 * 3_600_000,
            confirm_ms: 2 * 3_600_000,
        }
    }
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

/// Who can serve in an agency team, and how one is chosen (`domain.md` §7).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamPolicy {
    /// Where days begin and end.
    pub zone: Zone,
    /// Who is older cannot serve.
    pub age_max: u32,
    /// Who is older should rather not.
    pub age_soft: u32,
    /// Whether people outside the Party may serve: a documented exception; then Party members go first.
    pub allow_non_party: bool,
    /// A roster that nobody has confirmed for longer is stale.
    pub stale_after_days: u32,
    /// A phone number is verified for so long.
    pub verified_days: u32,
    /// Reserve, in percent of the team.
    pub reserve_percent: u32,
    /// Of the team before, so much stays, in percent.
    pub continuity_percent: u32,
    /// How long a call-up is recent.
    pub recent_days: u32,
    /// Skills that every team should cover.
    pub skills: Vec<Box<str>>,
    /// Points.
    pub weights: TeamWeights,
}

/// Points that speak for and against somebody in a team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamWeights {
    /// In the team already.
    pub continuity: i32,
    /// Party member.
    pub party: i32,
    /// Probationary member.
    pub probationary: i32,
    /// Each skill that is asked for.
    pub skill: i32,
    /// Older than [`TeamPolicy::age_soft`].
    pub age: i32,
    /// Each recent call-up, up to three.
    pub recent_call: i32,
    /// The lot gives 0 to this many points.
    pub lot: u32,
}

impl Default for TeamPolicy {
    fn default() -> Self {
        Self {
            zone: Zone::shanghai(),
            age_max: 50,
            age_soft: 45,
            allow_non_party: false,
            stale_after_days: 180,
            verified_days: 90,
            reserve_percent: 50,
            continuity_percent: 30,
            recent_days: 180,
            skills: Vec::new(),
            weights: TeamWeights {
                continuity: 10,
                party: 20,
                probationary: 10,
                skill: 12,
                age: -5,
                recent_call: -10,
                lot: 19,
            },
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

/// Duty (`domain.md` §1.6). What a roster was written with stays written in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DutyPolicy {
    /// Where the wall clock of new rosters stands.
    pub zone: Zone,
    /// Leads that every instant needs (D1).
    pub leads_min: u32,
    /// Officers that every instant needs (D1).
    pub officers_min: u32,
    /// Rest between two shifts of one person (D2).
    pub rest_min_ms: u64,
    /// How long ahead a swap is approved, unless it is an emergency (D4).
    pub swap_ahead_ms: u64,
    /// Within how many minutes standby is there, when nothing is said.
    pub recall_minutes: u32,
    /// How long before a shift begins one may sign in for it.
    pub sign_in_early_ms: u64,
    /// Patterns of shifts, by name.
    pub patterns: BTreeMap<Box<str>, Pattern>,
}

impl Default for DutyPolicy {
    fn default() -> Self {
        let weekend = || [DayKind::RestDay, DayKind::Holiday].into_iter().collect();
        let workdays = || [DayKind::Workday].into_iter().collect();
        let holidays = || [DayKind::Holiday].into_iter().collect();
        let not_holidays = || [DayKind::Workday, DayKind::RestDay].into_iter().collect();
        let shift = |name: &str, days: DayKinds, start: u16, end: u16| PatternShift {
            name: name.into(),
            days,
            start: Minute::new(start),
            end: Minute::new(end),
        };
        let office = |start, end| {
            Some(Office {
                start: Minute::new(start),
                end: Minute::new(end),
            })
        };
        let (all, clock) = (DayKinds::ALL, |hour: u16, minute: u16| hour * 60 + minute);
        let two_shift = vec![
            shift("day", all, clock(8, 0), clock(20, 0)),
            shift("night", all, clock(20, 0), clock(8, 0)),
        ];
        let whole_day = vec![shift("whole-day", all, clock(8, 30), clock(8, 30))];
        let after_hours = vec![
            shift("after-hours", workdays(), clock(17, 30), clock(8, 30)),
            shift("whole-day", weekend(), clock(8, 30), clock(8, 30)),
        ];
        let blocks = vec![
            shift("noon", workdays(), clock(11, 50), clock(13, 0)),
            shift("night", not_holidays(), clock(17, 0), clock(9, 0)),
            shift(
                "rest-day",
                [DayKind::RestDay].into_iter().collect(),
                clock(9, 0),
                clock(17, 0),
            ),
            shift("holiday", holidays(), clock(9, 0), clock(9, 0)),
        ];
        let patterns = [
            (
                "two-shift",
                Pattern {
                    shifts: two_shift,
                    office: None,
                },
            ),
            (
                "whole-day",
                Pattern {
                    shifts: whole_day,
                    office: None,
                },
            ),
            (
                "after-hours",
                Pattern {
                    shifts: after_hours,
                    office: office(clock(8, 30), clock(17, 30)),
                },
            ),
            (
                "blocks",
                Pattern {
                    shifts: blocks,
                    office: office(clock(9, 0), clock(17, 0)),
                },
            ),
        ];
        Self {
            zone: Zone::shanghai(),
            leads_min: 1,
            officers_min: 2,
            rest_min_ms: 12 * 3_600_000,
            swap_ahead_ms: 24 * 3_600_000,
            recall_minutes: 30,
            sign_in_early_ms: 60 * 60_000,
            patterns: patterns
                .into_iter()
                .map(|(name, pattern)| (name.into(), pattern))
                .collect(),
        }
    }
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
                    (270_000, StepTarget::DutyLead),
                    (300_000, StepTarget::Superior),
                ],
            },
            spot_check: SpotCheckPolicy::default(),
            readiness: ReadinessPolicy::default(),
            duty: DutyPolicy::default(),
            team: TeamPolicy::default(),
            in_place: InPlacePolicy::default(),
        }
    }
}
