//! Splits a commit into records.

use bytes::{BufMut, Bytes, BytesMut};

use super::{FIRST, FORMAT_VERSION, HEADER_LEN, Header, LAST, MAGIC, OVERHEAD, PART_LEN, hash};
use crate::journal::{Commit, Head};

/// The records that append `commit` to a journal that ends at `before`, and where it ends then.
pub(crate) fn encode_commit(before: &Head, commit: &Commit) -> (Vec<Bytes>, Head) {
    let parts = commit.payload.len().div_ceil(PART_LEN).max(1);
    let parts = u32::try_from(parts).expect("a commit is smaller than 2^32 records");
    let mut head = *before;
    let mut records = Vec::with_capacity(parts as usize);
    for part in 0..parts {
        let from = part as usize * PART_LEN;
        let to = commit.payload.len().min(from + PART_LEN);
        let header = Header {
            sequence: head.sequence + 1,
            epoch: commit.epoch,
            first_revision: before.revision + 1,
            count: commit.count,
            part,
            parts,
            previous: head.hash,
        };
        let record = encode(&header, &commit.payload[from..to]);
        head.sequence += 1;
        head.hash = hash(&record);
        records.push(record);
    }
    head.epoch = commit.epoch;
    head.revision = before.revision + commit.count;
    (records, head)
}

pub(super) fn encode(header: &Header, payload: &[u8]) -> Bytes {
    let Header {
        sequence,
        epoch,
        first_revision,
        count,
        part,
        parts,
        previous,
    } = header;
    let mut flags = 0;
    if header.is_first() {
        flags |= FIRST;
    }
    if header.is_last() {
        flags |= LAST;
    }
    let mut out = BytesMut::with_capacity(payload.len() + OVERHEAD);
    out.put_slice(&MAGIC);
    out.put_u16_le(FORMAT_VERSION);
    out.put_u16_le(flags);
    out.put_u64_le(*sequence);
    out.put_u64_le(*epoch);
    out.put_u64_le(*first_revision);
    out.put_u64_le(*count);
    out.put_u32_le(*part);
    out.put_u32_le(*parts);
    out.put_slice(previous);
    out.put_u32_le(u32::try_from(payload.len()).expect("a part is small"));
    debug_assert_eq!(out.len(), HEADER_LEN);
    out.put_slice(payload);
    out.put_u32_le(crc32c::crc32c(&out));
    out.freeze()
}
