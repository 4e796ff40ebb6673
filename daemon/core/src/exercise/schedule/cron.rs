//! Cron expressions (周期表达式) of five fields: minute, hour, day of the month, month, day of the week.
//!
//! A reader of our own, because the crate that `tokio-cron-scheduler` reads with brings a clock and the system's zone into whatever
//! uses it, takes `1,,2`, and never finds the last Sunday that it reads in `7L`. Here is the grammar only: days and minutes of a wall
//! clock. Which instants those are is said in `occur.rs`.

use std::fmt;

use jiff::civil;

/// Longest expression: every minute, hour, day, month and weekday by number, and some blanks.
pub const EXPRESSION_BYTES_MAX: usize = 512;

/// A field of an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// 0–59.
    Minute,
    /// 0–23.
    Hour,
    /// 1–31, or L for the last.
    Day,
    /// 1–12, or JAN–DEC.
    Month,
    /// 0–7, both Sunday, or MON–SUN; MON#2 for the second of the month, 5L for the last Friday.
    Weekday,
}

impl Field {
    /// Every field with its name, in the order of an expression.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::Minute, "minute"),
        (Self::Hour, "hour"),
        (Self::Day, "day of the month"),
        (Self::Month, "month"),
        (Self::Weekday, "day of the week"),
    ];

    /// First and last value; Sunday is 0, and 7 at the end of a range.
    fn bounds(self) -> (u8, u8) {
        match self {
            Self::Minute => (0, 59),
            Self::Hour => (0, 23),
            Self::Day => (1, 31),
            Self::Month => (1, 12),
            Self::Weekday => (0, 7),
        }
    }
    /// What a field may hold, for errors.
    fn expected(self) -> &'static str {
        match self {
            Self::Minute => "0 to 59",
            Self::Hour => "0 to 23",
            Self::Day => "1 to 31, or L for the last day of the month",
            Self::Month => "1 to 12 or JAN to DEC",
            Self::Weekday => {
                "0 to 7 (0 and 7 are Sunday) or MON to SUN, MON#2 for the second Monday, 5L for the last Friday"
            }
        }
    }
    /// Names of its values; the first stands for 1.
    fn names(self) -> &'static [&'static str] {
        match self {
            Self::Minute | Self::Hour | Self::Day => &[],
            Self::Month => &[
                "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
            ],
            Self::Weekday => &["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"],
        }
    }
    fn is_day(self) -> bool {
        matches!(self, Self::Day | Self::Weekday)
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(crate::word::of(&Self::ALL, *self))
    }
}

/// A text that is no expression.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CronError {
    /// Too long to be one.
    #[error("the expression has {0} bytes; expected at most {EXPRESSION_BYTES_MAX}")]
    Long(usize),
    /// Too few fields, or too many.
    #[error(
        "the expression has {0} fields; expected five: minute, hour, day of the month, month, day of the week; seconds and years are not \
         taken"
    )]
    Fields(usize),
    /// A part of a field that says nothing.
    #[error("{part:?} is no {field}; expected *, {expected}, ranges such as {example}, and lists of these", expected = field.expected(), example = field.example())]
    Part {
        /// In which field.
        field: Field,
        /// What stands there.
        part: Box<str>,
    },
    /// A range that ends before it begins.
    #[error(
        "the range {part:?} of the {field} ends before it begins; expected the smaller value first, or two ranges with a comma"
    )]
    Backward {
        /// In which field.
        field: Field,
        /// What stands there.
        part: Box<str>,
    },
    /// A step that leaves nothing to step to.
    #[error(
        "the step of {part:?} in the {field} does not fit; expected * or a range, and a step from 1 to {max} after the slash"
    )]
    Step {
        /// In which field.
        field: Field,
        /// What stands there.
        part: Box<str>,
        /// The largest step.
        max: u8,
    },
    /// The weekday nearest to a day, which is not the workday nearest to it.
    #[error(
        "{0:?} would go by the week and not by the statutory calendar; expected days by number, and workdays as kinds of days"
    )]
    NearestWeekday(Box<str>),
}

impl Field {
    fn example(self) -> &'static str {
        match self {
            Self::Minute => "0-30 and */20",
            Self::Hour => "8-18 and 8-18/2",
            Self::Day => "1-7",
            Self::Month => "3-11/3",
            Self::Weekday => "MON-FRI",
        }
    }
}

/// An expression that was read: bits of what matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cron {
    minutes: u64,
    hours: u32,
    days: u32,
    /// Every day of the month.
    any_day: bool,
    last_day: bool,
    months: u16,
    /// Sunday is bit 0.
    weekdays: u8,
    /// Every day of the week.
    any_weekday: bool,
    /// Weekdays that match the first, second … fifth time in a month.
    nth: [u8; 5],
    last: u8,
}

/// What a field holds, while it is read.
#[derive(Default)]
struct Bits {
    values: u64,
    nth: [u8; 5],
    last: u8,
    last_day: bool,
}

impl Cron {
    /// Reads an expression.
    pub(super) fn parse(text: &str) -> Result<Self, CronError> {
        if text.len() > EXPRESSION_BYTES_MAX {
            return Err(CronError::Long(text.len()));
        }
        let mut fields = text.split_ascii_whitespace();
        let texts = [(); 5].map(|()| fields.next());
        let [Some(minute), Some(hour), Some(day), Some(month), Some(weekday)] = texts else {
            return Err(CronError::Fields(texts.iter().flatten().count()));
        };
        let more = fields.count();
        if more > 0 {
            return Err(CronError::Fields(5 + more));
        }
        let (minutes, hours) = (read(Field::Minute, minute)?, read(Field::Hour, hour)?);
        let (days, months) = (read(Field::Day, day)?, read(Field::Month, month)?);
        let weekdays = read(Field::Weekday, weekday)?;
        let is_any = |text: &str| text == "*" || text == "?";
        Ok(Self {
            minutes: minutes.values,
            hours: hours.values as u32,
            days: days.values as u32,
            any_day: is_any(day),
            last_day: days.last_day,
            months: months.values as u16,
            weekdays: weekdays.values as u8,
            any_weekday: is_any(weekday),
            nth: weekdays.nth,
            last: weekdays.last,
        })
    }

    /// Whether it comes round on this day. As everywhere with cron: when both the day of the month and the day of the week are said,
    /// either will do.
    pub(super) fn matches(&self, date: civil::Date) -> bool {
        if self.months & 1 << date.month() == 0 {
            return false;
        }
        let of_month = || {
            let is_last = date.day() == date.days_in_month();
            self.days & 1 << date.day() != 0 || (self.last_day && is_last)
        };
        let of_week = || {
            let bit = 1_u8 << date.weekday().to_sunday_zero_offset();
            let nth = self.nth.get((date.day() as usize - 1) / 7).copied().unwrap_or(0);
            let is_last = date.day() + 7 > date.days_in_month();
            self.weekdays & bit != 0 || nth & bit != 0 || (is_last && self.last & bit != 0)
        };
        match (self.any_day, self.any_weekday) {
            (true, true) => true,
            (false, true) => of_month(),
            (true, false) => of_week(),
            (false, false) => of_month() || of_week(),
        }
    }

    /// The first minute of a day it comes round at, at or after `from` in minutes from midnight.
    pub(super) fn minute_from(&self, from: u16) -> Option<u16> {
        let (hour, minute) = (from / 60, from % 60);
        if hour > 23 {
            return None;
        }
        let rest = self.minutes >> minute;
        if self.hours >> hour & 1 == 1 && rest != 0 {
            return Some(from + rest.trailing_zeros() as u16);
        }
        let hours = self.hours >> hour >> 1;
        (hours != 0 && self.minutes != 0)
            .then(|| (hour + 1 + hours.trailing_zeros() as u16) * 60 + self.minutes.trailing_zeros() as u16)
    }

    /// How often it comes round on a day on which it does.
    pub(super) fn times_a_day(&self) -> u32 {
        self.minutes.count_ones() * self.hours.count_ones()
    }
}

/// Reads a field.
fn read(field: Field, text: &str) -> Result<Bits, CronError> {
    let mut bits = Bits::default();
    for part in text.split(',') {
        read_part(field, part, &mut bits)?;
    }
    Ok(bits)
}

fn read_part(field: Field, part: &str, bits: &mut Bits) -> Result<(), CronError> {
    let unknown = || CronError::Part {
        field,
        part: part.into(),
    };
    let is_last = part.ends_with(['L', 'l']);
    match field {
        Field::Day if is_last && part.len() == 1 => {
            bits.last_day = true;
            return Ok(());
        }
        Field::Day if part.ends_with(['W', 'w']) => return Err(CronError::NearestWeekday(part.into())),
        Field::Weekday if is_last => {
            let day = value(field, &part[..part.len() - 1]).ok_or_else(unknown)?;
            bits.last |= 1 << (day % 7);
            return Ok(());
        }
        Field::Weekday if part.contains('#') => {
            let (day, nth) = part.split_once('#').ok_or_else(unknown)?;
            let day = value(field, day).ok_or_else(unknown)?;
            let nth = number(nth).and_then(|nth| bits.nth.get_mut(usize::from(nth.checked_sub(1)?)));
            *nth.ok_or_else(unknown)? |= 1 << (day % 7);
            return Ok(());
        }
        Field::Minute | Field::Hour | Field::Day | Field::Month | Field::Weekday => {}
    }
    let (range, step) = part
        .split_once('/')
        .map_or((part, None), |(range, step)| (range, Some(step)));
    let (first, last) = read_range(field, part, range)?;
    let (low, high) = field.bounds();
    let step = match step {
        None => 1,
        Some(step) => {
            let is_range = range.contains('-') || range == "*" || range == "?";
            let step = number(step).filter(|step| is_range && (1..=high - low).contains(step));
            step.ok_or_else(|| CronError::Step {
                field,
                part: part.into(),
                max: high - low,
            })?
        }
    };
    for value in (first..=last).step_by(usize::from(step)) {
        let is_sunday = field == Field::Weekday && value == 7;
        bits.values |= 1 << if is_sunday { 0 } else { value };
    }
    Ok(())
}

/// First and last value of `*`, a value, or a range.
fn read_range(field: Field, part: &str, range: &str) -> Result<(u8, u8), CronError> {
    let unknown = || CronError::Part {
        field,
        part: part.into(),
    };
    if range == "*" || (range == "?" && field.is_day()) {
        return Ok(field.bounds());
    }
    let Some((first, last)) = range.split_once('-') else {
        return value(field, range).map(|value| (value, value)).ok_or_else(unknown);
    };
    let (first, last) = (
        value(field, first).ok_or_else(unknown)?,
        value(field, last).ok_or_else(unknown)?,
    );
    // SUN is 7 by its name, which is right at the end of a range; at the start of one, a week from Sunday on is meant.
    let first = if field == Field::Weekday && first == 7 && last < 7 {
        0
    } else {
        first
    };
    if first > last {
        return Err(CronError::Backward {
            field,
            part: part.into(),
        });
    }
    Ok((first, last))
}

/// A value by number or name.
fn value(field: Field, text: &str) -> Option<u8> {
    let (low, high) = field.bounds();
    let named = field.names().iter().position(|name| name.eq_ignore_ascii_case(text));
    match named {
        Some(index) => u8::try_from(index + 1).ok(),
        None => number(text).filter(|value| (low..=high).contains(value)),
    }
}

/// One or two digits.
fn number(text: &str) -> Option<u8> {
    let is_number = matches!(text.len(), 1 | 2) && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}
