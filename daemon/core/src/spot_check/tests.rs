//! Spot checks: who is asked, and how each answer comes out.

use super::{
    ANSWERS_MAX, AnswerSpotCheck, CancelSpotCheck, Method, Phase, PlanSpotChecks, RecordSpotCheck, SpotCheck,
    SpotCheckResult,
};
use crate::Rejection;
use crate::command::{Answer, Command};
use crate::duty::tests::{Member, at, import, peacetime, rows};
use crate::event::Event;
use crate::id::{PersonId, PersonSet, SpotCheckId, Timestamp};
use crate::testing::District;

/// By day P1 leads, P3 and P4 are officers and P8 stands by; by night P2 leads, P5 and P6 are officers.
const MEMBERS: [Member; 7] = [
    ("lead", "", 1, "", 1),
    ("lead", "", 2, "", 2),
    ("officer", "", 1, "", 3),
    ("officer", "", 1, "", 4),
    ("officer", "", 2, "", 5),
    ("officer", "", 2, "", 6),
    ("standby", "day", 1, "", 8),
];
const C1: SpotCheckId = SpotCheckId(1);

fn rostered() -> District {
    let mut district = peacetime();
    district.accepts(import(rows("A1", "two-shift", "2026-09-10", &MEMBERS)));
    district
}

fn plan(from: &str, until: Option<&str>, sample: u32, seed: u64) -> Command {
    Command::PlanSpotChecks(PlanSpotChecks {
        unit_code: "D".into(),
        sample,
        from: at(from).unix_ms(),
        until: until.map_or(0, |until| at(until).unix_ms()),
        seed,
    })
}

fn answer(check: SpotCheckId, person: u32, on_post: bool) -> Command {
    Command::AnswerSpotCheck(AnswerSpotCheck {
        check,
        person: PersonId(person),
        on_post,
        note: "".into(),
    })
}

fn asked_at(when: &str) -> District {
    let mut district = rostered();
    district.accepts(plan(when, None, 0, 7));
    district.start_at(at(when)).fire();
    district
}

fn check(district: &District) -> &SpotCheck {
    district.state.spot_checks.get(C1).expect("the check")
}

fn after(when: &str, seconds: u64) -> Timestamp {
    at(when).plus_ms(seconds * 1000)
}

const NOON: &str = "2026-09-11 12:00";

#[test]
fn whoever_is_at_the_post_when_it_is_asked_is_asked_and_nobody_else() {
    for (when, who) in [
        (NOON, [1, 3, 4]),
        ("2026-09-11 20:00", [2, 5, 6]),
        ("2026-09-11 19:59", [1, 3, 4]),
    ] {
        let district = asked_at(when);
        let asked = check(&district).asked.as_ref().expect("it was asked");
        assert_eq!(
            asked.rostered,
            who.into_iter().map(PersonId).collect::<PersonSet>(),
            "{when}"
        );
    }
}

#[test]
fn answers_come_out_by_who_when_and_where() {
    use SpotCheckResult::{Late, OffPost, Pass, WrongPerson};
    for (person, on_post, seconds, result) in [
        (3, true, 0, Pass),
        (3, true, 60, Pass),
        (3, true, 61, Late),
        (3, true, 600, Late),
        (1, false, 5, OffPost),
        // Standby is not at the post, and the night shift is at home.
        (8, true, 5, WrongPerson),
        (5, true, 5, WrongPerson),
    ] {
        let mut district = asked_at(NOON);
        district
            .start_at(after(NOON, seconds))
            .accepts(answer(C1, person, on_post));
        assert_eq!(
            *district.answer(),
            Answer::SpotCheck(C1, result),
            "P{person} after {seconds} s"
        );
        let phase = if result == WrongPerson {
            Phase::Asked
        } else {
            Phase::Ended(result)
        };
        assert_eq!(check(&district).phase, phase);
    }
}

#[test]
fn the_first_answer_of_who_is_on_duty_counts_and_a_stranger_decides_nothing() {
    let mut district = asked_at(NOON);
    district
        .accepts(answer(C1, 5, true))
        .accepts(answer(C1, 5, true))
        .changes_nothing();
    district
        .accepts(answer(C1, 3, true))
        .accepts(answer(C1, 3, false))
        .changes_nothing();
    assert_eq!(
        *district.answer(),
        Answer::SpotCheck(C1, SpotCheckResult::Pass),
        "as it was first"
    );
    let closed = Rejection::SpotCheckClosed { check: C1 };
    district.when(answer(C1, 4, true)).rejects(closed);
    assert_eq!(check(&district).answers.len(), 2);
    // However many strangers there are.
    let mut district = asked_at(NOON);
    for stranger in 9..30 {
        district.accepts(answer(C1, stranger, true));
    }
    assert_eq!(check(&district).answers.len(), ANSWERS_MAX);
    district.accepts(answer(C1, 3, true));
    assert_eq!(check(&district).phase, Phase::Ended(SpotCheckResult::Pass));
}

#[test]
fn silence_is_an_answer_too() {
    let mut district = asked_at(NOON);
    assert_eq!(district.state.spot_checks.next_deadline(), Some(after(NOON, 600)));
    district.start_at(after(NOON, 601));
    district
        .when(answer(C1, 3, true))
        .rejects(Rejection::SpotCheckClosed { check: C1 });
    district.fire();
    assert_eq!(check(&district).phase, Phase::Ended(SpotCheckResult::NoAnswer));
    district.fire().changes_nothing();
    let mut district = asked_at(NOON);
    district.accepts(answer(C1, 5, true)).start_at(after(NOON, 601)).fire();
    assert_eq!(check(&district).phase, Phase::Ended(SpotCheckResult::WrongPerson));
    // Nobody is on duty before the roster begins to turn anybody out: nobody can answer.
    let mut district = peacetime();
    district.accepts(import(rows(
        "A1",
        "two-shift",
        "2026-09-10",
        &[("standby", "", 1, "", 8)],
    )));
    district.accepts(plan(NOON, None, 0, 7)).start_at(at(NOON)).fire();
    assert_eq!(check(&district).phase, Phase::Ended(SpotCheckResult::NoAnswer));
}

#[test]
fn what_is_to_come_is_hidden_and_can_be_taken_back() {
    let mut district = rostered();
    district.accepts(plan("2026-09-11 00:00", Some("2026-09-14 00:00"), 0, 7));
    let unknown = Rejection::UnknownSpotCheck { check: C1 };
    district.when(answer(C1, 3, true)).rejects(unknown);
    let cancel = |check| Command::CancelSpotCheck(CancelSpotCheck { check });
    district.accepts(cancel(C1)).accepts(cancel(C1)).changes_nothing();
    assert_eq!(district.state.spot_checks.next_deadline(), None);
    let mut district = asked_at(NOON);
    district
        .when(cancel(C1))
        .rejects(Rejection::SpotCheckClosed { check: C1 });
}

#[test]
fn a_lot_draws_the_instant_and_the_units_and_the_same_seed_draws_the_same() {
    let drawn = |sample, seed| {
        let mut district = rostered();
        let t1 = [
            ("lead", "", 1, "", 21),
            ("officer", "", 1, "", 22),
            ("officer", "", 1, "", 23),
        ];
        district.accepts(import(rows("V21", "whole-day", "2026-09-10", &t1)));
        district.accepts(plan("2026-09-11 00:00", Some("2026-09-14 00:00"), sample, seed));
        let checks = district
            .state
            .spot_checks
            .iter()
            .map(|check| (check.plan.unit, check.plan.at));
        checks.collect::<Vec<_>>()
    };
    assert_eq!((drawn(0, 1), drawn(0, 1).len()), (drawn(0, 1), 2));
    assert_ne!(drawn(0, 1), drawn(0, 2));
    let window = at("2026-09-11 00:00")..at("2026-09-14 00:00");
    let units: std::collections::BTreeSet<_> = (0..40)
        .flat_map(|seed| drawn(1, seed))
        .map(|(unit, at)| {
            assert!(window.contains(&at));
            unit
        })
        .collect();
    assert_eq!(units.len(), 2, "each unit is drawn by some lot");
}

#[test]
fn a_plan_that_makes_no_sense_is_refused() {
    let mut district = rostered();
    for (from, until) in [
        ("2026-08-30 00:00", None),
        ("2026-09-12 00:00", Some("2026-09-12 00:00")),
        ("2026-09-12 00:00", Some("2026-10-13 00:01")),
    ] {
        district
            .when(plan(from, until, 0, 1))
            .rejects(Rejection::SpotCheckWindow);
    }
    let mut district = peacetime();
    let none = Rejection::NoDutyRoster { unit: "D".into() };
    district.when(plan(NOON, None, 0, 1)).rejects(none);
}

#[test]
fn a_check_made_by_phone_comes_out_by_the_roster_of_that_instant() {
    use SpotCheckResult::{Late, NoAnswer, OffPost, Pass, WrongPerson};
    let record = |took: Option<u64>, person: u32, on_post| {
        Command::RecordSpotCheck(RecordSpotCheck {
            unit_code: "A1".into(),
            method: Method::Phone,
            asked: at(NOON).unix_ms(),
            answered: took.map_or(0, |took| after(NOON, took).unix_ms()),
            person: (person > 0).then_some(PersonId(person)),
            on_post,
            note: "".into(),
        })
    };
    let mut district = rostered();
    district.start_at(at("2026-09-12 09:00"));
    for (took, person, on_post, result) in [
        (Some(20), 3, true, Pass),
        (Some(90), 3, true, Late),
        (Some(900), 3, true, NoAnswer),
        (Some(20), 3, false, OffPost),
        (Some(20), 5, true, WrongPerson),
        (Some(20), 0, true, WrongPerson),
        (None, 0, false, NoAnswer),
    ] {
        district
            .accepts(record(took, person, on_post))
            .then(|events| assert_eq!(events.len(), 1));
        let Answer::SpotCheck(id, found) = *district.answer() else {
            panic!("no result")
        };
        assert_eq!(found, result);
        let last = district
            .state
            .spot_checks
            .last_of(district.state.org.by_code("A1").unwrap().id);
        assert_eq!(last.map(|(check, found)| (check.plan.id, found)), Some((id, result)));
    }
    district.start_at(at("2026-09-12 09:00"));
    let early = Command::RecordSpotCheck(RecordSpotCheck {
        unit_code: "A1".into(),
        method: Method::Visit,
        asked: at("2026-09-12 09:30").unix_ms(),
        answered: 0,
        person: None,
        on_post: false,
        note: "".into(),
    });
    district.when(early).rejects(Rejection::SpotCheckTimes);
}

#[test]
fn a_check_is_asked_late_rather_than_never() {
    let mut district = rostered();
    district.accepts(plan(NOON, None, 0, 7));
    district.start_at(at("2026-09-11 21:00")).fire().then(|events| {
        assert!(matches!(events, [Event::SpotCheckAsked { .. }, ..]), "{events:?}");
    });
    let asked = check(&district).asked.as_ref().expect("it was asked");
    assert!(asked.rostered.contains(PersonId(2)) && asked.at == at("2026-09-11 21:00"));
}
