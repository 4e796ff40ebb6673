//! Imports: every bad row is named, the same again changes nothing, the past stays.

use super::*;
use crate::duty::{Finding, FindingKind, check};
use crate::import::RowProblem;
use std::collections::BTreeSet;

fn bad(district: &District) -> Vec<(u32, &str)> {
    report(district).bad.iter().map(|bad| (bad.row, &*bad.field)).collect()
}

/// Members, and the rows and fields that are bad.
type Case<'a> = (&'a [Member], &'a [(u32, &'a str)]);

#[test]
fn every_bad_row_is_named_with_its_field() {
    let mut district = peacetime();
    let good = ("lead", "day", 1, "day", 1);
    let cases: [Case<'_>; 8] = [
        (&[good, ("chief", "", 1, "", 2)], &[(2, "position")]),
        (&[good, ("lead", "noon", 1, "day", 2)], &[(2, "shifts")]),
        (&[good, ("lead", "day", 0, "day", 2)], &[(2, "turn")]),
        (&[good, ("lead", "day", 3, "day", 2)], &[(2, "turn")]),
        (&[good, ("lead", "day", 2, "month", 2)], &[(2, "every")]),
        (&[good, ("lead", "day", 2, "week", 2)], &[(2, "every")]),
        (
            &[good, ("lead", "day", 1, "day", 1), ("officer", "", 1, "", 99)],
            &[(2, "person"), (3, "person")],
        ),
        (&[good, ("", "day", 1, "day", 2)], &[(2, "position")]),
    ];
    for (members, expected) in cases {
        district
            .accepts(import(rows(A1, "two-shift", "2026-09-10", members)))
            .changes_nothing();
        assert_eq!(bad(&district), expected, "{members:?}");
    }
    for (unit, pattern, from, field) in [
        ("nowhere", "two-shift", "", "unit_code"),
        ("", "two-shift", "", "unit_code"),
        (A1, "three-shift", "", "pattern"),
        (A1, "", "", "pattern"),
        (A1, "two-shift", "tomorrow", "from_date"),
        (A1, "two-shift", "2026-08-30", "from_date"),
    ] {
        district
            .accepts(import(rows(unit, pattern, from, &[good])))
            .changes_nothing();
        assert_eq!(bad(&district), [(1, field)]);
    }
    let mut mixed = rows(A1, "two-shift", "2026-09-10", &[good, good, good]);
    (mixed[1].pattern, mixed[2].from_date) = ("whole-day".into(), "2026-09-11".into());
    mixed.extend(rows("A2", "two-shift", "2026-09-10", &[("lead", "", 1, "", 9)]));
    let mode = ImportMode::SkipBad;
    district.accepts(Command::ImportDutyRosters(ImportDutyRosters { mode, rows: mixed }));
    assert_eq!(bad(&district), [(2, "pattern"), (3, "from_date")]);
    assert_eq!(
        (report(&district).added, district.state.rosters.units().count()),
        (1, 1)
    );
}

#[test]
fn the_same_again_is_unchanged_even_when_its_first_day_has_passed() {
    let mut district = peacetime();
    let members = [("lead", "", 1, "week", 1), ("lead", "", 2, "week", 2)];
    for from in ["2026-09-10", ""] {
        let again = || import(rows(A1, "two-shift", from, &members));
        district.accepts(again());
        district.accepts(again()).changes_nothing();
        assert_eq!(report(&district).unchanged, 1);
    }
    district.start_at(at("2026-09-20 10:00"));
    district
        .accepts(import(rows(A1, "two-shift", "2026-09-10", &members)))
        .changes_nothing();
    assert_eq!((report(&district).unchanged, report(&district).bad.len()), (1, 0));
    district
        .accepts(import(rows(A1, "two-shift", "2026-09-10", &members[..1])))
        .changes_nothing();
    assert_eq!(bad(&district), [(1, "from_date")]);
    district.accepts(import(rows(A1, "two-shift", "", &members[..1])));
    assert_eq!(report(&district).changed, 1);
}

#[test]
fn the_calendar_of_days_that_were_covered_stays() {
    let mut district = peacetime();
    district.accepts(calendar()).changes_nothing();
    assert_eq!(report(&district).unchanged, 108);
    district.accepts(import(rows(A1, "after-hours", "2026-09-10", &[("lead", "", 1, "", 1)])));
    district.start_at(at("2026-09-15 10:00"));
    let row = |date: &str, kind: &str| CalendarRow {
        row: 1,
        date: date.into(),
        kind: kind.into(),
        name: "x".into(),
    };
    let set = |date: &str, kind: &str| {
        Command::ImportCalendar(ImportCalendar {
            mode: ImportMode::AllOrNothing,
            rows: vec![row(date, kind)],
        })
    };
    // Before the roster, of the roster's past, today, tomorrow.
    for (date, kind, taken) in [
        ("2026-09-09", "holiday", true),
        ("2026-09-10", "holiday", false),
        ("2026-09-15", "holiday", false),
        ("2026-09-14", "workday", true),
        ("2026-09-16", "holiday", true),
    ] {
        district.accepts(set(date, kind));
        assert_eq!(
            report(&district).bad.is_empty(),
            taken,
            "{date} {kind}: {:?}",
            report(&district)
        );
    }
    for (date, kind, field) in [
        ("2026-9-9", "holiday", "date"),
        ("", "holiday", "date"),
        ("2027-01-01", "feast", "kind"),
        ("2027-01-01", "", "kind"),
    ] {
        district.accepts(set(date, kind)).changes_nothing();
        assert_eq!(bad(&district), [(1, field)]);
    }
    let rows = vec![row("2027-01-01", "holiday"), row("2027-01-01", "workday")];
    district.accepts(Command::ImportCalendar(ImportCalendar {
        mode: ImportMode::SkipBad,
        rows,
    }));
    assert_eq!(report(&district).bad[0].problem, RowProblem::DuplicateOf(1));
    assert!(district.state.calendar.has_year(2027));
}

fn found(district: &District, units: &[&str], days: i64) -> Vec<(FindingKind, u32, u32)> {
    let from = at("2026-09-10 09:00");
    let units: BTreeSet<_> = units.iter().map(|code| unit(district, code)).collect();
    let all = check(view(district), &units, from, from.plus_ms(days as u64 * 86_400_000));
    all.iter()
        .map(
            |Finding {
                 kind, person, times, ..
             }| (*kind, person.map_or(0, |person| person.0), *times),
        )
        .collect()
}

#[test]
fn d1_gaps_and_too_few_people_are_found() {
    let mut district = peacetime();
    use FindingKind::{Gap, NoCalendar, NoLead, NoRoster, TooFewOfficers};
    assert_eq!(found(&district, &[A1], 90), [(NoRoster, 0, 1)]);
    let full = [
        ("lead", "", 1, "day", 1),
        ("lead", "", 2, "day", 2),
        ("officer", "", 1, "day", 3),
        ("officer", "", 1, "day", 4),
        ("officer", "", 2, "day", 5),
        ("officer", "", 2, "day", 6),
    ];
    for pattern in ["whole-day", "after-hours", "blocks"] {
        district.accepts(import(rows(A1, pattern, "2026-09-10", &full)));
        let lacking = found(&district, &[A1], 90)
            .into_iter()
            .filter(|(kind, _, _)| matches!(kind, Gap | NoLead | TooFewOfficers));
        assert_eq!(lacking.count(), 0, "{pattern}");
    }
    district.accepts(import(rows(A1, "whole-day", "2026-09-10", &full)));
    assert_eq!(found(&district, &[A1], 90), []);
    // The shifts of eleven days begin or run in ten days: no lead, in each of them one officer of two.
    district.accepts(import(rows(
        A1,
        "whole-day",
        "2026-09-10",
        &[("officer", "", 1, "", 3)],
    )));
    let lacking = found(&district, &[A1], 10);
    assert_eq!(lacking[..2], [(NoLead, 0, 11), (TooFewOfficers, 0, 11)]);
    // Holidays only: what lies between is one gap; the calendar of 2027 is not known.
    district
        .policy
        .duty
        .patterns
        .get_mut("blocks")
        .expect("shipped")
        .shifts
        .retain(|shift| &*shift.name == "holiday");
    district.policy.duty.patterns.get_mut("blocks").expect("shipped").office = None;
    district.accepts(import(rows(A1, "blocks", "2026-09-10", &[("lead", "", 1, "", 1)])));
    let kinds: BTreeSet<_> = found(&district, &[A1], 120)
        .into_iter()
        .map(|(kind, _, _)| kind)
        .collect();
    assert!(kinds.contains(&Gap) && kinds.contains(&NoCalendar), "{kinds:?}");
}

#[test]
fn d2_nobody_is_in_two_places_or_without_rest_across_units() {
    use FindingKind::{DoubleBooking, TooFewOfficers, TooLittleRest};
    let mut district = peacetime();
    let of = |district: &District, units: &[&str]| {
        found(district, units, 4)
            .into_iter()
            .filter(|(kind, _, _)| !matches!(kind, TooFewOfficers))
            .collect::<Vec<_>>()
    };
    district.accepts(import(rows(
        A1,
        "two-shift",
        "2026-09-01",
        &[("lead", "day", 1, "", 1), ("lead", "night", 1, "", 2)],
    )));
    assert_eq!(of(&district, &[A1]), []);
    // Standby at the same time counts as well, and from either side.
    district.accepts(import(rows(
        "A2",
        "two-shift",
        "2026-09-01",
        &[("lead", "", 1, "", 9), ("standby", "day", 1, "", 1)],
    )));
    assert!(
        of(&district, &[A1]).contains(&(DoubleBooking, 1, 5)),
        "{:?}",
        of(&district, &[A1])
    );
    assert!(of(&district, &["A2"]).contains(&(DoubleBooking, 1, 5)));
    assert!(
        of(&district, &["A2"]).contains(&(TooLittleRest, 9, 9)),
        "{:?}",
        of(&district, &["A2"])
    );
    // By day here and by night there.
    district.accepts(import(rows(
        "A2",
        "two-shift",
        "2026-09-01",
        &[("lead", "night", 1, "", 1), ("lead", "day", 1, "", 9)],
    )));
    let rest: Vec<_> = of(&district, &[A1]);
    assert!(
        rest.iter()
            .any(|(kind, person, _)| (*kind, *person) == (TooLittleRest, 1)),
        "{rest:?}"
    );
    let exactly: Vec<_> = rest.iter().filter(|(_, person, _)| *person == 2).collect();
    assert!(exactly.is_empty(), "12 hours between two nights are enough");
}

#[test]
fn leave_is_found_and_both_roles_away() {
    use FindingKind::{BackupAbsent, NoLead, OnLeave};
    let mut district = peacetime();
    district.accepts(import(rows(A1, "whole-day", "2026-09-10", &[("lead", "", 1, "", 1)])));
    district.policy.duty.officers_min = 0;
    district.accepts(import(rows(A1, "whole-day", "2026-09-10", &[("lead", "", 1, "", 1)])));
    let roles = Some((PersonId(1), PersonId(7)));
    district.accepts(Command::SetBackup(crate::duty::SetBackup {
        unit_code: A1.into(),
        post: "带班".into(),
        roles,
    }));
    let minutes = |text: &str| at(text).ms_since(crate::testing::minute(0)) / 60_000;
    district.on_leave(1, minutes("2026-09-11 08:30"), minutes("2026-09-14 08:30"));
    district.on_leave(7, minutes("2026-09-13 08:30"), minutes("2026-09-13 12:00"));
    let all = found(&district, &[A1], 7);
    let wanted = |kind| {
        all.iter()
            .filter(|(found, _, _)| *found == kind)
            .copied()
            .collect::<Vec<_>>()
    };
    assert_eq!(wanted(OnLeave), [(OnLeave, 1, 1)]);
    assert_eq!(wanted(NoLead), [(NoLead, 0, 1)]);
    assert_eq!(wanted(BackupAbsent), [(BackupAbsent, 1, 1)]);
}
