//! What every backend must do, in one suite: a backend passes all of it or is none.

use std::sync::Arc;

use bytes::Bytes;

use crate::{
    Appended, Backend as Disk, Commit, DiskJournal, Fault, Head, Journal, JournalError, JournalReader, Options,
    SharedLog,
};

/// A place where a journal can be opened again and again.
trait Backend {
    fn open(&self) -> Box<dyn Journal>;
}

impl Backend for SharedLog {
    fn open(&self) -> Box<dyn Journal> {
        Box::new(SharedLog::open(self))
    }
}

struct Dir(tempfile::TempDir, Options);

impl Backend for Dir {
    fn open(&self) -> Box<dyn Journal> {
        Box::new(DiskJournal::open(&self.0.path().join("journal"), &self.1).unwrap())
    }
}

/// Files so small that every test needs several.
pub(crate) fn options(backend: Disk) -> Options {
    Options {
        backend,
        segment_bytes: 20_000,
        ..Options::default()
    }
}

fn dir(backend: Disk) -> Dir {
    Dir(tempfile::tempdir().unwrap(), options(backend))
}

pub(crate) fn commit(epoch: u64, count: u64, payload: impl Into<Bytes>) -> Commit {
    Commit {
        epoch,
        count,
        payload: payload.into(),
    }
}

/// Bytes that differ everywhere, so that a part in the wrong place shows.
pub(crate) fn noise(seed: u64, len: usize) -> Bytes {
    let mut state = seed | 1;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 56) as u8
    };
    (0..len).map(|_| next()).collect::<Vec<_>>().into()
}

pub(crate) fn append(journal: &mut dyn Journal, commit: &Commit) -> Head {
    let before = journal.head();
    match journal.append(&before, commit).unwrap() {
        Appended::Durable(head) => head,
        other @ (Appended::Conflict(_) | Appended::Unknown | Appended::Full) => panic!("{other:?}"),
    }
}

/// What a reader sees after a revision: first revision, count, epoch, payload.
pub(crate) fn read(reader: &dyn JournalReader, after: u64) -> Vec<(u64, u64, u64, Bytes)> {
    reader
        .commits_after(after)
        .map(|commit| commit.unwrap())
        .map(|commit| (commit.first_revision, commit.count, commit.epoch, commit.payload))
        .collect()
}

macro_rules! conformance {
    ($($test:ident)*) => {
        mod memory {
            $(#[test] fn $test() { super::$test(&super::SharedLog::default()); })*
        }
        mod sled {
            $(#[test] fn $test() { super::$test(&super::dir(super::Disk::Sled)); })*
        }
        mod log {
            $(#[test] fn $test() { super::$test(&super::dir(super::Disk::Log)); })*
        }
    };
}

conformance! {
    an_empty_journal_has_no_head
    what_was_appended_is_read_back
    readers_see_what_is_appended_after_they_were_made
    a_large_commit_comes_back_in_one_piece
    a_wrong_expectation_changes_nothing
    a_reopened_journal_goes_on_where_it_ended
    truncation_keeps_whole_commits
    an_append_is_found_by_hash
    records_chain_up
    an_older_epoch_is_a_broken_invariant
    a_closed_journal_lets_go
}

fn an_empty_journal_has_no_head(backend: &dyn Backend) {
    let journal = backend.open();
    assert_eq!(journal.head(), Head::default());
    assert_eq!(read(&*journal.reader(), 0), []);
    assert_eq!(journal.reader().records_from(0).count(), 0);
}

fn what_was_appended_is_read_back(backend: &dyn Backend) {
    let mut journal = backend.open();
    let head = append(&mut *journal, &commit(1, 3, "abc"));
    assert_eq!((head.sequence, head.revision, head.epoch), (1, 3, 1));
    append(&mut *journal, &commit(1, 1, ""));
    let head = append(&mut *journal, &commit(2, 2, "de"));
    assert_eq!((head.sequence, head.revision, head.epoch), (3, 6, 2));
    assert_eq!(journal.head(), head);

    let reader = journal.reader();
    assert_eq!(reader.head(), head);
    let all = [(1, 3, 1, "abc".into()), (4, 1, 1, "".into()), (5, 2, 2, "de".into())];
    assert_eq!(read(&*reader, 0), all);
    assert_eq!(
        read(&*reader, 2),
        all,
        "a commit that ends after the revision is given whole"
    );
    assert_eq!(read(&*reader, 3), all[1..]);
    assert_eq!(read(&*reader, 4), all[2..]);
    assert_eq!(read(&*reader, 6), []);
    assert_eq!(read(&*reader, 99), []);
    assert_eq!(reader.commits_after(4).next().unwrap().unwrap().head(), head);
}

fn readers_see_what_is_appended_after_they_were_made(backend: &dyn Backend) {
    let mut journal = backend.open();
    let reader: Arc<dyn JournalReader> = journal.reader();
    let head = append(&mut *journal, &commit(1, 1, "a"));
    assert_eq!(reader.head(), head);
    assert_eq!(read(&*reader, 0).len(), 1);
}

fn a_large_commit_comes_back_in_one_piece(backend: &dyn Backend) {
    let mut journal = backend.open();
    let sizes = [
        crate::record::PART_LEN - 1,
        crate::record::PART_LEN,
        crate::record::PART_LEN + 1,
        3_000_000,
    ];
    for (seed, len) in sizes.into_iter().enumerate() {
        append(&mut *journal, &commit(1, 1, noise(seed as u64, len)));
    }
    append(&mut *journal, &commit(1, 1, "small"));
    drop(journal);
    let journal = backend.open();
    let found = read(&*journal.reader(), 0);
    for (seed, len) in sizes.into_iter().enumerate() {
        assert!(found[seed].3 == noise(seed as u64, len), "{len} bytes");
    }
    assert_eq!(found[4].3, "small");
}

fn a_wrong_expectation_changes_nothing(backend: &dyn Backend) {
    let mut journal = backend.open();
    let stale = journal.head();
    let head = append(&mut *journal, &commit(1, 1, "first"));
    let forged = Head { hash: [9; 32], ..head };
    for wrong in [stale, forged] {
        assert_eq!(
            journal.append(&wrong, &commit(1, 1, "second")).unwrap(),
            Appended::Conflict(head)
        );
    }
    assert_eq!(read(&*journal.reader(), 0), [(1, 1, 1, "first".into())]);
    append(&mut *journal, &commit(1, 1, "second"));
}

fn a_reopened_journal_goes_on_where_it_ended(backend: &dyn Backend) {
    let mut head = Head::default();
    for epoch in 1..=5 {
        let mut journal = backend.open();
        assert_eq!(journal.head(), head);
        append(&mut *journal, &commit(epoch, 2, format!("{epoch}")));
        head = append(&mut *journal, &commit(epoch, 1, noise(epoch, 20_000)));
        journal.close().unwrap();
    }
    let journal = backend.open();
    assert_eq!((journal.head(), head.revision, head.epoch), (head, 15, 5));
    assert_eq!(read(&*journal.reader(), 0).len(), 10);
}

fn truncation_keeps_whole_commits(backend: &dyn Backend) {
    let mut journal = backend.open();
    for seed in 0..5 {
        append(&mut *journal, &commit(1, 10, noise(seed, 15_000)));
    }
    let head = journal.head();
    journal.truncate_before(9).unwrap();
    assert_eq!(read(&*journal.reader(), 0).len(), 5, "no commit ends at or before 9");
    journal.truncate_before(25).unwrap();
    let reopened = |journal: Box<dyn Journal>| {
        journal.close().unwrap();
        backend.open()
    };
    for round in 0..2 {
        assert_eq!(journal.head(), head);
        let reader = journal.reader();
        assert_eq!(read(&*reader, 20).len(), 3);
        assert_eq!(reader.records_from(0).next().unwrap().unwrap().0, 7);
        let refused = reader.commits_after(19).collect::<Vec<_>>();
        assert!(
            matches!(refused[..], [Err(JournalError::Truncated { oldest: 20 })]),
            "{refused:?}"
        );
        if round == 0 {
            drop(reader);
            journal = reopened(journal);
        }
    }
    journal.truncate_before(1000).unwrap();
    assert_eq!(read(&*journal.reader(), 40).len(), 1, "the last commit stays");
    journal = reopened(journal);
    let head = append(&mut *journal, &commit(2, 1, "on"));
    assert_eq!((head.revision, head.sequence), (51, 16));
    journal = reopened(journal);
    assert_eq!(read(&*journal.reader(), 50), [(51, 1, 2, "on".into())]);
}

fn an_append_is_found_by_hash(backend: &dyn Backend) {
    let mut journal = backend.open();
    let start = journal.head();
    let (mine, other) = (commit(1, 1, noise(1, 10_000)), commit(1, 1, noise(2, 10_000)));
    assert_eq!(
        journal.resolve(&start, &mine).unwrap(),
        Appended::Conflict(start),
        "nothing is written yet"
    );
    let head = append(&mut *journal, &mine);
    assert_eq!(journal.resolve(&start, &mine).unwrap(), Appended::Durable(head));
    assert_eq!(journal.resolve(&start, &other).unwrap(), Appended::Conflict(head));
    let later = append(&mut *journal, &other);
    assert_eq!(
        journal.resolve(&start, &mine).unwrap(),
        Appended::Durable(head),
        "as of that commit"
    );
    assert_eq!(journal.append(&head, &mine).unwrap(), Appended::Conflict(later));
}

fn records_chain_up(backend: &dyn Backend) {
    let mut journal = backend.open();
    append(&mut *journal, &commit(1, 1, noise(1, 40_000)));
    let head = append(&mut *journal, &commit(1, 1, "last"));
    let mut chain = crate::chain::Chain::after(Head::default());
    for record in journal.reader().records_from(1) {
        chain.accept(&record.unwrap().1).unwrap();
    }
    assert_eq!(chain.head(), head);
    assert_eq!(journal.reader().records_from(head.sequence).count(), 1);
}

fn an_older_epoch_is_a_broken_invariant(backend: &dyn Backend) {
    let mut journal = backend.open();
    append(&mut *journal, &commit(2, 1, "a"));
    let head = journal.head();
    for bad in [commit(1, 1, "older"), commit(2, 0, "no event")] {
        let attempt = std::panic::AssertUnwindSafe(|| journal.append(&head, &bad));
        assert!(std::panic::catch_unwind(attempt).is_err());
    }
    assert_eq!(journal.head(), head);
}

fn a_closed_journal_lets_go(backend: &dyn Backend) {
    let journal = backend.open();
    let reader = journal.reader();
    journal.close().unwrap();
    let mut again = backend.open();
    append(&mut *again, &commit(1, 1, "a"));
    drop(reader);
}

#[test]
fn two_writers_on_one_log_find_each_other() {
    let log = SharedLog::default();
    let (mut one, mut two) = (log.open(), log.open());
    let start = one.head();
    let head = append(&mut one, &commit(1, 1, "one"));
    assert_eq!(two.head(), start, "a writer knows only what it was told");
    assert_eq!(
        two.append(&start, &commit(1, 1, "two")).unwrap(),
        Appended::Conflict(head)
    );
    assert_eq!(two.head(), head);
    append(&mut two, &commit(2, 1, "two"));
    assert_eq!(read(&log, 0).len(), 2);
}

#[test]
fn an_unknown_outcome_is_resolved_either_way() {
    let log = SharedLog::default();
    let mut journal = log.open();
    let start = journal.head();
    let wanted = commit(1, 1, "a");
    log.fail_next(Fault::UnknownNotWritten);
    assert_eq!(journal.append(&start, &wanted).unwrap(), Appended::Unknown);
    assert_eq!(journal.resolve(&start, &wanted).unwrap(), Appended::Conflict(start));
    log.fail_next(Fault::UnknownWritten);
    assert_eq!(journal.append(&start, &wanted).unwrap(), Appended::Unknown);
    assert_eq!(journal.resolve(&start, &wanted).unwrap(), Appended::Durable(log.head()));
    assert_eq!(log.head().revision, 1);
}

#[test]
fn a_failed_handle_stays_failed() {
    let log = SharedLog::default();
    let mut journal = log.open();
    log.fail_next(Fault::Error);
    let start = journal.head();
    let first = journal.append(&start, &commit(1, 1, "a")).unwrap_err();
    let second = journal.append(&start, &commit(1, 1, "a")).unwrap_err();
    assert_eq!(
        (first.reason(), first.to_string()),
        (second.reason(), second.to_string())
    );
    append(&mut log.open(), &commit(1, 1, "a"));
}
