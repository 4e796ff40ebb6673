//! The report of a drill (演练总结报告): one page to be read and printed, one document for programs, one workbook of its tables.
//!
//! `model.rs` is what it says, as data; `told.rs` fills it from what the daemon tells. `shown.rs` and `tables.rs` turn it into words and rows;
//! `html.rs`, `xlsx.rs` and `json.rs` write those, and `chart/` draws. Whatever is written says 【演练】.

pub(crate) mod chart;
pub(crate) mod facts;
pub(crate) mod html;
pub(crate) mod json;
pub(crate) mod model;
#[cfg(test)]
mod samples;
pub(crate) mod shown;
pub(crate) mod tables;
#[cfg(test)]
mod tests;
pub(crate) mod told;
pub(crate) mod xlsx;

use std::path::Path;

use model::Model;

use crate::error::CliError;
use crate::export::file;
use crate::i18n::Lang;

/// As what it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// One page with everything in it.
    Html,
    /// For programs.
    Json,
    /// The tables as a workbook.
    Xlsx,
}

impl Format {
    const ALL: [(Self, &'static str); 3] = [(Self::Html, "html"), (Self::Json, "json"), (Self::Xlsx, "xlsx")];

    /// By its word, which is also how the names of such files end.
    pub(crate) fn of(word: &str) -> Option<Self> {
        let found = Self::ALL.into_iter().find(|(_, own)| *own == word);
        found.map(|(format, _)| format)
    }
    /// The word for it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Json => "json",
            Self::Xlsx => "xlsx",
        }
    }
}

/// The content of the file.
pub(crate) fn content(model: &Model, format: Format, lang: Lang) -> Result<Vec<u8>, CliError> {
    match format {
        Format::Html => html::document(lang, model).map(String::into_bytes),
        Format::Json => json::document(model).map(String::into_bytes),
        Format::Xlsx => xlsx::workbook(lang, model),
    }
}

/// Writes the report: the file is replaced whole, or stays as it was. How many bytes it has.
pub(crate) fn write(model: &Model, format: Format, lang: Lang, path: &Path) -> Result<usize, CliError> {
    let content = content(model, format, lang)?;
    file::replace(path, &content)?;
    Ok(content.len())
}

/// What the whole is called: 【演练】 first, always.
pub(crate) fn title(lang: Lang, model: &Model) -> String {
    let values = [
        ("banner", shown::t(lang, "banner")),
        ("run", model.run.clone()),
        ("name", shown::scenario(lang, &model.scenario).to_owned()),
    ];
    shown::tv(lang, "title", &values)
}
