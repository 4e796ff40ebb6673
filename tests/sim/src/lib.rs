//! The simulator: the real engine in small seeded worlds where everything that can go wrong does, and checkers that forgive
//! nothing.
//!
//! A seed is a world: a district, clients with skewed clocks, a network that loses, doubles, delays and reorders, two engines on
//! one journal that are killed at any step. No real time, no threads within a world. `checks/` holds what must be.

mod book;
mod checks;
mod client;
mod dice;
mod district;
mod generate;
mod journal;
pub mod mutants;
mod node;
mod policy;
mod profile;
mod run;
mod tally;
mod trace;
mod world;

pub use checks::Broken;
pub use node::Damage;
pub use run::{ACTS, Report, Summary, repeat_with, run, run_many, run_until};
pub use tally::{Fault, Outcome, Tally};
