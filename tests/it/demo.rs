//! What the README promises: a demo that tells the whole story and adds up.

use baiying_e2e::run;
use serde_json::Value;

#[test]
fn the_demo_ends_with_a_sum_that_holds() -> anyhow::Result<()> {
    let output = run("baiying-demo", &["--once"], &[])?;
    anyhow::ensure!(output.code == 0, "{output:#?}");
    let last = output.stdout.lines().last().unwrap_or_default();
    let counts: Value = serde_json::from_str(last)?;
    let number = |key: &str| {
        counts[key]
            .as_u64()
            .ok_or_else(|| anyhow::anyhow!("{key} is no number: {last}"))
    };
    let parts = ["present", "en_route", "excused", "absent", "unconfirmed"];
    let sum: u64 = parts.iter().map(|key| number(key)).sum::<Result<_, _>>()?;
    anyhow::ensure!(number("due")? == sum && sum > 1000, "{last}");
    anyhow::ensure!(number("present")? > 0 && number("revision")? > 0, "{last}");
    anyhow::ensure!(
        counts["state_hash"].as_str().is_some_and(|hash| hash.len() == 64),
        "{last}"
    );
    // The story: Ⅳ → Ⅱ → Ⅲ → Ⅳ, reinforcement in two rounds, B for who is away, in-place reports, a branch under strength and full again.
    anyhow::ensure!(counts["levels"] == serde_json::json!([4, 2, 3, 4]), "{last}");
    anyhow::ensure!(number("rehearsed")? > 0 && number("findings")? > 0, "{last}");
    anyhow::ensure!(
        number("reinforcement_rounds")? == 2 && number("reinforced")? == 20 && number("acting_for_absent")? > 0,
        "{last}"
    );
    anyhow::ensure!(number("windows")? > 1 && number("in_place_confirmed")? > 0, "{last}");
    anyhow::ensure!(
        number("in_place_excused")? > 0 && number("in_place_due")? > number("in_place_excused")?,
        "who is deployed is excused: {last}"
    );
    let statuses: Vec<_> = counts["branch_statuses"].as_array().into_iter().flatten().collect();
    let lived = ["proposed", "approved", "active", "under-strength", "active"];
    anyhow::ensure!(
        statuses.len() > lived.len() && statuses[..lived.len()] == lived,
        "{last}"
    );
    anyhow::ensure!(
        number("open_before")? > 0 && number("open_after")? == 0 && number("deployed_after")? == 0,
        "{last}"
    );
    anyhow::ensure!(counts["home_units_unchanged"] == true, "{last}");
    Ok(())
}

#[test]
fn the_drill_demo_is_scored_and_tells_real_from_simulated() -> anyhow::Result<()> {
    let output = run("baiying-demo", &["--drill", "--once", "--lang", "en"], &[])?;
    anyhow::ensure!(output.code == 0, "{output:#?}");
    let last = output.stdout.lines().last().unwrap_or_default();
    let told: Value = serde_json::from_str(last)?;
    let number = |value: &Value| value.as_u64().unwrap_or_default();
    // The call-out: all simulated, to the end of its window, scored.
    anyhow::ensure!(told["ending"] == "window" && number(&told["called"]) > 1_000, "{last}");
    anyhow::ensure!(told["simulated"] == told["called"], "{last}");
    let (acked, arrived) = (number(&told["acked"]), number(&told["arrived"]));
    anyhow::ensure!(
        arrived > 0 && arrived <= acked && acked < number(&told["called"]),
        "{last}"
    );
    anyhow::ensure!(told["score"].is_u64() && told["conclusion"].is_string(), "{last}");
    anyhow::ensure!(number(&told["injected"]) >= 3, "{last}");
    // The village: real people by their own lead, simulated ones by theirs.
    let (real, simulated) = (&told["village"]["real"], &told["village"]["simulated"]);
    anyhow::ensure!(
        number(&real["called"]) > 0 && real["arrived"] == real["called"],
        "{last}"
    );
    anyhow::ensure!(
        number(&simulated["called"]) > 0 && number(&simulated["arrived"]) > 0,
        "{last}"
    );
    anyhow::ensure!(told["real_orders"] == 0, "{last}");
    let screen = &output.stderr;
    anyhow::ensure!(
        screen.contains("EXERCISE【演练】Y1") && screen.contains("score "),
        "{screen}"
    );
    if let Some(report) = told["report"].as_str() {
        anyhow::ensure!(std::fs::metadata(report)?.len() > 0, "{report}");
    }
    Ok(())
}
