//! The policy file: what plans call out, and what orders have when nothing is said.

use std::collections::BTreeMap;

use baiying_core::order::StepTarget;
use baiying_core::policy::{CallOut, OrderPolicy, PlanPolicy, Policy};
use baiying_core::response::Level;
use baiying_core::team::TeamKind;
use baiying_core::word;
use serde::Deserialize;

/// As written in the file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyConfig {
    /// By plan, by level (`"1"` to `"4"`).
    plans: BTreeMap<String, BTreeMap<String, CallOutConfig>>,
    /// Defaults of orders.
    order: OrderConfig,
    /// Duty; files from before there was any have none.
    #[serde(default)]
    duty: Option<super::duty_policy::DutyConfig>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CallOutConfig {
    #[serde(default)]
    teams: Vec<String>,
    #[serde(default)]
    staff: bool,
    #[serde(default)]
    members: bool,
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
        let mut plans = BTreeMap::new();
        for (name, levels) in config.plans {
            let mut plan = PlanPolicy::default();
            for (number, call_out) in levels {
                let key = format!("plans.{name}.{number}");
                let level = number.parse().ok().and_then(Level::from_number);
                let level = level.ok_or_else(|| format!("{key}: levels are 1 to 4"))?;
                let mut teams = Vec::new();
                for kind in call_out.teams {
                    let known = word::parse(&TeamKind::ALL, &kind);
                    teams.push(
                        known.ok_or_else(|| {
                            format!("{key}.teams: {kind:?} is not one of {}", word::all(&TeamKind::ALL))
                        })?,
                    );
                }
                plan.levels.push((
                    level,
                    CallOut {
                        teams,
                        staff: call_out.staff,
                        members: call_out.members,
                    },
                ));
            }
            plan.levels.sort_by_key(|(level, _)| *level);
            plans.insert(name.into(), plan);
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
        Ok(Self {
            plans,
            order: OrderPolicy {
                grace_ms: config.order.grace_ms,
                ladder,
            },
            duty: config
                .duty
                .map_or_else(|| Ok(Default::default()), super::duty_policy::read)?,
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
        assert_eq!(Policy::try_from(config).expect("it is valid"), Policy::default());
    }

    #[test]
    fn a_wrong_word_is_named_with_its_key() {
        let text = "[plans.flood.2]\nteams = [\"navy\"]\n[order]\ngrace_ms = 1\nladder = []";
        let config: PolicyConfig = toml::from_str(text).expect("it parses");
        let error = Policy::try_from(config).expect_err("navy is no kind of team");
        assert!(
            error.contains("plans.flood.2.teams") && error.contains("\"navy\""),
            "{error}"
        );
    }
}
