//! Import muster points from rows.

use std::collections::BTreeMap;

use super::MusterPoint;
use crate::command::Answer;
use crate::decide::Decision;
use crate::event::Event;
use crate::id::{MusterPointId, UnitId};
use crate::import::{ImportMode, Importer, RowProblem};
use crate::org::{CODE_EXPECTED, is_code, is_name};
use crate::state::State;

/// Opens and changes muster points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportMusterPoints {
    /// What to do with bad rows.
    pub mode: ImportMode,
    /// The rows.
    pub rows: Vec<MusterPointRow>,
}

/// One muster point as given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MusterPointRow {
    /// Where it stands in its source.
    pub row: u32,
    /// Its code.
    pub code: Box<str>,
    /// 名称
    pub name: Box<str>,
    /// The town or village it lies in.
    pub unit_code: Box<str>,
    /// The code on the sheet at the place.
    pub check_in_code: Box<str>,
    /// How to find it.
    pub address: Box<str>,
}

impl ImportMusterPoints {
    pub(crate) fn decide(&self, state: &State) -> Decision {
        let mut import = Importer::new(self.mode);
        let mut events = Vec::new();
        let mut seen: BTreeMap<&str, u32> = BTreeMap::new();
        let mut next = state.muster_points.next_id().0;
        for row in &self.rows {
            let unit = match check(state, row) {
                Ok(unit) => unit,
                Err((field, value, problem)) => {
                    import.bad(row.row, field, value, problem);
                    continue;
                }
            };
            if let Some(first) = seen.insert(&row.code, row.row) {
                import.bad(row.row, "code", &row.code, RowProblem::DuplicateOf(first));
                continue;
            }
            let known = state.muster_points.by_code(&row.code);
            let point = MusterPoint {
                id: known.map_or(MusterPointId(next), |known| known.id),
                code: row.code.clone(),
                name: row.name.clone(),
                unit,
                check_in_code: row.check_in_code.clone(),
                address: row.address.clone(),
            };
            match known {
                None => {
                    next += 1;
                    import.added();
                }
                Some(known) if *known == point => {
                    import.unchanged();
                    continue;
                }
                Some(_) => import.changed(),
            }
            events.push(Event::MusterPointRecorded(point));
        }
        let (take, report) = import.finish();
        Decision::new(if take { events } else { Vec::new() }, Answer::Imported(report.into()))
    }
}

fn check<'a>(state: &State, row: &'a MusterPointRow) -> Result<UnitId, (&'static str, &'a str, RowProblem)> {
    let MusterPointRow {
        row: _,
        code,
        name,
        unit_code,
        check_in_code,
        address,
    } = row;
    if !is_code(code) {
        return Err(("code", code, RowProblem::Invalid(CODE_EXPECTED.into())));
    }
    if !is_name(name) {
        return Err(("name", name, RowProblem::Missing));
    }
    if !(4..=32).contains(&check_in_code.len()) || !is_code(check_in_code) {
        return Err((
            "check_in_code",
            "",
            RowProblem::Invalid("4 to 32 letters, digits, - or _".into()),
        ));
    }
    if address.len() > 400 {
        return Err(("address", "", RowProblem::Invalid("at most 400 bytes".into())));
    }
    Ok(state
        .org
        .by_code(unit_code)
        .ok_or(("unit_code", &**unit_code, RowProblem::UnknownUnit))?
        .id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::Command;
    use crate::testing::{district, muster_row};

    #[test]
    fn points_are_opened_changed_and_refused_row_by_row() {
        let mut district = district();
        let rows = vec![
            muster_row(1, "MP-EAST", "T1", "east-1111"),
            muster_row(2, "MP-WEST", "T2", "west-3333"),
            muster_row(3, "MP-NEW", "T2", "new-4444"),
            muster_row(4, "MP-NEW", "T2", "new-4444"),
            muster_row(5, "MP-X", "X", "code-1"),
            muster_row(6, "MP-Y", "T1", "abc"),
        ];
        let command = |mode| {
            Command::ImportMusterPoints(ImportMusterPoints {
                mode,
                rows: rows.clone(),
            })
        };
        district.accepts(command(ImportMode::AllOrNothing)).changes_nothing();
        district.accepts(command(ImportMode::SkipBad));
        let Answer::Imported(report) = district.answer() else {
            panic!("no report")
        };
        assert_eq!((report.added, report.changed, report.unchanged), (1, 1, 1));
        assert_eq!(report.bad.iter().map(|bad| bad.row).collect::<Vec<_>>(), [4, 5, 6]);
        let points = &district.state.muster_points;
        assert_eq!(points.resolve("M3").map(|point| &*point.code), Some("MP-NEW"));
        for nothing in ["M0", "M4", "M4294967295", ""] {
            assert!(points.resolve(nothing).is_none(), "{nothing}");
        }
    }
}
