//! After drills: corrective actions, from the problem to somebody else's word that it is put right; and what two drills say of readiness.
//! Real command line, real daemon.

use anyhow::Context as _;
use baiying_e2e::{Cli, Site};
use serde_json::Value;

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

/// Who directs; owns nothing.
const DIRECTOR: &str = "P47";

/// A drill of the two agencies' teams, of whom these arrive.
fn drill(cli: &Cli, run: &str, arrive: &str) -> anyhow::Result<()> {
    let confirmation = ["--confirm", "演练 night-call-out"];
    let start = ["drill", "run", "night-call-out", "--director", DIRECTOR];
    let started = cli.ok(&[&start[..], &confirmation].concat())?;
    anyhow::ensure!(started["due"] == 20, "{started}");
    let arrived = cli.ok(&[
        "--exercise",
        run,
        "field",
        "check-in",
        "O1",
        "--muster",
        "M1",
        "--desk",
        "--person",
        arrive,
    ])?;
    anyhow::ensure!(arrived["applied"].as_u64() > Some(0), "{arrived}");
    // When everybody is there, it has ended by itself.
    let ended = cli.run(&["drill", "end", run])?;
    anyhow::ensure!(ended.code == 0 || ended.stderr.contains("EXERCISE_ENDED"), "{ended:#?}");
    Ok(())
}

fn people(ids: impl IntoIterator<Item = u32>) -> String {
    ids.into_iter().map(|id| format!("P{id}")).collect::<Vec<_>>().join(",")
}

/// The days around now, where the district is: a day long ago, and one to come.
const PAST: &str = "2020-01-01";
const FUTURE: &str = "2099-12-31";

#[tokio::test]
async fn a_corrective_action_is_followed_until_somebody_else_has_seen_it() -> anyhow::Result<()> {
    let mut site = Site::small().await?;
    let cli = site.cli();
    let add = |due: &str| {
        let mut arguments = vec![
            "drill",
            "action",
            "add",
            "Y1",
            "--issue",
            "三人电话停机",
            "--owner",
            "P3",
        ];
        arguments.extend(["--cause", "没有核对", "--due", due]);
        arguments.into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    fn texts(words: &[String]) -> Vec<&str> {
        words.iter().map(String::as_str).collect()
    }
    cli.refused("UNKNOWN_EXERCISE", &texts(&add(FUTURE)))?;
    cli.ok(&[
        "drill",
        "run",
        "night-call-out",
        "--director",
        DIRECTOR,
        "--confirm",
        "演练 night-call-out",
    ])?;
    // While it goes on, and after it was broken off.
    cli.refused("BAD_DATES", &texts(&add(PAST)))?;
    let raised = cli.ok(&texts(&add(FUTURE)))?;
    anyhow::ensure!(raised["action_id"] == 1, "{raised}");
    cli.ok(&["drill", "abort", "Y1", "--reason", "雷雨", "--yes"])?;
    anyhow::ensure!(cli.ok(&texts(&add(FUTURE)))?["action_id"] == 2);

    cli.refused("ACTION_STATUS", &["drill", "action", "verify", "A1", "--by", "P4"])?;
    cli.ok(&[
        "drill",
        "action",
        "amend",
        "A1",
        "--owner",
        "P4",
        "--reason",
        "换岗",
        "--due",
        "2099-06-30",
    ])?;
    cli.ok(&["drill", "action", "done", "A1", "--evidence", "新名册，存区应急办"])?;
    cli.refused("OWN_ACTION", &["drill", "action", "verify", "A1", "--by", "P4"])?;
    cli.ok(&["drill", "action", "reopen", "A1", "--reason", "抽查两人不通"])?;
    cli.ok(&["drill", "action", "done", "A1", "--evidence", "再核对", "--by", "P5"])?;
    cli.refused("OWN_ACTION", &["drill", "action", "verify", "A1", "--by", "P5"])?;
    let ready = cli.run(&["readiness", "--output", "json"])?;
    let ready: Value = serde_json::from_str(&ready.stdout)?;
    anyhow::ensure!(ready["open_actions"] == 2 && ready["overdue_actions"] == 0, "{ready}");
    cli.ok(&["drill", "action", "verify", "A1", "--by", "P3", "--note", "十人均接通"])?;
    cli.ok(&[
        "drill",
        "action",
        "withdraw",
        "A2",
        "--by",
        "P4",
        "--reason",
        "与 A1 重复",
    ])?;
    cli.refused("UNKNOWN_ACTION", &["drill", "action", "show", "A9"])?;

    // A kill: everything is there again.
    let shown = cli.ok(&["drill", "action", "show", "A1"])?;
    site.daemon.kill();
    site.restart()?;
    let cli = site.cli();
    anyhow::ensure!(cli.ok(&["drill", "action", "show", "A1"])? == shown, "after a kill");
    let action = &shown["action"];
    anyhow::ensure!(
        action["status"] == "verified" && action["verified_by"] == 3 && action["owner_id"] == 4,
        "{shown}"
    );
    anyhow::ensure!(
        shown["first_owner_id"] == 3 && shown["first_due_date"] == FUTURE,
        "{shown}"
    );
    let changes: Vec<_> = list(&shown, "steps")
        .iter()
        .filter_map(|step| step["change"].as_str())
        .collect();
    anyhow::ensure!(
        changes == ["amended", "reported", "reopened", "reported", "verified"],
        "{changes:?}"
    );
    let of = |more: &[&str]| -> anyhow::Result<Vec<i64>> {
        let listed = cli.ok(&[&["drill", "action", "list"], more].concat())?;
        let ids = list(&listed, "actions")
            .iter()
            .filter_map(|line| line["action_id"].as_i64());
        Ok(ids.collect())
    };
    anyhow::ensure!(of(&[])? == [1, 2] && of(&["--limit", "1"])? == [1]);
    anyhow::ensure!(of(&["--status", "verified"])? == [1] && of(&["--owner", "P3"])? == [2]);
    anyhow::ensure!(of(&["--overdue"])?.is_empty() && of(&["--drill", "Y2"])?.is_empty());
    anyhow::ensure!(of(&["--unit", "440608-A01"])? == [1, 2] && of(&["--unit", "440608-A02"])?.is_empty());
    let table = cli.run(&["--lang", "zh-CN", "drill", "action", "list"])?;
    anyhow::ensure!(
        table.stdout.contains("已销号") && table.stdout.contains("已撤销"),
        "{table:#?}"
    );
    let text = cli.run(&["--lang", "en", "drill", "action", "show", "A1"])?;
    anyhow::ensure!(
        text.stdout.contains("closed") && text.stdout.contains("P3"),
        "{text:#?}"
    );
    Ok(())
}

/// What readiness says.
fn readiness(cli: &Cli) -> anyhow::Result<Value> {
    let asked = cli.run(&["readiness", "--output", "json"])?;
    anyhow::ensure!([0, 6].contains(&asked.code), "{asked:#?}");
    Ok(serde_json::from_str(&asked.stdout)?)
}

fn unit<'v>(ready: &'v Value, code: &str) -> anyhow::Result<&'v Value> {
    let mut units = list(ready, "drills").iter();
    units
        .find(|unit| unit["unit_code"] == code)
        .with_context(|| format!("{code} is not in {ready}"))
}

#[tokio::test]
async fn drills_say_how_ready_each_unit_is() -> anyhow::Result<()> {
    let mut site = Site::small().await?;
    let cli = site.cli();
    let never = readiness(&cli)?;
    anyhow::ensure!(
        never["last_exercise_unix_ms"] == 0 && never["forecast"]["outcome"] == "not-enough-data",
        "{never}"
    );
    // Half of the first agency's team, the whole of the second's; then all.
    drill(&cli, "Y1", &people((1..=5).chain(13..=22)))?;
    let once = readiness(&cli)?;
    let (first, second) = (unit(&once, "440608-A01")?, unit(&once, "440608-A02")?);
    anyhow::ensure!(
        first["exercise_id"] == 1 && first["people"] == 10 && first["trend"] == "",
        "{first}"
    );
    anyhow::ensure!(first["score"].as_u64() < second["score"].as_u64(), "{once}");
    anyhow::ensure!(
        once["forecast"]["outcome"] == "not-enough-data",
        "one is not enough: {once}"
    );
    drill(&cli, "Y2", &people((1..=10).chain(13..=22)))?;
    // One that was broken off says nothing.
    cli.ok(&[
        "drill",
        "run",
        "night-call-out",
        "--director",
        DIRECTOR,
        "--confirm",
        "演练 night-call-out",
    ])?;
    cli.ok(&["drill", "abort", "Y3", "--reason", "雷雨", "--yes"])?;
    let twice = readiness(&cli)?;
    let (first, second) = (unit(&twice, "440608-A01")?, unit(&twice, "440608-A02")?);
    anyhow::ensure!(
        first["exercise_id"] == 2 && first["trend"] == "better" && second["trend"] == "same",
        "{twice}"
    );
    let forecast = &twice["forecast"];
    anyhow::ensure!(
        forecast["outcome"] == "within" && forecast["runs"] == 2 && forecast["people"] == 40,
        "{twice}"
    );
    let low = forecast["low_ms"].as_u64();
    anyhow::ensure!(low <= forecast["within_ms"].as_u64(), "{forecast}");
    // Fifteen of twenty arrived: not four of five, but for the second agency.
    anyhow::ensure!(second["forecast"]["outcome"] == "within", "{second}");
    anyhow::ensure!(
        first["forecast"]["outcome"] == "not-reached" && first["forecast"]["arrives_permille"] == 750,
        "{first}"
    );
    let town = unit(&twice, "440608106")?;
    anyhow::ensure!(
        town["exercise_id"] == 0 && town["forecast"]["outcome"] == "not-enough-data",
        "{town}"
    );
    let asked = cli.run(&["--lang", "zh-CN", "readiness", "--drills"])?;
    anyhow::ensure!(
        asked.stdout.contains("数据不足") && asked.stdout.contains("提升"),
        "{asked:#?}"
    );
    let asked = cli.run(&["--lang", "en", "readiness", "--drills", "--unit", "440608-A02"])?;
    anyhow::ensure!(asked.stdout.contains("80 % arrive within"), "{asked:#?}");
    // Made from what is kept: the same after another start, but for when it was asked.
    site.daemon.kill();
    site.restart()?;
    let again = readiness(&site.cli())?;
    anyhow::ensure!(
        again["drills"] == twice["drills"] && again["forecast"] == twice["forecast"],
        "{again}"
    );
    Ok(())
}
