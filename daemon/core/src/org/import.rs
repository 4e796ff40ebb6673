//! Import units from rows.

use std::collections::{BTreeMap, BTreeSet};

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
            match placing.place(&row.code, &mut events) {
                Ok(Change::Added) => import.added(),
                Ok(Change::Changed) => import.changed(),
                Ok(Change::Same) => import.unchanged(),
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

/// A unit of the import that has its place.
#[derive(Clone, Copy)]
struct Placed {
    id: UnitId,
    /// Units from the root down to it, both counted.
    depth: usize,
    change: Change,
}

/// Finds each unit of the import its place in the tree as it will be: units that are refused, and those that the import does
/// not name, stand where they stood.
struct Placing<'a> {
    state: &'a State,
    good: &'a BTreeMap<&'a str, (&'a UnitRow, UnitKind)>,
    root: Option<&'a str>,
    placed: BTreeMap<&'a str, Result<Placed, RowProblem>>,
    next: u32,
}

impl<'a> Placing<'a> {
    /// Places a unit, after everything above it.
    fn place(&mut self, code: &'a str, events: &mut Vec<Event>) -> Result<Change, RowProblem> {
        let mut waiting = Vec::new();
        let mut seen = BTreeSet::new();
        let mut next = (!self.placed.contains_key(code)).then_some(code);
        while let Some(code) = next {
            if seen.insert(code) {
                waiting.push(code);
            } else {
                let ring = waiting.iter().position(|waiting| *waiting == code).unwrap_or(0);
                for code in waiting.drain(ring..) {
                    self.placed.insert(code, Err(RowProblem::Cycle));
                }
            }
            next = waiting.last().and_then(|code| self.waits_for(code));
        }
        for code in waiting.into_iter().rev() {
            let placed = self.settle(code, events);
            self.placed.insert(code, placed);
        }
        self.placed[code].clone().map(|placed| placed.change)
    }

    /// The next unit of the import above this one, if it has no place yet.
    fn waits_for(&self, code: &str) -> Option<&'a str> {
        let mut above = &*self.good[code].0.parent_code;
        loop {
            match (self.good.get_key_value(above), self.placed.get(above)) {
                (Some((above, _)), None) => return Some(above),
                (_, Some(Ok(_))) => return None,
                (_, Some(Err(_))) | (None, None) => above = self.parent_now(above)?,
            }
        }
    }

    fn parent_now(&self, code: &str) -> Option<&'a str> {
        let parent = self.state.org.by_code(code)?.parent?;
        Some(&self.state.org.get(parent).code)
    }

    /// How deep a unit stands; everything above it is settled.
    fn depth(&self, code: &str) -> usize {
        match self.placed.get(code) {
            Some(Ok(placed)) => placed.depth,
            Some(Err(_)) | None => 1 + self.parent_now(code).map_or(0, |parent| self.depth(parent)),
        }
    }

    /// How many levels hang under a unit now.
    fn height(&self, unit: UnitId) -> usize {
        let children = self.state.org.children(unit).iter();
        children.map(|child| 1 + self.height(*child)).max().unwrap_or(0)
    }

    fn settle(&mut self, code: &'a str, events: &mut Vec<Event>) -> Result<Placed, RowProblem> {
        let (row, kind) = self.good[code];
        let known = self.state.org.by_code(code);
        let (parent, above) = match &*row.parent_code {
            "" if *self.root.get_or_insert(code) == code => (None, 0),
            "" => return Err(RowProblem::Missing),
            parent => match (self.placed.get(parent), self.state.org.by_code(parent)) {
                (Some(Ok(placed)), _) => (Some(placed.id), placed.depth),
                (Some(Err(_)), _) => return Err(RowProblem::ParentRefused),
                (None, Some(known)) => (Some(known.id), self.depth(parent)),
                (None, None) => return Err(RowProblem::UnknownUnit),
            },
        };
        // What hangs under a unit moves with it.
        let moved = known.filter(|known| known.parent != parent);
        if above + 1 + moved.map_or(0, |known| self.height(known.id)) > DEPTH_MAX {
            return Err(RowProblem::Invalid(format!("at most {DEPTH_MAX} levels").into()));
        }
        let unit = OrgUnit {
            id: known.map_or(UnitId(self.next), |known| known.id),
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
        let id = unit.id;
        if change != Change::Same {
            events.push(Event::UnitRecorded(unit));
        }
        Ok(Placed {
            id,
            depth: above + 1,
            change,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::Command;
    use crate::import::ImportReport;
    use crate::testing::{District, district, empty, unit_row};

    fn import(district: &mut District, mode: ImportMode, rows: &[(&str, &str)]) -> ImportReport {
        let rows = (1..)
            .zip(rows)
            .map(|(row, (code, parent))| unit_row(row, code, parent, "village"));
        district.accepts(Command::ImportUnits(ImportUnits {
            mode,
            rows: rows.collect(),
        }));
        let Answer::Imported(report) = district.answer() else {
            panic!("no report")
        };
        (**report).clone()
    }

    /// Imports and returns the problems by row.
    fn problems(district: &mut District, rows: &[(&str, &str)]) -> Vec<(u32, RowProblem)> {
        let report = import(district, ImportMode::SkipBad, rows);
        assert_eq!(
            report.added + report.changed + report.unchanged + report.bad.len() as u32,
            rows.len() as u32
        );
        report.bad.into_iter().map(|bad| (bad.row, bad.problem)).collect()
    }

    #[test]
    fn rows_may_stand_in_any_order() {
        let mut district = empty();
        assert_eq!(problems(&mut district, &[("c", "b"), ("b", "a"), ("a", "")]), []);
        let org = &district.state.org;
        assert_eq!(org.root().map(|root| &*root.code), Some("a"));
        assert!(org.is_within(org.by_code("c").unwrap().id, org.by_code("a").unwrap().id));
    }

    #[test]
    fn the_same_again_changes_nothing() {
        let mut district = district();
        let row = unit_row(7, "V11", "T1", "village");
        let rows = vec![row];
        district
            .accepts(Command::ImportUnits(ImportUnits {
                mode: ImportMode::SkipBad,
                rows,
            }))
            .changes_nothing();
    }

    #[test]
    fn bad_rows_are_all_named() {
        let mut district = district();
        let rows = [
            ("V31", "T1"),
            ("V31", "T2"),
            ("V32", "nowhere"),
            ("V33", "V32"),
            ("second", ""),
            ("bad code", "D"),
            ("", "D"),
        ];
        let invalid = RowProblem::Invalid(CODE_EXPECTED_TEXT.into());
        assert_eq!(
            problems(&mut district, &rows),
            [
                (2, RowProblem::DuplicateOf(1)),
                (3, RowProblem::UnknownUnit),
                (4, RowProblem::ParentRefused),
                (5, RowProblem::Missing),
                (6, invalid),
                (7, RowProblem::Missing),
            ]
        );
    }
    const CODE_EXPECTED_TEXT: &str = super::super::CODE_EXPECTED;

    #[test]
    fn all_or_nothing_takes_nothing_with_one_bad_row() {
        let mut district = district();
        let report = import(
            &mut district,
            ImportMode::AllOrNothing,
            &[("V31", "T1"), ("V32", "nowhere")],
        );
        assert!(!report.applied && report.bad.len() == 1);
        district.changes_nothing();
    }

    #[test]
    fn nothing_comes_to_stand_under_itself() {
        for ring in [
            &[("x", "y"), ("y", "x")][..],
            &[("x", "x")],
            // Through units that the import does not name.
            &[("T1", "V11")],
            &[("T1", "V21"), ("T2", "V11")],
            &[("D", "V11")],
        ] {
            let mut district = district();
            let rows = 1..=ring.len() as u32;
            assert_eq!(
                problems(&mut district, ring),
                rows.map(|row| (row, RowProblem::Cycle)).collect::<Vec<_>>(),
                "{ring:?}"
            );
        }
        let under_a_ring = [("z", "x"), ("x", "y"), ("y", "x")];
        let expected = [
            (1, RowProblem::ParentRefused),
            (2, RowProblem::Cycle),
            (3, RowProblem::Cycle),
        ];
        assert_eq!(problems(&mut district(), &under_a_ring), expected);
    }

    /// Found by the fuzz target `imports`: the unit that was to make room was refused, after it had been looked at.
    #[test]
    fn nothing_comes_to_stand_under_itself_because_another_row_is_refused() {
        let mut district = district();
        assert_eq!(problems(&mut district, &[("g", "V11")]), []);
        assert_eq!(
            problems(&mut district, &[("T1", "g"), ("V11", "nowhere")]),
            [(1, RowProblem::Cycle), (2, RowProblem::UnknownUnit)]
        );
    }

    #[test]
    fn a_unit_may_change_places_with_the_one_above_it() {
        let mut district = district();
        assert_eq!(problems(&mut district, &[("T1", "V11"), ("V11", "D")]), []);
        // And with one that stands two above it: the one between is not named and moves along.
        let mut district = self::district();
        assert_eq!(problems(&mut district, &[("g", "V11")]), []);
        assert_eq!(problems(&mut district, &[("T1", "g"), ("V11", "D")]), []);
        let org = &district.state.org;
        let depth = org.path(org.by_code("T1").unwrap().id).count();
        assert_eq!(depth, 4);
    }

    #[test]
    fn no_path_is_longer_than_eight_units() {
        let codes = ["u1", "u2", "u3", "u4", "u5", "u6", "u7", "u8", "u9"];
        let chain: Vec<(&str, &str)> = codes
            .iter()
            .zip(["", "u1", "u2", "u3", "u4", "u5", "u6", "u7", "u8"])
            .map(|(a, b)| (*a, b))
            .collect();
        let reversed: Vec<_> = chain.iter().copied().rev().collect();
        let too_deep = || RowProblem::Invalid("at most 8 levels".into());
        assert_eq!(problems(&mut empty(), &chain), [(9, too_deep())]);
        assert_eq!(problems(&mut empty(), &reversed), [(1, too_deep())]);
        // A subtree moves with what hangs under it.
        let mut district = empty();
        assert_eq!(problems(&mut district, &chain[..8]), []);
        assert_eq!(problems(&mut district, &[("a", "u1"), ("b", "a")]), []);
        assert_eq!(problems(&mut district, &[("a", "u7")]), [(1, too_deep())]);
        assert_eq!(problems(&mut district, &[("a", "u6")]), []);
    }

    #[test]
    fn a_long_chain_from_a_hostile_file_is_refused_and_no_more() {
        let rows: Vec<_> = (1..=20_000)
            .rev()
            .map(|n| unit_row(n, &format!("u{n}"), &format!("u{}", n - 1), "grid"))
            .collect();
        let mut district = empty();
        district
            .accepts(Command::ImportUnits(ImportUnits {
                mode: ImportMode::AllOrNothing,
                rows,
            }))
            .changes_nothing();
    }
}
