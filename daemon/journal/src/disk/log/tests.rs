//! What only the log can meet: files that begin, end, are missing, or hold the rest of an append that was cut off.

use std::fs::File;
use std::os::unix::fs::FileExt;

use super::*;
use crate::conformance::{append, commit, noise, read};
use crate::disk::Backend;
use crate::disk::tests::{copy, filled, open, open_as};
use crate::{Head, Journal, verify};

fn segments(dir: &Path) -> Vec<PathBuf> {
    let folder = dir.join(NAME);
    let mut found = names(&folder).unwrap();
    found.retain(|name| first_of(name).is_some());
    found.sort();
    found.into_iter().map(|name| folder.join(name)).collect()
}

fn spares(dir: &Path) -> usize {
    let names = names(&dir.join(NAME)).unwrap();
    names.iter().filter(|name| name.starts_with("spare-")).count()
}

/// A journal of several files, and where its records end in the last one.
fn several(dir: &Path) -> (Head, PathBuf, u64) {
    let head = filled(Backend::Log, dir, 10);
    let files = segments(dir);
    assert!(files.len() > 3, "{files:?}");
    let last = files.last().unwrap().clone();
    let bytes = fs::read(&last).unwrap();
    let used = bytes.iter().rposition(|byte| *byte != 0).unwrap() as u64 + 1;
    (head, last, used)
}

fn write_at(path: &Path, at: u64, bytes: &[u8]) {
    File::options()
        .write(true)
        .open(path)
        .unwrap()
        .write_all_at(bytes, at)
        .unwrap();
}

#[test]
fn every_file_is_whole_and_one_more_is_ready() {
    let temp = tempfile::tempdir().unwrap();
    filled(Backend::Log, temp.path(), 10);
    drop(open(temp.path()).unwrap());
    for name in names(&temp.path().join(NAME)).unwrap() {
        let len = fs::metadata(temp.path().join(NAME).join(&name)).unwrap().len();
        assert_eq!(len, 20_000, "{name}");
    }
    assert!(temp.path().join(NAME).join("spare-1.seg").exists() || segments(temp.path()).len() > 1);
}

#[test]
fn a_commit_larger_than_a_file_spans_several() {
    let temp = tempfile::tempdir().unwrap();
    let mut journal = open_as(Backend::Log, temp.path()).unwrap();
    append(&mut journal, &commit(1, 1, "small"));
    append(&mut journal, &commit(1, 1, noise(3, 200_000)));
    append(&mut journal, &commit(1, 1, "small again"));
    drop(journal);
    let journal = open(temp.path()).unwrap();
    let found = read(&*journal.reader(), 0);
    assert!(found.len() == 3 && found[1].3 == noise(3, 200_000) && found[2].3 == "small again");
    assert!(segments(temp.path()).len() > 10);
}

#[test]
fn the_rest_of_an_append_that_was_cut_off_is_cleared() {
    let temp = tempfile::tempdir().unwrap();
    let source = temp.path().join("source");
    let (head, last, used) = several(&source);
    let record = {
        let journal = open(&source).unwrap();
        let next = commit(1, 1, noise(9, 500));
        crate::record::encode_commit(&journal.head(), &next).0.remove(0)
    };
    // Its beginning, its end with its beginning missing, and all of it with one byte wrong.
    let mut wrong = record.to_vec();
    wrong[300] ^= 1;
    let mut headless = record.to_vec();
    headless[..100].fill(0);
    for (at, torn) in [&record[..300], &headless, &wrong].into_iter().enumerate() {
        let dir = temp.path().join(at.to_string());
        copy(&source, &dir);
        let last = dir.join(NAME).join(last.file_name().unwrap());
        write_at(&last, used, torn);
        assert_eq!(
            verify(&dir).unwrap().head,
            head,
            "reading changes nothing and finds all that counts"
        );
        let mut journal = open(&dir).unwrap();
        assert_eq!(journal.head(), head);
        assert!(fs::read(&last).unwrap()[used as usize..].iter().all(|byte| *byte == 0));
        append(&mut journal, &commit(2, 1, "on"));
        drop(journal);
        assert_eq!(open(&dir).unwrap().head().revision, head.revision + 1);
    }
}

#[test]
fn an_unfinished_commit_over_several_files_is_dropped_from_its_end() {
    let temp = tempfile::tempdir().unwrap();
    let head = filled(Backend::Log, temp.path(), 5);
    let before = segments(temp.path()).len();
    let journal = open(temp.path()).unwrap();
    let (records, _) = crate::record::encode_commit(&head, &commit(1, 1, noise(5, 100_000)));
    let parts = &records[..records.len() - 1];
    assert!(matches!(
        journal.shared.store.read().append(head.sequence + 1, parts),
        Ok(Written::Durable)
    ));
    drop(journal);
    assert!(segments(temp.path()).len() > before + 3);
    let journal = open(temp.path()).unwrap();
    assert_eq!(journal.head(), head);
    assert!(segments(temp.path()).len() <= before + 1);
}

#[test]
fn damage_to_what_was_acknowledged_names_the_file_and_the_record() {
    let temp = tempfile::tempdir().unwrap();
    let source = temp.path().join("source");
    let (head, last, used) = several(&source);
    let damaged = |name: &str, damage: &dyn Fn(&Path)| {
        let dir = temp.path().join(name);
        copy(&source, &dir);
        damage(&dir);
        open(&dir).map(|journal| journal.head())
    };
    let name = last.file_name().unwrap();
    let last_record = damaged("last", &|dir| write_at(&dir.join(NAME).join(name), used - 10, b"xx"));
    let error = last_record.unwrap_err();
    assert_eq!(error.reason(), "JOURNAL_RECORD_DAMAGED");
    assert!(
        error.to_string().contains(&name.to_string_lossy().into_owned()),
        "{error}"
    );
    let first_file = damaged("first", &|dir| write_at(&segments(dir)[0], 2_500, b"xx"));
    assert_eq!(first_file.unwrap_err().reason(), "JOURNAL_RECORD_DAMAGED");
    let gone = damaged("gone", &|dir| fs::remove_file(&segments(dir)[1]).unwrap());
    assert_eq!(gone.unwrap_err().reason(), "JOURNAL_CHAIN_BROKEN");
    let end_gone = damaged("end", &|dir| fs::remove_file(dir.join(NAME).join(name)).unwrap());
    assert_eq!(end_gone.unwrap_err().reason(), "JOURNAL_BELOW_MARK");
    let shorter = damaged("shorter", &|dir| {
        let file = File::options().write(true).open(dir.join(NAME).join(name)).unwrap();
        file.set_len(used - 1).unwrap();
    });
    assert_eq!(shorter.unwrap_err().reason(), "JOURNAL_RECORD_DAMAGED");
    let padding = damaged("padding", &|dir| write_at(&dir.join(NAME).join(name), used + 50, b"xx"));
    assert_eq!(padding.unwrap(), head, "behind the records nothing counts");
}

/// A record of a later commit proves that what stands before it was synced, mark or no mark.
#[test]
fn damage_in_the_middle_is_never_taken_for_the_end() {
    let temp = tempfile::tempdir().unwrap();
    let source = temp.path().join("source");
    let mut journal = open_as(Backend::Log, &source).unwrap();
    append(&mut journal, &commit(1, 1, noise(1, 500)));
    Box::new(journal).close().unwrap();
    let mark = fs::read(source.join("mark")).unwrap();
    let mut journal = open(&source).unwrap();
    let place = |sequence| {
        let store = LogStore::open(&source, 20_000).unwrap();
        store.scan(&mut |_, _| Ok(())).unwrap();
        store.active().unwrap().unwrap().place(sequence).unwrap()
    };
    for seed in 2..5 {
        append(&mut journal, &commit(1, 1, noise(seed, 500)));
    }
    Box::new(journal).close().unwrap();
    let (from, to) = place(3);
    for (name, is_marked) in [("old mark", true), ("no mark", false)] {
        let dir = temp.path().join(name);
        copy(&source, &dir);
        write_at(&segments(&dir)[0], u64::midpoint(from, to), b"xx");
        if is_marked {
            fs::write(dir.join("mark"), &mark).unwrap();
        } else {
            fs::remove_file(dir.join("mark")).unwrap();
        }
        let before = fs::read(&segments(&dir)[0]).unwrap();
        let options = crate::Options {
            accept_missing_mark: true,
            ..crate::Options::default()
        };
        let error = crate::DiskJournal::open(&dir, &options).map(|_| ()).unwrap_err();
        assert_eq!(error.reason(), "JOURNAL_RECORD_DAMAGED", "{name}: {error}");
        assert!(
            fs::read(&segments(&dir)[0]).unwrap() == before,
            "{name}: nothing was erased"
        );
    }
}

#[test]
fn only_the_last_file_is_held_open() {
    let temp = tempfile::tempdir().unwrap();
    let mut journal = open_as(Backend::Log, temp.path()).unwrap();
    for seed in 0..40 {
        append(&mut journal, &commit(1, 1, noise(seed, 8_000)));
    }
    assert_eq!(read(&*journal.reader(), 0).len(), 40);
    let held = fs::read_dir("/proc/self/fd").unwrap().filter(|entry| {
        let to = entry.as_ref().ok().and_then(|entry| fs::read_link(entry.path()).ok());
        // Not the spare file that may be in the making.
        to.is_some_and(|to| segments(temp.path()).contains(&to))
    });
    let (held, files) = (held.count(), segments(temp.path()).len());
    assert!(held <= 2 && files > 10, "{held} of {files} files");
}

#[test]
fn truncation_gives_whole_files_back() {
    let temp = tempfile::tempdir().unwrap();
    let mut journal = open_as(Backend::Log, temp.path()).unwrap();
    for seed in 0..40 {
        append(&mut journal, &commit(1, 1, noise(seed, 8_000)));
    }
    let before = segments(temp.path()).len();
    journal.truncate_before(30).unwrap();
    let after = segments(temp.path()).len();
    assert!(after < before / 2, "{before} files, then {after}");
    drop(journal);
    let journal = open(temp.path()).unwrap();
    assert_eq!(read(&*journal.reader(), 30).len(), 10);
}

#[test]
fn a_full_disk_refuses_what_has_no_room_and_loses_nothing() {
    let temp = tempfile::tempdir().unwrap();
    let store = LogStore::open(temp.path(), 20_000).unwrap();
    store.begin(0, 0).unwrap();
    let records = |from: Head, payload: Bytes| crate::record::encode_commit(&from, &commit(1, 1, payload));
    let (before, head) = records(Head::default(), "before".into());
    assert!(matches!(store.append(1, &before), Ok(Written::Durable)));
    store.maintain(false);
    store.spares.lock().most = Some(0);
    let (large, _) = records(head, noise(1, 100_000));
    assert!(matches!(store.append(2, &large), Ok(Written::Full)));
    assert_eq!(store.get(2).unwrap(), None);
    let ready = || spares(temp.path());
    assert!(matches!(store.room(), Room::Last(bytes) if bytes > 39_000));
    store.maintain(false);
    store.maintain(true);
    assert!(
        matches!(store.room(), Room::Last(_)) && ready() == 1,
        "that a file is ready does not mean that the disk gives more"
    );
    let (small, head) = records(head, noise(2, 25_000));
    assert!(
        matches!(store.append(2, &small), Ok(Written::Durable)),
        "what was set aside is used"
    );
    assert!(matches!(store.room(), Room::Last(_)), "and the disk is full as before");
    store.spares.lock().most = Some(4);
    let (huge, _) = records(head, noise(1, 200_000));
    assert!(matches!(store.append(head.sequence + 1, &huge), Ok(Written::Full)));
    assert_eq!(ready(), 1, "what is not enough is given back");
    store.spares.lock().most = None;
    store.maintain(false);
    assert!(
        matches!(store.room(), Room::Last(_)),
        "only now and then it is tried again"
    );
    store.maintain(true);
    assert_eq!(store.room(), Room::Ample);
    let (large, _) = records(head, noise(1, 100_000));
    assert!(matches!(store.append(head.sequence + 1, &large), Ok(Written::Durable)));
    assert_eq!(store.room(), Room::Ample);
    let last = head.sequence + large.len() as u64;
    assert_eq!(store.get(last).unwrap(), large.last().cloned());
    let left = names(&temp.path().join(NAME)).unwrap();
    assert!(left.iter().all(|name| !name.ends_with(".tmp")), "{left:?}");
}
