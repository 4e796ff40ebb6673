//! A file into rows that have the shape they should, and a list of those that have not.

use std::path::Path;

use baiying_proto::v1 as pb;

use super::columns::Column;
use super::decode::decode;
use super::error::{Problem, SheetError};

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

/// Reads a file's bytes with these columns.
pub(crate) fn parse(bytes: &[u8], columns: &[Column], encoding: Option<&str>) -> Result<Sheet, Problem> {
    let decoded = decode(bytes, encoding)?;
    // One kind of line break, so that counting them is counting lines: the reader ends a row at each of them.
    let text = decoded.text.replace("\r\n", "\n").replace('\r', "\n");
    if text.trim().is_empty() {
        return Err(Problem::Empty);
    }
    let delimiter = delimiter(&text);
    let quotes = open_quote(&text, delimiter);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let mut places: Option<Vec<Option<usize>>> = None;
    let mut header: Vec<String> = Vec::new();
    let mut headers = Vec::new();
    let mut rows = Vec::new();
    let mut bad = Vec::new();
    let mut bad_keys = Vec::new();
    // Line breaks within fields: a row of a spreadsheet is one row however many lines it takes.
    let mut inner_lines = 0;
    let (mut counted, mut lines) = (0, 0);
    let mut record = csv::StringRecord::new();
    let mut last: Option<(u32, usize, String)> = None;
    loop {
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            // The text is UTF-8 and the reader flexible: there is nothing else to fail.
            Err(error) => return Err(Problem::Unreadable(std::io::Error::other(error))),
        }
        // The reader's position is where it went on, in front of empty lines.
        let went_on = record
            .position()
            .map_or(0, |at| usize::try_from(at.byte()).unwrap_or(usize::MAX))
            .min(text.len());
        let start = went_on + text[went_on..].bytes().take_while(|byte| *byte == b'\n').count();
        lines += text[counted..start].matches('\n').count();
        counted = start;
        let number = u32::try_from(lines - inner_lines + 1).unwrap_or(u32::MAX);
        inner_lines += record.iter().map(|field| field.matches('\n').count()).sum::<usize>();
        let Some(places) = &places else {
            header = record.iter().map(|field| field.trim().to_owned()).collect();
            if let Some((row, field, value)) = quotes.clone().filter(|(row, ..)| *row == number) {
                return Err(Problem::EndsInQuotes {
                    row,
                    column: (field + 1).to_string(),
                    value,
                });
            }
            let found = find_columns(columns, &header)?;
            headers = found
                .iter()
                .map(|place| place.map_or_else(String::new, |at| header[at].clone()))
                .collect();
            places = Some(found);
            continue;
        };
        last = Some((
            number,
            record.len(),
            record.iter().next_back().unwrap_or_default().to_owned(),
        ));
        if record.iter().all(|field| field.trim().is_empty()) {
            continue;
        }
        match shape(&record, number, header.len(), places, columns) {
            Ok(row) => rows.push(row),
            Err(error) => {
                if let Some(at) = places.first().copied().flatten() {
                    bad_keys.push(record.get(at).unwrap_or_default().trim().to_owned());
                }
                bad.push(error);
            }
        }
    }
    if let Some((row, field, value)) = quotes {
        let column = header.get(field).cloned().unwrap_or_else(|| (field + 1).to_string());
        return Err(Problem::EndsInQuotes { row, column, value });
    }
    if let Some((row, fields, value)) = last
        && fields < header.len()
        && !text.ends_with('\n')
    {
        return Err(Problem::EndsInRow {
            row,
            column: header[fields].clone(),
            value,
        });
    }
    if rows.is_empty() && bad.is_empty() {
        return Err(Problem::NoRows);
    }
    Ok(Sheet {
        rows,
        bad,
        encoding: decoded.encoding,
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
    record: &csv::StringRecord,
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
        return Err(problem("", surplus.to_owned(), "too-many-fields", counted));
    }
    let mut values = Vec::with_capacity(columns.len());
    for (column, place) in columns.iter().zip(places) {
        let value = place.and_then(|place| record.get(place)).unwrap_or_default().trim();
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

/// Comma, tab or semicolon: what the header has most of.
fn delimiter(text: &str) -> u8 {
    let header = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let count = |delimiter: u8| header.bytes().filter(|byte| *byte == delimiter).count();
    [b',', b'\t', b';']
        .into_iter()
        .rev()
        .max_by_key(|delimiter| count(*delimiter))
        .unwrap_or(b',')
}

/// A quote that is opened and never closed: row, field, how the field begins.
fn open_quote(text: &str, delimiter: u8) -> Option<(u32, usize, String)> {
    let delimiter = char::from(delimiter);
    let mut chars = text.char_indices().peekable();
    let (mut row, mut field) = (1u32, 0usize);
    let mut field_start = true;
    while let Some((at, c)) = chars.next() {
        if c == '"' && field_start {
            let opened = (row, field, at + 1);
            loop {
                match chars.next() {
                    Some((_, '"')) if chars.peek().is_some_and(|(_, next)| *next == '"') => {
                        chars.next();
                    }
                    Some((_, '"')) => break,
                    Some(_) => {}
                    None => {
                        let (row, field, from) = opened;
                        let value = text[from..].lines().next().unwrap_or_default().to_owned();
                        return Some((row, field, value));
                    }
                }
            }
            field_start = false;
        } else if c == delimiter {
            field += 1;
            field_start = true;
        } else if c == '\n' {
            row += 1;
            field = 0;
            field_start = true;
        } else {
            field_start = false;
        }
    }
    None
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
