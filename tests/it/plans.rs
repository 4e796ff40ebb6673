//! Plans, posts and 1+1+N with the real command line and the real daemon: what ships is imported, a bad file is told with every
//! problem, a version stays, an active response keeps its own, posts are held and given up.

use std::fs;
use std::path::Path;

use anyhow::Context as _;
use baiying_drills::synth::{self, District, SynthOptions};
use baiying_e2e::wait::until;
use baiying_e2e::{Cli, Site};
use serde_json::Value;

const KINDS: [&str; 5] = ["earthquake", "epidemic", "flood", "generic", "typhoon"];

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

/// A small district with its people, teams and posts.
fn district(site: &Site) -> anyhow::Result<String> {
    let dir = site.dir.path().join("files");
    let options = SynthOptions {
        members: false,
        scale: 0.1,
        ..SynthOptions::default()
    };
    synth::write(District::Gaoming, &options, &dir)?;
    let (cli, dir) = (site.cli(), dir.to_string_lossy().into_owned());
    for (noun, file) in [
        ("org", "divisions"),
        ("person", "people"),
        ("team", "teams"),
        ("muster", "muster"),
        ("post", "posts"),
    ] {
        cli.ok(&[noun, "import", &format!("{dir}/{file}.csv")])?;
    }
    Ok(dir)
}

fn shipped(kind: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."));
    root.join(format!("deploy/plans/{kind}.toml"))
        .to_string_lossy()
        .into_owned()
}

fn versions(cli: &Cli, kind: &str) -> anyhow::Result<Vec<i64>> {
    let plans = cli.ok(&["plan", "list", kind])?;
    let numbers = list(&plans, "plans").iter().map(|plan| plan["version"].as_i64());
    numbers.map(|number| number.context("a version")).collect()
}

#[test]
fn what_ships_is_imported_and_a_bad_plan_is_told_with_every_problem() -> anyhow::Result<()> {
    let site = Site::start()?;
    let (cli, dir) = (site.cli(), district(&site)?);
    let plans = cli.ok(&["plan", "list"])?;
    let in_force: Vec<_> = list(&plans, "plans")
        .iter()
        .map(|plan| (&plan["kind"], &plan["version"]))
        .collect();
    anyhow::ensure!(
        in_force.len() == 5 && in_force.iter().all(|(_, version)| **version == 0),
        "{plans}"
    );
    for kind in KINDS {
        let file = shipped(kind);
        let dry = cli.ok(&["plan", "import", &file, "--dry-run"])?;
        anyhow::ensure!(
            dry["changed"] == true && dry["version"] == 1 && list(&dry, "problems").is_empty(),
            "{dry}"
        );
        anyhow::ensure!(
            list(&dry, "warnings").is_empty(),
            "the district holds every post: {dry}"
        );
        anyhow::ensure!(versions(&cli, kind)? == [0], "a dry run wrote something");
        let first = cli.ok(&["plan", "import", &file])?;
        anyhow::ensure!(first["changed"] == true && first["version"] == 1, "{first}");
        let again = cli.ok(&["plan", "import", &file])?;
        anyhow::ensure!(again["changed"] == false && again["version"] == 1, "{again}");
        anyhow::ensure!(versions(&cli, kind)? == [0, 1]);
    }
    // Everything wrong is told at once, with its line, and nothing is taken.
    let text = fs::read_to_string(shipped("flood"))?;
    let bad = text
        .replace("second_person = true", "second_person = false")
        .replace("arrive_minutes = 120", "arrive_minutes = 1")
        .replace("primary = \"town-secretary\"", "primary = \"town-mayor\"");
    let file = format!("{dir}/bad.toml");
    fs::write(&file, bad)?;
    let refused = cli.json(3, &["plan", "import", &file])?;
    let found: Vec<_> = list(&refused, "problems")
        .iter()
        .map(|problem| {
            (
                problem["key"].as_str().unwrap_or_default(),
                problem["problem"].as_str().unwrap_or_default(),
            )
        })
        .collect();
    for problem in [
        ("command[2].backup", "same-as-primary"),
        ("level.4.order.arrive_minutes", "arrive-before-acknowledge"),
        ("level.2.authority.second_person", "second-person-needed"),
        ("level.1.authority.second_person", "second-person-needed"),
    ] {
        anyhow::ensure!(found.contains(&problem), "{problem:?} is not in {refused}");
    }
    let placed = list(&refused, "problems")
        .iter()
        .all(|problem| problem["line"].as_u64() > Some(0));
    anyhow::ensure!(placed && versions(&cli, "flood")? == [0, 1], "{refused}");
    cli.refused("UNKNOWN_PLAN", &["plan", "show", "war"])?;
    cli.refused("UNKNOWN_PLAN_VERSION", &["plan", "show", "flood", "--version", "7"])?;
    Ok(())
}

#[test]
fn an_active_response_keeps_its_version_over_a_restart() -> anyhow::Result<()> {
    let mut site = Site::start()?;
    let (cli, dir) = (site.cli(), district(&site)?);
    let activate = |event: &str| {
        let order = [
            "--call-out",
            "--text",
            "x",
            "--muster",
            "M1",
            "--ack-within",
            "5m",
            "--arrive-within",
            "60m",
        ];
        let start = [
            "response", "activate", "--plan", "flood", "--level", "4", "--event", event, "--reason", "x",
        ];
        cli.approved(&[&start[..], &order[..]].concat())
    };
    let before = activate("before")?;
    let calm = fs::read_to_string(shipped("flood"))?.replace("[\"support\", \"special\"]", "[\"special\"]");
    let file = format!("{dir}/calm.toml");
    fs::write(&file, calm)?;
    cli.ok(&["plan", "import", &file])?;
    anyhow::ensure!(site.daemon.stop()?.success());
    site.restart()?;
    let shown = cli.ok(&["plan", "show", "flood", "--level", "4"])?;
    let teams = serde_json::json!(["special"]);
    anyhow::ensure!(
        shown["plan"]["version"] == 1 && shown["levels"][0]["call_out"]["teams"] == teams,
        "{shown}"
    );
    let after = activate("after")?;
    let due = |answer: &Value| answer["order"]["due"].as_u64().or(answer["due"].as_u64());
    anyhow::ensure!(due(&after) < due(&before) && due(&after) > Some(0), "{before} {after}");
    Ok(())
}

/// 先期处置: what nobody confirms ends by itself, also if its time comes while the daemon is down; what is confirmed stays.
#[tokio::test]
async fn a_provisional_start_that_nobody_confirms_lapses_even_while_the_daemon_is_down() -> anyhow::Result<()> {
    let mut site = Site::start()?;
    let (cli, dir) = (site.cli(), district(&site)?);
    let text = fs::read_to_string(shipped("flood"))?.replace("provisional_minutes = 30", "provisional_minutes = 1");
    let file = format!("{dir}/short.toml");
    fs::write(&file, text)?;
    cli.ok(&["plan", "import", &file])?;
    let [_, commander, asks, deputy] = cli.approval()?;
    let start = |event: &str| {
        let words = [
            "response", "activate", "--plan", "flood", "--level", "4", "--event", event,
        ];
        cli.ok(&[
            &words[..],
            &["--provisional", &asks, &deputy, "--by-plan", "--muster", "M1"],
        ]
        .concat())
    };
    let (first, second) = (start("first")?, start("second")?);
    anyhow::ensure!(
        first["response_id"] == 1 && second["response_id"] == 2,
        "{first} {second}"
    );
    let phase = |id: &str| Ok::<_, anyhow::Error>(cli.ok(&["response", "show", id])?["phase"].clone());
    anyhow::ensure!(phase("R1")? == "provisional" && phase("R2")? == "provisional");
    cli.ok(&["response", "confirm", "R2", "--by", &commander])?;
    site.daemon.kill();
    tokio::time::sleep(std::time::Duration::from_secs(61)).await;
    site.restart()?;
    until("the first one lapses", async || {
        Ok((phase("R1")? == "lapsed").then_some(()))
    })
    .await?;
    anyhow::ensure!(phase("R2")? == "active");
    cli.refused(
        "RESPONSE_TERMINATED",
        &["response", "confirm", "R1", "--by", &commander],
    )?;
    // Nothing of it is left open, and it can be started again.
    let orders = cli.ok(&["order", "list", "--response", "R1"])?;
    let open = list(&orders, "orders").iter().filter(|order| order["status"] == "open");
    anyhow::ensure!(open.count() == 0, "{orders}");
    start("first")?;
    Ok(())
}

#[test]
fn posts_are_held_and_given_up_and_open_slots_are_found() -> anyhow::Result<()> {
    let site = Site::start()?;
    let (cli, _) = (site.cli(), district(&site)?);
    let posts = cli.ok(&["post", "list", "--post", "town-secretary"])?;
    let first = list(&posts, "posts").first().context("a secretary")?.clone();
    anyhow::ensure!(
        first["acting_id"] == first["primary_id"] && first["backup_id"] != first["primary_id"],
        "{first}"
    );
    let unit = first["unit_code"].as_str().context("a unit")?;
    let end = [
        "post",
        "end",
        "--unit",
        unit,
        "--post",
        "town-secretary",
        "--role",
        "primary",
    ];
    cli.ok(&end)?;
    let left = cli.ok(&["post", "list", "--unit", unit, "--post", "town-secretary"])?;
    anyhow::ensure!(left["posts"][0]["acting_id"] == first["backup_id"], "{left}");
    cli.refused("POST_VACANT", &end)?;
    // At a tenth of its size the district's teams are too small.
    let slots = cli.json(6, &["team", "slots", "--open", "--unit", unit])?;
    anyhow::ensure!(!list(&slots, "slots").is_empty(), "{slots}");
    let readiness = cli.run(&["--output", "json", "readiness", "--unit", unit])?;
    anyhow::ensure!(readiness.stdout.contains("team-slot"), "{readiness:?}");
    Ok(())
}
