//! Why a file as a whole cannot be used.

use std::io;
use std::path::{Path, PathBuf};

use crate::i18n::{Lang, tr};
use crate::text;

/// Nothing of the file was sent.
#[derive(Debug, thiserror::Error)]
#[error("{}: {problem:?}", path.display())]
pub(crate) struct SheetError {
    /// Which file.
    pub(crate) path: PathBuf,
    /// What is wrong with it.
    pub(crate) problem: Problem,
}

/// What is wrong.
#[derive(Debug)]
pub(crate) enum Problem {
    /// It cannot be read.
    Unreadable(io::Error),
    /// There is nothing in it.
    Empty,
    /// There is a header and nothing else.
    NoRows,
    /// Bytes that are no text in the encoding it seems to have.
    Damaged {
        /// The encoding.
        encoding: &'static str,
        /// The line with the first of them.
        line: u32,
        /// Where they are.
        offset: usize,
    },
    /// No encoding fits.
    UnknownEncoding {
        /// The best guess.
        guess: &'static str,
    },
    /// There is no encoding of this name.
    NoSuchEncoding(String),
    /// The first row lacks columns.
    MissingColumns {
        /// Which, with the names they may have.
        missing: Vec<String>,
        /// What stands there.
        header: Vec<String>,
    },
    /// Two columns mean the same.
    TwiceColumn {
        /// The column.
        column: &'static str,
        /// The header of the second one.
        header: String,
    },
    /// It ends within a quoted field.
    EndsInQuotes {
        /// The row in which the quote was opened.
        row: u32,
        /// The column, if the header knows it.
        column: String,
        /// How the field begins.
        value: String,
    },
    /// Its last row was cut off.
    EndsInRow {
        /// The row.
        row: u32,
        /// The first column that is missing.
        column: String,
        /// The last value that is there.
        value: String,
    },
    /// It ends within a character.
    EndsInCharacter {
        /// The encoding.
        encoding: &'static str,
        /// The last line.
        line: u32,
    },
    /// A workbook that cannot be taken apart.
    NoWorkbook(String),
    /// A workbook under a password.
    Locked,
    /// More cells than are read.
    TooManyCells(usize),
    /// No sheet has a header that could be a roster's.
    NoRoster {
        /// The sheets.
        sheets: Vec<String>,
    },
    /// A sheet has names and lacks columns.
    RosterColumns {
        /// The sheet.
        sheet: String,
        /// The header's row.
        row: u32,
        /// What is missing.
        missing: String,
    },
    /// Two columns of a sheet mean the same.
    RosterTwice {
        /// The sheet.
        sheet: String,
        /// The headers.
        headers: [String; 2],
    },
    /// There is no sheet of the name that was asked for.
    NoSuchSheet {
        /// What was asked for.
        name: String,
        /// The sheets.
        sheets: Vec<String>,
    },
    /// The row that `--root` names is not there.
    NoSuchRoot(String),
}

impl SheetError {
    /// About a file.
    pub(crate) fn new(path: &Path, problem: Problem) -> Self {
        Self {
            path: path.to_owned(),
            problem,
        }
    }

    /// What is wrong and where, and what to try next.
    pub(crate) fn describe(&self, lang: Lang) -> (String, Vec<String>) {
        let quoted = text::quoted;
        let (what, next) = match &self.problem {
            Problem::Unreadable(source) => (tr!(lang, "sheet.unreadable.what", reason = source), "unreadable"),
            Problem::Empty => (tr!(lang, "sheet.empty.what"), "empty"),
            Problem::NoRows => (tr!(lang, "sheet.no_rows.what"), "empty"),
            Problem::Damaged { encoding, line, offset } => (
                tr!(
                    lang,
                    "sheet.damaged.what",
                    encoding = encoding,
                    line = line,
                    offset = offset
                ),
                "damaged",
            ),
            Problem::UnknownEncoding { guess } => (
                tr!(lang, "sheet.unknown_encoding.what", guess = guess),
                "unknown_encoding",
            ),
            Problem::NoSuchEncoding(name) => (
                tr!(lang, "sheet.no_such_encoding.what", name = quoted(name)),
                "unknown_encoding",
            ),
            Problem::MissingColumns { missing, header } => (
                tr!(
                    lang,
                    "sheet.missing_columns.what",
                    missing = missing.join(", "),
                    header = quoted(&header.join(", "))
                ),
                "missing_columns",
            ),
            Problem::TwiceColumn { column, header } => (
                tr!(
                    lang,
                    "sheet.twice_column.what",
                    column = column,
                    header = quoted(header)
                ),
                "missing_columns",
            ),
            Problem::EndsInQuotes { row, column, value } => (
                tr!(
                    lang,
                    "sheet.ends_in_quotes.what",
                    row = row,
                    column = quoted(column),
                    value = quoted(value)
                ),
                "ends",
            ),
            Problem::EndsInRow { row, column, value } => (
                tr!(
                    lang,
                    "sheet.ends_in_row.what",
                    row = row,
                    column = quoted(column),
                    value = quoted(value)
                ),
                "ends",
            ),
            Problem::EndsInCharacter { encoding, line } => (
                tr!(lang, "sheet.ends_in_character.what", encoding = encoding, line = line),
                "ends",
            ),
            Problem::NoWorkbook(reason) => (
                tr!(lang, "sheet.no_workbook.what", reason = quoted(reason)),
                "no_workbook",
            ),
            Problem::Locked => (tr!(lang, "sheet.locked.what"), "locked"),
            Problem::TooManyCells(most) => (tr!(lang, "sheet.too_many_cells.what", most = most), "too_many_cells"),
            Problem::NoRoster { sheets } => (
                tr!(lang, "sheet.no_roster.what", sheets = quoted(&sheets.join(", "))),
                "no_roster",
            ),
            Problem::RosterColumns { sheet, row, missing } => (
                tr!(
                    lang,
                    "sheet.roster_columns.what",
                    sheet = quoted(sheet),
                    row = row,
                    missing = missing
                ),
                "roster_columns",
            ),
            Problem::RosterTwice { sheet, headers } => (
                tr!(
                    lang,
                    "sheet.roster_twice.what",
                    sheet = quoted(sheet),
                    first = quoted(&headers[0]),
                    second = quoted(&headers[1])
                ),
                "roster_twice",
            ),
            Problem::NoSuchSheet { name, sheets } => (
                tr!(
                    lang,
                    "sheet.no_such_sheet.what",
                    name = quoted(name),
                    sheets = quoted(&sheets.join(", "))
                ),
                "no_such_sheet",
            ),
            Problem::NoSuchRoot(code) => (
                tr!(lang, "sheet.no_such_root.what", code = quoted(code)),
                "no_such_root",
            ),
        };
        let path = text::line(&self.path.to_string_lossy());
        (
            tr!(lang, "sheet.in_file", path = path, what = what),
            vec![crate::i18n::fill(lang, &format!("sheet.{next}.next"), &[])],
        )
    }
}
