//! What a rule's occurrences are, found by looking at a clock every minute: nothing is computed, and nothing shared with the product but
//! the draw of a start. Expressions are read and matched by croner.

use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};
use jiff::tz::{TimeZone, TimeZoneDatabase};

use super::super::{Occurrence, Recurrence, Rule};
use super::DAY_MS;
use crate::calendar::{Calendar, Date};
use crate::id::Timestamp;
use crate::lot;

/// Reads an expression of five fields.
pub(super) fn croner(expression: &str) -> Cron {
    let parser = CronParser::builder()
        .seconds(Seconds::Disallowed)
        .year(Year::Disallowed)
        .build();
    parser.parse(expression).expect(expression)
}

/// A minute of the wall clock, as a day and hours and minutes.
type Wall = (jiff::civil::Date, u32, u32);

/// What a zone's clock shows every minute: the instant, and the times it shows for the first time, one or those it has jumped over.
pub(super) struct Watch(Vec<(Timestamp, Vec<Wall>)>);

impl Watch {
    /// Every full minute from the day before `from` until `until`.
    pub(super) fn of(zone: &str, from: Timestamp, until: Timestamp) -> Self {
        let zone: TimeZone = TimeZoneDatabase::bundled().get(zone).expect("a zone");
        let show = |unix_ms| zone.to_datetime(jiff::Timestamp::from_millisecond(unix_ms).expect("an instant"));
        let first = (from.unix_ms() - DAY_MS as i64).div_euclid(60_000) * 60_000;
        let mut latest = show(first);
        let mut minutes = Vec::new();
        for unix_ms in (first + 60_000..=until.unix_ms()).step_by(60_000) {
            let now = show(unix_ms);
            let mut walls = Vec::new();
            while latest < now {
                latest += jiff::SignedDuration::from_mins(1);
                let (hour, minute) = (latest.hour() as u32, latest.minute() as u32);
                walls.push((latest.date(), hour, minute));
            }
            minutes.push((Timestamp::from_unix_ms(unix_ms), walls));
        }
        Self(minutes)
    }
    /// Occurrences whose nominal instant is in (after, until].
    pub(super) fn occurrences(
        &self,
        rule: &Rule,
        calendar: &Calendar,
        after: Timestamp,
        until: Timestamp,
    ) -> Vec<Occurrence> {
        let Recurrence::Cron(expression) = &rule.recurrence else {
            panic!("by an expression");
        };
        let cron = croner(expression);
        let is_due = |(date, hour, minute): &Wall| {
            let (year, month, day) = (i32::from(date.year()), date.month() as u32, date.day() as u32);
            let matches = || -> Result<bool, croner::errors::CronError> {
                Ok(cron.pattern.minute_match(*minute)?
                    && cron.pattern.hour_match(*hour)?
                    && cron.pattern.month_match(month)?
                    && cron.pattern.day_match(year, month, day)?)
            };
            matches().expect("a time") && rule.days.contains(calendar.kind(Date::of(*date)))
        };
        let due = self
            .0
            .iter()
            .filter(|(at, walls)| *at > after && *at <= until && walls.iter().any(is_due));
        due.map(|(nominal, _)| Occurrence {
            nominal: *nominal,
            start: match rule.spread_ms {
                0 => *nominal,
                spread_ms => nominal.plus_ms(lot::draw(rule.seed, &[nominal.unix_ms() as u64]) % spread_ms),
            },
        })
        .collect()
    }
}
