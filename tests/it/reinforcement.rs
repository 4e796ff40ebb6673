//! Reinforcement: a town asks, the organization department allocates, one agency refuses and the reserve steps in, people arrive,
//! are assigned, and come back. Real command line, real daemon, a kill in between.

use std::fs;

use anyhow::Context as _;
use baiying_e2e::{Cli, Serve, small};
use serde_json::Value;

const POLICY: &str = include_str!("../../deploy/policy.toml");
const TOWN: &str = "440608106";
const EMERGENCY: &str = "440608-A01";
const WATER: &str = "440608-A02";

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_default()
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

fn shown(cli: &Cli) -> anyhow::Result<Value> {
    cli.ok(&["reinforcement", "show", "Z1"])
}

/// The counts of the first request, after checking that they add up.
fn expect(cli: &Cli, expected: &[(&str, u64)]) -> anyhow::Result<Value> {
    let shown = shown(cli)?;
    let counts = &shown["reinforcement"]["counts"];
    let of = |key: &str| number(&counts[key]);
    let covered = of("pending") + of("coming") + of("there") + of("back");
    anyhow::ensure!(
        of("asked") + of("surplus") == covered + of("uncovered"),
        "does not add up: {counts}"
    );
    for (key, count) in expected {
        anyhow::ensure!(of(key) == *count, "{key}: {count} was expected: {shown:#}");
    }
    Ok(shown)
}

fn people(shown: &Value) -> String {
    let all = list(shown, "people").iter().map(|it| format!("P{}", it["person_id"]));
    all.collect::<Vec<_>>().join(",")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_town_is_reinforced_and_everybody_comes_back() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let path = |name: &str| dir.path().join(name).display().to_string();
    let policy = POLICY.replace("allocators = []", &format!("allocators = [\"{EMERGENCY}\"]"));
    anyhow::ensure!(policy != POLICY, "the policy names nobody");
    fs::write(path("policy.toml"), policy)?;
    let serve = Serve::on(&dir.path().join("data"))
        .arguments(&["--synthetic", "--tenant", "test"])
        .environment("BAIYING_POLICY_FILE", &path("policy.toml"));
    let mut daemon = serve.serving()?;
    baiying_drills::load::import_all(&daemon.url(), &small::district(), "test").await?;
    let queue = dir.path().join("queue");
    let cli = Cli::new(&daemon.url(), &daemon.admin_url(), &queue);

    fs::write(
        path("links.csv"),
        "机关代码,村代码\n440608-A02,440608106201\n440608-A02,440608106\n",
    )?;
    // A town is no village: nothing is taken.
    cli.json(
        3,
        &[
            "reinforcement",
            "links",
            "import",
            &path("links.csv"),
            "--all-or-nothing",
        ],
    )?;
    fs::write(path("links.csv"), "机关代码,村代码\n440608-A02,440608106201\n")?;
    cli.ok(&["reinforcement", "links", "import", &path("links.csv")])?;
    let links = cli.ok(&["reinforcement", "links", "list"])?;
    anyhow::ensure!(list(&links, "links").len() == 1, "{links}");

    let activate = [
        "response", "activate", "--plan", "typhoon", "--level", "4", "--reason", "landfall", "--scope", TOWN,
    ];
    cli.approved(&[&activate[..], &["--yes"]].concat())?;
    let request = [
        "reinforcement",
        "request",
        "--response",
        "R1",
        "--number",
        "4",
        "--muster",
        "440608106-M1",
        "--arrive-within",
        "2h",
        "--task",
        "sandbags",
        "--reason",
        "the water rises",
        "--sign-off",
        "town",
        "--village",
        "440608106201",
    ];
    cli.refused(
        "TOWN_OUTSIDE_RESPONSE",
        &[&request[..], &["--town", "440608001"]].concat(),
    )?;
    cli.ok(&[&request[..], &["--town", TOWN]].concat())?;
    expect(&cli, &[("asked", 4), ("uncovered", 4)])?;

    // The agency that is linked to the village goes first; nobody else than the organization department may say so.
    let proposal = cli.ok(&["reinforcement", "propose", "Z1"])?;
    let name = proposal["proposal"].as_str().context("a name")?.to_owned();
    let approve = [
        "reinforcement",
        "approve",
        "Z1",
        "--approved-by",
        "Chen",
        "--proposal",
        &name,
    ];
    cli.refused("NOT_THE_ALLOCATOR", &[&approve[..], &["--allocator", WATER]].concat())?;
    cli.ok(&[&approve[..], &["--allocator", EMERGENCY]].concat())?;
    let asked = expect(&cli, &[("pending", 4), ("uncovered", 0)])?;
    let asked = &list(&list(&asked, "rounds")[0], "requisitions")[0];
    anyhow::ensure!(asked["agency_code"] == WATER, "{asked}");
    let lead = format!("P{}", asked["lead_id"]);

    // It declines; the reserve is asked at once, and a kill changes nothing of that.
    let decline = [
        "reinforcement",
        "decline",
        "Z1",
        "--agency",
        WATER,
        "--reason",
        "flood watch",
    ];
    cli.refused("NOT_TEAM_LEAD", &[&decline[..], &["--lead", "P1"]].concat())?;
    cli.ok(&[&decline[..], &["--lead", &lead]].concat())?;
    daemon.kill();
    let mut daemon = serve.serving()?;
    let cli = Cli::new(&daemon.url(), &daemon.admin_url(), &queue);
    let second = expect(&cli, &[("pending", 4), ("declined", 4), ("uncovered", 0)])?;
    let round = &list(&second, "rounds")[1];
    let asked = &list(round, "requisitions")[0];
    anyhow::ensure!(
        round["automatic"] == true && asked["agency_code"] == EMERGENCY,
        "{round}"
    );
    let lead = format!("P{}", asked["lead_id"]);
    cli.ok(&["reinforcement", "accept", "Z1", "--agency", EMERGENCY, "--lead", &lead])?;
    let coming = expect(&cli, &[("coming", 4), ("pending", 0)])?;
    let people = people(&coming);

    // They are called by an order like everybody else, report there, and are the town's from then on.
    let first = people.split(',').next().context("somebody")?.to_owned();
    cli.refused(
        "NOT_ARRIVED",
        &[
            "reinforcement",
            "assign",
            "Z1",
            "--unit",
            "440608106201",
            "--person",
            &first,
        ],
    )?;
    let check_in = [
        "field",
        "check-in",
        "O1",
        "--muster",
        "440608106-M1",
        "--desk",
        "--person",
        &people,
    ];
    cli.ok(&check_in)?;
    cli.ok(&["reinforcement", "assign", "Z1", "--unit", "440608106201", "--all"])?;
    let there = expect(&cli, &[("there", 4)])?;
    for person in list(&there, "people") {
        let place = (&person["assigned_code"], &person["commander_code"]);
        anyhow::ensure!(place.0 == "440608106201" && place.1 == TOWN, "{person}");
    }
    cli.refused("SIGN_OFF_OPEN", &["order", "release", "O1", "--all", "--yes"])?;
    cli.ok(&["order", "sign-off", "O1", "--name", "town"])?;
    cli.ok(&["order", "release", "O1", "--all", "--yes"])?;
    let back = expect(&cli, &[("back", 4)])?;
    anyhow::ensure!(back["reinforcement"]["ending"] == "returned", "{back}");
    for lang in ["en", "zh-CN"] {
        let text = cli.run(&["--lang", lang, "reinforcement", "show", "Z1"])?;
        anyhow::ensure!(text.code == 0 && text.stdout.contains("Z1"), "{text:#?}");
    }
    daemon.stop()?;
    Ok(())
}
