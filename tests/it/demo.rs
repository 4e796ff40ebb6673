//! What the README promises: a demo that adds up.

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
