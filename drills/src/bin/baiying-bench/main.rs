//! `make bench`: the numbers of the design, measured against the real daemon with Liaoning's 304,000 people, the client included.
//!
//! Prints a Markdown table: row, goal, measured, how. Judges nothing but says where a goal was missed. `--scale 0.02` makes a
//! smoke run of it.

use std::path::Path;
use std::process::ExitCode;

use baiying_drills::load::{
    AckGroup, AckOptions, ActivateOptions, BoardOptions, FanOutOptions, ack_groups, acks_streamed, acks_unary,
    activate, board_under_acks, fan_out, import_all, one_by_one,
};
use baiying_drills::process::Daemon;
use baiying_drills::synth::{District, SynthOptions, rows};
use baiying_proto::v1::order_service_client::OrderServiceClient;
use baiying_proto::v1::response_service_client::ResponseServiceClient;
use baiying_proto::v1::{
    ActivateResponseRequest, CommandContext, OrderDraft, SupersedeOrderRequest, TerminateResponseRequest,
};
use tokio::time::Instant;

/// One row of the table.
struct Measured {
    what: String,
    goal: &'static str,
    measured: String,
    met: Option<bool>,
    how: String,
}

/// How much to do.
#[derive(Clone, Copy)]
struct Scale {
    /// Share of the people.
    people: f64,
    streams: usize,
    ledger_events: u64,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let people = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => 1.0,
        ["--scale", share] => match share.parse() {
            Ok(share) => share,
            Err(_) => return usage(),
        },
        _ => return usage(),
    };
    let scale = Scale {
        people,
        streams: ((10_000.0 * people) as usize).max(50),
        ledger_events: (1_000_000.0 * people) as u64,
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("baiying-bench: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(measure(scale)) {
        Ok(table) => {
            print_table(&table);
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("baiying-bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn usage() -> ExitCode {
    eprintln!("usage: baiying-bench [--scale SHARE]");
    ExitCode::from(2)
}

fn print_table(table: &[Measured]) {
    println!("| what | goal | measured | goal met | how |");
    println!("|---|---|---|---|---|");
    for Measured {
        what,
        goal,
        measured,
        met,
        how,
    } in table
    {
        let met = match met {
            Some(true) => "yes",
            Some(false) => "**no**",
            None => "–",
        };
        println!("| {what} | {goal} | {measured} | {met} | {how} |");
    }
}

fn context(id: &str) -> Option<CommandContext> {
    Some(CommandContext {
        request_id: format!("bench-{id}"),
        actor: "bench".to_owned(),
    })
}

fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

async fn measure(scale: Scale) -> anyhow::Result<Vec<Measured>> {
    let dir = tempfile::Builder::new().prefix("baiying-bench-").tempdir()?;
    let data = dir.path().join("data");
    let mut table = vec![yardstick(dir.path())?];
    eprintln!("bench: generating Liaoning (share {})", scale.people);
    let district = rows(
        District::Liaoning,
        &SynthOptions {
            scale: scale.people,
            ..SynthOptions::default()
        },
    );
    let mut daemon = Daemon::start(&data, &["--tenant", "辽宁（虚构）", "--synthetic"])?;
    eprintln!(
        "bench: importing {} people in {} units",
        district.report.people, district.report.units
    );
    let imported = import_all(&daemon.api, &district, "bench").await?;
    let people = imported.people.added;
    drop(district);
    eprintln!(
        "bench: imported in {} ms (people); daemon has {:.0} MB",
        imported.people.ms,
        megabytes(daemon.resident_bytes())
    );

    fan_out_row(&daemon, scale, &mut table).await?;

    // A daemon that has just started, as it would be on the day.
    daemon.stop()?;
    let mut daemon = Daemon::start(&data, &[])?;
    let activated = activate(&ActivateOptions::new(&daemon.api)).await?;
    table.push(Measured {
        what: format!(
            "activate a level-Ⅰ response over {} people: command in → durable, ledger ready",
            activated.due
        ),
        goal: "< 1 s",
        measured: format!("{:.0} ms", activated.reply_ms),
        met: Some(activated.reply_ms < 1000.0),
        how: "one ActivateResponse with a call-out, from sending it to its answer".to_owned(),
    });
    let memory = megabytes(daemon.resident_bytes());
    table.push(Measured {
        what: format!("memory with {people} people and one open order to all"),
        goal: "< 600 MB",
        measured: format!("{memory:.0} MB"),
        met: Some(memory < 600.0),
        how: "resident set after the activation".to_owned(),
    });

    let groups = ack_groups(&daemon.api, activated.order_id, activated.version, 50).await?;
    let (for_unary, rest) = split(&groups, scale.people * 40_000.0);
    let (for_board, rest) = split(&rest, scale.people * 60_000.0);
    let (for_singles, for_streams) = split(&rest, scale.people * 80_000.0);
    let mut acks = AckOptions::new(&daemon.api, activated.order_id, activated.version);
    eprintln!("bench: reading the board under 5,000 acks/s");
    acks.seed = 2;
    let board = board_under_acks(&BoardOptions::new(acks.clone()), &for_board).await?;
    anyhow::ensure!(
        board.does_not_add_up == 0,
        "{} boards did not add up",
        board.does_not_add_up
    );
    table.push(Measured {
        what: format!("board of {people} people while 5,000 acks/s arrive: p99"),
        goal: "< 10 ms",
        measured: format!(
            "{:.1} ms (p50 {:.1} ms, at {:.0} acks/s, {} boards)",
            board.latency.p99_ms, board.latency.p50_ms, board.acks.acks_per_second, board.latency.count
        ),
        met: Some(board.latency.p99_ms < 10.0),
        how: "GetBoard of the root 100 times a second; every board checked to add up".to_owned(),
    });
    eprintln!("bench: acknowledging one by one");
    (acks.seed, acks.concurrency) = (3, 256);
    let unary = acks_unary(&acks, &one_by_one(&for_unary)).await?;
    table.push(Measured {
        what: "acks from leads, durable: one RPC each".to_owned(),
        goal: "≥ 10,000/s",
        measured: format!("{:.0}/s (p99 {:.0} ms)", unary.acks_per_second, unary.latency.p99_ms),
        met: Some(unary.acks_per_second >= 10_000.0),
        how: format!("{} Acknowledge calls, 256 callers on 8 connections", unary.requests),
    });
    eprintln!("bench: acknowledging over streams");
    (acks.seed, acks.concurrency) = (4, 8);
    let streamed = acks_streamed(&acks, &for_streams).await?;
    table.push(Measured {
        what: "acks from leads for their teams, durable: streamed".to_owned(),
        goal: "≥ 100,000/s",
        measured: format!(
            "{:.0}/s (p99 {:.0} ms)",
            streamed.acks_per_second, streamed.latency.p99_ms
        ),
        met: Some(streamed.acks_per_second >= 100_000.0),
        how: format!(
            "{} people in {} reports (a lead's team, or 50 own answers) over 8 streams",
            streamed.acks, streamed.requests
        ),
    });
    acks.seed = 5;
    let singles = acks_streamed(&acks, &one_by_one(&for_singles)).await?;
    table.push(Measured {
        what: "acks, durable: streamed, each person in a report of their own".to_owned(),
        goal: "≥ 100,000/s",
        measured: format!(
            "{:.0}/s (p99 {:.0} ms)",
            singles.acks_per_second, singles.latency.p99_ms
        ),
        met: Some(singles.acks_per_second >= 100_000.0),
        how: format!("{} reports over 8 streams, 64 under way on each", singles.requests),
    });
    restart_row(&mut daemon, &data, scale, people, activated.order_id, &mut table).await?;
    table.push(Measured {
        what: "hand-off to a fast gateway".to_owned(),
        goal: "≥ 5,000 messages/s",
        measured: "not there yet".to_owned(),
        met: None,
        how: "channels are an issue of their own".to_owned(),
    });
    table.push(Measured {
        what: "kill -9 at any point: acknowledged facts lost".to_owned(),
        goal: "0",
        measured: "not measured here".to_owned(),
        met: None,
        how: "`make test` kills the daemon 100 times under load and compares; power loss and full disk are an issue of their own".to_owned(),
    });
    Ok(table)
}

/// What the disk itself takes to make a few bytes durable: no acknowledgement can be quicker.
fn yardstick(dir: &Path) -> anyhow::Result<Measured> {
    const TIMES: usize = 500;
    let mut file = std::fs::File::create(dir.join("yardstick"))?;
    let mut took = Vec::with_capacity(TIMES);
    for _ in 0..TIMES {
        let since = Instant::now();
        std::io::Write::write_all(&mut file, &[0x55; 200])?;
        file.sync_data()?;
        took.push(since.elapsed().as_secs_f64() * 1000.0);
    }
    took.sort_by(f64::total_cmp);
    Ok(Measured {
        what: "yardstick: raw append of 200 bytes and fdatasync".to_owned(),
        goal: "–",
        measured: format!("p50 {:.2} ms, p99 {:.2} ms", took[TIMES / 2], took[TIMES * 99 / 100]),
        met: None,
        how: format!("{TIMES} times, one after the other, on the disk of the journal"),
    })
}

/// Takes groups of about so many people from the front.
fn split(groups: &[AckGroup], people: f64) -> (Vec<AckGroup>, Vec<AckGroup>) {
    let mut sum = 0;
    let at = groups.iter().position(|group| {
        sum += group.people.len();
        sum as f64 > people
    });
    let (front, back) = groups.split_at(at.unwrap_or(groups.len()));
    (front.to_vec(), back.to_vec())
}

async fn fan_out_row(daemon: &Daemon, scale: Scale, table: &mut Vec<Measured>) -> anyhow::Result<()> {
    let mut responses = ResponseServiceClient::connect(daemon.api.clone()).await?;
    let activate = ActivateResponseRequest {
        context: context("fan-out"),
        plan: "generic".to_owned(),
        event: "fan-out".to_owned(),
        level: 4,
        reason: "bench".to_owned(),
        ..ActivateResponseRequest::default()
    };
    let response_id = responses.activate_response(activate).await?.into_inner().response_id;
    eprintln!("bench: opening {} streams", scale.streams);
    let options = FanOutOptions {
        streams: scale.streams,
        ..FanOutOptions::new(&daemon.api, response_id)
    };
    let result = fan_out(&options).await?;
    table.push(Measured {
        what: format!("one order to {} live field streams: last stream has it", result.streams),
        goal: "< 1 s",
        measured: format!(
            "{:.0} ms (p50 {:.0} ms; {} of {} reached)",
            result.latency.max_ms, result.latency.p50_ms, result.reached, result.streams
        ),
        met: Some(result.latency.max_ms < 1000.0 && result.reached == result.streams && result.refused == 0),
        how: format!(
            "IssueOrder to {} leads, streams over {} connections",
            result.due, result.connections
        ),
    });
    let terminate = TerminateResponseRequest {
        context: context("fan-out-end"),
        response_id,
        reason: "bench".to_owned(),
    };
    responses.terminate_response(terminate).await?;
    Ok(())
}

async fn restart_row(
    daemon: &mut Daemon,
    data: &Path,
    scale: Scale,
    people: u32,
    order_id: u32,
    table: &mut Vec<Measured>,
) -> anyhow::Result<()> {
    // More facts, as a long night makes them: new versions of the order, acknowledged by everybody, one event each.
    let mut facts = 0;
    let mut seed = 100;
    while facts < scale.ledger_events {
        let request = SupersedeOrderRequest {
            context: context(&format!("supersede-{seed}")),
            order_id,
            audience: None,
            draft: Some(OrderDraft {
                text: "集结点不变，请重新回令。".to_owned(),
                muster_points: vec!["M1".to_owned()],
                no_ladder: true,
                ..OrderDraft::default()
            }),
        };
        let answer = OrderServiceClient::connect(daemon.api.clone())
            .await?
            .supersede_order(request)
            .await?
            .into_inner();
        let version = answer.issued.map_or(0, |issued| issued.version);
        let groups = ack_groups(&daemon.api, order_id, version, 50).await?;
        let options = AckOptions {
            seed,
            ..AckOptions::new(&daemon.api, order_id, version)
        };
        facts += acks_streamed(&options, &one_by_one(&groups)).await?.acks;
        seed += 1;
        eprintln!("bench: {facts} ledger events");
    }
    let row = |what: &str, ms: f64, how: &str| Measured {
        what: format!("restart with {people} people and {facts} ledger events, {what}"),
        goal: "< 3 s",
        measured: format!("{:.2} s", ms / 1000.0),
        met: Some(ms < 3000.0),
        how: how.to_owned(),
    };
    daemon.kill();
    let since = Instant::now();
    *daemon = Daemon::start(data, &[])?;
    let after_kill = since.elapsed().as_secs_f64() * 1000.0;
    eprintln!(
        "bench: daemon has {:.0} MB after the restart",
        megabytes(daemon.resident_bytes())
    );
    table.push(row(
        "after kill -9",
        after_kill,
        "from starting the process to serving: last snapshot and the tail",
    ));
    daemon.stop()?;
    let since = Instant::now();
    *daemon = Daemon::start(data, &[])?;
    let after_stop = since.elapsed().as_secs_f64() * 1000.0;
    table.push(row(
        "after a graceful stop",
        after_stop,
        "from starting the process to serving: snapshot",
    ));
    daemon.stop()?;
    std::fs::remove_dir_all(data.join("snapshots"))?;
    let since = Instant::now();
    *daemon = Daemon::start(data, &[])?;
    let without = since.elapsed().as_secs_f64() * 1000.0;
    table.push(row("without any snapshot", without, "the whole journal replayed"));
    Ok(())
}
