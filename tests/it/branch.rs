//! A temporary Party branch from the proposal to the sealed record, over the real command line and a daemon that is restarted between.

use anyhow::Context as _;
use baiying_drills::load::import_all;
use baiying_e2e::{Cli, Site, small};
use serde_json::Value;

/// Home of P1 to P12; of these 1 to 8 are in the Party and 9 is a probationer.
const AGENCY: &str = "440608-A01";
/// The town that the muster point M1 lies in, and a village under it.
const TOWN: &str = "440608001";
const VILLAGE: &str = "440608001201";
/// What somebody writes who means no good to who reads it.
const HOSTILE: &str = "\u{1b}[31m加固\u{202e}堤段\n=1+1";

async fn district(site: &Site) -> anyhow::Result<u32> {
    let mut data = small::district();
    for (number, row) in (1..).zip(&mut data.people) {
        row.political = match number {
            1..=8 | 13 | 14 => "party-member",
            9 => "probationary-member",
            _ => "other",
        }
        .to_owned();
    }
    import_all(&site.daemon.api, &data, "test").await?;
    let order = site.api()?.activate(3, "上堤").await?.order.context("no order")?;
    Ok(order.order_id)
}

/// Status, full members and warnings of a branch.
fn stands(cli: &Cli, branch: &str) -> anyhow::Result<(String, u64, Vec<String>)> {
    let shown = cli.ok(&["branch", "show", branch])?;
    let of = &shown["branch"];
    let warnings = of["warnings"].as_array().context("no warnings")?;
    Ok((
        of["status"].as_str().unwrap_or_default().to_owned(),
        of["full"].as_u64().unwrap_or_default(),
        warnings.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
    ))
}

fn is(cli: &Cli, branch: &str, status: &str, full: u64, warnings: &[&str]) -> anyhow::Result<()> {
    let found = stands(cli, branch)?;
    anyhow::ensure!(
        found.0 == status && found.1 == full && found.2 == warnings,
        "{branch} is {found:?}; {status}, {full}, {warnings:?} were expected"
    );
    Ok(())
}

#[tokio::test]
async fn a_branch_from_the_proposal_to_the_sealed_record() -> anyhow::Result<()> {
    let mut site = Site::start()?;
    let order = format!("O{}", district(&site).await?);
    let cli = site.cli();
    let none = cli.ok(&["branch", "propose", "--response", "R1"])?;
    anyhow::ensure!(none["branch_ids"] == serde_json::json!([]), "{none}");
    let arrived = [
        "field",
        "check-in",
        &order,
        "--muster",
        "M1",
        "--desk",
        "--person",
        "P1,P2,P3,P9",
    ];
    cli.ok(&arrived)?;
    let proposed = cli.ok(&["branch", "propose", "--response", "R1"])?;
    anyhow::ensure!(proposed["branch_ids"] == serde_json::json!([1]), "{proposed}");
    is(&cli, "B1", "proposed", 3, &[])?;

    // Two full members are too few, and the error says how many there are.
    let by_hand = [
        "branch",
        "propose",
        "--response",
        "R1",
        "--site",
        "M1",
        "--front",
        "堤上",
        "--person",
        "P13,P14",
    ];
    cli.ok(&by_hand)?;
    let approve = |branch: &'static str, by: &'static str, secretary: &'static str| {
        [
            "branch",
            "approve",
            branch,
            "--by",
            by,
            "--document",
            "荷党〔2026〕3号",
            "--secretary",
            secretary,
        ]
    };
    let few = cli.refused("BRANCH_TOO_FEW", &approve("B2", TOWN, "P13"))?;
    anyhow::ensure!(few.contains("2 full Party members"), "{few}");
    cli.refused("BRANCH_APPROVER", &approve("B1", VILLAGE, "P1"))?;
    cli.refused("BRANCH_OFFICER", &approve("B1", TOWN, "P9"))?;
    cli.refused("NOT_PARTY_MEMBER", &["branch", "join", "B1", "--person", "P10"])?;
    cli.ok(&["branch", "review", "B1", "--by", TOWN])?;
    cli.ok(&approve("B1", TOWN, "P1"))?;
    is(&cli, "B1", "active", 3, &[])?;
    cli.refused("BRANCH_MEMBER_ELSEWHERE", &["branch", "join", "B2", "--person", "P2"])?;
    cli.ok(&["branch", "log", "B1", "--text", HOSTILE])?;

    // A release leaves two: seen with the very next look, and after a restart.
    cli.ok(&["order", "release", &order, "--person", "P3"])?;
    is(&cli, "B1", "under-strength", 2, &["under-strength"])?;
    site.daemon.kill();
    site.restart()?;
    let cli = site.cli();
    is(&cli, "B1", "under-strength", 2, &["under-strength"])?;
    cli.ok(&["branch", "join", "B1", "--person", "P4"])?;
    is(&cli, "B1", "active", 3, &[])?;

    // The response ends, and with it the branch; the home is told; the record is sealed.
    cli.ok(&["response", "terminate", "R1", "--reason", "水退", "--yes"])?;
    is(&cli, "B1", "dissolving", 0, &["feedback-owed"])?;
    is(&cli, "B2", "withdrawn", 0, &[])?;
    let feedback = [
        "branch",
        "feedback",
        "B1",
        "--unit",
        AGENCY,
        "--written-by",
        "P1",
        "--note",
        "昼夜在岗",
    ];
    cli.refused("FEEDBACK_OPEN", &["branch", "dissolve", "B1", "--reason", "x", "--yes"])?;
    cli.ok(&feedback)?;
    is(&cli, "B1", "dissolved", 0, &[])?;
    let record = cli.ok(&["branch", "show", "B1"])?;
    let digest = record["seal"]["digest"].as_str().unwrap_or_default();
    anyhow::ensure!(digest.len() == 64, "{record}");
    anyhow::ensure!(
        record["feedback"][0]["person_ids"] == serde_json::json!([1, 2, 3, 4, 9]),
        "{record}"
    );
    cli.refused("BRANCH_STATUS", &["branch", "log", "B1", "--text", "later"])?;
    anyhow::ensure!(site.daemon.stop()?.success());
    site.restart()?;
    let cli = site.cli();
    anyhow::ensure!(cli.ok(&["branch", "show", "B1"])? == record, "the record changed");

    // What people wrote does not act on who reads it.
    let shown = cli.run(&["branch", "show", "B1"])?.stdout;
    anyhow::ensure!(
        !shown.contains(['\u{1b}', '\u{202e}']) && shown.contains("堤段"),
        "{shown}"
    );
    let listed = cli.ok(&["branch", "list", "--status", "dissolved"])?;
    anyhow::ensure!(listed["branches"][0]["branch_id"] == 1, "{listed}");
    Ok(())
}
