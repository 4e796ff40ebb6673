//! `baiying-mutants`: breaks the product in every way of the list, one at a time in a copy of the tree, and says who noticed.

use std::collections::BTreeSet;
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
    #[arg(long, conflicts_with = "only")]
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
/// What the copy of the daemon does without for the simulator.
const EDGE: [&str; 3] = ["pub mod api;", "pub mod app;", "pub mod commands;"];
const DAEMON: &str = "daemon/src/lib.rs";
/// A catcher that takes longer than this has met a loop without end.
const PATIENCE: Duration = Duration::from_secs(600);
const LOOK_AGAIN: Duration = Duration::from_millis(200);

/// What a catcher found.
struct Outcome {
    caught_by: String,
    finding: String,
}

/// What became of a mutation: caught, or by nobody, or it could not be tried.
type Tried = anyhow::Result<Option<Outcome>>;

/// How a process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Well,
    Badly,
    TookTooLong,
}

/// A copy of the tree, which may be worked on meanwhile, with a build directory that stays for the next run.
struct Workshop {
    tree: PathBuf,
    target: PathBuf,
    /// Root of the daemon, as it is and without its edge.
    daemon: [String; 2],
}

impl Workshop {
    fn set_up(original: &Path) -> anyhow::Result<Self> {
        let target = original.join("target").join("mutants");
        let tree = target.join("tree");
        if tree.exists() {
            fs::remove_dir_all(&tree)?;
        }
        copy(original, &tree)?;
        let whole = fs::read_to_string(tree.join(DAEMON))?;
        let is_kept = |line: &&str| !EDGE.contains(line);
        let without = whole.lines().filter(is_kept).collect::<Vec<_>>().join("\n");
        let daemon = [whole, without];
        Ok(Self { tree, target, daemon })
    }

    /// The simulator drives the engine, never the API: without it a build takes seconds. The daemon's own tests need all of it.
    fn set_edge(&self, by: &str) -> anyhow::Result<()> {
        let wanted = &self.daemon[usize::from(!by.starts_with("baiyingd "))];
        let root = self.tree.join(DAEMON);
        if fs::read_to_string(&root)? != *wanted {
            fs::write(&root, wanted)?;
        }
        Ok(())
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

    fn build(&self, verb: &[&str]) -> anyhow::Result<()> {
        let built = self.cargo(verb).output()?;
        let why = String::from_utf8_lossy(&built.stderr);
        anyhow::ensure!(built.status.success(), "it does not build: {why}");
        Ok(())
    }

    /// Runs the catcher on the tree as it is: none if it finds nothing. What does not build is not caught.
    fn catch(&self, by: &str, seeds: u64) -> Tried {
        self.set_edge(by)?;
        match by.split_once(' ') {
            None => {
                self.build(&["build", "-p", "baiying-sim", "--bin", "baiying-sim"])?;
                let mut sim = Command::new(self.target.join("release").join("baiying-sim"));
                sim.args(["--seeds", &format!("0..{seeds}")]);
                let (end, out) = patiently(sim)?;
                let failed = out
                    .lines()
                    .find_map(|line| line.strip_prefix("seed ")?.split_once(": "));
                found(end, "simulator", failed, |(seed, finding)| Outcome {
                    caught_by: format!("simulator, {}, seed {seed}", check_of(finding)),
                    finding: finding.to_owned(),
                })
            }
            Some((package, filter)) => {
                self.build(&["test", "--no-run", "-p", package, "--lib"])?;
                let (end, out) = patiently(self.cargo(&["test", "-p", package, "--lib", filter]))?;
                let tests = format!("tests of {package}");
                let failed = out.lines().find(|line| line.ends_with("... FAILED"));
                found(end, &tests, failed, |line| Outcome {
                    caught_by: tests.clone(),
                    finding: line.trim().to_owned(),
                })
            }
        }
    }

    fn try_out(&self, mutation: &Mutation, seeds: u64) -> Tried {
        let place = self.tree.join(&mutation.file);
        let whole = fs::read(&place)?;
        fs::write(&place, mutation.apply(&self.tree)?)?;
        let outcome = self.catch(&mutation.by, seeds);
        fs::write(&place, whole)?;
        outcome
    }
}

/// What a catcher that ended so has found. One that failed and does not say what it found has caught nothing.
fn found<T>(end: End, catcher: &str, failed: Option<T>, outcome: impl FnOnce(T) -> Outcome) -> Tried {
    match (end, failed) {
        (End::Well, _) => Ok(None),
        (End::Badly, Some(failed)) => Ok(Some(outcome(failed))),
        (End::Badly, None) => anyhow::bail!("the {catcher} failed without saying at what"),
        (End::TookTooLong, _) => Ok(Some(Outcome {
            caught_by: catcher.to_owned(),
            finding: format!("no end after {} s", PATIENCE.as_secs()),
        })),
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

/// Runs to the end or until patience is over; says how it ended, and what it printed.
fn patiently(mut command: Command) -> anyhow::Result<(End, String)> {
    let printed = tempfile::NamedTempFile::new()?;
    let mut child = command.stdout(printed.reopen()?).stderr(Stdio::null()).spawn()?;
    let mut waited = Duration::ZERO;
    let end = loop {
        if let Some(status) = child.try_wait()? {
            break if status.success() { End::Well } else { End::Badly };
        }
        if waited > PATIENCE {
            child.kill()?;
            child.wait()?;
            break End::TookTooLong;
        }
        sleep(LOOK_AGAIN);
        waited += LOOK_AGAIN;
    };
    Ok((end, fs::read_to_string(printed.path())?))
}

/// Who caught it, and what was seen.
fn cells(tried: &Tried) -> (&str, String) {
    match tried {
        Ok(Some(outcome)) => (&outcome.caught_by, outcome.finding.clone()),
        Ok(None) => ("**survived**", String::new()),
        Err(error) => ("**not tried**", format!("{error:#}")),
    }
}

fn table(rows: &[(Mutation, Tried)]) -> String {
    let mut text = String::from(
        "# Mutations\n\nThe product broken on purpose, and who noticed. Written by `make mutants`; the list is `mutations.toml`.\n\n\
         | mutation | what it breaks | caught by | what was seen |\n|---|---|---|---|\n",
    );
    for (mutation, tried) in rows {
        let (by, finding) = cells(tried);
        let finding = finding.split_once("] ").map_or(&*finding, |(_, what)| what);
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
    let mut mutations = list(&original)?;
    for name in &args.only {
        let is_known = mutations.iter().any(|mutation| mutation.name == *name);
        anyhow::ensure!(is_known, "no mutation is called {name}");
    }
    mutations.retain(|mutation| args.only.is_empty() || args.only.contains(&mutation.name));
    let catchers: BTreeSet<&str> = mutations.iter().map(|mutation| &*mutation.by).collect();
    for by in catchers {
        if let Some(outcome) = workshop.catch(by, args.seeds)? {
            anyhow::bail!("{by} fails without a mutation, fix that first: {}", outcome.finding);
        }
    }
    let mut rows = Vec::new();
    for mutation in mutations {
        let tried = workshop.try_out(&mutation, args.seeds);
        let (by, finding) = cells(&tried);
        println!("{:40} {by}: {finding}", mutation.name);
        rows.push((mutation, tried));
    }
    if args.write {
        fs::write(original.join("tests/mutations/README.md"), table(&rows))?;
    }
    let survived = rows.iter().filter(|(_, tried)| matches!(tried, Ok(None))).count();
    let errors = rows.iter().filter(|(_, tried)| tried.is_err()).count();
    println!(
        "{} mutations, {survived} survived, {errors} could not be tried",
        rows.len()
    );
    Ok(if survived + errors == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
