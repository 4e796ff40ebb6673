//! A backup restores to the same journal, or not at all.

use super::*;
use crate::conformance::{append, commit, noise, read};
use crate::{DiskJournal, Journal, Options, SharedLog, verify};

fn journal() -> Box<dyn Journal> {
    let mut journal: Box<dyn Journal> = Box::new(SharedLog::default().open());
    for seed in 0..6 {
        append(&mut *journal, &commit(1 + seed / 3, 2, noise(seed, 9_000)));
    }
    journal
}

fn backup(journal: &dyn Journal) -> Vec<u8> {
    let mut writer = BackupWriter::start(Vec::new()).unwrap();
    for record in journal.reader().records_from(1) {
        let (sequence, bytes) = record.unwrap();
        writer.record(sequence, &bytes).unwrap();
    }
    assert_eq!(writer.head(), journal.head());
    writer.finish([8; 32]).unwrap()
}

#[test]
fn a_backup_restores_to_the_same_journal() {
    let temp = tempfile::tempdir().unwrap();
    let (mut journal, dir) = (journal(), temp.path().join("new"));
    for truncate in [0, 5] {
        journal.truncate_before(truncate).unwrap();
        let report = restore(&backup(&*journal)[..], &dir).unwrap();
        assert_eq!((report.head, report.state_hash), (journal.head(), [8; 32]));
        assert_eq!(report.base.revision, truncate / 2 * 2);
        assert_eq!(verify(&dir).unwrap().head, journal.head());
        let restored = DiskJournal::open(&dir, &Options::default()).unwrap();
        assert_eq!(read(&*restored.reader(), 4), read(&*journal.reader(), 4));
        drop(restored);
        assert_eq!(
            restore(&backup(&*journal)[..], &dir).unwrap_err().reason(),
            "RESTORE_TARGET_NOT_EMPTY"
        );
        std::fs::remove_dir_all(&dir).unwrap();
    }
}

#[test]
fn an_empty_journal_can_be_backed_up() {
    let temp = tempfile::tempdir().unwrap();
    let report = restore(&backup(&SharedLog::default().open())[..], temp.path()).unwrap();
    assert_eq!((report.head, report.records), (Head::default(), 0));
    DiskJournal::open(temp.path(), &Options::default()).unwrap();
}

#[test]
fn a_damaged_backup_restores_nothing() {
    let temp = tempfile::tempdir().unwrap();
    let good = backup(&*journal());
    let refused = |bytes: &[u8], what: &str| {
        let dir = temp.path().join("new");
        let error = restore(bytes, &dir).expect_err(what);
        assert_eq!(error.reason(), "BACKUP_DAMAGED", "{what}: {error}");
        assert!(
            !dir.exists() || std::fs::read_dir(&dir).unwrap().next().is_none(),
            "{what}"
        );
    };
    let step = good.len() / 25;
    for at in (0..good.len()).step_by(step) {
        refused(&good[..at], &format!("cut at {at}"));
        let mut bytes = good.clone();
        bytes[at] ^= 0x40;
        refused(&bytes, &format!("flipped at {at}"));
    }
    refused(&good[..good.len() - 1], "cut at the end");
}

#[test]
fn a_record_out_of_place_is_not_backed_up() {
    let journal = journal();
    let records = journal
        .reader()
        .records_from(1)
        .map(|record| record.unwrap())
        .collect::<Vec<_>>();
    let mut writer = BackupWriter::start(Vec::new()).unwrap();
    writer.record(records[0].0, &records[0].1).unwrap();
    assert_eq!(
        writer.record(records[2].0, &records[2].1).unwrap_err().reason(),
        "JOURNAL_CHAIN_BROKEN"
    );
    assert_eq!(
        writer.finish([0; 32]).unwrap_err().reason(),
        "BACKUP_DAMAGED",
        "the commit has a second part"
    );
}
