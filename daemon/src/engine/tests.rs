//! The engine on a shared memory journal: somebody else appends, answers get lost, the store fails.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use baiying_core::Rejection;
use baiying_core::command::{Actor, Answer, Command, Context, Envelope, Reply};
use baiying_core::event::Tenant;
use baiying_core::id::Timestamp;
use baiying_journal::{Fault, Room, SharedLog};

use super::testing::{activate, district, units};
use super::{Desk, Engine, EngineHandle, EngineOptions, Priority, Refusal, Started, state_hash};
use crate::clock::Clock;
use crate::config::{DiskConfig, EngineConfig};

/// A clock that stands where it was put.
struct TestClock(AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix_ms(self.0.load(Ordering::Relaxed))
    }
}

struct Bench {
    log: SharedLog,
    snapshots: tempfile::TempDir,
}

impl Bench {
    fn new() -> Self {
        Self {
            log: SharedLog::default(),
            snapshots: tempfile::tempdir().expect("a temporary directory"),
        }
    }

    fn engine(&self) -> Started {
        self.engine_with(Arc::new(TestClock(AtomicI64::new(1_700_000_000_000))))
    }

    fn engine_with(&self, clock: Arc<TestClock>) -> Started {
        let options = EngineOptions {
            journal: Box::new(self.log.open()),
            snapshot_dir: self.snapshots.path().to_owned(),
            policy: crate::plan_file::default_policy(),
            clock,
            config: EngineConfig::default(),
            tenant: Tenant {
                name: "test".into(),
                synthetic: true,
                identity_salt: [7; 32],
            },
        };
        Engine::start(options).expect("it starts")
    }
}

async fn submit(engine: &EngineHandle, id: &str, command: Command) -> Result<baiying_core::command::Reply, Refusal> {
    let digest = id.len() as u64;
    engine
        .submit(
            Priority::Command,
            Actor("test".into()),
            Some(id.into()),
            (digest, 1),
            command,
        )
        .await
}

/// Makes a district whose commander may activate.
async fn settle(engine: &EngineHandle, codes: &[&str]) {
    for (id, command) in district(codes) {
        submit(engine, id, command).await.expect(id);
    }
}

fn hash_and_stop(engine: Started) -> [u8; 32] {
    let shown = hash(&engine.handle);
    drop(engine.handle);
    engine.thread.join().expect("no panic").expect("stopped");
    shown
}

fn hash(engine: &EngineHandle) -> [u8; 32] {
    state_hash(&engine.published().read())
}

#[tokio::test]
async fn a_writer_that_was_overtaken_catches_up_and_decides_again() {
    let bench = Bench::new();
    let (old, new) = (bench.engine(), bench.engine());
    settle(&old.handle, &["1", "11"]).await;
    submit(&old.handle, "r1", activate("east")).await.expect("activated");
    // The new writer knows of neither: it finds out when it appends, or before it refuses (M5).
    let again = submit(&new.handle, "r22", activate("east")).await;
    assert!(matches!(
        again,
        Err(Refusal::Rejected(Rejection::ResponseActive { .. }))
    ));
    submit(&old.handle, "r333", activate("west"))
        .await
        .expect("nobody of a newer epoch has written yet");
    let third = submit(&new.handle, "r4444", activate("north"))
        .await
        .expect("decided on what the old one appended");
    assert!(matches!(third.answer, Answer::Activated { response, .. } if response.0 == 3));
    assert_eq!(
        hash(&new.handle),
        hash_and_stop(bench.engine()),
        "the journal tells what the engine shows"
    );
}

#[tokio::test]
async fn a_writer_whose_clock_is_behind_decides_at_the_time_of_the_journal() {
    let bench = Bench::new();
    let clock = Arc::new(TestClock(AtomicI64::new(1_700_000_000_000)));
    let (old, new) = (bench.engine_with(Arc::clone(&clock)), bench.engine());
    clock.0.store(1_800_000_000_000, Ordering::Relaxed);
    settle(&old.handle, &["1"]).await;
    submit(&old.handle, "r1", activate("east")).await.expect("activated");
    let refused = submit(&new.handle, "r22", activate("east")).await;
    assert!(matches!(
        refused,
        Err(Refusal::Rejected(Rejection::ResponseActive { .. }))
    ));
    submit(&old.handle, "r333", activate("west")).await.expect("activated");
    submit(&new.handle, "r4444", activate("north"))
        .await
        .expect("decided again, not before what was journaled");
    let at = new.handle.published().read().at();
    assert_eq!(at, Some(Timestamp::from_unix_ms(1_800_000_000_000)));
}

#[tokio::test]
async fn a_deposed_writer_stops() {
    let bench = Bench::new();
    let (old, new) = (bench.engine(), bench.engine());
    settle(&new.handle, &["1"]).await;
    assert_eq!(submit(&old.handle, "r1", activate("east")).await, Err(Refusal::Stopped));
    let ended = old.thread.join().expect("no panic");
    assert_eq!(ended.expect_err("deposed").reason(), "JOURNAL_DEPOSED");
    submit(&new.handle, "r1", activate("east"))
        .await
        .expect("the caller asks the new one");
}

#[tokio::test]
async fn a_repeat_at_another_writer_gets_the_first_answer() {
    let bench = Bench::new();
    let (a, b) = (bench.engine(), bench.engine());
    settle(&a.handle, &["1"]).await;
    let first = submit(&a.handle, "r1", activate("east")).await.expect("activated");
    let repeat = submit(&b.handle, "r1", activate("east")).await.expect("answered");
    assert_eq!((first.answer, first.revision), (repeat.answer, repeat.revision));
    assert!(repeat.repeated && !first.repeated);
}

#[tokio::test]
async fn an_append_with_an_unknown_outcome_takes_effect_once() {
    for fault in [Fault::UnknownWritten, Fault::UnknownNotWritten] {
        let bench = Bench::new();
        let engine = bench.engine();
        settle(&engine.handle, &["1"]).await;
        bench.log.fail_next(fault);
        submit(&engine.handle, "r1", activate("east")).await.expect("resolved");
        assert_eq!(
            engine.handle.published().read().responses.iter().count(),
            1,
            "{fault:?}"
        );
        assert_eq!(hash(&engine.handle), hash_and_stop(bench.engine()), "{fault:?}");
    }
}

#[tokio::test]
async fn a_journal_error_stops_the_engine_and_shows_nothing_of_the_batch() {
    let bench = Bench::new();
    let engine = bench.engine();
    settle(&engine.handle, &["1"]).await;
    let before = hash(&engine.handle);
    bench.log.fail_next(Fault::Error);
    let refused = submit(&engine.handle, "r1", activate("east")).await;
    assert_eq!(refused, Err(Refusal::Stopped));
    assert!(engine.thread.join().expect("no panic").is_err());
    assert_eq!(hash(&engine.handle), before);
    assert_eq!(
        submit(&engine.handle, "r1", activate("east")).await,
        Err(Refusal::Stopped)
    );
}

#[tokio::test]
async fn a_request_id_used_for_something_else_is_refused() {
    let bench = Bench::new();
    let engine = bench.engine();
    settle(&engine.handle, &["1"]).await;
    let actor = || Actor("test".into());
    let other = engine
        .handle
        .submit(
            Priority::Command,
            actor(),
            Some("units".into()),
            (99, 1),
            activate("east"),
        )
        .await;
    assert!(matches!(
        other,
        Err(Refusal::Rejected(Rejection::RequestIdReused { .. }))
    ));
}

#[tokio::test]
async fn a_snapshot_and_the_tail_make_the_state_that_replaying_everything_makes() {
    let bench = Bench::new();
    let engine = bench.engine();
    settle(&engine.handle, &["1", "11", "12"]).await;
    super::write_snapshot(bench.snapshots.path(), engine.handle.published()).expect("written");
    submit(&engine.handle, "r1", activate("east")).await.expect("the tail");
    let from_snapshot = hash_and_stop(bench.engine());
    for file in std::fs::read_dir(bench.snapshots.path()).expect("there") {
        std::fs::remove_file(file.expect("read").path()).expect("removed");
    }
    let from_nothing = hash_and_stop(bench.engine());
    assert_eq!(
        (from_snapshot, from_nothing),
        (hash(&engine.handle), hash(&engine.handle))
    );
}

/// A desk on a journal, and commands for it.
fn desk(log: &SharedLog) -> Desk {
    let (desk, _) = Desk::open(Box::new(log.open()), [], crate::plan_file::default_policy()).expect("opened");
    desk
}

/// Makes a district whose commander may activate.
fn settle_desk(desk: &mut Desk) {
    for (id, command) in district(&["1", "11"]) {
        desk.commit(vec![envelope(id, command)], now()).expect(id);
    }
}

fn now() -> Timestamp {
    Timestamp::from_unix_ms(1_700_000_000_000)
}

fn envelope(id: &str, command: Command) -> Envelope {
    let context = Context {
        actor: Actor("test".into()),
        request_id: Some(id.into()),
        digest: 1,
        at: now(),
    };
    Envelope { context, command }
}

#[test]
fn a_full_disk_refuses_what_has_no_room_and_takes_the_rest() {
    let log = SharedLog::default();
    let mut desk = desk(&log);
    settle_desk(&mut desk);
    let before = state_hash(&desk.published().read());
    // The batch has no room, and neither has its first command alone, which is large.
    log.fail_next(Fault::Full);
    log.fail_next(Fault::Full);
    let codes: Vec<_> = (0..1000).map(|code| format!("1-{code}")).collect();
    let codes: Vec<_> = std::iter::once("1").chain(codes.iter().map(String::as_str)).collect();
    let large = || envelope("large", units(&codes));
    let answers = desk
        .commit(vec![large(), envelope("west", activate("west"))], now())
        .expect("the journal is well");
    assert!(matches!(
        answers[..],
        [Err(Refusal::DiskFull { .. }), Ok(Reply { repeated: false, .. })]
    ));
    assert_ne!(state_hash(&desk.published().read()), before, "west is there");
    let again = desk.commit(vec![large()], now()).expect("there is room again");
    assert!(matches!(again[..], [Ok(Reply { repeated: false, .. })]));
}

/// Each try costs a copy of the state: once a small one has no room, the others are not tried. What was done is still said to be.
#[test]
fn where_a_small_command_has_no_room_the_rest_of_the_batch_is_refused() {
    let log = SharedLog::default();
    let mut desk = desk(&log);
    let done = || envelope("units", units(&["1", "11"]));
    settle_desk(&mut desk);
    log.fail_next(Fault::Full);
    log.fail_next(Fault::Full);
    let batch = || {
        vec![
            envelope("east", activate("east")),
            done(),
            envelope("west", activate("west")),
        ]
    };
    let answers = desk.commit(batch(), now()).expect("the journal is well");
    assert!(
        matches!(
            answers[..],
            [
                Err(Refusal::DiskFull { .. }),
                Ok(Reply { repeated: true, .. }),
                Err(Refusal::DiskFull { .. })
            ]
        ),
        "{answers:?}"
    );
    let answers = desk.commit(batch(), now()).expect("there is room again");
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    assert_eq!(desk.published().read().responses.iter().count(), 2);
}

/// Whoever changes a stored type must raise the number, or old snapshots would be read as something else.
#[tokio::test]
async fn the_layout_of_the_state_has_a_number() {
    let bench = Bench::new();
    let engine = bench.engine();
    settle(&engine.handle, &["4406", "440601"]).await;
    submit(&engine.handle, "flood", activate("flood")).await.unwrap();
    let hash = crate::hex::hex(&hash_and_stop(engine));
    assert_eq!(
        (super::snapshots::STATE_FORMAT, &hash[..16]),
        (8, "42459bc68697b226"),
        "the state is laid out in another way: raise STATE_FORMAT, then put both here"
    );
}

#[test]
fn a_journal_that_somebody_else_began_is_not_a_full_disk() {
    let log = SharedLog::default();
    let tenant = |name: &str| Tenant {
        name: name.into(),
        synthetic: true,
        identity_salt: [7; 32],
    };
    let (mut first, mut second) = (desk(&log), desk(&log));
    first.initialize(tenant("first"), now()).expect("begun");
    second.initialize(tenant("second"), now()).expect("begun by the other");
    let name = second.published().read().tenant().map(|tenant| tenant.name.clone());
    assert_eq!(name.as_deref(), Some("first"));
    let full = SharedLog::default();
    full.fail_next(Fault::Full);
    let refused = desk(&full)
        .initialize(tenant("third"), now())
        .map_err(|error| error.reason());
    assert_eq!(refused, Err("DISK_FULL"));
}

#[tokio::test]
async fn a_repeat_is_answered_while_the_disk_is_full() {
    let bench = Bench::new();
    let engine = bench.engine();
    let first = submit(&engine.handle, "units", units(&["1"])).await.expect("units");
    engine.handle.admission().note(0, Room::Last(0), &DiskConfig::default());
    let repeat = submit(&engine.handle, "units", units(&["1"]))
        .await
        .expect("the first answer");
    assert_eq!(
        (repeat.answer, repeat.revision, repeat.repeated),
        (first.answer, first.revision, true)
    );
    let new = submit(&engine.handle, "r1", activate("east")).await;
    assert!(matches!(new, Err(Refusal::DiskFull { .. })), "{new:?}");
    let other = engine.handle.enqueue(
        Priority::Field,
        Actor("test".into()),
        Some("units".into()),
        (99, 1),
        activate("east"),
    );
    let other = match other {
        Ok(pending) => pending.await,
        Err(refusal) => Err(refusal),
    };
    assert!(
        matches!(other, Err(Refusal::Rejected(Rejection::RequestIdReused { .. }))),
        "{other:?}"
    );
}
