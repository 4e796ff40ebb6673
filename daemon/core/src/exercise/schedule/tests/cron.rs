//! Expressions: what is read, what is refused, and that croner agrees.

use jiff::civil;
use proptest::prelude::*;

use super::super::cron::{Cron, CronError, EXPRESSION_BYTES_MAX, Field};
use super::oracle::croner;

fn days_of(expression: &str, year: i16, month: i8) -> Vec<i8> {
    let cron = Cron::parse(expression).expect(expression);
    let first = civil::date(year, month, 1);
    let days = first
        .series(jiff::Span::new().days(1))
        .take(first.days_in_month() as usize);
    days.filter(|date| cron.matches(*date)).map(civil::Date::day).collect()
}

fn minutes_of(expression: &str) -> Vec<String> {
    let cron = Cron::parse(expression).expect(expression);
    let mut minutes = Vec::new();
    let mut from = 0;
    while let Some(minute) = cron.minute_from(from) {
        minutes.push(format!("{:02}:{:02}", minute / 60, minute % 60));
        from = minute + 1;
    }
    minutes
}

#[test]
fn expressions_mean_what_cron_says() {
    // February 2026 begins on a Sunday and has four weeks.
    for (expression, days) in [
        ("0 0 L * *", &[28][..]),
        ("0 0 29 2 *", &[]),
        ("0 0 31 * *", &[]),
        ("0 0 * * 0", &[1, 8, 15, 22]),
        ("0 0 * * 7", &[1, 8, 15, 22]),
        ("0 0 ? * sun", &[1, 8, 15, 22]),
        ("0 0 * * SAT-SUN", &[1, 7, 8, 14, 15, 21, 22, 28]),
        ("0 0 * * SUN-MON", &[1, 2, 8, 9, 15, 16, 22, 23]),
        ("0 0 * * 5#3", &[20]),
        ("0 0 * * MON#1,Fri#4", &[2, 27]),
        ("0 0 * * MON#5", &[]),
        ("0 0 * * 5L", &[27]),
        ("0 0 * * 7L", &[22]),
        ("0 0 15,20-21 * *", &[15, 20, 21]),
        ("0 0 */10 * *", &[1, 11, 21]),
        ("0 0 3-20/8 jan-mar/2,feb *", &[3, 11, 19]),
        ("0 0 * 3 *", &[]),
        ("0 0 13 * FRI", &[6, 13, 20, 27]),
        ("0 0 L * 1#1", &[2, 28]),
    ] {
        assert_eq!(days_of(expression, 2026, 2), days, "{expression}");
    }
    assert_eq!(days_of("0 0 29 FEB *", 2028, 2), [29]);
    assert_eq!(days_of("0 0 L * *", 2028, 2), [29]);
    assert_eq!(days_of("0 0 * * MON#5", 2026, 3), [30]);
    for (expression, minutes) in [
        ("5 4 * * *", &["04:05"][..]),
        ("*/30 22-23 * * *", &["22:00", "22:30", "23:00", "23:30"]),
        ("59,0 0,23 * * *", &["00:00", "00:59", "23:00", "23:59"]),
        ("10-30/15 08 * * *", &["08:10", "08:25"]),
    ] {
        assert_eq!(minutes_of(expression), minutes, "{expression}");
    }
    let hourly = Cron::parse("  0\t*  * * * ").expect("blanks");
    assert_eq!(
        (hourly.times_a_day(), hourly.minute_from(1), hourly.minute_from(1440)),
        (24, Some(60), None)
    );
}

#[test]
fn what_is_no_expression_is_refused_with_what_is_expected() {
    let part = |field, part: &str| CronError::Part {
        field,
        part: part.into(),
    };
    let (long, longest) = (
        "0".repeat(EXPRESSION_BYTES_MAX + 1),
        format!("{} * * * *", ["0"; 252].join(",")),
    );
    for (expression, error) in [
        ("", CronError::Fields(0)),
        ("0 9 * *", CronError::Fields(4)),
        ("0 0 9 * * *", CronError::Fields(6)),
        ("0 0 9 * * * 2026", CronError::Fields(7)),
        ("@daily", CronError::Fields(1)),
        (&*long, CronError::Long(513)),
        ("60 9 * * *", part(Field::Minute, "60")),
        ("0,,1 9 * * *", part(Field::Minute, "")),
        ("-1 9 * * *", part(Field::Minute, "-1")),
        ("+1 9 * * *", part(Field::Minute, "+1")),
        ("? 9 * * *", part(Field::Minute, "?")),
        ("000 9 * * *", part(Field::Minute, "000")),
        ("0 24 * * *", part(Field::Hour, "24")),
        ("0 9 0 * *", part(Field::Day, "0")),
        ("0 9 15L * *", part(Field::Day, "15L")),
        ("0 9 * 13 *", part(Field::Month, "13")),
        ("0 9 * MON *", part(Field::Month, "MON")),
        ("0 9 * * 8", part(Field::Weekday, "8")),
        ("0 9 * * JUL", part(Field::Weekday, "JUL")),
        ("0 9 * * L", part(Field::Weekday, "L")),
        ("0 9 * * 5#6", part(Field::Weekday, "5#6")),
        ("0 9 * * 5#0", part(Field::Weekday, "5#0")),
        ("0 9 * * 周一", part(Field::Weekday, "周一")),
        ("0 9 15W * *", CronError::NearestWeekday("15W".into())),
    ] {
        assert_eq!(Cron::parse(expression), Err(error), "{expression}");
    }
    for (expression, step) in [
        ("5/10 9 * * *", 59),
        ("*/0 9 * * *", 59),
        ("*/60 9 * * *", 59),
        ("0 */x * * *", 23),
    ] {
        let error = Cron::parse(expression);
        assert!(
            matches!(&error, Err(CronError::Step { max, .. }) if *max == step),
            "{expression}: {error:?}"
        );
    }
    for expression in ["0 22-2 * * *", "0 9 * * FRI-MON", "0 9 * 11-2 *"] {
        let error = Cron::parse(expression);
        assert!(
            matches!(error, Err(CronError::Backward { .. })),
            "{expression}: {error:?}"
        );
    }
    assert!(Cron::parse(&longest).is_ok() && longest.len() < EXPRESSION_BYTES_MAX);
    let text = |expression: &str| Cron::parse(expression).map_or_else(|error| error.to_string(), |_| String::new());
    assert_eq!(
        text("0 9 * * 9"),
        "\"9\" is no day of the week; expected *, 0 to 7 (0 and 7 are Sunday) or MON to SUN, MON#2 for the second Monday, 5L for the last \
         Friday, ranges such as MON-FRI, and lists of these"
    );
    assert_eq!(
        text("0 0 9 * * *"),
        "the expression has 6 fields; expected five: minute, hour, day of the month, month, day of the week; seconds and years are not taken"
    );
    assert_eq!(
        text("0 9-8 * * *"),
        "the range \"9-8\" of the hour ends before it begins; expected the smaller value first, or two ranges with a comma"
    );
    assert_eq!(
        text("5/10 * * * *"),
        "the step of \"5/10\" in the minute does not fit; expected * or a range, and a step from 1 to 59 after the slash"
    );
}

/// Parts of a field from `low` to `high`, in the grammar that both readers share.
pub(super) fn field(low: u8, high: u8) -> impl Strategy<Value = String> {
    let part = prop_oneof![
        4 => (low..=high).prop_map(|value| value.to_string()),
        2 => (low..=high, low..=high).prop_map(|(a, b)| format!("{}-{}", a.min(b), a.max(b))),
        1 => (low..=high, low..=high, 1..=high - low).prop_map(|(a, b, step)| format!("{}-{}/{step}", a.min(b), a.max(b))),
        1 => (1..=high - low).prop_map(|step| format!("*/{step}")),
    ];
    prop_oneof![
        3 => Just("*".to_owned()),
        5 => prop::collection::vec(part, 1..4).prop_map(|parts| parts.join(",")),
    ]
}

pub(super) fn expression() -> impl Strategy<Value = String> {
    let day = prop_oneof![5 => field(1, 31), 1 => Just("L".to_owned()), 1 => Just("L,15".to_owned()), 1 => Just("?".to_owned())];
    let weekday = prop_oneof![
        4 => field(0, 7),
        1 => (0..=7, 1..=5).prop_map(|(day, nth)| format!("{day}#{nth}")),
        1 => (0..=6).prop_map(|day| format!("{day}L")),
        1 => Just("MON-FRI".to_owned()),
        1 => Just("tue,SAT#2".to_owned()),
    ];
    let month = prop_oneof![5 => field(1, 12), 1 => Just("JAN,Apr,jul,OCT".to_owned())];
    (field(0, 59), field(0, 23), day, month, weekday)
        .prop_map(|(minute, hour, day, month, weekday)| format!("{minute} {hour} {day} {month} {weekday}"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn croner_reads_the_same(expression in expression(), year in 2020..2030_i16) {
        let (ours, theirs) = (Cron::parse(&expression).expect("both read it"), croner(&expression));
        for date in civil::date(year, 1, 1).series(jiff::Span::new().days(1)).take(366) {
            let (y, m, d) = (i32::from(date.year()), date.month() as u32, date.day() as u32);
            let matches = theirs.pattern.month_match(m).expect("a month") && theirs.pattern.day_match(y, m, d).expect("a day");
            prop_assert_eq!(ours.matches(date), matches, "{}", date);
        }
        let mut from = 0;
        for minute in 0..24 * 60_u16 {
            let (h, m) = (u32::from(minute / 60), u32::from(minute % 60));
            if theirs.pattern.hour_match(h).expect("an hour") && theirs.pattern.minute_match(m).expect("a minute") {
                prop_assert_eq!(ours.minute_from(from), Some(minute));
                from = minute + 1;
            }
        }
        prop_assert_eq!(ours.minute_from(from), None);
    }

    #[test]
    fn no_text_breaks_the_reader(text in "[0-9*/,#LW?a-zA-Z 周-]{0,40}") {
        if let Ok(cron) = Cron::parse(&text) {
            let minute = cron.minute_from(0).expect("a field is never empty");
            prop_assert!(minute < 24 * 60 && cron.times_a_day() > 0);
        }
    }
}
