//! The policy file: what orders have when nothing is said, duty, teams, readiness.

use std::collections::BTreeMap;

use baiying_core::calendar::Zone;
use baiying_core::order::StepTarget;
use baiying_core::org::UnitKind;
use baiying_core::people::SKILL_BYTES_MAX;
use baiying_core::policy::{
    DutyPolicy, InPlacePolicy, OrderPolicy, Policy, ReadinessPolicy, RehearsalPolicy, SlotPolicy, SpotCheckPolicy,
    TeamPolicy, TeamSlot, TeamWeights,
};
use baiying_core::team::TeamKind;
use baiying_core::word;
use serde::Deserialize;

/// As written in the file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyConfig {
    /// Where plans were until they became files of their own; refused with what to do.
    #[serde(default)]
    plans: Option<toml::Value>,
    /// Defaults of orders.
    order: OrderConfig,
    /// Duty; files from before there was any have none.
    #[serde(default)]
    duty: Option<super::duty_policy::DutyConfig>,
    /// Agency teams; what is missing is as by default.
    #[serde(default)]
    team: TeamConfig,
    /// When the answer to a spot check is good.
    #[serde(default)]
    spot_check: SpotCheckConfig,
    /// What readiness asks for, and when it is evaluated.
    #[serde(default)]
    readiness: ReadinessConfig,
    /// Teams of towns, villages and groups (1+1+N).
    #[serde(default)]
    slots: Option<BTreeMap<String, Vec<SlotConfig>>>,
    /// In-place reports.
    #[serde(default)]
    in_place: InPlaceConfig,
    /// How fast people are told, for rehearsals.
    #[serde(default)]
    rehearsal: RehearsalConfig,
    /// Reinforcement; what is missing is as by default.
    #[serde(default)]
    reinforcement: super::reinforcement_policy::ReinforcementConfig,
    /// Temporary Party branches.
    #[serde(default)]
    branch: super::branch_policy::BranchConfig,
    /// When situation reports are due; what is left out is as by default.
    #[serde(default)]
    situation: super::situation_policy::SituationConfig,
    /// How exercises are rated, compared, and made forecasts from.
    #[serde(default)]
    drill: super::drill_policy::DrillConfig,
}

/// One slot of a 1+1+N.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SlotConfig {
    kind: String,
    min: u32,
    max: Option<u32>,
    size_min: u32,
}

/// Most people that a team can be asked to have.
const TEAM_SIZE_MAX: u32 = 10_000;

fn slots(config: Option<BTreeMap<String, Vec<SlotConfig>>>) -> Result<SlotPolicy, String> {
    let Some(config) = config else {
        return Ok(SlotPolicy::default());
    };
    let mut slots = BTreeMap::new();
    for (unit, rows) in config {
        let key = format!("slots.{unit}");
        let unit = word::parse(&UnitKind::ALL, &unit)
            .ok_or_else(|| format!("{key}: {unit:?} is not one of {}", word::all(&UnitKind::ALL)))?;
        let mut of_unit: Vec<TeamSlot> = Vec::with_capacity(rows.len());
        for (index, row) in rows.into_iter().enumerate() {
            let SlotConfig {
                kind,
                min,
                max,
                size_min,
            } = row;
            let key = format!("{key}[{index}]");
            let kind = word::parse(&TeamKind::ALL, &kind)
                .ok_or_else(|| format!("{key}.kind: {kind:?} is not one of {}", word::all(&TeamKind::ALL)))?;
            if of_unit.iter().any(|slot| slot.kind == kind) {
                return Err(format!("{key}.kind: a slot above is of this kind"));
            }
            if max.is_some_and(|max| max < min) {
                return Err(format!("{key}.max: less than min"));
            }
            if size_min > TEAM_SIZE_MAX {
                return Err(format!("{key}.size_min: {size_min} is more than {TEAM_SIZE_MAX}"));
            }
            of_unit.push(TeamSlot {
                kind,
                min,
                max,
                size_min,
            });
        }
        slots.insert(unit, of_unit);
    }
    Ok(SlotPolicy { slots })
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct InPlaceConfig {
    mobilized_by: Vec<String>,
    text: String,
    acknowledge_ms: u64,
    report_ms: u64,
    confirm_ms: u64,
}

impl Default for InPlaceConfig {
    fn default() -> Self {
        let InPlacePolicy {
            mobilized_by,
            text,
            acknowledge_ms,
            report_ms,
            confirm_ms,
        } = InPlacePolicy::default();
        Self {
            mobilized_by: mobilized_by.iter().map(ToString::to_string).collect(),
            text: text.into(),
            acknowledge_ms,
            report_ms,
            confirm_ms,
        }
    }
}

impl TryFrom<InPlaceConfig> for InPlacePolicy {
    type Error = String;
    fn try_from(config: InPlaceConfig) -> Result<Self, String> {
        let InPlaceConfig {
            mobilized_by,
            text,
            acknowledge_ms,
            report_ms,
            confirm_ms,
        } = config;
        if text.trim().is_empty() || text.len() > 2000 {
            return Err("in_place.text: 1 to 2000 bytes are needed".to_owned());
        }
        if acknowledge_ms == 0 || report_ms == 0 {
            return Err("in_place.acknowledge_ms and in_place.report_ms: more than 0".to_owned());
        }
        Ok(Self {
            mobilized_by: mobilized_by.into_iter().map(Into::into).collect(),
            text: text.into(),
            acknowledge_ms,
            report_ms,
            confirm_ms,
        })
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct TeamConfig {
    age_max: u32,
    age_soft: u32,
    allow_non_party: bool,
    stale_after_days: u32,
    verified_days: u32,
    reserve_percent: u32,
    continuity_percent: u32,
    recent_days: u32,
    skills: Vec<String>,
    weights: WeightsConfig,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct WeightsConfig {
    continuity: i32,
    party: i32,
    probationary: i32,
    skill: i32,
    age: i32,
    recent_call: i32,
    night: i32,
    lot: u32,
}

impl Default for TeamConfig {
    fn default() -> Self {
        let TeamPolicy {
            zone: _,
            age_max,
            age_soft,
            allow_non_party,
            stale_after_days,
            verified_days,
            reserve_percent,
            continuity_percent,
            recent_days,
            skills,
            weights: _,
        } = TeamPolicy::default();
        Self {
            age_max,
            age_soft,
            allow_non_party,
            stale_after_days,
            verified_days,
            reserve_percent,
            continuity_percent,
            recent_days,
            skills: skills.iter().map(ToString::to_string).collect(),
            weights: WeightsConfig::default(),
        }
    }
}

impl Default for WeightsConfig {
    fn default() -> Self {
        let TeamWeights {
            continuity,
            party,
            probationary,
            skill,
            age,
            recent_call,
            night,
            lot,
        } = TeamPolicy::default().weights;
        Self {
            continuity,
            party,
            probationary,
            skill,
            age,
            recent_call,
            night,
            lot,
        }
    }
}

/// Largest number of points, for or against.
const POINTS_MAX: u32 = 1000;

impl TryFrom<TeamConfig> for TeamPolicy {
    type Error = String;

    fn try_from(config: TeamConfig) -> Result<Self, String> {
        let TeamConfig {
            age_max,
            age_soft,
            allow_non_party,
            stale_after_days,
            verified_days,
            reserve_percent,
            continuity_percent,
            recent_days,
            skills,
            weights,
        } = config;
        let WeightsConfig {
            continuity,
            party,
            probationary,
            skill,
            age,
            recent_call,
            night,
            lot,
        } = weights;
        for (key, value, max) in [
            ("age_max", age_max, 150),
            ("age_soft", age_soft, 150),
            ("stale_after_days", stale_after_days, 36_600),
            ("verified_days", verified_days, 36_600),
            ("recent_days", recent_days, 36_600),
            ("reserve_percent", reserve_percent, 1000),
            ("continuity_percent", continuity_percent, 100),
            ("weights.continuity", continuity.unsigned_abs(), POINTS_MAX),
            ("weights.party", party.unsigned_abs(), POINTS_MAX),
            ("weights.probationary", probationary.unsigned_abs(), POINTS_MAX),
            ("weights.skill", skill.unsigned_abs(), POINTS_MAX),
            ("weights.age", age.unsigned_abs(), POINTS_MAX),
            ("weights.recent_call", recent_call.unsigned_abs(), POINTS_MAX),
            ("weights.night", night.unsigned_abs(), POINTS_MAX),
            ("weights.lot", lot, POINTS_MAX),
        ] {
            if value > max {
                return Err(format!("team.{key}: {value} is more than {max}"));
            }
        }
        if let Some(skill) = skills
            .iter()
            .find(|skill| skill.trim().is_empty() || skill.len() > SKILL_BYTES_MAX)
        {
            return Err(format!(
                "team.skills: {skill:?} is not a word of 1 to {SKILL_BYTES_MAX} bytes"
            ));
        }
        Ok(Self {
            zone: Zone::shanghai(),
            age_max,
            age_soft,
            allow_non_party,
            stale_after_days,
            verified_days,
            reserve_percent,
            continuity_percent,
            recent_days,
            skills: skills.into_iter().map(Into::into).collect(),
            weights: TeamWeights {
                continuity,
                party,
                probationary,
                skill,
                age,
                recent_call,
                night,
                lot,
            },
        })
    }
}

/// How fast people are told, for rehearsals.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RehearsalConfig {
    stream_per_second: u32,
    call_ms: u64,
}

impl Default for RehearsalConfig {
    fn default() -> Self {
        let RehearsalPolicy {
            stream_per_second,
            call_ms,
        } = RehearsalPolicy::default();
        Self {
            stream_per_second,
            call_ms,
        }
    }
}

impl TryFrom<RehearsalConfig> for RehearsalPolicy {
    type Error = String;

    fn try_from(config: RehearsalConfig) -> Result<Self, String> {
        let RehearsalConfig {
            stream_per_second,
            call_ms,
        } = config;
        if stream_per_second == 0 || call_ms == 0 {
            return Err("rehearsal: stream_per_second and call_ms are more than 0".to_owned());
        }
        Ok(Self {
            stream_per_second,
            call_ms,
        })
    }
}

/// When the answer to a spot check is good.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct SpotCheckConfig {
    pass_ms: u64,
    late_ms: u64,
}

impl Default for SpotCheckConfig {
    fn default() -> Self {
        let SpotCheckPolicy { pass_ms, late_ms } = SpotCheckPolicy::default();
        Self { pass_ms, late_ms }
    }
}

impl TryFrom<SpotCheckConfig> for SpotCheckPolicy {
    type Error = String;

    fn try_from(config: SpotCheckConfig) -> Result<Self, String> {
        let SpotCheckConfig { pass_ms, late_ms } = config;
        if pass_ms == 0 || late_ms < pass_ms {
            return Err("spot_check: pass_ms is more than 0, and late_ms no less than it".to_owned());
        }
        Ok(Self { pass_ms, late_ms })
    }
}

/// What readiness asks for, and when it is evaluated.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct ReadinessConfig {
    daily_at: String,
    duty_days: u32,
    duty_min_staff: u32,
    spot_check_days: u32,
}

impl Default for ReadinessConfig {
    fn default() -> Self {
        let ReadinessPolicy {
            daily_at,
            duty_days,
            duty_min_staff,
            spot_check_days,
        } = ReadinessPolicy::default();
        Self {
            daily_at: daily_at.to_string(),
            duty_days,
            duty_min_staff,
            spot_check_days,
        }
    }
}

/// Each day costs a look at every shift of every roster, every morning.
const DUTY_DAYS_MAX: u32 = 400;

impl TryFrom<ReadinessConfig> for ReadinessPolicy {
    type Error = String;

    fn try_from(config: ReadinessConfig) -> Result<Self, String> {
        let ReadinessConfig {
            daily_at,
            duty_days,
            duty_min_staff,
            spot_check_days,
        } = config;
        if duty_days == 0 || duty_days > DUTY_DAYS_MAX {
            return Err(format!("readiness.duty_days: {duty_days} is not 1 to {DUTY_DAYS_MAX}"));
        }
        Ok(Self {
            daily_at: daily_at
                .parse()
                .map_err(|error| format!("readiness.daily_at: {error}"))?,
            duty_days,
            duty_min_staff,
            spot_check_days,
        })
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OrderConfig {
    grace_ms: u64,
    ladder: Vec<StepConfig>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct StepConfig {
    after_ms: u64,
    target: String,
}

impl TryFrom<PolicyConfig> for Policy {
    type Error = String;

    fn try_from(config: PolicyConfig) -> Result<Self, String> {
        if config.plans.is_some() {
            return Err("plans: plans are files of their own now; take this section out, and import yours: baiying plan import \
                        FILE (deploy/docs/plans.md)"
                .to_owned());
        }
        let mut ladder = Vec::new();
        for (index, step) in config.order.ladder.into_iter().enumerate() {
            let target = word::parse(&StepTarget::ALL, &step.target).ok_or_else(|| {
                format!(
                    "order.ladder[{index}].target: {:?} is not one of {}",
                    step.target,
                    word::all(&StepTarget::ALL)
                )
            })?;
            ladder.push((step.after_ms, target));
        }
        if let Some(index) = ladder.array_windows().position(|[a, b]| a.0 >= b.0 || a.1 > b.1) {
            return Err(format!(
                "order.ladder[{}]: each step is later and not further down than the one before",
                index + 1
            ));
        }
        let duty = config
            .duty
            .map_or_else(|| Ok(DutyPolicy::default()), super::duty_policy::read)?;
        // Days begin and end where duty is kept: there is one zone.
        let zone = duty.zone.clone();
        let situation = super::situation_policy::read(config.situation, zone.clone())?;
        let reinforcement = super::reinforcement_policy::read(config.reinforcement, zone.clone())?;
        Ok(Self {
            plans: crate::plan_file::shipped(),
            order: OrderPolicy {
                grace_ms: config.order.grace_ms,
                ladder,
            },
            duty,
            team: TeamPolicy {
                zone,
                ..config.team.try_into()?
            },
            spot_check: config.spot_check.try_into()?,
            readiness: config.readiness.try_into()?,
            slots: slots(config.slots)?,
            situation,
            branch: config.branch.try_into()?,
            reinforcement,
            in_place: config.in_place.try_into()?,
            rehearsal: config.rehearsal.try_into()?,
            scenarios: crate::scenario_file::shipped(),
            drill: config.drill.try_into()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_that_ships_is_the_default() {
        let text = include_str!("../../../deploy/policy.toml");
        let config: PolicyConfig = toml::from_str(text).expect("it parses");
        assert_eq!(
            Policy::try_from(config).expect("it is valid"),
            crate::plan_file::default_policy()
        );
    }

    #[test]
    fn a_wrong_word_is_named_with_its_key() {
        let text = "[order]\ngrace_ms = 1\nladder = [{ after_ms = 1, target = \"navy\" }]";
        let config: PolicyConfig = toml::from_str(text).expect("it parses");
        let error = Policy::try_from(config).expect_err("navy is no target");
        assert!(
            error.contains("order.ladder[0].target") && error.contains("\"navy\""),
            "{error}"
        );
    }

    #[test]
    fn plans_of_old_are_refused_with_what_to_do() {
        let text = "[plans.flood]\n2 = { teams = [\"agency\"] }\n[order]\ngrace_ms = 1\nladder = []";
        let config: PolicyConfig = toml::from_str(text).expect("it parses");
        let error = Policy::try_from(config).expect_err("plans are files");
        assert!(
            error.starts_with("plans:") && error.contains("baiying plan import"),
            "{error}"
        );
    }

    #[test]
    fn slots_are_read_and_what_is_odd_is_named() {
        let read = |text: &str| {
            let text = format!("[order]\ngrace_ms = 1\nladder = []\n{text}");
            let config: PolicyConfig = toml::from_str(&text).expect("it parses");
            Policy::try_from(config).map(|policy| policy.slots)
        };
        assert_eq!(read(""), Ok(SlotPolicy::default()));
        let slots = read("[slots]\ngrid = [{ kind = \"support\", min = 1, size_min = 3 }]").expect("it is good");
        assert_eq!((slots.of(UnitKind::Grid).len(), slots.of(UnitKind::Town).len()), (1, 0));
        for (text, named) in [
            ("hamlet = []", "slots.hamlet"),
            (
                "town = [{ kind = \"navy\", min = 1, size_min = 1 }]",
                "slots.town[0].kind",
            ),
            (
                "town = [{ kind = \"support\", min = 2, max = 1, size_min = 1 }]",
                "slots.town[0].max",
            ),
            (
                "town = [{ kind = \"support\", min = 1, size_min = 10001 }]",
                "slots.town[0].size_min",
            ),
        ] {
            let error = read(&format!("[slots]\n{text}")).expect_err(text);
            assert!(error.starts_with(named), "{error}");
        }
    }

    #[test]
    fn what_is_missing_of_teams_is_as_by_default_and_what_is_odd_is_named() {
        let read = |text: &str| {
            let text = format!("[order]\ngrace_ms = 1\nladder = []\n{text}");
            let config: PolicyConfig = toml::from_str(&text).expect("it parses");
            Policy::try_from(config).map(|policy| policy.team)
        };
        assert_eq!(read(""), Ok(TeamPolicy::default()));
        let older = TeamPolicy {
            age_max: 55,
            ..TeamPolicy::default()
        };
        assert_eq!(read("[team]\nage_max = 55"), Ok(older));
        for (text, named) in [
            ("continuity_percent = 101", "team.continuity_percent"),
            ("skills = [\"\"]", "team.skills"),
            ("weights = { recent_call = -1001 }", "team.weights.recent_call"),
            ("weights = { night = -1001 }", "team.weights.night"),
        ] {
            let error = read(&format!("[team]\n{text}")).expect_err(text);
            assert!(error.starts_with(named), "{error}");
        }
    }
}
