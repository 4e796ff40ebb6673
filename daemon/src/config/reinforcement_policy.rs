//! The policy file's section on reinforcement.

use std::collections::BTreeMap;

use baiying_core::calendar::Zone;
use baiying_core::policy::{ReinforcementPolicy, ReinforcementWeights};
use serde::Deserialize;

/// Who allocates reinforcement, and by what.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ReinforcementConfig {
    allocators: Vec<String>,
    answer_within_ms: u64,
    acknowledge_ms: u64,
    arrive_within_ms: u64,
    keep_percent: u32,
    keep_percent_of: BTreeMap<String, u32>,
    lead_from: u32,
    recent_days: u32,
    near_minutes: u32,
    far_minutes: u32,
    travel: Vec<TravelConfig>,
    sign_offs: Vec<String>,
    weights: WeightsConfig,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TravelConfig {
    agency: String,
    town: String,
    minutes: u32,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct WeightsConfig {
    minute: u32,
    unlinked: u32,
    recent_call: u32,
    lead: u32,
}

impl Default for WeightsConfig {
    fn default() -> Self {
        let ReinforcementWeights {
            minute,
            unlinked,
            recent_call,
            lead,
        } = ReinforcementPolicy::default().weights;
        Self {
            minute,
            unlinked,
            recent_call,
            lead,
        }
    }
}

impl Default for ReinforcementConfig {
    fn default() -> Self {
        let ReinforcementPolicy {
            allocators: _,
            zone: _,
            answer_within_ms,
            acknowledge_ms,
            arrive_within_ms,
            keep_percent,
            keep_percent_of: _,
            lead_from,
            recent_days,
            travel_minutes: _,
            near_minutes,
            far_minutes,
            sign_offs: _,
            weights: _,
        } = ReinforcementPolicy::default();
        Self {
            allocators: Vec::new(),
            answer_within_ms,
            acknowledge_ms,
            arrive_within_ms,
            keep_percent,
            keep_percent_of: BTreeMap::new(),
            lead_from,
            recent_days,
            near_minutes,
            far_minutes,
            travel: Vec::new(),
            sign_offs: Vec::new(),
            weights: WeightsConfig::default(),
        }
    }
}

/// Points beyond this would be cut off by the matching.
const WEIGHT_MAX: u32 = 1_000;
/// Nobody is called from farther than a day away.
const MINUTES_MAX: u32 = 1_440;

/// Checks the section.
pub(super) fn read(config: ReinforcementConfig, zone: Zone) -> Result<ReinforcementPolicy, String> {
    let ReinforcementConfig {
        allocators,
        answer_within_ms,
        acknowledge_ms,
        arrive_within_ms,
        keep_percent,
        keep_percent_of,
        lead_from,
        recent_days,
        near_minutes,
        far_minutes,
        travel,
        sign_offs,
        weights:
            WeightsConfig {
                minute,
                unlinked,
                recent_call,
                lead,
            },
    } = config;
    let at_most = |key: &str, value: u32, max: u32| match value {
        value if value > max => Err(format!("reinforcement.{key}: {value} is more than {max}")),
        _ => Ok(()),
    };
    for (key, value) in [
        ("answer_within_ms", answer_within_ms),
        ("acknowledge_ms", acknowledge_ms),
        ("arrive_within_ms", arrive_within_ms),
    ] {
        if value == 0 {
            return Err(format!("reinforcement.{key} is more than 0"));
        }
    }
    at_most("keep_percent", keep_percent, 100)?;
    for (unit, percent) in &keep_percent_of {
        at_most(&format!("keep_percent_of.{unit:?}"), *percent, 100)?;
    }
    at_most("near_minutes", near_minutes, MINUTES_MAX)?;
    at_most("far_minutes", far_minutes, MINUTES_MAX)?;
    let weights = [
        ("minute", minute),
        ("unlinked", unlinked),
        ("recent_call", recent_call),
        ("lead", lead),
    ];
    for (key, value) in weights {
        at_most(&format!("weights.{key}"), value, WEIGHT_MAX)?;
    }
    for (index, row) in travel.iter().enumerate() {
        at_most(&format!("travel[{index}].minutes"), row.minutes, MINUTES_MAX)?;
    }
    let travel = travel
        .into_iter()
        .map(|row| ((row.agency.into(), row.town.into()), row.minutes));
    Ok(ReinforcementPolicy {
        allocators: allocators.into_iter().map(Into::into).collect(),
        zone,
        answer_within_ms,
        acknowledge_ms,
        arrive_within_ms,
        keep_percent,
        keep_percent_of: keep_percent_of
            .into_iter()
            .map(|(unit, percent)| (unit.into(), percent))
            .collect(),
        lead_from,
        recent_days,
        travel_minutes: travel.collect(),
        near_minutes,
        far_minutes,
        sign_offs: sign_offs.into_iter().map(Into::into).collect(),
        weights: ReinforcementWeights {
            minute,
            unlinked,
            recent_call,
            lead,
        },
    })
}
