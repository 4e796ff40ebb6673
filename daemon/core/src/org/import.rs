//! Import units from rows.

use std::collections::BTreeMap;

use super::{DEPTH_MAX, OrgUnit, UnitKind};
use crate::command::Answer;
use crate::decide::Decision;
use crate::event::Event;
use crate::id::UnitId;
use crate::import::{ImportMode, Importer, RowProblem};
use crate::state::State;
use crate::word;

/// Adds and changes units. Rows may stand in any order; a parent may stand further down or be known already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportUnits {
    /// What to do with bad rows.
    pub mode: ImportMode,
    /// The rows.
    pub rows: Vec<UnitRow>,
}

/// One unit as given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitRow {
    /// Where it stands in its source.
    pub row: u32,
    /// Its code.
    pub code: Box<str>,
    /// 名称
    pub name: Box<str>,
    /// Code of the unit above; empty for the root.
    pub parent_code: Box<str>,
    /// The word for its kind.
    pub kind: Box<str>,
}

/// Accepts what a code may be: 1 to 32 letters, digits, `-` and `_`.
pub(crate) fn is_code(text: &str) -> bool {
    (1..=32).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

pub(crate) const CODE_EXPECTED: &str = "1 to 32 letters, digits, - or _";

/// Accepts what a name may be.
pub(crate) fn is_name(text: &str) -> bool {
    !text.trim().is_empty() && text.len() <= 200
}

impl ImportUnits {
    pub(crate) fn decide(&self, state: &State) -> Decision {
        let mut import = Importer::new(self.mode);
        let mut good: BTreeMap<&str, (&UnitRow, UnitKind)> = BTreeMap::new();
        for row in &self.rows {
            match check(row) {
                Err((field, value, problem)) => import.bad(row.row, field, value, problem),
                Ok(kind) => match good.get(&*row.code) {
                    Some((first, _)) => import.bad(row.row, "code", &row.code, RowProblem::DuplicateOf(first.row)),
                    None => {
                        good.insert(&row.code, (row, kind));
                    }
                },
            }
        }
        let root = state.org.root().map(|root| &*root.code);
        let mut placing = Placing {
            state,
            good: &good,
            root,
            placed: BTreeMap::new(),
            next: state.org.next_id().0,
        };
        let mut events = Vec::new();
        for row in &self.rows {
            if !good.get(&*row.code).is_some_and(|(kept, _)| std::ptr::eq(*kept, row)) {
                continue;
            }
            match placing.place(&row.code, &mut Vec::new(), &mut events) {
                Ok((_, Change::Added)) => import.added(),
                Ok((_, Change::Changed)) => import.changed(),
                Ok((_, Change::Same)) => import.unchanged(),
                Err(problem) => import.bad(row.row, "parent_code", &row.parent_code, problem),
            }
        }
        let (take, report) = import.finish();
        Decision::new(if take { events } else { Vec::new() }, Answer::Imported(report.into()))
    }
}

type Problem<'a> = (&'static str, &'a str, RowProblem);

fn check(row: &UnitRow) -> Result<UnitKind, Problem<'_>> {
    let UnitRow {
        row: _,
        code,
        name,
        parent_code,
        kind,
    } = row;
    if code.is_empty() {
        return Err(("code", "", RowProblem::Missing));
    }
    if !is_code(code) {
        return Err(("code", code, RowProblem::Invalid(CODE_EXPECTED.into())));
    }
    if !is_name(name) {
        return Err(("name", name, RowProblem::Missing));
    }
    if !parent_code.is_empty() && !is_code(parent_code) {
        return Err(("parent_code", parent_code, RowProblem::Invalid(CODE_EXPECTED.into())));
    }
    word::parse(&UnitKind::ALL, kind)
        .ok_or_else(|| ("kind", &**kind, RowProblem::Invalid(word::all(&UnitKind::ALL).into())))
}

/// What an import means for a unit.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Change {
    Added,
    Changed,
    Same,
}

/// Finds each unit of the import its place under a parent that has one.
struct Placing<'a> {
    state: &'a State,
    good: &'a BTreeMap<&'a str, (&'a UnitRow, UnitKind)>,
    root: Option<&'a str>,
    placed: BTreeMap<&'a str, Result<(UnitId, Change), RowProblem>>,
    next: u32,
}

impl<'a> Placing<'a> {
    /// Places a unit of the import after everything above it. `below` are the units that wait for this one.
    fn place(
        &mut self,
        code: &'a str,
        below: &mut Vec<&'a str>,
        events: &mut Vec<Event>,
    ) -> Result<(UnitId, Change), RowProblem> {
        if let Some(outcome) = self.placed.get(code) {
            return outcome.clone();
        }
        if below.contains(&code) {
            return Err(RowProblem::Cycle);
        }
        below.push(code);
        let parent = self.parent(code, below, events);
        below.pop();
        let outcome = parent.map(|parent| self.record(code, parent, events));
        self.placed.insert(code, outcome.clone());
        outcome
    }

    fn parent(
        &mut self,
        code: &'a str,
        below: &mut Vec<&'a str>,
        events: &mut Vec<Event>,
    ) -> Result<Option<UnitId>, RowProblem> {
        let (row, _) = self.good[code];
        if below.len() > DEPTH_MAX {
            return Err(RowProblem::Invalid(format!("at most {DEPTH_MAX} levels").into()));
        }
        match &*row.parent_code {
            "" if *self.root.get_or_insert(code) == code => Ok(None),
            "" => Err(RowProblem::Missing),
            parent if self.good.contains_key(parent) => match self.place(parent, below, events) {
                Ok((id, _)) => Ok(Some(id)),
                Err(RowProblem::Cycle) => Err(RowProblem::Cycle),
                Err(_other) => Err(RowProblem::ParentRefused),
            },
            parent => {
                let known = self.state.org.by_code(parent).ok_or(RowProblem::UnknownUnit)?;
                let mut above = self
                    .state
                    .org
                    .path(known.id)
                    .map(|unit| &*self.state.org.get(unit).code);
                if above.any(|code| below.contains(&code)) {
                    Err(RowProblem::Cycle)
                } else {
                    Ok(Some(known.id))
                }
            }
        }
    }

    fn record(&mut self, code: &str, parent: Option<UnitId>, events: &mut Vec<Event>) -> (UnitId, Change) {
        let (row, kind) = self.good[code];
        let known = self.state.org.by_code(code);
        let id = known.map_or(UnitId(self.next), |known| known.id);
        let unit = OrgUnit {
            id,
            code: row.code.clone(),
            name: row.name.clone(),
            kind,
            parent,
        };
        let change = match known {
            None => {
                self.next += 1;
                Change::Added
            }
            Some(known) if *known == unit => Change::Same,
            Some(_) => Change::Changed,
        };
        if change != Change::Same {
            events.push(Event::UnitRecorded(unit));
        }
        (id, change)
    }
}
