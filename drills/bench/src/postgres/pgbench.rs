//! `pgbench`, the client that PostgreSQL measures itself with.

use std::process::Stdio;

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
    pub(super) per_second: f64,
    pub(super) average_ms: f64,
    /// Of each transaction, sorted.
    latencies_us: Vec<u64>,
}

impl Outcome {
    pub(super) fn quantile_ms(&self, share: f64) -> f64 {
        let index = (self.latencies_us.len() as f64 * share).ceil() as usize;
        let at = self.latencies_us.get(index.saturating_sub(1));
        at.map_or(f64::NAN, |us| *us as f64 / 1000.0)
    }
}

/// Runs a load to its end. `name` names its files.
pub(super) async fn pgbench(server: &Server, name: &str, load: &Load<'_>) -> anyhow::Result<Outcome> {
    let script = server.file(&format!("{name}.sql"));
    std::fs::write(&script, load.script)?;
    let logs = server.file(&format!("{name}.log"));
    let mut command = server.program("pgbench");
    command
        .args(["-n", "-M", "prepared", "-l", "--log-prefix"])
        .arg(&logs)
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
    let mut latencies_us = Vec::new();
    for entry in std::fs::read_dir(logs.parent().context("no directory")?)? {
        let path = entry?.path();
        let is_log = path
            .file_name()
            .is_some_and(|file| file.to_string_lossy().starts_with(&format!("{name}.log")));
        if is_log {
            let log = std::fs::read_to_string(&path)?;
            latencies_us.extend(
                log.lines()
                    .filter_map(|line| line.split(' ').nth(2)?.parse::<u64>().ok()),
            );
            std::fs::remove_file(path)?;
        }
    }
    latencies_us.sort_unstable();
    Ok(Outcome {
        transactions: number("number of transactions actually processed: ")? as usize,
        per_second: number("tps = ")?,
        average_ms: number("latency average = ")?,
        latencies_us,
    })
}
