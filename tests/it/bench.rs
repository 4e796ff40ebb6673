//! The bench, small and without peers: every section runs to its end, and what it writes can be read.

use anyhow::Context as _;
use baiying_e2e::run;
use serde_json::Value;

/// Rows that stand for their sections; a name that changes here changes for whoever reads the JSON.
const ROWS: [&str; 22] = [
    "duty",
    "raw.growing.1",
    "raw.preallocated.1024",
    "import",
    "fan-out.shared",
    "fan-out.own",
    "tcp.shared",
    "tcp.own",
    "activate",
    "switch",
    "memory",
    "acks.unary",
    "acks.singles",
    "acks.teams",
    "board",
    "restart.kill",
    "restart.stop",
    "restart.bare",
    "journal.log.1",
    "journal.log.1024",
    "journal.sled.128",
    "matching",
];

#[test]
fn every_section_runs_and_says_what_it_found() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let path = |name: &str| dir.path().join(name).display().to_string();
    let (table, plot) = (path("bench.md"), path("growth.svg"));
    let arguments = [
        "--scale",
        "0.01",
        "--runs",
        "1",
        "--no-peers",
        // Temporary directories may be in memory, which is refused.
        "--dir",
        env!("CARGO_TARGET_TMPDIR"),
        "--markdown",
        &table,
        "--plot",
        &plot,
    ];
    let output = run("baiying-bench", &arguments, &[])?;
    anyhow::ensure!(output.code == 0, "{output:#?}");

    let json: Value = serde_json::from_str(&std::fs::read_to_string(path("bench.json"))?)?;
    let rows = json["rows"].as_array().context("no rows")?;
    let row = |id: &str| {
        rows.iter()
            .find(|row| row["id"] == id)
            .with_context(|| format!("no row {id}: {json:#}"))
    };
    for id in ROWS {
        let median = row(id)?["median"]
            .as_f64()
            .with_context(|| format!("{id} has no number"))?;
        anyhow::ensure!(median > 0.0, "{id}: {median}");
        anyhow::ensure!(
            row(id)?["sound"] == true,
            "{id} measured something else: {:#}",
            row(id)?
        );
    }
    // Without peers nothing is compared with them, and the rest still is.
    let compared = |id: &str| anyhow::Ok(row(id)?["compared"].as_array().map_or(0, Vec::len));
    anyhow::ensure!(compared("fan-out.own")? == 1 && compared("acks.unary")? == 0 && compared("journal.log.1")? == 2);

    let table = std::fs::read_to_string(table)?;
    anyhow::ensure!(table.contains("of plain TCP (goal < 3.0×"), "{table}");
    anyhow::ensure!(table.contains("| cost growth |"), "{table}");
    anyhow::ensure!(
        std::fs::read_to_string(plot)?.contains("open orders"),
        "the plot is not labelled"
    );
    Ok(())
}
