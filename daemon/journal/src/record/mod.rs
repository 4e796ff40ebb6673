//! The stored record, version 1: a fixed header, a part of a commit's payload, a checksum. Little-endian.
//!
//! | at | bytes | what |
//! |---|---|---|
//! | 0 | 4 | magic `BYJR` |
//! | 4 | 2 | format version, 1 |
//! | 6 | 2 | flags: bit 0 first part of its commit, bit 1 last part |
//! | 8 | 8 | sequence, from 1 without gaps |
//! | 16 | 8 | epoch of the writer |
//! | 24 | 8 | first revision of the commit |
//! | 32 | 8 | events of the commit |
//! | 40 | 4 | index of this part, from 0 |
//! | 44 | 4 | parts of the commit |
//! | 48 | 32 | SHA-256 of the record before, all of its bytes; zero for the first |
//! | 80 | 4 | payload length |
//! | 84 | n | payload |
//! | 84+n | 4 | CRC32C of everything before |

mod decode;
mod encode;
#[cfg(test)]
mod tests;

use sha2::{Digest, Sha256};

pub(crate) use decode::length;
pub use decode::{RecordError, decode};
pub(crate) use encode::encode_commit;

pub(crate) const MAGIC: [u8; 4] = *b"BYJR";
/// The version written; every version up to it is read.
pub const FORMAT_VERSION: u16 = 1;
pub(crate) const FIRST: u16 = 1;
pub(crate) const LAST: u16 = 2;
pub(crate) const HEADER_LEN: usize = 84;
const CRC_LEN: usize = 4;
/// Bytes a record has besides its payload.
pub(crate) const OVERHEAD: usize = HEADER_LEN + CRC_LEN;

/// Longest payload the format allows.
pub const PAYLOAD_MAX: usize = 64 * 1024;
/// Longest payload written. Smaller than allowed because of sled 0.34: a leaf holds up to 18 values and is rewritten whole, and
/// whatever is over 128 KiB goes to a file of its own that is never synced. 18 of these stay below that.
pub const PART_LEN: usize = 6 * 1024;

/// What a record's header says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Header {
    /// From 1, without gaps.
    pub sequence: u64,
    /// Of the writer.
    pub epoch: u64,
    /// First revision of the commit this is a part of.
    pub first_revision: u64,
    /// Events of the commit.
    pub count: u64,
    /// Which part of the commit, from 0.
    pub part: u32,
    /// How many parts it has.
    pub parts: u32,
    /// Hash of the record before.
    pub previous: [u8; 32],
}

impl Header {
    /// Whether the commit begins here.
    pub fn is_first(&self) -> bool {
        self.part == 0
    }
    /// Whether the commit ends here.
    pub fn is_last(&self) -> bool {
        self.part + 1 == self.parts
    }
    /// The last revision of the commit.
    pub fn last_revision(&self) -> u64 {
        self.first_revision + self.count - 1
    }
}

/// The hash that the next record carries.
pub fn hash(encoded: &[u8]) -> [u8; 32] {
    Sha256::digest(encoded).into()
}
