//! A workbook into drafts of people: which sheets, which rows, and what the others are.

use std::collections::{BTreeMap, BTreeSet};

use super::super::error::Problem;
use super::super::grid::{Cell, Grid, Workbook, plain};
use super::header::{self, Header};
use super::own;
use super::{Doubt, Fault, Field, Note, Place, id_number, values};

/// A row about somebody, with nothing wrong in it so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Draft {
    /// Where it stands.
    pub(crate) place: Place,
    /// Who it is about.
    pub(crate) id_number: String,
    /// What it says, normalized; nothing where nothing stands.
    pub(crate) values: BTreeMap<Field, String>,
}

/// A sheet that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SheetRead {
    /// Which one, from 0.
    pub(crate) sheet: usize,
    /// Its last header row, from 1.
    pub(crate) header_row: u32,
    /// Where its columns are.
    pub(crate) columns: BTreeMap<Field, usize>,
    /// What its columns are called.
    pub(crate) texts: Vec<String>,
    /// What stands above the header.
    pub(crate) titles: Vec<String>,
    /// Rows about somebody.
    pub(crate) people: u32,
}

/// What was read of a workbook.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Reading {
    /// The sheets with a roster.
    pub(crate) sheets: Vec<SheetRead>,
    /// Rows without a fault.
    pub(crate) drafts: Vec<Draft>,
    /// What is wrong in the others.
    pub(crate) faults: Vec<Fault>,
    /// What the user should know.
    pub(crate) notes: Vec<Note>,
    /// Why the file may not be all of the roster.
    pub(crate) doubts: Vec<Doubt>,
}

impl Reading {
    /// Rows about somebody: drafts, and rows with faults.
    pub(crate) fn people(&self) -> usize {
        self.sheets.iter().map(|sheet| sheet.people as usize).sum()
    }

    /// The sheet's columns.
    pub(crate) fn sheet(&self, sheet: usize) -> Option<&SheetRead> {
        self.sheets.iter().find(|read| read.sheet == sheet)
    }
}

/// Reads every sheet with the header of a roster, or the one of this name.
pub(crate) fn read(book: &Workbook, only: Option<&str>) -> Result<Reading, Problem> {
    let names = || book.sheets.iter().map(|grid| grid.name.clone()).collect::<Vec<_>>();
    if let Some(name) = only
        && !book.sheets.iter().any(|grid| grid.name.trim() == name.trim())
    {
        return Err(Problem::NoSuchSheet {
            name: name.to_owned(),
            sheets: names(),
        });
    }
    let mut reading = Reading::default();
    let mut not_taken: Vec<String> = Vec::new();
    let mut asides = Vec::new();
    let mut first_phones = Vec::new();
    for (index, grid) in book.sheets.iter().enumerate() {
        if grid.is_empty() {
            continue;
        }
        if only.is_some_and(|name| grid.name.trim() != name.trim()) {
            if !own::is_own(grid) {
                reading.doubts.push(Doubt::NotAsked(grid.name.clone()));
            }
            continue;
        }
        let Some(header) = header::find(grid)? else {
            reading.notes.push(Note::NoHeader(grid.name.clone()));
            if !own::is_own(grid) {
                reading.doubts.push(Doubt::Sheet(grid.name.clone()));
            }
            continue;
        };
        if grid.hidden {
            reading.notes.push(Note::Hidden(grid.name.clone()));
        }
        for text in header.not_taken() {
            if !not_taken.iter().any(|known| known == text) {
                not_taken.push(text.to_owned());
            }
        }
        let mut walk = Walk {
            grid,
            header: &header,
            index,
            lost: lost_digits(grid, &header),
            reading: &mut reading,
            asides: &mut asides,
            first_phones: &mut first_phones,
        };
        let people = walk.rows();
        if !header.columns.contains_key(&Field::Category) && people > 0 {
            reading.notes.push(Note::NoCategory(grid.name.clone()));
        }
        let titles = (0..header.rows.start)
            .flat_map(|row| grid.rows[row].iter().map(Cell::text))
            .filter(|text| !text.is_empty())
            .collect();
        reading.sheets.push(SheetRead {
            sheet: index,
            header_row: u32::try_from(header.rows.end).unwrap_or(u32::MAX),
            columns: header.columns,
            texts: header.texts,
            titles,
            people,
        });
    }
    if reading.sheets.is_empty() {
        return Err(Problem::NoRoster { sheets: names() });
    }
    if reading.people() == 0 {
        return Err(Problem::NoRows);
    }
    if !not_taken.is_empty() {
        reading.notes.push(Note::NotTaken(not_taken));
    }
    if !asides.is_empty() {
        reading.notes.push(Note::Asides(asides));
    }
    if !first_phones.is_empty() {
        reading.notes.push(Note::FirstPhone(first_phones));
    }
    locate(&mut reading.faults, book, &reading.sheets);
    Ok(reading)
}

/// Gives faults their column and value.
pub(super) fn locate(faults: &mut [Fault], book: &Workbook, sheets: &[SheetRead]) {
    for fault in faults.iter_mut().filter(|fault| fault.column.is_none()) {
        let read = sheets.iter().find(|read| read.sheet == fault.place.sheet);
        let column = fault.field.and_then(|field| {
            let columns = &read?.columns;
            columns
                .get(&field)
                // A unit may stand in either column.
                .or_else(|| (field == Field::Unit).then(|| columns.get(&Field::UnitCode)).flatten())
                .copied()
        });
        fault.column = column;
        if let Some(column) = column
            && fault.value.is_empty()
        {
            let grid = &book.sheets[fault.place.sheet];
            fault.value = grid.cell(fault.place.row as usize - 1, column).text();
        }
    }
}

/// Whether a spreadsheet has rounded ID numbers of this sheet that are text now: one of them ends in 000 and is wrong. Then
/// those that end in 000 and happen to be right are no better.
fn lost_digits(grid: &Grid, header: &Header) -> bool {
    let Some(column) = header.columns.get(&Field::IdNumber) else {
        return false;
    };
    (header.rows.end..grid.rows.len()).any(|row| {
        let cell = grid.cell(row, *column);
        matches!(cell, Cell::Text(_)) && cell.text().ends_with("000") && id_number::read(cell).is_err()
    })
}

struct Walk<'a> {
    grid: &'a Grid,
    header: &'a Header,
    index: usize,
    lost: bool,
    reading: &'a mut Reading,
    asides: &'a mut Vec<(Place, String)>,
    first_phones: &'a mut Vec<Place>,
}

/// What a row is.
enum About {
    Nothing,
    Somebody,
    Example,
    /// A title, a sum, who filled it in; and whether something stands in the column of names.
    Aside(String, bool),
}

/// Words for sums.
const SUMS: [&str; 4] = ["合计", "总计", "小计", "共计"];

/// How rows below the people begin.
const FOOTERS: [&str; 30] = [
    "填报人",
    "填表人",
    "制表",
    "填报单位",
    "填表单位",
    "审核",
    "审批",
    "经办人",
    "负责人",
    "联系人",
    "单位负责人",
    "分管领导",
    "主要领导",
    "单位盖章",
    "单位(盖章)",
    "单位公章",
    "(盖章",
    "(公章",
    "盖章",
    "填表日期",
    "填报日期",
    "填报时间",
    "填表时间",
    "填表说明",
    "合计",
    "总计",
    "小计",
    "共计",
    "说明",
    "备注",
];

impl Walk<'_> {
    fn rows(&mut self) -> u32 {
        let mut people = 0;
        for row in self.header.rows.end..self.grid.rows.len() {
            let place = Place {
                sheet: self.index,
                row: u32::try_from(row + 1).unwrap_or(u32::MAX),
            };
            match self.about(row) {
                About::Nothing => {}
                About::Example => self.reading.notes.push(Note::Example(place)),
                About::Aside(text, beside_names) => {
                    if beside_names {
                        self.reading.doubts.push(Doubt::Row(place, text.clone()));
                    }
                    self.asides.push((place, text));
                }
                About::Somebody => {
                    people += 1;
                    self.person(place);
                }
            }
        }
        people
    }

    fn person(&mut self, place: Place) {
        let read = values::read(self.grid, self.header, place, self.lost);
        if read.several_phones {
            self.first_phones.push(place);
        }
        if read.faults.is_empty() {
            self.reading.drafts.push(Draft {
                place,
                id_number: read.id_number,
                values: read.values,
            });
        } else {
            self.reading.faults.extend(read.faults);
        }
    }

    fn about(&self, row: usize) -> About {
        let filled: Vec<(usize, String)> = self.grid.rows[row]
            .iter()
            .enumerate()
            .filter(|(_, cell)| !cell.is_blank())
            .map(|(column, cell)| (column, cell.text()))
            .collect();
        let Some((_, first)) = filled.first() else {
            return About::Nothing;
        };
        if self.header.is_repeated(self.grid, row) {
            return About::Nothing;
        }
        let in_field = |field: Field| {
            let column = self.header.columns.get(&field);
            filled.iter().find(|(at, _)| Some(at) == column).map(|(_, text)| text)
        };
        let id = in_field(Field::IdNumber).map(|text| id_number::tidy(text));
        if let Some(id) = &id
            && id.chars().filter(char::is_ascii_digit).count() >= 6
        {
            let is_example = id.starts_with("990101") && filled.iter().any(|(_, text)| plain(text).starts_with("示例"));
            return if is_example { About::Example } else { About::Somebody };
        }
        if self.is_somebody(&filled) {
            return About::Somebody;
        }
        // What stands in the column of names and is neither read nor a number of people may be somebody.
        let is_count = |text: &String| {
            let text = opening(text);
            let rest = text
                .trim_start_matches('共')
                .trim_start_matches(|c: char| c.is_ascii_digit());
            matches!(rest, "" | "人" | "名" | "位" | "个" | "合计" | "总计" | "小计" | "共计")
        };
        let several_labels = is_labelled(first) && in_field(Field::Name) != Some(first);
        let is_known = |text: &String| is_count(text) || (several_labels && is_labelled(text));
        let beside_names = in_field(Field::Name).is_some_and(|text| !is_known(text));
        let aside = |text: &String| About::Aside(text.clone(), beside_names);
        if is_footer(first) {
            return aside(first);
        }
        // Which unit or department the rows below belong to, or a number that was filled in beforehand.
        let around: BTreeSet<usize> = [Field::Unit, Field::UnitCode, Field::Department]
            .iter()
            .filter_map(|field| self.header.columns.get(field).copied())
            .collect();
        let taken: BTreeSet<usize> = self
            .header
            .columns
            .values()
            .chain(&self.header.phones)
            .copied()
            .collect();
        let is_taken = |at: &usize| taken.contains(at) && !around.contains(at);
        if !filled.iter().any(|(at, _)| is_taken(at)) {
            let numbers_only = filled.iter().all(|(_, text)| text.parse::<f64>().is_ok());
            return if numbers_only { About::Nothing } else { aside(first) };
        }
        // A heading that begins in the column of names is nobody's name.
        if let [(_, only)] = filled.as_slice()
            && in_field(Field::Name).is_some()
            && only.chars().count() > 1
        {
            return aside(only);
        }
        About::Somebody
    }

    /// Whether the row is about somebody for certain, though it has no ID number: a name can be read, or a digit and a word of
    /// a person stand where they belong.
    fn is_somebody(&self, filled: &[(usize, String)]) -> bool {
        let in_field = |field: Field| {
            let column = self.header.columns.get(&field);
            filled.iter().find(|(at, _)| Some(at) == column).map(|(_, text)| text)
        };
        let name = in_field(Field::Name);
        let digits = |text: &String| text.chars().filter(char::is_ascii_digit).count();
        let is_label = |text: &String| FOOTERS.contains(&opening(text).trim_matches(['(', ')', ':']));
        let has_name = name.is_some_and(|text| {
            let can_be_read = super::name::read(&Cell::Text(text.clone())).is_ok();
            (can_be_read && !is_label(text)) || (digits(text) >= 6 && !is_labelled(text))
        });
        if has_name {
            return true;
        }
        let Some((_, first)) = filled.first() else {
            return false;
        };
        let says = |field: Field, reads: &dyn Fn(&str) -> bool| in_field(field).is_some_and(|text| reads(text));
        let says_what = says(Field::Category, &|text| super::words::category(text).is_some())
            || says(Field::Political, &|text| super::words::political(text).is_some())
            || says(Field::PartyMember, &|text| super::words::tick(text).is_some());
        // Below a label with its colon, and in a sum, anything may stand in any column, but not what a person is.
        if is_sum(first) {
            return false;
        }
        if is_labelled(first) {
            return says_what;
        }
        let people = [Field::IdNumber, Field::Category, Field::Political, Field::PartyMember];
        let has_phone = filled.iter().any(|(at, _)| self.header.phones.contains(at));
        has_phone || people.into_iter().any(|field| in_field(field).is_some()) || (is_footer(first) && filled.len() > 2)
    }
}

/// How a row begins, without spaces.
fn opening(text: &str) -> String {
    plain(text).chars().filter(|c| !c.is_whitespace()).collect()
}

/// 共 12 人, 合计, 合计：12: a sum, and no department.
fn is_sum(text: &str) -> bool {
    let opening = opening(text);
    let counts = |rest: &str| {
        let rest = rest.trim_matches(|c: char| c.is_ascii_digit() || "人名位个共():".contains(c));
        rest.is_empty() || rest.starts_with(':')
    };
    let is_count = opening.starts_with('共') && opening.contains(|c: char| c.is_ascii_digit());
    is_count || SUMS.iter().any(|sum| opening.strip_prefix(sum).is_some_and(counts))
}

/// 审核： is a footer; 审核股 may be a department.
fn is_labelled(text: &str) -> bool {
    let opening = opening(text);
    let opening = opening.trim_start_matches('(');
    FOOTERS.iter().any(|footer| {
        let rest = opening.strip_prefix(footer);
        rest.is_some_and(|rest| rest.trim_start_matches(['人', '(', ')']).starts_with(':'))
    })
}

/// Whether a row that nobody stands in begins as footers do.
fn is_footer(text: &str) -> bool {
    let opening = opening(text);
    let is_remark = opening.starts_with('注') && opening.chars().nth(1).is_none_or(|c| ":.1、".contains(c));
    is_sum(text) || is_remark || FOOTERS.iter().any(|footer| opening.starts_with(footer))
}
