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
