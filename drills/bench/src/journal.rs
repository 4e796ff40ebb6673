//! The journal alone, through its trait, against raw appends of the records that the log writes (without its mark). Events are
//! encoded before: only the journal is measured.

use std::time::Duration;

use baiying_core::command::{Actor, Answer, FieldReport};
use baiying_core::event::{Entry, Event};
use baiying_core::id::{OrderId, PersonId, PersonSet, Timestamp};
use baiying_core::request::Answered;
use baiying_journal::{Appended, Backend, Commit, DiskJournal, Journal, Options, event};
use bytes::Bytes;
use tokio::time::Instant;

use crate::disk::{Target, append};
use crate::report::{Goal, Report, Row, Unit};
use crate::scale::Scale;

/// Backends that write to a disk, and whether their files are preallocated: which raw appends are like theirs.
const BACKENDS: [(&str, Backend, bool); 2] = [("log", Backend::Log, true), ("sled", Backend::Sled, false)];

/// Of the rate of raw appends like the backend's own.
const OF_RAW: Goal = Goal::AtLeast(1.0 / 3.0);

/// Acknowledgements in a commit, commits, and the ids of the rows to compare with.
const GROUPS: [(u32, usize, &str, &str); 3] = [
    (1, 2000, "raw.growing.1", "raw.preallocated.1"),
    (128, 500, "raw.growing.128", "raw.preallocated.128"),
    (1024, 200, "raw.growing.1024", "raw.preallocated.1024"),
];

/// An acknowledgement of one person, with the answer that is kept for it.
fn ack(number: u32) -> Entry {
    let people: PersonSet = [PersonId(number % 304_000 + 1)].into_iter().collect();
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

/// Appends all payloads; how long that took, and the bytes of each commit as they are stored.
fn commit_all(journal: &mut dyn Journal, group: u32, payloads: &[Bytes]) -> anyhow::Result<(Duration, Vec<Bytes>)> {
    let since = Instant::now();
    for payload in payloads {
        let head = journal.head();
        let commit = Commit {
            epoch: head.epoch.max(1),
            count: u64::from(group),
            payload: payload.clone(),
        };
        let appended = journal.append(&head, &commit)?;
        anyhow::ensure!(matches!(appended, Appended::Durable(_)), "{appended:?}");
    }
    let took = since.elapsed();
    let reader = journal.reader();
    let records = reader.records_from(1).map(|record| Ok(record?.1));
    let records = records.collect::<anyhow::Result<Vec<Bytes>>>()?;
    // Commits of one size are cut into equally many records.
    let blocks = records.chunks(records.len().div_ceil(payloads.len()).max(1));
    Ok((took, blocks.map(|records| records.concat().into()).collect()))
}

/// Measures every backend and the raw disk, in turn within each run.
pub(crate) fn measure(scale: &Scale, report: &mut Report) -> anyhow::Result<()> {
    for (group, commits, growing_id, preallocated_id) in GROUPS {
        let commits = scale.of(commits, 20);
        let numbers = (0..).step_by(group as usize).take(commits);
        let payloads: Vec<Bytes> = numbers
            .map(|from: u32| event::encode(&(from..from + group).map(ack).collect::<Vec<_>>()))
            .collect();
        let rate = |took: Duration| commits as f64 / took.as_secs_f64();
        let mut ours: Vec<Vec<f64>> = vec![Vec::new(); BACKENDS.len()];
        let (mut growing, mut preallocated) = (Vec::new(), Vec::new());
        let mut bytes = 0;
        for _ in 0..scale.runs {
            let mut blocks = Vec::new();
            for ((_, backend, _), rates) in BACKENDS.into_iter().zip(&mut ours) {
                let dir = tempfile::tempdir_in(&scale.dir)?;
                let options = Options {
                    backend,
                    ..Options::default()
                };
                let mut journal = DiskJournal::open(&dir.path().join("journal"), &options)?;
                let (took, stored) = commit_all(&mut journal, group, &payloads)?;
                rates.push(rate(took));
                if backend == Backend::Log {
                    blocks = stored;
                }
                Box::new(journal).close()?;
            }
            bytes = blocks.iter().map(Bytes::len).sum::<usize>();
            growing.push(rate(append(&scale.dir, Target::Growing, &blocks)?));
            preallocated.push(rate(append(&scale.dir, Target::Preallocated, &blocks)?));
        }
        let each = bytes / commits;
        let of = match group {
            1 => "1 ack".to_owned(),
            _ => format!("{group} acks"),
        };
        let note = |row: &Row| {
            let rate = row.median();
            let (acks, megabytes) = (rate * f64::from(group), rate * each as f64 / 1e6);
            format!("{acks:.0} acks/s, {megabytes:.1} MB/s")
        };
        for ((name, _, preallocates), rates) in BACKENDS.into_iter().zip(ours) {
            let id = format!("journal.{name}.{group}");
            let what = format!("journal ({name}): commits of {of}, each durable");
            let row = Row::ours(id, what, Unit::PerSecond, rates);
            let note = note(&row);
            report.push(
                row.note(note)
                    .how(format!(
                        "{commits} commits, {each} bytes of records each, encoded before; the mark's 512 bytes a commit not counted"
                    ))
                    .against(
                        growing_id,
                        "raw append to a growing file",
                        (!preallocates).then_some(OF_RAW),
                    )
                    .against(
                        preallocated_id,
                        "to a preallocated file",
                        preallocates.then_some(OF_RAW),
                    ),
            );
        }
        for (id, name, rates) in [
            (growing_id, "a growing file", growing),
            (preallocated_id, "a preallocated file", preallocated),
        ] {
            let what = format!("raw append of the bytes of {of} to {name}, and fdatasync");
            let row = Row::other(id, what, Unit::PerSecond, rates);
            let note = note(&row);
            report.push(row.note(note).how(format!(
                "{commits} times {each} bytes: the records as the log writes them, headers included, without the mark"
            )));
        }
    }
    Ok(())
}
