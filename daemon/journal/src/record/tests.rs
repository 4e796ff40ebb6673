//! The record format: pinned by bytes, and proof against any bytes.

use bytes::Bytes;
use proptest::prelude::*;

use super::*;
use crate::journal::{Commit, Head};

/// Version 1, as it was first written. It decodes for ever; never change it.
const FIXTURE_V1: &str = "42594a520100030007000000000000000300000000000000290000000000000002000000000000000000000001000000\
    abababababababababababababababababababababababababababababababab050000007461696c21";
/// Of these bytes, computed with another program.
const CRC_V1: &str = "b48d2e1d";
/// Of both, computed with another program.
const HASH_V1: &str = "2fc77101626f2feb9211218e1f67925039e2203945309cec83e40b2023c63e13";

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn fixture() -> (Head, Commit) {
    let head = Head {
        sequence: 6,
        epoch: 2,
        revision: 40,
        hash: [0xab; 32],
    };
    (
        head,
        Commit {
            epoch: 3,
            count: 2,
            payload: Bytes::from_static(b"tail!"),
        },
    )
}

#[test]
fn version_1_is_pinned() {
    let (before, commit) = fixture();
    let (records, head) = encode_commit(&before, &commit);
    let encoded = hex(&records[0]);
    let (body, crc) = encoded.split_at(encoded.len() - 8);
    assert_eq!(body, FIXTURE_V1);
    assert_eq!(crc, CRC_V1);
    assert_eq!(hex(&head.hash), HASH_V1);
    let (header, payload) = decode(&records[0]).unwrap();
    assert_eq!(
        (header.sequence, header.epoch, header.first_revision, header.count),
        (7, 3, 41, 2)
    );
    assert_eq!(
        (header.part, header.parts, header.previous, payload),
        (0, 1, [0xab; 32], &b"tail!"[..])
    );
}

#[test]
fn each_damage_has_its_own_diagnosis() {
    let (before, commit) = fixture();
    let good = encode_commit(&before, &commit).0.remove(0).to_vec();
    let change = |at: usize, byte: u8| {
        let mut bad = good.clone();
        bad[at] = byte;
        decode(&bad).unwrap_err()
    };
    assert_eq!(decode(&good[..20]).unwrap_err(), RecordError::Short { len: 20 });
    assert_eq!(change(0, b'X'), RecordError::Magic);
    assert_eq!(change(4, 2), RecordError::NewerVersion { found: 2 });
    assert_eq!(change(4, 0), RecordError::UnknownVersion { found: 0 });
    assert_eq!(change(80, 6), RecordError::Length { said: 6, found: 5 });
    assert!(matches!(change(8, 1), RecordError::Checksum { .. }));
    assert!(matches!(change(85, 1), RecordError::Checksum { .. }));

    let contradiction = |change: fn(&mut Header)| {
        let (mut header, payload) = decode(&good).unwrap();
        change(&mut header);
        decode(&super::encode::encode(&header, payload)).unwrap_err()
    };
    assert!(matches!(
        contradiction(|header| header.part = 1),
        RecordError::Header { .. }
    ));
    assert!(matches!(
        contradiction(|header| header.count = 0),
        RecordError::Header { .. }
    ));
    assert!(matches!(
        contradiction(|header| header.count = u64::MAX),
        RecordError::Header { .. }
    ));
}

#[test]
fn every_flipped_bit_is_noticed() {
    let (before, commit) = fixture();
    let good = encode_commit(&before, &commit).0.remove(0).to_vec();
    for bit in 0..good.len() * 8 {
        let mut bad = good.clone();
        bad[bit / 8] ^= 1 << (bit % 8);
        assert!(decode(&bad).is_err(), "bit {bit}");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_decoded_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = decode(&bytes);
        let mut likely = bytes;
        likely.resize(likely.len().max(OVERHEAD), 0);
        likely[..4].copy_from_slice(&MAGIC);
        likely[4..6].copy_from_slice(&1_u16.to_le_bytes());
        let payload = (likely.len() - OVERHEAD) as u32;
        likely[80..84].copy_from_slice(&payload.to_le_bytes());
        let end = likely.len() - 4;
        let crc = crc32c::crc32c(&likely[..end]);
        likely[end..].copy_from_slice(&crc.to_le_bytes());
        let _ = decode(&likely);
        let _ = crate::chain::Chain::starting_with(&likely);
    }

    #[test]
    fn a_commit_survives_its_records(len in 0..40_000_usize, count in 1..9_u64, epoch in 1..9_u64) {
        let payload = crate::conformance::noise(len as u64, len);
        let before = Head { sequence: 3, epoch: 1, revision: 17, hash: [7; 32] };
        let (records, head) = encode_commit(&before, &Commit { epoch, count, payload: payload.clone() });
        let mut assembler = crate::assemble::Assembler::starting_with(&records[0]).unwrap();
        let mut commits = records.iter().filter_map(|record| assembler.accept(record).unwrap());
        let commit = commits.next().unwrap();
        prop_assert_eq!(commit.head(), head);
        prop_assert_eq!((commit.first_revision, commit.count), (18, count));
        prop_assert!(commit.payload == payload);
        prop_assert!(commits.next().is_none());
    }
}
