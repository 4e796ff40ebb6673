//! Sheets that this program writes beside a roster: nobody stands in them.

use super::super::grid::{Cell, Grid};
use crate::i18n::{Lang, fill, tr};

/// The sheet of a template that says how it is filled in.
pub(crate) const INSTRUCTIONS: &str = "填写说明";
/// The sheet of a report that lists what is wrong.
pub(crate) const PROBLEMS: &str = "问题清单";
/// Its columns.
pub(crate) const PROBLEM_COLUMNS: [&str; 6] = ["sheet", "row", "column", "value", "problem", "fix"];

/// Whether it is one of them, as it was written.
pub(super) fn is_own(grid: &Grid) -> bool {
    match grid.name.as_str() {
        INSTRUCTIONS => {
            let texts = [Lang::ZhCn, Lang::En].map(|lang| tr!(lang, "roster.instructions"));
            let is_line = |text: &str| {
                texts
                    .iter()
                    .flat_map(|text| text.lines())
                    .any(|line| line.trim() == text)
            };
            let mut cells = grid.rows.iter().flatten().map(Cell::text);
            cells.all(|text| text.is_empty() || is_line(&text))
        }
        PROBLEMS => [Lang::ZhCn, Lang::En].into_iter().any(|lang| {
            let header = PROBLEM_COLUMNS.map(|column| fill(lang, &format!("column.{column}"), &[]));
            grid.rows
                .first()
                .is_some_and(|row| row.iter().map(Cell::text).eq(header))
        }),
        _ => false,
    }
}
