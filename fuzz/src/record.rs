//! Records of the journal: damage is refused, never taken for something else; what can be read chains or is refused.

use baiying_journal::assemble::Assembler;
use baiying_journal::record::decode;
use baiying_journal::{Appended, Commit, Head, Journal, MemoryJournal};
use bytes::Bytes;

use crate::input::Input;

/// Offsets of the format (see `daemon/journal/src/record/mod.rs`), to repair what a mutation broke.
const SEQUENCE: usize = 8;
const PREVIOUS: usize = 48;
const LENGTH: usize = 80;
const CHECKSUM: usize = 4;
const OVERHEAD: usize = 84 + CHECKSUM;

/// `mode`, then: commits that are stored, damaged and read back (even), or records as they are or repaired (odd).
pub fn record(data: &[u8]) {
    let mut input = Input(data);
    if input.byte().is_multiple_of(2) {
        damaged(input);
    } else {
        foreign(input);
    }
}

/// Stores commits, checks that they come back, then damages one record.
fn damaged(mut input: Input<'_>) {
    let mut journal = MemoryJournal::new();
    let (place, flip) = (usize::from(input.short()), input.byte().max(1));
    let mut commits = Vec::new();
    let mut epoch = 1;
    while !input.is_empty() && commits.len() < 8 {
        epoch += u64::from(input.byte() & 1);
        let count = u64::from(input.byte()) + 1;
        let times = usize::from(input.byte() & 15) * 40 + 1;
        let payload = Bytes::from(input.piece().repeat(times));
        commits.push(Commit { epoch, count, payload });
    }
    for commit in &commits {
        let head = journal.head();
        let appended = journal.append(&head, commit).expect("memory takes it");
        assert!(matches!(appended, Appended::Durable(_)), "{appended:?}");
    }
    let reader = journal.reader();
    let stored: Vec<_> = reader.commits_after(0).map(|commit| commit.expect("whole")).collect();
    assert!(
        stored
            .iter()
            .map(|stored| (stored.epoch, stored.count, &stored.payload))
            .eq(commits
                .iter()
                .map(|commit| (commit.epoch, commit.count, &commit.payload))),
        "what was stored comes back"
    );
    assert_eq!(
        stored.last().map(|last| last.head()).unwrap_or_default(),
        journal.head()
    );
    let mut records: Vec<Vec<u8>> = reader.records_from(1).map(|it| it.expect("whole").1.to_vec()).collect();
    let total: usize = records.iter().map(Vec::len).sum();
    let Some(mut at) = place.checked_rem(total) else { return };
    let hit = records
        .iter()
        .position(|record| at.checked_sub(record.len()).map(|left| at = left).is_none());
    let hit = hit.expect("the place is within them");
    records[hit][at] ^= flip;
    assert!(decode(&records[hit]).is_err(), "a damaged record was taken");
    assert_eq!(
        whole_commits(&records),
        hit,
        "everything up to the damage is read, and nothing after it"
    );
}

/// Reads records that may be anything.
fn foreign(mut input: Input<'_>) {
    let mut records: Vec<Vec<u8>> = Vec::new();
    let mut previous = Head::default();
    while !input.is_empty() && records.len() < 16 {
        let repair = input.byte() & 1 == 1;
        let mut record = input.piece().to_vec();
        if repair && record.len() >= OVERHEAD {
            previous.sequence += 1;
            mend(&mut record, &previous);
        }
        if let Ok((header, payload)) = decode(&record) {
            assert_eq!(payload.len(), record.len() - OVERHEAD);
            assert!(header.last_revision() >= header.first_revision);
            previous.hash = baiying_journal::record::hash(&record);
        }
        records.push(record);
    }
    whole_commits(&records);
}

/// Makes a record's checksum and its place in the chain right.
fn mend(record: &mut [u8], previous: &Head) {
    let body = record.len() - CHECKSUM;
    let payload = u32::try_from(record.len() - OVERHEAD).expect("small");
    record[..6].copy_from_slice(b"BYJR\x01\x00");
    record[SEQUENCE..SEQUENCE + 8].copy_from_slice(&previous.sequence.to_le_bytes());
    record[PREVIOUS..PREVIOUS + 32].copy_from_slice(&previous.hash);
    record[LENGTH..LENGTH + 4].copy_from_slice(&payload.to_le_bytes());
    let sum = crc32c::crc32c(&record[..body]);
    record[body..].copy_from_slice(&sum.to_le_bytes());
}

/// Puts commits together, each of just the records it was split over; says how many records were read before the first that
/// did not follow.
fn whole_commits(records: &[Vec<u8>]) -> usize {
    let Some(Ok(mut assembler)) = records.first().map(|first| Assembler::starting_with(first)) else {
        return 0;
    };
    let (mut parts, mut revision) = (Vec::new(), None);
    for (read, record) in records.iter().enumerate() {
        let Ok(commit) = assembler.accept(&Bytes::from(record.clone())) else {
            return read;
        };
        parts.extend_from_slice(decode(record).expect("it was accepted").1);
        if let Some(commit) = commit {
            assert!(revision.is_none_or(|last| commit.first_revision == last + 1), "a gap");
            assert_eq!(commit.payload, parts, "a commit is its parts, and nothing else");
            revision = Some(commit.head().revision);
            parts.clear();
        }
    }
    records.len()
}
