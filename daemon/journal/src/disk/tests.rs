//! What a directory must stand, whichever backend is in it.

use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::Path;

use super::*;
use crate::conformance::{append, commit, noise, options, read};
use crate::{info, verify};

/// A new directory becomes a journal of this backend; one that is there stays what it is.
pub(super) fn open_as(backend: Backend, dir: &Path) -> Result<DiskJournal, JournalError> {
    DiskJournal::open(dir, &options(backend))
}

/// Opens what is there.
pub(super) fn open(dir: &Path) -> Result<DiskJournal, JournalError> {
    open_as(Backend::Log, dir)
}

pub(super) fn reason(outcome: Result<DiskJournal, JournalError>) -> &'static str {
    outcome.err().expect("it should be refused").reason()
}

/// A closed journal of several segments' size.
pub(super) fn filled(backend: Backend, dir: &Path, commits: u64) -> Head {
    let mut journal = open_as(backend, dir).unwrap();
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

pub(super) fn copy(from: &Path, to: &Path) {
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

/// Runs each check as a test of each backend.
macro_rules! both {
    ($($test:ident)*) => {
        mod log {
            $(#[test] fn $test() { super::$test(super::Backend::Log); })*
        }
        mod sled {
            $(#[test] fn $test() { super::$test(super::Backend::Sled); })*
        }
    };
}

both! {
    a_second_opener_is_told_so
    what_was_closed_can_be_opened_at_once
    a_failed_sync_stops_the_journal_for_good
    a_missing_or_damaged_mark_is_refused_unless_accepted
    a_torn_mark_falls_back_to_another_slot
    files_of_two_journals_are_told_apart
    losing_the_whole_database_is_noticed
    a_whole_commit_above_the_mark_stays
    part_of_a_commit_above_the_mark_is_dropped
    info_and_verify_say_what_is_there
}

fn a_second_opener_is_told_so(backend: Backend) {
    let temp = tempfile::tempdir().unwrap();
    let journal = open_as(backend, temp.path()).unwrap();
    assert_eq!(reason(open(temp.path())), "JOURNAL_LOCKED");
    assert_eq!(verify(temp.path()).unwrap_err().reason(), "JOURNAL_LOCKED");
    assert!(info(temp.path()).unwrap().in_use);
    drop(journal);
    assert!(!info(temp.path()).unwrap().in_use);
    open(temp.path()).unwrap();
}

fn what_was_closed_can_be_opened_at_once(backend: Backend) {
    let temp = tempfile::tempdir().unwrap();
    for _ in 0..50 {
        let mut journal = open_as(backend, temp.path()).unwrap();
        append(&mut journal, &commit(1, 1, "x"));
        Box::new(journal).close().unwrap();
    }
}

fn a_failed_sync_stops_the_journal_for_good(backend: Backend) {
    for which in ["data", "mark"] {
        let temp = tempfile::tempdir().unwrap();
        let mut journal = open_as(backend, temp.path()).unwrap();
        append(&mut journal, &commit(1, 1, "good"));
        // Cannot be synced: stands for a disk that answers EIO.
        let dev_null = File::options().read(true).write(true).open("/dev/null").unwrap();
        match which {
            "data" => journal.shared.store.write().replace_file(dev_null),
            _ => journal.mark.slots().replace_file(dev_null),
        }
        let mut acknowledged = 1;
        let (head, first) = loop {
            let head = journal.head();
            match journal.append(&head, &commit(1, 1, "lost?")) {
                Ok(_) => {
                    // The log's mark is synced behind: the records themselves are durable.
                    assert_eq!((which, backend), ("mark", Backend::Log));
                    acknowledged += 1;
                    std::thread::sleep(std::time::Duration::from_millis(1));
                }
                Err(error) => break (head, error),
            }
        };
        assert_eq!(first.reason(), "JOURNAL_IO");
        let again = journal.append(&head, &commit(1, 1, "next")).unwrap_err();
        assert_eq!(again.to_string(), first.to_string());
        assert_eq!(journal.truncate_before(1).unwrap_err().reason(), "JOURNAL_IO");
        assert_eq!(journal.head(), head);
        let shown = read(&*journal.reader(), 0).len();
        assert_eq!(shown, acknowledged, "what was not acknowledged is not shown");
        drop(journal);
        // The failed append may or may not be there; what follows must go on from what is.
        let mut journal = open(temp.path()).unwrap();
        assert!((acknowledged..=acknowledged + 1).contains(&read(&*journal.reader(), 0).len()));
        append(&mut journal, &commit(2, 1, "on"));
    }
}

fn a_missing_or_damaged_mark_is_refused_unless_accepted(backend: Backend) {
    let temp = tempfile::tempdir().unwrap();
    let head = filled(backend, temp.path(), 5);
    let mark = temp.path().join("mark");
    let accept = Options {
        accept_missing_mark: true,
        ..Options::default()
    };
    for (damage, expected) in [("gone", "JOURNAL_MARK_MISSING"), ("zeros", "JOURNAL_MARK_DAMAGED")] {
        match damage {
            "gone" => fs::remove_file(&mark).unwrap(),
            _ => fs::write(&mark, [0; 1536]).unwrap(),
        }
        assert_eq!(reason(open(temp.path())), expected);
        assert_eq!(verify(temp.path()).unwrap_err().reason(), expected);
        let journal = DiskJournal::open(temp.path(), &accept).unwrap();
        assert_eq!((journal.head(), journal.mark_state()), (head, MarkState::Accepted));
        drop(journal);
        assert_eq!(open(temp.path()).unwrap().mark_state(), MarkState::Whole);
    }
}

fn a_torn_mark_falls_back_to_another_slot(backend: Backend) {
    let temp = tempfile::tempdir().unwrap();
    let source = temp.path().join("source");
    let head = filled(backend, &source, 5);
    for at in [100, 612, 1124] {
        let copied = temp.path().join(format!("torn-{at}"));
        copy(&source, &copied);
        let file = File::options().write(true).open(copied.join("mark")).unwrap();
        file.write_all_at(&[0xff], at).unwrap();
        assert_eq!(verify(&copied).unwrap().mark_state, MarkState::Torn);
        let journal = open(&copied).unwrap();
        assert_eq!((journal.head(), journal.mark_state()), (head, MarkState::Torn));
    }
}

fn files_of_two_journals_are_told_apart(backend: Backend) {
    let temp = tempfile::tempdir().unwrap();
    let (one, two) = (temp.path().join("one"), temp.path().join("two"));
    filled(backend, &one, 5);
    let mut journal = open_as(backend, &two).unwrap();
    for _ in 0..12 {
        append(&mut journal, &commit(1, 3, "other"));
    }
    drop(journal);
    fs::copy(one.join("mark"), two.join("mark")).unwrap();
    assert_eq!(reason(open(&two)), "JOURNAL_MARK_MISMATCH");
}

fn losing_the_whole_database_is_noticed(backend: Backend) {
    let temp = tempfile::tempdir().unwrap();
    let head = filled(backend, temp.path(), 5);
    fs::remove_dir_all(temp.path().join(store::folder(backend))).unwrap();
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
    let written = store.append(before.sequence + 1, &records[..records.len().min(keep)]);
    assert!(matches!(written, Ok(Written::Durable)));
    after
}

fn a_whole_commit_above_the_mark_stays(backend: Backend) {
    let temp = tempfile::tempdir().unwrap();
    filled(backend, temp.path(), 5);
    let after = write_unacknowledged(temp.path(), 99, &commit(1, 2, noise(1, 30_000)));
    assert_eq!(verify(temp.path()).unwrap().unacknowledged, 5);
    let mut journal = open(temp.path()).unwrap();
    assert_eq!(journal.head(), after);
    append(&mut journal, &commit(2, 1, "on"));
    drop(journal);
    assert_eq!(verify(temp.path()).unwrap().unacknowledged, 0);
}

fn part_of_a_commit_above_the_mark_is_dropped(backend: Backend) {
    let temp = tempfile::tempdir().unwrap();
    let head = filled(backend, temp.path(), 5);
    write_unacknowledged(temp.path(), 3, &commit(1, 2, noise(1, 30_000)));
    assert_eq!(verify(temp.path()).unwrap().incomplete, 3);
    let mut journal = open(temp.path()).unwrap();
    assert_eq!(journal.head(), head);
    append(&mut journal, &commit(2, 1, "on"));
    drop(journal);
    assert_eq!(verify(temp.path()).unwrap().head.sequence, head.sequence + 1);
}

fn info_and_verify_say_what_is_there(backend: Backend) {
    let temp = tempfile::tempdir().unwrap();
    let head = filled(backend, temp.path(), 7);
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
        (info.backend, info.acknowledged, info.base),
        (backend, Some(report.head), Some(Head::default()))
    );
    assert!(info.disk_bytes > report.bytes);
}

#[test]
fn foreign_and_newer_directories_are_refused() {
    let temp = tempfile::tempdir().unwrap();
    filled(Backend::Log, temp.path(), 1);
    fs::write(temp.path().join("FORMAT"), "baiying-journal 3\n").unwrap();
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
    assert_eq!(open_as(Backend::Sled, temp.path()).unwrap().head(), Head::default());
    assert_eq!(open(temp.path()).unwrap().head(), Head::default());
}
