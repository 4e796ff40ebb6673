//! Configuration: one documented TOML file (`deploy/baiyingd.toml`), overridden by environment (`BAIYING_ENGINE__QUEUE_MAX=…`)
//! and flags. A wrong key or value is refused with its name and where it came from.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use serde::{Deserialize, Serialize};

mod branch_policy;
mod drill_policy;
mod duty_policy;
mod policy;
mod reinforcement_policy;
mod situation_policy;

pub use policy::PolicyConfig;

/// Everything that can be configured.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where the journal and the snapshots are.
    pub data_dir: PathBuf,
    /// Whose data this is; used when the journal is opened for the first time.
    pub tenant: TenantConfig,
    /// Where to listen.
    pub listen: ListenConfig,
    /// The single writer.
    pub engine: EngineConfig,
    /// What a connection may use.
    pub limits: LimitsConfig,
    /// The store.
    pub journal: JournalConfig,
    /// When the disk counts as full.
    pub disk: DiskConfig,
    /// Logs.
    pub log: LogConfig,
    /// Metrics and traces.
    pub telemetry: TelemetryConfig,
    /// A policy file (`deploy/policy.toml` shows the defaults); none: the defaults.
    pub policy_file: Option<PathBuf>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data_dir: "baiying-data".into(),
            tenant: TenantConfig::default(),
            listen: ListenConfig::default(),
            engine: EngineConfig::default(),
            limits: LimitsConfig::default(),
            journal: JournalConfig::default(),
            disk: DiskConfig::default(),
            log: LogConfig::default(),
            telemetry: TelemetryConfig::default(),
            policy_file: None,
        }
    }
}

/// Whose data this is.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TenantConfig {
    /// Shown in every status.
    pub name: String,
    /// Nobody in it is real.
    pub synthetic: bool,
}

impl Default for TenantConfig {
    fn default() -> Self {
        Self {
            name: "未命名".into(),
            synthetic: false,
        }
    }
}

/// Where to listen.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ListenConfig {
    /// The API: `ADDRESS:PORT` or `unix:PATH`.
    pub api: Vec<ListenAddress>,
    /// Administration, health, reflection.
    pub admin: Vec<ListenAddress>,
}

impl Default for ListenConfig {
    fn default() -> Self {
        Self {
            api: vec![ListenAddress::Tcp(([127, 0, 0, 1], 7440).into())],
            admin: vec![ListenAddress::Tcp(([127, 0, 0, 1], 7441).into())],
        }
    }
}

/// One place to listen at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum ListenAddress {
    /// TCP; loopback only until access control exists.
    Tcp(SocketAddr),
    /// A unix socket.
    Unix(PathBuf),
}

impl FromStr for ListenAddress {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        if let Some(path) = text.strip_prefix("unix:") {
            return Ok(Self::Unix(path.into()));
        }
        let address: SocketAddr = text
            .parse()
            .map_err(|_| format!("{text:?} is neither ADDRESS:PORT nor unix:PATH"))?;
        if !address.ip().is_loopback() {
            return Err(format!(
                "{text:?} can be reached from other machines; until access control exists baiyingd listens on loopback \
                 (127.0.0.1, [::1]) and unix sockets only (deploy/docs/errors/LISTEN_NOT_LOCAL.md)"
            ));
        }
        Ok(Self::Tcp(address))
    }
}

impl TryFrom<String> for ListenAddress {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<ListenAddress> for String {
    fn from(address: ListenAddress) -> Self {
        match address {
            ListenAddress::Tcp(address) => address.to_string(),
            ListenAddress::Unix(path) => format!("unix:{}", path.display()),
        }
    }
}

/// The single writer.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EngineConfig {
    /// Commands that may wait. Imports are refused from half of it, other commands from three quarters, field reports when full.
    pub queue_max: usize,
    /// Commands decided and synced together at most.
    pub batch_max: usize,
    /// Bytes of requests decided and synced together at most.
    pub batch_bytes_max: usize,
    /// A snapshot is written after so many events.
    pub snapshot_every_events: u64,
    /// How long a graceful stop may take before it becomes a hard one.
    pub shutdown_limit_ms: u64,
}

impl Default for EngineConfig {
    fn default() -> Self {
        Self {
            queue_max: 8192,
            batch_max: 1024,
            batch_bytes_max: 4 << 20,
            snapshot_every_events: 250_000,
            shutdown_limit_ms: 10_000,
        }
    }
}

/// What a connection may use (`deploy/docs/limits.md` gives the reasons).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LimitsConfig {
    /// Connections of each address of the API; more wait in the kernel.
    pub connections: usize,
    /// Connections of each address of administration: places of its own, so that it can be reached when the API is full.
    pub admin_connections: usize,
    /// Connections from one address.
    pub connections_per_peer: usize,
    /// Connections that wait in the kernel to be accepted; the system has a limit of its own, net.core.somaxconn.
    pub backlog: u32,
    /// Time until a connection has said hello, the 24 bytes that begin HTTP/2.
    pub hello_ms: u64,
    /// Time a client may take nothing of what is sent to it.
    pub write_stall_ms: u64,
    /// Requests and streams at a time on one connection.
    pub streams_per_connection: u32,
    /// Largest message taken from field clients.
    pub field_message_bytes: usize,
    /// Largest message taken from others.
    pub message_bytes: usize,
    /// Largest message sent: the report of an import lists every bad row.
    pub sent_message_bytes: usize,
    /// What a sender may have under way on a stream.
    pub stream_window_bytes: u32,
    /// What a sender may have under way on a connection.
    pub connection_window_bytes: u32,
    /// Headers of one request.
    pub header_bytes: u32,
    /// Time between pings on a quiet connection.
    pub keepalive_ms: u64,
    /// Time a ping may stay unanswered.
    pub keepalive_timeout_ms: u64,
    /// Time from the headers of a call to the first of its answer; streams that have begun to answer last as long as they like.
    pub call_ms: u64,
    /// The same for an import.
    pub import_ms: u64,
    /// Time a lead's stream may be behind before it is ended.
    pub stalled_stream_ms: u64,
    /// Rows of one import.
    pub import_rows: usize,
}

impl Default for LimitsConfig {
    fn default() -> Self {
        Self {
            connections: 12_000,
            admin_connections: 128,
            connections_per_peer: 12_000,
            backlog: 4096,
            hello_ms: 10_000,
            write_stall_ms: 30_000,
            streams_per_connection: 256,
            field_message_bytes: 64 << 10,
            message_bytes: 1 << 20,
            sent_message_bytes: 64 << 20,
            stream_window_bytes: 64 << 10,
            connection_window_bytes: 1 << 20,
            header_bytes: 16 << 10,
            keepalive_ms: 20_000,
            keepalive_timeout_ms: 10_000,
            call_ms: 60_000,
            import_ms: 600_000,
            stalled_stream_ms: 60_000,
            import_rows: 1_000_000,
        }
    }
}

/// The store.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct JournalConfig {
    /// Where a new journal keeps its records; one that is there stays what it is.
    pub backend: JournalBackend,
    /// Size of the log's files.
    pub segment_mb: u64,
    /// Memory for sled's page cache, 64 to 256.
    pub cache_mb: u64,
    /// Open although the high-water mark is missing; see deploy/docs/errors/JOURNAL_MARK_MISSING.md first.
    pub accept_missing_mark: bool,
}

impl Default for JournalConfig {
    fn default() -> Self {
        Self {
            backend: JournalBackend::Log,
            segment_mb: 16,
            cache_mb: 64,
            accept_missing_mark: false,
        }
    }
}

/// Where records are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum JournalBackend {
    /// Files of our own.
    Log,
    /// sled.
    Sled,
}

/// When the disk counts as full.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DiskConfig {
    /// Below this much free space only reports from the field are taken.
    pub min_free_mb: u64,
    /// When only this much of what is set aside is left, nothing is taken.
    pub last_free_mb: u64,
}

impl Default for DiskConfig {
    fn default() -> Self {
        Self {
            min_free_mb: 512,
            last_free_mb: 4,
        }
    }
}

/// How logs look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// For machines.
    Json,
}

/// Logs; on standard error.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LogConfig {
    /// pretty or json.
    pub format: LogFormat,
    /// As in `tracing_subscriber::EnvFilter`.
    pub filter: String,
}

impl Default for LogConfig {
    fn default() -> Self {
        Self {
            format: LogFormat::Pretty,
            filter: "info,sled=warn,h2=warn,hyper=warn".into(),
        }
    }
}

/// Metrics and traces.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TelemetryConfig {
    /// OTLP over gRPC, such as `http://127.0.0.1:4317`; none: nothing is sent.
    pub otlp_endpoint: Option<String>,
    /// Time between two sendings of metrics.
    pub interval_ms: u64,
}

impl Default for TelemetryConfig {
    fn default() -> Self {
        Self {
            otlp_endpoint: None,
            interval_ms: 10_000,
        }
    }
}

/// What is wrong with the configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A key or value is wrong; says which and where it came from.
    #[error("the configuration is wrong")]
    Figment(#[from] Box<figment::Error>),
    /// A flag is wrong.
    #[error("{flag}: {problem}")]
    Flag {
        /// Which.
        flag: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// The policy file is wrong.
    #[error("policy file {path}: {problem}")]
    Policy {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// A value is out of its range.
    #[error("configuration: {key} = {value}: {expected}")]
    Range {
        /// Which key.
        key: &'static str,
        /// Its value.
        value: String,
        /// What it should be.
        expected: &'static str,
    },
}

impl Config {
    /// Reads the file (if any), the environment and the flags, in this order: later ones win.
    ///
    /// # Errors
    /// The first wrong key or value.
    pub fn load(file: Option<&Path>, flags: &impl Serialize) -> Result<Self, ConfigError> {
        let mut figment = Figment::from(Serialized::defaults(Self::default()));
        if let Some(file) = file {
            figment = figment.merge(Toml::file_exact(file));
        }
        let config: Self = figment
            // Other programs share the prefix (BAIYING_SERVER, BAIYING_CONFIG …): a key of ours is a section's, or one of two.
            .merge(
                Env::prefixed("BAIYING_")
                    .filter(|key| {
                        let key = key.as_str().to_ascii_lowercase();
                        key.contains("__") || key == "data_dir" || key == "policy_file"
                    })
                    .split("__"),
            )
            .merge(Serialized::defaults(flags))
            .extract()
            .map_err(Box::new)?;
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<(), ConfigError> {
        let within = |is_within: bool, key, value: u64, expected| {
            if is_within {
                return Ok(());
            }
            Err(ConfigError::Range {
                key,
                value: value.to_string(),
                expected,
            })
        };
        let range = |key, value: u64, least: u64, expected| within(value >= least, key, value, expected);
        let at_most = |key, value: u64, most: u64, expected| within(value <= most, key, value, expected);
        range("engine.queue_max", self.engine.queue_max as u64, 16, "at least 16")?;
        range("engine.batch_max", self.engine.batch_max as u64, 1, "at least 1")?;
        range(
            "engine.batch_bytes_max",
            self.engine.batch_bytes_max as u64,
            1024,
            "at least 1024",
        )?;
        range(
            "engine.snapshot_every_events",
            self.engine.snapshot_every_events,
            1000,
            "at least 1000",
        )?;
        range(
            "limits.field_message_bytes",
            self.limits.field_message_bytes as u64,
            1024,
            "at least 1024",
        )?;
        range("journal.segment_mb", self.journal.segment_mb, 1, "at least 1")?;
        for (key, value) in [
            ("limits.connections", self.limits.connections as u64),
            ("limits.admin_connections", self.limits.admin_connections as u64),
            ("limits.connections_per_peer", self.limits.connections_per_peer as u64),
            ("limits.backlog", u64::from(self.limits.backlog)),
            (
                "limits.streams_per_connection",
                u64::from(self.limits.streams_per_connection),
            ),
        ] {
            range(key, value, 1, "at least 1")?;
        }
        for (key, value) in [
            ("limits.hello_ms", self.limits.hello_ms),
            ("limits.write_stall_ms", self.limits.write_stall_ms),
            ("limits.call_ms", self.limits.call_ms),
            ("limits.import_ms", self.limits.import_ms),
            ("limits.stalled_stream_ms", self.limits.stalled_stream_ms),
        ] {
            range(key, value, 100, "at least 100")?;
        }
        range("journal.cache_mb", self.journal.cache_mb, 8, "at least 8")?;
        range("disk.last_free_mb", self.disk.last_free_mb, 1, "at least 1")?;
        at_most("journal.segment_mb", self.journal.segment_mb, 4096, "at most 4096")?;
        for (key, value) in [
            ("disk.min_free_mb", self.disk.min_free_mb),
            ("disk.last_free_mb", self.disk.last_free_mb),
        ] {
            at_most(key, value, 1 << 40, "at most 1099511627776")?;
        }
        match self.journal.backend {
            JournalBackend::Log => at_most(
                "disk.last_free_mb",
                self.disk.last_free_mb,
                2 * self.journal.segment_mb,
                "at most twice journal.segment_mb, which is all that is set aside: with more, nothing is taken as soon as the disk \
                 is short; lower it, or raise journal.segment_mb",
            ),
            JournalBackend::Sled => Ok(()),
        }
    }

    /// The policy in force.
    ///
    /// # Errors
    /// What is wrong with the policy file, with its key.
    pub fn policy(&self) -> Result<baiying_core::policy::Policy, ConfigError> {
        let Some(path) = &self.policy_file else {
            return Ok(crate::plan_file::default_policy());
        };
        let policy = |problem: String| ConfigError::Policy {
            path: path.clone(),
            problem,
        };
        let text = std::fs::read_to_string(path).map_err(|error| policy(error.to_string()))?;
        let config: PolicyConfig = toml::from_str(&text).map_err(|error| policy(error.to_string()))?;
        config.try_into().map_err(policy)
    }
}
