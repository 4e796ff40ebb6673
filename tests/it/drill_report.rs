//! The report of a drill, in its three forms, against what `drill show` says of it.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, ensure};
use baiying_e2e::Cli;
use serde_json::Value;

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

fn number(value: &Value) -> i64 {
    value.as_i64().unwrap_or_default()
}

fn sum(rows: &[Value], key: &str) -> i64 {
    rows.iter().map(|row| number(&row[key])).sum()
}

/// The report as JSON, without what another time makes another.
pub(crate) fn json(cli: &Cli, dir: &Path) -> anyhow::Result<Value> {
    let path = dir.join("report.json");
    cli.ok(&["drill", "report", "Y1", "--out", &path.to_string_lossy()])?;
    let mut report: Value = serde_json::from_str(&fs::read_to_string(path)?)?;
    let told = report.as_object_mut().context("no document")?;
    for key in ["made_unix_ms", "revision"] {
        told.remove(key);
    }
    Ok(report)
}

/// Of a run that goes on: what happened so far, nothing rated, and that it says so.
pub(crate) fn while_it_goes_on(cli: &Cli, dir: &Path, due: i64) -> anyhow::Result<()> {
    let report = json(cli, dir)?;
    ensure!(report["exercise"] == true && report["ended_by"] == "", "{report}");
    ensure!(report["score"].is_null() && report["conclusion"] == "", "{report}");
    ensure!(number(&report["figures"]["all"]["called"]) == due, "{report}");
    ensure!(number(&report["figures"]["all"]["arrived"]) == 200, "{report}");
    for objective in list(&report, "objectives") {
        ensure!(
            objective["rating"] == "" && objective["not_assessed"] != "",
            "{objective}"
        );
    }
    ensure!(
        list(&report, "units").iter().all(|unit| unit["rank"].is_null()),
        "nothing is ranked"
    );
    // What players do not know yet, they do not read in its report.
    let waiting = list(&report, "injects")
        .iter()
        .filter(|inject| inject["verdict"] == "waiting");
    let mut seen = 0;
    for inject in waiting {
        seen += 1;
        for hidden in ["text", "expected", "trigger"] {
            ensure!(inject[hidden] == "", "{inject}");
        }
        ensure!(inject["planned_ms"].is_null(), "{inject}");
    }
    ensure!(seen > 0, "some injects wait");
    let told = cli.run(&[
        "--output",
        "table",
        "drill",
        "report",
        "Y1",
        "--out",
        &dir.join("now.html").to_string_lossy(),
    ])?;
    ensure!(told.code == 0 && told.stdout.contains("goes on"), "{told:?}");
    Ok(())
}

/// What there is no report of, and where none can be written.
pub(crate) fn is_refused(cli: &Cli, dir: &Path) -> anyhow::Result<()> {
    let out = dir.join("no.html");
    let out = out.to_string_lossy();
    cli.refused("UNKNOWN_EXERCISE", &["drill", "report", "Y9", "--out", &out])?;
    ensure!(!Path::new(&*out).exists(), "nothing is written for it");
    ensure!(cli.run(&["drill", "report", "Y1", "--format", "pdf"])?.code == 2);
    let named = cli.run(&["drill", "report", "Y1", "--out", "report.pdf"])?;
    ensure!(named.code == 2 && named.stderr.contains("report.pdf"), "{named:?}");
    let nowhere = dir.join("no/such/report.html");
    let nowhere = cli.run(&["drill", "report", "Y1", "--out", &nowhere.to_string_lossy()])?;
    ensure!(
        nowhere.code == 1 && nowhere.stderr.contains("report.html"),
        "{nowhere:?}"
    );
    let taken = dir.join("taken.html");
    fs::create_dir(&taken)?;
    let taken = cli.run(&["drill", "report", "Y1", "--out", &taken.to_string_lossy()])?;
    ensure!(taken.code == 2 && taken.stderr.contains("taken.html"), "{taken:?}");
    Ok(())
}

/// The three forms of the report of a run that is over have the numbers of `drill show`. Returns the JSON.
pub(crate) fn agrees_with(cli: &Cli, dir: &Path, show: &Value) -> anyhow::Result<Value> {
    let report = json(cli, dir)?;
    let (run, score) = (&show["exercise"], &show["score"]);
    for (of_report, of_show) in [
        (&report["score"], &score["permille"]),
        (&report["score"], &run["score"]),
        (&report["conclusion"], &score["conclusion"]),
        (&report["ended_by"], &run["ending"]),
        (&report["started_unix_ms"], &run["began_unix_ms"]),
        (&report["ended_unix_ms"], &run["ended_unix_ms"]),
        (&report["elapsed_ms"], &show["elapsed_ms"]),
        (&report["window_ms"], &show["window_ms"]),
        (&report["unit"]["code"], &run["unit_code"]),
        (&report["scenario"]["code"], &run["scenario"]),
        (&report["scenario"]["version"], &run["version"]),
    ] {
        ensure!(
            of_report == of_show && !of_show.is_null(),
            "{of_report} is not {of_show}"
        );
    }
    for (key, shown) in [
        ("all", &score["all"]),
        ("real", &score["real"]),
        ("simulated", &score["simulated"]),
    ] {
        same_figures(&report["figures"][key], shown).with_context(|| key.to_owned())?;
    }
    let (told, shown) = (list(&report, "objectives"), list(score, "objectives"));
    ensure!(told.len() == shown.len() && !told.is_empty());
    for (told, shown) in told.iter().zip(shown) {
        for key in ["name", "metric", "weight", "value", "rating", "not_assessed", "target"] {
            ensure!(told[key] == shown[key], "{key}: {told} is not {shown}");
        }
    }
    let (told, shown) = (list(&report, "injects"), list(show, "injects"));
    ensure!(told.len() == shown.len() && !told.is_empty());
    for (told, shown) in told.iter().zip(shown) {
        ensure!(
            told["number"] == shown["number"] && told["text"] == shown["text"],
            "{told} is not {shown}"
        );
        if shown["is_injected"] == true {
            ensure!(
                told["actual_ms"] == shown["injected_ms"] && told["verdict"] == shown["verdict"],
                "{told}"
            );
        } else {
            ensure!(told["actual_ms"].is_null() && told["verdict"] == "not-given", "{told}");
        }
    }
    let taken = |rows: &[Value]| -> Vec<(i64, i64)> {
        let rows = rows.iter();
        rows.map(|row| (number(&row["at_unix_ms"]), number(&row["people"])))
            .collect()
    };
    ensure!(taken(list(&report, "preemptions")) == taken(list(show, "preemptions")));
    ensure!(
        list(&report, "problems")
            .iter()
            .any(|row| row["text"] == "三人电话停机"),
        "{report}"
    );
    adds_up(&report)?;
    page(cli, dir, &report)?;
    workbook(cli, dir)?;
    Ok(report)
}

fn same_figures(told: &Value, shown: &Value) -> anyhow::Result<()> {
    for (of_report, of_show) in [("acknowledged", "acked")].into_iter().chain(
        [
            "called",
            "preempted",
            "target",
            "reached",
            "departed",
            "arrived",
            "on_time",
            "late",
            "absent",
            "assembled_15",
            "assembled_30",
            "assembled_60",
            "take_overs",
            "dead_numbers",
            "escalations",
            "ack_p50_ms",
            "ack_p90_ms",
            "ack_max_ms",
        ]
        .map(|key| (key, key)),
    ) {
        ensure!(told[of_report] == shown[of_show], "{of_report}: {told} is not {shown}");
    }
    for key in ["excused", "declined"] {
        ensure!(
            sum(list(told, key), "people") == number(&shown[key]),
            "{key}: {told} is not {shown}"
        );
    }
    Ok(())
}

/// Units, participants, curve and bars come to the same people.
fn adds_up(report: &Value) -> anyhow::Result<()> {
    let all = &report["figures"]["all"];
    let participants = list(report, "participants");
    ensure!(sum(participants, "real") + sum(participants, "simulated") == number(&all["called"]));
    ensure!(sum(participants, "teams") > 0, "whole teams were called");
    let units = list(report, "units");
    for key in [
        "target",
        "reached",
        "acknowledged",
        "arrived",
        "on_time",
        "late",
        "absent",
    ] {
        ensure!(sum(units, key) == number(&all[key]), "{key} of the units");
    }
    let last = list(report, "curve").last().context("no curve")?;
    for key in ["acknowledged", "departed", "arrived"] {
        ensure!(last[key] == all[key], "{key}: the curve ends at {last}");
    }
    let bars = list(report, "acknowledgements");
    ensure!(
        sum(bars, "real") + sum(bars, "simulated") == number(&all["acknowledged"]),
        "{bars:?}"
    );
    ensure!(
        number(&report["first_notified_ms"]) <= number(&report["last_notified_ms"]),
        "{report}"
    );
    ensure!(
        !report["place"].as_str().unwrap_or_default().is_empty(),
        "where they were called to"
    );
    Ok(())
}

/// The page says 【演练】, and the numbers of the JSON; a file that was there is replaced.
fn page(cli: &Cli, dir: &Path, report: &Value) -> anyhow::Result<()> {
    let path = dir.join("report.html");
    fs::write(&path, "old")?;
    for (lang, due, arrived) in [("zh-CN", "应到", "到位"), ("en", "due", "arrived")] {
        let done = cli.ok(&[
            "--lang",
            lang,
            "drill",
            "report",
            "Y1",
            "--out",
            &path.to_string_lossy(),
        ])?;
        ensure!(done["format"] == "html" && done["exercise_id"] == 1, "{done}");
        let page = fs::read_to_string(&path)?;
        ensure!(number(&done["bytes"]) == page.len() as i64, "{done}");
        ensure!(
            page.starts_with("<!DOCTYPE html>") && page.contains("<title>【演练】"),
            "{lang}"
        );
        ensure!(page.contains("Asia/Shanghai"), "the zone of the district");
        ensure!(
            page.matches("<svg ").count() >= 4,
            "curve, acknowledgements, units, injects"
        );
        let all = &report["figures"]["all"];
        for (word, key) in [(due, "target"), (arrived, "arrived")] {
            let row = format!("<td class=\"w\">{word}</td><td class=\"n\">{}", all[key]);
            ensure!(page.contains(&row), "{lang}: {row}");
        }
        let tenths = number(&report["score"]);
        ensure!(
            page.contains(&format!("<dd>{}.{}<small>", tenths / 10, tenths % 10)),
            "{lang}: the score"
        );
    }
    Ok(())
}

fn workbook(cli: &Cli, dir: &Path) -> anyhow::Result<()> {
    let path = dir.join("report.xlsx");
    let done = cli.ok(&[
        "drill",
        "report",
        "Y1",
        "--format",
        "xlsx",
        "--out",
        &path.to_string_lossy(),
    ])?;
    let content = fs::read(&path)?;
    ensure!(
        content.starts_with(b"PK") && number(&done["bytes"]) == content.len() as i64,
        "{done}"
    );
    Ok(())
}
