//! Rules that are refused, with every reason.

use super::super::{LATENESS_MAX_MS, ON_TIME_MS, Recurrence, Rule, RuleFault, SPREAD_MAX_MS, check};
use super::{DAY_MS, HOUR_MS, kinds, rule, utc};
use crate::calendar::DayKind;

/// A rule that nothing is wrong with, but for what the test changes.
fn good(expression: &str) -> Rule {
    Rule {
        max_lateness_ms: HOUR_MS,
        ..rule("Asia/Shanghai", expression)
    }
}

fn faults(rule: &Rule) -> Vec<RuleFault> {
    check(rule, utc("2026-11-22 08:00"))
}

fn texts(rule: &Rule) -> Vec<String> {
    faults(rule).iter().map(ToString::to_string).collect()
}

#[test]
fn good_rules_have_no_faults() {
    for expression in [
        "0 9 * * *",
        "0 * * * *",
        "30 3 29 2 *",
        "0 9 * * MON#5",
        "*/30 8-12 * * MON-FRI",
        "0 0 1 1,4,7,10 *",
        "0 9 L * *",
    ] {
        assert_eq!(faults(&good(expression)), [], "{expression}");
    }
    let weekly = Rule {
        spread_ms: SPREAD_MAX_MS,
        max_lateness_ms: LATENESS_MAX_MS,
        days: kinds(&[DayKind::Workday]),
        ..good("0 0 * * MON")
    };
    assert_eq!(faults(&weekly), []);
    let once = Rule {
        recurrence: Recurrence::Once(utc("2026-11-22 08:01")),
        spread_ms: DAY_MS,
        max_lateness_ms: ON_TIME_MS,
        ..good("")
    };
    assert_eq!(faults(&once), []);
}

#[test]
fn bad_rules_are_refused_with_what_is_wrong_and_what_is_expected() {
    assert_eq!(
        texts(&Rule {
            zone: "Asia/Foshan".into(),
            ..good("0 9 * * *")
        }),
        ["\"Asia/Foshan\" is not a time zone; expected an IANA name such as Asia/Shanghai"]
    );
    assert_eq!(texts(&good("0 9 * *")).len(), 1);
    for never in ["0 9 31 2 *", "0 9 31 4,6,9,11 *", "0 9 30 feb *"] {
        assert_eq!(faults(&good(never)), [RuleFault::Never(never.into())]);
    }
    // Every 15 minutes, as often as there are quarters of an hour in the leap year 2028.
    let often = |expression: &str, a_year| RuleFault::Often {
        expression: expression.into(),
        a_year,
    };
    assert_eq!(faults(&good("*/15 * * * *")), [often("*/15 * * * *", 35_136)]);
    assert_eq!(faults(&good("* * * * *")), [often("* * * * *", 527_040)]);
    assert_eq!(faults(&good("0,30 * * * *")), [often("0,30 * * * *", 17_568)]);
    assert_eq!(faults(&good("* 0-6 1,2 * *")), [often("* 0-6 1,2 * *", 10_080)]);
    assert_eq!(faults(&good("* 0-6 1 * *")), []);
    assert_eq!(
        texts(&Rule {
            days: kinds(&[]),
            ..good("0 9 * * *")
        }),
        ["it comes round on no kind of day; expected at least one of workday, rest-day, holiday"]
    );
    let lateness = |max_lateness_ms| {
        faults(&Rule {
            max_lateness_ms,
            ..good("0 9 * * *")
        })
    };
    assert_eq!(lateness(ON_TIME_MS - 1), [RuleFault::Lateness { lateness_ms: 179_999 }]);
    assert_eq!(lateness(LATENESS_MAX_MS + 1).len(), 1);
    assert_eq!((lateness(ON_TIME_MS), lateness(LATENESS_MAX_MS)), (vec![], vec![]));
}

#[test]
fn a_spread_does_not_reach_into_the_next_occurrence() {
    let spread = |expression: &str, spread_ms| {
        faults(&Rule {
            spread_ms,
            ..good(expression)
        })
    };
    for (expression, distance_ms) in [
        ("0 9 * * *", DAY_MS),
        ("0 * * * *", HOUR_MS),
        ("0 9,14 * * *", 5 * HOUR_MS),
        ("0 2,23 * * *", 3 * HOUR_MS),
        ("0 9 * * MON,WED", 2 * DAY_MS),
        ("0 9 28,1 * *", DAY_MS), // 28 February and 1 March
    ] {
        assert_eq!(spread(expression, distance_ms), [], "{expression}");
        let overlap = RuleFault::Overlap {
            spread_ms: distance_ms + 1,
            distance_ms,
        };
        assert_eq!(spread(expression, distance_ms + 1), [overlap], "{expression}");
    }
    assert_eq!(spread("0 9 1 * *", SPREAD_MAX_MS), []);
    assert_eq!(spread("0 9 29 2 *", SPREAD_MAX_MS), []);
    assert_eq!(
        spread("0 9 1 * *", SPREAD_MAX_MS + 1),
        [RuleFault::LongSpread {
            spread_ms: SPREAD_MAX_MS + 1
        }]
    );
}

#[test]
fn what_happens_once_is_to_come_on_a_day_that_was_chosen() {
    let once = |text, days: &[DayKind]| Rule {
        recurrence: Recurrence::Once(utc(text)),
        days: kinds(days),
        ..good("")
    };
    let all = [DayKind::Workday, DayKind::RestDay, DayKind::Holiday];
    assert_eq!(
        texts(&once("2026-11-22 08:00", &all)),
        ["it comes round once, on 2026-11-22 at 16:00, which is over; expected a time to come"]
    );
    assert_eq!(
        faults(&once("2026-12-01 08:00", &[DayKind::Workday])),
        [RuleFault::OnceOnSomeDays]
    );
    assert_eq!(faults(&once("2026-12-01 08:00", &[])), [RuleFault::NoDays]);
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let all = Rule {
        zone: "".into(),
        days: kinds(&[]),
        spread_ms: u64::MAX,
        max_lateness_ms: 0,
        ..good("61 * * * *")
    };
    assert_eq!(faults(&all).len(), 5);
    // Instants at the edges of time are no reason to fail.
    for at in [crate::id::Timestamp::MIN, crate::id::Timestamp::MAX] {
        let _ = check(&good("0 9 29 2 *"), at);
    }
}
