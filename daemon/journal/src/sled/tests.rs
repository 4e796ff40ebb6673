//! The hardening: each trap of sled 0.34.7, sprung on purpose.

use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use super::*;
use crate::conformance::{append, commit, noise, read};
use crate::{info, verify};

fn open(dir: &Path) -> Result<SledJournal, JournalError> {
    SledJournal::open(dir, &Options::default())
}

fn reason(outcome: Result<SledJournal, JournalError>) -> &'static str {
    outcome.err().expect("it should be refused").reason()
}

/// A closed journal of several segments' size.
fn filled(dir: &Path, commits: u64) -> Head {
    let mut journal = open(dir).unwrap();
    for seed in 0..commits {
        append(
            &mut journal,
            &commit(1, 3, noise(seed, 2_000 + (seed as usize % 7) * 3_000)),
        );
    }
    let head = journal.head();
    Box::new(journal).close().unwrap();
    head
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

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
    let mut journal = open(temp.path()).unwrap();
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
    let head = filled(temp.path(), 5);
    for name in ["snap.FFFFFFFFFFFFFFFF.generating", "snap.0000000000000000.generating"] {
        fs::write(temp.path().join("sled").join(name), b"half").unwrap();
    }
    assert_eq!(open(temp.path()).unwrap().head(), head);
}

#[test]
fn a_second_opener_is_told_so() {
    let temp = tempfile::tempdir().unwrap();
    let journal = open(temp.path()).unwrap();
    assert_eq!(reason(open(temp.path())), "JOURNAL_LOCKED");
    assert_eq!(verify(temp.path()).unwrap_err().reason(), "JOURNAL_LOCKED");
    assert!(info(temp.path()).unwrap().in_use);
    drop(journal);
    assert!(!info(temp.path()).unwrap().in_use);
    open(temp.path()).unwrap();
}

#[test]
fn what_was_closed_can_be_opened_at_once() {
    let temp = tempfile::tempdir().unwrap();
    for _ in 0..50 {
        let mut journal = open(temp.path()).unwrap();
        append(&mut journal, &commit(1, 1, "x"));
        Box::new(journal).close().unwrap();
    }
}

#[test]
fn a_failed_sync_stops_the_journal_for_good() {
    let dev_null = || File::options().write(true).open("/dev/null").unwrap();
    for which in ["data", "mark"] {
        let temp = tempfile::tempdir().unwrap();
        let mut journal = open(temp.path()).unwrap();
        let head = append(&mut journal, &commit(1, 1, "good"));
        // Cannot be synced: stands for a disk that answers EIO.
        match which {
            "data" => journal.shared.store.write().replace_file(dev_null()),
            _ => journal.mark.replace_file(dev_null()),
        }
        let first = journal.append(&head, &commit(1, 1, "lost?")).unwrap_err();
        assert_eq!(first.reason(), "JOURNAL_IO");
        let again = journal.append(&head, &commit(1, 1, "next")).unwrap_err();
        assert_eq!(again.to_string(), first.to_string());
        assert_eq!(journal.truncate_before(1).unwrap_err().reason(), "JOURNAL_IO");
        assert_eq!(journal.head(), head);
        assert_eq!(
            read(&*journal.reader(), 0).len(),
            1,
            "what was not acknowledged is not shown"
        );
        drop(journal);
        // The failed append may or may not be there; what follows must go on from what is.
        let mut journal = open(temp.path()).unwrap();
        assert!((1..=2).contains(&read(&*journal.reader(), 0).len()));
        append(&mut journal, &commit(2, 1, "on"));
    }
}

#[test]
fn a_missing_or_damaged_mark_is_refused_unless_accepted() {
    let temp = tempfile::tempdir().unwrap();
    let head = filled(temp.path(), 5);
    let mark = temp.path().join("mark");
    let accept = Options {
        accept_missing_mark: true,
        ..Options::default()
    };
    for (damage, expected) in [("gone", "JOURNAL_MARK_MISSING"), ("zeros", "JOURNAL_MARK_DAMAGED")] {
        match damage {
            "gone" => fs::remove_file(&mark).unwrap(),
            _ => fs::write(&mark, [0; 1024]).unwrap(),
        }
        assert_eq!(reason(open(temp.path())), expected);
        assert_eq!(verify(temp.path()).unwrap_err().reason(), expected);
        let journal = SledJournal::open(temp.path(), &accept).unwrap();
        assert_eq!((journal.head(), journal.mark_state()), (head, MarkState::Accepted));
        drop(journal);
        assert_eq!(open(temp.path()).unwrap().mark_state(), MarkState::Whole);
    }
}

#[test]
fn a_torn_mark_falls_back_to_the_other_slot() {
    let temp = tempfile::tempdir().unwrap();
    let head = filled(temp.path(), 5);
    for at in [100, 612] {
        let copied = temp.path().join(format!("torn-{at}"));
        copy(&temp.path().join("sled"), &copied.join("sled"));
        for name in ["FORMAT", "mark"] {
            fs::copy(temp.path().join(name), copied.join(name)).unwrap();
        }
        let file = File::options().write(true).open(copied.join("mark")).unwrap();
        file.write_all_at(&[0xff], at).unwrap();
        assert_eq!(verify(&copied).unwrap().mark_state, MarkState::OneSlot);
        let journal = open(&copied).unwrap();
        assert_eq!((journal.head(), journal.mark_state()), (head, MarkState::OneSlot));
    }
}

#[test]
fn foreign_and_newer_directories_are_refused() {
    let temp = tempfile::tempdir().unwrap();
    filled(temp.path(), 1);
    fs::write(temp.path().join("FORMAT"), "baiying-journal 2\n").unwrap();
    assert_eq!(reason(open(temp.path())), "JOURNAL_NEWER_FORMAT");
    fs::write(temp.path().join("FORMAT"), "something\n").unwrap();
    assert_eq!(reason(open(temp.path())), "JOURNAL_NOT_FOUND");
    fs::remove_file(temp.path().join("FORMAT")).unwrap();
    assert_eq!(reason(open(temp.path())), "JOURNAL_NOT_FOUND");
    let nowhere = temp.path().join("nowhere");
    assert_eq!(verify(&nowhere).unwrap_err().reason(), "JOURNAL_NOT_FOUND");
    assert!(!nowhere.exists(), "verifying creates nothing");
}

#[test]
fn a_creation_that_was_interrupted_is_finished() {
    let temp = tempfile::tempdir().unwrap();
    Mark::create(temp.path(), Marked::default()).unwrap();
    fs::write(temp.path().join("FORMAT.tmp"), b"bai").unwrap();
    // sled writes its settings with two calls; with the first of them alone it never opens again.
    fs::create_dir(temp.path().join("sled")).unwrap();
    fs::write(
        temp.path().join("sled/conf"),
        "segment_size: 524288\nuse_compression: false\n",
    )
    .unwrap();
    assert_eq!(open(temp.path()).unwrap().head(), Head::default());
    assert_eq!(open(temp.path()).unwrap().head(), Head::default());
}

#[test]
fn files_of_two_journals_are_told_apart() {
    let temp = tempfile::tempdir().unwrap();
    let (one, two) = (temp.path().join("one"), temp.path().join("two"));
    filled(&one, 5);
    let mut journal = open(&two).unwrap();
    for _ in 0..12 {
        append(&mut journal, &commit(1, 3, "other"));
    }
    drop(journal);
    fs::copy(one.join("mark"), two.join("mark")).unwrap();
    assert_eq!(reason(open(&two)), "JOURNAL_MARK_MISMATCH");
}

#[test]
fn losing_the_whole_database_is_noticed() {
    let temp = tempfile::tempdir().unwrap();
    let head = filled(temp.path(), 5);
    fs::remove_dir_all(temp.path().join("sled")).unwrap();
    let Err(error) = open(temp.path()) else {
        panic!("it should be refused")
    };
    assert!(
        matches!(error, JournalError::BelowMark { last: 0, mark, lost, .. } if mark == head.sequence && lost == mark)
    );
}

/// Puts records into the store behind the journal's back, as an append does that was cut off before the mark moved.
fn write_unacknowledged(dir: &Path, keep: usize, wanted: &Commit) -> Head {
    let journal = open(dir).unwrap();
    let before = journal.head();
    let (records, after) = encode_commit(&before, wanted);
    let store = journal.shared.store.read();
    store
        .put(before.sequence + 1, &records[..records.len().min(keep)])
        .unwrap();
    store.sync().unwrap();
    after
}

#[test]
fn a_whole_commit_above_the_mark_stays() {
    let temp = tempfile::tempdir().unwrap();
    filled(temp.path(), 5);
    let after = write_unacknowledged(temp.path(), 99, &commit(1, 2, noise(1, 30_000)));
    assert_eq!(verify(temp.path()).unwrap().unacknowledged, 5);
    let mut journal = open(temp.path()).unwrap();
    assert_eq!(journal.head(), after);
    append(&mut journal, &commit(2, 1, "on"));
    drop(journal);
    assert_eq!(verify(temp.path()).unwrap().unacknowledged, 0);
}

#[test]
fn part_of_a_commit_above_the_mark_is_dropped() {
    let temp = tempfile::tempdir().unwrap();
    let head = filled(temp.path(), 5);
    write_unacknowledged(temp.path(), 3, &commit(1, 2, noise(1, 30_000)));
    assert_eq!(verify(temp.path()).unwrap().incomplete, 3);
    let mut journal = open(temp.path()).unwrap();
    assert_eq!(journal.head(), head);
    append(&mut journal, &commit(2, 1, "on"));
    drop(journal);
    assert_eq!(verify(temp.path()).unwrap().head.sequence, head.sequence + 1);
}

#[test]
fn an_interrupted_truncation_is_finished() {
    let temp = tempfile::tempdir().unwrap();
    let head = filled(temp.path(), 10);
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
    journal
        .shared
        .store
        .read()
        .put(base.sequence, &records[at..=at])
        .unwrap();
    journal.shared.store.read().sync().unwrap();
    drop(journal);
    let journal = open(temp.path()).unwrap();
    assert_eq!(journal.head(), head);
    assert_eq!(journal.shared.store.read().get(base.sequence).unwrap(), None);
    drop(journal);
    let report = verify(temp.path()).unwrap();
    assert_eq!((report.base, report.events, report.commits), (base, 15, 5));
}

#[test]
fn a_gap_is_refused() {
    let temp = tempfile::tempdir().unwrap();
    filled(temp.path(), 10);
    for (sequence, name) in [(1, "first"), (4, "middle")] {
        let copied = temp.path().join(name);
        copy(&temp.path().join("sled"), &copied.join("sled"));
        for file in ["FORMAT", "mark"] {
            fs::copy(temp.path().join(file), copied.join(file)).unwrap();
        }
        let store = Store::open(&copied, 64 << 20).unwrap();
        store.remove(sequence..=sequence).unwrap();
        store.sync().unwrap();
        drop(store);
        assert_eq!(reason(open(&copied)), "JOURNAL_CHAIN_BROKEN");
    }
}

/// Opens copies of a journal with a damaged database: each is intact or refused, and never shorter than acknowledged.
fn sweep(damage: impl Fn(&File, u64, u64), rounds: u64) -> (u64, u64) {
    let temp = tempfile::tempdir().unwrap();
    let source = temp.path().join("source");
    let head = filled(&source, 60);
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

#[test]
fn info_and_verify_say_what_is_there() {
    let temp = tempfile::tempdir().unwrap();
    let head = filled(temp.path(), 7);
    let mut journal = open(temp.path()).unwrap();
    append(&mut journal, &commit(2, 1, "x"));
    drop(journal);
    let report = verify(temp.path()).unwrap();
    assert_eq!(
        (report.commits, report.events, report.epochs, report.first_sequence),
        (8, 22, 2, Some(1))
    );
    assert_eq!(
        (report.records, report.mark, report.mark_state),
        (head.sequence + 1, report.head, MarkState::Whole)
    );
    let info = info(temp.path()).unwrap();
    assert_eq!(
        (info.format, info.acknowledged, info.base),
        (1, Some(report.head), Some(Head::default()))
    );
    assert!(info.disk_bytes > report.bytes);
}
