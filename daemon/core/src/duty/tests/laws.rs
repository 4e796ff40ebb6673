//! Laws over random rosters: the resolver agrees with the list of shifts, the past stays, nothing is missing where nothing can be.

use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::duty::{DecideSwap, EndStandIn, RequestSwap, SetBackup, SetStandIn, ShiftRef};
use crate::id::{StandInId, SwapId};

/// Somebody does something about duty.
#[derive(Debug, Clone)]
enum Step {
    Roster {
        pattern: &'static str,
        in_days: i32,
        every: &'static str,
        crews: u32,
        first: u32,
    },
    StandIn {
        position: Position,
        person: u32,
        instead_of: u32,
        after_h: i64,
        hours: i64,
    },
    End(u32),
    Swap {
        person: u32,
        with: u32,
        after_h: i64,
    },
    Backup {
        a: u32,
        b: u32,
    },
    Leave {
        person: u32,
        after_h: i64,
        hours: i64,
    },
    Holiday {
        in_days: i32,
        kind: &'static str,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let position = || select(vec![Position::Lead, Position::Officer, Position::Standby]);
    let patterns = vec!["two-shift", "whole-day", "after-hours", "blocks"];
    prop_oneof![
        3 => (select(patterns), 0..5i32, select(vec!["shift", "2-shifts", "day", "week"]), 1..4u32, 1..5u32).prop_map(
            |(pattern, in_days, every, crews, first)| Step::Roster { pattern, in_days, every, crews, first }),
        3 => (position(), 1..9u32, 0..9u32, -20..100i64, 1..60i64).prop_map(
            |(position, person, instead_of, after_h, hours)| Step::StandIn { position, person, instead_of, after_h, hours }),
        1 => (1..4u32).prop_map(Step::End),
        2 => (1..9u32, 1..9u32, 1..100i64).prop_map(|(person, with, after_h)| Step::Swap { person, with, after_h }),
        1 => (1..9u32, 1..9u32).prop_map(|(a, b)| Step::Backup { a, b }),
        2 => (1..9u32, 0..100i64, 1..60i64).prop_map(|(person, after_h, hours)| Step::Leave { person, after_h, hours }),
        1 => (-3..9i32, select(vec!["holiday", "workday", "week"])).prop_map(|(in_days, kind)| Step::Holiday { in_days, kind }),
    ]
}

const HOUR: i64 = 3_600_000;

fn take(district: &mut District, now: Timestamp, step: &Step) {
    let after = |hours: i64| now.unix_ms() + hours * HOUR;
    let today = district.policy.duty.zone.date(now);
    let unit_code: Box<str> = A1.into();
    match step.clone() {
        Step::Roster {
            pattern,
            in_days,
            every,
            crews,
            first,
        } => {
            let mut members = Vec::new();
            for turn in 1..=crews {
                members.push(("lead", "", turn, every, 1 + (first + turn) % 8));
                members.push(("officer", "", turn, every, 1 + (first + turn + 3) % 8));
                members.push(("officer", "", turn, every, 1 + (first + turn + 5) % 8));
            }
            let from = today.plus_days(in_days).to_string();
            district.accepts(import(rows(A1, pattern, &from, &members)));
        }
        Step::StandIn {
            position,
            person,
            instead_of,
            after_h,
            hours,
        } => {
            let instead_of = (instead_of > 0).then_some(PersonId(instead_of));
            let (from, until) = (after(after_h), after(after_h + hours));
            let person = PersonId(person);
            district.when(Command::SetStandIn(SetStandIn {
                unit_code,
                position,
                person,
                instead_of,
                from,
                until,
                reason: "x".into(),
            }));
        }
        Step::End(id) => {
            district.when(Command::EndStandIn(EndStandIn {
                stand_in: StandInId(id),
            }));
        }
        Step::Swap { person, with, after_h } => {
            let gives = ShiftRef {
                unit_code,
                position: Position::Officer,
                at: after(after_h),
            };
            let (person, with) = (PersonId(person), PersonId(with));
            let before = district.state.rosters.swaps().len() as u32;
            district.when(Command::RequestSwap(RequestSwap {
                person,
                gives,
                with,
                takes: None,
                reason: "".into(),
            }));
            if district.state.rosters.swaps().len() as u32 > before {
                let swap = SwapId(before + 1);
                district.accepts(Command::ConsentSwap(crate::duty::ConsentSwap {
                    swap,
                    person: with,
                    consent: true,
                }));
                district.when(Command::DecideSwap(DecideSwap {
                    swap,
                    approve: true,
                    emergency: true,
                }));
            }
        }
        Step::Backup { a, b } => {
            let roles = Some((PersonId(a), PersonId(b)));
            district.when(Command::SetBackup(SetBackup {
                unit_code,
                post: "post".into(),
                roles,
            }));
        }
        Step::Leave { person, after_h, hours } => {
            let minutes = |ms: i64| (ms - crate::testing::minute(0).unix_ms()) / 60_000;
            district.on_leave(person, minutes(after(after_h)), minutes(after(after_h + hours)));
        }
        Step::Holiday { in_days, kind } => {
            let date = today.plus_days(in_days).to_string().into();
            let rows = vec![CalendarRow {
                row: 1,
                date,
                kind: kind.into(),
                name: "x".into(),
            }];
            district.accepts(Command::ImportCalendar(ImportCalendar {
                mode: ImportMode::AllOrNothing,
                rows,
            }));
        }
    }
}

/// Everybody on at an instant, whatever the order.
fn people(holders: impl Iterator<Item = (Position, PersonId, bool)>) -> Vec<(Position, PersonId, bool)> {
    let mut all: Vec<_> = holders.collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn holding(district: &District, at: Timestamp) -> Vec<(Position, PersonId, bool)> {
    let found = on_duty(view(district), unit(district, A1), at);
    people(
        found
            .holders
            .iter()
            .map(|holder| (holder.position, holder.person, holder.on_leave)),
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn the_resolver_agrees_with_the_list_and_the_past_stays(
        zone in select(vec!["Asia/Shanghai", "Europe/London", "America/New_York", "Australia/Lord_Howe"]),
        steps in prop::collection::vec((0..40i64, step()), 1..9),
    ) {
        let mut district = district();
        district.policy.duty.zone = Zone::new(zone).expect("a zone");
        // Three weeks in which the clocks of all these zones change.
        let mut now = at("2026-10-20 07:00");
        let (first, last) = (now, now.plus_ms(16 * 24 * HOUR as u64));
        district.start_at(now);
        district.accepts(calendar());
        for (hours, step) in &steps {
            now = now.plus_ms((hours * HOUR) as u64);
            district.start_at(now);
            let samples = |until: Timestamp| {
                let every = 47 * 60_000;
                (0..).map(move |n| Timestamp::from_unix_ms(first.unix_ms() + n * every)).take_while(move |at| *at < until)
            };
            let before: Vec<_> = samples(now).map(|at| holding(&district, at)).collect();
            take(&mut district, now, step);
            for (at, before) in samples(now).zip(before) {
                prop_assert_eq!(holding(&district, at), before, "the past changed at {:?} after {:?}", at, step);
            }
        }
        let listed = shifts(view(&district), unit(&district, A1), first, last);
        prop_assert!(listed.is_sorted_by_key(|shift| shift.from));
        let mut edges: Vec<_> = listed.iter().flat_map(|shift| {
            let parts = shift.holders.iter().flat_map(|holder| [holder.from, holder.until]);
            [shift.from, shift.until].into_iter().chain(parts).collect::<Vec<_>>()
        }).collect();
        edges.sort_unstable();
        edges.dedup();
        let around = edges.iter().flat_map(|at| [at.unix_ms() - 1, at.unix_ms(), at.unix_ms() + 1]);
        for at in around.map(Timestamp::from_unix_ms).filter(|at| first <= *at && *at < last) {
            let running = listed.iter().filter(|shift| shift.from <= at && at < shift.until);
            let holders = running.flat_map(|shift| &shift.holders).filter(|holder| holder.from <= at && at < holder.until);
            let expected = people(holders.map(|holder| (holder.position, holder.person, holder.on_leave)));
            prop_assert_eq!(holding(&district, at), expected, "{:?}", at);
            // A part of the list is a part of the whole.
            let part = shifts(view(&district), unit(&district, A1), at, at.plus_ms(1));
            let whole: Vec<_> = listed.iter().filter(|shift| shift.from <= at && at < shift.until).cloned().collect();
            prop_assert_eq!(part, whole);
        }
        // D1 and the takeover of versions: from the first shift on, the day is covered but for office hours.
        if let Some(start) = listed.first().map(|shift| shift.from) {
            for at in edges.iter().filter(|at| start <= **at && **at < last) {
                let missing = on_duty(view(&district), unit(&district, A1), *at).missing;
                prop_assert!(!missing.contains(&crate::duty::Missing::NoShift), "{:?}", at);
            }
        }
    }
}
