//! The user's own workbook with the bad cells marked: what was wrong stands as a note on the cell, and all of it on a sheet in front.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use rust_xlsxwriter::{Color, Format, Note, Workbook as Writer, XlsxError};

use crate::error::CliError;
use crate::i18n::{Lang, tr};
use crate::sheet::roster::{Fault, PROBLEM_COLUMNS, PROBLEMS, Place};
use crate::sheet::{Grid, Workbook};
use crate::text;

/// Characters of a cell at most: what a spreadsheet takes.
const CELL: usize = 32_000;
/// Bytes of a note at most that anybody reads.
const NOTE: usize = 2_000;
/// Notes of a sheet at most: spreadsheets grow slow with more. Cells stay filled, and the list has all.
const NOTES: usize = 20_000;

/// Writes it.
pub(super) fn write(
    lang: Lang,
    path: &Path,
    book: &Workbook,
    faults: &[Fault],
    of_teams: &[Fault],
) -> Result<(), CliError> {
    let mut writer = make(lang, book, faults, of_teams).map_err(CliError::internal)?;
    super::save(path, &mut writer)
}

fn make(lang: Lang, book: &Workbook, faults: &[Fault], of_teams: &[Fault]) -> Result<Writer, XlsxError> {
    let names: Vec<String> = book.sheets.iter().map(|grid| grid.name.clone()).collect();
    let all: Vec<&Fault> = faults.iter().chain(of_teams).collect();
    let mut writer = Writer::new();
    let mut taken = BTreeSet::new();
    list(lang, &mut writer, &names, &all, &mut taken)?;
    for (index, grid) in book.sheets.iter().enumerate() {
        let mut marks: BTreeMap<(u32, u16), String> = BTreeMap::new();
        for fault in all.iter().filter(|fault| fault.place.sheet == index) {
            // What is missing as a column is told in the first cell of the row.
            let column = u16::try_from(fault.column.unwrap_or(0)).unwrap_or(u16::MAX);
            let words = format!("{} {}", fault.what(lang, &names), fault.fix(lang));
            let mark = marks.entry((fault.place.row.saturating_sub(1), column)).or_default();
            if !mark.is_empty() {
                mark.push('\n');
            }
            mark.push_str(&text::block(&words));
        }
        copy(&mut writer, grid, &marks, &mut taken)?;
    }
    Ok(writer)
}

/// 问题清单: every problem with its place.
fn list(
    lang: Lang,
    writer: &mut Writer,
    names: &[String],
    faults: &[&Fault],
    taken: &mut BTreeSet<String>,
) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold();
    let name = sheet_name(PROBLEMS, taken);
    let sheet = writer.add_worksheet();
    sheet.set_name(name)?;
    for (column, (key, width)) in (0..).zip(PROBLEM_COLUMNS.into_iter().zip([16.0, 8.0, 14.0, 24.0, 40.0, 60.0])) {
        sheet.write_string_with_format(0, column, crate::i18n::fill(lang, &format!("column.{key}"), &[]), &bold)?;
        sheet.set_column_width(column, width)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    for (row, fault) in (1..).zip(faults) {
        let Place { sheet: of, row: at } = fault.place;
        let letter = fault.column.map_or_else(String::new, letters);
        let cells = [
            names.get(of).cloned().unwrap_or_default(),
            at.to_string(),
            letter,
            fault.value.clone(),
            fault.what(lang, names),
            fault.fix(lang),
        ];
        for (column, cell) in (0..).zip(cells) {
            sheet.write_string(row, column, short(&cell))?;
        }
    }
    if faults.is_empty() {
        sheet.write_string(1, 0, tr!(lang, "roster.no_faults"))?;
    }
    Ok(())
}

/// A sheet as it was: every cell as text, so that no digit changes and nothing is calculated.
fn copy(
    writer: &mut Writer,
    grid: &Grid,
    marks: &BTreeMap<(u32, u16), String>,
    taken: &mut BTreeSet<String>,
) -> Result<(), XlsxError> {
    let plain = Format::new().set_num_format("@");
    let bad = Format::new()
        .set_num_format("@")
        .set_background_color(Color::RGB(0x00FF_C7CE));
    let name = sheet_name(&grid.name, taken);
    let sheet = writer.add_worksheet();
    sheet.set_name(name)?;
    sheet.set_hidden(grid.hidden);
    let mut widths: BTreeMap<u16, usize> = BTreeMap::new();
    for (row, cells) in (0..).zip(&grid.rows) {
        for (column, cell) in (0..).zip(cells) {
            let text = cell.text();
            if text.is_empty() || marks.contains_key(&(row, column)) {
                continue;
            }
            // Titles are one long cell and say nothing about the width of their column.
            if row > 3 || cells.iter().filter(|cell| !cell.is_blank()).count() > 2 {
                let width = text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum::<usize>();
                let known = widths.entry(column).or_default();
                *known = width.max(*known);
            }
            sheet.write_string_with_format(row, column, short(&text), &plain)?;
        }
    }
    for (number, ((row, column), words)) in marks.iter().enumerate() {
        let text = grid.cell(*row as usize, usize::from(*column)).text();
        sheet.write_string_with_format(*row, *column, short(&text), &bad)?;
        if number < NOTES {
            let words: String = words.chars().take(NOTE / 3).collect();
            sheet.insert_note(*row, *column, &Note::new(words).add_author_prefix(false))?;
        }
    }
    for (column, width) in widths {
        sheet.set_column_width(column, (width as f64 + 2.0).clamp(6.0, 40.0))?;
    }
    Ok(())
}

fn short(text: &str) -> String {
    text.chars().take(CELL).collect()
}

/// The letters of a column: 0 is A.
fn letters(column: usize) -> String {
    let mut letters = String::new();
    let mut left = column + 1;
    while left > 0 {
        left -= 1;
        letters.insert(0, char::from(b'A' + (left % 26) as u8));
        left /= 26;
    }
    letters
}

/// A name that a spreadsheet takes and that no other sheet has.
fn sheet_name(name: &str, taken: &mut BTreeSet<String>) -> String {
    let clean: String = name
        .chars()
        .map(|c| {
            if "[]:*?/\\".contains(c) || c.is_control() {
                '_'
            } else {
                c
            }
        })
        .collect();
    let clean = clean.trim_matches('\'');
    let clean = if clean.trim().is_empty() { "Sheet" } else { clean };
    let mut number = 1;
    loop {
        let end = if number == 1 {
            String::new()
        } else {
            format!(" ({number})")
        };
        // Spreadsheets count in UTF-16.
        let mut head = clean.to_owned();
        while head.encode_utf16().count() + end.len() > 31 {
            head.pop();
        }
        let candidate = format!("{head}{end}");
        if taken.insert(candidate.to_lowercase()) {
            return candidate;
        }
        number += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::open;
    use crate::sheet::roster::{Unit, Units, read};

    #[test]
    fn the_bad_cells_are_marked_and_the_rest_is_as_it_was() {
        let text =
            "花名册\n姓名,身份证号,单位,联系电话\n张三,990101199003071238,A1,138\n李四,990101198512310043,A1,=1+1\n";
        let book = open(text.as_bytes(), "应急/局", None).unwrap();
        let units = Units::new([Unit {
            code: "A1".into(),
            name: "应急局".into(),
            parent: String::new(),
        }]);
        let settled = read(&book, None).unwrap().settle(&book, &units, "A1");
        assert_eq!(settled.bad_rows(), 2);
        let mut writer = make(Lang::ZhCn, &book, &settled.faults, &[]).unwrap();
        let bytes = writer.save_to_buffer().unwrap();
        let again = open(&bytes, "", None).unwrap();
        let names: Vec<_> = again.sheets.iter().map(|grid| grid.name.as_str()).collect();
        assert_eq!(names, ["问题清单", "应急_局"]);
        assert_eq!(again.sheets[1].rows.len(), book.sheets[0].rows.len());
        for (row, cells) in book.sheets[0].rows.iter().enumerate() {
            for (column, cell) in cells.iter().enumerate() {
                assert_eq!(again.sheets[1].cell(row, column).text(), cell.text(), "{row} {column}");
            }
        }
        let list = &again.sheets[0];
        assert_eq!(list.rows.len(), 4, "a header and three problems");
        let first: Vec<String> = (0..4).map(|column| list.cell(1, column).text()).collect();
        assert_eq!(first, ["应急/局", "3", "B", "990101199003071238"]);
        // What is corrected in the copy can be imported as it is: the list is nobody's roster.
        let reading = read(&again, None).unwrap();
        assert_eq!((reading.people(), reading.doubts.len()), (2, 0));
    }

    #[test]
    fn names_of_sheets_and_columns() {
        let mut taken = BTreeSet::new();
        let long = "很".repeat(40);
        assert_eq!(sheet_name(&long, &mut taken).chars().count(), 31);
        assert!(sheet_name(&long, &mut taken).ends_with(" (2)"));
        assert_eq!(sheet_name("a:b", &mut taken), "a_b");
        assert_eq!(
            ["A", "Z", "AA", "AZ", "BA"],
            [0, 25, 26, 51, 52].map(letters).as_slice()
        );
    }
}
