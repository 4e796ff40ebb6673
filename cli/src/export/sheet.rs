//! Duty as a sheet, a row a person in a shift: CSV that spreadsheets open as it is, and workbooks.

use baiying_proto::v1 as pb;
use rust_xlsxwriter::{Format, Workbook, XlsxError};

use super::Export;
use crate::i18n::{fill, word};
use crate::output::duty;
use crate::when;

/// The columns, by their keys under `column.`, with their widths in a workbook.
const COLUMNS: [(&str, u16); 14] = [
    ("date", 12),
    ("weekday", 8),
    ("day_kind", 10),
    ("code", 16),
    ("unit", 28),
    ("shift", 12),
    ("from", 18),
    ("until", 18),
    ("position", 12),
    ("person", 10),
    ("name", 12),
    ("phone", 16),
    ("signed_in", 18),
    ("remarks", 36),
];

/// The rows under the header. A shift that nobody has is a row, and so is everything that is missing.
fn rows(export: &Export) -> Vec<[String; 14]> {
    let mut rows = Vec::new();
    for shift in &export.shifts {
        for missing in export.missing(shift) {
            rows.push(row(export, shift, None, missing));
        }
        for holder in export.holders(shift) {
            rows.push(row(export, shift, Some(holder), duty::remarks(export.lang, holder)));
        }
    }
    rows
}

fn row(export: &Export, shift: &pb::Shift, holder: Option<&pb::Holder>, remarks: String) -> [String; 14] {
    let lang = export.lang;
    let times = holder.map_or((shift.from_unix_ms, shift.until_unix_ms), |holder| {
        (holder.from_unix_ms, holder.until_unix_ms)
    });
    let of = |text: fn(&pb::Holder) -> String| holder.map_or_else(String::new, text);
    let row = [
        shift.date.clone(),
        duty::weekday(lang, &shift.date),
        word(lang, "day_kind", &shift.day_kind),
        shift.unit_code.clone(),
        export.unit(&shift.unit_code),
        duty::shift_name(lang, &shift.name),
        when::minute_in(times.0, &shift.zone),
        when::minute_in(times.1, &shift.zone),
        holder.map_or_else(String::new, |holder| word(lang, "position", &holder.position)),
        of(|holder| duty::person(holder.person_id)),
        of(|holder| holder.masked_name.clone()),
        of(|holder| holder.masked_phone.clone()),
        match holder.map_or(0, |holder| holder.signed_in_unix_ms) {
            0 => String::new(),
            at => when::minute_in(at, &shift.zone),
        },
        remarks,
    ];
    row.map(|cell| crate::text::line(&cell))
}

fn header(export: &Export) -> Vec<String> {
    COLUMNS
        .iter()
        .map(|(column, _)| fill(export.lang, &format!("column.{column}"), &[]))
        .collect()
}

/// CSV with a mark of UTF-8, without which spreadsheets take it for something else, and how many rows it has.
pub(crate) fn csv(export: &Export) -> (Vec<u8>, usize) {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(b"\xef\xbb\xbf".to_vec());
    // Writing into memory does not fail.
    let _ = writer.write_record(header(export));
    let rows = rows(export);
    for row in &rows {
        let _ = writer.write_record(row.iter().map(|cell| crate::text::cell(cell)));
    }
    (writer.into_inner().unwrap_or_default(), rows.len())
}

/// A workbook, and how many rows it has. Cells are texts, which are never calculated.
pub(crate) fn workbook(export: &Export) -> Result<(Vec<u8>, usize), XlsxError> {
    let mut workbook = Workbook::new();
    let bold = Format::new().set_bold();
    let sheet = workbook.add_worksheet();
    // A name that a workbook does not allow is no reason to give none.
    sheet.set_name(fill(export.lang, "export.sheet", &[]))?;
    for ((place, text), (_, width)) in (0..).zip(header(export)).zip(COLUMNS) {
        sheet.write_string_with_format(0, place, text, &bold)?;
        sheet.set_column_width(place, width)?;
    }
    let rows = rows(export);
    for (line, row) in (1..).zip(&rows) {
        for (place, cell) in (0..).zip(row) {
            sheet.write_string(line, place, cell)?;
        }
    }
    let last = u32::try_from(rows.len()).unwrap_or(u32::MAX);
    sheet.set_freeze_panes(1, 0)?;
    sheet.autofilter(0, 0, last, u16::try_from(COLUMNS.len() - 1).unwrap_or_default())?;
    Ok((workbook.save_to_buffer()?, rows.len()))
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;
    use crate::i18n::Lang;

    #[test]
    fn every_person_in_a_shift_is_a_row_and_so_is_what_is_missing() {
        let (bytes, rows) = csv(&samples::export(Lang::ZhCn, 0));
        assert!(bytes.starts_with(b"\xef\xbb\xbf"));
        let mut reader = csv::Reader::from_reader(&bytes[3..]);
        let header = reader.headers().unwrap().clone();
        assert!(header.iter().all(|name| !name.contains("column.")), "{header:?}");
        let records: Vec<_> = reader.records().map(Result::unwrap).collect();
        assert_eq!(
            (records.len(), rows),
            (7, 7),
            "five on duty, and two things missing at night"
        );
        let cell = |row: usize, column: &str| {
            let place = COLUMNS.iter().position(|(name, _)| *name == column).unwrap();
            records[row][place].to_owned()
        };
        assert_eq!(cell(0, "person"), "P1");
        assert_eq!(
            cell(0, "unit"),
            "高明区应急管理局、防汛防旱防风指挥部办公室;值班室,一楼"
        );
        assert_eq!(cell(2, "name"), "王\\*  END:VCALENDAR", "one line");
        assert_eq!(cell(4, "name"), "'=cmd()*", "no formula");
        assert!(cell(3, "remarks").contains("P3"), "in whose place");
        assert!(cell(5, "remarks").starts_with("!!") && cell(6, "remarks").starts_with("!!"));
        assert_eq!(csv(&samples::export(Lang::ZhCn, 4)).1, 1, "only their own");
    }

    #[test]
    fn a_workbook_holds_the_same_rows() {
        let export = samples::export(Lang::En, 0);
        let (bytes, rows) = workbook(&export).unwrap();
        assert!(bytes.starts_with(b"PK"));
        assert_eq!(rows, csv(&export).1);
    }
}
