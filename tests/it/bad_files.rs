//! Bad rows and bad files: every bad row is named, good ones are taken or none, as asked.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::Context as _;
use baiying_e2e::api::fresh;
use baiying_e2e::small::{id_number, member, person, unit};
use baiying_e2e::{Api, Output, Site, reason, run};
use baiying_proto::v1;
use tonic::Status;

async fn import_units(api: &Api, mode: v1::ImportMode, rows: Vec<v1::UnitRow>) -> Result<v1::ImportReport, Status> {
    let header = v1::ImportHeader {
        context: fresh(),
        mode: mode.into(),
    };
    let messages = [
        v1::ImportUnitsRequest {
            header: Some(header),
            rows: Vec::new(),
        },
        v1::ImportUnitsRequest { header: None, rows },
    ];
    Ok(api
        .org()
        .import_units(tokio_stream::iter(messages))
        .await?
        .into_inner()
        .report
        .unwrap_or_default())
}

async fn import_people(api: &Api, rows: Vec<v1::PersonRow>) -> Result<v1::ImportReport, Status> {
    let header = v1::ImportHeader {
        context: fresh(),
        mode: v1::ImportMode::SkipBad.into(),
    };
    let message = v1::ImportPeopleRequest {
        header: Some(header),
        rows,
        ..v1::ImportPeopleRequest::default()
    };
    Ok(api
        .roster()
        .import_people(tokio_stream::iter([message]))
        .await?
        .into_inner()
        .report
        .unwrap_or_default())
}

async fn import_teams(api: &Api, rows: Vec<v1::TeamMemberRow>) -> Result<v1::ImportReport, Status> {
    let header = v1::ImportHeader {
        context: fresh(),
        mode: v1::ImportMode::SkipBad.into(),
    };
    let message = v1::ImportTeamsRequest {
        header: Some(header),
        rows,
    };
    Ok(api
        .roster()
        .import_teams(tokio_stream::iter([message]))
        .await?
        .into_inner()
        .report
        .unwrap_or_default())
}

fn problems(report: &v1::ImportReport) -> Vec<(u32, &str, &str)> {
    report
        .bad
        .iter()
        .map(|bad| (bad.row, bad.field.as_str(), bad.problem.as_str()))
        .collect()
}

#[tokio::test]
async fn every_bad_row_of_an_import_is_named() -> anyhow::Result<()> {
    let site = Site::small().await?;
    let api = site.api()?;
    let rows = vec![
        unit(2, "A", "甲", "B", "town"),
        unit(3, "B", "乙", "C", "town"),
        unit(4, "C", "丙", "A", "town"),
        unit(5, "D", "丁", "nowhere", "town"),
        unit(6, "E", "戊", "440608", "planet"),
        unit(7, "F", "", "440608", "town"),
        unit(8, "G", "庚", "440608", "town"),
        unit(9, "G", "辛", "440608", "town"),
        // Under its own grid: a cycle through what is known already.
        unit(10, "440608001", "荷城街道", "440608001201-G1", "town"),
        unit(11, "", "壬", "440608", "town"),
    ];
    let refused = import_units(&api, v1::ImportMode::AllOrNothing, rows.clone()).await?;
    anyhow::ensure!(!refused.applied && refused.bad.len() >= 9, "{refused:#?}");
    let taken = import_units(&api, v1::ImportMode::SkipBad, rows).await?;
    let expected = [
        (2, "parent_code", "cycle"),
        (3, "parent_code", "cycle"),
        (4, "parent_code", "cycle"),
        (5, "parent_code", "unknown-unit"),
        (6, "kind", "invalid"),
        (7, "name", "missing"),
        (9, "code", "duplicate"),
        (10, "parent_code", "cycle"),
        (11, "code", "missing"),
    ];
    anyhow::ensure!(
        problems(&taken) == expected && taken.applied && taken.added == 1,
        "{taken:#?}"
    );
    anyhow::ensure!(
        problems(&refused) == expected,
        "the same rows are bad in both modes: {refused:#?}"
    );

    let mut wrong_digit = person(4, 103, "440608-A01", "staff");
    let last = if wrong_digit.id_number.ends_with('1') { "2" } else { "1" };
    wrong_digit.id_number.replace_range(17.., last);
    let rows = vec![
        person(2, 101, "440608-A01", "staff"),
        person(3, 101, "440608-A02", "staff"),
        wrong_digit,
        person(5, 104, "440608-A99", "staff"),
        person(6, 105, "440608-A01", "wizard"),
        v1::PersonRow {
            name: String::new(),
            ..person(7, 106, "440608-A01", "staff")
        },
    ];
    let report = import_people(&api, rows).await?;
    let expected = [
        (3, "id_number", "duplicate"),
        (4, "id_number", "invalid"),
        (5, "unit_code", "unknown-unit"),
        (6, "category", "invalid"),
        (7, "name", "missing"),
    ];
    anyhow::ensure!(problems(&report) == expected && report.added == 1, "{report:#?}");
    anyhow::ensure!(report.bad[0].other_row == 2, "{report:#?}");
    let shown = format!("{report:?}");
    anyhow::ensure!(!shown.contains(&id_number(101)), "a report shows an ID number");

    let row = |row, team: &str, role: &str, person: &str| member(row, team, "support", "440608001", role, person);
    let report = import_teams(
        &api,
        vec![
            row(2, "X1", "leader", "P1"),
            row(3, "X1", "deputy", "P1"),
            row(4, "X2", "member", "P2"),
            row(5, "X3", "leader", "P3"),
            row(6, "X3", "leader", "P4"),
            row(7, "X4", "leader", "P999"),
            row(8, "X5", "leader", "P5"),
            row(9, "X5", "member", "P6"),
        ],
    )
    .await?;
    let bad: BTreeSet<&str> = report.bad.iter().map(|bad| bad.problem.as_str()).collect();
    for problem in ["leader-is-deputy", "no-leader", "second-of-role", "unknown-person"] {
        anyhow::ensure!(bad.contains(problem), "{problem}: {report:#?}");
    }
    // X1 without its deputy, X3 under its first leader, and X5.
    anyhow::ensure!(report.added == 3 && report.bad.len() == 4, "{report:#?}");
    let header = v1::ImportUnitsRequest::default();
    let status = api
        .org()
        .import_units(tokio_stream::iter([header]))
        .await
        .err()
        .context("no header")?;
    anyhow::ensure!(reason(&status) == "INVALID_ARGUMENT", "{status:?}");
    Ok(())
}

fn write(dir: &Path, name: &str, bytes: &[u8]) -> anyhow::Result<String> {
    let path = dir.join(name);
    fs::write(&path, bytes)?;
    Ok(path.to_string_lossy().into_owned())
}

#[tokio::test]
async fn files_in_gbk_with_a_bom_or_cut_off() -> anyhow::Result<()> {
    let site = Site::small().await?;
    let (cli, dir) = (site.cli(), site.dir.path());
    let row = |number: u32, name: &str| format!("{},{name},13900000000,440608-A01,在编在岗\n", id_number(number));
    let header = "身份证号,姓名,联系电话,单位代码,人员类别\n";
    let text = |first: u32| (first..first + 20).fold(header.to_owned(), |text, number| text + &row(number, "欧阳测试"));

    let plain = text(200);
    let (gbk, _, _) = encoding_rs::GBK.encode(&plain);
    let file = write(dir, "gbk.csv", &gbk)?;
    let output = cli.run(&["--output", "json", "person", "import", &file])?;
    anyhow::ensure!(output.code == 0 && output.json()?["added"] == 20, "{output:?}");
    anyhow::ensure!(output.stderr.contains("GB"), "the encoding is told: {output:?}");
    let bom = [&b"\xef\xbb\xbf"[..], text(300).as_bytes()].concat();
    let file = write(dir, "bom.csv", &bom)?;
    anyhow::ensure!(cli.ok(&["person", "import", &file])?["added"] == 20);
    // The names arrived whole: the list shows the first character only.
    let people = cli.ok(&["person", "list", "--unit", "440608-A01"])?;
    anyhow::ensure!(people.to_string().contains("欧"), "{people}");

    let whole = text(400);
    let refused = |name: &str, bytes: &[u8], told: &str| -> anyhow::Result<Output> {
        let file = write(dir, name, bytes)?;
        let output = cli.run(&["--output", "json", "person", "import", &file])?;
        let shown = format!("{}{}", output.stdout, output.stderr);
        anyhow::ensure!(
            output.code == 3 && shown.contains(told),
            "{name}: {told:?} with exit code 3 was expected: {output:?}"
        );
        Ok(output)
    };
    let cut = whole.rfind(",440608-A01").context("a last row")?;
    refused("cut.csv", &whole.as_bytes()[..cut], "cut.csv")?;
    let in_character = whole.rfind("测试").context("a name")? + 1;
    refused("half.csv", &whole.as_bytes()[..in_character], "half.csv")?;
    let quoted = whole.replacen("欧阳测试,", "\"欧阳测试,", 1);
    refused("quotes.csv", quoted.as_bytes(), "quotes.csv")?;
    refused("empty.csv", b"", "empty.csv")?;
    refused("no-rows.csv", header.as_bytes(), "no-rows.csv")?;
    refused("columns.csv", "姓名,电话\n张三,1\n".as_bytes(), "columns.csv")?;
    refused(
        "zip.csv",
        b"PK\x03\x04\x14\x00\x06\x00\x08\x00\x00\x00!\x00\xff\xfe\x00\x01",
        "zip.csv",
    )?;
    refused("nowhere/../missing.csv", b"", "missing.csv").err();
    // Nothing of any of them was taken.
    anyhow::ensure!(cli.ok(&["status"])?["people"] == 48 + 40);
    Ok(())
}

#[tokio::test]
async fn dirty_rows_are_skipped_or_stop_the_import_as_asked() -> anyhow::Result<()> {
    let site = Site::start()?;
    let (cli, dir) = (site.cli(), site.dir.path().join("files"));
    let out = dir.to_string_lossy().into_owned();
    let synth = run(
        "baiyingd",
        &["synth", "gaoming", "--out", &out, "--dirty", "0.02", "--seed", "5"],
        &[],
    )?;
    anyhow::ensure!(synth.code == 0, "{synth:?}");
    let report = synth.json()?;
    let count = |key: &str| report[key].as_u64().unwrap_or_default();
    anyhow::ensure!(count("dirty") > 100, "{report}");
    let dirty: BTreeSet<u64> = fs::read_to_string(dir.join("DIRTY.csv"))?
        .lines()
        .skip(1)
        .map(|line| line.split(',').next().unwrap_or_default().parse())
        .collect::<Result<_, _>>()?;
    anyhow::ensure!(dirty.len() as u64 == count("dirty"), "{report}");
    cli.ok(&["org", "import", &format!("{out}/divisions.csv")])?;

    let people = format!("{out}/people.csv");
    let named = |answer: &serde_json::Value| -> BTreeSet<u64> {
        answer["bad"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|bad| bad["row"].as_u64())
            .collect()
    };
    for all_or_nothing in [
        &["person", "import", &people][..],
        &["person", "import", "--all-or-nothing", &people],
    ] {
        let answer = cli.json(3, all_or_nothing)?;
        anyhow::ensure!(
            answer["applied"] == false && named(&answer) == dirty,
            "{}",
            missing(&named(&answer), &dirty)
        );
    }
    anyhow::ensure!(cli.ok(&["status"])?["people"] == 0, "all or nothing took something");
    let file = format!("{out}/report.csv");
    let answer = cli.json(3, &["person", "import", "--skip-bad", "--report", &file, &people])?;
    anyhow::ensure!(
        answer["applied"] == true && named(&answer) == dirty,
        "{}",
        missing(&named(&answer), &dirty)
    );
    anyhow::ensure!(
        answer["added"] == count("people") - count("dirty"),
        "{} of {report}",
        answer["added"]
    );
    anyhow::ensure!(
        fs::read_to_string(&file)?.lines().count() == dirty.len() + 1,
        "the report has every bad row"
    );
    anyhow::ensure!(cli.ok(&["status"])?["people"] == count("people") - count("dirty"));
    // Teams only name people whose rows were good.
    cli.ok(&["team", "import", &format!("{out}/teams.csv")])?;
    Ok(())
}

fn missing(named: &BTreeSet<u64>, dirty: &BTreeSet<u64>) -> String {
    let few = |set: Vec<&u64>| set.into_iter().take(5).copied().collect::<Vec<_>>();
    let (not_named, not_dirty) = (
        few(dirty.difference(named).collect()),
        few(named.difference(dirty).collect()),
    );
    format!(
        "{} rows are bad, {} are named; not named {not_named:?}, not dirty {not_dirty:?}",
        dirty.len(),
        named.len()
    )
}

#[tokio::test]
async fn the_command_line_tells_what_is_wrong() -> anyhow::Result<()> {
    let site = Site::small().await?;
    let (cli, dir) = (site.cli(), site.dir.path());
    let file = write(
        dir,
        "cycle.csv",
        "code,name,parent_code,kind\nA,甲,B,town\nB,乙,A,town\n".as_bytes(),
    )?;
    let answer = cli.json(3, &["org", "import", &file])?;
    anyhow::ensure!(
        answer["applied"] == false && answer["bad"][0]["problem"] == "cycle",
        "{answer}"
    );
    let teams = "team_code,team_name,kind,unit_code,role,person\nX,X队,support,440608001,leader,P1\nX,X队,support,440608001,deputy,P1\n";
    let file = write(dir, "teams.csv", teams.as_bytes())?;
    let answer = cli.json(3, &["team", "import", &file])?;
    anyhow::ensure!(answer["bad"].to_string().contains("leader-is-deputy"), "{answer}");

    cli.approved(&["response", "activate", "--plan", "flood", "--level", "3"])?;
    let issue = |who: &[&str], more: &[&str]| {
        let base = ["order", "issue", "--response", "R1", "--text", "紧急集结"];
        [&base[..], who, more]
            .concat()
            .iter()
            .map(|word| (*word).to_owned())
            .collect::<Vec<_>>()
    };
    for (reason, who, more) in [
        ("UNKNOWN_UNIT", ["--unit", "999"], ["--muster", "M1"]),
        ("UNKNOWN_TEAM", ["--team", "T99"], ["--muster", "M1"]),
        ("UNKNOWN_PERSON", ["--person", "P999"], ["--muster", "M1"]),
        ("UNKNOWN_MUSTER_POINT", ["--person", "P1"], ["--muster", "M99"]),
        ("EMPTY_AUDIENCE", ["--unit", "440608106201"], ["--muster", "M1"]),
    ] {
        let words = issue(&who, &more);
        let told = cli.refused(reason, &words.iter().map(String::as_str).collect::<Vec<_>>())?;
        anyhow::ensure!(
            told.contains(who[1]) || told.contains(more[1]) || reason == "EMPTY_AUDIENCE",
            "{told}"
        );
    }
    let late = issue(
        &["--person", "P1"],
        &["--muster", "M1", "--ack-by", "2020-01-01T00:00:00+08:00"],
    );
    cli.refused("DEADLINE_PAST", &late.iter().map(String::as_str).collect::<Vec<_>>())?;
    let nobody = issue(&[], &["--muster", "M1"]);
    let output = cli.run(&nobody.iter().map(String::as_str).collect::<Vec<_>>())?;
    anyhow::ensure!(
        output.code == 2,
        "an order to nobody is a wrong command line: {output:?}"
    );
    cli.ok(&[
        "order",
        "issue",
        "--response",
        "R1",
        "--text",
        "集结",
        "--team",
        "T1",
        "--muster",
        "M1",
        "--no-ladder",
    ])?;
    cli.refused("NOT_ADDRESSED", &["field", "ack", "O1", "--person", "P40", "--own"])?;
    cli.refused(
        "WRONG_CODE",
        &[
            "field", "check-in", "O1", "--muster", "M1", "--person", "P1", "--own", "--code", "GUESS",
        ],
    )?;
    cli.refused("UNKNOWN_ORDER", &["order", "show", "O99"])?;
    cli.refused("UNKNOWN_PERSON", &["field", "receive", "--lead", "P999", "--once"])?;
    cli.ok(&["--request-id", "k1", "field", "ack", "O1", "--person", "P1", "--own"])?;
    cli.refused(
        "REQUEST_ID_REUSED",
        &["--request-id", "k1", "field", "ack", "O1", "--person", "P2", "--own"],
    )?;
    let output = cli.run(&["field", "ack", "O1"])?;
    anyhow::ensure!(output.code == 2, "{output:?}");
    Ok(())
}
