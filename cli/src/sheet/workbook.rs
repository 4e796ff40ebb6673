//! Any file into cells: workbooks by their first bytes, everything else as text with separators.
//!
//! Nothing in a workbook is run: of a formula, the value that was saved with it is read.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Data, DataRef, ExcelDateTime, Reader, SheetVisible, Xls, XlsError, Xlsx, XlsxError};

use super::decode::decode;
use super::error::Problem;
use super::grid::{Cell, Grid, Workbook};
use super::records::Records;

/// Rows of a sheet of xlsx at most: as many as a spreadsheet has.
const MAX_ROWS: u32 = 1_048_576;
/// Columns that are looked at: rosters have twenty, and a stray cell far to the right costs memory in every row.
const MAX_COLUMNS: u32 = 512;
/// Cells of a file at most. A roster of a province has ten million.
const MAX_CELLS: usize = 20_000_000;

/// Whether these are the first bytes of a workbook.
pub(crate) fn is_workbook(bytes: &[u8]) -> bool {
    is_xlsx(bytes) || is_xls(bytes)
}

fn is_xlsx(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

fn is_xls(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1])
}

/// Reads a file. A CSV file is one sheet of this name.
pub(crate) fn open(bytes: &[u8], name: &str, encoding: Option<&str>) -> Result<Workbook, Problem> {
    if !is_workbook(bytes) {
        return text(bytes, name, encoding);
    }
    // The readers take apart what anybody may have written. One that fails over damage fails for this file only.
    let read = catch_unwind(AssertUnwindSafe(|| if is_xls(bytes) { old(bytes) } else { new(bytes) }));
    let sheets = read.unwrap_or_else(|_| Err(Problem::NoWorkbook("its content contradicts itself".to_owned())))?;
    if sheets.iter().all(Grid::is_empty) {
        return Err(Problem::Empty);
    }
    Ok(Workbook { sheets, encoding: None })
}

fn text(bytes: &[u8], name: &str, encoding: Option<&str>) -> Result<Workbook, Problem> {
    let decoded = decode(bytes, encoding)?;
    let records = Records::new(&decoded.text)?;
    records.whole(&[])?;
    let mut grid = Grid {
        name: name.to_owned(),
        ..Grid::default()
    };
    for (number, fields) in records.rows() {
        for (column, field) in fields.iter().enumerate().filter(|(_, field)| !field.is_empty()) {
            grid.put(*number as usize - 1, column, Cell::Text(field.clone()));
        }
    }
    Ok(Workbook {
        sheets: vec![grid],
        encoding: decoded.encoding,
    })
}

/// How many more cells a file may have. Looking at a row counts like a cell, so that time has an end as well.
struct Room(usize);

impl Room {
    fn take(&mut self, cells: usize) -> Result<(), Problem> {
        self.0 = self.0.checked_sub(cells).ok_or(Problem::TooManyCells(MAX_CELLS))?;
        Ok(())
    }

    /// Puts a cell, if there is room for it and for those that it makes in its row and the rows above.
    fn put(&mut self, grid: &mut Grid, row: usize, column: usize, cell: Cell) -> Result<(), Problem> {
        let width = grid.rows.get(row).map_or(0, Vec::len);
        self.take((column + 1).saturating_sub(width) + (row + 1).saturating_sub(grid.rows.len()))?;
        grid.put(row, column, cell);
        Ok(())
    }
}

fn new(bytes: &[u8]) -> Result<Vec<Grid>, Problem> {
    let failed = |error: XlsxError| {
        if matches!(error, XlsxError::Password) {
            Problem::Locked
        } else {
            Problem::NoWorkbook(error.to_string())
        }
    };
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(failed)?;
    let mut grids = Vec::new();
    let mut room = Room(MAX_CELLS);
    for sheet in book.sheets_metadata().to_vec() {
        let mut grid = Grid {
            name: sheet.name.clone(),
            hidden: sheet.visible != SheetVisible::Visible,
            rows: Vec::new(),
        };
        // What is no table (a chart, a macro) has no cells.
        if let Ok(mut reader) = book.worksheet_cells_reader(&sheet.name) {
            while let Some(read) = reader.next_cell().map_err(failed)? {
                let (row, column) = read.get_position();
                let cell = from_ref(read.get_value());
                if cell != Cell::Empty && row < MAX_ROWS && column < MAX_COLUMNS {
                    room.put(&mut grid, row as usize, column as usize, cell)?;
                }
            }
        }
        for merged in book.merge_cells_by_sheet_name(&sheet.name).unwrap_or_default() {
            fill_down(&mut grid, merged.start, merged.end, &mut room)?;
        }
        grids.push(grid);
    }
    Ok(grids)
}

fn old(bytes: &[u8]) -> Result<Vec<Grid>, Problem> {
    let failed = |error: XlsError| {
        if matches!(error, XlsError::Password) {
            Problem::Locked
        } else {
            Problem::NoWorkbook(error.to_string())
        }
    };
    let mut book: Xls<_> = Xls::new(Cursor::new(bytes)).map_err(failed)?;
    let mut grids = Vec::new();
    let mut room = Room(MAX_CELLS);
    for sheet in book.sheets_metadata().to_vec() {
        let mut grid = Grid {
            name: sheet.name.clone(),
            hidden: sheet.visible != SheetVisible::Visible,
            rows: Vec::new(),
        };
        if let Ok(range) = book.worksheet_range(&sheet.name) {
            let (top, left) = range.start().unwrap_or_default();
            for (row, column, data) in range.used_cells() {
                let cell = from_data(data);
                if cell != Cell::Empty {
                    room.put(&mut grid, top as usize + row, left as usize + column, cell)?;
                }
            }
        }
        for merged in book.merge_cells_by_sheet_name(&sheet.name).unwrap_or_default() {
            fill_down(&mut grid, merged.start, merged.end, &mut room)?;
        }
        grids.push(grid);
    }
    Ok(grids)
}

/// What stands in cells that were merged downwards holds for each of their rows that anything else stands in. (Merged to the right
/// they are titles.)
fn fill_down(
    grid: &mut Grid,
    (top, left): (u32, u32),
    (bottom, _): (u32, u32),
    room: &mut Room,
) -> Result<(), Problem> {
    let cell = grid.cell(top as usize, left as usize).clone();
    if cell.is_blank() {
        return Ok(());
    }
    let last = grid.rows.len().min(bottom as usize + 1);
    for row in top as usize + 1..last {
        room.take(1 + grid.rows[row].len())?;
        let is_empty = grid.rows[row].iter().all(Cell::is_blank);
        if !is_empty && grid.cell(row, left as usize).is_blank() {
            room.put(grid, row, left as usize, cell.clone())?;
        }
    }
    Ok(())
}

fn number(number: f64) -> Cell {
    if number.is_finite() {
        Cell::Number(number)
    } else {
        Cell::Error("#NUM!".to_owned())
    }
}

fn day(date: &ExcelDateTime) -> Cell {
    if date.is_duration() || date.as_f64() < 1.0 {
        return number(date.as_f64());
    }
    let (year, month, day, ..) = date.to_ymd_hms_milli();
    Cell::Date(year, month, day)
}

fn words(text: &str) -> Cell {
    // One kind of line break, as in text files.
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    if text.trim().is_empty() {
        Cell::Empty
    } else {
        Cell::Text(text)
    }
}

fn from_ref(data: &DataRef<'_>) -> Cell {
    match data {
        DataRef::Int(value) => number(*value as f64),
        DataRef::Float(value) => number(*value),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => words(text),
        DataRef::SharedString(text) => words(text),
        DataRef::Bool(value) => truth(*value),
        DataRef::DateTime(date) => day(date),
        DataRef::Error(error) => Cell::Error(error.to_string()),
        DataRef::Empty => Cell::Empty,
    }
}

fn from_data(data: &Data) -> Cell {
    match data {
        Data::Int(value) => number(*value as f64),
        Data::Float(value) => number(*value),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => words(text),
        Data::Bool(value) => truth(*value),
        Data::DateTime(date) => day(date),
        Data::Error(error) => Cell::Error(error.to_string()),
        Data::Empty => Cell::Empty,
    }
}

fn truth(value: bool) -> Cell {
    Cell::Text(if value { "是" } else { "否" }.to_owned())
}

#[cfg(test)]
mod tests {
    use rust_xlsxwriter::{Format, Workbook as Writer};

    use super::*;

    #[test]
    fn a_workbook_is_read_as_cells() {
        let mut book = Writer::new();
        let sheet = book.add_worksheet();
        sheet.set_name("名单").unwrap();
        sheet.merge_range(0, 0, 0, 3, "花名册", &Format::new()).unwrap();
        sheet.merge_range(1, 0, 3, 0, "应急局", &Format::new()).unwrap();
        sheet.write_string(1, 1, "张三\r\n").unwrap();
        sheet.write_number(2, 1, 440_608_199_003_071_237.0).unwrap();
        let date = Format::new().set_num_format("yyyy-mm-dd");
        sheet.write_number_with_format(3, 1, 32_937.0, &date).unwrap();
        sheet.write_boolean(3, 2, true).unwrap();
        sheet.write_string(1_000_000, 16_000, "far away").unwrap();
        let bytes = book.save_to_buffer().unwrap();
        let read = open(&bytes, "x", None).unwrap();
        let grid = &read.sheets[0];
        assert_eq!((grid.name.as_str(), grid.hidden, grid.rows.len()), ("名单", false, 4));
        assert_eq!(grid.cell(0, 1), &Cell::Empty, "a title stays one cell");
        for row in 1..4 {
            assert_eq!(grid.cell(row, 0).text(), "应急局");
        }
        assert_eq!(grid.cell(1, 1).text(), "张三");
        assert!(grid.cell(2, 1).has_lost_digits());
        assert_eq!(grid.cell(3, 1), &Cell::Date(1990, 3, 5));
        assert_eq!(grid.cell(3, 2).text(), "是");
    }

    #[test]
    fn an_old_workbook_is_read_the_same_way() {
        let read = open(include_bytes!("../../fixtures/old.xls"), "x", None).unwrap();
        let grid = &read.sheets[0];
        assert_eq!(grid.name, "名单");
        let texts: Vec<String> = (0..4).map(|column| grid.cell(1, column).text()).collect();
        assert_eq!(texts, ["张三", "990101199003071237", "13800000001", "1990-03-07"]);
    }

    #[test]
    fn damage_is_told() {
        let mut book = Writer::new();
        book.add_worksheet().write_string(0, 0, "姓名").unwrap();
        let bytes = book.save_to_buffer().unwrap();
        for length in (8..bytes.len()).step_by(bytes.len() / 40) {
            assert!(
                matches!(open(&bytes[..length], "x", None), Err(Problem::NoWorkbook(_))),
                "cut at {length}"
            );
        }
        assert!(matches!(
            open(b"PK\x03\x04nothing", "x", None),
            Err(Problem::NoWorkbook(_))
        ));
        let mut empty = Writer::new();
        empty.add_worksheet();
        assert!(matches!(
            open(&empty.save_to_buffer().unwrap(), "x", None),
            Err(Problem::Empty)
        ));
    }

    #[test]
    fn a_small_file_takes_no_large_memory() {
        // A merge over all rows, far to the right: ten million cells, if each row got it; in a whole sheet, 500 million.
        let mut book = Writer::new();
        let sheet = book.add_worksheet();
        sheet.write_string(19_999, 0, "y").unwrap();
        sheet.merge_range(0, 511, 19_999, 511, "x", &Format::new()).unwrap();
        let mut grids = new(&book.save_to_buffer().unwrap()).unwrap();
        let grid = grids.pop().unwrap();
        let cells: usize = grid.rows.iter().map(Vec::len).sum();
        assert!(cells <= 2048, "{cells}");
        assert_eq!(
            grid.cell(19_999, 511).text(),
            "x",
            "it holds for the row that something stands in"
        );
    }

    #[test]
    fn what_is_too_much_is_refused_before_it_is_held() {
        let mut grid = Grid::default();
        for row in 0..200 {
            grid.put(row, 0, Cell::Text("y".into()));
        }
        grid.put(0, 99, Cell::Text("x".into()));
        let mut room = Room(10_000);
        assert!(matches!(
            fill_down(&mut grid, (0, 99), (199, 99), &mut room),
            Err(Problem::TooManyCells(_))
        ));
        assert!(grid.rows.iter().map(Vec::len).sum::<usize>() < 12_000);
        let mut room = Room(1_000);
        let heights = (0..10).map(|_| fill_down(&mut grid, (0, 99), (199, 99), &mut room));
        assert!(
            heights.into_iter().any(|it| it.is_err()),
            "many merges over the same rows take time"
        );
    }
}
