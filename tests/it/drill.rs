//! Drills: a scenario imported, a run of two thousand people, a real flood in the middle of it, and a score that stays. Real command line,
//! real daemon, a kill in between.

use std::collections::BTreeSet;
use std::fs;
use std::time::Duration;

use anyhow::Context as _;
use baiying_drills::synth::{self, District, SynthOptions};
use baiying_e2e::{Cli, Site};
use serde_json::Value;

use super::drill_report;

const Y1: [&str; 2] = ["--exercise", "Y1"];

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

fn number(value: &Value) -> i64 {
    value.as_i64().unwrap_or_default()
}

/// The whole district, with its agency teams, posts and muster points.
pub(super) fn district(site: &Site) -> anyhow::Result<()> {
    let dir = site.dir.path().join("files");
    let options = SynthOptions {
        members: false,
        ..SynthOptions::default()
    };
    synth::write(District::Gaoming, &options, &dir)?;
    let cli = site.cli();
    for (noun, file) in [
        ("org", "divisions"),
        ("person", "people"),
        ("team", "teams"),
        ("muster", "muster"),
        ("post", "posts"),
    ] {
        cli.ok(&[noun, "import", &dir.join(format!("{file}.csv")).to_string_lossy()])?;
    }
    Ok(())
}

/// Said to the first exercise.
fn within(cli: &Cli, arguments: &[&str]) -> anyhow::Result<Value> {
    cli.ok(&[&Y1[..], arguments].concat())
}

fn show(cli: &Cli) -> anyhow::Result<Value> {
    cli.ok(&["drill", "show", "Y1"])
}

/// The board of the exercise and the real one.
fn boards(cli: &Cli) -> anyhow::Result<[Value; 2]> {
    Ok([within(cli, &["board"])?, cli.ok(&["board"])?])
}

/// The boards once they stand still: what streams sent is journaled a moment after it was sent.
fn settled(cli: &Cli) -> anyhow::Result<[Value; 2]> {
    let mut last = boards(cli)?;
    for _ in 0..20 {
        std::thread::sleep(Duration::from_millis(500));
        let now = boards(cli)?;
        if now == last {
            return Ok(now);
        }
        last = now;
    }
    anyhow::bail!("the boards never stand still: {last:?}")
}

/// Everybody whom the order calls: ids and leads of their teams.
fn called(cli: &Cli) -> anyhow::Result<Vec<i64>> {
    let rows = within(cli, &["order", "rows", "O1"])?;
    Ok(list(&rows, "rows")
        .iter()
        .map(|row| number(&row["person_id"]))
        .collect())
}

fn persons(ids: &[i64]) -> String {
    ids.iter().map(|id| format!("P{id}")).collect::<Vec<_>>().join(",")
}

#[test]
fn a_real_event_in_the_middle_of_a_drill_of_two_thousand() -> anyhow::Result<()> {
    let mut site = Site::start()?;
    district(&site)?;
    let cli = site.cli();

    // A scenario that cannot be: everything that is wrong, with its line, and nothing taken.
    let dir = site.dir.path().to_path_buf();
    let bad = dir.join("bad.toml");
    let shipped = cli.ok(&["drill", "scenario", "night-call-out"])?;
    let text = shipped["toml"].as_str().context("no file")?.to_owned();
    let (line, _) = (1..)
        .zip(text.lines())
        .find(|(_, line)| line.starts_with("window_minutes"))
        .context("no window")?;
    fs::write(&bad, text.replace("window_minutes = 90", "window_minutes = \"long\""))?;
    let refused = cli.run(&["drill", "import", &bad.to_string_lossy()])?;
    anyhow::ensure!(
        refused.code == 3 && refused.stdout.contains(&format!("bad.toml:{line}: window_minutes")),
        "{refused:#?}"
    );
    let good = dir.join("good.toml");
    fs::write(
        &good,
        text.replace("code = \"night-call-out\"", "code = \"my-call-out\""),
    )?;
    let imported = cli.ok(&["drill", "import", &good.to_string_lossy()])?;
    anyhow::ensure!(imported["version"] == 1 && imported["changed"] == true, "{imported}");
    let scenarios = cli.ok(&["drill", "scenarios"])?;
    anyhow::ensure!(list(&scenarios, "scenarios").len() >= 10, "{scenarios}");

    // What starts it are words of its own.
    let approval = cli.approval()?;
    let director = approval[1].as_str();
    let start = ["drill", "run", "my-call-out", "--director", director];
    let told = cli.refused(
        "EXERCISE_NOT_CONFIRMED",
        &[&start[..], &["--confirm", "启动响应"]].concat(),
    )?;
    anyhow::ensure!(told.contains("演练 my-call-out"), "{told}");
    cli.refused("UNKNOWN_EXERCISE", &[&Y1[..], &["order", "list"]].concat())?;
    cli.refused(
        "UNKNOWN_SCENARIO",
        &[
            "drill",
            "run",
            "storm",
            "--director",
            director,
            "--confirm",
            "演练 storm",
        ],
    )?;
    let confirmed = [&start[..], &["--confirm", "演练 my-call-out"]].concat();
    let started = cli.ok(&confirmed)?;
    let due = number(&started["due"]);
    anyhow::ensure!(due >= 2_000 && started["exercise_id"] == 1, "{started}");
    cli.refused("EXERCISE_RUNNING", &confirmed)?;

    // Nothing of it is real, and nothing real is in it.
    anyhow::ensure!(list(&cli.ok(&["order", "list"])?, "orders").is_empty());
    anyhow::ensure!(list(&cli.ok(&["response", "list"])?, "responses").is_empty());
    anyhow::ensure!(number(&cli.ok(&["board"])?["total"]["counts"]["due"]) == 0);
    let board = within(&cli, &["board"])?;
    anyhow::ensure!(
        number(&board["total"]["counts"]["due"]) == due && board["in_exercise"] == 1,
        "{board}"
    );
    cli.refused(
        "NOT_IN_EXERCISES",
        &[&Y1[..], &["post", "end", "--unit", "440608", "--post", "commander"]].concat(),
    )?;
    let screen = cli.run(&[&Y1[..], &["--output", "table", "board"]].concat())?;
    anyhow::ensure!(screen.stdout.starts_with("EXERCISE【演练】Y1"), "{screen:?}");

    // A lead hears of it on the same stream as of everything else, and answers in it.
    let everybody = called(&cli)?;
    let teams = cli.ok(&["team", "list", "--kind", "agency"])?;
    let leader = number(&list(&teams, "teams").first().context("no team")?["leader_id"]);
    let lead = format!("P{leader}");
    let received = cli.run(&["--output", "json", "field", "receive", "--lead", &lead, "--once"])?;
    let message: Value = serde_json::from_str(received.stdout.lines().next().unwrap_or_default())?;
    anyhow::ensure!(
        message["exercise_id"] == 1
            && message["order"]["text"]
                .as_str()
                .is_some_and(|text| text.starts_with("【演练】")),
        "{message}"
    );
    cli.refused("UNKNOWN_ORDER", &["field", "ack", "O1", "--all", "--lead", &lead])?;
    let acked = within(&cli, &["field", "ack", "O1", "--all", "--lead", &lead])?;
    anyhow::ensure!(number(&acked["applied"]) > 0, "{acked}");
    // Out of reach, what they report waits with everything else, says what it is, and counts in the exercise.
    let kept = within(&cli, &["field", "depart", "O1", "--all", "--lead", &lead, "--offline"])?;
    anyhow::ensure!(kept["queued"] == true, "{kept}");
    let waiting = cli.run(&["--output", "table", "field", "queue", "--lead", &lead])?;
    anyhow::ensure!(waiting.stdout.contains("【演练】Y1 O1"), "{waiting:?}");
    let sent = cli.ok(&["field", "sync", "--lead", &lead])?;
    let item = &sent["leads"][0]["batches"][0]["items"][0];
    anyhow::ensure!(
        item["exercise_id"] == 1 && number(&item["applied"]) == number(&acked["applied"]),
        "{sent}"
    );
    let (taken, stays): (Vec<i64>, Vec<i64>) = everybody.iter().partition(|id| *id % 2 == 0);
    let arrived = within(
        &cli,
        &[
            "field",
            "check-in",
            "O1",
            "--muster",
            "M1",
            "--desk",
            "--person",
            &persons(&stays[..200]),
        ],
    );
    // Where they report, the order says.
    let shown = within(&cli, &["order", "show", "O1"])?;
    let point = shown["versions"][0]["muster_point_ids"][0].clone();
    let arrived = match arrived {
        Ok(arrived) if number(&arrived["applied"]) == 200 => arrived,
        _ => within(
            &cli,
            &[
                "field",
                "check-in",
                "O1",
                "--muster",
                &format!("M{point}"),
                "--desk",
                "--person",
                &persons(&stays[..200]),
            ],
        )?,
    };
    anyhow::ensure!(number(&arrived["applied"]) == 200, "{arrived}");

    // 转入实战: a real flood calls half of them.
    cli.approved(&[
        "response",
        "activate",
        "--plan",
        "flood",
        "--level",
        "4",
        "--event",
        "实战洪水",
    ])?;
    let flood = [
        "order",
        "issue",
        "--response",
        "R1",
        "--text",
        "险情，立即到位",
        "--muster",
        "M1",
        "--no-ladder",
        "--person",
        &persons(&taken),
    ];
    let issued = cli.ok(&flood)?;
    anyhow::ensure!(number(&issued["issued"]["due"]) == taken.len() as i64, "{issued}");
    let mut disguised = flood;
    disguised[5] = "【演练】集合";
    cli.refused("REAL_ORDER_SAYS_EXERCISE", &disguised)?;
    let run = show(&cli)?;
    anyhow::ensure!(
        number(&run["preemptions"][0]["people"]) == taken.len() as i64 && run["exercise"]["phase"] == "running",
        "{run}"
    );
    let rows = within(&cli, &["order", "rows", "O1"])?;
    let set: BTreeSet<i64> = taken.iter().copied().collect();
    for row in list(&rows, "rows") {
        let is_taken = set.contains(&number(&row["person_id"]));
        anyhow::ensure!(
            !is_taken || row["bucket"] == "excused" || row["bucket"] == "present",
            "{row}"
        );
    }
    let received = cli.run(&["--output", "json", "field", "receive", "--lead", &lead, "--once"])?;
    let real: Vec<Value> = received
        .stdout
        .lines()
        .map(serde_json::from_str)
        .collect::<Result<_, _>>()?;
    let told = |message: &Value| message["exercise_id"] == 1 && !list(message, "preempted_person_ids").is_empty();
    let team: BTreeSet<i64> = list(&message["order"], "people")
        .iter()
        .map(|it| number(&it["person_id"]))
        .collect();
    anyhow::ensure!(
        real.iter().any(told) == team.iter().any(|person| set.contains(person)),
        "{real:?}"
    );
    let excused = within(&cli, &["board"])?;
    anyhow::ensure!(
        number(&excused["total"]["counts"]["due"]) == due,
        "nobody is lost from the count"
    );
    let real_board = cli.ok(&["board"])?;
    anyhow::ensure!(
        number(&real_board["total"]["counts"]["due"]) == taken.len() as i64,
        "{real_board}"
    );

    // A kill: both worlds are there again.
    let before = settled(&cli)?;
    site.daemon.kill();
    site.restart()?;
    let cli = site.cli();
    let after = boards(&cli)?;
    anyhow::ensure!(after == before, "before and after a kill: {before:?} {after:?}");

    // An inject by hand, what came of it, the end, and the score; the real flood goes on.
    cli.ok(&["drill", "inject", "Y1", "1"])?;
    cli.refused("ALREADY_INJECTED", &["drill", "inject", "Y1", "1"])?;
    cli.refused("UNKNOWN_INJECT", &["drill", "inject", "Y1", "99"])?;
    cli.ok(&["drill", "observe", "Y1", "1", "done", "--note", "按预期"])?;
    cli.ok(&["drill", "pause", "Y1"])?;
    anyhow::ensure!(show(&cli)?["rate"] == 0);
    cli.ok(&["drill", "resume", "Y1"])?;
    drill_report::while_it_goes_on(&cli, &dir, due)?;
    cli.ok(&["drill", "end", "Y1"])?;
    cli.refused("EXERCISE_ENDED", &["drill", "inject", "Y1", "2"])?;
    cli.refused(
        "EXERCISE_ENDED",
        &[
            &Y1[..],
            &["field", "ack", "O1", "--desk", "--person", &persons(&stays[300..301])],
        ]
        .concat(),
    )?;
    cli.ok(&["drill", "remark", "Y1", "problem", "三人电话停机"])?;
    let over = show(&cli)?;
    let all = &over["score"]["all"];
    anyhow::ensure!(
        number(&all["called"]) == due
            && number(&all["preempted"]) == taken.len() as i64
            && number(&all["target"]) == stays.len() as i64
            && number(&all["arrived"]) == 200
            && over["exercise"]["ending"] == "ended",
        "{over}"
    );
    let report = drill_report::agrees_with(&cli, &dir, &over)?;
    drill_report::is_refused(&cli, &dir)?;
    // Scored again, and after another start, it is the same.
    site.daemon.stop()?;
    site.restart()?;
    let cli = site.cli();
    anyhow::ensure!(
        show(&cli)?["score"] == over["score"],
        "the score is made from what is kept"
    );
    anyhow::ensure!(drill_report::json(&cli, &dir)? == report, "and so is the report");
    anyhow::ensure!(number(&cli.ok(&["board"])?["total"]["counts"]["due"]) == taken.len() as i64);
    let listed = cli.ok(&["drill", "list"])?;
    anyhow::ensure!(listed["exercises"][0]["score"] == over["exercise"]["score"], "{listed}");
    Ok(())
}
