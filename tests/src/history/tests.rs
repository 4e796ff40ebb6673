//! Each way in which a history can be bad is found, and only that; a good one is found good.

use std::collections::BTreeMap;

use super::*;

/// Three requests at revisions 1–2, 3 and 4; the board counts the revisions; O1 looks like its last revision.
fn model() -> Model {
    let entry = |first, last, id: &str| Journaled {
        first,
        last,
        request: Some(id.to_owned()),
    };
    Model {
        entries: vec![entry(1, 2, "h-a"), entry(3, 3, "h-b"), entry(4, 4, "h-c")],
        boards: [2, 3, 4].into_iter().map(|at| (at, board(at as u32))).collect(),
        things: BTreeMap::from([("O1".to_owned(), vec![(2, "two".to_owned()), (4, "four".to_owned())])]),
    }
}

fn board(due: u32) -> Board {
    let mut line = Line::default();
    line[0] = due;
    Board {
        lines: BTreeMap::from([("total".to_owned(), line)]),
        ..Board::default()
    }
}

fn call(client: u32, (invoked, completed): (u64, u64), did: Did) -> Call {
    Call {
        client,
        invoked,
        completed,
        did,
    }
}

fn wrote(time: (u64, u64), id: &str, outcome: Outcome) -> Call {
    let (id, content) = (id.to_owned(), id.to_owned());
    call(1, time, Did::Wrote { id, content, outcome })
}

fn done(revision: u64) -> Outcome {
    Outcome::Done {
        revision,
        changed: true,
        answer: "done".to_owned(),
    }
}

fn saw(time: (u64, u64), revision: u64, due: u32) -> Call {
    let board = board(due);
    call(2, time, Did::Saw(Seen::Board { revision, board }))
}

fn watched(time: (u64, u64), revision: u64, since: Option<u64>, conflated: u64) -> Call {
    let board = board(revision as u32);
    call(
        3,
        time,
        Did::Saw(Seen::Watched {
            revision,
            since,
            conflated,
            board,
        }),
    )
}

fn thing(time: (u64, u64), shown: &str) -> Call {
    let (name, shown) = ("O1".to_owned(), shown.to_owned());
    call(2, time, Did::Saw(Seen::Thing { name, shown }))
}

/// All events after this revision, four at most.
fn events(since: u64, of: &[(u64, &str)]) -> Call {
    let events = of.iter().map(|(revision, id)| (*revision, (*id).to_owned())).collect();
    call(
        2,
        (90, 91),
        Did::Saw(Seen::Events {
            since,
            limit: 4,
            events,
            head: 4,
        }),
    )
}

/// One after another: a, then b, then c, with looks between.
fn good() -> Vec<Call> {
    vec![
        wrote((1, 5), "h-a", Outcome::Unknown),
        wrote((6, 10), "h-a", done(2)),
        saw((11, 12), 2, 2),
        watched((3, 13), 2, None, 0),
        wrote((20, 25), "h-b", done(3)),
        wrote((22, 30), "h-b", done(3)),
        watched((3, 31), 3, Some(2), 1),
        thing((32, 33), "two"),
        wrote((40, 50), "h-c", done(4)),
        thing((45, 46), "four"),
        wrote((41, 55), "h-d", Outcome::Refused("CLOSED".into())),
        wrote((42, 56), "h-e", Outcome::Unknown),
        saw((60, 61), 4, 4),
        events(0, &[(1, "h-a"), (2, "h-a"), (3, "h-b"), (4, "h-c")]),
    ]
}

/// The rules that are broken when the history is changed so.
fn rules(change: impl FnOnce(&mut Vec<Call>, &mut Model)) -> Vec<Rule> {
    let (mut calls, mut model) = (good(), model());
    change(&mut calls, &mut model);
    let mut rules: Vec<_> = check(&calls, &model, &["h-"])
        .into_iter()
        .map(|broken| broken.rule)
        .collect();
    rules.dedup();
    rules
}

#[test]
fn a_good_history_is_good() {
    assert_eq!(rules(|_, _| {}), []);
}

#[test]
fn a_lost_write_is_found() {
    let lost = |calls: &mut Vec<Call>, _: &mut Model| calls.push(wrote((70, 71), "h-lost", done(4)));
    assert_eq!(rules(lost), [Rule::Kept]);
}

#[test]
fn a_receipt_with_another_revision_is_found() {
    let other = |calls: &mut Vec<Call>, _: &mut Model| calls[8] = wrote((40, 50), "h-c", done(3));
    assert!(rules(other).contains(&Rule::Kept));
}

#[test]
fn a_request_that_took_effect_twice_is_found() {
    let twice = |_: &mut Vec<Call>, model: &mut Model| model.entries[2].request = Some("h-b".to_owned());
    assert!(rules(twice).contains(&Rule::Once));
}

#[test]
fn an_entry_that_nobody_asked_for_is_found() {
    let strange = |calls: &mut Vec<Call>, _: &mut Model| drop(calls.remove(8));
    assert_eq!(rules(strange), [Rule::Once]);
}

#[test]
fn different_answers_to_one_request_are_found() {
    let other = |calls: &mut Vec<Call>, _: &mut Model| {
        let answer = "other".to_owned();
        let outcome = Outcome::Done {
            revision: 3,
            changed: true,
            answer,
        };
        calls[5] = wrote((22, 30), "h-b", outcome);
    };
    assert_eq!(rules(other), [Rule::Same]);
}

#[test]
fn a_repeat_of_what_was_done_that_is_refused_is_found() {
    for outcome in [Outcome::Refused("CLOSED".into()), Outcome::NotCounted("CLOSED".into())] {
        let later = |calls: &mut Vec<Call>, _: &mut Model| calls.push(wrote((70, 71), "h-c", outcome.clone()));
        assert_eq!(rules(later), [Rule::Same], "{outcome:?}");
        let meanwhile = |calls: &mut Vec<Call>, _: &mut Model| calls.push(wrote((45, 71), "h-c", outcome.clone()));
        assert_eq!(rules(meanwhile), [], "decided before it was done, perhaps");
        let other = |calls: &mut Vec<Call>, _: &mut Model| {
            let (id, content, outcome) = ("h-c".to_owned(), "other".to_owned(), outcome.clone());
            calls.push(call(1, (70, 71), Did::Wrote { id, content, outcome }));
        };
        assert_eq!(rules(other), [], "the key of something else");
    }
}

#[test]
fn a_request_that_is_decided_again_is_found() {
    let again = |calls: &mut Vec<Call>, _: &mut Model| {
        let (answer, changed) = ("nothing".to_owned(), false);
        let outcome = Outcome::Done {
            revision: 4,
            changed,
            answer,
        };
        calls.push(wrote((70, 71), "h-b", outcome));
    };
    assert_eq!(rules(again), [Rule::Same]);
}

#[test]
fn a_refused_request_that_took_effect_is_found() {
    let refused =
        |calls: &mut Vec<Call>, _: &mut Model| calls[8] = wrote((40, 50), "h-c", Outcome::Refused("NO".into()));
    assert_eq!(rules(refused), [Rule::Refused]);
}

#[test]
fn a_write_before_what_was_known_when_it_was_asked_for_is_found() {
    let early = |calls: &mut Vec<Call>, _: &mut Model| calls[4].invoked = 62;
    let rules = rules(|calls, model| {
        early(calls, model);
        calls[5].invoked = 63;
    });
    assert!(rules.contains(&Rule::RealTime), "{rules:?}");
}

#[test]
fn what_was_so_already_may_be_said_anew_and_is_never_stale() {
    let nothing = |time, revision| {
        let answer = "nothing".to_owned();
        let changed = false;
        wrote(
            time,
            "h-b",
            Outcome::Done {
                revision,
                changed,
                answer,
            },
        )
    };
    assert_eq!(rules(|calls, _| calls.push(nothing((14, 15), 2))), []);
    let stale = |calls: &mut Vec<Call>, _: &mut Model| calls.push(nothing((70, 71), 2));
    assert_eq!(rules(stale), [Rule::RealTime]);
}

#[test]
fn a_stale_read_is_found() {
    let stale = |calls: &mut Vec<Call>, _: &mut Model| calls.push(saw((70, 71), 3, 3));
    assert_eq!(rules(stale), [Rule::RealTime, Rule::Monotonic]);
}

#[test]
fn a_read_of_what_was_not_yet_asked_for_is_found() {
    let early = |calls: &mut Vec<Call>, _: &mut Model| calls[2] = saw((11, 12), 3, 3);
    assert!(rules(early).contains(&Rule::RealTime));
}

#[test]
fn a_board_that_never_was_is_found() {
    let wrong = |calls: &mut Vec<Call>, _: &mut Model| calls[12] = saw((60, 61), 4, 5);
    assert_eq!(rules(wrong), [Rule::True]);
    let half = |calls: &mut Vec<Call>, _: &mut Model| calls[2] = saw((7, 8), 1, 1);
    assert_eq!(rules(half), [Rule::True], "a revision within an entry");
}

#[test]
fn an_order_that_looked_so_earlier_or_later_is_found() {
    let late = |calls: &mut Vec<Call>, _: &mut Model| calls.push(thing((70, 71), "two"));
    assert_eq!(rules(late), [Rule::True]);
    let early = |calls: &mut Vec<Call>, _: &mut Model| calls[7] = thing((32, 33), "four");
    assert_eq!(rules(early), [Rule::True]);
}

#[test]
fn a_gap_in_a_watched_board_is_found() {
    let gap = |calls: &mut Vec<Call>, _: &mut Model| calls.push(watched((65, 66), 4, Some(2), 1));
    assert_eq!(rules(gap), [Rule::Gap]);
    let back = |calls: &mut Vec<Call>, _: &mut Model| calls.push(watched((3, 66), 3, Some(4), 0));
    assert_eq!(rules(back), [Rule::Gap]);
}

#[test]
fn events_of_another_journal_are_found() {
    let missing = |calls: &mut Vec<Call>, _: &mut Model| calls[13] = events(0, &[(1, "h-a"), (3, "h-b")]);
    assert_eq!(rules(missing), [Rule::True]);
    let strange = |calls: &mut Vec<Call>, _: &mut Model| calls[13] = events(2, &[(3, "h-b"), (4, "h-x")]);
    assert_eq!(rules(strange), [Rule::True]);
    let cut_off = |calls: &mut Vec<Call>, _: &mut Model| calls[13] = events(2, &[(3, "h-b")]);
    assert_eq!(rules(cut_off), [Rule::True], "events at the end are left out");
    let rest = |calls: &mut Vec<Call>, _: &mut Model| calls[13] = events(2, &[(3, "h-b"), (4, "h-c")]);
    assert_eq!(rules(rest), []);
}
