//! Who is on: rotations, a holiday week, versions, what is missing.

use super::*;
use crate::duty::Missing;

const AFTER_HOURS: [Member; 6] = [
    ("lead", "", 1, "week", 1),
    ("lead", "", 2, "week", 2),
    ("officer", "", 1, "shift", 3),
    ("officer", "", 1, "shift", 4),
    ("officer", "", 2, "shift", 5),
    ("officer", "", 2, "shift", 6),
];

#[test]
fn the_national_day_week_follows_the_real_calendar() {
    let mut district = peacetime();
    district.accepts(import(rows(A1, "after-hours", "2026-09-28", &AFTER_HOURS)));
    // 2026-10-01 to 07 are holidays; Saturday the 10th is a workday.
    let expected = [
        "after-hours 09-30 17:30 to 10-01 08:30: P1 P3 P4",
        "whole-day 10-01 08:30 to 10-02 08:30: P1 P5 P6",
        "whole-day 10-02 08:30 to 10-03 08:30: P1 P3 P4",
        "whole-day 10-03 08:30 to 10-04 08:30: P1 P5 P6",
        "whole-day 10-04 08:30 to 10-05 08:30: P1 P3 P4",
        "whole-day 10-05 08:30 to 10-06 08:30: P2 P5 P6",
        "whole-day 10-06 08:30 to 10-07 08:30: P2 P3 P4",
        "whole-day 10-07 08:30 to 10-08 08:30: P2 P5 P6",
        "after-hours 10-08 17:30 to 10-09 08:30: P2 P3 P4",
        "after-hours 10-09 17:30 to 10-10 08:30: P2 P5 P6",
        "after-hours 10-10 17:30 to 10-11 08:30: P2 P3 P4",
        "whole-day 10-11 08:30 to 10-12 08:30: P2 P5 P6",
        "after-hours 10-12 17:30 to 10-13 08:30: P1 P3 P4",
    ];
    assert_eq!(all(&district, A1, "2026-09-30 12:00", "2026-10-13 00:00"), expected);
    // 753 weeks and 5272 shifts later it is the same arithmetic.
    assert_eq!(
        on_at(&district, A1, "2041-03-05 20:00"),
        "lead P2, officer P3, officer P4"
    );
    let missing = |when: &str| on_duty(view(&district), unit(&district, A1), at(when)).missing;
    assert_eq!(missing("2026-10-08 12:00"), [Missing::OfficeHours]);
    assert_eq!(missing("2026-10-02 12:00"), []);
    assert_eq!(missing("2026-09-27 20:00"), [Missing::NoRoster]);
    assert_eq!(
        on_duty(view(&district), unit(&district, "A2"), at("2026-10-02 12:00")).missing,
        [Missing::NoRoster]
    );
}

#[test]
fn turns_are_shifts_days_or_weeks() {
    let mut district = peacetime();
    let members = [
        ("lead", "", 1, "2-weeks", 1),
        ("lead", "", 2, "2-weeks", 2),
        ("officer", "day", 1, "day", 3),
        ("officer", "day", 2, "day", 4),
        ("officer", "day", 3, "day", 5),
        ("officer", "night", 1, "2-shifts", 6),
        ("officer", "night", 2, "2-shifts", 7),
        ("standby", "", 1, "3-days", 8),
    ];
    // The 10th is a Thursday: the week that is under way counts as the first.
    district.accepts(import(rows(A1, "two-shift", "2026-09-10", &members)));
    let expected = [
        "day 09-10 08:00 to 09-10 20:00: P1 P3 P8",
        "night 09-10 20:00 to 09-11 08:00: P1 P6 P8",
        "day 09-11 08:00 to 09-11 20:00: P1 P4 P8",
        "night 09-11 20:00 to 09-12 08:00: P1 P6 P8",
        "day 09-12 08:00 to 09-12 20:00: P1 P5 P8",
        "night 09-12 20:00 to 09-13 08:00: P1 P7 P8",
        "day 09-13 08:00 to 09-13 20:00: P1 P3 P8",
    ];
    assert_eq!(all(&district, A1, "2026-09-10 08:00", "2026-09-13 20:00"), expected);
    assert_eq!(
        on_at(&district, A1, "2026-09-20 23:59"),
        "lead P1, officer P7, standby P8"
    );
    assert_eq!(
        on_at(&district, A1, "2026-09-21 08:00"),
        "lead P2, officer P5, standby P8"
    );
    let found = on_duty(view(&district), unit(&district, A1), at("2026-09-10 08:00"));
    assert_eq!(found.missing, [Missing::TooFewOfficers]);
    assert_eq!(found.holders.last().map(|standby| standby.recall_minutes), Some(30));
}

#[test]
fn shifts_are_half_open() {
    let mut district = peacetime();
    let members = [("lead", "", 1, "", 1), ("lead", "", 2, "", 2)];
    district.accepts(import(rows(A1, "two-shift", "2026-09-10", &members)));
    let handover = at("2026-09-11 08:00");
    let person = |at: Timestamp| {
        let found = on_duty(view(&district), unit(&district, A1), at);
        found.holders.iter().map(|holder| holder.person.0).collect::<Vec<_>>()
    };
    let before = Timestamp::from_unix_ms(handover.unix_ms() - 1);
    assert_eq!((person(before), person(handover)), (vec![2], vec![1]));
}

#[test]
fn a_new_version_takes_over_with_its_first_shift() {
    let mut district = peacetime();
    district.accepts(import(rows(A1, "two-shift", "2026-09-10", &[("lead", "", 1, "", 1)])));
    district.accepts(import(rows(A1, "whole-day", "2026-09-15", &[("lead", "", 1, "", 2)])));
    let expected = [
        "night 09-14 20:00 to 09-15 08:00: P1",
        // The old one goes on until the new one begins.
        "day 09-15 08:00 to 09-15 08:30: P1",
        "whole-day 09-15 08:30 to 09-16 08:30: P2",
    ];
    assert_eq!(all(&district, A1, "2026-09-15 00:00", "2026-09-16 00:00"), expected);
    // In the other direction what runs is cut short where the new one begins.
    district.accepts(import(rows(A1, "two-shift", "2026-09-20", &[("lead", "", 1, "", 3)])));
    let expected = [
        "whole-day 09-19 08:30 to 09-20 08:00: P2",
        "day 09-20 08:00 to 09-20 20:00: P3",
    ];
    assert_eq!(all(&district, A1, "2026-09-20 00:00", "2026-09-20 12:00"), expected);
    // One that is to come is replaced by one that comes with it or before it.
    district.accepts(import(rows(A1, "whole-day", "2026-09-18", &[("lead", "", 1, "", 4)])));
    assert_eq!(on_at(&district, A1, "2026-09-20 12:00"), "lead P4");
    let versions: Vec<_> = district
        .state
        .rosters
        .versions(unit(&district, A1))
        .iter()
        .map(|it| it.version)
        .collect();
    assert_eq!(versions, [1, 2, 4]);
}

#[test]
fn a_version_from_today_leaves_what_was_as_it_was() {
    let mut district = peacetime();
    district.accepts(import(rows(A1, "two-shift", "2026-09-10", &[("lead", "", 1, "", 1)])));
    // Written at 15:00 in the first shift: the shift ends as it was, the next one is new.
    district.start_at(at("2026-09-12 15:00"));
    district.accepts(import(rows(A1, "two-shift", "", &[("lead", "", 1, "", 2)])));
    let expected = [
        "day 09-12 08:00 to 09-12 20:00: P1",
        "night 09-12 20:00 to 09-13 08:00: P2",
    ];
    assert_eq!(all(&district, A1, "2026-09-12 08:00", "2026-09-13 08:00"), expected);
    // No shift of the new pattern begins today any more: the old one goes on until tomorrow.
    district.accepts(import(rows(A1, "whole-day", "", &[("lead", "", 1, "", 3)])));
    let expected = [
        "day 09-12 08:00 to 09-12 20:00: P1",
        "night 09-12 20:00 to 09-13 08:00: P2",
        "day 09-13 08:00 to 09-13 08:30: P2",
        "whole-day 09-13 08:30 to 09-14 08:30: P3",
    ];
    assert_eq!(all(&district, A1, "2026-09-12 08:00", "2026-09-13 12:00"), expected);
    // The first roster of a unit is in force at once.
    district.accepts(import(rows("A2", "two-shift", "", &[("lead", "", 1, "", 9)])));
    assert_eq!(on_at(&district, "A2", "2026-09-12 14:59"), "");
    assert_eq!(on_at(&district, "A2", "2026-09-12 15:00"), "lead P9");
}
