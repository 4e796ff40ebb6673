//! A year of the schedules of 68 units, told by ticks at irregular intervals, with restarts, holidays, zones whose clocks change, a
//! suspension of three hours and a clock set back by two: every occurrence once, as somebody says who looks at a clock every minute.

use std::collections::BTreeMap;

use super::super::{CatchUp, Occurrence, Rule, Watermark, Why, settle};
use super::oracle::Watch;
use super::{DAY_MS, HOUR_MS, china, kinds, rule, utc};
use crate::calendar::{Calendar, DayKind};
use crate::id::Timestamp;
use crate::lot::draw;

const UNITS: u64 = 68;
const ZONES: [&str; 5] = [
    "Asia/Shanghai",
    "Europe/London",
    "Europe/Kyiv",
    "America/New_York",
    "Australia/Lord_Howe",
];

/// The schedules of a unit: daily on workdays, weekly, monthly, unannounced every quarter, on holidays.
fn rules_of(unit: u64) -> Vec<Rule> {
    let zone = ZONES[(unit % 5) as usize];
    let (minute, hour, weekday) = (unit * 7 % 60, unit % 24, unit % 7);
    let at_hour = |day: &str| rule(zone, &format!("{minute} {hour} {day}"));
    let catch_up = CatchUp::ALL[(unit / 5 % 3) as usize].0;
    [
        Rule {
            days: kinds(&[DayKind::Workday]),
            ..at_hour("* * *")
        },
        Rule {
            spread_ms: unit % 3 * HOUR_MS,
            ..at_hour(&format!("* * {weekday}"))
        },
        at_hour(["L * *", "29 * *", "* * MON#1", "* * 5L"][(unit % 4) as usize]),
        Rule {
            spread_ms: 7 * DAY_MS,
            ..at_hour("1 1,4,7,10 *")
        },
        Rule {
            days: kinds(&[DayKind::Holiday]),
            ..at_hour("* * *")
        },
        // At night, when clocks change.
        rule(zone, &format!("{minute} {} * * *", unit / 5 % 4)),
    ]
    .map(|rule| Rule {
        seed: draw(unit, &[rule.spread_ms]),
        catch_up,
        ..rule
    })
    .into()
}

/// A schedule in the running daemon: what is stored, and what is known until the next restart.
struct Schedule {
    rule: Rule,
    stored: Vec<u8>,
    next: Option<Timestamp>,
    started: Vec<Occurrence>,
    missed: Vec<(Occurrence, Why)>,
}

impl Schedule {
    fn new(rule: Rule, from: Timestamp) -> Self {
        Self {
            rule,
            stored: postcard::to_allocvec(&Watermark::new(from)).expect("encodes"),
            next: None,
            started: Vec::new(),
            missed: Vec::new(),
        }
    }
    fn tick(&mut self, calendar: &Calendar, now: Timestamp) {
        if self.next.is_some_and(|next| now < next) {
            return;
        }
        let watermark = postcard::from_bytes(&self.stored).expect("decodes");
        let told = settle(&self.rule, calendar, watermark, now, &std::collections::BTreeSet::new());
        assert!(!told.has_more(now));
        self.stored = postcard::to_allocvec(&told.watermark).expect("encodes");
        // A rule that has none, such as one for holidays that are not published yet, is not asked at every tick.
        self.next = Some(told.next.map_or(Timestamp::MAX, |next| next.start));
        self.started.extend(told.start);
        self.missed.extend(told.missed);
    }
}

/// Tells a year in ticks; `restarts` says where only what is stored is left.
fn run(
    schedules: &mut [Schedule],
    calendar: &Calendar,
    from: Timestamp,
    until: Timestamp,
) -> BTreeMap<&'static str, u32> {
    let (suspended, set_back) = (utc("2026-06-10 00:10"), utc("2026-09-05 10:20"));
    let (mut has_slept, mut was_set_back) = (false, false);
    let mut happened = BTreeMap::new();
    let mut count = |what| *happened.entry(what).or_insert(0) += 1;
    let mut now = from;
    for step in 0_u64.. {
        if now >= until {
            break;
        }
        now = now.plus_ms(20_000 + draw(2026, &[step]) % 140_000);
        if !has_slept && now > suspended {
            (has_slept, now) = (true, now.plus_ms(3 * HOUR_MS));
            count("suspension");
        }
        let is_back = !was_set_back && now > set_back;
        if is_back {
            (was_set_back, now) = (true, Timestamp::from_unix_ms(now.unix_ms() - 2 * HOUR_MS as i64));
            count("set back");
        }
        // Right after a clock was set back, too: nothing is known then but what is stored.
        if is_back || draw(68, &[step]).is_multiple_of(2000) {
            count("restart");
            schedules.iter_mut().for_each(|schedule| schedule.next = None);
        }
        schedules
            .iter_mut()
            .for_each(|schedule| schedule.tick(calendar, now.min(until)));
    }
    happened
}

#[test]
fn a_year_of_schedules_of_68_units() {
    let calendar = china();
    let (from, until) = (utc("2026-01-01 00:00"), utc("2027-01-01 00:00"));
    let mut schedules: Vec<_> = (0..UNITS)
        .flat_map(rules_of)
        .map(|rule| Schedule::new(rule, from))
        .collect();
    let happened = run(&mut schedules, &calendar, from, until);
    assert_eq!((happened["suspension"], happened["set back"]), (1, 1));
    assert!(happened["restart"] > 50, "{happened:?}");
    let watches: BTreeMap<_, _> = ZONES
        .into_iter()
        .map(|zone| (zone, Watch::of(zone, from, until)))
        .collect();
    let (mut occurrences, mut missed) = (0, 0);
    for schedule in &schedules {
        let rule = &schedule.rule;
        let all = watches[&*rule.zone].occurrences(rule, &calendar, from, until);
        let mut due: Vec<_> = all.into_iter().filter(|told| told.start <= until).collect();
        due.sort_by_key(|told| (told.start, told.nominal));
        let mut settled: Vec<_> = schedule.missed.iter().map(|(told, _)| *told).collect();
        settled.extend(&schedule.started);
        settled.sort_by_key(|told| (told.start, told.nominal));
        assert_eq!(settled, due, "each once: {rule:?}");
        // Only while the daemon was suspended could anything be missed, and only by those that make up for nothing.
        for (told, why) in &schedule.missed {
            assert_eq!((rule.catch_up, *why), (CatchUp::None, Why::NotMadeUp));
            assert!(
                (utc("2026-06-10 00:00")..utc("2026-06-10 04:00")).contains(&told.start),
                "{told:?}"
            );
        }
        (occurrences, missed) = (occurrences + due.len(), missed + schedule.missed.len());
    }
    assert!(
        occurrences > 40_000 && missed > 5,
        "{occurrences} occurrences, {missed} missed"
    );
    let starts: usize = schedules.iter().map(|schedule| schedule.started.len()).sum();
    assert_eq!(starts + missed, occurrences);
}
