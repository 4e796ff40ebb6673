//! Laws: time may be cut as it likes, and told backwards; every occurrence is settled once.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::super::{CatchUp, Occurrence, Recurrence, Rule, Watermark, check, settle, starting};
use super::{DAY_MS, HOUR_MS, MINUTE_MS, china, utc};
use crate::calendar::DayKind;
use crate::id::Timestamp;

const ZONES: [&str; 6] = [
    "Asia/Shanghai",
    "Europe/London",
    "Europe/Kyiv",
    "America/New_York",
    "Australia/Lord_Howe",
    "UTC",
];

/// A rule that comes round now and then, by day or by night; windows may overlap.
fn rules() -> impl Strategy<Value = Rule> {
    let expression = prop_oneof![
        3 => super::cron::expression(),
        1 => (0..60, 0..24).prop_map(|(minute, hour)| format!("{minute} {hour} * * *")),
        1 => (0..60).prop_map(|minute| format!("{minute} * * * *")),
        1 => (0..60, 0..4).prop_map(|(minute, hour)| format!("{minute},30 {hour},2 * * *")),
    ];
    let days = prop::sample::subsequence(vec![DayKind::Workday, DayKind::RestDay, DayKind::Holiday], 1..=3);
    let spread = prop_oneof![Just(0), 1..HOUR_MS, Just(DAY_MS), 0..7 * DAY_MS];
    let catch_up = prop::sample::select(CatchUp::ALL.map(|(policy, _)| policy).to_vec());
    let lateness = prop_oneof![0..DAY_MS, Just(u64::MAX)];
    (
        expression,
        prop::sample::select(ZONES.to_vec()),
        days,
        spread,
        any::<u64>(),
        catch_up,
        lateness,
    )
        .prop_map(
            |(expression, zone, days, spread_ms, seed, catch_up, max_lateness_ms)| Rule {
                recurrence: Recurrence::Cron(expression.into()),
                zone: zone.into(),
                days: days.into_iter().collect(),
                spread_ms,
                seed,
                catch_up,
                max_lateness_ms,
            },
        )
}

/// From where, and the steps in which time is told; some go back.
fn cuts() -> impl Strategy<Value = (Timestamp, Vec<i64>)> {
    let steps = prop_oneof![
        4 => 0..10 * MINUTE_MS as i64,
        3 => 0..DAY_MS as i64,
        1 => 0..9 * DAY_MS as i64,
        1 => -3 * HOUR_MS as i64..0,
    ];
    let from = (0..330 * DAY_MS).prop_map(|ms| utc("2026-01-01 00:00").plus_ms(ms));
    (from, prop::collection::vec(steps, 1..60))
}

/// What was told of each occurrence, and how often.
#[derive(Default)]
struct Told {
    starts: BTreeSet<Occurrence>,
    times: BTreeMap<Occurrence, usize>,
    watermark: Option<Watermark>,
}

fn tell(rule: &Rule, from: Timestamp, nows: impl IntoIterator<Item = Timestamp>) -> Result<Told, TestCaseError> {
    let calendar = china();
    let (mut told, mut watermark) = (Told::default(), Watermark::new(from));
    for now in nows {
        loop {
            let settled = settle(rule, &calendar, watermark, now, &BTreeSet::new());
            prop_assert!(settled.watermark.until >= watermark.until && settled.watermark.since == from);
            let next = settled.next.map(|next| next.start);
            prop_assert!(next.is_none_or(|next| next > settled.watermark.until));
            for occurrence in settled
                .start
                .iter()
                .chain(settled.missed.iter().map(|(missed, _)| missed))
            {
                *told.times.entry(*occurrence).or_default() += 1;
                prop_assert!(occurrence.start > watermark.until && occurrence.start <= now);
                prop_assert!(occurrence.nominal > from && occurrence.nominal <= occurrence.start);
            }
            let has_more = settled.has_more(now);
            watermark = settled.watermark;
            told.starts.extend(settled.start);
            if !has_more {
                break;
            }
        }
    }
    told.watermark = Some(watermark);
    Ok(told)
}

fn times_of(from: Timestamp, steps: &[i64]) -> Vec<Timestamp> {
    let mut now = from;
    let step = |step: &i64| {
        now = Timestamp::from_unix_ms(now.unix_ms() + step);
        now
    };
    steps.iter().map(step).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn time_may_be_cut_into_any_pieces(rule in rules(), (from, steps) in cuts()) {
        let rule = Rule { catch_up: CatchUp::All, max_lateness_ms: u64::MAX, ..rule };
        let nows = times_of(from, &steps);
        let last = nows.iter().copied().max().unwrap_or(from).max(from);
        let (pieces, whole) = (tell(&rule, from, nows)?, tell(&rule, from, [last])?);
        prop_assert_eq!(&pieces.starts, &whole.starts);
        prop_assert_eq!(pieces.watermark, whole.watermark);
        let calendar = china();
        let all: BTreeSet<_> = starting(&rule, &calendar, from, from, last).collect();
        prop_assert_eq!(whole.starts, all);
    }

    #[test]
    fn each_occurrence_is_settled_once_whatever_the_policy(rule in rules(), (from, steps) in cuts()) {
        let nows = times_of(from, &steps);
        let last = nows.iter().copied().max().unwrap_or(from).max(from);
        let told = tell(&rule, from, nows)?;
        prop_assert!(told.times.values().all(|times| *times == 1), "started and missed, or twice");
        let calendar = china();
        let all: BTreeSet<_> = starting(&rule, &calendar, from, from, last).collect();
        prop_assert_eq!(told.times.into_keys().collect::<BTreeSet<_>>(), all);
        // Nominal instants name occurrences: no two have the same.
        let nominals: BTreeSet<_> = starting(&rule, &calendar, from, from, last).map(|told| told.nominal).collect();
        prop_assert_eq!(nominals.len(), starting(&rule, &calendar, from, from, last).count());
    }

    #[test]
    fn with_ticks_that_come_in_time_nothing_is_missed(rule in rules(), from in 0..330 * DAY_MS, step in 1..=3 * MINUTE_MS) {
        let rule = Rule { max_lateness_ms: u64::MAX, ..rule };
        let from = utc("2026-01-01 00:00").plus_ms(from);
        let told = tell(&rule, from, (1..300).map(|tick| from.plus_ms(tick * step)))?;
        prop_assert_eq!(told.starts.len(), told.times.len());
    }

    #[test]
    fn no_rule_breaks_the_check(rule in rules(), text in "[0-9*/,#L ]{0,20}", at in any::<i64>()) {
        let _ = check(&rule, Timestamp::from_unix_ms(at));
        let _ = check(&Rule { recurrence: Recurrence::Cron(text.into()), ..rule }, Timestamp::from_unix_ms(at));
    }
}
