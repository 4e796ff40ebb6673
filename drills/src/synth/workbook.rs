//! A workbook as a district collects it from its agencies (`domain.md` §7): sheets, titles and footers of all kinds, and rows with
//! everything that goes wrong in them. What is wrong where is known, so that a reader of rosters can be held to it.

use baiying_proto::v1::UnitRow;
use rand::RngExt as _;
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use super::identity::{Ages, IdNumbers};
use super::names::Names;
use super::{agencies, phone};
use crate::seed::{Random, Seeds};

/// How to generate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WorkbookOptions {
    /// The same seed gives the same people and the same dirt.
    pub seed: u64,
    /// Agencies.
    pub agencies: u32,
    /// People of each of them.
    pub people: u32,
    /// Share of the rows that are dirty, 0 to 1.
    pub dirty: f64,
    /// Whether the dirty rows have been corrected: the same people, everything right.
    pub corrected: bool,
}

impl Default for WorkbookOptions {
    fn default() -> Self {
        Self {
            seed: 1,
            agencies: 60,
            people: 200,
            dirty: 0.03,
            corrected: false,
        }
    }
}

/// A row that must be refused.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct WrongCell {
    /// The sheet.
    pub sheet: String,
    /// The row, from 1.
    pub row: u32,
    /// The column's name of the wire.
    pub field: &'static str,
    /// The word of the command line for what is wrong.
    pub problem: &'static str,
}

/// A workbook and what is in it.
#[derive(Debug, Clone, PartialEq)]
pub struct MessyWorkbook {
    /// The file, xlsx.
    pub bytes: Vec<u8>,
    /// The agencies and the district above them.
    pub units: Vec<UnitRow>,
    /// Rows about somebody.
    pub rows: u32,
    /// Rows about somebody who stands in another row as well, and says nothing else there.
    pub merged: u32,
    /// What is wrong, sheet by sheet.
    pub wrong: Vec<WrongCell>,
    /// Teams that the last sheet names, and their members.
    pub teams: (u32, u32),
}

/// The district.
const DISTRICT: (&str, &str) = ("440608", "高明区");
/// Agencies that have a sheet of their own: the others share one by eights.
const OWN_SHEET: usize = 12;
const SHARED: usize = 8;

/// What can be wrong with a row: the column, and what the command line calls it.
const WRONGS: [(&str, &str); 14] = [
    ("id_number", "digits-lost"),
    ("id_number", "digits-lost"),
    ("id_number", "check-digit"),
    ("id_number", "id-form"),
    ("id_number", "id-old"),
    ("id_number", "missing"),
    ("name", "missing"),
    ("phone", "no-phone"),
    ("sex", "sex-contradicts"),
    ("birth_date", "birth-contradicts"),
    ("birth_date", "no-date"),
    ("category", "unknown-word"),
    ("unit", "unknown-unit"),
    ("phone", "contradicts"),
];
const AS_NUMBER: usize = 0;
const UNIT: usize = 12;
const CONTRADICTION: usize = 13;

struct Person {
    unit: usize,
    name: String,
    id: String,
    phone: String,
    wrong: Option<usize>,
}

struct Writer {
    options: WorkbookOptions,
    book: Workbook,
    units: Vec<UnitRow>,
    rows: u32,
    wrong: Vec<WrongCell>,
    /// Rows of the sheet that follows the others, each contradicting an earlier one.
    contradicted: Vec<(usize, String, u32)>,
    random: Random,
}

/// Generates a workbook.
///
/// # Errors
/// If it cannot be written, which memory always can.
pub fn messy_workbook(options: WorkbookOptions) -> Result<MessyWorkbook, XlsxError> {
    let seeds = Seeds::new(options.seed);
    let mut units = vec![unit(DISTRICT.0, DISTRICT.1, "", "district")];
    for (number, (name, _)) in (1..).zip(agencies::names(options.agencies as usize)) {
        let code = format!("{}-A{number:02}", DISTRICT.0);
        units.push(unit(&code, &format!("{}{name}", DISTRICT.1), DISTRICT.0, "agency"));
    }
    let people = people(options, seeds);
    let mut writer = Writer {
        options,
        book: Workbook::new(),
        units,
        rows: 0,
        wrong: Vec::new(),
        contradicted: Vec::new(),
        random: seeds.child("workbook/manners"),
    };
    let cover = writer.book.add_worksheet();
    cover.set_name("封面")?;
    cover.write_string(3, 1, "机关应急队花名册汇总")?;
    cover.write_string(5, 1, "请各单位于周五前报送")?;
    let agencies = options.agencies as usize;
    let own = OWN_SHEET.min(agencies);
    for agency in 0..own {
        writer.sheet(&people, agency..agency + 1)?;
    }
    for first in (own..agencies).step_by(SHARED) {
        writer.sheet(&people, first..(first + SHARED).min(agencies))?;
    }
    let teams = writer.teams(&people)?;
    writer.more(&people)?;
    writer.wrong.sort();
    Ok(MessyWorkbook {
        bytes: writer.book.save_to_buffer()?,
        units: writer.units,
        rows: writer.rows,
        merged: teams.1,
        wrong: writer.wrong,
        teams,
    })
}

fn unit(code: &str, name: &str, parent: &str, kind: &str) -> UnitRow {
    UnitRow {
        row: 0,
        code: code.to_owned(),
        name: name.to_owned(),
        parent_code: parent.to_owned(),
        kind: kind.to_owned(),
    }
}

fn people(options: WorkbookOptions, seeds: Seeds) -> Vec<Person> {
    let (names, mut ids) = (Names::new(), IdNumbers::new());
    let mut random = seeds.child("workbook/people");
    let ages = Ages {
        mean: 41.0,
        deviation: 9.5,
        min: 22.0,
        max: 60.0,
    };
    let share = if options.dirty.is_finite() {
        options.dirty.clamp(0.0, 1.0)
    } else {
        0.0
    };
    let mut people = Vec::new();
    let mut next = 0;
    for unit in 0..options.agencies as usize {
        for _ in 0..options.people {
            let male = random.random_bool(0.6);
            let id = ids.draw(ages, male, &mut random).0;
            let name = names.draw(male, &mut random);
            let mut phone = phone::draw(None, &mut random);
            let wrong = random.random_bool(share).then(|| {
                // In turn, so that every kind occurs.
                next += 1;
                (next - 1) % WRONGS.len()
            });
            // A sheet of its own has no column for the unit.
            let wrong = wrong.filter(|wrong| *wrong != UNIT || unit >= OWN_SHEET);
            if wrong == Some(CONTRADICTION) && phone.is_empty() {
                phone = "13800000000".to_owned();
            }
            people.push(Person {
                unit,
                name,
                id,
                phone,
                wrong,
            });
        }
    }
    people
}

/// The columns: 序号, 单位 (in shared sheets), 姓名, 性别, 出生日期, 身份证号, 民族, 政治面貌, 编制类型, 在岗情况, 联系电话, 备注.
const HEADERS: [&str; 12] = [
    "序号",
    "单位",
    "姓  名",
    "性别",
    "出生年月",
    "身份证号码",
    "民族",
    "政治面貌",
    "编制类型",
    "在岗情况",
    "联系电话",
    "备注",
];

impl Writer {
    /// A sheet of one agency, named after it, or of several with a column for them.
    fn sheet(&mut self, people: &[Person], of: std::ops::Range<usize>) -> Result<(), XlsxError> {
        let is_shared = of.len() > 1;
        let full = self.units[of.start + 1].name.clone();
        let short = full.trim_start_matches(DISTRICT.1).to_owned();
        let name = if is_shared {
            format!("汇总{}", of.start)
        } else {
            short
        };
        let mut sheet = Worksheet::new();
        sheet.set_name(&name)?;
        let title = if is_shared {
            "高明区机关应急队花名册".to_owned()
        } else {
            format!("{full}机关应急队花名册")
        };
        sheet.merge_range(0, 0, 0, 11, &title, &Format::new())?;
        sheet.write_string(1, 0, "填报日期：2026年6月30日")?;
        let mut at = 2;
        self.header(&mut sheet, at, is_shared)?;
        at += if is_shared { 1 } else { 2 };
        sheet.set_column_hidden(6)?;
        let mut number = 0;
        for unit in of {
            if is_shared {
                sheet.write_string(at, 0, format!("{}、{}", number + 1, self.units[unit + 1].name))?;
                at += 1;
            }
            for person in people.iter().filter(|person| person.unit == unit) {
                number += 1;
                self.person(&mut sheet, &name, at, number, person, is_shared)?;
                at += 1;
                if self.random.random_bool(0.01) {
                    at += 1;
                }
                if number % 50 == 0 {
                    self.header(&mut sheet, at, is_shared)?;
                    at += if is_shared { 1 } else { 2 };
                }
            }
        }
        sheet.write_string(at, 0, "合计")?;
        sheet.write_number(at, 1, number)?;
        sheet.write_string(at + 2, 0, "填报人：王某")?;
        sheet.write_string(at + 2, 2, "审核人：李某")?;
        sheet.write_string(at + 2, 10, "13800000000")?;
        sheet.write_string(at + 3, 1, "（单位盖章）")?;
        self.book.push_worksheet(sheet);
        Ok(())
    }

    /// One row, or two with a heading over several columns.
    fn header(&mut self, sheet: &mut Worksheet, at: u32, is_shared: bool) -> Result<(), XlsxError> {
        for (column, header) in (0_u16..).zip(HEADERS) {
            if column == 1 && !is_shared {
                continue;
            }
            let grouped = !is_shared && (3..=9).contains(&column);
            sheet.write_string(if grouped { at + 1 } else { at }, column, header)?;
        }
        if !is_shared {
            sheet.merge_range(at, 3, at, 9, "基本情况", &Format::new())?;
        }
        Ok(())
    }

    fn person(
        &mut self,
        sheet: &mut Worksheet,
        name: &str,
        at: u32,
        number: u32,
        person: &Person,
        is_shared: bool,
    ) -> Result<(), XlsxError> {
        self.rows += 1;
        let wrong = person.wrong.filter(|_| !self.options.corrected);
        if let Some(wrong) = wrong {
            let (field, problem) = WRONGS[wrong];
            self.wrong.push(WrongCell {
                sheet: name.to_owned(),
                row: at + 1,
                field,
                problem,
            });
        }
        if person.wrong == Some(CONTRADICTION) {
            self.contradicted.push((person.unit, person.id.clone(), at));
        }
        let is = |index: usize| wrong == Some(index);
        sheet.write_number(at, 0, number)?;
        if is_shared {
            let unit = &self.units[person.unit + 1].name;
            let unit = if is(UNIT) {
                "高明区外星事务局".to_owned()
            } else {
                unit.clone()
            };
            sheet.write_string(at, 1, unit)?;
        }
        if !is(6) {
            sheet.write_string(at, 2, self.name(&person.name))?;
        }
        let male = (person.id.as_bytes()[16] - b'0') % 2 == 1;
        sheet.write_string(at, 3, if male == is(8) { "女" } else { "男" })?;
        self.birth(sheet, at, person, wrong)?;
        match wrong {
            Some(AS_NUMBER) => {
                let digits: f64 = person.id[..17].parse().unwrap_or_default();
                sheet.write_number(at, 5, digits * 10.0)?;
            }
            Some(1) => {
                sheet.write_string(at, 5, "9.90101E+17")?;
            }
            Some(2) => {
                let last = if person.id.ends_with('7') { '8' } else { '7' };
                sheet.write_string(at, 5, format!("{}{last}", &person.id[..17]))?;
            }
            Some(3) => {
                sheet.write_string(at, 5, &person.id[..17])?;
            }
            Some(4) => {
                sheet.write_string(at, 5, format!("{}{}", &person.id[..6], &person.id[8..17]))?;
            }
            Some(5) => {}
            _ => {
                sheet.write_string(at, 5, self.id(&person.id))?;
            }
        }
        sheet.write_string(at, 6, "汉族")?;
        let of_id = usize::from(person.id.as_bytes()[15] - b'0');
        let political = [
            "中共党员",
            "党员",
            "群众",
            "预备党员",
            "共青团员",
            "01",
            "民盟盟员",
            "13",
            "中共党员 ",
            "无党派人士",
        ];
        sheet.write_string(at, 7, political[of_id])?;
        let category = [
            "公务员",
            "在编",
            "事业编",
            "参公",
            "劳务派遣",
            "合同工",
            "工勤",
            "政府雇员",
            "在编在岗",
            "行政",
        ];
        sheet.write_string(at, 8, if is(11) { "火星编制" } else { category[of_id] })?;
        let standing = ["在岗", "", "在岗", "借调", "", "在岗", "病假", "在岗", "在岗", "退休"];
        sheet.write_string(at, 9, standing[of_id])?;
        if is(7) {
            sheet.write_string(at, 10, "1380000000")?;
        } else {
            self.phone(sheet, at, &person.phone)?;
        }
        Ok(())
    }

    fn name(&mut self, name: &str) -> String {
        let mut chars = name.chars();
        match (chars.next(), chars.next(), chars.next()) {
            (Some(first), Some(second), None) => match self.random.random_range(0..3) {
                0 => format!("{first}\u{3000}{second}"),
                1 => format!("{first}  {second}"),
                _ => name.to_owned(),
            },
            _ if name.contains('·') && self.random.random_bool(0.5) => name.replace('·', "•"),
            _ => name.to_owned(),
        }
    }

    fn id(&mut self, id: &str) -> String {
        match self.random.random_range(0..12) {
            0 => format!("'{id}"),
            1 => format!("{id}\t"),
            2 => id.to_lowercase(),
            3 => format!(" {id}\u{a0}"),
            4 => wide(id),
            _ => id.to_owned(),
        }
    }

    fn birth(
        &mut self,
        sheet: &mut Worksheet,
        at: u32,
        person: &Person,
        wrong: Option<usize>,
    ) -> Result<(), XlsxError> {
        let number = |from: usize, to: usize| person.id[from..to].parse::<u32>().unwrap_or_default();
        let (year, month, day) = (number(6, 10), number(10, 12), number(12, 14));
        match wrong {
            Some(9) => {
                sheet.write_string(at, 4, format!("{}.{month:02}", year - 1))?;
            }
            Some(10) => {
                sheet.write_string(at, 4, "不详")?;
            }
            _ => match self.random.random_range(0..8) {
                0 => {
                    sheet.write_string(at, 4, format!("{year}.{month:02}"))?;
                }
                1 => {
                    sheet.write_string(at, 4, format!("{year}年{month}月{day}日"))?;
                }
                2 => {
                    sheet.write_string(at, 4, format!("{year}-{month}-{day}"))?;
                }
                3 => {
                    sheet.write_number(at, 4, year * 10_000 + month * 100 + day)?;
                }
                4 => {
                    sheet.write_number(at, 4, f64::from(year) + f64::from(month) / 100.0)?;
                }
                5 => {
                    sheet.write_string(at, 4, format!("{year}年{month}月"))?;
                }
                6 => {
                    let format = Format::new().set_num_format("yyyy/mm/dd");
                    let date = rust_xlsxwriter::ExcelDateTime::from_ymd(year as u16, month as u8, day as u8)?;
                    sheet.write_datetime_with_format(at, 4, &date, &format)?;
                }
                _ => {}
            },
        }
        Ok(())
    }

    fn phone(&mut self, sheet: &mut Worksheet, at: u32, phone: &str) -> Result<(), XlsxError> {
        if phone.is_empty() {
            return Ok(());
        }
        let (a, b, c) = (&phone[..3], &phone[3..7], &phone[7..]);
        match self.random.random_range(0..8) {
            0 => {
                sheet.write_number(at, 10, phone.parse::<f64>().unwrap_or_default())?;
            }
            1 => {
                sheet.write_string(at, 10, format!("{a} {b} {c}"))?;
            }
            2 => {
                sheet.write_string(at, 10, format!("{a}-{b}-{c}"))?;
            }
            3 => {
                sheet.write_string(at, 10, format!("+86{phone}"))?;
            }
            4 => {
                sheet.write_string(at, 10, wide(phone))?;
            }
            5 => {
                sheet.write_string(at, 10, format!("{phone}/0757-88231234"))?;
            }
            _ => {
                sheet.write_string(at, 10, phone)?;
            }
        }
        Ok(())
    }

    /// The teams on a sheet of their own: people who stand in another sheet already.
    fn teams(&mut self, people: &[Person]) -> Result<(u32, u32), XlsxError> {
        let mut sheet = Worksheet::new();
        sheet.set_name("应急队名单")?;
        for (column, header) in (0_u16..).zip(["单位", "姓名", "身份证号", "队内职务", "A/B角"]) {
            sheet.write_string(0, column, header)?;
        }
        let mut at = 1;
        for unit in 0..self.options.agencies as usize {
            let good = people
                .iter()
                .filter(|person| person.unit == unit && person.wrong.is_none());
            let required = self.options.people.div_ceil(5) as usize;
            for (index, person) in good.take(required).enumerate() {
                sheet.write_string(at, 0, &self.units[unit + 1].code)?;
                sheet.write_string(at, 1, &person.name)?;
                sheet.write_string(at, 2, &person.id)?;
                sheet.write_string(at, 3, ["队长", "副队长"].get(index).copied().unwrap_or("队员"))?;
                sheet.write_string(at, 4, if index % 2 == 0 { "A角" } else { "B角" })?;
                at += 1;
            }
        }
        self.rows += at - 1;
        self.book.push_worksheet(sheet);
        Ok((self.options.agencies, at - 1))
    }

    /// 补充名单: people once more, with another phone number. Corrected, it is gone.
    fn more(&mut self, people: &[Person]) -> Result<(), XlsxError> {
        if self.options.corrected || self.contradicted.is_empty() {
            return Ok(());
        }
        let name = "补充名单";
        let mut sheet = Worksheet::new();
        sheet.set_name(name)?;
        for (column, header) in (0_u16..).zip(["姓名", "身份证号", "单位代码", "手机"]) {
            sheet.write_string(0, column, header)?;
        }
        for (at, (unit, id, _)) in (1..).zip(std::mem::take(&mut self.contradicted)) {
            let person = people.iter().find(|person| person.id == id);
            sheet.write_string(at, 0, person.map_or("", |person| person.name.as_str()))?;
            sheet.write_string(at, 1, id)?;
            sheet.write_string(at, 2, &self.units[unit + 1].code)?;
            sheet.write_string(at, 3, "19900000001")?;
            self.rows += 1;
            let (field, problem) = WRONGS[CONTRADICTION];
            self.wrong.push(WrongCell {
                sheet: name.to_owned(),
                row: at + 1,
                field,
                problem,
            });
        }
        self.book.push_worksheet(sheet);
        Ok(())
    }
}

/// In full-width characters.
fn wide(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c.is_ascii_graphic() {
                char::from_u32(c as u32 + 0xfee0).unwrap_or(c)
            } else {
                c
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_kind_of_dirt_occurs_and_the_seed_repeats_it() {
        let options = WorkbookOptions::default();
        let one = messy_workbook(options).unwrap();
        let kinds: BTreeSet<_> = one.wrong.iter().map(|wrong| (wrong.field, wrong.problem)).collect();
        assert_eq!(kinds, BTreeSet::from(WRONGS));
        let share = one.wrong.len() as f64 / 12_000.0;
        assert!((0.02..0.04).contains(&share), "{share}");
        assert_eq!(messy_workbook(options).unwrap().wrong, one.wrong);
        let corrected = messy_workbook(WorkbookOptions {
            corrected: true,
            ..options
        });
        let corrected = corrected.unwrap();
        assert_eq!(
            (corrected.wrong.len(), corrected.merged, corrected.teams),
            (0, one.merged, one.teams)
        );
    }
}
