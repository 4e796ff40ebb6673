//! Import days of the statutory calendar.

use std::collections::BTreeMap;

use super::{Date, DayKind, SpecialDay};
use crate::command::{Answer, Context};
use crate::decide::Decision;
use crate::event::Event;
use crate::import::{ImportMode, Importer, RowProblem};
use crate::state::State;

/// Adds and changes days of the statutory calendar.
///
/// A day that has begun keeps its kind if a roster was in force on it: who was on duty then does not change afterwards. Other days
/// of the past may be added, so that a new district can start with the tables of years gone by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportCalendar {
    /// What to do with bad rows.
    pub mode: ImportMode,
    /// The rows.
    pub rows: Vec<CalendarRow>,
}

/// One day as given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarRow {
    /// Where it stands in its source.
    pub row: u32,
    /// The day.
    pub date: Box<str>,
    /// The word for what it is: holiday, workday or week.
    pub kind: Box<str>,
    /// What it is called; may be empty.
    pub name: Box<str>,
}

/// Longest name of a day.
const NAME_MAX: usize = 100;

type Problem<'a> = (&'static str, &'a str, RowProblem);

impl CalendarRow {
    fn read(&self) -> Result<(Date, Option<SpecialDay>), Problem<'_>> {
        let invalid = |expected: &str| RowProblem::Invalid(expected.into());
        if self.date.is_empty() {
            return Err(("date", "", RowProblem::Missing));
        }
        let date = self.date.parse();
        let date = date.map_err(|_| ("date", &*self.date, invalid("a day as yyyy-mm-dd, such as 2026-02-17")))?;
        let kind = match &*self.kind {
            "holiday" => Some(DayKind::Holiday),
            "workday" => Some(DayKind::Workday),
            "week" => None,
            "" => return Err(("kind", "", RowProblem::Missing)),
            other => return Err(("kind", other, invalid("holiday, workday or week"))),
        };
        if self.name.len() > NAME_MAX || self.name.chars().any(char::is_control) {
            return Err(("name", "", invalid("at most 100 bytes, without control characters")));
        }
        let name = self.name.clone();
        Ok((date, kind.map(|kind| SpecialDay { kind, name })))
    }
}

impl ImportCalendar {
    pub(crate) fn decide(&self, state: &State, context: &Context) -> Decision {
        let mut import = Importer::new(self.mode);
        let mut seen: BTreeMap<Date, u32> = BTreeMap::new();
        let mut changes = Vec::new();
        for row in &self.rows {
            let (date, day) = match row.read() {
                Ok(read) => read,
                Err((field, value, problem)) => {
                    import.bad(row.row, field, value, problem);
                    continue;
                }
            };
            if let Some(first) = seen.insert(date, row.row) {
                import.bad(row.row, "date", &row.date, RowProblem::DuplicateOf(first));
                continue;
            }
            let known = state.calendar.get(date);
            if known == day.as_ref() {
                import.unchanged();
                continue;
            }
            let keeps_kind = day.as_ref().is_some_and(|day| day.kind == state.calendar.kind(date));
            if !keeps_kind && state.rosters.has_covered(date, context.at) {
                let expected = "a day that is yet to come: a duty roster was in force on this one";
                import.bad(row.row, "date", &row.date, RowProblem::Invalid(expected.into()));
                continue;
            }
            if known.is_some() {
                import.changed();
            } else {
                import.added();
            }
            changes.push((date, day));
        }
        let (take, report) = import.finish();
        let events = if take && !changes.is_empty() {
            changes.sort_by_key(|(date, _)| *date);
            vec![Event::CalendarChanged { days: changes }]
        } else {
            Vec::new()
        };
        Decision::new(events, Answer::Imported(report.into()))
    }
}
