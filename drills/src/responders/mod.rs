//! Simulated responders: people and leads who answer a real daemon over its public API as the behaviour model says.
//!
//! First everything is planned ([`plan`]): which report is made when, on whose word, under which request id. Planning is pure. Then the
//! plan is played in compressed time over a bounded number of lanes; what belongs to one lead or person stays in one lane and in order.
//! A daemon that stops, is busy or is killed is asked again under the same request id until it answers.

mod exercise;
mod fact;
mod lane;
mod offline;
mod plan;
mod receive;
mod report;
mod requests;
mod run;
mod script;

pub use exercise::{PlayError, Played, SimulateOptions, Told, simulate};
pub use plan::{PlanInput, Site, plan};
pub use report::{Progress, RunReport};
pub use run::{RunOptions, Target, Transport, run};
pub use script::{Action, By, Observed, OfflineReport, Planned, Script};

#[cfg(test)]
mod tests;
