//! Write rosters from rows, one a member of a crew.

use std::collections::BTreeMap;

use super::{Every, Layer, Needs, Pattern, Position, RosterVersion};
use crate::calendar::Date;
use crate::command::{Answer, Context};
use crate::decide::Decision;
use crate::event::Event;
use crate::id::{PersonId, Timestamp, UnitId};
use crate::import::{ImportMode, ImportReport, Importer, RowProblem};
use crate::policy::Policy;
use crate::state::State;
use crate::team::PersonRef;
use crate::word;

/// Writes rosters. A unit's rows are its whole roster from a day on; a unit with a bad row keeps the one it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportDutyRosters {
    /// What to do with bad rows.
    pub mode: ImportMode,
    /// The rows.
    pub rows: Vec<DutyRow>,
}

/// One member of a crew as given. Rows of one layer (position and shifts) with the same turn are one crew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DutyRow {
    /// Where it stands in its source.
    pub row: u32,
    /// Code of the unit.
    pub unit_code: Box<str>,
    /// Name of the pattern in the policy.
    pub pattern: Box<str>,
    /// From which day on; empty: from today.
    pub from_date: Box<str>,
    /// The word for the position.
    pub position: Box<str>,
    /// Names of the shifts, with commas; empty: every one.
    pub shifts: Box<str>,
    /// Which turn the crew has, from 1.
    pub turn: u32,
    /// How long a turn lasts; empty: a shift.
    pub every: Box<str>,
    /// Who.
    pub person: PersonRef,
    /// Of standby: within how many minutes they are there; 0: as the policy says.
    pub recall_minutes: u32,
}

type Problem<'a> = (&'static str, &'a str, RowProblem);

fn invalid(expected: impl Into<Box<str>>) -> RowProblem {
    RowProblem::Invalid(expected.into())
}

/// What a whole roster has in common.
struct Head<'p> {
    row: u32,
    unit: UnitId,
    name: &'p str,
    pattern: &'p Pattern,
    from_date: Option<Date>,
}

/// A member of a crew.
struct Member {
    position: Position,
    shifts: Vec<u8>,
    turn: u32,
    every: Every,
    person: PersonId,
    recall_minutes: u32,
}

impl ImportDutyRosters {
    pub(crate) fn decide(&self, state: &State, context: &Context, policy: &Policy) -> Decision {
        let (report, versions) = self.preview(state, policy, context.at);
        let events = versions.into_iter().map(Event::DutyRosterRecorded).collect();
        Decision::new(events, Answer::Imported(report.into()))
    }

    /// What the import would come to at `at`: the report, and the versions that would be written.
    pub fn preview(&self, state: &State, policy: &Policy, at: Timestamp) -> (ImportReport, Vec<RosterVersion>) {
        let mut import = Importer::new(self.mode);
        let mut units: BTreeMap<&str, Vec<&DutyRow>> = BTreeMap::new();
        let mut order = Vec::new();
        for row in &self.rows {
            if row.unit_code.is_empty() {
                import.bad(row.row, "unit_code", "", RowProblem::Missing);
                continue;
            }
            let rows = units.entry(&row.unit_code).or_insert_with(|| {
                order.push(&*row.unit_code);
                Vec::new()
            });
            rows.push(row);
        }
        let mut versions = Vec::new();
        for code in order {
            let Some(version) = read(state, policy, at, &units[code], &mut import) else {
                continue;
            };
            let known = state.rosters.versions(version.unit).last();
            match known {
                None => import.added(),
                Some(_) => import.changed(),
            }
            versions.push(version);
        }
        let (take, report) = import.finish();
        (report, if take { versions } else { Vec::new() })
    }
}

/// By turn: who, and in which row.
type Turns = BTreeMap<u32, Vec<(PersonId, u32)>>;

/// The version that a unit's rows make, if they are good and say something new.
fn read(
    state: &State,
    policy: &Policy,
    at: Timestamp,
    rows: &[&DutyRow],
    import: &mut Importer,
) -> Option<RosterVersion> {
    let head = match head(state, policy, rows[0]) {
        Ok(head) => head,
        Err((field, value, problem)) => {
            import.bad(rows[0].row, field, value, problem);
            return None;
        }
    };
    let mut is_good = true;
    let mut bad = |import: &mut Importer, row: &DutyRow, (field, value, problem): Problem<'_>| {
        import.bad(row.row, field, value, problem);
        is_good = false;
    };
    // Layers by position and shifts; in each, crews by turn, and the row that began it.
    let mut layers: BTreeMap<(Position, Vec<u8>), (&DutyRow, Member, Turns)> = BTreeMap::new();
    for row in rows {
        let member = match same_head(rows[0], &head, row).and_then(|()| member(state, policy, &head, row)) {
            Ok(member) => member,
            Err(problem) => {
                bad(import, row, problem);
                continue;
            }
        };
        let key = (member.position, member.shifts.clone());
        let (turn, person) = (member.turn, member.person);
        let differs =
            |what: &str, first: &DutyRow| RowProblem::Contradicts(format!("{what} of row {}", first.row).into());
        let (first, model, crews) = layers.entry(key).or_insert_with(|| (*row, member, BTreeMap::new()));
        if row.every != first.every {
            bad(import, row, ("every", &row.every, differs("every", first)));
            continue;
        }
        if row.recall_minutes != first.recall_minutes && model.position == Position::Standby {
            bad(import, row, ("recall_minutes", "", differs("recall_minutes", first)));
            continue;
        }
        let crew = crews.entry(turn).or_default();
        match crew.iter().find(|(other, _)| *other == person) {
            Some((_, first)) => bad(import, row, ("person", "", RowProblem::DuplicateOf(*first))),
            None => crew.push((person, row.row)),
        }
    }
    let mut made = Vec::new();
    for ((position, shifts), (_, model, crews)) in layers {
        if let Some((expected, (turn, crew))) = (1..).zip(&crews).find(|(expected, (turn, _))| expected != *turn) {
            let row = crew.first().map_or(head.row, |(_, row)| *row);
            import.bad(
                row,
                "turn",
                &turn.to_string(),
                invalid(format!("turns without gaps: there is no turn {expected}")),
            );
            is_good = false;
        }
        made.push(Layer {
            position,
            shifts,
            every: model.every,
            crews: crews
                .into_values()
                .map(|crew| crew.into_iter().map(|(person, _)| person).collect())
                .collect(),
            recall_minutes: model.recall_minutes,
        });
    }
    if !is_good {
        return None;
    }
    written(state, policy, at, &head, rows[0], made, import)
}

/// The version, unless the roster stands so already or begins in the past.
fn written(
    state: &State,
    policy: &Policy,
    at: Timestamp,
    head: &Head<'_>,
    first: &DutyRow,
    layers: Vec<Layer>,
    import: &mut Importer,
) -> Option<RosterVersion> {
    let duty = &policy.duty;
    let today = duty.zone.date(at);
    let version = RosterVersion {
        unit: head.unit,
        version: state.rosters.next_version(head.unit),
        from_date: head.from_date.unwrap_or(today),
        since: at,
        pattern: head.name.into(),
        zone: duty.zone.clone(),
        shifts: head.pattern.shifts.clone(),
        office: head.pattern.office,
        needs: Needs {
            leads: duty.leads_min,
            officers: duty.officers_min,
            rest_ms: duty.rest_min_ms,
        },
        layers,
    };
    let last = state.rosters.versions(head.unit).last();
    if last.is_some_and(|last| last.is_like(&version) && head.from_date.is_none_or(|date| date == last.from_date)) {
        import.unchanged();
        return None;
    }
    if version.from_date < today {
        import.bad(
            first.row,
            "from_date",
            &first.from_date,
            invalid(format!("a day from today, {today}, on")),
        );
        return None;
    }
    Some(version)
}

fn head<'p>(state: &State, policy: &'p Policy, row: &'p DutyRow) -> Result<Head<'p>, Problem<'p>> {
    let unit = state
        .org
        .by_code(&row.unit_code)
        .ok_or(("unit_code", &*row.unit_code, RowProblem::UnknownUnit))?;
    if row.pattern.is_empty() {
        return Err(("pattern", "", RowProblem::Missing));
    }
    let pattern = policy.duty.patterns.get(&row.pattern).ok_or_else(|| {
        let known = policy.duty.patterns.keys().map(|name| &**name).collect::<Vec<_>>();
        let expected = format!("a pattern of the policy: {}", known.join(", "));
        ("pattern", &*row.pattern, invalid(expected))
    })?;
    let date = || {
        row.from_date
            .parse()
            .map_err(|_| ("from_date", &*row.from_date, invalid("a day as yyyy-mm-dd")))
    };
    let from_date = if row.from_date.is_empty() { None } else { Some(date()?) };
    Ok(Head {
        row: row.row,
        unit: unit.id,
        name: &row.pattern,
        pattern,
        from_date,
    })
}

/// What must be the same in every row of a unit.
fn same_head<'a>(first: &DutyRow, head: &Head<'_>, row: &'a DutyRow) -> Result<(), Problem<'a>> {
    let differs = |what: &str| RowProblem::Contradicts(format!("{what} of row {}", head.row).into());
    if row.pattern != first.pattern {
        return Err(("pattern", &row.pattern, differs("pattern")));
    }
    if row.from_date != first.from_date {
        return Err(("from_date", &row.from_date, differs("from_date")));
    }
    Ok(())
}

/// Longest recall time of standby: a day.
const RECALL_MAX: u32 = 24 * 60;
/// Crews of a layer.
const TURN_MAX: u32 = 1000;

fn member<'a>(state: &State, policy: &Policy, head: &Head<'_>, row: &'a DutyRow) -> Result<Member, Problem<'a>> {
    if row.position.is_empty() {
        return Err(("position", "", RowProblem::Missing));
    }
    let position = word::parse(&Position::ALL, &row.position);
    let position = position.ok_or_else(|| ("position", &*row.position, invalid(word::all(&Position::ALL))))?;
    let shifts = covered(head.pattern, row)?;
    if !(1..=TURN_MAX).contains(&row.turn) {
        return Err(("turn", "", invalid(format!("1 to {TURN_MAX}"))));
    }
    let every = if row.every.is_empty() { "shift" } else { &*row.every };
    let every = every.parse().map_err(|_| {
        (
            "every",
            &*row.every,
            invalid("shift, day or week, or several such as 2-shifts, 3-days, 2-weeks"),
        )
    })?;
    let person = match &row.person {
        PersonRef::Id(person) => state.people.get(*person).map(|row| row.id),
        PersonRef::Key(key) => state.people.by_key(key),
        PersonRef::None => return Err(("person", "", RowProblem::Missing)),
    };
    let person = person.ok_or(("person", "", RowProblem::UnknownPerson))?;
    let recall_minutes = match (position, row.recall_minutes) {
        (Position::Lead | Position::Officer, 0) => 0,
        (Position::Standby, 0) => policy.duty.recall_minutes,
        (Position::Standby, minutes) if minutes <= RECALL_MAX => minutes,
        (Position::Lead | Position::Officer, _) => {
            return Err(("recall_minutes", "", invalid("none: only standby is recalled")));
        }
        (Position::Standby, _) => return Err(("recall_minutes", "", invalid(format!("at most {RECALL_MAX}")))),
    };
    Ok(Member {
        position,
        shifts,
        turn: row.turn,
        every,
        person,
        recall_minutes,
    })
}

/// The places of the shifts that a row names.
fn covered<'a>(pattern: &Pattern, row: &'a DutyRow) -> Result<Vec<u8>, Problem<'a>> {
    let names = row
        .shifts
        .split([',', '，', '、'])
        .map(str::trim)
        .filter(|name| !name.is_empty());
    let mut places = Vec::new();
    for name in names {
        let place = pattern
            .shifts
            .iter()
            .position(|shift| &*shift.name == name)
            .ok_or_else(|| {
                let known = pattern.shifts.iter().map(|shift| &*shift.name).collect::<Vec<_>>();
                (
                    "shifts",
                    name,
                    invalid(format!("shifts of the pattern: {}", known.join(", "))),
                )
            })?;
        places.push(place as u8);
    }
    if places.is_empty() {
        places = (0..pattern.shifts.len()).map(|place| place as u8).collect();
    }
    places.sort_unstable();
    places.dedup();
    Ok(places)
}
