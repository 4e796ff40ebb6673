//! The traps of sled 0.34.7, each sprung on purpose.

use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use super::*;
use crate::conformance::{append, commit, noise, read};
use crate::disk::Backend;
use crate::disk::tests::{copy, filled, open, open_as, reason};
use crate::{Journal, verify};

/// sled's own index would hide damage to what it covers: without it every byte of the log is read on open.
fn remove_sled_index(dir: &Path) {
    for entry in fs::read_dir(dir.join("sled")).unwrap() {
        let path = entry.unwrap().path();
        if path.file_name().unwrap().to_string_lossy().starts_with("snap.") {
            fs::remove_file(path).unwrap();
        }
    }
}

#[test]
fn nothing_is_stored_in_files_that_sled_never_syncs() {
    let temp = tempfile::tempdir().unwrap();
    let mut journal = open_as(Backend::Sled, temp.path()).unwrap();
    for seed in 0..100 {
        append(&mut journal, &commit(1, 1, noise(seed, 6_144)));
    }
    append(&mut journal, &commit(1, 1, noise(7, 2_000_000)));
    journal.truncate_before(90).unwrap();
    drop(journal);
    assert_eq!(fs::read_dir(temp.path().join("sled/blobs")).unwrap().count(), 0);
}

#[test]
fn a_half_written_index_is_cleaned_away() {
    let temp = tempfile::tempdir().unwrap();
    let head = filled(Backend::Sled, temp.path(), 5);
    for name in ["snap.FFFFFFFFFFFFFFFF.generating", "snap.0000000000000000.generating"] {
        fs::write(temp.path().join("sled").join(name), b"half").unwrap();
    }
    assert_eq!(open(temp.path()).unwrap().head(), head);
}

#[test]
fn a_gap_is_refused() {
    let temp = tempfile::tempdir().unwrap();
    let source = temp.path().join("source");
    filled(Backend::Sled, &source, 10);
    for (sequence, name) in [(1, "first"), (4, "middle")] {
        let copied = temp.path().join(name);
        copy(&source, &copied);
        let store = SledStore::open(&copied, 64 << 20).unwrap();
        store.db().unwrap().remove(key(sequence)).unwrap();
        store.sync().unwrap();
        drop(store);
        assert_eq!(reason(open(&copied)), "JOURNAL_CHAIN_BROKEN");
    }
}

#[test]
fn an_interrupted_truncation_is_finished() {
    let temp = tempfile::tempdir().unwrap();
    let head = filled(Backend::Sled, temp.path(), 10);
    let mut journal = open(temp.path()).unwrap();
    let records = journal
        .reader()
        .records_from(1)
        .map(|record| record.unwrap().1)
        .collect::<Vec<_>>();
    journal.truncate_before(15).unwrap();
    let base = journal.shared.index.read().base();
    assert!(base.sequence > 2);
    // The last of the records that were dropped, which is in the middle of a commit, comes back.
    let at = base.sequence as usize - 1;
    let store = journal.shared.store.read();
    assert!(matches!(
        store.append(base.sequence, &records[at..=at]),
        Ok(Written::Durable)
    ));
    drop(store);
    drop(journal);
    let journal = open(temp.path()).unwrap();
    assert_eq!(journal.head(), head);
    assert_eq!(journal.shared.store.read().get(base.sequence).unwrap(), None);
    drop(journal);
    let report = verify(temp.path()).unwrap();
    assert_eq!((report.base, report.events, report.commits), (base, 15, 5));
}

/// Opens copies of a journal with a damaged database: each is intact or refused, and never shorter than acknowledged.
fn sweep(damage: impl Fn(&File, u64, u64), rounds: u64) -> (u64, u64) {
    let temp = tempfile::tempdir().unwrap();
    let source = temp.path().join("source");
    let head = filled(Backend::Sled, &source, 60);
    let len = fs::metadata(source.join("sled/db")).unwrap().len();
    let (mut intact, mut refused) = (0, 0);
    for round in 0..rounds {
        let dir: PathBuf = temp.path().join(format!("{round}"));
        copy(&source, &dir);
        if round % 2 == 0 {
            remove_sled_index(&dir);
        }
        let file = File::options()
            .write(true)
            .read(true)
            .open(dir.join("sled/db"))
            .unwrap();
        damage(&file, len, round);
        drop(file);
        match open(&dir) {
            Ok(journal) => {
                assert_eq!(journal.head(), head, "round {round}");
                let payloads = read(&*journal.reader(), 0);
                for (seed, (.., payload)) in (0..).zip(&payloads) {
                    assert!(*payload == noise(seed, payload.len()), "round {round}, commit {seed}");
                }
                assert_eq!(payloads.len(), 60);
                intact += 1;
            }
            Err(error) => {
                assert!(
                    error.reason().starts_with("JOURNAL_") && error.reason() != "JOURNAL_LOCKED",
                    "{error}"
                );
                refused += 1;
            }
        }
        // The damaged store may still be held by sled's threads; the directory can go all the same.
        fs::remove_dir_all(&dir).unwrap();
    }
    (intact, refused)
}

#[test]
fn a_truncated_database_is_never_taken_for_whole() {
    let rounds = 40;
    let (intact, refused) = sweep(
        |file, len, round| file.set_len(len - 1 - len * round / rounds).unwrap(),
        rounds,
    );
    assert_eq!(intact + refused, rounds);
    assert!(refused > rounds / 2, "only {refused} of {rounds} were refused");
}

#[test]
fn a_flipped_bit_is_never_taken_for_good() {
    let rounds = 60;
    let flip = |file: &File, len: u64, round: u64| {
        let (at, mut byte) = (len * round / rounds + round * 37, [0]);
        file.read_exact_at(&mut byte, at).unwrap();
        file.write_all_at(&[byte[0] ^ (1 << (round % 8))], at).unwrap();
    };
    let (intact, refused) = sweep(flip, rounds);
    assert!(intact + refused == rounds && refused > 0);
}

#[test]
fn a_zeroed_page_is_never_taken_for_good() {
    let rounds = 30;
    let (_, refused) = sweep(
        |file, len, round| file.write_all_at(&[0; 4096], len / rounds * round).unwrap(),
        rounds,
    );
    assert!(refused > 0);
}
