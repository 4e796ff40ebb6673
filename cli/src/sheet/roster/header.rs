//! The header of a sheet: one row or two, somewhere below the titles.

use std::collections::BTreeMap;

use super::super::error::Problem;
use super::super::grid::{Grid, plain};
use super::Field;

/// Rows from the top in which a header may begin.
const DEPTH: usize = 40;

/// A header that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    /// Its rows, from 0.
    pub(super) rows: std::ops::Range<usize>,
    /// Where the columns are; of several with phones, the one for mobiles.
    pub(super) columns: BTreeMap<Field, usize>,
    /// Every column with phones, those for mobiles first.
    pub(super) phones: Vec<usize>,
    /// What the columns are called, with what stands above them.
    pub(super) texts: Vec<String>,
}

/// Finds the header of a sheet; none if it has none.
pub(super) fn find(grid: &Grid) -> Result<Option<Header>, Problem> {
    let mut best: Option<Header> = None;
    for row in 0..grid.rows.len().min(DEPTH) {
        let one = look(grid, row, 1);
        let two = look(grid, row, 2);
        let header = if continues(grid, row, &one, &two) { two } else { one };
        if header.columns.contains_key(&Field::Name) && header.columns.contains_key(&Field::IdNumber) {
            best = Some(header);
            break;
        }
        let is_larger = best
            .as_ref()
            .is_none_or(|best| best.columns.len() < header.columns.len());
        if header.columns.contains_key(&Field::Name) && header.columns.len() >= 3 && is_larger {
            best = Some(header);
        }
    }
    let Some(header) = best else {
        return Ok(None);
    };
    for field in [Field::Name, Field::IdNumber] {
        let mut named =
            (0..header.texts.len()).filter(|column| Field::of_header(&header.texts[*column]) == Some(field));
        if let (Some(first), Some(second)) = (named.next(), named.next()) {
            return Err(Problem::RosterTwice {
                sheet: grid.name.clone(),
                headers: [header.texts[first].clone(), header.texts[second].clone()],
            });
        }
        if !header.columns.contains_key(&field) {
            return Err(Problem::RosterColumns {
                sheet: grid.name.clone(),
                row: u32::try_from(header.rows.start + 1).unwrap_or(u32::MAX),
                missing: field.headers().first().copied().unwrap_or_default().to_owned(),
            });
        }
    }
    Ok(Some(header))
}

/// The header that `rows` rows from here on would make.
fn look(grid: &Grid, row: usize, rows: usize) -> Header {
    let width = grid.rows[row..].iter().take(rows).map(Vec::len).max().unwrap_or(0);
    let text = |row: usize, column: usize| plain(&grid.cell(row, column).text());
    // What was merged to the right stands in its first column only: the columns below belong to it as long as they are named
    // below and not above.
    let mut group = String::new();
    let texts: Vec<String> = (0..width)
        .map(|column| {
            let upper = text(row, column);
            if rows == 1 {
                return upper;
            }
            let lower = text(row + 1, column);
            if !upper.is_empty() || lower.is_empty() {
                group.clone_from(&upper);
            }
            if is_about_others(&group) && !lower.is_empty() && lower != upper {
                return format!("{group}{lower}");
            }
            let both = format!("{upper}{lower}");
            if lower.is_empty() || lower == upper {
                upper
            } else if Field::of_header(&lower).is_some() || upper.is_empty() {
                lower
            } else if Field::of_header(&both).is_some() || Field::of_header(&upper).is_none() {
                both
            } else {
                upper
            }
        })
        .collect();
    let mut columns = BTreeMap::new();
    let mut phones = Vec::new();
    for (column, text) in texts.iter().enumerate() {
        if let Some(field) = Field::of_header(text) {
            columns.entry(field).or_insert(column);
            if field == Field::Phone {
                phones.push(column);
            }
        }
    }
    phones.sort_by_key(|column| !(texts[*column].contains("手机") || texts[*column].contains("移动")));
    if let Some(first) = phones.first() {
        columns.insert(Field::Phone, *first);
    }
    Header {
        rows: row..row + rows,
        columns,
        phones,
        texts,
    }
}

/// 家庭成员, 紧急联系人: what stands below is not the person's own.
fn is_about_others(heading: &str) -> bool {
    let heading = super::columns::key(heading);
    Field::of_header(&heading).is_none() && OTHERS.iter().any(|other| heading.contains(other))
}

/// Words of headings about somebody else.
const OTHERS: [&str; 14] = [
    "家庭成员",
    "家属",
    "亲属",
    "亲人",
    "配偶",
    "爱人",
    "子女",
    "父母",
    "紧急联",
    "应急联系人",
    "联系人",
    "监护人",
    "介绍人",
    "推荐人",
];

/// Whether the row below belongs to the header: it names more columns, and nobody.
fn continues(grid: &Grid, row: usize, one: &Header, two: &Header) -> bool {
    // A title, or an empty row, is no upper half.
    if row + 1 >= grid.rows.len() || one.columns.is_empty() || two.columns.len() <= one.columns.len() {
        return false;
    }
    let below = |field: Field| {
        two.columns
            .get(&field)
            .map_or_else(String::new, |column| plain(&grid.cell(row + 1, *column).text()))
    };
    let is_header = |field: Field, text: &str| text.is_empty() || Field::of_header(text) == Some(field);
    is_header(Field::Name, &below(Field::Name)) && is_header(Field::IdNumber, &below(Field::IdNumber))
}

impl Header {
    /// Whether a row further down is this header once more.
    pub(super) fn is_repeated(&self, grid: &Grid, row: usize) -> bool {
        let Some(cells) = grid.rows.get(row) else {
            return false;
        };
        let named = |field: Field| {
            self.columns
                .get(&field)
                .is_some_and(|column| Field::of_header(&grid.cell(row, *column).text()) == Some(field))
        };
        if named(Field::Name) && (named(Field::IdNumber) || self.rows.len() == 2) {
            return true;
        }
        // The lower row of two: everything in it stands in the header as well.
        self.rows.len() == 2
            && cells.iter().enumerate().all(|(column, cell)| {
                let text = plain(&cell.text());
                text.is_empty()
                    || self
                        .rows
                        .clone()
                        .any(|row| plain(&grid.cell(row, column).text()) == text)
            })
    }

    /// Columns with a header that is not taken.
    pub(super) fn not_taken(&self) -> impl Iterator<Item = &str> {
        self.texts
            .iter()
            .enumerate()
            .filter(|(column, text)| {
                !text.is_empty()
                    && !matches!(super::columns::key(text).as_str(), "序号" | "编号" | "no" | "序")
                    && !self.columns.values().chain(&self.phones).any(|taken| taken == column)
            })
            .map(|(_, text)| text.as_str())
    }
}
