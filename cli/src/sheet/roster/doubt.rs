//! What was not read though somebody may stand in it. While there is any, nobody leaves for not being in the rest of the file.

use serde_json::{Value, json};

use super::Place;
use crate::i18n::{Lang, tr};
use crate::text;

/// Why a file may not be all of a roster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Doubt {
    /// A row about nobody, with something in the column of names.
    Row(Place, String),
    /// A sheet without the header of a roster.
    Sheet(String),
    /// A sheet that `--sheet` leaves out.
    NotAsked(String),
}

impl Doubt {
    /// As JSON, the same in every language.
    pub(crate) fn document(&self, sheets: &[String]) -> Value {
        match self {
            Self::Row(at, _) => json!({ "doubt": "row", "sheet": sheets.get(at.sheet), "row": at.row }),
            Self::Sheet(sheet) => json!({ "doubt": "no-header", "sheet": sheet }),
            Self::NotAsked(sheet) => json!({ "doubt": "not-asked", "sheet": sheet }),
        }
    }

    /// In words, with what to do about it.
    pub(crate) fn text(&self, lang: Lang, sheets: &[String]) -> String {
        match self {
            Self::Row(at, what) => {
                let sheet = text::quoted(sheets.get(at.sheet).map_or("", String::as_str));
                let place = tr!(lang, "roster.place", sheet = sheet, row = at.row);
                tr!(lang, "roster.doubt.row", place = place, text = text::quoted(what))
            }
            Self::Sheet(sheet) => tr!(lang, "roster.doubt.sheet", sheet = text::quoted(sheet)),
            Self::NotAsked(sheet) => tr!(lang, "roster.doubt.not_asked", sheet = text::quoted(sheet)),
        }
    }
}
