//! The daemon, assembled: bind, open, serve, drain. The binary and the tests build the same one.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::Context;
use baiying_core::event::Tenant;
use baiying_core::policy::Policy;
use baiying_journal::{Backend, DiskJournal, Journal, JournalError, Options};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tonic_health::ServingStatus;

use crate::api::listen::{Bound, Rules};
use crate::api::{AdminContext, ApiContext, Attempts, admin_router, api_router};
use crate::clock::{SharedClock, SystemClock};
use crate::config::{Config, JournalBackend};
use crate::disk;
use crate::engine::{Engine, EngineHandle, EngineOptions, Started};
use crate::files::{Places, places};
use crate::schedule;

/// Exit code when the journal cannot be opened or trusted (EX_DATAERR).
pub const EXIT_JOURNAL_OPEN: u8 = 65;
/// Exit code when an invariant was broken: nothing was written after it (EX_SOFTWARE).
pub const EXIT_INVARIANT: u8 = 70;
/// Exit code when the journal failed while running (EX_IOERR).
pub const EXIT_JOURNAL_FAILED: u8 = 74;

/// How the daemon ended.
#[derive(Debug)]
pub enum Ended {
    /// As asked.
    Stopped,
    /// The journal failed.
    JournalFailed(JournalError),
    /// An invariant was broken.
    InvariantBroken,
}

/// A running daemon.
pub struct App {
    /// Where the API listens.
    pub api: Vec<String>,
    /// Where administration listens.
    pub admin: Vec<String>,
    engine: EngineHandle,
    thread: JoinHandle<Result<(), JournalError>>,
    servers: JoinSet<Result<(), tonic::transport::Error>>,
    stop: watch::Sender<bool>,
    cut: watch::Sender<bool>,
    health: tonic_health::server::HealthReporter,
    shutdown_limit: Duration,
}

/// Where things are under a data directory.
pub struct DataDir(pub PathBuf);

impl DataDir {
    /// The journal's own directory.
    pub fn journal(&self) -> PathBuf {
        self.0.join("journal")
    }
    /// Snapshots.
    pub fn snapshots(&self) -> PathBuf {
        self.0.join("snapshots")
    }
}

impl App {
    /// Binds, opens the journal, rebuilds the state, and serves.
    ///
    /// # Errors
    /// Why it could not; [`JournalError`] is in the chain if it was the journal.
    pub async fn start(config: &Config) -> anyhow::Result<Self> {
        let mut api = Vec::new();
        for address in &config.listen.api {
            api.push(
                Bound::bind(address, config.limits.backlog)
                    .await
                    .with_context(|| format!("cannot listen at {}", String::from(address.clone())))?,
            );
        }
        let mut admin = Vec::new();
        for address in &config.listen.admin {
            admin.push(
                Bound::bind(address, config.limits.backlog)
                    .await
                    .with_context(|| format!("cannot listen at {}", String::from(address.clone())))?,
            );
        }
        let Places {
            api: places,
            admin: admin_places,
        } = places(&config.limits, api.len(), admin.len())?;
        let clock: SharedClock = Arc::new(SystemClock);
        let started_at = clock.now();
        let policy = config.policy()?;
        let dirs = DataDir(config.data_dir.clone());
        let Started { handle: engine, thread } = open_engine(config, &dirs, Arc::clone(&clock), policy.clone()).await?;
        let (stop, stopping) = watch::channel(false);
        let (cut, is_cut) = watch::channel(false);
        let context = ApiContext {
            attempts: Attempts::spawn(engine.clone()),
            engine: engine.clone(),
            field_streams: Arc::new(AtomicUsize::new(0)),
            stopping: stopping.clone(),
            import_rows: config.limits.import_rows,
            stalled_stream: Duration::from_millis(config.limits.stalled_stream_ms),
            policy: Arc::new(policy),
            clock: Arc::clone(&clock),
        };
        let (health, health_service) = tonic_health::server::health_reporter();
        health.set_service_status("", ServingStatus::Serving).await;
        let admin_context = AdminContext {
            api: context.clone(),
            started_at,
            snapshot_dir: dirs.snapshots(),
        };
        disk::watch(&config.data_dir, config.disk.clone(), engine.clone(), stopping.clone());
        schedule::start(engine.clone(), clock, stopping.clone()).await?;
        let mut servers = JoinSet::new();
        let mut app_api = Vec::new();
        for bound in api {
            app_api.push(bound.address());
            let router = api_router(&context, &config.limits);
            let connections = bound.connections(Rules::new(&config.limits, places, is_cut.clone()));
            servers.spawn(router.serve_with_incoming_shutdown(connections, stopped(stopping.clone())));
        }
        let mut app_admin = Vec::new();
        for bound in admin {
            app_admin.push(bound.address());
            let router = admin_router(admin_context.clone(), &config.limits, health_service.clone())?;
            let connections = bound.connections(Rules::new(&config.limits, admin_places, is_cut.clone()));
            servers.spawn(router.serve_with_incoming_shutdown(connections, stopped(stopping.clone())));
        }
        tracing::info!(api = %app_api.join(" "), admin = %app_admin.join(" "), "serving");
        Ok(Self {
            api: app_api,
            admin: app_admin,
            engine,
            thread,
            servers,
            stop,
            cut,
            health,
            shutdown_limit: Duration::from_millis(config.engine.shutdown_limit_ms),
        })
    }

    /// Waits until `stop` is ready or the engine ends by itself, then drains: no new work, streams told to come back, what was
    /// taken is made durable. Takes no longer than the limit; a hard kill at any point comes to the same.
    pub async fn run(self, stop: impl Future<Output = ()>) -> Ended {
        let Self {
            engine,
            thread,
            mut servers,
            stop: stopping,
            cut,
            health,
            shutdown_limit,
            ..
        } = self;
        tokio::pin!(stop);
        let mut look = tokio::time::interval(Duration::from_millis(100));
        loop {
            tokio::select! {
                () = &mut stop => break,
                _ = look.tick() => if thread.is_finished() { break },
            }
        }
        health.set_service_status("", ServingStatus::NotServing).await;
        stopping.send_replace(true);
        let drained =
            tokio::time::timeout(shutdown_limit, async { while servers.join_next().await.is_some() {} }).await;
        if drained.is_err() {
            tracing::warn!("connections did not end in time and are cut");
            cut.send_replace(true);
            servers.abort_all();
            while servers.join_next().await.is_some() {}
        }
        // Said, not only dropped: a task of a connection may hold a handle a moment longer.
        engine.stop();
        drop(engine);
        let joined = tokio::time::timeout(shutdown_limit, tokio::task::spawn_blocking(move || thread.join())).await;
        match joined {
            Ok(Ok(Ok(Ok(())))) => Ended::Stopped,
            Ok(Ok(Ok(Err(error)))) => Ended::JournalFailed(error),
            Ok(Ok(Err(_)) | Err(_)) => Ended::InvariantBroken,
            Err(_late) => {
                // Everything answered is durable; what is left would only be tidier.
                tracing::warn!("the engine did not end in time");
                Ended::Stopped
            }
        }
    }
}

async fn stopped(mut stopping: watch::Receiver<bool>) {
    let _ = stopping.wait_for(|stopping| *stopping).await;
}

async fn open_engine(config: &Config, dirs: &DataDir, clock: SharedClock, policy: Policy) -> anyhow::Result<Started> {
    let journal_options = Options {
        backend: match config.journal.backend {
            JournalBackend::Log => Backend::Log,
            JournalBackend::Sled => Backend::Sled,
        },
        segment_bytes: config.journal.segment_mb << 20,
        cache_bytes: config.journal.cache_mb << 20,
        accept_missing_mark: config.journal.accept_missing_mark,
    };
    let mut identity_salt = [0; 32];
    getrandom::fill(&mut identity_salt).map_err(|error| anyhow::anyhow!("no randomness from the system: {error}"))?;
    let tenant = Tenant {
        name: config.tenant.name.as_str().into(),
        synthetic: config.tenant.synthetic,
        identity_salt,
    };
    let (journal_dir, snapshot_dir, engine) = (dirs.journal(), dirs.snapshots(), config.engine.clone());
    let started = tokio::task::spawn_blocking(move || {
        let journal: Box<dyn Journal> = Box::new(DiskJournal::open(&journal_dir, &journal_options)?);
        Engine::start(EngineOptions {
            journal,
            snapshot_dir,
            policy,
            clock,
            config: engine,
            tenant,
        })
    });
    Ok(started.await??)
}
