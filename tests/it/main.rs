//! Journeys against the real binaries (`cargo build --release --bins` first), one module each.

mod after_action;
mod backup;
mod bad_files;
mod bad_input;
mod bad_rosters;
mod bench;
mod branch;
mod damage;
mod demo;
mod drill;
mod drill_simulated;
mod duty;
mod history;
mod hostile;
mod in_place;
mod journey;
mod kill;
mod listen;
mod plans;
mod python;
mod readiness;
mod reinforcement;
mod roster_workbook;
mod switch;
mod telemetry;
mod watch;
