//! A file as cells: what CSV, xlsx and xls have in common.

/// A cell as the file holds it.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) enum Cell {
    /// Nothing.
    #[default]
    Empty,
    /// Text, as typed.
    Text(String),
    /// A number: the digits after the fifteenth are gone.
    Number(f64),
    /// A day.
    Date(u16, u8, u8),
    /// What a formula came to that failed, such as `#REF!`.
    Error(String),
}

/// From here on a number of a spreadsheet has lost digits: it keeps fifteen.
const EXACT: f64 = 1e15;

impl Cell {
    /// As a user sees it, trimmed.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) | Self::Error(text) => text.trim().to_owned(),
            Self::Number(number) => shown(*number),
            Self::Date(year, month, day) => format!("{year:04}-{month:02}-{day:02}"),
        }
    }

    /// Whether nothing can be seen in it.
    pub(crate) fn is_blank(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Text(text) => plain(text).is_empty(),
            Self::Number(_) | Self::Date(..) | Self::Error(_) => false,
        }
    }

    /// Whether it is a number that is not the one that was typed.
    pub(crate) fn has_lost_digits(&self) -> bool {
        matches!(self, Self::Number(number) if number.abs() >= EXACT)
    }
}

/// A number as a spreadsheet shows it.
fn shown(number: f64) -> String {
    if number.abs() < EXACT {
        return format!("{number}");
    }
    let text = format!("{number:.5E}");
    match text.split_once('E') {
        Some((digits, power)) if !power.starts_with('-') => {
            format!("{}E+{power}", digits.trim_end_matches('0').trim_end_matches('.'))
        }
        _ => text,
    }
}

/// Text without what cannot be seen: full-width letters and digits become plain ones, every kind of space a space, marks without
/// width go; trimmed.
pub(crate) fn plain(text: &str) -> String {
    let text: String = text.chars().filter_map(plain_char).collect();
    text.trim().to_owned()
}

fn plain_char(c: char) -> Option<char> {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0),
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{ad}' => None,
        c if c.is_whitespace() || c.is_control() => Some(' '),
        c => Some(c),
    }
}

/// One sheet: rows of cells, without empty rows at the end.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Grid {
    /// Its name; of a CSV file, the file's.
    pub(crate) name: String,
    /// Whether it is hidden in the workbook.
    pub(crate) hidden: bool,
    /// The first one is row 1.
    pub(crate) rows: Vec<Vec<Cell>>,
}

impl Grid {
    /// The cell at a row (from 0) and a column (from 0).
    pub(crate) fn cell(&self, row: usize, column: usize) -> &Cell {
        const EMPTY: &Cell = &Cell::Empty;
        self.rows.get(row).and_then(|row| row.get(column)).unwrap_or(EMPTY)
    }

    /// Puts a cell where it belongs.
    pub(super) fn put(&mut self, row: usize, column: usize, cell: Cell) {
        if self.rows.len() <= row {
            self.rows.resize_with(row + 1, Vec::new);
        }
        let cells = &mut self.rows[row];
        if cells.len() <= column {
            cells.resize_with(column + 1, Cell::default);
        }
        cells[column] = cell;
    }

    /// Whether there is nothing in it.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.iter().flatten().all(Cell::is_blank)
    }
}

/// A file.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Workbook {
    /// Its sheets, in order.
    pub(crate) sheets: Vec<Grid>,
    /// Of a CSV file the encoding, if it is worth a word.
    pub(crate) encoding: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_shown_as_a_spreadsheet_shows_them() {
        assert_eq!(Cell::Number(13_800_000_000.0).text(), "13800000000");
        assert_eq!(Cell::Number(440_608_199_003_071_237.0).text(), "4.40608E+17");
        assert_eq!(Cell::Number(1990.03).text(), "1990.03");
        assert_eq!(Cell::Number(999_999_999_999_999.0).text(), "999999999999999");
    }

    #[test]
    fn what_cannot_be_seen_goes() {
        assert_eq!(plain(" 　１３８ \u{a0}ｘ\u{200b}\t"), "138  x");
    }
}
