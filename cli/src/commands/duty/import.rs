//! `duty import`: rosters from a file, a member of a crew a row. A unit's rows are its whole roster from a day on.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::import::{self, ImportArgs, More};
use crate::error::CliError;
use crate::output::duty::{self, Names};
use crate::output::json_duty;
use crate::sheet::{DUTY, Row, Sheet};
use crate::when;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    import: ImportArgs,
    #[arg(long)]
    dry_run: bool,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let mut sheet = import::read(app, &args.import, &DUTY)?;
    refuse_bad_numbers(&mut sheet);
    refuse_broken_units(&mut sheet);
    let to_message = if args.dry_run {
        |header, rows| pb::ImportRostersRequest {
            header,
            rows,
            dry_run: true,
        }
    } else {
        |header, rows| pb::ImportRostersRequest {
            header,
            rows,
            dry_run: false,
        }
    };
    let found: Arc<Mutex<Vec<pb::DutyFinding>>> = Arc::default();
    import::run_with(
        app,
        &args.import,
        sheet,
        &DUTY,
        to_row,
        to_message,
        |client, messages| {
            let found = Arc::clone(&found);
            async move {
                let answer = client.duty().import_rosters(messages).await?;
                Ok(answer.map(|answer| {
                    *found.lock().unwrap_or_else(PoisonError::into_inner) = answer.findings;
                    answer.report.unwrap_or_default()
                }))
            }
        },
        || {
            let findings = std::mem::take(&mut *found.lock().unwrap_or_else(PoisonError::into_inner));
            More {
                document: json!({ "dry_run": args.dry_run, "findings": json_duty::list(&findings, json_duty::finding) }),
                text: duty::findings(app.lang, &findings, &Names::new()),
                headlines: if args.dry_run {
                    ("import.rosters_dry", "import.rosters_dry_refused")
                } else {
                    ("import.rosters_done", "import.refused")
                },
                dry_run: args.dry_run,
            }
        },
    )
    .await
}

/// Places of the columns in [`DUTY`].
const UNIT: usize = 0;
const TURN: usize = 5;
const RECALL: usize = 8;

fn to_row(row: Row) -> pb::DutyRow {
    let [
        unit_code,
        pattern,
        from_date,
        position,
        shifts,
        turn,
        every,
        person,
        recall_minutes,
    ] = row.values.try_into().unwrap_or_default();
    pb::DutyRow {
        row: row.number,
        unit_code,
        pattern,
        from_date: when::day(&from_date).unwrap_or(from_date),
        position,
        shifts: shifts.replace(['，', '、'], ","),
        turn: turn.parse().unwrap_or_default(),
        every: turn_length(&every).unwrap_or(every),
        person,
        recall_minutes: recall_minutes.parse().unwrap_or_default(),
    }
}

/// How long a turn lasts, as people write it (每班, 3天, 两周), in the words of the wire.
fn turn_length(text: &str) -> Option<String> {
    let text = text.strip_prefix('每').unwrap_or(text);
    let text = text
        .strip_suffix("一轮")
        .or_else(|| text.strip_suffix("轮换"))
        .unwrap_or(text);
    let units = [
        ("班次", "shift"),
        ("班", "shift"),
        ("天", "day"),
        ("日", "day"),
        ("星期", "week"),
        ("周", "week"),
    ];
    let (count, unit) = units
        .into_iter()
        .find_map(|(word, unit)| text.strip_suffix(word).map(|count| (count, unit)))?;
    let count = count.trim().trim_end_matches('个');
    let count = match count {
        "" | "一" => 1,
        "二" | "两" => 2,
        "三" => 3,
        "四" => 4,
        digits => digits.parse().ok().filter(|count: &u32| *count > 0)?,
    };
    Some(if count == 1 {
        unit.to_owned()
    } else {
        format!("{count}-{unit}s")
    })
}

/// Numbers have to be numbers before they can be sent.
fn refuse_bad_numbers(sheet: &mut Sheet) {
    let number = |row: &Row, place: usize, column: &str, needed: bool| {
        let value = row.values[place].as_str();
        let wrong = match (value, needed) {
            ("", true) => "missing",
            ("", false) => return None,
            (value, needed) => match value.parse::<u32>() {
                Ok(0) if needed => "invalid",
                Ok(_) => return None,
                Err(_) => "invalid",
            },
        };
        Some(pb::RowError {
            row: row.number,
            field: column.to_owned(),
            value: value.to_owned(),
            problem: wrong.to_owned(),
            detail: "1, 2, 3 …".to_owned(),
            other_row: 0,
        })
    };
    for row in std::mem::take(&mut sheet.rows) {
        let wrong = number(&row, TURN, "turn", true).or_else(|| number(&row, RECALL, "recall_minutes", false));
        match wrong {
            Some(wrong) => {
                sheet.bad_keys.push(row.values[UNIT].clone());
                sheet.bad.push(wrong);
            }
            None => sheet.rows.push(row),
        }
    }
}

/// With one of a unit's rows unreadable, the others would make another roster than was meant.
fn refuse_broken_units(sheet: &mut Sheet) {
    let broken: BTreeSet<String> = sheet.bad_keys.drain(..).filter(|key| !key.is_empty()).collect();
    let (refused, rows): (Vec<Row>, Vec<Row>) = std::mem::take(&mut sheet.rows)
        .into_iter()
        .partition(|row| broken.contains(&row.values[UNIT]));
    sheet.rows = rows;
    sheet.bad.extend(refused.into_iter().map(|row| pb::RowError {
        row: row.number,
        field: "unit_code".to_owned(),
        value: row.values[UNIT].clone(),
        problem: "roster-refused".to_owned(),
        ..pb::RowError::default()
    }));
    sheet.bad.sort_by_key(|bad| bad.row);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::parse;

    const FILE: &str = "单位代码,班制,起始日期,岗位,班次,轮次,轮换周期,人员,到岗时限(分钟)\n\
        A,全天制,2026年1月1日,带班领导,,1,每周,P1,\n\
        A,24小时,2026/1/1,值班员,白班、夜班,1,每班,990101195001010017,\n\
        A,24小时,2026-01-01,备勤,,2,两周,P3,30\n";

    #[test]
    fn chinese_rosters_are_understood() {
        let mut sheet = parse(FILE.as_bytes(), &DUTY, None).unwrap();
        refuse_bad_numbers(&mut sheet);
        refuse_broken_units(&mut sheet);
        assert!(sheet.bad.is_empty(), "{:?}", sheet.bad);
        let rows: Vec<_> = sheet.rows.into_iter().map(to_row).collect();
        // What is no word of ours is the name of a pattern in the policy file.
        let row =
            |row, pattern: &str, position: &str, shifts: &str, turn, every: &str, person: &str, recall_minutes| {
                pb::DutyRow {
                    row,
                    unit_code: "A".into(),
                    pattern: pattern.into(),
                    from_date: "2026-01-01".into(),
                    position: position.into(),
                    shifts: shifts.into(),
                    turn,
                    every: every.into(),
                    person: person.into(),
                    recall_minutes,
                }
            };
        assert_eq!(
            rows,
            [
                row(2, "whole-day", "lead", "", 1, "week", "P1", 0),
                row(3, "24小时", "officer", "白班,夜班", 1, "shift", "990101195001010017", 0),
                row(4, "24小时", "standby", "", 2, "2-weeks", "P3", 30),
            ]
        );
    }

    #[test]
    fn the_lengths_of_turns() {
        let lengths = [
            ("每班", "shift"),
            ("2班", "2-shifts"),
            ("天", "day"),
            ("每3日", "3-days"),
            ("一周", "week"),
            ("两个星期", "2-weeks"),
            ("每周一轮", "week"),
        ];
        for (text, wire) in lengths {
            assert_eq!(turn_length(text).as_deref(), Some(wire), "{text}");
        }
        for text in ["", "week", "2-weeks", "月", "0天", "很多周"] {
            assert_eq!(turn_length(text), None, "{text}");
        }
    }

    #[test]
    fn a_unit_with_a_bad_row_is_refused_as_a_whole() {
        let file = FILE.to_owned()
            + "B,24小时,,带班领导,,x,,P4,\nB,24小时,,值班员,,1,,P5,\nC,24小时,,值班员,,1,,P6,半小时\nD,24小时,,值班员,,,,P7,\n";
        let mut sheet = parse(file.as_bytes(), &DUTY, None).unwrap();
        refuse_bad_numbers(&mut sheet);
        refuse_broken_units(&mut sheet);
        assert!(sheet.rows.iter().all(|row| row.values[0] == "A") && sheet.rows.len() == 3);
        let bad: Vec<_> = sheet
            .bad
            .iter()
            .map(|bad| (bad.row, bad.field.as_str(), bad.problem.as_str()))
            .collect();
        assert_eq!(
            bad,
            [
                (5, "turn", "invalid"),
                (6, "unit_code", "roster-refused"),
                (7, "recall_minutes", "invalid"),
                (8, "turn", "missing"),
            ]
        );
    }
}
