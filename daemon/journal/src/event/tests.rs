//! Every kind of fact survives being stored; the bytes of version 1 are pinned; no bytes make the decoder panic.

mod exercise;
mod generate;

use baiying_core::event::Entry;
use proptest::prelude::*;

use super::*;

/// One line a kind of event: its name and an entry with one, as first written. Lines are added and never changed.
const FIXTURES_V1: &str = include_str!("tests/entries_v1.hex");

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Vec<u8> {
    text.as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

/// The name of an event's kind, as it stands in its debug form.
fn name(entry: &Entry) -> String {
    let text = format!("{:?}", entry.events[0]);
    text.split([' ', '(', '{']).next().unwrap().to_owned()
}

#[test]
fn version_1_is_pinned() {
    let wanted = generate::examples()
        .into_iter()
        .map(|entry| (name(&entry), hex(&encode(&[entry]))));
    let text = wanted
        .map(|(name, bytes)| format!("{name} {bytes}\n"))
        .collect::<String>();
    assert!(
        text == FIXTURES_V1,
        "entries are stored in another way than they were:\n{text}"
    );
    for (line, entry) in FIXTURES_V1.lines().zip(generate::examples()) {
        let (name, bytes) = line.split_once(' ').unwrap();
        assert_eq!(decode(&unhex(bytes)).unwrap(), [entry], "{name}");
    }
}

#[test]
fn every_kind_has_an_example() {
    let mut names = generate::examples().iter().map(name).collect::<Vec<_>>();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), generate::KINDS);
}

#[test]
fn what_a_newer_release_wrote_is_an_error() {
    use prost::Message;
    let entry = |event: pb::Event| pb::Batch {
        entries: vec![pb::Entry {
            at_unix_ms: 5,
            actor: "a".to_owned(),
            request: None,
            events: vec![event],
        }],
    };
    let unknown_kind = entry(pb::Event { kind: None }).encode_to_vec();
    assert_eq!(decode(&unknown_kind).unwrap_err().reason(), "JOURNAL_EVENT_DAMAGED");
    let unit = pb::UnitRecorded {
        unit: 1,
        code: "1".into(),
        name: "x".into(),
        kind: 99,
        parent: None,
    };
    let unknown_value = entry(pb::Event {
        kind: Some(pb::event::Kind::UnitRecorded(unit)),
    })
    .encode_to_vec();
    assert_eq!(
        decode(&unknown_value).unwrap_err(),
        EventError::Unknown {
            field: "unit.kind",
            value: 99
        }
    );
}

#[test]
fn odd_runs_of_people_are_refused() {
    use super::common::people;
    for bad in [
        &[1][..],
        &[0, 1],
        &[1, 0],
        &[1, 1, 0, 1],
        &[u32::MAX, 1],
        &[1, u32::MAX],
        &[1, 1 << 27],
    ] {
        assert!(people("people", bad).is_err(), "{bad:?}");
    }
    assert_eq!(people("people", &[]).unwrap().len(), 0);
    assert_eq!(
        people("people", &[3, 2, 4, 1])
            .unwrap()
            .as_slice()
            .iter()
            .map(|p| p.0)
            .collect::<Vec<_>>(),
        [3, 4, 9]
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn entries_survive_being_stored(entries in prop::collection::vec(generate::entry(), 0..6)) {
        prop_assert_eq!(decode(&encode(&entries)).unwrap(), entries);
    }

    #[test]
    fn damaged_entries_are_an_error_or_other_entries(entry in generate::entry(), at in any::<prop::sample::Index>(), bits in 1..255_u8) {
        let mut bytes = encode(&[entry]).to_vec();
        let at = at.index(bytes.len());
        bytes[at] ^= bits;
        let _ = decode(&bytes);
        let _ = decode(&bytes[..at]);
    }

    #[test]
    fn any_bytes_are_decoded_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = decode(&bytes);
    }
}
