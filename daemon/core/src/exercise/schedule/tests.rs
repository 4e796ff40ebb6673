//! Schedules: what the rules of the tests have in common.

mod check;
mod cron;
mod laws;
mod occur;
mod oracle;
mod plan;
mod secrecy;
mod settle;
mod year;

use super::{CatchUp, Recurrence, Rule};
use crate::calendar::{Calendar, DayKind, DayKinds, Zone};
use crate::id::Timestamp;

const MINUTE_MS: u64 = 60_000;
const HOUR_MS: u64 = 60 * MINUTE_MS;
const DAY_MS: u64 = 24 * HOUR_MS;

/// The instant at which the wall clock of `zone` shows `text`, such as 2026-03-29 01:30.
fn at(zone: &str, text: &str) -> Timestamp {
    let (date, minute) = text.split_once(' ').expect("a day and a time");
    let zone = Zone::new(zone).expect("a zone");
    zone.instant(date.parse().expect("a day"), minute.parse().expect("a time"))
}

fn utc(text: &str) -> Timestamp {
    at("UTC", text)
}

fn shown(at: Timestamp) -> String {
    let (date, minute) = Zone::new("UTC").expect("a zone").local(at);
    format!("{date} {minute}")
}

/// By a cron expression, every day, at the moment; everything is made up for.
fn rule(zone: &str, expression: &str) -> Rule {
    Rule {
        recurrence: Recurrence::Cron(expression.into()),
        zone: zone.into(),
        days: DayKinds::ALL,
        spread_ms: 0,
        seed: 7,
        catch_up: CatchUp::All,
        max_lateness_ms: u64::MAX,
    }
}

fn kinds(kinds: &[DayKind]) -> DayKinds {
    kinds.iter().copied().collect()
}

/// The statutory calendar as it ships: 2024 to 2026.
fn china() -> Calendar {
    let mut calendar = Calendar::default();
    calendar.evolve(&crate::calendar::shipped());
    calendar
}
