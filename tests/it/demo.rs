//! What the README promises: a demo that adds up, and a bench that runs.

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
    Ok(())
}

#[test]
fn the_bench_prints_its_table() -> anyhow::Result<()> {
    let output = run("baiying-bench", &["--scale", "0.01"], &[])?;
    anyhow::ensure!(output.code == 0, "{output:#?}");
    let rows = output.stdout.lines().filter(|line| line.starts_with("| ")).count();
    anyhow::ensure!(rows >= 6, "a header and a row for each number: {output:#?}");
    Ok(())
}
