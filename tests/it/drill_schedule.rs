//! Schedules of exercises: laid down, started by themselves, also after a kill; skipped, postponed, ended; hidden from those who are not to
//! know. Real command line, real daemon, real time.

use anyhow::Context as _;
use baiying_e2e::wait::until;
use baiying_e2e::{Cli, Site};
use serde_json::Value;

use crate::drill::district;

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

/// So many milliseconds from now on, as it is typed.
#[expect(
    clippy::disallowed_methods,
    reason = "the daemon's schedules go by the clock of the machine"
)]
fn soon(ms: i64) -> anyhow::Result<String> {
    let now = jiff::Timestamp::now().as_millisecond();
    Ok(jiff::Timestamp::from_millisecond(now + ms)?.to_string())
}

/// What became of the last occurrence of a schedule, once it is settled.
async fn settled(cli: &Cli, schedule: &str) -> anyhow::Result<Value> {
    until("an occurrence is settled", async || {
        let shown = cli.ok(&["drill", "schedules", schedule])?;
        Ok(list(&shown, "past").first().cloned())
    })
    .await
}

/// A command that skips, with what comes after it.
fn skip<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&["drill", "skip", "N1", "--reason", "汛期"], more].concat()
}

/// As who laid it down.
fn as_centre<'a>(command: &[&'a str]) -> Vec<&'a str> {
    [command, &["--actor", "centre"]].concat()
}

#[tokio::test]
async fn drills_start_by_themselves_and_survive_a_kill() -> anyhow::Result<()> {
    let mut site = Site::start()?;
    district(&site)?;
    let cli = site.cli();
    let director = cli.approval()?[1].clone();

    let laid = |scenario: &str, when: &[&str]| -> anyhow::Result<Value> {
        let confirm = format!("演练 {scenario}");
        let command = [
            "drill",
            "schedule",
            scenario,
            "--director",
            &director,
            "--confirm",
            &confirm,
        ];
        cli.ok(&[&command[..], when].concat())
    };
    let first = laid("dead-numbers", &["--once", &soon(1_500)?])?;
    anyhow::ensure!(first["schedule_id"] == 1, "{first}");
    let past = settled(&cli, "N1").await?;
    anyhow::ensure!(past["outcome"] == "started" && past["exercise_id"] == 1, "{past}");
    let run = cli.ok(&["drill", "show", "Y1"])?;
    anyhow::ensure!(run["exercise"]["phase"] == "running", "{run}");
    anyhow::ensure!(run["total"]["due"].as_i64() > Some(0), "{run}");
    let over = cli.ok(&["drill", "schedules"])?;
    anyhow::ensure!(
        list(&over, "schedules").is_empty(),
        "its one occurrence is past: {over}"
    );

    cli.ok(&["drill", "abort", "Y1", "--reason", "test", "--yes"])?;

    // What nobody saw because the daemon was down is made up for.
    laid("gateway-outage", &["--once", &soon(1_500)?])?;
    site.daemon.kill();
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    site.restart()?;
    let cli = site.cli();
    let past = settled(&cli, "N2").await?;
    anyhow::ensure!(past["outcome"] == "started" && past["exercise_id"] == 2, "{past}");

    // During a real response nobody is called away from it, unless they are simulated.
    let plan = [
        "response", "activate", "--plan", "flood", "--level", "4", "--reason", "test", "--yes",
    ];
    cli.approved(&plan)?;
    let laid = |scenario: &str, when: &[&str]| -> anyhow::Result<Value> {
        let confirm = format!("演练 {scenario}");
        let command = [
            "drill",
            "schedule",
            scenario,
            "--director",
            &director,
            "--confirm",
            &confirm,
        ];
        cli.ok(&[&command[..], when].concat())
    };
    laid("dyke", &["--once", &soon(1_500)?])?;
    laid(
        "outbreak",
        &["--once", &soon(1_500)?, "--simulate", "440608", "--rate", "600"],
    )?;
    let past = settled(&cli, "N3").await?;
    anyhow::ensure!(past["outcome"] == "real-response" && past["response_id"] == 1, "{past}");
    let past = settled(&cli, "N4").await?;
    anyhow::ensure!(past["outcome"] == "started", "{past}");
    Ok(())
}

#[test]
fn a_schedule_is_seen_by_who_may_and_changed() -> anyhow::Result<()> {
    let site = Site::start()?;
    district(&site)?;
    let cli = site.cli();
    let director = cli.approval()?[1].clone();
    let schedule = ["drill", "schedule", "night-call-out", "--director", &director];
    let confirmed = ["--confirm", "演练 night-call-out"];
    let monthly = [
        "--cron",
        "0 9 * * MON#1",
        "--days",
        "workday",
        "--spread",
        "2h",
        "--seed",
        "7",
    ];
    let weekly = [&schedule[..], &monthly, &confirmed].concat();

    // What cannot be laid down.
    let refuses = |reason: &str, when: &[&str], words: [&str; 2]| {
        let all = schedule.iter().chain(when).chain(&words).copied();
        cli.refused(reason, &all.collect::<Vec<_>>())
    };
    refuses("EXERCISE_NOT_CONFIRMED", &monthly, ["--confirm", "启动"])?;
    let told = refuses("SCHEDULE_RULE", &["--cron", "61 9 * * *"], confirmed)?;
    anyhow::ensure!(told.contains("minute") && told.contains("61"), "{told}");
    let told = refuses("SCHEDULE_RULE", &["--once", "2020-01-01T00:00:00Z"], confirmed)?;
    anyhow::ensure!(told.contains("past"), "{told}");
    refuses(
        "SCHEDULE_RULE",
        &["--cron", "0 9 * * *", "--zone", "Mars/Base"],
        confirmed,
    )?;
    for short in ["0s", "2m", "32d"] {
        let told = refuses(
            "SCHEDULE_RULE",
            &["--cron", "0 9 * * *", "--max-late", short],
            confirmed,
        )?;
        anyhow::ensure!(told.contains("lateness"), "{told}");
    }
    refuses("UNKNOWN_UNIT", &["--cron", "0 9 * * *", "--unit", "nowhere"], confirmed)?;
    refuses(
        "HURRIED_WITH_PEOPLE",
        &["--cron", "0 9 * * *", "--rate", "60"],
        confirmed,
    )?;
    let neither = [&schedule[..], &confirmed].concat();
    anyhow::ensure!(cli.run(&neither)?.code == 2, "neither a rule nor a time");
    cli.refused("UNKNOWN_SCHEDULE", &["drill", "schedules", "N1"])?;

    // Laid down by the centre; the scenario is one without notice. Who laid it down and who directs it see it, nobody else does.
    let centre = [&weekly[..], &["--actor", "centre"]].concat();
    let laid = cli.ok(&centre)?;
    let start = laid["next"]["start_unix_ms"].as_i64().context("no start")?;
    let nominal = laid["next"]["nominal_unix_ms"].as_i64().context("no occurrence")?;
    anyhow::ensure!((0..2 * 3_600_000).contains(&(start - nominal)), "{laid}");
    let seen = |reader: &str| cli.ok(&["drill", "schedules", "N1", "--actor", reader]);
    for reader in ["centre", &director] {
        let shown = seen(reader)?;
        anyhow::ensure!(
            shown["schedule"]["next"]["start_unix_ms"] == start && shown["schedule"]["rule"]["seed"] == 7,
            "{shown}"
        );
    }
    let hidden = seen("somebody")?;
    anyhow::ensure!(
        hidden["schedule"]["is_hidden"] == true
            && hidden["schedule"]["scenario"] == ""
            && list(&hidden, "coming").is_empty(),
        "{hidden}"
    );
    let text = hidden.to_string();
    anyhow::ensure!(
        !text.contains("night-call-out") && !text.contains(&start.to_string()),
        "{text}"
    );
    let next = cli.ok(&["drill", "next", "--actor", "somebody"])?;
    anyhow::ensure!(list(&next, "occurrences").is_empty() && next["hidden"] == 1, "{next}");
    let events = cli.run(&["events", "--limit", "1000", "--actor", "somebody"])?;
    anyhow::ensure!(
        !events.stdout.contains("night-call-out"),
        "the stream of events tells no secret"
    );

    // Skipped, taken back, postponed, ended.
    let coming = cli.ok(&["drill", "next", "N1", "--actor", "centre", "--limit", "3"])?;
    let second = list(&coming, "occurrences")[1]["nominal_unix_ms"]
        .as_i64()
        .context("no second")?;
    let second = jiff::Timestamp::from_millisecond(second)?.to_string();
    cli.ok(&as_centre(&skip(&["--occurrence", &second])))?;
    cli.refused(
        "NO_OCCURRENCE",
        &as_centre(&skip(&["--occurrence", "2030-01-01T00:00:00Z"])),
    )?;
    let unskip = as_centre(&["drill", "unskip", "N1", "--occurrence", &second]);
    cli.ok(&unskip)?;
    cli.refused("NO_OCCURRENCE", &unskip)?;
    cli.refused(
        "POSTPONED_TO_PAST",
        &as_centre(&skip(&["--until", "2020-01-01T00:00:00Z"])),
    )?;
    // Nobody else changes it, and what they are told depends on nothing of it.
    let attempts: [&[&str]; 3] = [
        &[],
        &["--until", "2020-01-01T00:00:00Z"],
        &["--occurrence", "2030-01-01T00:00:00Z"],
    ];
    for more in attempts {
        let told = cli.refused("NOT_CONDUCTING", &[&skip(more)[..], &["--actor", "somebody"]].concat())?;
        anyhow::ensure!(!told.contains("night-call-out"), "{told}");
    }
    let later = jiff::Timestamp::from_millisecond(start + 3 * 86_400_000)?.to_string();
    let postponed = cli.ok(&as_centre(&skip(&["--until", &later])))?;
    anyhow::ensure!(postponed["schedule_id"] == 2, "{postponed}");
    let coming = cli.ok(&["drill", "next", "--actor", "centre"])?;
    let rows = list(&coming, "occurrences");
    anyhow::ensure!(
        rows[0]["is_skipped"] == true && rows[0]["instead_schedule_id"] == 2 && rows[1]["schedule_id"] == 2,
        "{coming}"
    );
    let nominal = jiff::Timestamp::from_millisecond(nominal)?.to_string();
    let unskip = as_centre(&["drill", "unskip", "N1", "--occurrence", &nominal]);
    cli.refused("WAS_POSTPONED", &unskip)?;
    let end = |schedule: &'static str| as_centre(&["drill", "unschedule", schedule, "--reason", "另行安排", "--yes"]);
    cli.ok(&end("N2"))?;
    cli.ok(&unskip)?;
    cli.ok(&end("N1"))?;
    cli.refused("SCHEDULE_ENDED", &as_centre(&skip(&[])))?;
    let all = cli.ok(&["drill", "schedules", "--all", "--actor", "centre"])?;
    anyhow::ensure!(list(&all, "schedules").len() == 2, "{all}");
    for lang in ["zh-CN", "en"] {
        let screen = cli.run(&[
            "--output",
            "table",
            "--lang",
            lang,
            "drill",
            "schedules",
            "N1",
            "--actor",
            "centre",
        ])?;
        anyhow::ensure!(screen.code == 0 && screen.stdout.contains("MON#1"), "{screen:?}");
    }
    Ok(())
}
