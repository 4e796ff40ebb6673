//! Snapshots are whole or passed over.

use super::*;

fn newest(dir: &Path, is_known: impl Fn(&Head) -> bool) -> Loaded {
    choose(candidates(dir).unwrap(), is_known)
}

fn snapshot(revision: u64) -> Snapshot {
    let head = Head {
        sequence: revision / 2,
        epoch: 4,
        revision,
        hash: [3; 32],
    };
    Snapshot {
        head,
        state_hash: [5; 32],
        payload: crate::conformance::noise(revision, 5000),
    }
}

#[test]
fn the_newest_good_one_is_loaded() {
    let temp = tempfile::tempdir().unwrap();
    let dir = temp.path().join("snapshots");
    assert_eq!(newest(&dir, |_| true).snapshot, None);
    for revision in [10, 200, 3000] {
        write(&dir, &snapshot(revision)).unwrap();
    }
    let loaded = newest(&dir, |_| true);
    assert_eq!((loaded.snapshot, loaded.warnings.len()), (Some(snapshot(3000)), 0));
    let file = std::fs::read(dir.join(file_name(200))).unwrap();
    assert_eq!(file, encode(&snapshot(200)), "what is in the file");

    let loaded = newest(&dir, |head| head.revision < 3000);
    assert_eq!(loaded.snapshot, Some(snapshot(200)));
    assert_eq!(loaded.warnings[0].problem, SnapshotProblem::Foreign);

    std::fs::write(dir.join("left.tmp"), b"over").unwrap();
    prune(&dir, KEEP).unwrap();
    assert_eq!(list(&dir).unwrap().len(), 2);
    assert_eq!(std::fs::read_dir(&dir).unwrap().count(), 2);
}

#[test]
fn a_damaged_one_is_passed_over_with_a_warning() {
    let temp = tempfile::tempdir().unwrap();
    write(temp.path(), &snapshot(10)).unwrap();
    let path = write(temp.path(), &snapshot(20)).unwrap();
    let good = std::fs::read(&path).unwrap();
    let bad = |bytes: &[u8]| {
        std::fs::write(&path, bytes).unwrap();
        let loaded = newest(temp.path(), |_| true);
        assert_eq!(loaded.snapshot, Some(snapshot(10)));
        assert_eq!(loaded.warnings.len(), 1);
        assert_eq!(loaded.warnings[0].path, path);
    };
    for len in [0, 3, 50, HEADER_LEN - 1, HEADER_LEN, good.len() - 1] {
        bad(&good[..len]);
    }
    for at in (0..HEADER_LEN).chain([HEADER_LEN, good.len() - 1]) {
        let mut bytes = good.clone();
        bytes[at] ^= 0x10;
        bad(&bytes);
    }
}
