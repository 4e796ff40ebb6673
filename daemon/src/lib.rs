//! The mobilization daemon. Data goes one way: command → decide → events → journal → evolve → replies, deltas, effects.
//!
//! Tests build the same [`app::App`] in-process that the binary runs.

pub mod api;
pub mod app;
pub mod clock;
pub mod commands;
pub mod config;
mod disk;
pub mod engine;
pub mod files;
pub mod hex;
pub mod plan_file;
pub mod scenario_file;
mod schedule;
pub mod telemetry;
