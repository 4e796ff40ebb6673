//! What is wrong with a row and where, and what was done that the user should know of.

use serde_json::{Value, json};

use crate::i18n::{Lang, fill, tr};
use crate::text;

use super::Field;

/// Where something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    /// Which sheet, from 0.
    pub(crate) sheet: usize,
    /// Which row, as the file counts.
    pub(crate) row: u32,
}

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// There has to be something.
    Missing,
    /// A formula that failed.
    CellError,
    /// A spreadsheet made a number of it and has lost its last digits.
    DigitsLost,
    /// Not 18 characters.
    IdForm,
    /// An ID number of 15 digits.
    IdOld,
    /// An ID number with a birth date that does not exist.
    IdDate,
    /// An ID number whose last character does not follow from the others.
    CheckDigit,
    /// The ID number says otherwise.
    Sex,
    /// The ID number says otherwise.
    Birth,
    /// Not a name.
    Name,
    /// Not a date.
    Date,
    /// Not a phone number.
    Phone,
    /// A word that means nothing here.
    Word,
    /// Two columns of the row contradict each other.
    Party,
    /// Where somebody sits who is not seconded out.
    Seconded,
    /// No unit is called this.
    UnknownUnit,
    /// Several units are called this.
    AmbiguousUnit,
    /// The unit does not belong to the one whose roster this is.
    ForeignUnit,
    /// Another row says otherwise about the same person.
    Contradicts,
    /// Too many or too long words.
    Skills,
    /// Too long to be sent.
    TooLong,
    /// A row of a team that cannot be formed, because another one is bad.
    TeamRefused,
    /// What the daemon says; the word of its report is in the detail.
    Refused,
}

impl Kind {
    /// All of them.
    #[cfg(test)]
    pub(crate) const ALL: [Self; 23] = [
        Self::Missing,
        Self::CellError,
        Self::DigitsLost,
        Self::IdForm,
        Self::IdOld,
        Self::IdDate,
        Self::CheckDigit,
        Self::Sex,
        Self::Birth,
        Self::Name,
        Self::Date,
        Self::Phone,
        Self::Word,
        Self::Party,
        Self::Seconded,
        Self::UnknownUnit,
        Self::AmbiguousUnit,
        Self::ForeignUnit,
        Self::Contradicts,
        Self::Skills,
        Self::TooLong,
        Self::TeamRefused,
        Self::Refused,
    ];

    /// A stable word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::CellError => "cell-error",
            Self::DigitsLost => "digits-lost",
            Self::IdForm => "id-form",
            Self::IdOld => "id-old",
            Self::IdDate => "id-date",
            Self::CheckDigit => "check-digit",
            Self::Sex => "sex-contradicts",
            Self::Birth => "birth-contradicts",
            Self::Name => "no-name",
            Self::Date => "no-date",
            Self::Phone => "no-phone",
            Self::Word => "unknown-word",
            Self::Party => "party-contradicts",
            Self::Seconded => "not-seconded",
            Self::UnknownUnit => "unknown-unit",
            Self::AmbiguousUnit => "ambiguous-unit",
            Self::ForeignUnit => "foreign-unit",
            Self::Contradicts => "contradicts",
            Self::Skills => "skills",
            Self::TooLong => "too-long",
            Self::TeamRefused => "team-refused",
            Self::Refused => "refused",
        }
    }
}

/// Something wrong in a row. The values are the user's own, out of their own file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    /// Where.
    pub(crate) place: Place,
    /// In which column, from 0; none if the sheet has no such column.
    pub(crate) column: Option<usize>,
    /// What it is about.
    pub(crate) field: Option<Field>,
    /// What stands there.
    pub(crate) value: String,
    /// What is wrong with it.
    pub(crate) kind: Kind,
    /// What it should be, is near to, or contradicts.
    pub(crate) detail: String,
    /// The other place of two that contradict each other.
    pub(crate) other: Option<Place>,
}

impl Fault {
    /// About a field of a row.
    pub(super) fn new(place: Place, field: Field, kind: Kind) -> Self {
        Self {
            place,
            column: None,
            field: Some(field),
            value: String::new(),
            kind,
            detail: String::new(),
            other: None,
        }
    }

    /// The one rule over two columns is told the same way whoever found it: the file may have one of them only.
    fn told_as(&self) -> Kind {
        let is_rule = self.field == Some(Field::SecondedTo) && self.detail.starts_with("invalid ");
        if self.kind == Kind::Refused && is_rule {
            Kind::Seconded
        } else {
            self.kind
        }
    }

    /// What is wrong, in words.
    pub(crate) fn what(&self, lang: Lang, sheets: &[String]) -> String {
        let kind = self.told_as();
        if kind == Kind::Refused {
            // The daemon's word, and what it expects.
            let (word, detail) = self.detail.split_once(' ').unwrap_or((&self.detail, ""));
            let other = self.other.map_or(0, |other| other.row).to_string();
            let what = crate::i18n::find(lang, &format!("problem.{word}"))
                .map(|_| fill(lang, &format!("problem.{word}"), &[("other_row", other)]));
            let mut what = what.unwrap_or_else(|| text::line(word));
            if !detail.is_empty() {
                what.push_str(&tr!(lang, "problem.detail", detail = text::quoted(detail)));
            }
            return what;
        }
        let other = self.other.map(|other| {
            tr!(
                lang,
                "roster.place",
                sheet = text::quoted(sheets.get(other.sheet).map_or("", String::as_str)),
                row = other.row
            )
        });
        fill(
            lang,
            &format!("fault.{}.what", kind.word()),
            &[
                ("detail", text::quoted(&self.detail)),
                ("other", other.unwrap_or_default()),
            ],
        )
    }

    /// What to do about it.
    pub(crate) fn fix(&self, lang: Lang) -> String {
        // No unit is near to this one.
        let fix = if self.kind == Kind::UnknownUnit && self.detail.is_empty() {
            "fix_none"
        } else {
            "fix"
        };
        fill(
            lang,
            &format!("fault.{}.{fix}", self.told_as().word()),
            &[("detail", text::quoted(&self.detail))],
        )
    }
}

/// Something worth a word; nothing to be corrected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Note {
    /// A sheet without the header of a roster.
    NoHeader(String),
    /// A hidden sheet was read like the others.
    Hidden(String),
    /// Columns that are not taken.
    NotTaken(Vec<String>),
    /// Rows that are about nobody: titles, sums, who filled it in.
    Asides(Vec<(Place, String)>),
    /// The first of several numbers was taken.
    FirstPhone(Vec<Place>),
    /// Who stands in several rows was counted once.
    Merged(Vec<(Place, Place)>),
    /// The example of the template was left in.
    Example(Place),
    /// A sheet has no column for 编制类型.
    NoCategory(String),
    /// Columns that the file does not have: of who is known, what is stored stays.
    Absent(Vec<Field>),
    /// Units outside the district: where somebody sits or lives is left empty.
    Outside(Vec<(Place, String)>),
    /// Where a sheet's people belong follows from its name, its title or `--unit`.
    UnitFrom {
        /// The sheet.
        sheet: String,
        /// The unit.
        unit: String,
    },
}

impl Note {
    /// As JSON, the same in every language.
    pub(crate) fn document(&self, sheets: &[String]) -> Value {
        let place = |place: &Place| json!({ "sheet": sheets.get(place.sheet), "row": place.row });
        match self {
            Self::NoHeader(sheet) => json!({ "note": "no-header", "sheet": sheet }),
            Self::Hidden(sheet) => json!({ "note": "hidden", "sheet": sheet }),
            Self::NotTaken(headers) => json!({ "note": "not-taken", "columns": headers }),
            Self::Asides(rows) => {
                json!({ "note": "asides", "rows": rows.iter().map(|(at, _)| place(at)).collect::<Vec<_>>() })
            }
            Self::FirstPhone(rows) => {
                json!({ "note": "first-phone", "rows": rows.iter().map(place).collect::<Vec<_>>() })
            }
            Self::Merged(rows) => {
                let rows: Vec<_> = rows
                    .iter()
                    .map(|(again, first)| json!({ "again": place(again), "first": place(first) }))
                    .collect();
                json!({ "note": "merged", "rows": rows })
            }
            Self::Absent(fields) => {
                json!({ "note": "absent", "columns": fields.iter().map(|field| field.word()).collect::<Vec<_>>() })
            }
            Self::Outside(rows) => {
                json!({ "note": "outside", "rows": rows.iter().map(|(at, _)| place(at)).collect::<Vec<_>>() })
            }
            Self::Example(at) => json!({ "note": "example", "rows": [place(at)] }),
            Self::NoCategory(sheet) => json!({ "note": "no-category", "sheet": sheet }),
            Self::UnitFrom { sheet, unit } => json!({ "note": "unit-from", "sheet": sheet, "unit": unit }),
        }
    }

    /// In words.
    pub(crate) fn text(&self, lang: Lang, sheets: &[String]) -> String {
        let place = |place: &Place| {
            tr!(
                lang,
                "roster.place",
                sheet = text::quoted(sheets.get(place.sheet).map_or("", String::as_str)),
                row = place.row
            )
        };
        match self {
            Self::NoHeader(sheet) => tr!(lang, "roster.note.no_header", sheet = text::quoted(sheet)),
            Self::Hidden(sheet) => tr!(lang, "roster.note.hidden", sheet = text::quoted(sheet)),
            Self::NotTaken(headers) => tr!(
                lang,
                "roster.note.not_taken",
                columns = text::block(&headers.join(", ")).replace('\n', " ")
            ),
            Self::Asides(rows) => {
                let shown: Vec<String> = rows
                    .iter()
                    .take(3)
                    .map(|(at, what)| format!("{} “{}”", place(at), text::quoted(what)))
                    .collect();
                tr!(lang, "roster.note.asides", count = rows.len(), rows = shown.join(", "))
            }
            Self::FirstPhone(rows) => {
                let shown: Vec<String> = rows.iter().take(3).map(place).collect();
                tr!(
                    lang,
                    "roster.note.first_phone",
                    count = rows.len(),
                    rows = shown.join(", ")
                )
            }
            Self::Merged(rows) => {
                let shown: Vec<String> = rows
                    .iter()
                    .take(3)
                    .map(|(again, first)| format!("{} = {}", place(again), place(first)))
                    .collect();
                tr!(lang, "roster.note.merged", count = rows.len(), rows = shown.join(", "))
            }
            Self::Absent(fields) => {
                let names = fields
                    .iter()
                    .map(|field| tr!(lang, &format!("roster.field.{}", field.word())));
                tr!(
                    lang,
                    "roster.note.absent",
                    columns = names.collect::<Vec<_>>().join(", ")
                )
            }
            Self::Outside(rows) => {
                let mut texts: Vec<String> = rows.iter().map(|(_, what)| text::quoted(what)).collect();
                texts.sort();
                texts.dedup();
                texts.truncate(5);
                let places: Vec<String> = rows.iter().take(3).map(|(at, _)| place(at)).collect();
                tr!(
                    lang,
                    "roster.note.outside",
                    count = rows.len(),
                    units = texts.join(", "),
                    rows = places.join(", ")
                )
            }
            Self::Example(at) => tr!(lang, "roster.note.example", place = place(at)),
            Self::NoCategory(sheet) => tr!(lang, "roster.note.no_category", sheet = text::quoted(sheet)),
            Self::UnitFrom { sheet, unit } => tr!(
                lang,
                "roster.note.unit_from",
                sheet = text::quoted(sheet),
                unit = text::quoted(unit)
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::i18n::find;

    #[test]
    fn what_the_daemon_says_of_secondment_is_told_in_the_readers_language() {
        let mut fault = Fault::new(Place { sheet: 0, row: 2 }, Field::SecondedTo, Kind::Refused);
        fault.detail = "invalid nothing, unless the standing is seconded-out".into();
        for lang in Lang::ALL {
            let words = fault.what(lang, &[]) + &fault.fix(lang);
            assert!(words.contains("借调") && !words.contains("nothing,"), "{words}");
        }
    }

    #[test]
    fn every_fault_has_words_and_a_way_out() {
        let words: BTreeSet<&str> = Kind::ALL.into_iter().map(Kind::word).collect();
        assert_eq!(words.len(), Kind::ALL.len());
        for lang in Lang::ALL {
            for kind in Kind::ALL {
                let what = kind == Kind::Refused || find(lang, &format!("fault.{}.what", kind.word())).is_some();
                let fix = find(lang, &format!("fault.{}.fix", kind.word())).is_some();
                assert!(what && fix, "{lang:?} {kind:?}");
            }
        }
    }
}
