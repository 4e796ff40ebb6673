//! A day of the calendar, without a zone.

use std::fmt;
use std::str::FromStr;

use jiff::civil;
use serde::{Deserialize, Serialize};

/// A text that is no day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a day; expected yyyy-mm-dd, such as 2026-02-17")]
pub struct ParseDateError(pub Box<str>);

/// A day of the calendar, in days since 1970-01-01.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Date(i32);

const EPOCH: civil::Date = civil::date(1970, 1, 1);

impl Date {
    /// The day `days` after 1970-01-01; beyond the calendar, its first or last day.
    pub fn from_days(days: i32) -> Self {
        Self(days.clamp(Self::of(civil::Date::MIN).0, Self::of(civil::Date::MAX).0))
    }
    /// The day with this year, month and day of the month, if there is one.
    pub fn new(year: i16, month: i8, day: i8) -> Option<Self> {
        civil::Date::new(year, month, day).ok().map(Self::of)
    }
    /// Days since 1970-01-01.
    pub fn days(self) -> i32 {
        self.0
    }
    /// The day as the calendar library has it.
    pub fn civil(self) -> civil::Date {
        EPOCH
            .checked_add(jiff::SignedDuration::from_hours(i64::from(self.0) * 24))
            .expect("a day of the calendar: see from_days")
    }
    /// What the calendar library's day is here.
    pub fn of(date: civil::Date) -> Self {
        Self((date.duration_since(EPOCH).as_hours() / 24) as i32)
    }
    /// The day so many days later.
    #[must_use]
    pub fn plus_days(self, days: i32) -> Self {
        Self::from_days(self.0.saturating_add(days))
    }
    /// Days from `earlier` to here; negative if it is later.
    pub fn days_since(self, earlier: Self) -> i32 {
        self.0 - earlier.0
    }
    /// Monday 1 … Sunday 7.
    pub fn weekday(self) -> u8 {
        self.civil().weekday().to_monday_one_offset() as u8
    }
    /// Its year.
    pub fn year(self) -> i16 {
        self.civil().year()
    }
    /// The Monday of its week.
    #[must_use]
    pub fn monday(self) -> Self {
        self.plus_days(1 - i32::from(self.weekday()))
    }
    /// Full years from here to `later`, as ages are counted.
    pub fn years_until(self, later: Self) -> i32 {
        let (born, then) = (self.civil(), later.civil());
        let had_birthday = (then.month(), then.day()) >= (born.month(), born.day());
        i32::from(then.year()) - i32::from(born.year()) - i32::from(!had_birthday)
    }
}

impl FromStr for Date {
    type Err = ParseDateError;
    fn from_str(text: &str) -> Result<Self, ParseDateError> {
        let is_plain = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        let date = is_plain.then(|| text.parse().ok()).flatten();
        date.map(Self::of).ok_or_else(|| ParseDateError(text.into()))
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.civil().fmt(f)
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().expect(text)
    }

    #[test]
    fn days_read_back_what_they_show() {
        for (text, days, weekday) in [
            ("1970-01-01", 0, 4),
            ("1969-12-31", -1, 3),
            ("2024-02-29", 19_782, 4),
            ("2026-11-22", 20_779, 7),
        ] {
            let date = day(text);
            assert_eq!(
                (date.days(), date.weekday(), date.to_string()),
                (days, weekday, text.to_owned())
            );
        }
        for bad in [
            "",
            "2026-2-1",
            "2026-02-30",
            "20260217",
            "2026-02-17T08:00",
            "+026-02-17",
            "2026/02/17",
        ] {
            assert!(bad.parse::<Date>().is_err(), "{bad}");
        }
    }

    #[test]
    fn the_calendar_has_a_first_and_a_last_day() {
        assert_eq!(Date::from_days(i32::MAX).plus_days(1), Date::from_days(i32::MAX));
        assert_eq!(Date::from_days(i32::MIN).plus_days(-1), Date::from_days(i32::MIN));
        assert_eq!(day("2024-03-01").days_since(day("2024-02-28")), 2);
    }

    #[test]
    fn one_is_a_year_older_on_the_birthday() {
        let born = day("1976-11-22");
        let age = |text: &str| born.years_until(day(text));
        assert_eq!((age("2026-11-21"), age("2026-11-22"), age("1976-11-22")), (49, 50, 0));
        assert_eq!(day("2000-02-29").years_until(day("2025-02-28")), 24);
    }
}
