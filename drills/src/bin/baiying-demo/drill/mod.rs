//! A drill in Gaoming: a call-out at night of everybody's agency teams, played in half a minute, beside a village where real people take part.

mod mixed;
mod terminal;

use std::path::Path;
use std::time::Duration;

use baiying_drills::process::{Daemon, program};
use serde_json::Value;
use tokio::time::{Instant, sleep};

use crate::board::Language;
use crate::story::peacetime;
use terminal::Terminal;

/// Exercise time is so many times as fast: ninety minutes in 36 seconds.
const RATE: &str = "150";
const SCENARIO: &str = "night-call-out";
/// How often the run is looked at, and how often it is told.
const LOOK_EVERY: Duration = Duration::from_millis(250);
const TELL_EVERY: Duration = Duration::from_secs(6);
/// A run that takes longer than this has come to a stop.
const PATIENCE: Duration = Duration::from_secs(300);

/// Tells it; says whether every count on the way added up and nothing of it was real.
pub(crate) async fn tell(once: bool, language: Language) -> anyhow::Result<bool> {
    let dir = tempfile::Builder::new().prefix("baiying-demo-").tempdir()?;
    let (data, files) = (dir.path().join("data"), dir.path().join("files"));
    let title = language.pick(
        "── 百应演示：高明区一次夜间拉动演练（人员均为虚构）──",
        "── Baiying demo: a no-notice drill in Gaoming (nobody in it is real) ──",
    );
    eprintln!("{title}");
    let daemon = Daemon::start(&data, &["--tenant", "高明区（虚构）", "--synthetic"])?;
    peacetime::import(language, &daemon.api, &files).await?;
    let terminal = Terminal::new(language, &daemon);
    let commander = terminal.asks(&["post", "list", "--post", "commander"])?;
    let director = format!("P{}", commander["posts"][0]["acting_id"]);

    terminal.say(
        "2. 模拟应答一直在运行：哪次演练有由模拟代替的单位，就替它们应答。",
        "2. The simulation runs beside: it answers for the simulated units of whichever drill goes on.",
    );
    let profiles = mixed::profiles(&files)?;
    let simulation = terminal.leaves_running(&["drill", "simulate", "--profiles", &profiles])?;

    terminal.say(
        "3. 夜间拉动：全区机关应急队，全部由模拟代替，演练时间快 150 倍。启动要输入确认语。",
        "3. A call-out at night: all agency teams, all simulated, 150 times as fast. It takes words of its own to start.",
    );
    let phrase = language.pick("演练 night-call-out", "exercise night-call-out");
    let run = [
        "drill",
        "run",
        SCENARIO,
        "--director",
        &director,
        "--simulate",
        "440608",
        "--rate",
        RATE,
        "--confirm",
        phrase,
    ];
    terminal.types(&run)?;

    terminal.say(
        "4. 同时，一个村集结点验：村里一队是真人，各网格由模拟代替，按实际时间进行。",
        "4. At the same time a muster in a village: one team of real people, the grids simulated, as time passes.",
    );
    let village = mixed::start(&terminal, &files, &director)?;
    let village = mixed::end(&terminal, &village).await?;

    terminal.say("5. 夜间拉动进行中：", "5. The call-out goes on:");
    let mut all_added_up = follow(&terminal, "Y1").await?;
    terminal.say("6. 评估人员记录，评分：", "6. What the evaluators saw, and the score:");
    for (number, verdict, chinese, english) in [
        ("1", "done", "当场答出", "answered on the spot"),
        (
            "3",
            "partly",
            "一人答不出接替队长",
            "one of three did not know who stands in",
        ),
    ] {
        let note = language.pick(chinese, english);
        terminal.types(&["drill", "observe", "Y1", number, verdict, "--note", note])?;
    }
    terminal.types(&["drill", "show", "Y1"])?;
    let shown = terminal.asks(&["drill", "show", "Y1"])?;
    let report = report(&terminal)?;
    let real_orders = terminal.asks(&["order", "list"])?["orders"]
        .as_array()
        .map_or(0, Vec::len);
    terminal.say(
        &format!("   实战账里的指令：{real_orders} 条。演练的任何东西都不进实战。"),
        &format!("   Orders in the real books: {real_orders}. Nothing of a drill is real."),
    );
    let (all, score) = (&shown["score"]["all"], &village["score"]);
    all_added_up &= all["called"].as_u64() == add(&[&all["target"], &all["excused"], &all["preempted"]]);
    all_added_up &= score["all"]["called"].as_u64() == add(&[&score["real"]["called"], &score["simulated"]["called"]]);
    if !once {
        serve(&terminal, &daemon, &director).await?;
    }
    drop(simulation);
    println!(
        "{}",
        serde_json::json!({
            "ending": shown["exercise"]["ending"], "score": shown["score"]["permille"],
            "conclusion": shown["score"]["conclusion"], "called": all["called"], "acked": all["acked"],
            "arrived": all["arrived"], "simulated": shown["score"]["simulated"]["called"],
            "injected": shown["injects"].as_array().into_iter().flatten().filter(|it| it["is_injected"] == true).count(),
            "village": { "real": score["real"], "simulated": score["simulated"] },
            "real_orders": real_orders, "report": report,
        })
    );
    Ok(all_added_up && real_orders == 0)
}

fn add(parts: &[&Value]) -> Option<u64> {
    parts.iter().map(|part| part.as_u64()).sum()
}

/// Looks until a run is as it should be.
async fn until(terminal: &Terminal, id: &str, is_so: impl Fn(&Value) -> bool) -> anyhow::Result<()> {
    let since = Instant::now();
    while !is_so(&terminal.asks(&["drill", "show", id])?) {
        anyhow::ensure!(since.elapsed() < PATIENCE, "{id} does not come to an end");
        sleep(LOOK_EVERY).await;
    }
    Ok(())
}

/// A line now and then until it is over; says whether every one added up.
async fn follow(terminal: &Terminal, id: &str) -> anyhow::Result<bool> {
    let since = Instant::now();
    let (mut told, mut all_add_up) = (None::<Instant>, true);
    loop {
        let shown = terminal.asks(&["drill", "show", id])?;
        if shown["exercise"]["phase"] == "over" {
            return Ok(all_add_up);
        }
        let total = &shown["total"];
        let count = |key: &str| total[key].as_u64().unwrap_or_default();
        let [due, present, en_route] = ["due", "present", "en_route"].map(count);
        let [excused, absent, unconfirmed] = ["excused", "absent", "unconfirmed"].map(count);
        all_add_up &= due == present + en_route + excused + absent + unconfirmed;
        if told.is_none_or(|told| told.elapsed() >= TELL_EVERY) {
            told = Some(Instant::now());
            let minutes = shown["elapsed_ms"].as_u64().unwrap_or_default() / 60_000;
            terminal.say(
                &format!("   演练第 {minutes:>2} 分钟：应到 {due}  实到 {present}  在途 {en_route}  待确认 {unconfirmed}"),
                &format!("   minute {minutes:>2} of the drill: due {due}  present {present}  en route {en_route}  unconfirmed {unconfirmed}"),
            );
        }
        anyhow::ensure!(since.elapsed() < PATIENCE, "{id} does not come to an end");
        sleep(LOOK_EVERY).await;
    }
}

/// Writes the report of the call-out where it stays, if the command line makes one; says where.
fn report(terminal: &Terminal) -> anyhow::Result<Option<String>> {
    if !terminal.knows("drill", "report") {
        return Ok(None);
    }
    let file = std::env::temp_dir().join("baiying-drill-Y1.html");
    let path = file.to_string_lossy().into_owned();
    terminal.types(&["drill", "report", "Y1", "--format", "html", "--out", &path])?;
    anyhow::ensure!(Path::new(&path).is_file(), "{path} was not written");
    terminal.say(&format!("   演练报告：{path}"), &format!("   The report: {path}"));
    Ok(Some(path))
}

/// Until Ctrl-C, with commands worth trying.
async fn serve(terminal: &Terminal, daemon: &Daemon, director: &str) -> anyhow::Result<()> {
    let bin = program("baiying");
    terminal.say(
        "\n守护进程和模拟应答仍在运行，可在另一个终端试试（Ctrl-C 结束）：",
        "\nThe daemon and the simulation keep running; try in another terminal (Ctrl-C ends):",
    );
    eprintln!("  export BAIYING_SERVER={} BAIYING_ADMIN={}", daemon.api, daemon.admin);
    let again = format!("drill run typhoon --unit 440608106 --director {director} --simulate 440608106 --rate 300");
    for line in [
        "drill list",
        "drill scenarios",
        "--exercise Y1 board",
        "--exercise Y1 order rows O1 --bucket absent --limit 10",
        &again,
        "events --since 0 --limit 20",
    ] {
        eprintln!("  {} {line}", bin.display());
    }
    tokio::signal::ctrl_c().await?;
    eprintln!();
    Ok(())
}
