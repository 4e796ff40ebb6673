//! Snapshot files: damaged ones are passed over; a state that can be decoded is the same when written and read again.

use std::cell::OnceCell;

use baiying_core::State;
use baiying_journal::Head;
use baiying_journal::snapshot::{Snapshot, load_latest, write};
use bytes::Bytes;
use tempfile::TempDir;

use crate::input::Input;

thread_local! {
    static DIR: OnceCell<TempDir> = const { OnceCell::new() };
}

/// `mode`, then: a file as it is (0), a whole snapshot with one byte changed (1), a serialised state (2).
pub fn snapshot(data: &[u8]) {
    let mut input = Input(data);
    match input.byte() % 3 {
        0 => file(input.0),
        1 => damaged(input),
        _ => state(input.0),
    }
}

/// Loads what stands in the one snapshot file of revision 7.
fn load(bytes: Option<&[u8]>) -> Option<Snapshot> {
    DIR.with(|dir| {
        let dir = dir
            .get_or_init(|| tempfile::tempdir().expect("a temporary directory"))
            .path();
        if let Some(bytes) = bytes {
            std::fs::write(dir.join(format!("{:020}.snap", 7)), bytes).expect("written");
        }
        let loaded = load_latest(dir, |head| head.revision == 7).expect("the directory is there");
        assert_eq!(
            loaded.warnings.len(),
            usize::from(loaded.snapshot.is_none()),
            "passed over without a word"
        );
        loaded.snapshot
    })
}

fn file(bytes: &[u8]) {
    let _ = load(Some(bytes));
}

fn damaged(mut input: Input<'_>) {
    let (place, flip) = (usize::from(input.short()), input.byte().max(1));
    let mut whole = Snapshot {
        head: Head::default(),
        state_hash: [input.byte(); 32],
        payload: Bytes::copy_from_slice(input.0),
    };
    whole.head.revision = 7;
    whole.head.sequence = u64::from(input.byte());
    let path = DIR.with(|dir| {
        let dir = dir
            .get_or_init(|| tempfile::tempdir().expect("a temporary directory"))
            .path();
        write(dir, &whole).expect("written")
    });
    assert_eq!(load(None).as_ref(), Some(&whole), "what was written comes back");
    let mut bytes = std::fs::read(path).expect("read");
    let at = place % bytes.len();
    bytes[at] ^= flip;
    assert_eq!(load(Some(&bytes)), None, "a damaged snapshot was taken");
    assert_eq!(load(Some(&bytes[..at])), None, "half a snapshot was taken");
}

/// The payload of a snapshot, as `daemon/src/engine/snapshots.rs` reads it.
fn state(bytes: &[u8]) {
    if let Ok((format, state)) = postcard::from_bytes::<(u32, State)>(bytes) {
        let again = postcard::to_stdvec(&(format, &state)).expect("serialised");
        let (_, read): (u32, State) = postcard::from_bytes(&again).expect("what was written can be read");
        assert_eq!(read, state);
    }
}
