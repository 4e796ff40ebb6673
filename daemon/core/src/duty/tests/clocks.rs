//! Zones in which clocks change: shifts are as long as the day is, and there is neither a gap nor an overlap.

use super::*;

#[test]
fn a_day_of_duty_has_as_many_hours_as_the_day() {
    for (zone, spring, autumn, hours) in [
        ("Europe/London", "2027-03-27", "2027-10-30", (46, 50)),
        ("America/New_York", "2027-03-13", "2026-10-31", (46, 50)),
        ("Australia/Lord_Howe", "2026-10-03", "2027-04-03", (47, 49)),
        ("Asia/Shanghai", "2027-03-27", "2026-10-31", (48, 48)),
    ] {
        for pattern in ["whole-day", "two-shift", "after-hours", "blocks"] {
            let mut district = peacetime();
            district.policy.duty.zone = Zone::new(zone).expect("a zone");
            let zone = district.policy.duty.zone.clone();
            let members = [
                ("lead", "", 1, "", 1),
                ("lead", "", 2, "", 2),
                ("officer", "", 1, "day", 3),
            ];
            district.accepts(import(rows(A1, pattern, "2026-09-10", &members)));
            for (date, halves) in [(spring, hours.0), (autumn, hours.1)] {
                let (first, last) = (day(date).plus_days(-2), day(date).plus_days(4));
                let midnight = |date: Date| zone.instant(date, "00:00".parse().expect("a time"));
                let all = shifts(view(&district), unit(&district, A1), midnight(first), midnight(last));
                if pattern == "whole-day" {
                    let shift = all.iter().find(|shift| shift.date == day(date)).expect("a shift");
                    assert_eq!(shift.until.ms_since(shift.from), halves * 1_800_000, "{zone} {date}");
                }
                for [one, next] in all.array_windows() {
                    let is_office = on_duty(view(&district), unit(&district, A1), one.until).missing
                        == [crate::duty::Missing::OfficeHours];
                    let meets = one.until == next.from || is_office || one.until > next.until;
                    assert!(meets, "{zone} {date}: {} then {}", one.name(), next.name());
                    assert!(
                        next.from >= one.until || pattern == "blocks",
                        "{zone} {date}: {} twice",
                        next.name()
                    );
                }
            }
        }
    }
}

#[test]
fn a_boundary_in_the_hour_that_is_skipped_is_kept_once() {
    let mut district = peacetime();
    let zone = Zone::new("Europe/London").expect("a zone");
    district.policy.duty.zone = zone.clone();
    let shift = |name: &str, start: &str, end: &str| crate::duty::PatternShift {
        name: name.into(),
        days: crate::calendar::DayKinds::ALL,
        start: start.parse().expect("a time"),
        end: end.parse().expect("a time"),
    };
    let shifts_of = vec![
        shift("early", "01:15", "01:45"),
        shift("middle", "01:45", "02:00"),
        shift("late", "02:00", "01:15"),
    ];
    district.policy.duty.patterns.insert(
        "odd".into(),
        crate::duty::Pattern {
            shifts: shifts_of,
            office: None,
        },
    );
    district.accepts(import(rows(
        A1,
        "odd",
        "2026-09-10",
        &[("lead", "", 1, "", 1), ("lead", "", 2, "", 2)],
    )));
    let (from, until) = (at_in(&zone, "2027-03-27 12:00"), at_in(&zone, "2027-03-29 12:00"));
    let all = shifts(view(&district), unit(&district, A1), from, until);
    for [one, next] in all.array_windows() {
        assert_eq!(
            one.until,
            next.from,
            "{} {}, {} {}",
            one.date,
            one.name(),
            next.date,
            next.name()
        );
    }
    let names: Vec<_> = all.iter().map(|shift| (shift.date.to_string(), shift.name())).collect();
    assert!(
        !names.contains(&("2027-03-28".to_owned(), "middle")),
        "nothing is left of it: {names:?}"
    );
}
