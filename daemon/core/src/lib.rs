//! The mobilization core: `decide` says what follows from a command, `evolve` makes it so.
//!
//! Pure by rule: no runtime, RPC, storage, clock or randomness, here or in the manifest (a test reads it). Time and ids come
//! with the command and are journaled, so that replaying the journal gives the same state on every machine.

pub mod board;
pub mod branch;
pub mod calendar;
pub mod command;
pub mod command_post;
mod decide;
pub mod deployment;
pub mod duty;
pub mod event;
pub mod exercise;
pub mod field;
pub mod id;
pub mod import;
pub mod in_place;
pub mod laws;
pub mod leave;
pub mod lot;
pub mod muster;
pub mod order;
pub mod org;
pub mod people;
pub mod plan;
pub mod policy;
pub mod post;
pub mod quota;
pub mod readiness;
pub mod reinforcement;
pub mod rejection;
pub mod request;
pub mod response;
pub mod shared;
pub mod situation;
pub mod spot_check;
mod state;
pub mod team;
pub mod word;

#[cfg(test)]
mod testing;

pub use decide::{Decision, decide};
pub use rejection::Rejection;
pub use state::State;

#[cfg(test)]
mod tests {
    /// The core is pure: what it may use is in its manifest, and this is all there is.
    #[test]
    fn the_manifest_has_no_runtime_rpc_storage_clock_or_randomness() {
        let manifest = include_str!("../Cargo.toml");
        let sections = || {
            manifest
                .lines()
                .filter(|line| line.starts_with('[') && line.contains("dependencies"))
        };
        assert_eq!(sections().collect::<Vec<_>>(), ["[dependencies]", "[dev-dependencies]"]);
        let (_, rest) = manifest.split_once("[dependencies]").expect("the section");
        let section = rest.split("\n[").next().unwrap_or_default();
        let names: Vec<_> = section
            .lines()
            .filter(|line| !line.trim().is_empty())
            .map(str::trim)
            .collect();
        let expected = [
            "jiff.workspace = true",
            "serde.workspace = true",
            "thiserror.workspace = true",
        ];
        assert_eq!(names, expected);
        // A calendar without its std feature has neither a clock nor the system's zones.
        let workspace = include_str!("../../../Cargo.toml");
        let jiff = workspace
            .lines()
            .find(|line| line.starts_with("jiff = "))
            .expect("declared");
        assert!(
            jiff.contains(r#"default-features = false, features = ["alloc", "tzdb-bundle-always"]"#),
            "{jiff}"
        );
    }
}
