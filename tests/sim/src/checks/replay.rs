//! Replay from nothing, snapshot and tail, and every engine: the same state, to the bit.

use baiying_core::State;
use baiying_journal::SharedLog;
use baiying_journal::snapshot::Candidate;
use baiyingd::engine::{replay_from, state_hash};

use super::{Broken, Held, hold};

const CHECK: &str = "replay";

/// Holds the state of an engine that was just opened against the journal.
pub(super) fn opened(reference: &State, opened: &State) -> Held {
    hold(CHECK, opened == reference, || {
        format!(
            "an engine opened at revision {} with another state than the journal tells of at {}",
            opened.revision(),
            reference.revision()
        )
    })
}

/// Replays the journal alone, and from the snapshots, and compares hashes.
pub(super) fn from_nothing(reference: &State, log: &SharedLog, snapshots: Vec<Candidate>) -> Held {
    let expected = state_hash(reference);
    for (way, candidates) in [("from nothing", Vec::new()), ("from a snapshot", snapshots)] {
        let (state, _) = replay_from(candidates, log).map_err(|error| Broken::new(CHECK, error.to_string()))?;
        hold(CHECK, state_hash(&state) == expected, || {
            format!("replaying {way} gives another state at revision {}", state.revision())
        })?;
    }
    Ok(())
}
