//! Scenarios (演练脚本) as files: TOML as documented in `deploy/docs/scenarios.md`, read whole, with every problem and its line.
//!
//! This is the only reader: the command line sends the text, and the scenarios that ship are read here when the daemon starts.

mod read;
#[cfg(test)]
mod tests;
mod write;

use std::collections::BTreeMap;
use std::sync::Arc;

use baiying_core::exercise::scenario::Scenario;

pub use read::{SCENARIO_BYTES_MAX, read};
pub use write::write;

/// The scenarios that ship, compiled in.
const SHIPPED: [&str; 9] = [
    include_str!("../../../drills/scenarios/command-lost.toml"),
    include_str!("../../../drills/scenarios/dead-numbers.toml"),
    include_str!("../../../drills/scenarios/double-blind.toml"),
    include_str!("../../../drills/scenarios/dyke.toml"),
    include_str!("../../../drills/scenarios/earthquake-tabletop.toml"),
    include_str!("../../../drills/scenarios/gateway-outage.toml"),
    include_str!("../../../drills/scenarios/night-call-out.toml"),
    include_str!("../../../drills/scenarios/outbreak.toml"),
    include_str!("../../../drills/scenarios/typhoon.toml"),
];

/// The scenarios that ship, by code: version 0 of each.
pub fn shipped() -> BTreeMap<Box<str>, Arc<Scenario>> {
    let scenarios = SHIPPED
        .iter()
        .map(|text| read(text).expect("a scenario that ships is good"));
    scenarios
        .map(|scenario| (scenario.code.clone(), Arc::new(scenario)))
        .collect()
}
