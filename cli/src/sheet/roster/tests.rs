//! Workbooks as agencies send them.

use rust_xlsxwriter::{Format, Workbook as Writer};

use super::*;
use crate::i18n::Lang;
use crate::sheet::error::Problem;
use crate::sheet::open;

fn units() -> Units {
    let unit = |code: &str, name: &str, parent: &str| Unit {
        code: code.into(),
        name: name.into(),
        parent: parent.into(),
    };
    Units::new([
        unit("440608", "高明区", ""),
        unit("A01", "高明区应急管理局", "440608"),
        unit("A02", "高明区水利局", "440608"),
        unit("440608001201", "沧江社区", "440608"),
    ])
}

fn csv(text: &str, top: &str) -> Settled {
    let book = open(text.as_bytes(), "花名册", None).unwrap();
    read(&book, None).unwrap().settle(&book, &units(), top)
}

fn faults(settled: &Settled) -> Vec<(u32, &str, Kind)> {
    let name = |field: Option<Field>| field.map_or("", Field::word);
    settled
        .faults
        .iter()
        .map(|fault| (fault.place.row, name(fault.field), fault.kind))
        .collect()
}

#[test]
fn a_sheet_with_everything_around_it() {
    let text = "高明区应急管理局机关应急队花名册,,,,,,,\n\
        ,,,,,,,\n\
        序号,姓　名,性别,身份证号码,基本情况,,联系电话,队内职务\n\
        ,,,,政治面貌,编制类型,,\n\
        一、办公室,,,,,,,\n\
        1,张　三,男,990101199003071237,党员,公务员,138 0000 0001,队长\n\
        2,李四,女,'990101198512310043,群众,劳务派遣,13800000002/88231234,\n\
        ,,,,,,,\n\
        序号,姓　名,性别,身份证号码,基本情况,,联系电话,队内职务\n\
        ,,,,政治面貌,编制类型,,\n\
        3,买买提•阿不都,女,99010119900101102x,团员,事业编,+8613800000003,队员\n\
        4,,,,,,,\n\
        合计,3人,,,,,,\n\
        填报人：王五,,审核人：赵六,,填表日期：2026年3月1日,,13800000009,\n";
    let settled = csv(text, "440608");
    assert_eq!(faults(&settled), []);
    assert_eq!(settled.people, 3);
    let rows: Vec<_> = settled
        .rows
        .iter()
        .map(|row| {
            (
                row.name.as_str(),
                row.id_number.as_str(),
                row.phone.as_str(),
                row.political.as_str(),
                row.category.as_str(),
                row.unit_code.as_str(),
            )
        })
        .collect();
    assert_eq!(
        rows,
        [
            (
                "张三",
                "990101199003071237",
                "13800000001",
                "party-member",
                "staff",
                "A01"
            ),
            ("李四", "990101198512310043", "13800000002", "other", "contract", "A01"),
            (
                "买买提·阿不都",
                "99010119900101102X",
                "13800000003",
                "league-member",
                "staff",
                "A01"
            ),
        ]
    );
    let roles: Vec<_> = settled
        .members
        .iter()
        .map(|member| (member.role.as_str(), member.unit.as_str()))
        .collect();
    assert_eq!(roles, [("leader", "A01"), ("member", "A01")]);
    assert!(
        settled
            .notes
            .contains(&Note::FirstPhone(vec![Place { sheet: 0, row: 7 }]))
    );
    assert!(
        settled
            .notes
            .iter()
            .any(|note| matches!(note, Note::Asides(rows) if rows.len() == 3)),
        "{:?}",
        settled.notes
    );
    assert!(settled.notes.iter().any(|note| matches!(note, Note::UnitFrom { .. })));
}

#[test]
fn what_is_wrong_is_named_with_its_place() {
    let text = "姓名,身份证号,性别,出生日期,单位,编制类型,在岗情况,联系电话\n\
        张三,990101199003071238,男,1990.03,应急管理局,在编,在岗,13800000001\n\
        李四,990101198512310043,男,1985年12月,应急管理局,在编,在岗,13800000002\n\
        王五,99010119900101102X,女,1991-01-01,应急管理局,在编,在岗,13800000003\n\
        ,990101199003071237,男,,水务局,外星人,休眠,1380\n\
        赵六,4.40608E+17,男,,应急管理局,,,\n";
    let settled = csv(text, "440608");
    assert_eq!(
        faults(&settled),
        [
            (2, "id_number", Kind::CheckDigit),
            (3, "sex", Kind::Sex),
            (4, "birth_date", Kind::Birth),
            (5, "name", Kind::Missing),
            (5, "category", Kind::Word),
            (5, "standing", Kind::Word),
            (5, "phone", Kind::Phone),
            (6, "id_number", Kind::DigitsLost),
            (6, "category", Kind::Missing),
        ]
    );
    assert_eq!((settled.people, settled.bad_rows(), settled.rows.len()), (5, 5, 0));
    let birth = &settled.faults[2];
    assert_eq!(
        (birth.column, birth.value.as_str(), birth.detail.as_str()),
        (Some(3), "1991-01-01", "1990-01-01")
    );
    let words = settled.faults[1].what(Lang::ZhCn, &[]);
    assert!(words.contains('女'), "{words}");
}

#[test]
fn units_that_nobody_knows_are_told_with_those_that_are_near() {
    let text = "姓名,身份证号,单位\n张三,990101199003071237,高明区水务局\n李四,990101198512310043,\n";
    let settled = csv(text, "440608");
    assert_eq!(
        faults(&settled),
        [(2, "unit", Kind::UnknownUnit), (3, "unit", Kind::Missing)]
    );
    assert!(
        settled.faults[0].detail.contains("A02 高明区水利局"),
        "{:?}",
        settled.faults[0]
    );
    let settled = csv("姓名,身份证号,单位\n张三,990101199003071237,应急管理局\n", "A02");
    assert_eq!(faults(&settled), [(2, "unit", Kind::ForeignUnit)]);
}

#[test]
fn who_stands_in_two_rows_is_one_person_or_an_error() {
    let text = "姓名,身份证号,单位,联系电话,队内职务\n\
        张三,990101199003071237,应急管理局,13800000001,\n\
        李四,990101198512310043,应急管理局,13800000002,\n\
        张 三,990101199003071237,A01,,队长\n\
        李四,990101198512310043,应急管理局,13900000002,\n\
        张三,99010119900101102X,水利局,,\n";
    let settled = csv(text, "440608");
    assert_eq!(
        faults(&settled),
        [(3, "phone", Kind::Contradicts), (5, "phone", Kind::Contradicts)]
    );
    assert_eq!(
        (settled.people, settled.rows.len(), settled.merged, settled.bad_rows()),
        (5, 2, 1, 2)
    );
    assert_eq!(settled.members.len(), 1);
    assert_eq!(settled.rows[0].phone, "13800000001");
    let other = settled.faults[1].other.unwrap();
    assert_eq!(other.row, 3);
}

#[test]
fn sheets_without_a_roster_are_named_and_a_roster_without_id_numbers_is_refused() {
    let mut book = Writer::new();
    let notes = book.add_worksheet();
    notes.set_name("说明").unwrap();
    notes.write_string(0, 0, "请于周五前报送").unwrap();
    let sheet = book.add_worksheet();
    sheet.set_name("水利局").unwrap();
    sheet.merge_range(0, 0, 0, 4, "花名册", &Format::new()).unwrap();
    for (column, text) in ["姓名", "身份证号", "民族", "党员"].into_iter().enumerate() {
        sheet.write_string(1, column as u16, text).unwrap();
    }
    sheet.set_column_hidden(1).unwrap();
    sheet.write_string(2, 0, "张三").unwrap();
    sheet.write_string(2, 1, "990101199003071237").unwrap();
    sheet.write_string(2, 2, "汉族").unwrap();
    sheet.write_string(2, 3, "√").unwrap();
    sheet.write_string(3, 0, "李四").unwrap();
    sheet.write_number(3, 1, 990_101_198_512_310_043.0).unwrap();
    sheet.write_string(4, 0, "示例").unwrap();
    sheet.write_string(4, 1, "99010119900101102X").unwrap();
    let bytes = book.save_to_buffer().unwrap();
    let book = open(&bytes, "x", None).unwrap();
    let reading = read(&book, None).unwrap();
    assert_eq!(reading.sheets.len(), 1);
    let settled = reading.settle(&book, &units(), "440608");
    assert_eq!(faults(&settled), [(4, "id_number", Kind::DigitsLost)]);
    assert_eq!(settled.faults[0].value, "9.90101E+17");
    assert_eq!(settled.rows[0].unit_code, "A02");
    assert_eq!(settled.rows[0].political, "party-member");
    assert!(settled.notes.contains(&Note::NoHeader("说明".into())));
    assert!(settled.notes.contains(&Note::NotTaken(vec!["民族".into()])));
    assert!(settled.notes.contains(&Note::Example(Place { sheet: 1, row: 5 })));
    assert!(matches!(read(&book, Some("说明")), Err(Problem::NoRoster { .. })));
    assert!(matches!(read(&book, Some("没有")), Err(Problem::NoSuchSheet { .. })));
    let book = open("姓名,联系电话,职务\n张三,1,2\n".as_bytes(), "x", None).unwrap();
    assert!(matches!(read(&book, None), Err(Problem::RosterColumns { .. })));
    let book = open("姓名,身份证号,姓名,身份证号\n张三,1,2,3\n".as_bytes(), "x", None).unwrap();
    assert!(matches!(read(&book, None), Err(Problem::RosterTwice { .. })));
}

#[test]
fn numbers_that_a_spreadsheet_rounded_stay_wrong_when_their_check_digit_happens_to_fit() {
    // 990101199001010000 has a right check digit; beside a rounded number nobody can trust it.
    let fits = (0..100_u32)
        .map(|n| format!("99010119{n:02}0101{}", "x"))
        .find_map(|base| {
            let text = base.replace('x', "1000");
            super::id_number::read(&crate::sheet::grid::Cell::Text(text.clone()))
                .is_ok()
                .then_some(text)
        })
        .expect("one in eleven fits");
    let alone = csv(&format!("姓名,身份证号,单位\n张三,{fits},A01\n"), "440608");
    assert_eq!(faults(&alone), []);
    let beside = csv(
        &format!("姓名,身份证号,单位\n张三,{fits},A01\n李四,990101199003071000,A01\n"),
        "440608",
    );
    assert_eq!(
        faults(&beside),
        [(2, "id_number", Kind::DigitsLost), (3, "id_number", Kind::DigitsLost)]
    );
}

#[test]
fn of_twelve_thousand_rows_every_dirty_one_is_found_and_no_good_one_is_lost() {
    use baiying_drills::synth::{MessyWorkbook, WorkbookOptions, WrongCell, messy_workbook};

    let read_all = |options: WorkbookOptions| -> (MessyWorkbook, Vec<WrongCell>, Settled) {
        let messy = messy_workbook(options).unwrap();
        let units = Units::new(messy.units.iter().map(|unit| Unit {
            code: unit.code.clone(),
            name: unit.name.clone(),
            parent: unit.parent_code.clone(),
        }));
        let book = open(&messy.bytes, "x", None).unwrap();
        let settled = read(&book, None).unwrap().settle(&book, &units, "440608");
        let mut found: Vec<WrongCell> = settled
            .faults
            .iter()
            .map(|fault| WrongCell {
                sheet: book.sheets[fault.place.sheet].name.clone(),
                row: fault.place.row,
                field: fault.field.unwrap().word(),
                problem: fault.kind.word(),
            })
            .collect();
        found.sort();
        (messy, found, settled)
    };
    let options = WorkbookOptions::default();
    let (messy, found, settled) = read_all(options);
    assert_eq!(found, messy.wrong);
    assert_eq!(
        (settled.people, settled.merged),
        (messy.rows as usize, messy.merged as usize)
    );
    assert_eq!(
        settled.rows.len(),
        (messy.rows - messy.merged) as usize - messy.wrong.len()
    );
    assert_eq!(settled.members.len(), messy.teams.1 as usize);
    let (corrected, found, whole) = read_all(WorkbookOptions {
        corrected: true,
        ..options
    });
    assert_eq!((found.len(), whole.rows.len()), (0, 12_000));
    assert_eq!(whole.people, corrected.rows as usize);
    // What was good before is the same row now.
    let by_id = |settled: &Settled| -> std::collections::BTreeMap<String, baiying_proto::v1::PersonRow> {
        let rows = settled.rows.iter().map(|row| {
            let mut row = row.clone();
            row.row = 0;
            (row.id_number.clone(), row)
        });
        rows.collect()
    };
    let all = by_id(&whole);
    for (id, row) in by_id(&settled) {
        assert_eq!(all.get(&id), Some(&row));
    }
}

#[test]
fn who_has_a_name_a_number_or_a_kind_of_post_is_no_footer() {
    let text = "内设机构,姓名,身份证号,联系电话,政治面貌,编制类型,单位\n\
        审批服务股,张一,,13800000001,,在编,A01\n\
        审核股,张二,待补,,,,\n\
        联系人办公室,,,13800000003,,,\n\
        经办人,,,,,合同工,\n\
        负责人,,,,党员,,\n\
        说明,,待补,,,,\n\
        ,李二13800000032,,,,,\n\
        办公室,王五,990101199003071237,13800000001,,在编,A01\n";
    let settled = csv(text, "440608");
    assert_eq!((settled.people, settled.bad_rows(), settled.rows.len()), (8, 7, 1));
    assert!(!settled.is_whole());
}

#[test]
fn what_stands_among_the_names_and_is_not_read_lets_nobody_leave() {
    let people = "序号,姓名,身份证号,联系电话,单位\n1,张三,990101199003071237,13800000001,A01\n";
    let read = |footer: &str| {
        let settled = csv(&format!("{people}{footer}\n"), "440608");
        assert_eq!((settled.people, settled.bad_rows()), (1, 0), "{footer}");
        settled.is_whole()
    };
    for footer in [
        "合计,1人,,,",
        "共1人,,,,",
        ",合计,1,,",
        "合计：1,,,1,",
        "填报人：王五,审核人：赵六,,13800000009,",
        "审核：,,,填表日期：2026年3月1日,",
        "单位盖章,,,,",
        "注：在编人员,,,,",
        "审批服务股,,,,",
        "二、局属单位,,,,",
    ] {
        assert!(read(footer), "{footer}");
    }
    for footer in [",二、局属单位,,,", ",备注,,,", ",填报人：王五,,,", "合计,王·,,,"] {
        assert!(!read(footer), "{footer}");
    }
}

#[test]
fn a_sheet_that_was_not_read_lets_nobody_leave() {
    let mut book = Writer::new();
    let mut roster = |name: &str, headers: [&str; 3], people: [&str; 3]| {
        let sheet = book.add_worksheet();
        sheet.set_name(name).unwrap();
        for (row, texts) in (0..).zip([headers, people]) {
            for (column, text) in (0..).zip(texts) {
                sheet.write_string(row, column, text).unwrap();
            }
        }
    };
    roster(
        "一",
        ["姓名", "身份证号", "单位"],
        ["张三", "990101199003071237", "A01"],
    );
    roster("二", ["人员", "证件", "单位"], ["李四", "990101198512310043", "A01"]);
    book.add_worksheet().set_name("空").unwrap();
    let book = open(&book.save_to_buffer().unwrap(), "x", None).unwrap();
    let doubts = |only: Option<&str>| {
        let settled = read(&book, only).unwrap().settle(&book, &units(), "440608");
        assert_eq!((settled.rows.len(), settled.faults.len()), (1, 0));
        assert!(!settled.is_whole());
        settled.doubts
    };
    assert_eq!(doubts(None), [Doubt::Sheet("二".into())]);
    assert_eq!(doubts(Some("一")), [Doubt::NotAsked("二".into())]);
    for lang in Lang::ALL {
        for doubt in doubts(None) {
            assert!(doubt.text(lang, &[]).contains('二'), "{lang:?}");
        }
    }
    let mut alone = book.clone();
    alone.sheets.remove(1);
    for only in [None, Some("一")] {
        let settled = read(&alone, only).unwrap().settle(&alone, &units(), "440608");
        assert!(settled.is_whole(), "nothing else is in the file");
    }
}

#[test]
fn of_two_columns_of_phones_the_mobile_counts() {
    let text = "姓名,身份证号,电话,手机,单位\n\
        张三,990101199003071237,0757-88231234,13800000001,A01\n\
        李四,990101198512310043,13800000002,,A01\n\
        王五,99010119900101102X,0757-88231234,,A01\n";
    let phones = |text: &str| {
        let settled = csv(text, "440608");
        assert_eq!(faults(&settled), []);
        settled.rows.iter().map(|row| row.phone.clone()).collect::<Vec<_>>()
    };
    assert_eq!(phones(text), ["13800000001", "13800000002", "075788231234"]);
    let text = "姓名,身份证号,手机,办公电话转,电话,单位\n张三,990101199003071237,13800000001,,88231234转801,A01\n";
    assert_eq!(
        phones(text),
        ["13800000001"],
        "what rings nowhere beside a number that does is no harm"
    );
    let settled = csv(
        "姓名,身份证号,电话,手机,单位\n张三,990101199003071237,88231234,1380000,A01\n",
        "440608",
    );
    assert_eq!(faults(&settled), [(2, "phone", Kind::Phone)]);
    assert_eq!(settled.faults[0].value, "1380000");
    assert!(
        !settled.notes.iter().any(|note| matches!(note, Note::NotTaken(_))),
        "both columns are read"
    );
}

#[test]
fn who_is_seconded_to_or_lives_outside_the_district_is_no_error() {
    let text = "姓名,身份证号,单位,在岗情况,借调单位,双报到社区\n\
        张三,990101199003071237,A01,借调,省应急管理厅,广州市天河区石牌社区\n\
        李四,990101198512310043,A01,借调,水利局,沧江社区\n";
    let settled = csv(text, "440608");
    assert_eq!(faults(&settled), []);
    assert!(settled.is_whole());
    let rows: Vec<_> = settled
        .rows
        .iter()
        .map(|row| {
            (
                row.standing.as_str(),
                row.seconded_to_code.as_str(),
                row.residence_code.as_str(),
            )
        })
        .collect();
    assert_eq!(
        rows,
        [("seconded-out", "", ""), ("seconded-out", "A02", "440608001201")]
    );
    let told: Vec<String> = settled.notes.iter().map(|note| note.text(Lang::ZhCn, &[])).collect();
    for outside in ["省应急管理厅", "广州市天河区石牌社区"] {
        assert!(told.iter().any(|note| note.contains(outside)), "{told:?}");
    }
}

#[test]
fn who_is_on_post_is_seconded_nowhere() {
    let text = "姓名,身份证号,单位,在岗情况,借调单位\n\
        张三,990101199003071237,A01,在岗,水利局\n\
        李四,990101198512310043,A01,,省应急管理厅\n\
        王五,99010119900101102X,A01,借调,水利局\n";
    let settled = csv(text, "440608");
    let rows: Vec<u32> = settled.faults.iter().map(|fault| fault.place.row).collect();
    assert_eq!(rows, [2, 3]);
    for lang in Lang::ALL {
        let words = settled.faults[0].what(lang, &[]) + &settled.faults[0].fix(lang);
        assert!(words.contains("借调") && !words.contains("nothing,"), "{words}");
    }
}

#[test]
fn no_near_unit_is_no_empty_list() {
    let settled = csv("姓名,身份证号,单位\n张三,990101199003071237,xyz\n", "440608");
    assert_eq!(faults(&settled), [(2, "unit", Kind::UnknownUnit)]);
    for lang in Lang::ALL {
        let fix = settled.faults[0].fix(lang);
        assert!(fix.contains("baiying org import"), "{fix}");
        assert!(!fix.contains("相近") && !fix.contains("something like it"), "{fix}");
    }
}

#[test]
fn columns_below_a_heading_about_others_are_not_the_persons_own() {
    let text = "序号,姓名,身份证号,联系电话,基本情况,,家庭成员,,紧急联系人,,单位\n\
        ,,,,政治面貌,编制类型,姓名,身份证号,姓名,电话,\n\
        1,张三,990101199003071237,13800000001,群众,编外,张大,990101198512310043,张大,13900000009,A01\n";
    let settled = csv(text, "440608");
    assert_eq!(faults(&settled), []);
    let rows: Vec<_> = settled
        .rows
        .iter()
        .map(|row| (row.name.as_str(), row.phone.as_str()))
        .collect();
    assert_eq!(rows, [("张三", "13800000001")]);
    assert!(
        settled.notes.iter().any(
            |note| matches!(note, Note::NotTaken(columns) if columns.iter().any(|text| text.contains("家庭成员")))
        ),
        "{:?}",
        settled.notes
    );
}

#[test]
fn columns_that_the_file_does_not_have_are_named_for_each_person() {
    let text =
        "姓名,身份证号,编制类型,党员,单位\n张三,990101199003071237,退休,√,A01\n李四,990101198512310043,在编,,A01\n";
    let settled = csv(text, "440608");
    assert_eq!(faults(&settled), []);
    let mut absent = vec![
        "department",
        "standing",
        "seconded_to_code",
        "post",
        "phone",
        "address",
        "residence_code",
        "skills",
    ];
    assert_eq!(settled.rows[1].absent, absent);
    absent.retain(|column| *column != "standing");
    assert_eq!(settled.rows[0].absent, absent, "retired, says the kind of post");
    let note = settled
        .notes
        .iter()
        .find(|note| matches!(note, Note::Absent(_)))
        .unwrap();
    assert!(
        note.text(Lang::ZhCn, &[]).contains("联系电话"),
        "{}",
        note.text(Lang::ZhCn, &[])
    );
    for lang in Lang::ALL {
        for field in Field::KEPT {
            assert!(
                crate::i18n::find(lang, &format!("roster.field.{}", field.word())).is_some(),
                "{field:?}"
            );
        }
    }
}
