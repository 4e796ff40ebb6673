//! Measures the journal on this machine: `cargo run --release -p baiying-journal --example measure [directory]`.
//!
//! The codec alone, and the time to open a million events. Appends are measured by the bench (`drills/bench`), beside the raw disk.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use baiying_core::command::{Actor, Answer, FieldReport};
use baiying_core::event::{Entry, Event};
use baiying_core::id::{OrderId, PersonId, PersonSet, Timestamp};
use baiying_core::request::Answered;
use baiying_journal::{Appended, Backend, Commit, DiskJournal, Journal, Options, event, info};

fn main() {
    let dir = std::env::args()
        .nth(1)
        .map_or_else(std::env::temp_dir, PathBuf::from)
        .join("baiying-measure");
    codec();
    for backend in [Backend::Log, Backend::Sled] {
        println!("{backend:?}");
        let options = Options {
            backend,
            ..Options::default()
        };
        open(&dir, &options);
    }
    let _ = std::fs::remove_dir_all(&dir);
}

#[expect(clippy::disallowed_methods, reason = "a measurement reads the clock")]
fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let value = work();
    (value, start.elapsed())
}

/// An acknowledgement of one person, with the answer that is kept for it.
fn ack(number: u32) -> Entry {
    let people: PersonSet = [PersonId(number % 30_000 + 1)].into_iter().collect();
    let report = FieldReport {
        applied: 1,
        exceptions: Vec::new(),
    };
    Entry {
        at: Timestamp::from_unix_ms(1_760_000_000_000 + i64::from(number)),
        actor: Actor("person".into()),
        request: Some(Answered {
            request_id: format!("{number:016x}").into(),
            digest: u64::from(number),
            answer: Answer::Field(report.into()),
        }),
        events: vec![Event::Acknowledged {
            order: OrderId(7),
            version: 1,
            people,
            proxy: None,
            observed_at: None,
        }],
    }
}

fn rate(count: usize, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64()
}

fn codec() {
    let entries = (0..200_000).map(ack).collect::<Vec<_>>();
    let (payloads, encode) = timed(|| entries.chunks(128).map(event::encode).collect::<Vec<_>>());
    let (decoded, decode) = timed(|| {
        payloads
            .iter()
            .map(|payload| event::decode(payload).unwrap().len())
            .sum::<usize>()
    });
    let bytes = payloads.iter().map(|payload| payload.len()).sum::<usize>();
    println!(
        "codec: encode {:.0}/s, decode {:.0}/s, {} bytes an entry",
        rate(entries.len(), encode),
        rate(decoded, decode),
        bytes / entries.len()
    );
}

fn commit(journal: &mut DiskJournal, from: u32, group: u32) -> Duration {
    let (outcome, time) = timed(|| {
        let entries = (from..from + group).map(ack).collect::<Vec<_>>();
        let head = journal.head();
        journal
            .append(
                &head,
                &Commit {
                    epoch: 1,
                    count: u64::from(group),
                    payload: event::encode(&entries),
                },
            )
            .unwrap()
    });
    assert!(matches!(outcome, Appended::Durable(_)));
    time
}

fn open(dir: &Path, options: &Options) {
    let _ = std::fs::remove_dir_all(dir);
    let mut journal = DiskJournal::open(dir, options).unwrap();
    for at in 0..10_000 {
        commit(&mut journal, at * 100, 100);
    }
    Box::new(journal).close().unwrap();
    let (journal, first) = timed(|| DiskJournal::open(dir, options).unwrap());
    let reader = journal.reader();
    let (events, replay) = timed(|| {
        let commits = reader
            .commits_after(0)
            .map(|commit| event::decode(&commit.unwrap().payload).unwrap().len());
        commits.sum::<usize>()
    });
    drop(journal);
    let (_, second) = timed(|| DiskJournal::open(dir, options).unwrap());
    let bytes = info(dir).unwrap().disk_bytes;
    println!(
        "open {events} events: {first:?}, again {second:?}; read and decode all: {replay:?}; {bytes} bytes on disk"
    );
}
