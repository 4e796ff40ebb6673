//! Patterns of shifts as data, and the versions of a unit's roster that are made of them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Position;
use crate::calendar::{Date, DayKinds, Minute, Zone};
use crate::id::{PersonId, Timestamp, UnitId};

/// A shift as a pattern has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PatternShift {
    /// Its name, such as day or night.
    pub name: Box<str>,
    /// On which days it begins.
    pub days: DayKinds,
    /// When it begins.
    pub start: Minute,
    /// When it ends; if not later than it begins, on the next day.
    pub end: Minute,
}

impl PatternShift {
    /// On which day it ends if it begins on `date`.
    pub fn end_date(&self, date: Date) -> Date {
        date.plus_days(i32::from(self.end <= self.start))
    }
}

/// Office hours on workdays: the offices themselves answer, so that no shift is missing then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Office {
    /// When they begin.
    pub start: Minute,
    /// When they end, on the same day.
    pub end: Minute,
}

/// A pattern, as the policy has it under a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// Its shifts; names differ.
    pub shifts: Vec<PatternShift>,
    /// Office hours, if the pattern leaves them to the offices.
    pub office: Option<Office>,
}

/// What a turn is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum TurnUnit {
    /// Shifts that the layer covers.
    Shift,
    /// Days of the calendar.
    Day,
    /// Weeks from Monday on.
    Week,
}

impl TurnUnit {
    /// Every unit with the word for it in files and on the wire.
    pub const ALL: [(Self, &'static str); 3] = [(Self::Shift, "shift"), (Self::Day, "day"), (Self::Week, "week")];
}

/// How long a turn lasts, such as a shift, 3 days or 2 weeks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Every {
    /// How many; at least 1.
    pub count: u16,
    /// Of what.
    pub unit: TurnUnit,
}

/// A text that says no length of a turn.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no length of a turn; expected shift, day or week, or several such as 2-shifts, 3-days, 2-weeks")]
pub struct ParseEveryError(pub Box<str>);

/// Longest turn, in shifts, days or weeks.
const EVERY_MAX: u16 = 366;

impl FromStr for Every {
    type Err = ParseEveryError;
    fn from_str(text: &str) -> Result<Self, ParseEveryError> {
        let read = || {
            let (count, word) = match text.split_once('-') {
                Some((count, words)) => (count.parse().ok()?, words.strip_suffix('s').unwrap_or(words)),
                None => (1, text),
            };
            let unit = crate::word::parse(&TurnUnit::ALL, word)?;
            (1..=EVERY_MAX).contains(&count).then_some(Self { count, unit })
        };
        read().ok_or_else(|| ParseEveryError(text.into()))
    }
}

impl fmt::Display for Every {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = crate::word::of(&TurnUnit::ALL, self.unit);
        match self.count {
            1 => f.write_str(word),
            count => write!(f, "{count}-{word}s"),
        }
    }
}

/// Crews that take turns in a position.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layer {
    /// Which position.
    pub position: Position,
    /// Which shifts of the pattern it covers: their places in it, ascending.
    pub shifts: Vec<u8>,
    /// How long a turn lasts.
    pub every: Every,
    /// The crews in the order of their turns; none is empty.
    pub crews: Vec<Vec<PersonId>>,
    /// Of standby: within how many minutes they are there; else 0.
    pub recall_minutes: u32,
}

/// What every instant needs (D1), and everybody between two shifts (D2), as the policy said when the roster was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Needs {
    /// Leads.
    pub leads: u32,
    /// Officers.
    pub officers: u32,
    /// Rest between two shifts of one person.
    pub rest_ms: u64,
}

/// One version of a unit's roster. What the policy said is written out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RosterVersion {
    /// Whose.
    pub unit: UnitId,
    /// Counts from 1.
    pub version: u32,
    /// The first day it is in force; turns are counted from here.
    pub from_date: Date,
    /// When it was written: it is in force from then on at the earliest.
    pub since: Timestamp,
    /// Name of the pattern.
    pub pattern: Box<str>,
    /// Where its wall clock stands.
    pub zone: Zone,
    /// The shifts of the pattern.
    pub shifts: Vec<PatternShift>,
    /// Office hours, if no shift covers them on purpose.
    pub office: Option<Office>,
    /// What every instant needs.
    pub needs: Needs,
    /// Who.
    pub layers: Vec<Layer>,
}

impl RosterVersion {
    /// Whether both say the same, whenever they were written and from whichever day on.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        let Self {
            version: _,
            from_date: _,
            since: _,
            unit,
            pattern,
            zone,
            shifts,
            office,
            needs,
            layers,
        } = self;
        (unit, pattern, zone, shifts) == (&other.unit, &other.pattern, &other.zone, &other.shifts)
            && (office, needs, layers) == (&other.office, &other.needs, &other.layers)
    }
    /// Everybody in a crew.
    pub fn people(&self) -> impl Iterator<Item = PersonId> + '_ {
        self.layers
            .iter()
            .flat_map(|layer| layer.crews.iter().flatten())
            .copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_read_back_what_they_show() {
        for text in ["shift", "day", "week", "2-shifts", "3-days", "2-weeks", "366-days"] {
            assert_eq!(
                text.parse::<Every>().map(|every| every.to_string()),
                Ok(text.to_owned())
            );
        }
        assert_eq!(
            "1-week".parse::<Every>().map(|every| every.to_string()),
            Ok("week".to_owned())
        );
        for bad in [
            "",
            "shifts",
            "0-days",
            "-1-days",
            "367-days",
            "2-",
            "two-days",
            "2 days",
            "99999-weeks",
        ] {
            assert!(bad.parse::<Every>().is_err(), "{bad}");
        }
    }
}
