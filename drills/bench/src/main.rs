//! `make bench`: the numbers of the design, measured against the real daemon with Liaoning's 304,000 people, the client included.
//!
//! Beside them, in the same run and on the same disk: yardsticks (raw appends, plain TCP), and what one would build instead
//! (PostgreSQL, mosquitto). Prints Markdown tables; judges nothing but says where a goal was missed. `--scale 0.02 --no-peers`
//! makes a smoke run of it.

mod acks;
mod activate;
mod board;
mod disk;
mod duty;
mod fan_out;
mod growth;
mod journal;
mod machine;
mod matching;
mod mosquitto;
mod peer;
mod plot;
mod postgres;
mod report;
mod restart;
mod scale;
mod site;
mod tcp;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Parser, Subcommand, ValueEnum};

use report::Report;
use restart::Redone;
use scale::Scale;
use site::Site;

/// The numbers of the design, beside yardsticks and peers measured in the same run.
#[derive(Debug, Parser)]
#[command(name = "baiying-bench")]
struct Arguments {
    #[command(subcommand)]
    child: Option<Child>,
    /// Share of the people and of everything that is counted, for a smoke run
    #[arg(long, default_value_t = 1.0)]
    scale: f64,
    /// Repetitions of what is quick; half as many of what is not
    #[arg(long, default_value_t = 5)]
    runs: usize,
    /// Leave out PostgreSQL and mosquitto
    #[arg(long)]
    no_peers: bool,
    /// Only these sections
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Section>,
    /// Where to write: the disk that is measured; memory (tmpfs) is refused
    #[arg(long, default_value_os_t = std::env::temp_dir())]
    dir: PathBuf,
    /// Where the tables go, and beside them all values as JSON [default: standard output, and no JSON]
    #[arg(long)]
    markdown: Option<PathBuf>,
    /// Where the plot of cost growth goes [default: nowhere]
    #[arg(long)]
    plot: Option<PathBuf>,
}

/// Parts of the bench that run in a process of their own.
#[derive(Debug, Clone, Copy, Subcommand)]
enum Child {
    /// Writes some bytes to every connection when told to: the server of a yardstick
    #[command(hide = true)]
    TcpServer(tcp::Shape),
}

/// A section of the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Section {
    /// Raw appends, and the journal against them
    Journal,
    /// Who is on duty, of a thousand rosters
    Duty,
    /// One order to many streams, against plain TCP and mosquitto
    FanOut,
    /// Activation, and memory after it
    Activate,
    /// The whole switch, by the plan's own orders
    Switch,
    /// Acknowledgements
    Acks,
    /// The board while acknowledgements arrive
    Board,
    /// Restarts
    Restart,
    /// What PostgreSQL makes of the same
    Postgres,
    /// What more people and more orders cost
    Growth,
    /// Who goes where, when every village asks for reinforcement at once
    Matching,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let run = || {
        machine::raise_file_limit();
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        match arguments.child {
            Some(Child::TcpServer(shape)) => runtime.block_on(tcp::serve(shape)),
            None => runtime.block_on(measure(&arguments)),
        }
    };
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("baiying-bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn measure(arguments: &Arguments) -> anyhow::Result<()> {
    let wanted = |section| arguments.only.is_empty() || arguments.only.contains(&section);
    let disk = machine::disk_under(&arguments.dir)?;
    let dir = tempfile::Builder::new()
        .prefix("baiying-bench-")
        .tempdir_in(&arguments.dir)?;
    let scale = Scale {
        share: arguments.scale.clamp(0.001, 1.0),
        runs: arguments.runs.max(1),
        peers: !arguments.no_peers,
        dir: dir.path().to_owned(),
        disk,
    };
    if scale.peers && (wanted(Section::FanOut) || wanted(Section::Postgres)) {
        peer::check()?;
    }
    let mut report = Report::default();
    if wanted(Section::Journal) {
        journal::measure(&scale, &mut report)?;
    }
    if wanted(Section::Matching) {
        matching::measure(&scale, &mut report)?;
    }
    if wanted(Section::Duty) {
        duty::measure(&scale, &mut report)?;
    }
    let of_the_daemon = [
        Section::FanOut,
        Section::Activate,
        Section::Switch,
        Section::Acks,
        Section::Board,
        Section::Restart,
    ];
    let (mut people, mut redone) = (0, None);
    if of_the_daemon.into_iter().any(wanted) {
        let mut site = Site::new(&scale, scale.share, &mut report).await?;
        people = site.people;
        if wanted(Section::FanOut) {
            fan_out::measure(&site, &scale, &mut report).await?;
        }
        let (active, order) = activate::measure(&mut site, &scale, &mut report).await?;
        let mut facts = 0;
        if wanted(Section::Acks) {
            facts += acks::measure(&site, order, &scale, &mut report).await?;
        }
        if wanted(Section::Board) {
            facts += board::measure(&site, order, &scale, &mut report).await?;
        }
        if wanted(Section::Restart) {
            redone = Some(restart::measure(&mut site, order, facts, &scale, &mut report).await?);
        }
        if wanted(Section::Switch) {
            activate::switch(&mut site, active, &scale, &mut report).await?;
        }
    }
    if scale.peers && wanted(Section::Postgres) {
        let people = if people == 0 {
            scale.of(304_000, 100)
        } else {
            people as usize
        };
        let redone = redone.unwrap_or_else(|| Redone {
            all: scale.of(1_000_000, 1000) as u64,
            tail: scale.of(250_000, 1000) as u64,
        });
        postgres::measure(people, redone, &scale, &mut report).await?;
    }
    let growth = match wanted(Section::Growth) {
        true => growth::measure(&scale).await?,
        false => growth::Growth::default(),
    };
    if let Some(path) = arguments.plot.as_ref().filter(|_| wanted(Section::Growth)) {
        plot::draw(&growth, path)?;
    }
    let heading = machine::about(&scale);
    let table = report.markdown(&heading) + &growth.markdown();
    match &arguments.markdown {
        None => print!("{table}"),
        Some(path) => {
            std::fs::write(path, table).with_context(|| format!("cannot write {}", path.display()))?;
            std::fs::write(path.with_extension("json"), report.json(&heading, &growth)?)?;
        }
    }
    Ok(())
}
