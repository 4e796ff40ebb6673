//! For the fuzz targets only: what must hold for any file that the command line reads.

use std::fs;
use std::path::Path;

use baiying_proto::v1 as pb;
use ed25519_dalek::{Signer, SigningKey};

use crate::i18n::Lang;
use crate::offline::{self, Answer, Queue, QueueError};
use crate::sheet::{self, Column, Sheet};

/// Reads a file with the columns of one of the imports.
///
/// # Panics
/// If rows are lost, out of order or not of their shape, or if what was read reads otherwise when written down again.
pub fn sheet(columns: u8, encoding: Option<&str>, bytes: &[u8]) {
    let all: [&[Column]; 6] = [
        &sheet::PEOPLE,
        &sheet::DIVISIONS,
        &sheet::TEAMS,
        &sheet::MUSTER,
        &sheet::PERSONS,
        &sheet::AGENCY_LINKS,
    ];
    let columns = all[usize::from(columns) % all.len()];
    let Ok(read) = sheet::parse(bytes, columns, encoding) else {
        return;
    };
    let mut numbers: Vec<u32> = read.rows.iter().map(|row| row.number).collect();
    assert!(numbers.is_sorted_by(|a, b| a < b), "rows in order: {numbers:?}");
    assert!(read.bad.is_sorted_by(|a, b| a.row < b.row), "bad rows in order");
    numbers.extend(read.bad.iter().map(|bad| bad.row));
    numbers.sort_unstable();
    assert!(numbers.is_sorted_by(|a, b| a < b), "a row is good or bad: {numbers:?}");
    assert!(numbers.first().is_none_or(|first| *first >= 2), "the header is no row");
    assert_eq!(read.headers.len(), columns.len());
    for row in &read.rows {
        assert_eq!(row.values.len(), columns.len());
        assert!(row.values.iter().all(|value| value.trim() == value), "trimmed: {row:?}");
    }
    again(columns, &read);
}

/// Reads a file as a roster (花名册).
///
/// # Panics
/// If a row about somebody is neither sent nor merged nor bad, or if what is sent is not what a roster can hold.
pub fn roster(encoding: Option<&str>, bytes: &[u8]) {
    use crate::sheet::roster::{self, Unit, Units};

    let Ok(book) = sheet::open(bytes, "名单", encoding) else {
        return;
    };
    let Ok(reading) = roster::read(&book, None) else {
        return;
    };
    let unit = |code: &str, name: &str, parent: &str| Unit {
        code: code.to_owned(),
        name: name.to_owned(),
        parent: parent.to_owned(),
    };
    let units = Units::new([unit("1", "高明区", ""), unit("2", "高明区水利局", "1")]);
    // That the rows add up is asserted where they are settled.
    let settled = reading.settle(&book, &units, "1");
    let ids: std::collections::BTreeSet<&str> = settled.rows.iter().map(|row| row.id_number.as_str()).collect();
    assert_eq!(ids.len(), settled.rows.len(), "somebody is sent twice");
    for row in &settled.rows {
        assert!(row.id_number.len() == 18 && !row.name.trim().is_empty() && !row.unit_code.is_empty());
    }
    let sheets: Vec<String> = book.sheets.iter().map(|grid| grid.name.clone()).collect();
    for lang in [Lang::ZhCn, Lang::En] {
        for fault in &settled.faults {
            assert!(!fault.what(lang, &sheets).is_empty() && !fault.fix(lang).is_empty());
        }
        assert!(settled.notes.iter().all(|note| !note.text(lang, &sheets).is_empty()));
    }
}

/// What was read, written as a file, reads the same.
fn again(columns: &[Column], read: &Sheet) {
    let rows: Vec<_> = read
        .rows
        .iter()
        .map(|row| &row.values)
        .filter(|values| values.iter().any(|value| !value.is_empty()))
        .collect();
    if rows.is_empty() {
        return;
    }
    let mut writer = csv::Writer::from_writer(Vec::new());
    let header = columns.iter().map(|column| column.name);
    writer.write_record(header).expect("memory takes it");
    rows.iter()
        .for_each(|row| writer.write_record(*row).expect("memory takes it"));
    let bytes = writer.into_inner().expect("memory takes it");
    let second = sheet::parse(&bytes, columns, None).expect("a good file");
    assert_eq!(second.bad, []);
    assert!(
        second.rows.iter().map(|row| &row.values).eq(rows),
        "what was read reads otherwise"
    );
}

/// Files of one device.
#[derive(Debug, Default)]
pub struct Files<'a> {
    /// Its key; none: a good one.
    pub key: Option<&'a [u8]>,
    /// What it knows of its enrollment; none: it is enrolled.
    pub device: Option<&'a [u8]>,
    /// Batches: number, kind (even: the file, odd: its answer), content.
    pub batches: Vec<(u64, u8, &'a [u8])>,
    /// The log: records to be framed, and bytes as they are.
    pub log: Vec<(bool, &'a [u8])>,
}

const LEAD: u32 = 7;

/// Reads a queue, adds to it, sends a batch of it.
///
/// # Panics
/// If something that was queued is lost, or a number is given twice.
pub fn queue(base: &Path, files: &Files<'_>) {
    let dir = base.join(format!("P{LEAD}"));
    let _ = fs::remove_dir_all(&dir);
    write(&dir, files).expect("a writable directory");
    let queue = Queue::open(base, LEAD).expect("it is this lead's");
    let outcome = exercise(&queue);
    if let Err(error) = outcome {
        for lang in [Lang::ZhCn, Lang::En] {
            let (what, next) = error.describe(lang);
            assert!(!what.is_empty() && !next.is_empty(), "{error:?}");
        }
    }
}

fn write(dir: &Path, files: &Files<'_>) -> std::io::Result<()> {
    const SEED: [u8; 32] = [5; 32];
    let device = dir.join("devices/1");
    let batches = device.join("batches");
    fs::create_dir_all(&batches)?;
    fs::write(dir.join("lead"), LEAD.to_string())?;
    let hex: String = SEED.iter().map(|byte| format!("{byte:02x}")).collect();
    fs::write(device.join("key"), files.key.unwrap_or(hex.as_bytes()))?;
    let enrolled = br#"{"device_id":3,"next_sequence":1}"#;
    fs::write(device.join("device.json"), files.device.unwrap_or(enrolled))?;
    let key = SigningKey::from_bytes(&SEED);
    for (number, kind, content) in &files.batches {
        let file = |ending: &str| batches.join(format!("{number:08}.{ending}"));
        match kind % 3 {
            0 => fs::write(file("batch"), content)?,
            1 => fs::write(file("json"), content)?,
            // First and last item, and the batch itself; signed.
            _ => {
                let (first, rest) = content.split_first().unwrap_or((&1, &[]));
                let (last, batch) = rest.split_first().unwrap_or((&1, &[]));
                let signature = key.sign(batch).to_bytes();
                let numbers = [*number, u64::from(*first), u64::from(*last)]
                    .map(u64::to_le_bytes)
                    .concat();
                let payload = [&numbers, signature.as_slice(), batch].concat();
                fs::write(file("batch"), offline::framed(&payload))?;
            }
        }
    }
    let log = files.log.iter().flat_map(|(framed, bytes)| {
        if *framed && !bytes.is_empty() {
            offline::framed(bytes)
        } else {
            bytes.to_vec()
        }
    });
    fs::write(dir.join("items.log"), log.collect::<Vec<u8>>())
}

fn exercise(queue: &Queue) -> Result<(), QueueError> {
    let item = pb::OfflineItem {
        kind: "acknowledge".to_owned(),
        order_id: 1,
        observed_at_unix_ms: 1,
        ..pb::OfflineItem::default()
    };
    let before = queue.append(std::slice::from_ref(&item))?;
    let after = queue.state()?;
    let (new, old) = after.waiting.split_last().expect("what was queued waits");
    assert_eq!(old, before.waiting, "what waited still waits");
    assert_eq!((new.batch, &new.item), (None, &item));
    assert!(
        old.iter().all(|old| old.number < new.number),
        "a number was given twice"
    );
    assert_eq!((after.torn, &after.damaged), (0, &before.damaged));

    let sync = queue.begin_sync()?;
    let Some(frozen) = sync.next_batch()? else {
        return Ok(());
    };
    assert_eq!(sync.next_batch()?, Some(frozen.clone()), "a number names one content");
    let answer = Answer {
        sequence: frozen.sequence,
        first: frozen.first,
        last: frozen.last,
        revision: 1,
        repeated: false,
        items: Vec::new(),
    };
    sync.settle(&answer)?;
    let settled = queue.state()?;
    assert!(
        settled.waiting.iter().all(|item| item.number > frozen.last),
        "what was answered waits again"
    );
    let is_left = |item: &&offline::QueuedItem| item.number > frozen.last;
    assert_eq!(
        settled.waiting.iter().map(|item| item.number).collect::<Vec<_>>(),
        after
            .waiting
            .iter()
            .filter(is_left)
            .map(|item| item.number)
            .collect::<Vec<_>>(),
        "what was not answered was lost"
    );
    Ok(())
}
