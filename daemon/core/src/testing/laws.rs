//! The laws, held after every step of a test.

use crate::State;
use crate::event::Entry;
use crate::laws;

/// What one entry does to a state.
pub(super) fn check_step(before: &State, entry: &Entry, after: &State) {
    laws::step(before, entry, after).expect("the laws hold");
    // A snapshot before, with this entry after it, is the same state.
    let snapshot = postcard::to_stdvec(before).expect("serialised");
    let mut restored: State = postcard::from_bytes(&snapshot).expect("deserialised");
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
