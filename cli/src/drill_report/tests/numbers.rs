//! Every number of the page's tables, and of the workbook's sheets, is that of the JSON.

use std::io::Cursor;

use calamine::{Data, Reader as _, Xlsx};
use serde_json::Value;

use super::super::samples::all;
use super::super::{Format, content, html, json, tables, xlsx};
use crate::i18n::Lang;

/// The cells of a table of a page, with what is marked up in them as text.
fn cells(page: &str, id: &str) -> Vec<Vec<String>> {
    let Some((_, rest)) = page.split_once(&format!("<table id=\"{id}\">")) else {
        return Vec::new();
    };
    let (table, _) = rest.split_once("</table>").expect("closed");
    let (_, body) = table.split_once("<tbody>").expect("a body");
    let rows = body.split("<tr>").skip(1);
    rows.map(|row| {
        let cells = row.split("<td").skip(1);
        cells
            .map(|cell| {
                let (_, text) = cell.split_once('>').expect("a cell");
                let (text, _) = text.split_once("</td>").expect("closed");
                let text = text.replace("<small>", "").replace("</small>", "");
                assert!(!text.contains('<'), "{text}");
                text
            })
            .collect()
    })
    .collect()
}

/// The sheets of a workbook.
pub(super) fn sheets(bytes: &[u8]) -> Vec<(String, Vec<Vec<Data>>)> {
    let mut workbook: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).expect("a workbook");
    let sheets = workbook.worksheets();
    sheets
        .into_iter()
        .map(|(name, range)| (name, range.rows().map(<[Data]>::to_vec).collect()))
        .collect()
}

// What follows reads the JSON by itself and shares nothing with what wrote the page.

fn n(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("no number: {value}"))
}

fn people(list: &Value) -> u64 {
    list.as_array().unwrap().iter().map(|reason| n(&reason["people"])).sum()
}

fn percent(count: u64, of: u64) -> Option<String> {
    let tenths = (u128::from(count) * 1000).checked_div(u128::from(of))?;
    Some(format!("{}.{}%", tenths / 10, tenths % 10))
}

fn share(count: u64, of: u64) -> String {
    match percent(count, of) {
        Some(percent) => format!("{count} {percent}"),
        None => count.to_string(),
    }
}

fn percent_up(count: u64, of: u64) -> Option<String> {
    (of > 0).then(|| {
        let tenths = (u128::from(count) * 1000).div_ceil(u128::from(of));
        format!("{}.{}%", tenths / 10, tenths % 10)
    })
}

/// So many that had better be none.
fn lack(count: u64, of: u64) -> String {
    match percent_up(count, of) {
        Some(percent) => format!("{count} {percent}"),
        None => count.to_string(),
    }
}

fn points(value: &Value) -> String {
    match value.as_u64() {
        Some(score) => format!("{}.{}", score / 10, score % 10),
        None => "–".into(),
    }
}

/// Tenths of a second of a time in English words; none if it is a dash.
fn tenths(text: &str) -> Option<u128> {
    if text == "–" {
        return None;
    }
    let words: Vec<&str> = text.split(' ').collect();
    let parts = words.chunks(2).map(|part| {
        let (whole, tenth) = part[0].split_once('.').unwrap_or((part[0], "0"));
        let value: u128 = format!("{whole}{tenth}").parse().unwrap();
        let factor = match part[1] {
            "h" => 3600,
            "min" => 60,
            "s" => 1,
            other => panic!("{other} in {text}"),
        };
        value * factor
    });
    Some(parts.sum())
}

fn took(value: &Value) -> Option<u128> {
    value.as_u64().map(|ms| u128::from(ms).div_ceil(100))
}

/// Seconds of `T+1:02:03`.
fn seconds(text: &str) -> Option<u64> {
    let text = text.strip_prefix("T+")?;
    Some(
        text.split(':')
            .fold(0, |sum, part| sum * 60 + part.parse::<u64>().unwrap()),
    )
}

fn array<'a>(value: &'a Value, key: &str) -> &'a Vec<Value> {
    value[key].as_array().unwrap()
}

#[test]
fn units_and_people() {
    for (name, page, json) in pages() {
        let rows = cells(&page, "participants");
        let units = array(&json, "participants");
        assert_eq!(rows.len(), units.len() + usize::from(units.len() > 1), "{name}");
        let mut sums = [0, 0, 0];
        for (row, unit) in rows.iter().zip(units) {
            let (real, simulated) = (n(&unit["real"]), n(&unit["simulated"]));
            sums = [sums[0] + real, sums[1] + simulated, sums[2] + n(&unit["teams"])];
            assert_eq!(
                row[2..],
                [n(&unit["teams"]), real + simulated, real, simulated].map(|count| count.to_string()),
                "{name}"
            );
        }
        if units.len() > 1 {
            let sums = [sums[2], sums[0] + sums[1], sums[0], sums[1]].map(|count| count.to_string());
            assert_eq!(rows.last().unwrap()[2..], sums, "{name}");
        }

        let rows = cells(&page, "units");
        assert_eq!(rows.len(), array(&json, "units").len(), "{name}");
        for (row, unit) in rows.iter().zip(array(&json, "units")) {
            let target = n(&unit["target"]);
            let rank = unit["rank"].as_u64().map_or("–".into(), |rank| rank.to_string());
            assert_eq!(row[0], rank);
            if n(&unit["folded"]) > 0 {
                assert!(row[1].contains(&unit["folded"].to_string()) && row[1].contains(&json["unit_min"].to_string()));
            }
            assert_eq!(
                row[2..5],
                ["real", "simulated", "target"].map(|key| n(&unit[key]).to_string())
            );
            assert_eq!(row[5], share(n(&unit["reached"]), target));
            assert_eq!(row[6], share(n(&unit["acknowledged"]), target));
            assert_eq!(tenths(&row[7]), took(&unit["ack_p90_ms"]));
            assert_eq!(row[8], share(n(&unit["arrived"]), target));
            assert_eq!(
                row[9..12],
                ["on_time", "late", "absent"].map(|key| n(&unit[key]).to_string())
            );
            assert_eq!(row[12], points(&unit["score"]));
        }
    }
}

/// Pages in English, whose times are read back, with their JSON.
fn pages() -> Vec<(&'static str, String, Value)> {
    let pages = all().into_iter().map(|(name, model)| {
        let page = html::document(Lang::En, &model).unwrap();
        let json = serde_json::from_str(&json::document(&model).unwrap()).unwrap();
        (name, page, json)
    });
    pages.collect()
}

#[test]
fn figures() {
    for (name, page, json) in pages() {
        let rows = cells(&page, "figures");
        for (column, key) in (1..).zip(["all", "real", "simulated"]) {
            let counts = &json["figures"][key];
            let called = n(&counts["called"]);
            let target = n(&counts["target"]);
            let arrived = n(&counts["arrived"]);
            let find = |head: &str| {
                let row = rows.iter().find(|row| row[0] == head);
                row.unwrap_or_else(|| panic!("{name}: no {head}"))[column].clone()
            };
            let of = |key: &str, whole: u64| share(n(&counts[key]), whole);
            assert_eq!(find("called"), called.to_string());
            assert_eq!(find("excused"), lack(people(&counts["excused"]), called));
            assert_eq!(find("taken by real events"), lack(n(&counts["preempted"]), called));
            assert_eq!(find("due"), target.to_string());
            assert_eq!(find("declined"), lack(people(&counts["declined"]), target));
            for (head, key) in [
                ("reached", "reached"),
                ("acknowledged", "acknowledged"),
                ("departed", "departed"),
                ("arrived", "arrived"),
                ("arrived within 15 minutes", "assembled_15"),
                ("arrived within 30 minutes", "assembled_30"),
                ("arrived within 60 minutes", "assembled_60"),
            ] {
                assert_eq!(find(head), of(key, target), "{name} {head}");
            }
            assert_eq!(find("absent"), lack(n(&counts["absent"]), target), "{name}");
            assert_eq!(find("on time (of those who arrived)"), of("on_time", arrived));
            assert_eq!(find("late (of those who arrived)"), lack(n(&counts["late"]), arrived));
            let dead = lack(n(&counts["dead_numbers"]), called);
            assert_eq!(find("no usable number (of those called)"), dead);
            assert_eq!(find("B roles that took over"), n(&counts["take_overs"]).to_string());
            assert_eq!(find("steps of escalation"), n(&counts["escalations"]).to_string());
            for (head, key) in [
                ("half of the acknowledgements in (P50)", "ack_p50_ms"),
                ("90% of those due acknowledged in (P90)", "ack_p90_ms"),
                ("last acknowledgement", "ack_max_ms"),
            ] {
                assert_eq!(tenths(&find(head)), took(&counts[key]), "{name} {head}");
            }
            for (list, words, whole) in [
                ("excused", [("leave", "leave"), ("other-duty", "other duty")], called),
                (
                    "declined",
                    [("medical", "medical"), ("out-of-town", "out of town")],
                    target,
                ),
            ] {
                for (code, word) in words {
                    let with = array(counts, list).iter().filter(|reason| reason["reason"] == code);
                    let with: Vec<u64> = with.map(|reason| n(&reason["people"])).collect();
                    if !with.is_empty() {
                        assert_eq!(
                            find(&format!("of which: {word}")),
                            lack(with.iter().sum(), whole),
                            "{name}"
                        );
                    }
                }
            }
        }
        let basis = match json["basis"].as_str() {
            Some("") | None => "all",
            Some(basis) => basis,
        };
        let all = &json["figures"][basis];
        type Shown = fn(u64, u64) -> Option<String>;
        let cards: [(&str, Shown); 3] = [("acknowledged", percent), ("arrived", percent), ("absent", percent_up)];
        for (key, percent) in cards {
            let (_, card) = page.split_once(&format!("id=\"card-{key}\"")).unwrap();
            let (card, _) = card.split_once("</div>").unwrap();
            let (count, target) = (n(&all[key]), n(&all["target"]));
            let shown = percent(count, target).unwrap_or_else(|| "–".into());
            assert!(
                card.contains(&format!("<dd>{shown}<small>{count} of {target}</small>")),
                "{name}: {card}"
            );
        }
        let (_, card) = page.split_once("id=\"card-score\"").unwrap();
        assert!(
            card.contains(&format!("<dd>{}<small>", points(&json["score"]))),
            "{name}"
        );
    }
}

#[test]
fn objectives_and_earlier_runs() {
    for (name, page, json) in pages() {
        let rows = cells(&page, "objectives");
        assert_eq!(rows.len(), array(&json, "objectives").len(), "{name}");
        for (row, objective) in rows.iter().zip(array(&json, "objectives")) {
            assert_eq!(row[0], n(&objective["number"]).to_string());
            let (kind, goal) = objective["target"].as_object().unwrap().iter().next().unwrap();
            let sign = if kind.starts_with("at_least") { "≥ " } else { "≤ " };
            let shown = row[3].strip_prefix(sign).unwrap_or_else(|| panic!("{}", row[3]));
            if kind.ends_with("_ms") {
                assert_eq!(tenths(shown), took(goal));
                assert_eq!(tenths(&row[4]), took(&objective["value"]), "{name}");
            } else {
                assert_eq!(shown, percent(n(goal), 1000).unwrap());
                let value = objective["value"].as_u64();
                let value = value.map_or("–".into(), |value| format!("{}.{}%", value / 10, value % 10));
                assert_eq!(row[4], value, "{name}");
            }
            let rating = objective["rating"].as_str().unwrap();
            assert!(row[5].starts_with(if rating.is_empty() { "not assessed" } else { rating }));
            assert_eq!(row[6], n(&objective["weight"]).to_string());
            assert_eq!(row[7], points(&objective["score"]));
        }
        let rows = cells(&page, "earlier");
        let earlier = array(&json, "earlier");
        assert_eq!(
            rows.len(),
            if earlier.is_empty() { 0 } else { earlier.len() + 1 },
            "{name}"
        );
        for (row, run) in rows.iter().zip(earlier) {
            assert_eq!(row[0], run["run"].as_str().unwrap());
            check_run(row, run, &run["score"]);
        }
        if let Some(this) = rows.last() {
            let basis = if name == "mixed" { "real" } else { "all" };
            check_run(this, &json["figures"][basis], &json["score"]);
        }
    }
}

fn check_run(row: &[String], counts: &Value, score: &Value) {
    let target = n(&counts["target"]);
    assert_eq!(row[3], target.to_string());
    assert_eq!(row[4], share(n(&counts["acknowledged"]), target));
    assert_eq!(tenths(&row[5]), took(&counts["ack_p90_ms"]));
    assert_eq!(row[6], share(n(&counts["arrived"]), target));
    assert_eq!(row[7], points(score));
}

#[test]
fn injects_actions_and_preemptions() {
    let mut seen = [0; 3];
    for (name, page, json) in pages() {
        let rows = cells(&page, "injects");
        assert_eq!(rows.len(), array(&json, "injects").len(), "{name}");
        for (row, inject) in rows.iter().zip(array(&json, "injects")) {
            assert_eq!(row[0], n(&inject["number"]).to_string());
            let planned = inject["planned_ms"].as_u64();
            assert_eq!(seconds(&row[1]), planned.map(|ms| ms / 1000), "{name}");
            if planned.is_none() && inject["trigger"] == "acknowledged" {
                assert!(row[1].starts_with(&format!("{}%", inject["trigger_value"])));
            }
            assert_eq!(seconds(&row[2]), inject["actual_ms"].as_u64().map(|ms| ms / 1000));
            assert_eq!(tenths(&row[7]), took(&inject["within_ms"]));
            assert_eq!(tenths(&row[9]), took(&inject["took_ms"]));
            let objective = n(&inject["objective"]);
            assert_eq!(
                row[10],
                if objective == 0 {
                    "–".into()
                } else {
                    objective.to_string()
                }
            );
            seen[0] += 1;
        }
        let rows = cells(&page, "actions");
        assert_eq!(rows.len(), array(&json, "actions").len(), "{name}");
        for (row, action) in rows.iter().zip(array(&json, "actions")) {
            assert_eq!(
                (&*row[0], &*row[4]),
                (action["id"].as_str().unwrap(), action["due"].as_str().unwrap())
            );
            seen[1] += 1;
        }
        let rows = cells(&page, "preemptions");
        assert_eq!(rows.len(), array(&json, "preemptions").len(), "{name}");
        for (row, taken) in rows.iter().zip(array(&json, "preemptions")) {
            assert_eq!(
                (row[1].as_str(), row[2].clone()),
                (taken["order"].as_str().unwrap(), n(&taken["people"]).to_string())
            );
            seen[2] += 1;
        }
    }
    assert!(seen.iter().all(|count| *count > 0), "{seen:?}");
}

#[test]
fn the_sheets_of_the_workbook() {
    for (name, model) in all() {
        let json: Value = serde_json::from_str(&json::document(&model).unwrap()).unwrap();
        let sheets = sheets(&content(&model, Format::Xlsx, Lang::En).unwrap());
        let names: Vec<&str> = sheets.iter().map(|(name, _)| name.as_str()).collect();
        let expected = ["Summary", "Units", "Objectives", "Injects", "Muster curve", "Actions"];
        let expected = &expected[..if array(&json, "actions").is_empty() { 5 } else { 6 }];
        assert_eq!(names, expected, "no people");
        let number = |sheet: usize, row: usize, place: usize| sheets[sheet].1[row].get(place).and_then(float);
        let same = |found: Option<f64>, value: &Value| assert_eq!(found, value.as_f64(), "{name}");
        let days = |found: Option<f64>, value: &Value| {
            let ms = found.map(|days| days * 86_400_000.0);
            let close = match (ms, value.as_f64()) {
                (Some(ms), Some(value)) => (ms - value).abs() <= value.abs() / 1e9 + 0.5,
                (found, value) => found == value,
            };
            assert!(close, "{name}: {ms:?} {value}");
        };
        let places = xlsx::places(&tables::units(Lang::En, &model).columns);
        for (row, unit) in (3..).zip(array(&json, "units")) {
            for (column, key) in [
                (0, "rank"),
                (3, "real"),
                (4, "simulated"),
                (5, "target"),
                (6, "reached"),
                (7, "acknowledged"),
                (9, "arrived"),
                (10, "on_time"),
                (11, "late"),
                (12, "absent"),
            ] {
                same(number(1, row, places[column]), &unit[key]);
            }
            days(number(1, row, places[8]), &unit["ack_p90_ms"]);
            assert_eq!(
                number(1, row, places[13]),
                unit["score"].as_f64().map(|score| score / 10.0)
            );
            let (count, of) = (n(&unit["arrived"]), n(&unit["target"]));
            let tenths = (count * 1000).checked_div(of).map(|tenths| tenths as f64 / 1000.0);
            assert_eq!(number(1, row, places[9] + 1), tenths, "{name}");
        }
        for (row, inject) in (3..).zip(array(&json, "injects")) {
            same(number(3, row, 0), &inject["number"]);
            days(number(3, row, 2), &inject["actual_ms"]);
            days(number(3, row, 7), &inject["within_ms"]);
            days(number(3, row, 9), &inject["took_ms"]);
        }
        let curve = &sheets[4].1;
        assert_eq!(curve.len().max(3), array(&json, "curve").len() + 3, "{name}");
        for (row, point) in (3..).zip(array(&json, "curve")) {
            for (place, key) in (1..).zip(["at_ms", "acknowledged", "departed", "arrived"]) {
                same(number(4, row, place), &point[key]);
            }
        }
        let summary = &sheets[0].1;
        let of = |head: &str, place: usize| {
            let row = summary.iter().find(|row| row[0] == *head && row.len() > 4);
            row.and_then(|row| row.get(place)).and_then(float)
        };
        for (place, key) in [(1, "all"), (3, "real"), (5, "simulated")] {
            same(
                of("arrived within 30 minutes", place),
                &json["figures"][key]["assembled_30"],
            );
            same(of("steps of escalation", place), &json["figures"][key]["escalations"]);
        }
    }
}

fn float(data: &Data) -> Option<f64> {
    match data {
        Data::Float(number) => Some(*number),
        Data::Int(number) => Some(*number as f64),
        Data::DateTime(days) => Some(days.as_f64()),
        Data::String(_)
        | Data::Bool(_)
        | Data::DateTimeIso(_)
        | Data::DurationIso(_)
        | Data::Error(_)
        | Data::Empty => None,
    }
}
