//! Occurrences: wall clocks that jump, days of the calendar, windows, spreads.

use super::super::{Occurrence, Recurrence, Rule, next, starting, within};
use super::oracle::Watch;
use super::{DAY_MS, HOUR_MS, MINUTE_MS, at, china, kinds, rule, shown, utc};
use crate::calendar::{Calendar, DayKind};
use crate::id::Timestamp;

/// What comes round in (after, until], in UTC.
fn times(rule: &Rule, calendar: &Calendar, after: &str, until: &str) -> Vec<String> {
    within(rule, calendar, utc(after), utc(until))
        .map(|occurrence| shown(occurrence.nominal))
        .collect()
}

#[test]
fn a_time_that_is_skipped_is_at_the_end_of_the_gap_and_of_one_that_comes_twice_the_first_counts() {
    for (zone, expression, day, expected) in [
        // Clocks go forward at 01:00 UTC; the day before the time is as always, the day after an hour earlier in UTC.
        (
            "Europe/London",
            "30 1 * * *",
            "2026-03-28",
            ["2026-03-28 01:30", "2026-03-29 01:00", "2026-03-30 00:30"],
        ),
        (
            "Europe/London",
            "30 1 * * *",
            "2026-10-24",
            ["2026-10-24 00:30", "2026-10-25 00:30", "2026-10-26 01:30"],
        ),
        (
            "Europe/Kyiv",
            "30 3 * * *",
            "2026-03-28",
            ["2026-03-28 01:30", "2026-03-29 01:00", "2026-03-30 00:30"],
        ),
        (
            "Europe/Kyiv",
            "30 3 * * *",
            "2026-10-24",
            ["2026-10-24 00:30", "2026-10-25 00:30", "2026-10-26 01:30"],
        ),
        (
            "America/New_York",
            "30 2 * * *",
            "2026-03-07",
            ["2026-03-07 07:30", "2026-03-08 07:00", "2026-03-09 06:30"],
        ),
        (
            "America/New_York",
            "30 1 * * *",
            "2026-10-31",
            ["2026-10-31 05:30", "2026-11-01 05:30", "2026-11-02 06:30"],
        ),
        // By half an hour: from 02:00 to 02:30, and from 02:00 back to 01:30.
        (
            "Australia/Lord_Howe",
            "15 2 * * *",
            "2026-10-02",
            ["2026-10-02 15:45", "2026-10-03 15:30", "2026-10-04 15:15"],
        ),
        (
            "Australia/Lord_Howe",
            "45 1 * * *",
            "2026-04-03",
            ["2026-04-03 14:45", "2026-04-04 14:45", "2026-04-05 15:15"],
        ),
    ] {
        let rule = rule(zone, expression);
        let from = utc(&format!("{day} 00:00"));
        let told: Vec<_> = within(&rule, &Calendar::default(), from, from.plus_ms(3 * DAY_MS)).collect();
        let told: Vec<_> = told.iter().map(|occurrence| shown(occurrence.nominal)).collect();
        assert_eq!(told, expected, "{zone} {expression}");
    }
}

#[test]
fn all_that_falls_into_a_gap_comes_round_once() {
    let calendar = Calendar::default();
    let often = rule("Europe/London", "*/20 0-2 * * *");
    assert_eq!(
        times(&often, &calendar, "2026-03-29 00:20", "2026-03-29 12:00"),
        [
            "2026-03-29 00:40",
            "2026-03-29 01:00",
            "2026-03-29 01:20",
            "2026-03-29 01:40"
        ]
    );
    // From 02:00 back to 01:00 at 01:00 UTC: what the second hour shows has come round.
    assert_eq!(
        times(&often, &calendar, "2026-10-25 00:00", "2026-10-25 12:00"),
        [
            "2026-10-25 00:20",
            "2026-10-25 00:40",
            "2026-10-25 02:00",
            "2026-10-25 02:20",
            "2026-10-25 02:40"
        ]
    );
    // Samoa had no 30 December 2011.
    let skipped = rule("Pacific/Apia", "0 9,15 30 12 *");
    assert_eq!(
        times(&skipped, &calendar, "2011-12-01 00:00", "2012-12-01 00:00"),
        ["2011-12-30 10:00"]
    );
}

#[test]
fn leap_days_come_round_in_leap_years() {
    let calendar = Calendar::default();
    let leap = rule("Asia/Shanghai", "0 8 29 2 *");
    let after = |text| next(&leap, &calendar, utc(text)).map(|occurrence| shown(occurrence.nominal));
    assert_eq!(after("2026-01-01 00:00").as_deref(), Some("2028-02-29 00:00"));
    assert_eq!(after("2028-02-29 00:00").as_deref(), Some("2032-02-29 00:00"));
    assert_eq!(
        after("2096-02-29 00:00").as_deref(),
        Some("2104-02-29 00:00"),
        "2100 is none"
    );
    let last = rule("Asia/Shanghai", "0 8 L 2 *");
    assert_eq!(
        times(&last, &calendar, "2026-01-01 00:00", "2029-01-01 00:00"),
        ["2026-02-28 00:00", "2027-02-28 00:00", "2028-02-29 00:00"]
    );
}

#[test]
fn only_days_of_the_rules_kinds_have_occurrences() {
    let calendar = china();
    let mut every = rule("Asia/Shanghai", "30 8 * * *");
    every.days = kinds(&[DayKind::Workday]);
    // The Saturday before the Spring Festival is worked; the festival lasts from the 15th to the 23rd.
    assert_eq!(
        times(&every, &calendar, "2026-02-12 12:00", "2026-02-24 12:00"),
        ["2026-02-13 00:30", "2026-02-14 00:30", "2026-02-24 00:30"]
    );
    assert_eq!(
        times(&every, &Calendar::default(), "2026-02-13 12:00", "2026-02-17 12:00").len(),
        2,
        "by the week"
    );
    every.days = kinds(&[DayKind::Holiday]);
    let holidays = times(&every, &calendar, "2026-02-01 00:00", "2026-03-01 00:00");
    assert_eq!(
        (holidays.len(), &*holidays[0], &*holidays[8]),
        (9, "2026-02-15 00:30", "2026-02-23 00:30")
    );
    // The day is that of the rule's zone: 00:30 on the 24th is the 23rd in UTC.
    let mut night = rule("Asia/Shanghai", "30 0 * * *");
    night.days = kinds(&[DayKind::Workday]);
    assert_eq!(
        times(&night, &calendar, "2026-02-14 00:00", "2026-02-24 00:00"),
        ["2026-02-23 16:30"]
    );
    // A monthly rule that meets a holiday leaves the month out: nothing is moved.
    let mut monthly = rule("Asia/Shanghai", "0 9 1 * *");
    monthly.days = kinds(&[DayKind::Workday]);
    assert_eq!(
        times(&monthly, &calendar, "2026-08-31 12:00", "2026-12-31 00:00"),
        ["2026-09-01 01:00", "2026-12-01 01:00"]
    );
    monthly.days = kinds(&[]);
    assert_eq!(next(&monthly, &calendar, utc("2026-01-01 00:00")), None);
}

#[test]
fn windows_are_open_at_their_start_and_closed_at_their_end() {
    let calendar = Calendar::default();
    let hourly = rule("Asia/Shanghai", "0 * * * *");
    assert_eq!(
        times(&hourly, &calendar, "2026-05-01 08:00", "2026-05-01 10:00"),
        ["2026-05-01 09:00", "2026-05-01 10:00"]
    );
    let just_before = Timestamp::from_unix_ms(utc("2026-05-01 08:00").unix_ms() - 1);
    let told: Vec<_> = within(&hourly, &calendar, just_before, utc("2026-05-01 08:00")).collect();
    assert_eq!(told.len(), 1);
    assert_eq!(
        times(&hourly, &calendar, "2026-05-01 10:00", "2026-05-01 08:00").len(),
        0
    );
    let once = Rule {
        recurrence: Recurrence::Once(utc("2026-05-01 09:17")),
        ..hourly
    };
    assert_eq!(times(&once, &calendar, "2026-05-01 09:17", "2027-01-01 00:00").len(), 0);
    assert_eq!(
        times(&once, &calendar, "2026-05-01 09:16", "2026-05-01 09:17"),
        ["2026-05-01 09:17"]
    );
    assert_eq!(
        next(&once, &calendar, utc("2026-01-01 00:00"))
            .map(|told| shown(told.start))
            .as_deref(),
        Some("2026-05-01 09:17")
    );
}

#[test]
fn rules_that_never_come_round_end_and_none_is_read_ahead_of_need() {
    let calendar = Calendar::default();
    for expression in ["0 0 31 2 *", "0 0 30 FEB ?", "no expression", "0 0 * * MON#5,X"] {
        let never = rule("Asia/Shanghai", expression);
        assert_eq!(next(&never, &calendar, utc("2026-01-01 00:00")), None, "{expression}");
        assert_eq!(
            within(&never, &calendar, Timestamp::MIN, Timestamp::MAX).next(),
            None,
            "{expression}"
        );
        assert_eq!(
            starting(&never, &calendar, Timestamp::MIN, Timestamp::MIN, Timestamp::MAX).next(),
            None
        );
    }
    // To the end of all calendars, minute by minute: only what is asked for is computed.
    let minutes = rule("Asia/Shanghai", "* * * * *");
    let mut told = within(&minutes, &calendar, utc("2016-01-01 00:00"), Timestamp::MAX);
    assert_eq!(
        told.nth(999).map(|occurrence| shown(occurrence.nominal)).as_deref(),
        Some("2016-01-01 16:40")
    );
    // Nor does it begin before 1970, or go on behind the last day there is.
    let first = within(&minutes, &calendar, Timestamp::MIN, Timestamp::MAX)
        .next()
        .map(|first| first.nominal.unix_ms());
    assert_eq!(first, Some(60_000));
    let late = Timestamp::from_unix_ms(253_402_200_000_000);
    assert!(within(&rule("UTC", "0 0 * * *"), &calendar, late, Timestamp::MAX).count() <= 2);
    assert_eq!(next(&minutes, &calendar, Timestamp::MAX), None);
}

#[test]
fn a_zone_that_is_not_there_any_more_means_utc() {
    let told = next(
        &rule("Atlantis/Centre", "0 9 * * *"),
        &Calendar::default(),
        utc("2026-01-01 00:00"),
    );
    assert_eq!(
        told.map(|told| shown(told.nominal)).as_deref(),
        Some("2026-01-01 09:00")
    );
}

#[test]
fn a_start_is_drawn_from_the_seed_inside_the_window_and_told_in_order_of_starts() {
    let calendar = Calendar::default();
    let mut unannounced = rule("Asia/Shanghai", "0 8 * * *");
    unannounced.spread_ms = 3 * DAY_MS;
    let (from, until) = (utc("2026-01-01 00:00"), utc("2027-01-01 00:00"));
    let by_nominal: Vec<_> = within(&unannounced, &calendar, from, until).collect();
    assert!(by_nominal.len() == 365 && by_nominal.is_sorted_by(|a, b| a.nominal < b.nominal));
    for told in &by_nominal {
        let later_ms = told.start.ms_since(told.nominal);
        assert!((0..3 * DAY_MS as i64).contains(&later_ms));
    }
    let drawn = |first: u64, last: u64| {
        let delays = by_nominal.iter().map(|told| told.start.ms_since(told.nominal) as u64);
        delays
            .filter(|delay| (first * DAY_MS..last * DAY_MS).contains(delay))
            .count()
    };
    assert!(
        (0..3).all(|day| (90..155).contains(&drawn(day, day + 1))),
        "a third of them each day, or so"
    );
    let by_start: Vec<_> = starting(&unannounced, &calendar, from, from, until).collect();
    let mut expected: Vec<Occurrence> = by_nominal.iter().copied().filter(|told| told.start <= until).collect();
    expected.sort_by_key(|told| (told.start, told.nominal));
    assert_eq!(by_start, expected);
    assert!(!by_start.is_sorted_by_key(|told| told.nominal), "windows overlap");
    // The part of a window that was told before is not told again, and not forgotten.
    let middle = utc("2026-06-15 03:00");
    let told: Vec<_> = starting(&unannounced, &calendar, from, middle, until).collect();
    let rest: Vec<_> = expected.iter().copied().filter(|told| told.start > middle).collect();
    assert!(told == rest && rest[0].nominal < middle);
    // Another seed, another start; the same seed, the same.
    let again: Vec<_> = within(&unannounced.clone(), &calendar, from, until).collect();
    let other: Vec<_> = within(&Rule { seed: 8, ..unannounced }, &calendar, from, until).collect();
    assert!(again == by_nominal && other.iter().zip(&again).all(|(a, b)| a.nominal == b.nominal));
    assert!(other.iter().zip(&again).filter(|(a, b)| a.start == b.start).count() < 3);
}

#[test]
fn somebody_who_looks_at_a_clock_every_minute_sees_the_same() {
    let calendar = china();
    let zones = [
        ("Asia/Shanghai", "2026-01-15 00:00", "2026-03-15 00:00"),
        ("Europe/London", "2026-03-20 00:00", "2026-04-05 00:00"),
        ("Europe/London", "2026-10-20 00:00", "2026-11-01 00:00"),
        ("Europe/Kyiv", "2026-03-20 00:00", "2026-04-05 00:00"),
        ("Europe/Kyiv", "2026-10-20 00:00", "2026-11-01 00:00"),
        ("America/New_York", "2026-03-01 00:00", "2026-03-15 00:00"),
        ("America/New_York", "2026-10-25 00:00", "2026-11-08 00:00"),
        ("Australia/Lord_Howe", "2026-03-30 00:00", "2026-04-10 00:00"),
        ("Australia/Lord_Howe", "2026-09-28 00:00", "2026-10-10 00:00"),
        ("Africa/Cairo", "2026-04-20 00:00", "2026-04-28 00:00"),
        ("Africa/Cairo", "2026-10-26 00:00", "2026-11-03 00:00"),
        ("Pacific/Apia", "2011-12-26 00:00", "2012-01-03 00:00"),
        ("America/Santiago", "2026-04-01 00:00", "2026-04-08 00:00"),
    ];
    for (zone, from, until) in zones {
        let (from, until) = (utc(from), utc(until));
        let watch = Watch::of(zone, from, until);
        for expression in [
            "*/7 * * * *",
            "30 1,2,3,23 * * *",
            "0 0 * * *",
            "15 0-3 * * SAT,SUN",
            "*/15 23,0 L * *",
        ] {
            for days in [
                kinds(&[DayKind::Workday]),
                kinds(&[DayKind::RestDay, DayKind::Holiday]),
                crate::calendar::DayKinds::ALL,
            ] {
                let mut rule = rule(zone, expression);
                (rule.days, rule.spread_ms) = (days, 90 * MINUTE_MS);
                let told: Vec<_> = within(&rule, &calendar, from, until).collect();
                assert_eq!(
                    told,
                    watch.occurrences(&rule, &calendar, from, until),
                    "{zone} {expression} {days:?}"
                );
                // From any moment on, also between the times of the clock and inside a jump.
                for part in 1..40 {
                    let after = from.plus_ms(part * 5 * HOUR_MS + part * 7 * MINUTE_MS + 12_345);
                    let expected = told.iter().find(|told| told.nominal > after);
                    let next = next(&rule, &calendar, after).filter(|next| next.nominal <= until);
                    assert_eq!(
                        next.as_ref(),
                        expected.filter(|_| after <= until),
                        "{zone} {expression} {after:?}"
                    );
                }
            }
        }
    }
    assert_eq!(at("Asia/Shanghai", "2026-01-01 08:00"), utc("2026-01-01 00:00"));
}
