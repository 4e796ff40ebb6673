//! Duty in tables: a holiday week, changes of single shifts, versions, clocks that change; and what must hold of any roster.

mod changes;
mod clocks;
mod import;
mod laws;
mod resolve;

use super::{DutyRow, ImportDutyRosters, OnDuty, Position, Shift, View, on_duty, shifts};
use crate::calendar::{CalendarRow, Date, ImportCalendar, Zone};
use crate::command::{Answer, Command};
use crate::id::{PersonId, Timestamp, UnitId};
use crate::import::{ImportMode, ImportReport};
use crate::team::PersonRef;
use crate::testing::{District, district};

/// The unit that most tests are about.
const A1: &str = "A1";

/// An instant on the wall clock of Shanghai.
pub(crate) fn at(text: &str) -> Timestamp {
    at_in(&Zone::shanghai(), text)
}

fn at_in(zone: &Zone, text: &str) -> Timestamp {
    let (date, minute) = text.split_once(' ').expect("a day and a time");
    zone.instant(date.parse().expect(date), minute.parse().expect(minute))
}

fn day(text: &str) -> Date {
    text.parse().expect(text)
}

/// A row of a roster from a day on: position, shifts, turn, length of a turn, who.
pub(crate) type Member = (&'static str, &'static str, u32, &'static str, u32);

pub(crate) fn rows(unit: &str, pattern: &str, from: &str, members: &[Member]) -> Vec<DutyRow> {
    let row = |(row, (position, shifts, turn, every, person)): (u32, &Member)| DutyRow {
        row,
        unit_code: unit.into(),
        pattern: pattern.into(),
        from_date: from.into(),
        position: (*position).into(),
        shifts: (*shifts).into(),
        turn: *turn,
        every: (*every).into(),
        person: PersonRef::Id(PersonId(*person)),
        recall_minutes: 0,
    };
    (1..).zip(members).map(row).collect()
}

pub(crate) fn import(rows: Vec<DutyRow>) -> Command {
    Command::ImportDutyRosters(ImportDutyRosters {
        mode: ImportMode::AllOrNothing,
        rows,
    })
}

/// The calendar that ships, as rows.
fn calendar() -> Command {
    let lines = include_str!("../../../../deploy/calendar-cn.csv").lines().skip(1);
    let row = |(row, line): (u32, &str)| {
        let fields: Vec<_> = line.split(',').collect();
        CalendarRow {
            row,
            date: fields[0].into(),
            kind: fields[1].into(),
            name: fields[2].into(),
        }
    };
    Command::ImportCalendar(ImportCalendar {
        mode: ImportMode::AllOrNothing,
        rows: (1..).zip(lines).map(row).collect(),
    })
}

/// The district with the calendar, at noon of the last of August 2026.
pub(crate) fn peacetime() -> District {
    let mut district = district();
    district.start_at(at("2026-08-31 12:00"));
    district.accepts(calendar());
    district
}

fn report(district: &District) -> &ImportReport {
    let Answer::Imported(report) = district.answer() else {
        panic!("no report")
    };
    report
}

fn unit(district: &District, code: &str) -> UnitId {
    district.state.org.by_code(code).expect("the unit").id
}

fn view(district: &District) -> View<'_> {
    district.state.duty_view()
}

/// Who is on, as a line: position, person, and why if not by rotation.
fn on(found: &OnDuty<'_>) -> String {
    let line = found.holders.iter().map(|holder| {
        let position = crate::word::of(&Position::ALL, holder.position);
        let via = match holder.via {
            super::Via::Rotation => String::new(),
            via @ (super::Via::StandIn | super::Via::Swap | super::Via::Backup) => format!(
                " {} {}",
                crate::word::of(&super::Via::ALL, via),
                holder.instead_of.map_or("besides".into(), |who| who.to_string())
            ),
        };
        format!(
            "{position} {}{via}{}",
            holder.person,
            if holder.on_leave { " on leave" } else { "" }
        )
    });
    line.collect::<Vec<_>>().join(", ")
}

fn on_at(district: &District, code: &str, when: &str) -> String {
    on(&on_duty(view(district), unit(district, code), at(when)))
}

fn all(district: &District, code: &str, from: &str, until: &str) -> Vec<String> {
    let zone = Zone::shanghai();
    let found = shifts(view(district), unit(district, code), at(from), at(until));
    let show = |at: Timestamp| {
        let (date, minute) = zone.local(at);
        format!("{} {minute}", &date.to_string()[5..])
    };
    let line = |shift: &Shift<'_>| {
        let people: Vec<_> = shift.holders.iter().map(|holder| holder.person.to_string()).collect();
        format!(
            "{} {} to {}: {}",
            shift.name(),
            show(shift.from),
            show(shift.until),
            people.join(" ")
        )
    };
    found.iter().map(line).collect()
}
