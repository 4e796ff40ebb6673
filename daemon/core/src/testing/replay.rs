//! Replaying gives the same state, from nothing and from a snapshot.

use crate::State;
use crate::event::Entry;

/// A snapshot before, with this entry after it, is the same state.
pub(super) fn check_snapshot(before: &State, entry: &Entry, after: &State) {
    let snapshot = postcard::to_stdvec(before).expect("serialised");
    let mut restored: State = postcard::from_bytes(&snapshot).expect("deserialised");
    restored.link_worlds();
    assert_eq!(restored, *before, "a snapshot is the state");
    restored.evolve(entry);
    assert_eq!(restored, *after, "snapshot and tail are the state");
}

/// Replaying everything gives the same state.
pub(super) fn check_replay(journal: &[Entry], state: &State) {
    let mut replayed = State::default();
    journal.iter().for_each(|entry| replayed.evolve(entry));
    assert_eq!(replayed, *state, "replay is the state");
}
