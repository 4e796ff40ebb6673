//! `baiyingd serve` and `baiyingd config`.

use std::path::PathBuf;
use std::process::ExitCode;

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::app::{App, EXIT_INVARIANT, EXIT_JOURNAL_FAILED, Ended};
use crate::config::{Config, ConfigError, ListenAddress};
use crate::{files, telemetry};

/// Flags; each wins over the environment, which wins over the file.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// 配置文件 · Configuration file (deploy/baiyingd.toml shows everything)
    #[arg(long, value_name = "FILE", env = "BAIYING_CONFIG")]
    config: Option<PathBuf>,
    /// 数据目录（日志与快照）· Where the journal and the snapshots are
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// API 监听地址 · Where the API listens: ADDRESS:PORT on loopback, or unix:PATH
    #[arg(long, value_name = "ADDRESS")]
    listen: Vec<String>,
    /// 管理、健康检查、反射的监听地址 · Where administration, health and reflection listen
    #[arg(long, value_name = "ADDRESS")]
    listen_admin: Vec<String>,
    /// 租户名称（仅新日志）· Name of the tenant, when the journal is new
    #[arg(long, value_name = "NAME")]
    tenant: Option<String>,
    /// 标记为虚构数据（仅新日志）· Mark the tenant as synthetic, when the journal is new: nobody in it is real
    #[arg(long)]
    synthetic: bool,
    /// 日志格式 · How logs look: pretty or json
    #[arg(long, value_name = "FORMAT")]
    log_format: Option<String>,
}

impl Args {
    /// The keys that flags set.
    fn flags(&self) -> impl Serialize + use<> {
        let Self {
            config: _,
            data_dir,
            listen,
            listen_admin,
            tenant,
            synthetic,
            log_format,
        } = self;
        let mut flags = Map::new();
        let mut set = |section: &str, key: &str, value: Value| {
            let section = flags.entry(section).or_insert_with(|| json!({}));
            section[key] = value;
        };
        if !listen.is_empty() {
            set("listen", "api", json!(listen));
        }
        if !listen_admin.is_empty() {
            set("listen", "admin", json!(listen_admin));
        }
        if let Some(tenant) = tenant {
            set("tenant", "name", json!(tenant));
        }
        if *synthetic {
            set("tenant", "synthetic", json!(true));
        }
        if let Some(format) = log_format {
            set("log", "format", json!(format));
        }
        if let Some(dir) = data_dir {
            flags.insert("data_dir".into(), json!(dir));
        }
        flags
    }

    fn load(&self) -> anyhow::Result<Config> {
        for (flag, addresses) in [("--listen", &self.listen), ("--listen-admin", &self.listen_admin)] {
            for address in addresses {
                address
                    .parse::<ListenAddress>()
                    .map_err(|problem| ConfigError::Flag { flag, problem })?;
            }
        }
        Ok(Config::load(self.config.as_deref(), &self.flags())?)
    }
}

/// Prints the configuration in force.
///
/// # Errors
/// What is wrong with it.
pub fn print_config(args: &Args) -> anyhow::Result<ExitCode> {
    let config = args.load()?;
    config.policy()?;
    print!("{}", toml::to_string(&config)?);
    Ok(ExitCode::SUCCESS)
}

/// Runs the daemon until it is told to stop or the journal fails.
///
/// # Errors
/// Why it did not start.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let config = args.load()?;
    let telemetry = telemetry::start(&config.log, &config.telemetry)?;
    files::raise_limit();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let ended = runtime.block_on(async {
        let app = App::start(&config).await?;
        // For scripts and tests: the ports in use, on standard output, once everything answers.
        println!("{}", json!({ "api": app.api, "admin": app.admin }));
        anyhow::Ok(app.run(stop_signal()).await)
    });
    runtime.shutdown_background();
    telemetry.stop();
    Ok(match ended? {
        Ended::Stopped => {
            tracing::info!("stopped");
            ExitCode::SUCCESS
        }
        Ended::JournalFailed(error) => {
            tracing::error!(reason = error.reason(), "{error}");
            eprintln!("baiyingd: the journal failed and the daemon stops; everything acknowledged is kept: {error}");
            ExitCode::from(EXIT_JOURNAL_FAILED)
        }
        Ended::InvariantBroken => {
            eprintln!(
                "baiyingd: an invariant was broken and the daemon stops before anything wrong is written; see the log"
            );
            ExitCode::from(EXIT_INVARIANT)
        }
    })
}

/// The first SIGTERM or SIGINT asks; the second ends at once, which loses nothing either.
async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut terminate), Ok(mut interrupt)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        return std::future::pending().await;
    };
    tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
    tracing::info!("stopping");
    tokio::spawn(async move {
        tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
        std::process::exit(130);
    });
}
