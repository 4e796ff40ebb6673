//! In-place reports: a key area, reports on people's own and their lead's word, also from out of reach, the village's word, and what a
//! village is not told (C4). Real command line, real daemon.

use std::fs;

use baiying_drills::load::import_all;
use baiying_e2e::{Cli, Site, small, wait};
use serde_json::Value;

/// Where P1 to P8 live; no window is opened in the other one.
const VILLAGE: &str = "440608001201";
const OTHER: &str = "440608106201";

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_default()
}

/// The small district, with the staff of both agencies as Party members; nobody knows where P21 to P24 live.
async fn district() -> anyhow::Result<Site> {
    populated(Site::start()?).await
}

async fn populated(site: Site) -> anyhow::Result<Site> {
    let mut data = small::district();
    for (person, number) in data.people.iter_mut().zip(1..) {
        if number <= 24 {
            person.political = "party-member".to_owned();
        }
        person.residence_code = match number {
            1..=8 => VILLAGE.to_owned(),
            9..=20 => OTHER.to_owned(),
            _ => String::new(),
        };
    }
    import_all(&site.daemon.api, &data, "test").await?;
    Ok(site)
}

/// The line of somebody in a list.
fn line(document: &Value, person: u64) -> anyhow::Result<Value> {
    let found = list(document, "reports")
        .iter()
        .find(|line| number(&line["person_id"]) == person);
    found
        .cloned()
        .ok_or_else(|| anyhow::anyhow!("P{person} is not in {document}"))
}

fn status_is(cli: &Cli, person: u64, status: &str) -> anyhow::Result<Value> {
    let line = line(&cli.ok(&["in-place", "list", "--village", VILLAGE])?, person)?;
    anyhow::ensure!(line["status"] == status, "P{person} was to be {status}: {line}");
    Ok(line)
}

fn counts_are(cli: &Cli, expected: &[(&str, u64)]) -> anyhow::Result<()> {
    let windows = cli.ok(&["in-place", "windows", "--unit", VILLAGE])?;
    let counts = &list(&windows, "windows")[0]["counts"];
    let parts = [
        "confirmed",
        "released",
        "reported",
        "coming",
        "declined",
        "excused",
        "unanswered",
        "absent",
    ];
    let sum: u64 = parts.iter().map(|part| number(&counts[*part])).sum();
    anyhow::ensure!(number(&counts["due"]) == sum, "does not add up: {counts}");
    let wrong: Vec<_> = expected
        .iter()
        .filter(|(part, count)| number(&counts[*part]) != *count)
        .collect();
    anyhow::ensure!(wrong.is_empty(), "{wrong:?} was expected: {counts}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn members_report_where_they_live_and_the_village_confirms() -> anyhow::Result<()> {
    let site = district().await?;
    let cli = site.cli();
    peacetime(&site, &cli)?;
    cli.approved(&[
        "response", "activate", "--plan", "flood", "--level", "4", "--reason", "台风", "--yes",
    ])?;
    let open = |by: &'static str, area: &'static str| {
        [
            "in-place",
            "open",
            "--response",
            "R1",
            "--key-area",
            area,
            "--mobilized-by",
            by,
            "--report-within",
            "12h",
            "--yes",
        ]
    };
    cli.refused("NOT_MOBILIZER", &open("440608001", "440608001"))?;
    let opened = cli.ok(&open("440608-A01", "440608001"))?;
    anyhow::ensure!(number(&list(&opened, "opened")[0]["order"]["due"]) == 8, "{opened}");
    let again = cli.ok(&open("440608-A01", "440608001"))?;
    anyhow::ensure!(
        list(&again, "opened").is_empty() && again["open_before_codes"][0] == VILLAGE,
        "{again}"
    );

    reports(&cli)?;
    out_of_reach(&cli)?;
    let confirmed = cli.ok(&["in-place", "confirm", "--village", VILLAGE, "--all", "--by", "社区书记"])?;
    anyhow::ensure!(number(&confirmed["applied"]) == 3, "{confirmed}");
    cli.refused(
        "NOT_REPORTED",
        &[
            "in-place",
            "confirm",
            "--village",
            VILLAGE,
            "--person",
            "P8",
            "--by",
            "书记",
        ],
    )?;
    cli.ok(&["in-place", "assign", "P1", "--village", VILLAGE, "--task", "卡口值守"])?;
    let line = status_is(&cli, 1, "confirmed")?;
    anyhow::ensure!(line["task"] == "卡口值守" && line["home_unit_code"] == "", "{line}");
    cli.refused(
        "NOT_CONFIRMED",
        &["in-place", "assign", "P7", "--village", VILLAGE, "--task", "巡堤"],
    )?;

    not_told(&cli)?;
    counts_are(
        &cli,
        &[
            ("due", 8),
            ("confirmed", 3),
            ("excused", 2),
            ("declined", 1),
            ("unanswered", 2),
        ],
    )?;
    // One ledger: what the village sees is what the board counts.
    let board = cli.ok(&["board", "--order", "O1"])?;
    let total = &board["total"]["counts"];
    anyhow::ensure!(
        number(&total["due"]) == 8 && number(&total["present"]) == 3 && number(&total["excused"]) == 2,
        "{total}"
    );

    let mobile = cli.ok(&["in-place", "mobile", "--response", "R1"])?;
    let people: Vec<u64> = list(&mobile, "members")
        .iter()
        .map(|member| number(&member["person_id"]))
        .collect();
    anyhow::ensure!(people == (9..=24).collect::<Vec<_>>(), "{mobile}");

    cli.ok(&["response", "terminate", "R1", "--reason", "险情解除", "--yes"])?;
    let windows = cli.ok(&["in-place", "windows"])?;
    anyhow::ensure!(
        list(&windows, "windows")[0]["closed_why"] == "response-ended",
        "{windows}"
    );
    counts_are(&cli, &[("released", 3), ("excused", 5)])?;
    cli.refused(
        "NO_WINDOW",
        &[
            "in-place",
            "report",
            "--village",
            VILLAGE,
            "--person",
            "P7",
            "--own",
            "--code",
            "HECHENG1",
        ],
    )?;
    Ok(())
}

/// Pre-registration and double reports.
fn peacetime(site: &Site, cli: &Cli) -> anyhow::Result<()> {
    let file = site.dir.path().join("registrations.csv");
    let rows = format!(
        "身份证号,居住社区代码,特长,服务类型,可服务时间\n{},{VILLAGE},医护、驾驶,卫生防疫,工作日晚间\n{},{VILLAGE},,,\n",
        small::id_number(8),
        small::id_number(9),
    );
    fs::write(&file, rows)?;
    // P9 lives elsewhere by the roster.
    let path = file.to_string_lossy();
    let report = cli.json(3, &["in-place", "preregister", "import", &path, "--skip-bad"])?;
    anyhow::ensure!(
        number(&report["added"]) == 1 && list(&report, "bad")[0]["field"] == "village_code",
        "{report}"
    );
    cli.ok(&[
        "in-place",
        "preregister",
        "add",
        "P7",
        "--village",
        VILLAGE,
        "--skill",
        "船艇",
    ])?;
    let summary = cli.ok(&["in-place", "preregister", "summary", "--unit", "440608001"])?;
    let village = &list(&summary, "villages")[0];
    anyhow::ensure!(
        number(&village["members"]) == 8 && number(&village["registered"]) == 2,
        "{summary}"
    );
    let linked = [
        "in-place",
        "double-report",
        "record",
        "--unit",
        "440608-A01",
        "--community",
        VILLAGE,
        "--basis",
    ];
    cli.ok(&[&linked[..], &["linked"]].concat())?;
    cli.refused("DOUBLE_REPORT_BASIS", &[&linked[..], &["residence"]].concat())?;
    let reports = cli.ok(&["in-place", "double-report", "list", "--community", VILLAGE])?;
    anyhow::ensure!(list(&reports, "double_reports").len() == 1, "{reports}");
    Ok(())
}

fn reports(cli: &Cli) -> anyhow::Result<()> {
    let report = |who: &'static str, code: &'static str| {
        [
            "in-place",
            "report",
            "--village",
            VILLAGE,
            "--person",
            who,
            "--own",
            "--code",
            code,
        ]
    };
    cli.ok(&report("P1", "HECHENG1"))?;
    status_is(cli, 1, "reported")?;
    let said = cli.run(&report("P1", "HECHENG1"))?;
    anyhow::ensure!(said.code == 0, "{said:#?}");
    cli.refused("WRONG_CODE", &report("P2", "8888"))?;
    let outside = cli.refused("OUTSIDE_KEY_AREA", &report("P13", "HECHENG1"))?;
    anyhow::ensure!(outside.contains("mobile team"), "{outside}");
    // Who registered in peacetime comes first.
    let all = cli.ok(&["in-place", "list", "--village", VILLAGE])?;
    let first: Vec<u64> = list(&all, "reports")
        .iter()
        .take(3)
        .map(|line| number(&line["person_id"]))
        .collect();
    anyhow::ensure!(first == [7, 8, 1], "{all}");
    anyhow::ensure!(line(&all, 8)?["hours"] == "工作日晚间", "{all}");
    Ok(())
}

/// A lead who is out of reach reports like anybody: a check-in to the village's order.
fn out_of_reach(cli: &Cli) -> anyhow::Result<()> {
    cli.ok(&["field", "enroll", "--lead", "P1"])?;
    let check_in = [
        "field",
        "check-in",
        "O1",
        "--muster",
        "M1",
        "--lead",
        "P1",
        "--person",
        "P2,P3",
        "--offline",
    ];
    cli.ok(&check_in)?;
    status_is(cli, 2, "unanswered")?;
    cli.ok(&["field", "sync", "--lead", "P1"])?;
    status_is(cli, 2, "reported")?;
    counts_are(cli, &[("reported", 3), ("confirmed", 0)])
}

/// C4: the village sees who is excused, and nothing of why; the home unit sees what kind it is.
fn not_told(cli: &Cli) -> anyhow::Result<()> {
    cli.ok(&[
        "in-place",
        "exempt",
        "P4",
        "--reason",
        "pregnant",
        "--approved-by",
        "组织部",
    ])?;
    let issue = [
        "order",
        "issue",
        "--response",
        "R1",
        "--person",
        "P5",
        "--muster",
        "M1",
        "--ack-within",
        "5m",
        "--arrive-within",
        "60m",
        "--duty",
        "agency-team",
        "--text",
        "到堤防",
    ];
    cli.ok(&issue)?;
    cli.ok(&[
        "field", "decline", "O1", "--person", "P6", "--reason", "medical", "--note", "住院", "--own",
    ])?;
    cli.refused(
        "ON_OTHER_DUTY",
        &[
            "in-place",
            "report",
            "--village",
            VILLAGE,
            "--person",
            "P5",
            "--own",
            "--code",
            "HECHENG1",
        ],
    )?;
    let village = cli.ok(&["in-place", "list", "--village", VILLAGE])?;
    for person in [4, 5] {
        let line = line(&village, person)?;
        anyhow::ensure!(
            line["status"] == "excused" && line["excuse"] == "" && line["stated_reason"] == "",
            "{line}"
        );
    }
    anyhow::ensure!(line(&village, 6)?["stated_reason"] == "withheld", "{village}");
    let text = village.to_string() + &cli.run(&["in-place", "list", "--village", VILLAGE])?.stdout;
    for secret in ["pregnant", "exempt", "other-duty", "medical", "住院", "堤防", "O2"] {
        anyhow::ensure!(!text.contains(secret), "the village was told {secret:?}: {text}");
    }
    let home = cli.ok(&["in-place", "list", "--home-unit", "440608-A01"])?;
    anyhow::ensure!(
        line(&home, 4)?["excuse"] == "exempt" && line(&home, 5)?["excuse"] == "other-duty",
        "{home}"
    );
    anyhow::ensure!(
        !home.to_string().contains("medical") && !home.to_string().contains("pregnant"),
        "{home}"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_closes_by_itself_when_its_time_has_come() -> anyhow::Result<()> {
    let short = [("confirm_ms = 7200000", "confirm_ms = 1000")];
    let site = populated(Site::with_policy(&short)?).await?;
    let cli = site.cli();
    cli.approved(&[
        "response", "activate", "--plan", "flood", "--level", "4", "--reason", "台风", "--yes",
    ])?;
    let open = [
        "in-place",
        "open",
        "--response",
        "R1",
        "--key-area",
        "440608001",
        "--mobilized-by",
        "440608-A01",
        "--report-within",
        "1s",
        "--yes",
    ];
    cli.ok(&open)?;
    let window = wait::until("the window closes", async || {
        let windows = cli.ok(&["in-place", "windows", "--unit", VILLAGE])?;
        let window = list(&windows, "windows")[0].clone();
        Ok((window["closed_why"] != "").then_some(window))
    });
    let window = window.await?;
    anyhow::ensure!(
        window["closed_why"] == "deadline" && number(&window["counts"]["absent"]) == 8,
        "{window}"
    );
    Ok(())
}
