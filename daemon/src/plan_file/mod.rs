//! Plans (预案) as files: TOML as documented in `deploy/docs/plans.md`, read whole, with every problem and its line.
//!
//! This is the only reader: the command line sends the text, and the plans that ship are read here when the daemon starts.

mod line;
mod read;
pub(crate) mod section;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use baiying_core::plan::Plan;
use baiying_core::policy::Policy;

pub use line::line_of;
pub use read::{PLAN_BYTES_MAX, read};

/// The plans that ship, compiled in.
const SHIPPED: [&str; 5] = [
    include_str!("../../../deploy/plans/earthquake.toml"),
    include_str!("../../../deploy/plans/epidemic.toml"),
    include_str!("../../../deploy/plans/flood.toml"),
    include_str!("../../../deploy/plans/generic.toml"),
    include_str!("../../../deploy/plans/typhoon.toml"),
];

/// The plans that ship, by kind: version 0 of each.
pub fn shipped() -> BTreeMap<Box<str>, Arc<Plan>> {
    let plans = SHIPPED
        .iter()
        .map(|text| read(text).expect("a plan that ships is good"));
    plans.map(|plan| (plan.kind.clone(), Arc::new(plan))).collect()
}

/// The policy when nothing is configured, with the plans and the scenarios that ship.
pub fn default_policy() -> Policy {
    Policy {
        plans: shipped(),
        scenarios: crate::scenario_file::shipped(),
        ..Policy::default()
    }
}
