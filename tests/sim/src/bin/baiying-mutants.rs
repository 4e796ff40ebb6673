//! `baiying-mutants`: breaks the product in every way of the list, one at a time in a copy of the tree, and says who noticed.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::thread::sleep;
use std::time::Duration;

use anyhow::Context as _;
use baiying_sim::mutants::{Mutation, list, root};
use clap::Parser;

/// Breaks the product on purpose, in a copy, and runs the catchers. Exit code 1 if a break survived.
#[derive(Parser, Debug)]
#[command(version)]
struct Args {
    /// Only this mutation; may be given several times.
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
    /// Worlds the simulator runs for each.
    #[arg(long, value_name = "N", default_value_t = 1000)]
    seeds: u64,
    /// Writes the table to tests/mutations/README.md.
    #[arg(long)]
    write: bool,
}

/// Built quickly rather than for speed: each mutation is a build. Crates from elsewhere are built as always.
const QUICK: [&str; 6] = [
    "baiying-core",
    "baiying-journal",
    "baiying-proto",
    "baiying-drills",
    "baiyingd",
    "baiying-sim",
];
/// What the copy of the daemon does without.
const EDGE: [&str; 3] = ["pub mod api;", "pub mod app;", "pub mod commands;"];
/// A catcher that takes longer has caught a loop without end.
const PATIENCE: Duration = Duration::from_secs(600);
const LOOK_AGAIN: Duration = Duration::from_millis(200);

/// What became of a mutation.
struct Outcome {
    caught_by: String,
    finding: String,
}

/// A copy of the tree, which may be worked on meanwhile, with a build directory that stays for the next run.
struct Workshop {
    tree: PathBuf,
    target: PathBuf,
}

impl Workshop {
    fn set_up(original: &Path) -> anyhow::Result<Self> {
        let target = original.join("target").join("mutants");
        let tree = target.join("tree");
        if tree.exists() {
            fs::remove_dir_all(&tree)?;
        }
        copy(original, &tree)?;
        // The simulator drives the engine, never the API: without it a build takes seconds.
        let daemon = tree.join("daemon").join("src").join("lib.rs");
        let text = fs::read_to_string(&daemon)?;
        let is_kept = |line: &&str| !EDGE.contains(line);
        fs::write(&daemon, text.lines().filter(is_kept).collect::<Vec<_>>().join("\n"))?;
        Ok(Self { tree, target })
    }

    fn cargo(&self, verb: &[&str]) -> Command {
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo
            .args(verb)
            .args(["--locked", "--release", "--target-dir"])
            .arg(&self.target);
        for package in QUICK {
            cargo.args(["--config", &format!("profile.release.package.{package}.opt-level=1")]);
        }
        cargo.current_dir(&self.tree).env("CARGO_INCREMENTAL", "1");
        cargo
    }

    /// Runs the catcher on the tree as it is: none if it finds nothing.
    fn catch(&self, by: &str, seeds: u64) -> anyhow::Result<Option<Outcome>> {
        match by.split_once(' ') {
            None => {
                let built = self
                    .cargo(&["build", "-p", "baiying-sim", "--bin", "baiying-sim"])
                    .output()?;
                anyhow::ensure!(
                    built.status.success(),
                    "it does not build: {}",
                    String::from_utf8_lossy(&built.stderr)
                );
                let mut sim = Command::new(self.target.join("release").join("baiying-sim"));
                sim.args(["--seeds", &format!("0..{seeds}")]);
                let (success, out) = patiently(sim)?;
                let failed = out
                    .lines()
                    .find_map(|line| line.strip_prefix("seed ")?.split_once(": "));
                Ok((!success).then(|| match failed {
                    Some((seed, finding)) => Outcome {
                        caught_by: format!("simulator, {}, seed {seed}", check_of(finding)),
                        finding: finding.to_owned(),
                    },
                    None => Outcome {
                        caught_by: "simulator".into(),
                        finding: "a world did not end".into(),
                    },
                }))
            }
            Some((package, filter)) => {
                let (success, out) = patiently(self.cargo(&["test", "-p", package, "--lib", filter]))?;
                let failed = out.lines().find(|line| line.contains("... FAILED"));
                Ok((!success).then(|| Outcome {
                    caught_by: format!("tests of {package}"),
                    finding: failed.unwrap_or("they do not pass").trim().to_owned(),
                }))
            }
        }
    }

    fn try_out(&self, mutation: &Mutation, seeds: u64) -> anyhow::Result<Option<Outcome>> {
        let place = self.tree.join(&mutation.file);
        let whole = fs::read(&place)?;
        fs::write(&place, mutation.apply(&self.tree)?)?;
        let outcome = self.catch(&mutation.by, seeds);
        fs::write(&place, whole)?;
        outcome
    }
}

/// `[check] what` names its check.
fn check_of(finding: &str) -> &str {
    finding.trim_start_matches('[').split(']').next().unwrap_or_default()
}

fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| format!("cannot list {}", from.display()))? {
        let entry = entry?;
        let name = entry.file_name();
        if name == "target" || name == ".git" || name == "node_modules" {
            continue;
        }
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &to.join(name))?;
        } else {
            fs::copy(entry.path(), to.join(name))?;
        }
    }
    Ok(())
}

/// Runs to the end or until patience is over; says whether it ended well, and what it printed.
fn patiently(mut command: Command) -> anyhow::Result<(bool, String)> {
    let printed = tempfile::NamedTempFile::new()?;
    let mut child = command.stdout(printed.reopen()?).stderr(Stdio::null()).spawn()?;
    let mut waited = Duration::ZERO;
    let success = loop {
        if let Some(status) = child.try_wait()? {
            break status.success();
        }
        if waited > PATIENCE {
            child.kill()?;
            child.wait()?;
            break false;
        }
        sleep(LOOK_AGAIN);
        waited += LOOK_AGAIN;
    };
    Ok((success, fs::read_to_string(printed.path())?))
}

fn table(rows: &[(Mutation, Option<Outcome>)]) -> String {
    let mut text = String::from(
        "# Mutations\n\nThe product broken on purpose, and who noticed. Written by `make mutants`; the list is `mutations.toml`.\n\n\
         | mutation | what it breaks | caught by | what was seen |\n|---|---|---|---|\n",
    );
    for (mutation, outcome) in rows {
        let (by, finding) = outcome
            .as_ref()
            .map_or(("**survived**", ""), |it| (&it.caught_by, &it.finding));
        let finding = finding.split_once("] ").map_or(finding, |(_, what)| what);
        let short: String = finding.replace(['|', '\n', '`'], " ").chars().take(110).collect();
        let dots = if finding.chars().count() > 110 { "…" } else { "" };
        let Mutation { name, breaks, .. } = mutation;
        writeln!(text, "| {name} | {breaks} | {by} | {short}{dots} |").expect("text takes everything");
    }
    text
}

fn main() -> anyhow::Result<ExitCode> {
    let args = Args::parse();
    let original = root().canonicalize()?;
    let workshop = Workshop::set_up(&original)?;
    if args.only.is_empty() {
        let healthy = workshop.catch("sim", args.seeds)?;
        anyhow::ensure!(healthy.is_none(), "the tree fails without a mutation: fix that first");
    }
    let mut rows = Vec::new();
    for mutation in list(&original)? {
        if !args.only.is_empty() && !args.only.contains(&mutation.name) {
            continue;
        }
        let outcome = workshop
            .try_out(&mutation, args.seeds)
            .with_context(|| mutation.name.clone())?;
        let (by, finding) = outcome
            .as_ref()
            .map_or(("SURVIVED", ""), |it| (&it.caught_by, &it.finding));
        println!("{:40} {by}: {finding}", mutation.name);
        rows.push((mutation, outcome));
    }
    if args.write {
        fs::write(original.join("tests/mutations/README.md"), table(&rows))?;
    }
    let survived = rows.iter().filter(|(_, outcome)| outcome.is_none()).count();
    println!("{} mutations, {survived} survived", rows.len());
    Ok(if survived == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
