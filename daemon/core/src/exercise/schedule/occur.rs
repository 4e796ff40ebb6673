//! Occurrences of a rule: by their nominal instant, and by when they start. From the rule, the calendar and instants, and from nothing
//! else.
//!
//! The wall clock of the rule's zone decides. A time that the clock leaves out is at the end of the gap, together with whatever else
//! falls there; of a time that comes twice, the first counts. A day that the rule's kinds of days leave out has no occurrence: nothing
//! is missed there, and nothing moved to another day. What kind a day is, the statutory calendar says when it is asked.

use std::collections::BTreeSet;

use jiff::civil;

use super::cron::Cron;
use super::{Occurrence, Recurrence, Rule};
use crate::calendar::{Calendar, Clock, Date, DayKinds, Minute, Zone};
use crate::id::Timestamp;
use crate::lot;

/// How far ahead is looked for the next occurrence: 29 February may be eight years away.
pub const SEARCH_DAYS: u16 = 8 * 366;
const DAY_MS: u64 = 24 * 60 * 60 * 1000;
pub(super) const SEARCH_MS: u64 = SEARCH_DAYS as u64 * DAY_MS;

/// The first occurrence whose nominal instant is after `after`, if there is one within [`SEARCH_DAYS`].
pub fn next(rule: &Rule, calendar: &Calendar, after: Timestamp) -> Option<Occurrence> {
    let from = after.max(Timestamp::from_unix_ms(0));
    within(rule, calendar, after, from.plus_ms(SEARCH_MS)).next()
}

/// Occurrences whose nominal instant is after `after` and not after `until`, in order, each instant once.
///
/// Lazy: no memory, and the work of looking at each day up to the one that is asked for. There is nothing before 1970, and nothing
/// for a rule that [`super::check`] would not let in because it cannot be read.
pub fn within<'a>(rule: &Rule, calendar: &'a Calendar, after: Timestamp, until: Timestamp) -> Occurrences<'a> {
    let clock = Zone::stored(&rule.zone).clock();
    let after = after.max(Timestamp::from_unix_ms(0));
    // Whatever the clock shows at `after`, earlier times of it are not later instants.
    let (date, minute) = clock.local(after);
    Occurrences {
        rounds: match &rule.recurrence {
            Recurrence::Once(at) => Rounds::Once(Some(*at)),
            Recurrence::Cron(expression) => Cron::parse(expression).map_or(Rounds::Once(None), |cron| Rounds::Cron {
                cron,
                from: Some((date.civil(), minute.minutes())),
            }),
        },
        calendar,
        days: rule.days,
        draw: Draw {
            spread_ms: rule.spread_ms,
            seed: rule.seed,
        },
        after,
        until,
        // The clock may have shown a later time before: it went back since, by no more than a day.
        last: clock.date(until).plus_days(1).civil(),
        clock,
    }
}

/// Occurrences that start after `after` and not after `until`, in order of their start, of those whose nominal instant is after
/// `since`.
///
/// Lazy: in memory are only those whose windows overlap. For a rule that [`super::check`] lets in that is one or two.
pub fn starting<'a>(
    rule: &Rule,
    calendar: &'a Calendar,
    since: Timestamp,
    after: Timestamp,
    until: Timestamp,
) -> Starting<'a> {
    // Whatever starts after `after` came round less than the spread before.
    let back = i64::try_from(rule.spread_ms).unwrap_or(i64::MAX);
    let earliest = Timestamp::from_unix_ms(after.unix_ms().saturating_sub(back));
    Starting {
        nominal: within(rule, calendar, since.max(earliest), until),
        ahead: None,
        open: BTreeSet::new(),
        after,
        until,
    }
}

/// How starts are drawn.
#[derive(Debug, Clone, Copy)]
struct Draw {
    spread_ms: u64,
    seed: u64,
}

impl Draw {
    fn occurrence(self, nominal: Timestamp) -> Occurrence {
        let drawn = lot::draw(self.seed, &[nominal.unix_ms().cast_unsigned()]);
        let start = nominal.plus_ms(drawn.checked_rem(self.spread_ms).unwrap_or(0));
        Occurrence { nominal, start }
    }
}

/// What is left of a recurrence.
#[derive(Debug)]
enum Rounds {
    Once(Option<Timestamp>),
    Cron {
        cron: Cron,
        /// The day and the minute to look at next; none: the calendar has ended.
        from: Option<(civil::Date, u16)>,
    },
}

/// Occurrences in order of their nominal instant: see [`within`].
#[derive(Debug)]
pub struct Occurrences<'a> {
    rounds: Rounds,
    clock: Clock,
    calendar: &'a Calendar,
    days: DayKinds,
    draw: Draw,
    /// The last one that was told, or where the window begins.
    after: Timestamp,
    until: Timestamp,
    /// No day after this one has begun at `until`.
    last: civil::Date,
}

impl Iterator for Occurrences<'_> {
    type Item = Occurrence;

    fn next(&mut self) -> Option<Occurrence> {
        loop {
            let nominal = match &mut self.rounds {
                Rounds::Once(at) => {
                    let at = at.take()?;
                    if !self.days.contains(self.calendar.kind(self.clock.date(at))) {
                        return None;
                    }
                    at
                }
                Rounds::Cron { cron, from } => {
                    let (date, minute) = (*from)?;
                    let is_wanted = || self.days.contains(self.calendar.kind(Date::of(date)));
                    let found = match cron.minute_from(minute) {
                        Some(minute) if cron.matches(date) && is_wanted() => minute,
                        Some(_) | None => {
                            let tomorrow = date.tomorrow().ok().filter(|date| *date <= self.last);
                            *from = tomorrow.map(|date| (date, 0));
                            continue;
                        }
                    };
                    *from = Some((date, found + 1));
                    self.clock.boundary(Date::of(date), Minute::new(found))
                }
            };
            if nominal > self.until {
                self.rounds = Rounds::Once(None);
                return None;
            }
            // Also once for all the times that fall into one gap.
            if nominal > self.after {
                self.after = nominal;
                return Some(self.draw.occurrence(nominal));
            }
        }
    }
}

/// Occurrences in order of their start: see [`starting`].
#[derive(Debug)]
pub struct Starting<'a> {
    nominal: Occurrences<'a>,
    /// The first one whose window is not open yet.
    ahead: Option<Occurrence>,
    /// Those whose windows are open, by start and nominal instant.
    open: BTreeSet<(Timestamp, Timestamp)>,
    after: Timestamp,
    until: Timestamp,
}

impl Iterator for Starting<'_> {
    type Item = Occurrence;

    fn next(&mut self) -> Option<Occurrence> {
        while let Some(ahead) = self.ahead.take().or_else(|| self.nominal.next()) {
            // Later ones start later than the first that is open.
            if self.open.first().is_some_and(|(start, _)| *start < ahead.nominal) {
                self.ahead = Some(ahead);
                break;
            }
            if ahead.start > self.after && ahead.start <= self.until {
                self.open.insert((ahead.start, ahead.nominal));
            }
        }
        let (start, nominal) = self.open.pop_first()?;
        Some(Occurrence { nominal, start })
    }
}
