//! What is shown of the past is what was seen then.

use baiying_core::command::{Actor, Command, Context, Envelope};
use baiying_core::event::Tenant;
use baiying_core::id::ResponseId;
use baiying_core::import::ImportMode;
use baiying_core::org::{ImportUnits, UnitRow};
use baiying_core::response::{ActivateResponse, ChangeLevel, TerminateResponse};
use baiying_journal::SharedLog;

use super::*;
use crate::engine::Desk;
use crate::plan_file::default_policy;

const BEGAN: i64 = 1_700_000_000_000;

fn at(minute: i64) -> Timestamp {
    Timestamp::from_unix_ms(BEGAN + minute * 60_000)
}

fn envelope(id: usize, command: Command) -> Envelope {
    let context = Context {
        actor: Actor("test".into()),
        request_id: Some(id.to_string().into()),
        digest: 1,
        at: at(0),
    };
    Envelope { context, command }
}

fn units(codes: &[&str]) -> Command {
    let rows = codes.iter().enumerate().map(|(index, code)| UnitRow {
        row: index as u32 + 2,
        code: (*code).into(),
        name: (*code).into(),
        parent_code: if index == 0 { "" } else { codes[0] }.into(),
        kind: if index == 0 { "district" } else { "town" }.into(),
    });
    Command::ImportUnits(ImportUnits {
        mode: ImportMode::AllOrNothing,
        rows: rows.collect(),
    })
}

fn activate(event: &str) -> Command {
    Command::ActivateResponse(ActivateResponse {
        plan: "flood".into(),
        event: event.into(),
        jurisdiction: "".into(),
        level: 4,
        scope: Vec::new(),
        reason: "".into(),
        basis: "".into(),
        order: None,
    })
}

fn level(level: u32) -> Command {
    Command::ChangeLevel(ChangeLevel {
        response: ResponseId(1),
        up: true,
        level,
        scope: Vec::new(),
        reason: "water".into(),
        basis: "".into(),
    })
}

/// Batches of commands, one a minute, and the states that were shown after each; a snapshot after the fourth.
fn history(dir: &std::path::Path) -> (Desk, Vec<(Timestamp, State)>) {
    let log = SharedLog::default();
    let (mut desk, _) = Desk::open(Box::new(log.open()), [], default_policy()).expect("opened");
    let tenant = Tenant {
        name: "test".into(),
        synthetic: true,
        identity_salt: [7; 32],
    };
    desk.initialize(tenant, at(0)).expect("initialized");
    let terminate = Command::TerminateResponse(TerminateResponse {
        response: ResponseId(1),
        reason: "over".into(),
    });
    let batches = [
        vec![units(&["1", "11", "12"])],
        vec![activate("flood"), activate("landslide")],
        vec![level(3)],
        vec![units(&["1", "13"]), level(2), units(&["1", "14"])],
        vec![activate("earthquake")],
        vec![terminate, units(&["1", "15", "16"])],
    ];
    let mut shown = Vec::new();
    for (index, batch) in batches.into_iter().enumerate() {
        let now = at(index as i64 + 1);
        let envelopes = batch
            .into_iter()
            .enumerate()
            .map(|(place, command)| envelope(index * 10 + place, command));
        let answers = desk.commit(envelopes.collect(), now).expect("durable");
        assert!(answers.iter().all(Result::is_ok), "{answers:?}");
        shown.push((now, desk.published().read().clone()));
        if index == 3 {
            super::snapshots::write(dir, desk.published()).expect("a snapshot");
        }
    }
    (desk, shown)
}

#[tokio::test]
async fn the_past_is_as_it_was_shown() {
    let dir = tempfile::tempdir().expect("a directory");
    let (desk, shown) = history(dir.path());
    let published = desk.published();
    // Backwards and forwards: from the journal's beginning, a snapshot, and states that were kept.
    for past in [Past::new(dir.path().to_owned()), Past::new(dir.path().join("none"))].map(Arc::new) {
        for (then, state) in shown.iter().rev().chain(&shown) {
            let half_a_minute_later = Timestamp::from_unix_ms(then.unix_ms() + 30_000);
            for when in [
                When::Revision(state.revision().0),
                When::At(*then),
                When::At(half_a_minute_later),
            ] {
                let found = past.state(published, when).await.expect("it can be shown");
                let found = found.map_or_else(|| published.read().clone(), |found| State::clone(&found));
                assert_eq!(found.revision(), state.revision(), "{when:?}");
                assert!(found == *state, "{when:?}");
            }
        }
        assert!(past.kept.lock().len() <= KEPT);
    }
}

#[tokio::test]
async fn every_revision_can_be_asked_for_and_no_command_is_shown_in_part() {
    let dir = tempfile::tempdir().expect("a directory");
    let (desk, shown) = history(dir.path());
    let published = desk.published();
    let past = Arc::new(Past::new(dir.path().to_owned()));
    let head = published.read().revision().0;
    let mut ends = Vec::new();
    let mut revision = 0;
    for commit in published.journal().commits_after(0) {
        for entry in decode(&commit.expect("readable").payload).expect("decoded") {
            revision += entry.len();
            ends.push(revision);
        }
    }
    assert_eq!(revision, head);
    assert!(ends.len() > shown.len(), "some commits hold several commands");
    for asked in 1..head {
        let found = past
            .state(published, When::Revision(asked))
            .await
            .expect("it can be shown");
        let found = found.map_or(head, |state| state.revision().0);
        let expected = ends.iter().copied().find(|end| *end >= asked);
        assert_eq!(Some(found), expected, "{asked}");
    }
    let before_everything = past.state(published, When::At(at(-1))).await.expect("it can be shown");
    assert_eq!(before_everything.map(|state| state.revision().0), Some(0));
}

#[tokio::test]
async fn the_future_and_a_crowd_are_refused() {
    let dir = tempfile::tempdir().expect("a directory");
    let (desk, _) = history(dir.path());
    let published = desk.published();
    let past = Arc::new(Past::new(dir.path().to_owned()));
    let ahead = past.state(published, When::Revision(10_000)).await;
    assert!(matches!(ahead, Err(PastError::Ahead { revision: 10_000, .. })));
    let taken = past.running.try_acquire_many(AT_ONCE as u32).expect("free");
    let crowded = past.state(published, When::Revision(2)).await;
    assert!(matches!(crowded, Err(PastError::Busy)));
    drop(taken);
    assert!(past.state(published, When::Revision(2)).await.is_ok());
}
