//! The 20 % rule, a team chosen and approved, readiness, and a spot check over the stream. Real command line, real daemon.

use anyhow::Context as _;
use baiying_drills::synth::{self, District, SynthOptions};
use baiying_e2e::{Cli, Site, wait};
use serde_json::Value;

/// An agency of the synthetic district.
const UNIT: &str = "440608-A004";

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

/// A district with people, teams and duty.
fn district(site: &Site) -> anyhow::Result<()> {
    let dir = site.dir.path().join("files");
    let options = SynthOptions {
        members: false,
        ..SynthOptions::default()
    };
    synth::write(District::Gaoming, &options, &dir)?;
    let cli = site.cli();
    for (noun, file) in [("org", "divisions"), ("person", "people"), ("team", "teams")] {
        cli.ok(&[noun, "import", &dir.join(format!("{file}.csv")).to_string_lossy()])?;
    }
    let imported = cli.run(&["duty", "import", &dir.join("duty.csv").to_string_lossy()])?;
    anyhow::ensure!([0, 6].contains(&imported.code), "{imported:#?}");
    Ok(())
}

fn quota(cli: &Cli) -> anyhow::Result<Value> {
    let answer = cli.json(6, &["team", "quota", "--unit", UNIT])?;
    list(&answer, "units").first().cloned().context("no line")
}

fn gaps(cli: &Cli) -> anyhow::Result<Vec<String>> {
    // 6 says that something serious is missing, 0 that nothing is.
    let asked = cli.run(&["readiness", "--unit", UNIT, "--output", "json"])?;
    anyhow::ensure!([0, 6].contains(&asked.code), "{asked:#?}");
    let answer: Value = serde_json::from_str(&asked.stdout)?;
    let unit = list(&answer, "units").first().context("nothing is missing")?;
    let kinds = list(unit, "gaps").iter().filter_map(|gap| gap["kind"].as_str());
    Ok(kinds.map(str::to_owned).collect())
}

#[tokio::test]
async fn a_short_team_is_seen_chosen_anew_and_a_stale_proposal_is_refused() -> anyhow::Result<()> {
    let site = Site::start()?;
    district(&site)?;
    let cli = site.cli();
    let before = quota(&cli)?;
    let short = before["required"].as_i64() > before["selected"].as_i64();
    anyhow::ensure!(short && before["status"] == "short", "{before}");
    anyhow::ensure!(gaps(&cli)?.contains(&"team-short".to_owned()));
    let select = |seed: &str| cli.ok(&["team", "select", "--unit", UNIT, "--seed", seed]);
    let (proposed, again, other) = (select("7")?, select("7")?, select("8")?);
    anyhow::ensure!(
        proposed["team"] == again["team"] && proposed["proposal"] == again["proposal"],
        "{again}"
    );
    anyhow::ensure!(proposed["proposal"] != other["proposal"], "{other}");
    let hash = proposed["proposal"].as_str().context("no hash")?;
    let day = proposed["at_date"].as_str().context("no day")?;
    let approve = |seed: &str| {
        let arguments = [
            "team",
            "approve",
            "--unit",
            UNIT,
            "--seed",
            seed,
            "--at",
            day,
            "--proposal",
            hash,
        ];
        cli.run(&arguments)
    };
    let stale = approve("8")?;
    anyhow::ensure!(stale.code == 4 && stale.stderr.contains("PROPOSAL_STALE"), "{stale:#?}");
    let approved = approve("7")?;
    anyhow::ensure!(approved.code == 0, "{approved:#?}");
    let after = quota(&cli)?;
    anyhow::ensure!(
        after["shortfall"] == 0 && after["selected"] == after["required"],
        "{after}"
    );
    let left = gaps(&cli)?;
    anyhow::ensure!(!left.contains(&"team-short".to_owned()), "{left:?}");
    Ok(())
}

#[tokio::test]
async fn a_spot_check_reaches_who_is_on_duty_and_their_answer_counts() -> anyhow::Result<()> {
    let site = Site::on_duty_from_midnight()?;
    district(&site)?;
    let cli = site.cli();
    anyhow::ensure!(gaps(&cli)?.contains(&"spot-check-overdue".to_owned()));
    let on = cli.ok(&["duty", "on", "--unit", UNIT])?;
    let holder = &on["units"][0]["holders"][0];
    let person = format!("P{}", holder["person_id"]);
    let now = on["at_unix_ms"].as_i64().context("no time")?;
    let soon = baiying_core::calendar::Zone::shanghai();
    let (date, minute) = soon.local(baiying_core::id::Timestamp::from_unix_ms(now));
    let until = format!("{}T{minute}:00+08:00", date.plus_days(1));
    // Drawn from a day: hidden, and nobody can answer it.
    let window = format!("{}T00:00:00+08:00", date.plus_days(1));
    cli.ok(&[
        "spot-check",
        "plan",
        "--unit",
        UNIT,
        "--from",
        &window,
        "--until",
        &until,
        "--seed",
        "3",
    ])?;
    let hidden = cli.run(&["spot-check", "answer", "C1", "--person", &person])?;
    anyhow::ensure!(
        hidden.code == 4 && hidden.stderr.contains("UNKNOWN_SPOT_CHECK"),
        "{hidden:#?}"
    );
    let listed = cli.ok(&["spot-check", "list"])?;
    anyhow::ensure!(listed["spot_checks"][0]["asked_unix_ms"] == 0, "{listed}");
    cli.ok(&["spot-check", "cancel", "C1"])?;
    // Now, or as soon as that is: the instant must not have passed when the daemon reads it.
    let at = jiff_at(now + 3_000);
    cli.ok(&["spot-check", "plan", "--unit", UNIT, "--from", &at])?;
    let asked = wait::until("the check on the stream", async || {
        let received = cli.run(&["field", "receive", "--lead", &person, "--once", "--output", "json"])?;
        Ok(received.stdout.contains("\"spot_check_id\":2").then_some(received))
    })
    .await?;
    anyhow::ensure!(asked.stdout.contains("asked"), "{asked:#?}");
    let answered = cli.ok(&["spot-check", "answer", "C2", "--person", &person])?;
    anyhow::ensure!(answered["result"] == "pass", "{answered}");
    anyhow::ensure!(!gaps(&cli)?.contains(&"spot-check-overdue".to_owned()));
    Ok(())
}

/// An instant as it is typed, to the second, never earlier.
fn jiff_at(unix_ms: i64) -> String {
    let zone = baiying_core::calendar::Zone::shanghai();
    let at = baiying_core::id::Timestamp::from_unix_ms(unix_ms);
    let (date, minute) = zone.local(at);
    let seconds = unix_ms.div_euclid(1000).rem_euclid(60);
    format!("{date}T{minute}:{seconds:02}+08:00")
}
