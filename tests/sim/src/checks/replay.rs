//! Replay from nothing, snapshot and tail, and every engine: the same state, to the bit.

use baiying_core::State;
use baiying_journal::snapshot::{Candidate, Snapshot};
use baiying_journal::{JournalReader, SharedLog};
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

/// The newest whole snapshot of this journal was used: a start that passes it over is right, and takes for ever.
pub(super) fn taken(log: &SharedLog, candidates: &[Candidate], from: u64) -> Held {
    let is_ours = |snapshot: &&Snapshot| {
        let commit = log.commits_after(snapshot.head.revision.saturating_sub(1)).next();
        commit.is_some_and(|commit| commit.is_ok_and(|commit| commit.head() == snapshot.head))
    };
    let newest = candidates
        .iter()
        .filter_map(|(_, found)| found.as_ref().ok())
        .find(is_ours);
    let expected = newest.map_or(0, |snapshot| snapshot.head.revision);
    hold(CHECK, from == expected, || {
        format!("an engine opened from revision {from}, and its newest good snapshot is of {expected}")
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
