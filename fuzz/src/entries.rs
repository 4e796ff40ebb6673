//! Stored events: any bytes are decoded or refused, and what was decoded means the same when stored again.

use baiying_journal::event::{decode, encode};

/// The payload of a commit.
pub fn entries(data: &[u8]) {
    if let Ok(entries) = decode(data) {
        assert_eq!(decode(&encode(&entries)).expect("what was stored can be read"), entries);
    }
}
