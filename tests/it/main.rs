//! Journeys against the real binaries (`cargo build --release --bins` first), one module each.

mod backup;
mod bad_files;
mod bad_input;
mod bench;
mod damage;
mod demo;
mod duty;
mod history;
mod hostile;
mod in_place;
mod journey;
mod kill;
mod listen;
mod python;
mod roster_workbook;
mod telemetry;
mod watch;
