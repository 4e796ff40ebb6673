//! Policy: the plans that ship, and what an order has when nothing is said. Data, with documented defaults.
//!
//! Read when deciding only. What was decided is written out in the events, so that a later policy does not change history.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::calendar::{DayKind, DayKinds, Minute, Zone};
use crate::duty::{Office, Pattern, PatternShift};
use crate::exercise::scenario::Scenario;
use crate::exercise::score::DrillPolicy;
use crate::order::StepTarget;
use crate::org::UnitKind;
use crate::plan::Plan;
use crate::response::Level;
use crate::team::TeamKind;

/// Everything that may be set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The plans (预案) that ship, by kind: version 0. The core has none; the daemon reads them from `deploy/plans/`.
    pub plans: BTreeMap<Box<str>, Arc<Plan>>,
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
    /// Teams that towns, villages and groups keep of their own (1+1+N).
    pub slots: SlotPolicy,
    /// When situation reports are due.
    pub situation: SituationPolicy,
    /// Temporary Party branches.
    pub branch: BranchPolicy,
    /// Who allocates reinforcement, and by what.
    pub reinforcement: ReinforcementPolicy,
    /// In-place reports.
    pub in_place: InPlacePolicy,
    /// How fast people are told, for rehearsals.
    pub rehearsal: RehearsalPolicy,
    /// The scenarios (演练脚本) that ship, by code: version 0. The core has none; the daemon reads them from `drills/scenarios/`.
    pub scenarios: BTreeMap<Box<str>, Arc<Scenario>>,
    /// How exercises are rated, compared, and made forecasts from.
    pub drill: DrillPolicy,
}

/// Temporary Party branches (临时党支部, `domain.md` §2). What the regulation fixes (three full members, the committee from seven on) is
/// no policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BranchPolicy {
    /// Kinds of units whose Party organization may approve a branch in their area: town and above (B2).
    pub approver_kinds: Vec<UnitKind>,
    /// Codes of agencies that are the work committee of the agencies (机关工委): these approve anywhere.
    pub agency_committees: Vec<Box<str>>,
    /// How long a branch may be under strength before it is merged or made a group.
    pub strength_ms: u64,
    /// More people are worth a warning.
    pub members_warn: u32,
    /// A longer time is worth a warning: six months.
    pub length_warn_days: u32,
    /// A log of activities that has been quiet for so long is worth a warning.
    pub idle_days: u32,
}

impl Default for BranchPolicy {
    fn default() -> Self {
        Self {
            approver_kinds: vec![UnitKind::Town, UnitKind::District, UnitKind::City, UnitKind::Province],
            agency_committees: Vec::new(),
            strength_ms: 24 * 3_600_000,
            members_warn: 50,
            length_warn_days: 183,
            idle_days: 7,
        }
    }
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

/// How fast people are told, for what a rehearsal (推演) expects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RehearsalPolicy {
    /// People that the streams of field leads reach in a second.
    pub stream_per_second: u32,
    /// How long one call by phone takes.
    pub call_ms: u64,
}

impl Default for RehearsalPolicy {
    fn default() -> Self {
        Self {
            stream_per_second: 10_000,
            call_ms: 60_000,
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
    /// How long a call-up, or a night on duty, is recent.
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
    /// Each recent night at a post, up to ten.
    pub night: i32,
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
                night: -2,
                lot: 19,
            },
        }
    }
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
        Self {
            plans: BTreeMap::new(),
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
            slots: SlotPolicy::default(),
            situation: SituationPolicy::default(),
            in_place: InPlacePolicy::default(),
            rehearsal: RehearsalPolicy::default(),
            reinforcement: ReinforcementPolicy::default(),
            branch: BranchPolicy::default(),
            scenarios: BTreeMap::new(),
            drill: DrillPolicy::default(),
        }
    }
}

/// Teams that towns, villages and groups keep of their own: 1 support, 1 volunteer, N special (1+1+N). The founding document gives
/// the label only; numbers and sizes are ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlotPolicy {
    /// By kind of unit; kinds that are missing keep none.
    pub slots: BTreeMap<UnitKind, Vec<TeamSlot>>,
}

/// One slot of a 1+1+N.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TeamSlot {
    /// Which teams fill it.
    pub kind: TeamKind,
    /// How many there must be.
    pub min: u32,
    /// How many are meant at most; none: any number.
    pub max: Option<u32>,
    /// With fewer people a team does not count.
    pub size_min: u32,
}

impl SlotPolicy {
    /// The slots of units of this kind.
    pub fn of(&self, kind: UnitKind) -> &[TeamSlot] {
        self.slots.get(&kind).map_or(&[], Vec::as_slice)
    }
}

impl Default for SlotPolicy {
    fn default() -> Self {
        let slot = |kind, min, max, size_min| TeamSlot {
            kind,
            min,
            max,
            size_min,
        };
        let slots = |size_min| {
            vec![
                slot(TeamKind::Support, 1, Some(1), size_min),
                slot(TeamKind::Volunteer, 1, Some(1), size_min),
                slot(TeamKind::Special, 0, None, 3),
            ]
        };
        let slots = [(UnitKind::Town, slots(10)), (UnitKind::Village, slots(5))];
        Self {
            slots: slots.into_iter().collect(),
        }
    }
}

/// When situation reports (信息报告) are due (`domain.md` §1.4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SituationPolicy {
    /// Where days begin and end.
    pub zone: Zone,
    /// Whether a response's plan says when is reported; what its plan does not say, and where the plan is gone, is as here.
    pub by_plan: bool,
    /// Which of the rules holds for first reports; none of that name: no first report is asked for.
    pub rule: Box<str>,
    /// Rules for first reports, by name.
    pub rules: BTreeMap<Box<str>, FirstReportRule>,
    /// How long after the last written report a follow-up is due, by level; a level that is not here asks for none.
    pub follow_up: BTreeMap<Level, u64>,
    /// When the daily report is due, on the wall clock; none: never.
    pub daily_at: Option<Minute>,
    /// Events that last longer than this have daily reports.
    pub daily_after_ms: u64,
    /// When the zero report is due every day, on the wall clock; none: never.
    pub zero_at: Option<Minute>,
    /// How long after the end the final report is due; none: it is not asked for.
    pub final_ms: Option<u64>,
}

/// How soon after the activation the first report is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FirstReportRule {
    /// By phone.
    pub phone_ms: u64,
    /// Written.
    pub written_ms: u64,
}

impl SituationPolicy {
    /// The clocks of a response with this plan, at a level.
    pub fn of_plan(&self, plan: Option<&Plan>, level: Level) -> Self {
        let Some(plan) = plan.filter(|_| self.by_plan) else {
            return self.clone();
        };
        let Some(reports) = plan.level(level).map(|row| row.reports) else {
            return self.clone();
        };
        let rule = FirstReportRule {
            phone_ms: reports.first_phone_ms,
            written_ms: reports.first_written_ms,
        };
        Self {
            rule: "plan".into(),
            rules: [("plan".into(), rule)].into(),
            follow_up: plan
                .levels
                .iter()
                .map(|row| (row.level, row.reports.follow_up_ms))
                .collect(),
            daily_at: reports.daily_at,
            zero_at: reports.daily_at.filter(|_| reports.zero_report),
            ..self.clone()
        }
    }
    /// The rule for first reports.
    pub fn first(&self) -> Option<FirstReportRule> {
        self.rules.get(&self.rule).copied()
    }
    /// How long after the last written report a follow-up is due at a level.
    pub fn follow_up_ms(&self, level: Level) -> Option<u64> {
        self.follow_up.get(&level).copied().filter(|ms| *ms > 0)
    }
}

impl Default for SituationPolicy {
    fn default() -> Self {
        let rule = |phone: u64, written: u64| FirstReportRule {
            phone_ms: phone * 60_000,
            written_ms: written * 60_000,
        };
        let hours = |hours: u64| hours * 3_600_000;
        let follow_up = [(Level::I, 1), (Level::II, 2), (Level::III, 4), (Level::IV, 8)];
        Self {
            zone: Zone::shanghai(),
            by_plan: true,
            rule: "national".into(),
            rules: [("national".into(), rule(30, 60)), ("county".into(), rule(20, 40))].into(),
            follow_up: follow_up.map(|(level, every)| (level, hours(every))).into(),
            daily_at: Some(Minute::new(18 * 60)),
            daily_after_ms: hours(24),
            zero_at: Some(Minute::new(17 * 60)),
            final_ms: Some(hours(24)),
        }
    }
}

/// Who allocates reinforcement (增援), and by what (`domain.md` §4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReinforcementPolicy {
    /// Codes of the units that may allocate: the organization department (区委组织部). None: the agency of who holds the plan's
    /// role `allocator`.
    pub allocators: Vec<Box<str>>,
    /// Where days begin and end.
    pub zone: Zone,
    /// How long an agency has to answer.
    pub answer_within_ms: u64,
    /// How long people have to answer the order that follows.
    pub acknowledge_ms: u64,
    /// How long they have to arrive, where the time asked for has passed already.
    pub arrive_within_ms: u64,
    /// Of a unit's established staff at their posts, so many percent have to stay.
    pub keep_percent: u32,
    /// Another percentage for single units, by code.
    pub keep_percent_of: BTreeMap<Box<str>, u32>,
    /// From so many of an agency for one town, its leader or deputy goes with them; 0: never.
    pub lead_from: u32,
    /// How long a call-up is recent.
    pub recent_days: u32,
    /// Minutes of travel from an agency to a town, by their codes.
    pub travel_minutes: BTreeMap<(Box<str>, Box<str>), u32>,
    /// Minutes where nothing is given and the agency is linked to a village of the town.
    pub near_minutes: u32,
    /// Minutes where nothing is given and it is not.
    pub far_minutes: u32,
    /// What must be signed before anybody is released, when the request says nothing.
    pub sign_offs: Vec<Box<str>>,
    /// Points.
    pub weights: ReinforcementWeights,
}

/// Points that speak against sending somebody of an agency somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReinforcementWeights {
    /// Each minute of travel.
    pub minute: u32,
    /// The agency is not linked to the village (half, if to another one of the town).
    pub unlinked: u32,
    /// Each recent call-up of the person, up to three.
    pub recent_call: u32,
    /// The person leads the team, and is better kept for those who stay.
    pub lead: u32,
}

impl ReinforcementPolicy {
    /// How many of a unit's established staff have to stay at their posts.
    pub fn keeps(&self, code: &str, staff: u32) -> u32 {
        let percent = self.keep_percent_of.get(code).copied().unwrap_or(self.keep_percent);
        let keeps = (u64::from(staff) * u64::from(percent.min(100))).div_ceil(100);
        u32::try_from(keeps).unwrap_or(u32::MAX)
    }
}

impl Default for ReinforcementPolicy {
    fn default() -> Self {
        Self {
            allocators: Vec::new(),
            zone: Zone::shanghai(),
            answer_within_ms: 30 * 60_000,
            acknowledge_ms: 15 * 60_000,
            arrive_within_ms: 2 * 3_600_000,
            keep_percent: 50,
            keep_percent_of: BTreeMap::new(),
            lead_from: 5,
            recent_days: 30,
            travel_minutes: BTreeMap::new(),
            near_minutes: 20,
            far_minutes: 45,
            sign_offs: Vec::new(),
            weights: ReinforcementWeights {
                minute: 1,
                unlinked: 30,
                recent_call: 20,
                lead: 40,
            },
        }
    }
}
