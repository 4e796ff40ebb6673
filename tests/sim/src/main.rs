//! `baiying-sim`: runs seeded worlds, repeats one with its trace, or goes on for hours.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;
use baiying_sim::{ACTS, run, run_many, run_until};
use clap::Parser;

/// The deterministic simulator. Exit code 1 if a world failed; the summary says how to repeat it.
#[derive(Parser, Debug)]
#[command(version)]
struct Args {
    /// Runs the worlds of these seeds, such as 0..10000.
    #[arg(long, value_name = "A..B", conflicts_with_all = ["seed", "for_"])]
    seeds: Option<String>,
    /// Repeats one world and prints what happened in it.
    #[arg(long, value_name = "S")]
    seed: Option<u64>,
    /// Runs worlds until the time is over, such as 2h, 30m, 90s; from --seed on, if given.
    #[arg(long = "for", value_name = "TIME")]
    for_: Option<String>,
    /// How often clients act in a world.
    #[arg(long, value_name = "N", default_value_t = ACTS)]
    steps: u32,
}

fn time(text: &str) -> anyhow::Result<Duration> {
    let (number, unit) = text.split_at(text.len().saturating_sub(1));
    let seconds = match unit {
        "h" => 3600,
        "m" => 60,
        "s" => 1,
        _ => anyhow::bail!("{text:?} is no time: 2h, 30m or 90s"),
    };
    let number: u64 = number.parse().with_context(|| format!("{text:?} is no time"))?;
    Ok(Duration::from_secs(number * seconds))
}

#[expect(
    clippy::disallowed_methods,
    reason = "how long to run is the world's outside, not in it"
)]
fn main() -> anyhow::Result<ExitCode> {
    let args = Args::parse();
    let started = std::time::Instant::now();
    let summary = match (args.seeds, args.seed, args.for_) {
        (None, Some(seed), None) => {
            let report = run(seed, args.steps, true);
            report.lines.iter().for_each(|line| println!("{line}"));
            println!("{}\ntrace {:016x}", report.tally, report.hash);
            return Ok(match report.broken {
                None => ExitCode::SUCCESS,
                Some(broken) => {
                    println!("seed {seed} failed: {broken}");
                    ExitCode::FAILURE
                }
            });
        }
        (_, seed, Some(text)) => {
            let limit = time(&text)?;
            run_until(seed.unwrap_or(0), args.steps, |_| started.elapsed() >= limit)
        }
        (seeds, _, None) => {
            let text = seeds.unwrap_or_else(|| "0..1000".into());
            let (first, end) = text.split_once("..").with_context(|| format!("{text:?} is not A..B"))?;
            run_many(first.parse()?..end.parse()?, args.steps)
        }
    };
    let seconds = started.elapsed().as_secs_f64();
    println!(
        "{summary}{:.1} s, {:.0} seeds a second",
        seconds,
        summary.seeds as f64 / seconds
    );
    Ok(if summary.failures.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
