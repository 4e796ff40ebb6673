//! The tables as a workbook: numbers are numbers, texts are never calculated, and every sheet says that it was an exercise.

use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use super::model::Model;
use super::shown::{self, code, t, tv};
use super::tables::{self, Cell, Kind, Table};
use super::{facts, title};
use crate::error::CliError;
use crate::i18n::Lang;

/// A cell holds no more than this.
const CHARACTERS_MAX: usize = 30_000;

/// Workbooks count time in days.
const DAY_MS: f64 = 86_400_000.0;

/// The row of the column names; above it stand what it is and of which run.
const HEAD: u32 = 2;

struct Formats {
    banner: Format,
    bold: Format,
    text: Format,
    percent: Format,
    tenth: Format,
    time: Format,
}

/// The workbook.
pub(crate) fn workbook(lang: Lang, model: &Model) -> Result<Vec<u8>, CliError> {
    write(lang, model).map_err(CliError::internal)
}

fn write(lang: Lang, model: &Model) -> Result<Vec<u8>, XlsxError> {
    let formats = Formats {
        banner: Format::new().set_bold().set_font_size(13),
        bold: Format::new().set_bold().set_text_wrap(),
        text: Format::new().set_text_wrap(),
        percent: Format::new().set_num_format("0.0%"),
        tenth: Format::new().set_num_format("0.0"),
        time: Format::new().set_num_format("[h]:mm:ss"),
    };
    let mut workbook = Workbook::new();
    summary(lang, model, &mut workbook, &formats)?;
    for (key, table) in [
        ("units", tables::units(lang, model)),
        ("objectives", tables::objectives(lang, model)),
        ("injects", tables::injects(lang, model)),
        ("curve", tables::curve(model)),
        ("actions", tables::actions(lang, model)),
    ] {
        if key == "actions" && table.rows.is_empty() {
            continue;
        }
        let sheet = begin(lang, model, key, &mut workbook, &formats)?;
        let width = rows(lang, sheet, HEAD, &table, &formats)?;
        sheet.set_freeze_panes(HEAD + 1, 0)?;
        sheet.set_repeat_rows(0, HEAD)?;
        let last = HEAD.saturating_add(u32::try_from(table.rows.len()).unwrap_or(u32::MAX));
        sheet.autofilter(HEAD, 0, last, width.saturating_sub(1))?;
    }
    workbook.save_to_buffer()
}

/// A sheet that says what it is, on the screen and on every printed page.
fn begin<'a>(
    lang: Lang,
    model: &Model,
    key: &str,
    workbook: &'a mut Workbook,
    formats: &Formats,
) -> Result<&'a mut Worksheet, XlsxError> {
    let sheet = workbook.add_worksheet();
    sheet.set_name(t(lang, &format!("sheet.{key}")))?;
    sheet.write_string_with_format(0, 0, cleaned(&title(lang, model)), &formats.banner)?;
    sheet.set_header(format!("&C{}", t(lang, "banner")));
    sheet.set_paper_size(9).set_landscape().set_print_fit_to_pages(1, 0);
    Ok(sheet)
}

/// What it was, how it ended, who took part, the figures, and the earlier runs.
fn summary(lang: Lang, model: &Model, workbook: &mut Workbook, formats: &Formats) -> Result<(), XlsxError> {
    let sheet = begin(lang, model, "summary", workbook, formats)?;
    let mut line = HEAD;
    for (key, value) in facts::all(lang, model) {
        sheet.write_string_with_format(line, 0, t(lang, &format!("fact.{key}")), &formats.bold)?;
        sheet.write_string(line, 1, cleaned(&value))?;
        line += 1;
    }
    sheet.write_string_with_format(line, 0, t(lang, "fact.score"), &formats.bold)?;
    one(sheet, (line, 1), &model.score.map_or(Cell::None, Cell::Score), formats)?;
    line += 1;
    sheet.write_string_with_format(line, 0, t(lang, "fact.conclusion"), &formats.bold)?;
    sheet.write_string(line, 1, code(lang, "conclusion", &model.conclusion))?;
    line += 2;
    for (key, table) in [
        ("section.figures", tables::figures(lang, model)),
        ("section.participants", tables::participants(lang, model)),
        ("section.earlier", tables::earlier(lang, model)),
        ("section.preemptions", tables::preemptions(model)),
    ] {
        if table.rows.is_empty() {
            continue;
        }
        sheet.write_string_with_format(line, 0, t(lang, key), &formats.banner)?;
        rows(lang, sheet, line + 1, &table, formats)?;
        line = line
            .saturating_add(3)
            .saturating_add(u32::try_from(table.rows.len()).unwrap_or(u32::MAX));
    }
    sheet.set_column_width(0, 34)?;
    sheet.set_column_width(1, 24)?;
    Ok(())
}

/// A table from a row on; how many columns it has.
fn rows(lang: Lang, sheet: &mut Worksheet, head: u32, table: &Table, formats: &Formats) -> Result<u16, XlsxError> {
    let mut place = 0;
    for (column, kind) in &table.columns {
        let name = t(lang, &format!("column.{column}"));
        sheet.set_column_width(place, width(*kind))?;
        if *kind == Kind::Share {
            let percent = tv(lang, "column.percent", &[("what", name.clone())]);
            sheet.write_string_with_format(head, place + 1, percent, &formats.bold)?;
        }
        sheet.write_string_with_format(head, place, name, &formats.bold)?;
        place += columns(*kind);
    }
    for (line, row) in (head + 1..).zip(&table.rows) {
        let mut place = 0;
        for ((_, kind), cell) in table.columns.iter().zip(row) {
            one(sheet, (line, place), cell, formats)?;
            place += columns(*kind);
        }
    }
    Ok(place)
}

fn columns(kind: Kind) -> u16 {
    match kind {
        Kind::Share => 2,
        Kind::Text | Kind::Long | Kind::Short | Kind::SheetOnly | Kind::Number => 1,
    }
}

fn width(kind: Kind) -> u16 {
    match kind {
        Kind::Long => 36,
        Kind::Text | Kind::Short | Kind::SheetOnly => 18,
        Kind::Number | Kind::Share => 11,
    }
}

/// One cell: everything that is a number is one, times too.
fn one(sheet: &mut Worksheet, (line, place): (u32, u16), cell: &Cell, formats: &Formats) -> Result<(), XlsxError> {
    match cell {
        Cell::None => {}
        Cell::Text(text) => {
            sheet.write_string_with_format(line, place, cleaned(text), &formats.text)?;
        }
        Cell::Count(count) => {
            sheet.write_number(line, place, *count as f64)?;
        }
        Cell::Share(count, of) => shared(sheet, (line, place), (*count, shown::share(*count, *of)), formats)?,
        Cell::Lack(count, of) => shared(sheet, (line, place), (*count, shown::share_up(*count, *of)), formats)?,
        Cell::Ms(ms) | Cell::Offset(ms) => {
            sheet.write_number_with_format(line, place, *ms as f64 / DAY_MS, &formats.time)?;
        }
        Cell::Score(score) => {
            sheet.write_number_with_format(line, place, f64::from(*score) / 10.0, &formats.tenth)?;
        }
    }
    Ok(())
}

/// A number, and its share in the column beside it.
fn shared(
    sheet: &mut Worksheet,
    (line, place): (u32, u16),
    (count, share): (u64, Option<u64>),
    formats: &Formats,
) -> Result<(), XlsxError> {
    sheet.write_number(line, place, count as f64)?;
    if let Some(share) = share {
        sheet.write_number_with_format(line, place + 1, share as f64 / 1000.0, &formats.percent)?;
    }
    Ok(())
}

fn cleaned(text: &str) -> String {
    crate::text::block(text).chars().take(CHARACTERS_MAX).collect()
}

/// The columns, for whoever reads the workbook back.
#[cfg(test)]
pub(crate) fn places(columns_of: &[tables::Column]) -> Vec<usize> {
    let mut place = 0;
    columns_of
        .iter()
        .map(|(_, kind)| {
            let this = place;
            place += usize::from(columns(*kind));
            this
        })
        .collect()
}
