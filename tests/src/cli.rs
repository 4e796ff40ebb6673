//! The real binaries as a user runs them.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Context as _;
use baiying_drills::process::program;
use serde_json::Value;

/// What a program came to.
#[derive(Debug, Clone)]
pub struct Output {
    /// Exit code; -1 if a signal ended it.
    pub code: i32,
    /// What it said.
    pub stdout: String,
    /// What it said beside.
    pub stderr: String,
}

impl Output {
    /// Everything on stdout as one JSON document.
    ///
    /// # Errors
    /// If it is none; the message shows what was there.
    pub fn json(&self) -> anyhow::Result<Value> {
        serde_json::from_str(&self.stdout).with_context(|| format!("no JSON document: {self:?}"))
    }
}

/// Runs a program that was built beside the tests until it ends.
///
/// # Errors
/// If it cannot be run.
pub fn run(name: &str, arguments: &[&str], environment: &[(&str, &str)]) -> anyhow::Result<Output> {
    let mut command = Command::new(program(name));
    end(command.args(arguments).envs(environment.iter().copied()))
}

fn end(command: &mut Command) -> anyhow::Result<Output> {
    let output = command
        .env_remove("BAIYING_CONFIG")
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot run {command:?}; build it first: cargo build --release --bins"))?;
    Ok(Output {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}

/// `baiying`, pointed at one daemon.
#[derive(Debug, Clone)]
pub struct Cli {
    server: String,
    admin: String,
    queue: PathBuf,
}

impl Cli {
    /// At these URLs; offline reports are kept under `queue`.
    #[must_use]
    pub fn new(server: &str, admin: &str, queue: &Path) -> Self {
        Self {
            server: server.to_owned(),
            admin: admin.to_owned(),
            queue: queue.to_owned(),
        }
    }

    /// A command line, not yet run.
    #[must_use]
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(program("baiying"));
        command
            .args(arguments)
            .env("BAIYING_SERVER", &self.server)
            .env("BAIYING_ADMIN", &self.admin)
            .env("BAIYING_LANG", "en")
            .env("BAIYING_ACTOR", "district:duty-desk")
            .env("BAIYING_QUEUE", &self.queue)
            .env("NO_COLOR", "1");
        command
    }

    /// Runs a command line.
    ///
    /// # Errors
    /// If it cannot be run.
    pub fn run(&self, arguments: &[&str]) -> anyhow::Result<Output> {
        end(&mut self.command(arguments))
    }

    /// Runs a command that must end with `code`; gives its JSON document.
    ///
    /// # Errors
    /// If it does not.
    pub fn json(&self, code: i32, arguments: &[&str]) -> anyhow::Result<Value> {
        let output = self.run(&[&["--output", "json"], arguments].concat())?;
        anyhow::ensure!(
            output.code == code,
            "baiying {arguments:?}: exit code {code} was expected: {output:#?}"
        );
        output.json()
    }

    /// Runs a command that must do its work; gives its JSON document.
    ///
    /// # Errors
    /// If it does not.
    pub fn ok(&self, arguments: &[&str]) -> anyhow::Result<Value> {
        self.json(0, arguments)
    }

    /// The options that name who approves: whoever acts as the district's commander, asked for by its deputy commander.
    ///
    /// # Errors
    /// If the daemon does not say.
    pub fn approval(&self) -> anyhow::Result<[String; 4]> {
        let acting = |post: &str| {
            let posts = self.ok(&["post", "list", "--post", post])?;
            Ok::<_, anyhow::Error>(format!("P{}", posts["posts"][0]["acting_id"]))
        };
        Ok([
            "--approved-by".to_owned(),
            acting("commander")?,
            "--requested-by".to_owned(),
            acting("deputy-commander")?,
        ])
    }

    /// Runs a command like [`Self::ok`], for which whoever commands the district stands.
    ///
    /// # Errors
    /// If it does not do its work.
    pub fn approved(&self, arguments: &[&str]) -> anyhow::Result<Value> {
        let approval = self.approval()?;
        self.ok(&[arguments, &approval.each_ref().map(String::as_str)].concat())
    }

    /// Runs a command that must be refused (exit code 4) with this reason; gives what it said.
    ///
    /// # Errors
    /// If it is not.
    pub fn refused(&self, reason: &str, arguments: &[&str]) -> anyhow::Result<String> {
        let output = self.run(arguments)?;
        let page = format!("deploy/docs/errors/{reason}.md");
        anyhow::ensure!(
            output.code == 4 && output.stderr.contains(&page),
            "baiying {arguments:?}: {reason} with exit code 4 was expected: {output:#?}"
        );
        Ok(output.stderr)
    }
}
