//! Simulated people of drills: a run with real and simulated units, the daemon killed in the middle, and a simulation that follows every run.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use anyhow::Context as _;
use baiying_e2e::wait::until;
use baiying_e2e::{Cli, Site};
use serde_json::Value;

/// Seconds instead of minutes, and everybody comes.
const BRISK: &str = r#"
no_show = 0.0
lead_report_s = 1
[answer]
dead_number = 0.0
reached_by_calls = 1.0
first_call_s = 3
call_interval_s = 1
[answer.work]
ack_median_s = 2
ack_sigma = 0.3
app_within_5_min = 1.0
[answer.night]
ack_median_s = 2
ack_sigma = 0.3
app_within_5_min = 1.0
[decline]
share = 0.0
[travel]
urban_mean_min = 0.05
rural_mean_min = 0.05
leave_mean_s = 1
[arrival]
offline = 0.0
wrong_site = 0.0
"#;

fn scenario(code: &str, behaviour: &str) -> String {
    format!(
        r#"
code = "{code}"
name = "集结点验"
purpose = "检验集结。"
outline = "集结，点验。"
kind = "muster"
content = "single"
notice = "partial"
window_minutes = 30
ends_when_complete = true
behaviour = "{behaviour}"
[audience]
teams = ["agency"]
[order]
text = "集结点验。"
acknowledge_minutes = 5
arrive_minutes = 20
[[objective]]
name = "到位率"
metric = "arrived"
at_least_percent = 90
"#
    )
}

/// `baiying drill simulate`, until it is dropped.
struct Simulation {
    child: Child,
    told: PathBuf,
}

impl Drop for Simulation {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Simulation {
    fn start(cli: &Cli, dir: &Path, name: &str, arguments: &[&str]) -> anyhow::Result<Self> {
        let told = dir.join(name);
        let words = ["--output", "json", "drill", "simulate", "--profiles"];
        let profiles = dir.join("behaviour").to_string_lossy().into_owned();
        let child = cli
            .command(&[&words[..], &[&profiles], arguments].concat())
            .stdin(Stdio::null())
            .stdout(File::create(&told)?)
            .stderr(File::create(dir.join(format!("{name}.err")))?)
            .spawn()?;
        Ok(Self { child, told })
    }

    /// Everything that it told of this kind of a run.
    fn told(&self, kind: &str, run: i64) -> anyhow::Result<Vec<Value>> {
        let text = fs::read_to_string(&self.told)?;
        let lines = text.split_inclusive('\n').filter(|line| line.ends_with('\n'));
        let all: Vec<Value> = lines.map(serde_json::from_str).collect::<Result<_, _>>()?;
        let of_run = |told: &Value| told["told"] == kind && told["exercise_id"] == run;
        Ok(all.into_iter().filter(of_run).collect())
    }
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

fn start(cli: &Cli, code: &str, more: &[&str]) -> anyhow::Result<Value> {
    let phrase = format!("exercise {code}");
    let run = ["drill", "run", code, "--director", "P47", "--confirm", &phrase];
    cli.ok(&[&run[..], more].concat())
}

/// People of the order of Y1 who count in a column.
fn column(cli: &Cli, bucket: &str) -> anyhow::Result<Vec<i64>> {
    let rows = cli.ok(&["--exercise", "Y1", "order", "rows", "O1", "--bucket", bucket])?;
    Ok(list(&rows, "rows")
        .iter()
        .filter_map(|row| row["person_id"].as_i64())
        .collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn real_and_simulated_people_in_one_drill_are_told_apart() -> anyhow::Result<()> {
    let mut site = Site::small().await?;
    let (cli, dir) = (site.cli(), site.dir.path().to_path_buf());
    fs::create_dir(dir.join("behaviour"))?;
    fs::write(dir.join("behaviour/brisk.toml"), BRISK)?;
    for (code, behaviour) in [("mixed", "brisk"), ("strange", "stranger")] {
        let file = dir.join(format!("{code}.toml"));
        fs::write(&file, scenario(code, behaviour))?;
        cli.ok(&["drill", "import", &file.to_string_lossy()])?;
    }
    let following = Simulation::start(&cli, &dir, "following", &[])?;

    // P1 to P10 are there, P13 to P22 are simulated. The daemon is killed once the first have answered.
    let begun = start(&cli, "mixed", &["--simulate", "440608-A02"])?;
    anyhow::ensure!(begun["due"] == 20 && begun["exercise_id"] == 1, "{begun}");
    until("the first answers", async || {
        let shown = cli.ok(&["drill", "show", "Y1"])?;
        Ok((shown["total"]["acked"].as_u64() > Some(0)).then_some(()))
    })
    .await?;
    site.daemon.kill();
    site.restart()?;
    let (simulated, real): (Vec<i64>, Vec<i64>) = ((13..=22).collect(), (1..=10).collect());
    until("all who are simulated have arrived", async || {
        Ok((column(&cli, "present")? == simulated).then_some(()))
    })
    .await?;
    // Every row says who is simulated, and so does every line of the board.
    let rows = cli.ok(&["--exercise", "Y1", "order", "rows", "O1"])?;
    for row in list(&rows, "rows") {
        let expected = row["person_id"]
            .as_i64()
            .is_some_and(|person| simulated.contains(&person));
        anyhow::ensure!(row["is_simulated"] == expected, "{row}");
    }
    let board = cli.ok(&["--exercise", "Y1", "board"])?;
    anyhow::ensure!(board["total"]["simulated_due"] == 10, "{board}");
    for row in list(&board, "rows") {
        let expected = if row["unit_code"] == "440608-A02" { 10 } else { 0 };
        anyhow::ensure!(row["simulated_due"] == expected, "{row}");
    }
    // Nobody has answered for those who are there, and nothing of it is real.
    anyhow::ensure!(
        column(&cli, "unconfirmed")? == real,
        "{:?}",
        column(&cli, "unconfirmed")?
    );
    anyhow::ensure!(list(&cli.ok(&["order", "list"])?, "orders").is_empty());

    // A second simulation of the same run finds everything said.
    let mut again = Simulation::start(&cli, &dir, "again", &["Y1"])?;
    until("the second one knows the order", async || {
        Ok((!again.told("order", 1)?.is_empty()).then_some(()))
    })
    .await?;

    // The real ones answer by their own lead: eight of ten come.
    let field = |words: &[&str]| cli.ok(&[&["--exercise", "Y1", "field"], words].concat());
    let acked = field(&["ack", "O1", "--all", "--lead", "P1"])?;
    anyhow::ensure!(acked["applied"] == 10, "{acked}");
    let people = "P1,P2,P3,P4,P5,P6,P7,P8";
    let arrived = field(&["check-in", "O1", "--person", people, "--lead", "P1", "--muster", "M1"])?;
    anyhow::ensure!(arrived["applied"] == 8, "{arrived}");
    cli.ok(&["drill", "end", "Y1"])?;
    let over = cli.ok(&["drill", "show", "Y1"])?;
    let score = &over["score"];
    for (part, called, arrived) in [("all", 20, 18), ("real", 10, 8), ("simulated", 10, 10)] {
        let figures = &score[part];
        anyhow::ensure!(
            figures["called"] == called && figures["acked"] == called && figures["arrived"] == arrived,
            "{part}: {score}"
        );
    }
    let screen = cli.run(&["drill", "show", "Y1"])?;
    anyhow::ensure!(screen.stdout.contains("of them simulated 10"), "{screen:?}");

    // What each of them did, by their own word, once: also in the history they are told apart.
    let told = until("the end is told", async || Ok(following.told("over", 1)?.pop())).await?;
    anyhow::ensure!(
        told["acks"] == 10 && told["arrivals"] == 10 && told["left"] == 0 && told["refused"] == serde_json::json!({}),
        "{told}"
    );
    let status = again.child.wait()?;
    let told = again.told("over", 1)?.pop().context("it told nothing")?;
    anyhow::ensure!(status.success() && told["acks"] == 0 && told["arrivals"] == 0, "{told}");
    let events = cli.run(&["--output", "json", "events", "--since", "0", "--limit", "1000"])?;
    anyhow::ensure!(events.stdout.contains("simulator:lead P13"), "{}", events.stdout);
    let real_leads = ["simulator:lead P1\"", "simulator:lead P2\"", "simulator:own P1\""];
    anyhow::ensure!(
        !real_leads.iter().any(|actor| events.stdout.contains(actor)),
        "{}",
        events.stdout
    );

    // Whatever drill begins finds the simulation running: all simulated, and hurried.
    start(&cli, "mixed", &["--simulate", "440608", "--rate", "60"])?;
    let told = until("the second drill is over", async || {
        Ok(following.told("over", 2)?.pop())
    })
    .await?;
    anyhow::ensure!(told["ending"] == "complete" && told["arrivals"] == 20, "{told}");
    let over = cli.ok(&["drill", "show", "Y2"])?;
    anyhow::ensure!(
        over["score"]["real"]["called"] == 0 && over["score"]["simulated"]["arrived"] == 20,
        "{over}"
    );

    // What cannot be simulated says so.
    start(&cli, "mixed", &[])?;
    let nobody = cli.run(&["drill", "simulate", "Y3"])?;
    anyhow::ensure!(
        nobody.code == 2 && nobody.stderr.contains("Y3 simulates no unit"),
        "{nobody:?}"
    );
    start(&cli, "strange", &["--simulate", "440608"])?;
    let stranger = cli.run(&["drill", "simulate", "Y4"])?;
    anyhow::ensure!(
        stranger.code == 2 && stranger.stderr.contains("stranger"),
        "{stranger:?}"
    );
    until("the one that follows says so too", async || {
        Ok(following.told("not-played", 4)?.pop())
    })
    .await?;
    cli.refused("UNKNOWN_EXERCISE", &["drill", "simulate", "Y9"])?;
    anyhow::ensure!(
        column(&cli, "present")?.len() == 18,
        "a run that is over stays as it was"
    );
    Ok(())
}
