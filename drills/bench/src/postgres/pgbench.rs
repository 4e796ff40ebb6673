//! `pgbench`, the client that PostgreSQL measures itself with.

use std::process::{Child, Command, Stdio};

use anyhow::Context as _;

use super::server::Server;

/// What to run.
pub(super) struct Load<'a> {
    pub(super) script: &'a str,
    pub(super) clients: usize,
    /// Of each client.
    pub(super) transactions: usize,
    /// Transactions a second to aim at; none: as many as go.
    pub(super) rate: Option<usize>,
    /// Known to the script.
    pub(super) variables: Vec<(&'static str, usize)>,
}

/// What it came to.
pub(super) struct Outcome {
    pub(super) transactions: usize,
    /// Without the time to connect.
    pub(super) per_second: f64,
    pub(super) average_ms: f64,
}

fn command(server: &Server, name: &str, load: &Load<'_>) -> anyhow::Result<Command> {
    let script = server.file(&format!("{name}.sql"));
    std::fs::write(&script, load.script)?;
    let mut command = server.program("pgbench");
    command
        .args(["-n", "-M", "prepared"])
        .args(["-c", &load.clients.to_string(), "-j", &load.clients.min(2).to_string()])
        .args(["-t", &load.transactions.to_string(), "-f"])
        .arg(&script);
    for (variable, value) in &load.variables {
        command.arg("-D").arg(format!("{variable}={value}"));
    }
    if let Some(rate) = load.rate {
        command.args(["-R", &rate.to_string()]);
    }
    command.arg("postgres").stdin(Stdio::null());
    Ok(command)
}

/// Runs a load to its end. `name` names its file.
pub(super) async fn pgbench(server: &Server, name: &str, load: &Load<'_>) -> anyhow::Result<Outcome> {
    let mut command = command(server, name, load)?;
    let output = tokio::task::spawn_blocking(move || command.output()).await??;
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    anyhow::ensure!(output.status.success(), "pgbench {name}: {text}{errors}");
    let number = |key: &str| {
        let rest = text.lines().find_map(|line| line.strip_prefix(key));
        let word = rest.and_then(|rest| rest.trim().split([' ', '/']).next());
        word.and_then(|word| word.parse::<f64>().ok())
            .with_context(|| format!("pgbench says no {key:?}: {text}"))
    };
    Ok(Outcome {
        transactions: number("number of transactions actually processed: ")? as usize,
        per_second: number("tps = ")?,
        average_ms: number("latency average = ")?,
    })
}

/// A load that runs meanwhile; ended when dropped.
pub(super) struct Meanwhile(Child);

impl Meanwhile {
    pub(super) fn begin(server: &Server, name: &str, load: &Load<'_>) -> anyhow::Result<Self> {
        let mut command = command(server, name, load)?;
        Ok(Self(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?))
    }

    /// Whether it still runs.
    ///
    /// # Errors
    /// If it failed.
    pub(super) fn runs(&mut self) -> anyhow::Result<bool> {
        let ended = self.0.try_wait()?;
        anyhow::ensure!(ended.is_none_or(|status| status.success()), "pgbench failed: {ended:?}");
        Ok(ended.is_none())
    }
}

impl Drop for Meanwhile {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
