//! Snapshot files: damaged ones are passed over; a state that can be decoded is the same when written and read again.

use baiying_core::State;
use baiying_journal::Head;
use baiying_journal::snapshot::{Snapshot, decode, encode};
use bytes::Bytes;
use sha2::{Digest, Sha256};

use crate::input::Input;

/// Offsets of the format (see `daemon/journal/src/snapshot.rs`), to repair what a mutation broke.
const LENGTH: usize = 96;
const SUM: usize = 104;
const HASH: usize = 108;
const HEADER: usize = 140;

/// `mode`, then: a file as it is and with its sums made right (0), a whole snapshot with one byte changed (1), a serialised state (2).
pub fn snapshot(data: &[u8]) {
    let mut input = Input(data);
    match input.byte() % 3 {
        0 => {
            file(input.0);
            mended(input.0);
        }
        1 => damaged(input),
        _ => state(input.0),
    }
}

fn file(bytes: &[u8]) {
    if let Ok(snapshot) = decode(&Bytes::copy_from_slice(bytes)) {
        assert_eq!(decode(&encode(&snapshot)), Ok(snapshot), "what was written comes back");
    }
}

/// A file whose magic, version, length and sums are right: whatever else it says, it is whole.
fn mended(bytes: &[u8]) {
    let mut bytes = bytes.to_vec();
    if bytes.len() < HEADER {
        return;
    }
    let length = (bytes.len() - HEADER) as u64;
    let sum = crc32c::crc32c(&bytes[HEADER..]);
    bytes[..8].copy_from_slice(b"BYSN\x01\x00\x00\x00");
    bytes[LENGTH..LENGTH + 8].copy_from_slice(&length.to_le_bytes());
    bytes[SUM..HASH].copy_from_slice(&sum.to_le_bytes());
    let hash = Sha256::new()
        .chain_update(&bytes[..HASH])
        .chain_update(&bytes[HEADER..]);
    bytes[HASH..HEADER].copy_from_slice(&hash.finalize());
    let read = decode(&bytes.clone().into()).expect("a whole snapshot is taken");
    assert_eq!(encode(&read), bytes, "what was read is written as it was");
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
    let mut bytes = encode(&whole).to_vec();
    assert_eq!(decode(&bytes.clone().into()), Ok(whole), "what was written comes back");
    let at = place % bytes.len();
    bytes[at] ^= flip;
    assert!(decode(&bytes.clone().into()).is_err(), "a damaged snapshot was taken");
    bytes.truncate(at);
    assert!(decode(&bytes.into()).is_err(), "half a snapshot was taken");
}

/// The payload of a snapshot, as `daemon/src/engine/snapshots.rs` reads it.
fn state(bytes: &[u8]) {
    if let Ok((format, state)) = postcard::from_bytes::<(u32, State)>(bytes) {
        let again = postcard::to_stdvec(&(format, &state)).expect("serialised");
        let (_, read): (u32, State) = postcard::from_bytes(&again).expect("what was written can be read");
        assert_eq!(read, state);
    }
}
