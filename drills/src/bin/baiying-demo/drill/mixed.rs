//! A run in which some are real and some are simulated: a village's own team answers by itself, its grids are played.

use std::fs;
use std::path::Path;

use anyhow::Context as _;
use serde_json::Value;

use super::terminal::Terminal;

const SCENARIO: &str = include_str!("village.toml");
const PROFILE: &str = include_str!("brisk.toml");
/// 人和社区: its own team is real, its grids are simulated.
const VILLAGE: &str = "440608106001";

/// Writes the profile where the simulation looks for it.
pub(super) fn profiles(files: &Path) -> anyhow::Result<String> {
    let dir = files.join("behaviour");
    fs::create_dir_all(&dir)?;
    fs::write(dir.join("brisk.toml"), PROFILE)?;
    Ok(dir.to_string_lossy().into_owned())
}

/// Starts it, and answers for the real ones. Gives the run.
pub(super) fn start(terminal: &Terminal, files: &Path, director: &str) -> anyhow::Result<String> {
    let file = files.join("village.toml");
    fs::write(&file, SCENARIO)?;
    terminal.types(&["drill", "import", &file.to_string_lossy()])?;
    let teams = terminal.asks(&["team", "list", "--unit", VILLAGE, "--kind", "support"])?;
    let teams = teams["teams"].as_array().context("no teams")?;
    let code = |team: &Value| team["unit_code"].as_str().unwrap_or_default().to_owned();
    let grids: Vec<String> = teams.iter().map(code).filter(|unit| unit != VILLAGE).collect();
    let own = teams.iter().find(|team| code(team) == VILLAGE).context("no team")?;
    let lead = format!("P{}", own["leader_id"]);
    let phrase = terminal.language.pick("演练 village-muster", "exercise village-muster");
    let grids = grids.join(",");
    let run = [
        "drill",
        "run",
        "village-muster",
        "--unit",
        VILLAGE,
        "--director",
        director,
        "--simulate",
        &grids,
        "--confirm",
        phrase,
    ];
    terminal.types(&run)?;
    let listed = terminal.asks(&["drill", "list"])?;
    let id = format!("Y{}", listed["exercises"][0]["exercise_id"]);
    terminal.say(
        &format!("   真人这一队的队长 {lead} 回令，带队出发、报到："),
        &format!("   The lead of the real team, {lead}, answers, sets out and reports:"),
    );
    let order = terminal.asks(&["--exercise", &id, "order", "show", "O1"])?;
    let point = format!("M{}", order["versions"][0]["muster_point_ids"][0]);
    let field = ["--exercise", &id, "field"];
    terminal.types(&[&field[..], &["ack", "O1", "--all", "--lead", &lead]].concat())?;
    terminal.types(&[&field[..], &["depart", "O1", "--all", "--lead", &lead]].concat())?;
    terminal.types(
        &[
            &field[..],
            &["check-in", "O1", "--all", "--lead", &lead, "--muster", &point],
        ]
        .concat(),
    )?;
    Ok(id)
}

/// Ends it once everybody who comes is there, and shows what came of it: real and simulated apart.
pub(super) async fn end(terminal: &Terminal, id: &str) -> anyhow::Result<Value> {
    super::until(terminal, id, |shown| {
        let total = &shown["total"];
        shown["exercise"]["phase"] == "over" || (total["en_route"] == 0 && total["unconfirmed"] == 0)
    })
    .await?;
    if terminal.asks(&["drill", "show", id])?["exercise"]["phase"] != "over" {
        terminal.types(&["drill", "end", id])?;
    }
    terminal.types(&["drill", "show", id])?;
    terminal.asks(&["drill", "show", id])
}
