//! What an import of a roster came to, for people and for programs. Every row that was read is accounted for.

use baiying_proto::v1 as pb;
use serde_json::{Value, json};

use super::{diff, teams};
use crate::app::App;
use crate::error::CliError;
use crate::i18n::{Lang, fill, tr};
use crate::output::json as documents;
use crate::output::table::Sheet as Table;
use crate::sheet::Workbook;
use crate::sheet::roster::{Doubt, Fault, Note, Place, SheetRead, Units};
use crate::text;

/// Faults shown on the terminal; all of them are in JSON and in the report.
const SHOWN: usize = 50;

/// All there is to say.
pub(super) struct Summary<'a> {
    pub(super) read: usize,
    pub(super) merged: usize,
    pub(super) bad_rows: usize,
    pub(super) dry_run: bool,
    pub(super) goes_ahead: bool,
    /// Whether who is not in the file has left.
    pub(super) whole: bool,
    /// Why it may not be the whole roster, besides bad rows.
    pub(super) doubts: &'a [Doubt],
    pub(super) answer: &'a pb::ImportPeopleResponse,
    pub(super) changes: &'a [pb::PersonChange],
    /// Where the rows that were sent stand in the file.
    pub(super) places: &'a [Place],
    pub(super) faults: &'a [Fault],
    pub(super) notes: &'a [Note],
    pub(super) sheets: &'a [SheetRead],
    pub(super) book: &'a Workbook,
    pub(super) teams: &'a teams::Formed,
    pub(super) units: &'a Units,
}

impl Summary<'_> {
    /// Tells it.
    pub(super) fn tell(&self, app: &App) -> Result<(), CliError> {
        let names: Vec<String> = self.book.sheets.iter().map(|grid| grid.name.clone()).collect();
        for note in self.notes {
            app.note(&note.text(app.lang, &names));
        }
        if !self.whole {
            for doubt in self.doubts {
                app.note(&doubt.text(app.lang, &names));
            }
            if self.doubts.is_empty() || !self.faults.is_empty() {
                app.note(&tr!(app.lang, "roster.note.nobody_leaves"));
            }
        }
        app.emit(|| self.document(&names), || self.text(app.lang, &names))
    }

    /// The sheet and the row in the file of a row that was sent.
    fn place<'n>(&self, row: u32, names: &'n [String]) -> Option<(&'n str, u32)> {
        let place = self.places.get((row as usize).checked_sub(1)?)?;
        Some((names.get(place.sheet)?.as_str(), place.row))
    }

    fn place_text(&self, lang: Lang, row: u32, names: &[String]) -> String {
        self.place(row, names).map_or_else(String::new, |(sheet, row)| {
            tr!(lang, "roster.place", sheet = text::quoted(sheet), row = row)
        })
    }

    fn report(&self) -> pb::ImportReport {
        self.answer.report.clone().unwrap_or_default()
    }

    fn document(&self, names: &[String]) -> Value {
        let report = self.report();
        let name = |place: Place| names.get(place.sheet).cloned().unwrap_or_default();
        let faults = |faults: &[Fault]| -> Vec<Value> {
            faults
                .iter()
                .map(|fault| {
                    json!({ "sheet": name(fault.place), "row": fault.place.row,
                        "column": column(fault, self.sheets), "field": fault.field.map(|field| field.word()),
                        "value": fault.value, "problem": fault.kind.word(), "detail": fault.detail,
                        "other_sheet": fault.other.map(name), "other_row": fault.other.map(|other| other.row) })
                })
                .collect()
        };
        let sheets: Vec<_> = self
            .sheets
            .iter()
            .map(|read| json!({ "sheet": names[read.sheet], "header_row": read.header_row, "rows": read.people }))
            .collect();
        documents::receipt(
            report.receipt.as_ref().filter(|_| self.goes_ahead),
            json!({ "dry_run": self.dry_run, "applied": self.goes_ahead && report.applied, "read": self.read,
                "added": report.added, "changed": report.changed, "unchanged": report.unchanged,
                "left": self.answer.left, "merged": self.merged, "bad_rows": self.bad_rows, "whole_roster": self.whole,
                "not_whole_for": self.doubts.iter().map(|doubt| doubt.document(names)).collect::<Vec<_>>(),
                "bad": faults(self.faults), "sheets": sheets,
                "changes": self.changes.iter().map(|it| diff::document(it, self.place(it.row, names))).collect::<Vec<_>>(),
                "notes": self.notes.iter().map(|note| note.document(names)).collect::<Vec<_>>(),
                "teams": self.teams.document(&faults(&self.teams.faults)) }),
        )
    }

    fn text(&self, lang: Lang, names: &[String]) -> String {
        let report = self.report();
        let headline = if self.dry_run {
            "roster.dry_run"
        } else if self.goes_ahead && (report.applied || report.added + report.changed + self.answer.left == 0) {
            "roster.done"
        } else {
            "roster.refused"
        };
        let mut out = tr!(lang, headline);
        out.push('\n');
        let counts = [
            ("read", self.read),
            ("added", report.added as usize),
            ("changed", report.changed as usize),
            ("unchanged", report.unchanged as usize),
            ("bad", self.bad_rows),
            ("merged", self.merged),
            ("left", self.answer.left as usize),
        ];
        let counts: Vec<(&str, String)> = counts.iter().map(|(name, count)| (*name, count.to_string())).collect();
        out.push_str(&fill(lang, "roster.counts", &counts));
        out.push('\n');
        out.push_str(&diff::table(lang, self.changes, |row| {
            self.place_text(lang, row, names)
        }));
        if !self.faults.is_empty() {
            out.push_str(&tr!(
                lang,
                "roster.faults",
                rows = self.bad_rows,
                count = self.faults.len()
            ));
            out.push('\n');
            out.push_str(&table(lang, self.faults, self.sheets, names));
        }
        out.push_str(&self.teams.text(lang, self.units));
        if !self.teams.faults.is_empty() {
            out.push_str(&table(lang, &self.teams.faults, self.sheets, names));
        }
        out
    }
}

/// What the file calls the column.
pub(super) fn column(fault: &Fault, sheets: &[SheetRead]) -> String {
    let read = sheets.iter().find(|read| read.sheet == fault.place.sheet);
    let header = fault
        .column
        .and_then(|column| read?.texts.get(column))
        .filter(|text| !text.is_empty());
    header.cloned().unwrap_or_else(|| {
        let names = fault.field.and_then(|field| field.headers().first().copied());
        names.unwrap_or_default().to_owned()
    })
}

fn table(lang: Lang, faults: &[Fault], sheets: &[SheetRead], names: &[String]) -> String {
    let mut table = Table::new(lang, &["sheet", "row", "column", "value", "problem", "fix"]).numbers([1]);
    for fault in faults.iter().take(SHOWN) {
        table.row([
            text::quoted(names.get(fault.place.sheet).map_or("", String::as_str)),
            fault.place.row.to_string(),
            text::quoted(&column(fault, sheets)),
            text::quoted(&fault.value),
            fault.what(lang, names),
            fault.fix(lang),
        ]);
    }
    let mut out = table.text();
    if faults.len() > SHOWN {
        out.push_str(&tr!(lang, "roster.more_faults", count = faults.len() - SHOWN));
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::Grid;

    #[test]
    fn changes_are_told_with_their_place() {
        let changes = [
            pb::PersonChange {
                row: 2,
                person_id: 7,
                kind: "changed".into(),
                masked_name: "李*".into(),
                fields: Vec::new(),
            },
            pb::PersonChange {
                row: 0,
                person_id: 8,
                kind: "left".into(),
                masked_name: "王*".into(),
                fields: Vec::new(),
            },
        ];
        let place = |sheet, row| Place { sheet, row };
        let book = Workbook {
            sheets: ["一", "水利局"]
                .map(|name| Grid {
                    name: name.into(),
                    ..Grid::default()
                })
                .into(),
            encoding: None,
        };
        let summary = Summary {
            read: 2,
            merged: 0,
            bad_rows: 0,
            dry_run: true,
            goes_ahead: false,
            whole: true,
            doubts: &[],
            answer: &pb::ImportPeopleResponse::default(),
            changes: &changes,
            places: &[place(0, 3), place(1, 19)],
            faults: &[],
            notes: &[],
            sheets: &[],
            book: &book,
            teams: &teams::Formed::default(),
            units: &Units::default(),
        };
        let names = ["一".to_owned(), "水利局".to_owned()];
        let text = summary.text(Lang::ZhCn, &names);
        assert!(text.contains("“水利局”第 19 行"), "{text}");
        let document = summary.document(&names);
        assert_eq!(
            (&document["changes"][0]["sheet"], &document["changes"][0]["row"]),
            (&json!("水利局"), &json!(19))
        );
        assert_eq!(document["changes"][1]["row"], Value::Null);
    }
}
