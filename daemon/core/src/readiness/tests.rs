//! Readiness: what is missing, when it is looked at, and that each gap is told once.

use std::sync::Arc;

use super::{GapKind, evaluate, last_due, overdue};
use crate::command::Command;
use crate::duty::tests::{Member, at, import, peacetime, rows};
use crate::event::Event;
use crate::org::ImportUnits;
use crate::people::{Category, VerifyPhones};
use crate::policy::Policy;
use crate::testing::{District, empty, people, person_row, unit_row};
use crate::{import::ImportMode, people::ImportPeople};

const MEMBERS: [Member; 6] = [
    ("lead", "", 1, "", 1),
    ("lead", "", 2, "", 2),
    ("officer", "", 1, "", 3),
    ("officer", "", 1, "", 4),
    ("officer", "", 2, "", 5),
    ("officer", "", 2, "", 6),
];

fn gaps(district: &District, unit: &str, when: &str) -> Vec<GapKind> {
    let unit = district.state.org.by_code(unit).expect("the unit").id;
    let found = evaluate(&district.state, at(when), &Policy::default());
    found
        .get(&unit)
        .map_or_else(Vec::new, |gaps| gaps.iter().map(|gap| gap.kind).collect())
}

/// What the evaluation told of a unit: came up, mended.
fn told(events: &[Event], district_unit: crate::id::UnitId) -> (Vec<GapKind>, Vec<GapKind>) {
    let of = |gaps: &[(crate::id::UnitId, GapKind)]| {
        gaps.iter()
            .filter(|(unit, _)| *unit == district_unit)
            .map(|(_, kind)| *kind)
            .collect::<Vec<_>>()
    };
    let found = events.iter().find_map(|event| {
        let Event::ReadinessEvaluated { came_up, mended, .. } = event else {
            return None;
        };
        Some((of(came_up), of(mended)))
    });
    found.expect("an evaluation")
}

#[test]
fn it_is_due_every_day_at_the_time_of_the_policy() {
    let policy = Policy::default();
    for (now, due) in [
        ("2026-09-01 07:29", "2026-08-31 07:30"),
        ("2026-09-01 07:30", "2026-09-01 07:30"),
        ("2026-09-01 23:59", "2026-09-01 07:30"),
    ] {
        assert_eq!(last_due(at(now), &policy), at(due), "{now}");
    }
}

#[test]
fn each_gap_is_told_once_when_it_comes_up_and_once_when_it_is_mended() {
    let mut district = peacetime();
    let a1 = district.state.org.by_code("A1").unwrap().id;
    let staff = (1..=8).map(|number| {
        let mut row = person_row(number, "A1", "", "staff");
        Arc::make_mut(&mut row.personal).phone = format!("1390000000{number}").into();
        row
    });
    district.accepts(Command::ImportPeople(ImportPeople {
        mode: ImportMode::AllOrNothing,
        rows: staff.collect(),
        whole_roster_of: "".into(),
    }));
    district.start_at(at("2026-09-01 08:00")).accepts(Command::Tick);
    district.then(|events| assert!(told(events, a1).0.contains(&GapKind::Unverified)));
    // The same day again, and again a minute later: nothing.
    district.accepts(Command::Tick).changes_nothing();
    district
        .start_at(at("2026-09-01 23:00"))
        .accepts(Command::Tick)
        .changes_nothing();
    // The next day nothing is new, and the day after the numbers were verified.
    district.start_at(at("2026-09-02 08:00")).accepts(Command::Tick);
    district.then(|events| assert_eq!(told(events, a1), (Vec::new(), Vec::new())));
    let late = |district: &District, when: &str| overdue(&district.state, at(when), &Policy::default());
    assert_eq!(late(&district, "2026-09-03 07:29"), None);
    assert_eq!(late(&district, "2026-09-04 07:40"), Some(at("2026-09-04 07:30")));
    district.accepts(Command::VerifyPhones(VerifyPhones { people: people(1..=8) }));
    district.start_at(at("2026-09-05 08:00")).accepts(Command::Tick);
    district.then(|events| assert_eq!(told(events, a1), (Vec::new(), vec![GapKind::Unverified])));
    assert_eq!(
        district.state.readiness.evaluations().len(),
        2,
        "what changed nothing is no evaluation to show"
    );
    assert_eq!(
        district.state.readiness.evaluated_for(),
        Some(at("2026-09-05 07:30")),
        "missed days are made up for once"
    );
}

#[test]
fn duty_that_is_not_covered_is_serious_and_a_roster_covers_it() {
    let mut district = peacetime();
    let staff = (31..=50).map(|number| person_row(number, "A1", "", crate::word::of(&Category::ALL, Category::Staff)));
    district.accepts(Command::ImportPeople(ImportPeople {
        mode: ImportMode::AllOrNothing,
        rows: staff.collect(),
        whole_roster_of: "".into(),
    }));
    assert!(gaps(&district, "A1", "2026-09-01 08:00").contains(&GapKind::NoRoster));
    assert!(
        !gaps(&district, "A2", "2026-09-01 08:00").contains(&GapKind::NoRoster),
        "too small to keep a post"
    );
    district.accepts(import(rows("A1", "two-shift", "2026-08-31", &MEMBERS)));
    let found = gaps(&district, "A1", "2026-09-01 08:00");
    assert!(
        !found.contains(&GapKind::NoRoster) && !found.contains(&GapKind::DutyUncovered),
        "{found:?}"
    );
    assert!(found.contains(&GapKind::SpotCheckOverdue), "{found:?}");
    district.accepts(import(rows("A1", "two-shift", "2026-09-05", &MEMBERS[..3])));
    assert!(gaps(&district, "A1", "2026-09-01 08:00").contains(&GapKind::DutyUncovered));
    assert!(GapKind::DutyUncovered.is_serious() && !GapKind::NoDeputy.is_serious());
}

#[test]
fn a_team_without_a_deputy_is_found() {
    let district = peacetime();
    assert!(
        gaps(&district, "T2", "2026-09-01 08:00").contains(&GapKind::NoDeputy),
        "SP1 has none"
    );
    assert!(!gaps(&district, "T1", "2026-09-01 08:00").contains(&GapKind::NoDeputy));
}

#[test]
fn a_unit_that_never_sent_a_roster_is_not_ready() {
    let mut district = empty();
    let rows = [
        ("D", "", "district"),
        ("A1", "D", "agency"),
        ("T1", "D", "town"),
        ("V11", "T1", "village"),
    ];
    let rows = (1..)
        .zip(rows)
        .map(|(row, (code, parent, kind))| unit_row(row, code, parent, kind));
    district.start_at(at("2026-09-01 08:00"));
    district.accepts(Command::ImportUnits(ImportUnits {
        mode: ImportMode::AllOrNothing,
        rows: rows.collect(),
    }));
    let all = |district: &District, when: &str| {
        ["A1", "T1", "V11"].map(|unit| {
            let mut gaps = gaps(district, unit, when);
            // That towns and villages have no teams of their own is another matter.
            gaps.retain(|gap| *gap != GapKind::TeamSlot);
            gaps
        })
    };
    let stale = || vec![GapKind::RosterStale];
    assert_eq!(all(&district, "2026-09-01 08:00"), [stale(), stale(), Vec::new()]);
    let confirm = |district: &mut District, unit: &str, rows| {
        district.accepts(Command::ImportPeople(ImportPeople {
            mode: ImportMode::AllOrNothing,
            rows,
            whole_roster_of: unit.into(),
        }));
    };
    // Nobody is there, and somebody said so: nothing of that grows old.
    confirm(&mut district, "A1", Vec::new());
    confirm(&mut district, "T1", Vec::new());
    for when in ["2026-09-01 08:00", "2028-09-01 08:00"] {
        assert_eq!(all(&district, when), [Vec::new(), Vec::new(), Vec::new()], "{when}");
    }
    // Where people are, it is stale in time; of a town as well.
    confirm(&mut district, "A1", vec![person_row(1, "A1", "", "staff")]);
    confirm(&mut district, "T1", vec![person_row(2, "T1", "", "staff")]);
    let is_stale = |unit, when| gaps(&district, unit, when).contains(&GapKind::RosterStale);
    for unit in ["A1", "T1"] {
        assert!(
            !is_stale(unit, "2026-09-01 08:00") && is_stale(unit, "2027-09-01 08:00"),
            "{unit}"
        );
    }
}

#[test]
fn nothing_is_overdue_in_a_journal_that_has_just_begun() {
    let mut district = empty();
    district.start_at(at("2026-09-01 12:00"));
    let overdue = |district: &District, when: &str| overdue(&district.state, at(when), &Policy::default());
    assert_eq!(
        overdue(&district, "2026-09-02 12:00"),
        None,
        "there is nothing to look at"
    );
    district.accepts(Command::ImportUnits(ImportUnits {
        mode: ImportMode::AllOrNothing,
        rows: vec![unit_row(1, "D", "", "district")],
    }));
    assert_eq!(
        overdue(&district, "2026-09-01 12:00"),
        None,
        "it was due before anything was"
    );
    assert_eq!(
        overdue(&district, "2026-09-02 07:30"),
        Some(at("2026-09-02 07:30")),
        "and nobody has made it"
    );
}
