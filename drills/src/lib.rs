//! Drills: everything about Baiying that is made up, and everything that drives a daemon as the world would.
//!
//! - [`synth`]: districts of real places and invented people, as files and as rows.
//! - [`behaviour`]: how people answer an order, as distributions.
//! - [`responders`]: people and leads who answer a real daemon over its public API.
//! - [`load`]: imports, and the measurements of the bench.
//! - [`process`]: the real daemon as a child process, for the demo, the bench and the journeys in `tests`.
//!
//! Nothing here is part of the daemon, and nothing here knows more of it than its public API.

pub mod behaviour;
mod client;
mod clock;
#[cfg(test)]
mod fake;
mod latency;
pub mod load;
mod population;
pub mod process;
pub mod responders;
mod seed;
pub mod synth;

pub use client::ClientError;
pub use latency::Quantiles;
pub use population::{LedTeam, Participant, Population};
