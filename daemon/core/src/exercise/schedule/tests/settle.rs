//! What is started and what is missed: downtime, clocks set back, policies, many at once.

use std::collections::BTreeSet;

use super::super::{
    CatchUp, ON_TIME_MS, Recurrence, Rule, SETTLED_MAX, Settlement, Watermark, Why, next, settle, within,
};
use super::{DAY_MS, HOUR_MS, MINUTE_MS, china, rule, shown, utc};
use crate::calendar::Calendar;
use crate::id::Timestamp;

/// A schedule as its keeper has it: nothing but the rule and the watermark.
struct Keeper {
    rule: Rule,
    watermark: Watermark,
    skipped: BTreeSet<Timestamp>,
}

impl Keeper {
    fn since(rule: Rule, at: &str) -> Self {
        Self {
            rule,
            watermark: Watermark::new(utc(at)),
            skipped: BTreeSet::new(),
        }
    }
    /// What follows at `now`: nominal times of day of what starts, and of what is missed with the reason.
    fn tick(&mut self, now: Timestamp) -> (Vec<String>, Vec<String>) {
        let Settlement {
            start,
            missed,
            watermark,
            next: _,
        } = settle(&self.rule, &Calendar::default(), self.watermark, now, &self.skipped);
        self.watermark = watermark;
        let time = |nominal| shown(nominal).split_off(11);
        let why = |why| crate::word::of(&Why::ALL, why);
        (
            start.iter().map(|told| time(told.nominal)).collect(),
            missed
                .iter()
                .map(|(told, reason)| format!("{} {}", time(told.nominal), why(*reason)))
                .collect(),
        )
    }
}

fn hourly(catch_up: CatchUp, max_lateness_ms: u64) -> Rule {
    Rule {
        catch_up,
        max_lateness_ms,
        ..rule("Asia/Shanghai", "0 * * * *")
    }
}

const NONE: [&str; 0] = [];

#[test]
fn after_three_hours_of_suspension_each_policy_gets_what_it_wants() {
    let late = "2026-06-10 11:30";
    for (catch_up, max_lateness_ms, now, start, missed) in [
        (
            CatchUp::All,
            u64::MAX,
            late,
            &["09:00", "10:00", "11:00"][..],
            &NONE[..],
        ),
        (
            CatchUp::All,
            HOUR_MS,
            late,
            &["11:00"],
            &["09:00 too-late", "10:00 too-late"],
        ),
        (
            CatchUp::All,
            90 * MINUTE_MS,
            late,
            &["10:00", "11:00"],
            &["09:00 too-late"],
        ),
        (
            CatchUp::Latest,
            u64::MAX,
            late,
            &["11:00"],
            &["09:00 not-latest", "10:00 not-latest"],
        ),
        (
            CatchUp::Latest,
            10 * MINUTE_MS,
            late,
            &[],
            &["09:00 too-late", "10:00 too-late", "11:00 too-late"],
        ),
        (
            CatchUp::None,
            u64::MAX,
            late,
            &[],
            &["09:00 not-made-up", "10:00 not-made-up", "11:00 not-made-up"],
        ),
        // The last is on time: it starts whatever the policy, and is what the policy for the last one wants.
        (
            CatchUp::None,
            u64::MAX,
            "2026-06-10 11:03",
            &["11:00"],
            &["09:00 not-made-up", "10:00 not-made-up"],
        ),
        (
            CatchUp::Latest,
            u64::MAX,
            "2026-06-10 11:03",
            &["11:00"],
            &["09:00 not-latest", "10:00 not-latest"],
        ),
        (
            CatchUp::None,
            u64::MAX,
            "2026-06-10 11:04",
            &[],
            &["09:00 not-made-up", "10:00 not-made-up", "11:00 not-made-up"],
        ),
    ] {
        let mut keeper = Keeper::since(hourly(catch_up, max_lateness_ms), "2026-06-10 07:30");
        assert_eq!(keeper.tick(utc("2026-06-10 08:00")), (vec!["08:00".to_owned()], vec![]));
        let (started, left) = keeper.tick(utc(now));
        assert_eq!(
            (&*started, &*left),
            (&*strings(start), &*strings(missed)),
            "{catch_up:?} {max_lateness_ms} {now}"
        );
        assert_eq!(keeper.tick(utc(now)), (vec![], vec![]), "a repeat changes nothing");
        assert_eq!(keeper.tick(utc("2026-06-10 12:00")), (vec!["12:00".to_owned()], vec![]));
    }
}

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().copied().map(str::to_owned).collect()
}

#[test]
fn a_clock_set_back_two_hours_repeats_nothing() {
    let mut keeper = Keeper::since(hourly(CatchUp::All, u64::MAX), "2026-06-10 09:30");
    assert_eq!(keeper.tick(utc("2026-06-10 11:30")).0, ["10:00", "11:00"]);
    let settled = keeper.watermark;
    for minute in 0..120 {
        let now = utc("2026-06-10 09:30").plus_ms(minute * MINUTE_MS);
        assert_eq!(keeper.tick(now), (vec![], vec![]));
        assert_eq!(keeper.watermark, settled);
    }
    assert_eq!(keeper.tick(utc("2026-06-10 12:00")).0, ["12:00"]);
    // What is told as next does not go back either.
    let told = settle(
        &keeper.rule,
        &Calendar::default(),
        keeper.watermark,
        utc("2026-06-10 09:00"),
        &BTreeSet::new(),
    );
    assert_eq!(
        told.next.map(|next| shown(next.start)).as_deref(),
        Some("2026-06-10 13:00")
    );
    assert!(!told.has_more(utc("2026-06-10 12:59")) && told.has_more(utc("2026-06-10 13:00")));
}

#[test]
fn an_occurrence_starts_when_it_was_drawn_to_and_not_before() {
    let mut weekly = rule("Asia/Shanghai", "0 0 * * MON");
    weekly.spread_ms = 7 * DAY_MS;
    let from = utc("2026-06-10 00:00");
    let first = next(&weekly, &Calendar::default(), from).expect("a Monday");
    assert!(first.start > first.nominal);
    let mut keeper = Keeper::since(weekly.clone(), "2026-06-10 00:00");
    let just_before = Timestamp::from_unix_ms(first.start.unix_ms() - 1);
    assert_eq!(keeper.tick(just_before), (vec![], vec![]));
    assert_eq!(keeper.tick(first.start).0.len(), 1);
    // Lateness is counted from the start that was drawn.
    for (late_ms, started) in [(HOUR_MS, 1), (HOUR_MS + 1, 0)] {
        let rule = Rule {
            max_lateness_ms: HOUR_MS,
            ..weekly.clone()
        };
        let mut keeper = Keeper::since(rule, "2026-06-10 00:00");
        assert_eq!(keeper.tick(first.start.plus_ms(late_ms)).0.len(), started);
    }
    // A rule laid down while a window is open does not take that window over.
    let mut other = Keeper {
        rule: Rule { seed: 8, ..weekly },
        watermark: Watermark::new(first.nominal),
        skipped: BTreeSet::new(),
    };
    let second = first.nominal.plus_ms(7 * DAY_MS);
    assert_eq!(
        other.tick(Timestamp::from_unix_ms(second.unix_ms() - 1)),
        (vec![], vec![])
    );
    assert_eq!(other.tick(second.plus_ms(7 * DAY_MS - 1)).0.len(), 1);
}

#[test]
fn overlapping_windows_start_each_occurrence_once_in_order_of_their_starts() {
    let mut daily = rule("Asia/Shanghai", "0 8 * * *");
    daily.spread_ms = 5 * DAY_MS;
    let calendar = Calendar::default();
    let mut watermark = Watermark::new(utc("2026-01-01 00:00"));
    let (mut nominals, mut last) = (BTreeSet::new(), Timestamp::MIN);
    let end = utc("2026-03-01 00:00");
    let mut now = watermark.until;
    while now < end {
        now = now.plus_ms(HOUR_MS);
        let told = settle(&daily, &calendar, watermark, now, &BTreeSet::new());
        for occurrence in told.start {
            assert!(occurrence.start > last && occurrence.start > watermark.until && occurrence.start <= now);
            assert!(nominals.insert(occurrence.nominal), "twice: {occurrence:?}");
            last = occurrence.start;
        }
        watermark = told.watermark;
    }
    let all = within(&daily, &calendar, utc("2026-01-01 00:00"), end);
    let due: BTreeSet<_> = all.filter(|told| told.start <= end).map(|told| told.nominal).collect();
    assert!(nominals == due && due.len() > 50);
}

#[test]
fn what_is_skipped_does_not_start_and_is_not_the_latest() {
    let mut keeper = Keeper::since(hourly(CatchUp::Latest, u64::MAX), "2026-06-10 08:30");
    keeper
        .skipped
        .extend([utc("2026-06-10 11:00"), utc("2026-06-10 13:00")]);
    let (started, missed) = keeper.tick(utc("2026-06-10 11:30"));
    assert_eq!(
        (&*started, &*missed),
        (&*strings(&["10:00"]), &*strings(&["09:00 not-latest", "11:00 skipped"]))
    );
    // The hour before a skipped one is the last that is due.
    assert_eq!(
        keeper.tick(utc("2026-06-10 13:00")),
        (strings(&["12:00"]), strings(&["13:00 skipped"]))
    );
}

#[test]
fn what_happens_once_happens_once() {
    let once = Rule {
        recurrence: Recurrence::Once(utc("2026-06-10 09:17")),
        ..hourly(CatchUp::None, HOUR_MS)
    };
    let mut keeper = Keeper::since(once.clone(), "2026-06-10 08:00");
    assert_eq!(keeper.tick(utc("2026-06-10 09:16")), (vec![], vec![]));
    assert_eq!(keeper.tick(utc("2026-06-10 09:17")).0, ["09:17"]);
    assert_eq!(keeper.tick(utc("2027-06-10 09:17")), (vec![], vec![]));
    let mut slept = Keeper::since(once.clone(), "2026-06-10 08:00");
    assert_eq!(
        slept.tick(utc("2026-06-10 09:30")),
        (vec![], strings(&["09:17 not-made-up"]))
    );
    let told = settle(
        &once,
        &Calendar::default(),
        slept.watermark,
        utc("2026-06-10 10:00"),
        &BTreeSet::new(),
    );
    assert_eq!(told.next, None);
}

#[test]
fn ten_thousand_schedules_that_are_due_in_the_same_second_all_start() {
    let calendar = china();
    let (from, due) = (utc("2026-06-10 00:00"), utc("2026-06-10 12:00"));
    let mut keepers: Vec<(Rule, Watermark)> = (0..10_000)
        .map(|seed| {
            // Half of them at that minute, half drawn into that second.
            let mut rule = rule("Asia/Shanghai", "0 20 * * *");
            (rule.seed, rule.spread_ms) = (seed, if seed % 2 == 0 { 0 } else { 1000 });
            (rule, Watermark::new(from))
        })
        .collect();
    let mut tick = |now: Timestamp| {
        let settled = keepers.iter_mut().map(|(rule, watermark)| {
            let told = settle(rule, &calendar, *watermark, now, &BTreeSet::new());
            assert!(told.missed.is_empty() && told.next.is_some_and(|next| next.start > now));
            assert!(told.start.iter().all(|told| told.nominal == due));
            *watermark = told.watermark;
            told.start.len()
        });
        settled.collect::<Vec<_>>()
    };
    assert_eq!(tick(Timestamp::from_unix_ms(due.unix_ms() - 1)), vec![0; 10_000]);
    assert_eq!(tick(due.plus_ms(999)), vec![1; 10_000]);
    assert_eq!(tick(due.plus_ms(1000)), vec![0; 10_000]);
}

#[test]
fn years_of_downtime_are_settled_in_bounded_pieces_that_change_nothing() {
    let calendar = Calendar::default();
    let (from, now) = (utc("2016-01-01 00:00"), utc("2026-01-01 00:30"));
    let whole: Vec<_> = within(&hourly(CatchUp::All, 0), &calendar, from, now).collect();
    let last = whole.last().expect("hours").nominal;
    assert_eq!(whole.len(), 87_672);
    for (catch_up, skipped, started) in [
        (CatchUp::All, BTreeSet::new(), whole.len()),
        (CatchUp::Latest, BTreeSet::new(), 1),
        (CatchUp::Latest, BTreeSet::from([last]), 1),
        (CatchUp::None, BTreeSet::new(), 0),
    ] {
        let rule = hourly(catch_up, u64::MAX);
        let (mut watermark, mut told, mut starts, mut pieces) = (Watermark::new(from), Vec::new(), Vec::new(), 0);
        loop {
            let piece = settle(&rule, &calendar, watermark, now, &skipped);
            assert!(piece.start.len() + piece.missed.len() <= SETTLED_MAX);
            told.extend(
                piece
                    .start
                    .iter()
                    .chain(piece.missed.iter().map(|(told, _)| told))
                    .copied(),
            );
            starts.extend(piece.start.iter().map(|told| told.nominal));
            let has_more = piece.has_more(now);
            (watermark, pieces) = (piece.watermark, pieces + 1);
            if !has_more {
                break;
            }
        }
        assert_eq!(
            (pieces, starts.len(), watermark.until),
            (88, started, now),
            "{catch_up:?}"
        );
        told.sort();
        assert!(told == whole, "{catch_up:?}: each once");
        if catch_up == CatchUp::Latest {
            let latest = if skipped.is_empty() {
                last
            } else {
                whole[whole.len() - 2].nominal
            };
            assert_eq!(starts, [latest]);
        }
    }
}

#[test]
fn occurrences_that_start_in_the_same_millisecond_are_not_parted() {
    // Every minute, drawn from a week: many windows are open at a time, and some starts meet. The pieces are cut right between two that do.
    let mut rule = rule("UTC", "* * * * *");
    rule.spread_ms = 7 * DAY_MS;
    let calendar = Calendar::default();
    let (from, now) = (utc("2026-01-01 00:00"), utc("2026-09-01 00:00"));
    let mut expected: Vec<_> = within(&rule, &calendar, from, now)
        .filter(|told| told.start <= now)
        .collect();
    expected.sort_by_key(|told| (told.start, told.nominal));
    let meeting = (SETTLED_MAX..expected.len()).filter(|index| expected[index - 1].start == expected[*index].start);
    let mut met = 0;
    for index in meeting {
        let until = expected[index - SETTLED_MAX].start;
        let before = Timestamp::from_unix_ms(until.unix_ms() - 1);
        let watermark = Watermark {
            since: from,
            until: before,
        };
        let piece = settle(&rule, &calendar, watermark, now, &BTreeSet::new());
        let rest: Vec<_> = expected.iter().copied().filter(|told| told.start > before).collect();
        assert_eq!(piece.start, rest[..piece.start.len()]);
        let again = settle(&rule, &calendar, piece.watermark, now, &BTreeSet::new());
        assert_eq!(
            again.start.first(),
            rest.get(piece.start.len()),
            "none is lost between the pieces"
        );
        met += usize::from(piece.start.len() > SETTLED_MAX);
    }
    assert!(met > 0, "some meet where a piece ends");
}

#[test]
fn a_watermark_is_kept_as_it_is_and_on_time_is_a_few_ticks() {
    let watermark = Watermark {
        since: utc("2026-01-01 00:00"),
        until: utc("2026-06-10 12:00"),
    };
    let bytes = postcard::to_allocvec(&watermark).expect("encodes");
    assert_eq!(postcard::from_bytes::<Watermark>(&bytes).expect("decodes"), watermark);
    assert_eq!(ON_TIME_MS, 3 * MINUTE_MS);
    // At the edges of time nothing fails.
    for (from, now) in [
        (Timestamp::MIN, Timestamp::MIN),
        (Timestamp::MAX, Timestamp::MAX),
        (Timestamp::MAX, Timestamp::MIN),
    ] {
        let told = settle(
            &rule("UTC", "0 0 1 * *"),
            &Calendar::default(),
            Watermark::new(from),
            now,
            &BTreeSet::new(),
        );
        assert!(told.start.is_empty() && told.watermark.until == from.max(now));
    }
}
