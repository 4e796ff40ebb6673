//! What is wrong with a rule, before it is laid down.

use super::cron::{Cron, CronError};
use super::occur::SEARCH_DAYS;
use super::settle::ON_TIME_MS;
use super::{Recurrence, Rule};
use crate::calendar::{Date, DayKinds, Minute, UnknownZone, Zone};
use crate::id::Timestamp;

/// Most occurrences in a year: one every hour of it, and some more. Oftener is no exercise but a load test, and each occurrence stays in
/// the journal for ever.
pub const OCCURRENCES_A_YEAR_MAX: u32 = 10_000;

/// Longest spread: a week, from which a day is drawn for an unannounced exercise.
pub const SPREAD_MAX_MS: u64 = 7 * 24 * 60 * 60 * 1000;

/// Longest lateness: an exercise that is made up for after more than a month is another one.
pub const LATENESS_MAX_MS: u64 = 31 * 24 * 60 * 60 * 1000;

/// Something wrong with a rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleFault {
    /// A zone that there is not.
    #[error(transparent)]
    Zone(#[from] UnknownZone),
    /// An expression that cannot be read.
    #[error(transparent)]
    Cron(#[from] CronError),
    /// An expression that no day matches.
    #[error(
        "{0:?} matches no day within eight years; expected days that there are, such as 28 February or L for the last of a month"
    )]
    Never(Box<str>),
    /// An expression that matches too often.
    #[error("{expression:?} comes round {a_year} times a year; expected at most {OCCURRENCES_A_YEAR_MAX}")]
    Often {
        /// The expression.
        expression: Box<str>,
        /// How often in a year, kinds of days left aside.
        a_year: u32,
    },
    /// No kind of day.
    #[error("it comes round on no kind of day; expected at least one of {}", crate::word::all(&crate::calendar::DayKind::ALL))]
    NoDays,
    /// One instant, and kinds of days that could take it away.
    #[error(
        "it comes round once, on a day that was chosen; expected every kind of day, which is what stands there when none is said"
    )]
    OnceOnSomeDays,
    /// One instant, and it is over.
    #[error("it comes round once, on {date} at {minute}, which is over; expected a time to come")]
    Past {
        /// The day, in the rule's zone.
        date: Date,
        /// The time of the day there.
        minute: Minute,
    },
    /// A spread of more than a week.
    #[error("the spread is {spread_ms} ms; expected at most {SPREAD_MAX_MS}, seven days")]
    LongSpread {
        /// The spread.
        spread_ms: u64,
    },
    /// A spread that reaches beyond the next occurrence, so that two could be drawn for the same moment.
    #[error(
        "the spread is {spread_ms} ms, but {distance_ms} ms after an occurrence there may be the next; expected no more than that"
    )]
    Overlap {
        /// The spread.
        spread_ms: u64,
        /// The shortest time from an occurrence to the next on the wall clock, kinds of days left aside.
        distance_ms: u64,
    },
    /// Less lateness than ticks may have, or more than a month.
    #[error(
        "the largest lateness is {lateness_ms} ms; expected {ON_TIME_MS} to {LATENESS_MAX_MS}, three minutes to 31 days"
    )]
    Lateness {
        /// The lateness.
        lateness_ms: u64,
    },
}

impl RuleFault {
    /// The word for it on the wire.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Zone(_) => "zone",
            Self::Cron(_) => "cron",
            Self::Never(_) => "never",
            Self::Often { .. } => "often",
            Self::NoDays => "no-days",
            Self::OnceOnSomeDays => "once-on-some-days",
            Self::Past { .. } => "past",
            Self::LongSpread { .. } => "long-spread",
            Self::Overlap { .. } => "overlap",
            Self::Lateness { .. } => "lateness",
        }
    }
}

/// Everything that is wrong with a rule that is laid down at `at`; nothing: it may be.
///
/// Kinds of days are left aside where it is counted how often a rule comes round: which days are of them is published year by year. So a
/// rule for holidays may have no next occurrence until the calendar with the holidays is imported.
pub fn check(rule: &Rule, at: Timestamp) -> Vec<RuleFault> {
    let Rule {
        recurrence,
        zone,
        days,
        spread_ms,
        seed: _,
        catch_up: _,
        max_lateness_ms,
    } = rule;
    let mut faults = Vec::new();
    let zone = Zone::new(zone).map_err(|unknown| faults.push(unknown.into())).ok();
    match recurrence {
        Recurrence::Once(once) => {
            if *once <= at {
                let (date, minute) = zone.unwrap_or_else(Zone::shanghai).local(*once);
                faults.push(RuleFault::Past { date, minute });
            }
            if *days != DayKinds::ALL && !days.is_empty() {
                faults.push(RuleFault::OnceOnSomeDays);
            }
        }
        Recurrence::Cron(expression) => match Cron::parse(expression) {
            Err(error) => faults.push(error.into()),
            Ok(cron) => check_cron(expression, &cron, *spread_ms, at, &mut faults),
        },
    }
    if days.is_empty() {
        faults.push(RuleFault::NoDays);
    }
    if *spread_ms > SPREAD_MAX_MS {
        faults.push(RuleFault::LongSpread { spread_ms: *spread_ms });
    }
    if !(ON_TIME_MS..=LATENESS_MAX_MS).contains(max_lateness_ms) {
        faults.push(RuleFault::Lateness {
            lateness_ms: *max_lateness_ms,
        });
    }
    faults
}

fn check_cron(expression: &str, cron: &Cron, spread_ms: u64, at: Timestamp, faults: &mut Vec<RuleFault>) {
    let times = Times::of(cron, at);
    let Some(distance_min) = times.distance_min else {
        faults.push(RuleFault::Never(expression.into()));
        return;
    };
    if times.a_year > OCCURRENCES_A_YEAR_MAX {
        faults.push(RuleFault::Often {
            expression: expression.into(),
            a_year: times.a_year,
        });
    }
    let distance_ms = u64::from(distance_min) * 60_000;
    if spread_ms > distance_ms && spread_ms <= SPREAD_MAX_MS {
        faults.push(RuleFault::Overlap { spread_ms, distance_ms });
    }
}

/// How often an expression comes round, and how close together.
struct Times {
    /// Most occurrences in a year.
    a_year: u32,
    /// Shortest distance on the wall clock; none: no day matches. A single day in all the years counts as far from the next.
    distance_min: Option<u32>,
}

impl Times {
    /// Of the years that are looked ahead, from the first day of the year on.
    fn of(cron: &Cron, at: Timestamp) -> Self {
        const DAY_MINUTES: u32 = 24 * 60;
        let minutes = std::iter::successors(cron.minute_from(0), |minute| cron.minute_from(minute + 1));
        let minutes: Vec<u32> = minutes.map(u32::from).collect();
        let within_day = minutes.windows(2).map(|pair| pair[1] - pair[0]).min();
        let (first, last) = (
            minutes.first().copied().unwrap_or(0),
            minutes.last().copied().unwrap_or(0),
        );
        let today = Zone::stored("UTC").date(at).civil();
        let january = today.first_of_year();
        let end = Date::of(today).plus_days(i32::from(SEARCH_DAYS)).civil();
        let (mut a_year, mut this_year, mut year) = (0, 0, january.year());
        let (mut distance_min, mut before) = (None, None);
        for date in january
            .series(jiff::Span::new().days(1))
            .take_while(|date| *date <= end)
        {
            if date.year() != year {
                (this_year, year) = (0, date.year());
            }
            if !cron.matches(date) {
                continue;
            }
            this_year += cron.times_a_day();
            a_year = a_year.max(this_year);
            let day = Date::of(date);
            let to_next = before.map_or(u32::MAX, |before| {
                u32::try_from(day.days_since(before)).map_or(u32::MAX, |days| days * DAY_MINUTES + first - last)
            });
            let nearest = to_next.min(within_day.unwrap_or(u32::MAX));
            distance_min = Some(distance_min.unwrap_or(u32::MAX).min(nearest));
            before = Some(day);
        }
        Self { a_year, distance_min }
    }
}
