//! The laws, held after every step of a test.

use crate::State;
use crate::event::Entry;
use crate::laws::{counts, duties, responses_go_on, version_goes_on};

/// What one entry does to a state.
pub(super) fn check_step(before: &State, entry: &Entry, after: &State) {
    assert_eq!(
        after.revision(),
        entry.after(before.revision()),
        "the revision moves by the number of events"
    );
    assert_eq!(after.at(), Some(entry.at));
    for version in after.orders.iter().flat_map(|order| &order.versions) {
        counts(version).expect("the sum holds");
    }
    duties(after).expect("one duty a person");
    for (old, new) in before.orders.iter().zip(after.orders.iter()) {
        for (old, new) in old.versions.iter().zip(&new.versions) {
            version_goes_on(old, new).expect("nothing goes back");
        }
    }
    responses_go_on(before, after).expect("history is append-only");
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
