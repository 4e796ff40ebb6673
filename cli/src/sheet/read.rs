//! A file into rows that have the shape they should, and a list of those that have not.

use std::collections::BTreeSet;
use std::path::Path;

use baiying_proto::v1 as pb;

use super::columns::Column;
use super::decode::decode;
use super::error::{Problem, SheetError};
use super::grid::{Cell, Workbook};
use super::records::Records;
use super::workbook::{self, is_workbook};

/// A row does not go over the wire if it is longer.
const MAX_ROW: usize = 16 * 1024;

/// One row: its values in the order of the columns asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    /// Its number in the file; the header is 1.
    pub(crate) number: u32,
    /// Its values, trimmed, in the wire's words; empty where the file has no such column.
    pub(crate) values: Vec<String>,
}

/// A file that could be read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Sheet {
    /// Rows of the right shape.
    pub(crate) rows: Vec<Row>,
    /// The others.
    pub(crate) bad: Vec<pb::RowError>,
    /// The encoding, if it is worth a word.
    pub(crate) encoding: Option<String>,
    /// What the file calls each column; empty if it does not have it.
    pub(crate) headers: Vec<String>,
    /// The values of the first column of bad rows, where there is one.
    pub(crate) bad_keys: Vec<String>,
}

/// Reads a file with these columns.
pub(crate) fn read(path: &Path, columns: &[Column], encoding: Option<&str>) -> Result<Sheet, SheetError> {
    let bytes = std::fs::read(path).map_err(|source| SheetError::new(path, Problem::Unreadable(source)))?;
    parse(&bytes, columns, encoding).map_err(|problem| SheetError::new(path, problem))
}

/// Reads a file's bytes with these columns: text with separators, or the first sheet of a workbook whose header has them.
pub(crate) fn parse(bytes: &[u8], columns: &[Column], encoding: Option<&str>) -> Result<Sheet, Problem> {
    if is_workbook(bytes) {
        return of_workbook(&workbook::open(bytes, "", encoding)?, columns);
    }
    let decoded = decode(bytes, encoding)?;
    let records = Records::new(&decoded.text)?;
    let mut sheet = of_rows(records.rows(), columns, |header| records.whole(header))?;
    sheet.encoding = decoded.encoding;
    Ok(sheet)
}

fn of_workbook(book: &Workbook, columns: &[Column]) -> Result<Sheet, Problem> {
    let mut first = None;
    for grid in book.sheets.iter().filter(|grid| !grid.is_empty()) {
        // Every row has the fields that the header has: a sheet has no short rows.
        let texts: Vec<(u32, Vec<String>)> = (1..)
            .zip(grid.rows.iter().map(|row| row.iter().map(Cell::text).collect()))
            .collect();
        let width = texts.iter().find(|(_, row)| row.iter().any(|text| !text.is_empty()));
        let width = width.map_or(0, |(_, row)| row.len());
        let lost: BTreeSet<u32> = (1..)
            .zip(&grid.rows)
            .filter(|(_, row)| row.iter().any(Cell::has_lost_digits))
            .map(|(number, _)| number)
            .collect();
        let rows = texts
            .into_iter()
            .filter(|(_, row)| row.iter().any(|text| !text.is_empty()));
        let rows = rows.map(|(number, mut row)| {
            row.resize(row.len().max(width), String::new());
            (number, row)
        });
        let rows: Vec<_> = rows.collect();
        match of_rows(&rows, columns, |_| Ok(())) {
            Ok(sheet) => return Ok(without_lost_digits(sheet, &lost)),
            Err(problem) => first = first.or(Some(problem)),
        }
    }
    Err(first.unwrap_or(Problem::Empty))
}

/// Rows in which a spreadsheet has made another number out of a long one are bad.
fn without_lost_digits(mut sheet: Sheet, lost: &BTreeSet<u32>) -> Sheet {
    let (bad, rows) = std::mem::take(&mut sheet.rows)
        .into_iter()
        .partition(|row| lost.contains(&row.number));
    sheet.rows = rows;
    for row in Vec::into_iter(bad) {
        sheet.bad_keys.extend(row.values.first().cloned());
        sheet.bad.push(pb::RowError {
            row: row.number,
            problem: "digits-lost".to_owned(),
            ..pb::RowError::default()
        });
    }
    sheet.bad.sort_by_key(|bad| bad.row);
    sheet
}

fn of_rows(
    records: &[(u32, Vec<String>)],
    columns: &[Column],
    whole: impl Fn(&[String]) -> Result<(), Problem>,
) -> Result<Sheet, Problem> {
    let Some(((_, header), records)) = records.split_first() else {
        return Err(Problem::Empty);
    };
    let header: Vec<String> = header.iter().map(|field| field.trim().to_owned()).collect();
    let places = match find_columns(columns, &header) {
        Ok(places) => places,
        // A header that is cut off is no header that lacks columns.
        Err(problem) => {
            whole(&[])?;
            return Err(problem);
        }
    };
    whole(&header)?;
    let headers = places
        .iter()
        .map(|place| place.map_or_else(String::new, |at| header[at].clone()))
        .collect();
    let mut rows = Vec::new();
    let mut bad = Vec::new();
    let mut bad_keys = Vec::new();
    for (number, record) in records {
        if record.iter().all(|field| field.trim().is_empty()) {
            continue;
        }
        match shape(record, *number, header.len(), &places, columns) {
            Ok(row) => rows.push(row),
            Err(error) => {
                if let Some(at) = places.first().copied().flatten() {
                    bad_keys.push(record.get(at).map(|key| key.trim().to_owned()).unwrap_or_default());
                }
                bad.push(error);
            }
        }
    }
    if rows.is_empty() && bad.is_empty() {
        return Err(Problem::NoRows);
    }
    Ok(Sheet {
        rows,
        bad,
        encoding: None,
        headers,
        bad_keys,
    })
}

fn find_columns(columns: &[Column], header: &[String]) -> Result<Vec<Option<usize>>, Problem> {
    let mut places = Vec::new();
    for column in columns {
        let mut named = header.iter().enumerate().filter(|(_, header)| column.is_named(header));
        let place = named.next().map(|(place, _)| place);
        if let Some((_, second)) = named.next() {
            return Err(Problem::TwiceColumn {
                column: column.name,
                header: second.clone(),
            });
        }
        places.push(place);
    }
    let missing: Vec<String> = columns
        .iter()
        .zip(&places)
        .filter(|(column, place)| column.needed && place.is_none())
        .map(|(column, _)| match column.synonyms.first() {
            Some(synonym) => format!("{} ({synonym})", column.name),
            None => column.name.to_owned(),
        })
        .collect();
    if missing.is_empty() {
        Ok(places)
    } else {
        Err(Problem::MissingColumns {
            missing,
            header: header.to_vec(),
        })
    }
}

fn shape(
    record: &[String],
    number: u32,
    width: usize,
    places: &[Option<usize>],
    columns: &[Column],
) -> Result<Row, pb::RowError> {
    let problem = |field: &str, value: String, problem: &str, detail: String| pb::RowError {
        row: number,
        field: field.to_owned(),
        value,
        problem: problem.to_owned(),
        detail,
        other_row: 0,
    };
    let counted = format!("{}/{width}", record.len());
    if record.len() < width {
        let missing = columns
            .iter()
            .zip(places)
            .find(|(_, place)| place.is_some_and(|place| place >= record.len()));
        return Err(problem(
            missing.map_or("", |(column, _)| column.name),
            String::new(),
            "too-few-fields",
            counted,
        ));
    }
    // Empty fields at the end come from spreadsheets that once had something there.
    if let Some(surplus) = record.iter().skip(width).find(|field| !field.trim().is_empty()) {
        return Err(problem("", surplus.clone(), "too-many-fields", counted));
    }
    let mut values = Vec::with_capacity(columns.len());
    for (column, place) in columns.iter().zip(places) {
        let value = place
            .and_then(|place| record.get(place))
            .map_or("", |field| field.trim());
        if value.contains('\u{fffd}') {
            return Err(problem(column.name, String::new(), "undecodable", String::new()));
        }
        values.push(column.word(value).to_owned());
    }
    let length: usize = values.iter().map(String::len).sum();
    if length > MAX_ROW {
        let longest = values.iter().zip(columns).max_by_key(|(value, _)| value.len());
        let field = longest.map_or("", |(_, column)| column.name);
        return Err(problem(field, String::new(), "too-long", format!("{length}/{MAX_ROW}")));
    }
    Ok(Row { number, values })
}

#[cfg(test)]
mod tests {
    use super::super::columns::{DIVISIONS, PEOPLE};
    use super::*;

    fn rows(text: &str) -> Sheet {
        parse(text.as_bytes(), &DIVISIONS, None).unwrap()
    }

    #[test]
    fn columns_are_found_by_either_name_in_any_order() {
        let sheet = rows("类型,上级代码,名称,备注,代码\n街道,440608,荷城街道,x,440608004\n");
        assert_eq!(
            sheet.rows,
            [Row {
                number: 2,
                values: ["440608004", "荷城街道", "440608", "town"].map(str::to_owned).to_vec()
            }]
        );
        assert_eq!(sheet.headers, ["代码", "名称", "上级代码", "类型"]);
    }

    #[test]
    fn rows_are_numbered_as_in_the_file() {
        let sheet = rows("code,name,parent_code,kind\r\n1,\"a\nb\",,grid\r\n\r\n2,c,1,grid\r\n");
        let numbers: Vec<_> = sheet.rows.iter().map(|row| row.number).collect();
        assert_eq!(
            numbers,
            [2, 4],
            "a line break in a field is no row, an empty row is one"
        );
    }

    #[test]
    fn rows_are_numbered_whatever_ends_their_lines() {
        let sheet = rows("code,name,parent_code,kind\r\n1,a,,grid\r2,b,1,grid\n3,c,1,grid\r\n");
        let numbers: Vec<_> = sheet.rows.iter().map(|row| row.number).collect();
        assert_eq!(numbers, [2, 3, 4], "two rows had one number");
    }

    #[test]
    fn tabs_and_semicolons_will_do() {
        assert_eq!(
            rows("code\tname\tparent_code\tkind\n1\ta,b\t\tgrid\n").rows[0].values[1],
            "a,b"
        );
        assert_eq!(
            rows("code;name;parent_code;kind\n1;a,b;;grid\n").rows[0].values[1],
            "a,b"
        );
    }

    #[test]
    fn rows_of_the_wrong_shape_are_listed() {
        let sheet = rows("code,name,parent_code,kind\n1,a\n2,b,1,grid,surplus\n3,c,1,grid,\n");
        let bad: Vec<_> = sheet
            .bad
            .iter()
            .map(|bad| (bad.row, bad.field.as_str(), bad.problem.as_str()))
            .collect();
        assert_eq!(bad, [(2, "parent_code", "too-few-fields"), (3, "", "too-many-fields")]);
        assert_eq!(sheet.rows.len(), 1, "an empty surplus field is harmless");
        assert_eq!(sheet.bad_keys, ["1", "2"]);
    }

    #[test]
    fn files_that_are_not_whole_are_refused() {
        let problem = |text: &str| parse(text.as_bytes(), &DIVISIONS, None).unwrap_err();
        assert!(matches!(problem(""), Problem::Empty));
        assert!(matches!(problem(" \n\n"), Problem::Empty));
        assert!(matches!(problem("code,name,parent_code,kind\n"), Problem::NoRows));
        assert!(matches!(problem("code,name\n1,a\n"), Problem::MissingColumns { missing, .. } if missing.len() == 2));
        assert!(matches!(
            problem("code,代码,name,parent_code,kind\n"),
            Problem::TwiceColumn { column: "code", .. }
        ));
        #[expect(clippy::wildcard_enum_match_arm, reason = "anything else is a failure")]
        match problem("code,name,parent_code,kind\n1,a,,grid\n2,\"never closed,1,grid\n3,c,1,grid\n") {
            Problem::EndsInQuotes { row, column, value } => {
                assert_eq!(
                    (row, column.as_str(), value.as_str()),
                    (3, "name", "never closed,1,grid")
                );
            }
            other => panic!("{other:?}"),
        }
        #[expect(clippy::wildcard_enum_match_arm, reason = "anything else is a failure")]
        match problem("code,name,parent_code,kind\n1,a,,grid\n2,b") {
            Problem::EndsInRow { row, column, value } => {
                assert_eq!((row, column.as_str(), value.as_str()), (3, "parent_code", "b"));
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn optional_columns_may_be_missing_and_words_are_translated() {
        let text = "姓名,身份证号,单位代码,类别,政治面貌\n张三,110101199001011237,440608,在编在岗,中共党员\n";
        let sheet = parse(text.as_bytes(), &PEOPLE, None).unwrap();
        assert_eq!(
            sheet.rows[0].values,
            [
                "110101199001011237",
                "张三",
                "",
                "440608",
                "",
                "staff",
                "party-member",
                ""
            ]
        );
    }
}
