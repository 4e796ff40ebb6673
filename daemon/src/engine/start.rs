//! Opening: snapshot, tail, first command, thread.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize};
use std::thread::JoinHandle;

use baiying_core::State;
use baiying_core::event::Tenant;
use baiying_core::policy::Policy;
use baiying_journal::{Journal, JournalError, JournalReader, snapshot};

use super::admission::Admission;
use super::desk::{self, Desk};
use super::handle::EngineHandle;
use super::past::Past;
use super::snapshots::Snapshots;
use super::writer::Writer;
use crate::clock::SharedClock;
use crate::config::EngineConfig;

/// What an engine is made from.
pub struct EngineOptions {
    /// Where to append.
    pub journal: Box<dyn Journal>,
    /// Where the snapshots are.
    pub snapshot_dir: PathBuf,
    /// What orders and plans have when nothing is said.
    pub policy: Policy,
    /// What time it is.
    pub clock: SharedClock,
    /// Bounds.
    pub config: EngineConfig,
    /// Whose journal this is, if it is new.
    pub tenant: Tenant,
}

/// Why an engine did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The journal cannot be read.
    #[error("the journal cannot be used")]
    Journal(#[from] JournalError),
    /// The thread cannot be made.
    #[error("the engine's thread cannot be started")]
    Thread(#[source] std::io::Error),
}

/// A running engine.
pub struct Started {
    /// For everybody else.
    pub handle: EngineHandle,
    /// Ends when every handle is dropped or one of them says stop, or with the error of the journal.
    pub thread: JoinHandle<Result<(), JournalError>>,
}

/// The engine.
pub struct Engine;

impl Engine {
    /// Rebuilds the state and starts the thread.
    ///
    /// # Errors
    /// Why it could not.
    pub fn start(options: EngineOptions) -> Result<Started, StartError> {
        let EngineOptions {
            journal,
            snapshot_dir,
            policy,
            clock,
            config,
            tenant,
        } = options;
        let candidates = snapshot::candidates(&snapshot_dir)?;
        let (mut desk, snapshot) = Desk::open(journal, candidates, policy)?;
        desk.initialize(tenant, clock.now())?;
        let (sender, queue) = std::sync::mpsc::sync_channel(config.queue_max);
        let waiting = Arc::new(AtomicUsize::new(0));
        let stopping = Arc::new(AtomicBool::new(false));
        let handle = EngineHandle {
            queue: sender,
            waiting: Arc::clone(&waiting),
            queue_max: config.queue_max,
            published: Arc::clone(desk.published()),
            admission: Arc::new(Admission::default()),
            stopping: Arc::clone(&stopping),
            past: Arc::new(Past::new(snapshot_dir.clone())),
            scope: None,
        };
        let writer = Writer {
            desk,
            clock,
            snapshots: Snapshots::new(snapshot_dir, config.snapshot_every_events, snapshot),
            config,
            queue,
            waiting,
            stopping,
            timers_refused: None,
            shortfalls: None,
            reports_missed: None,
        };
        let thread = std::thread::Builder::new()
            .name("engine".into())
            .spawn(move || writer.run());
        Ok(Started {
            handle,
            thread: thread.map_err(StartError::Thread)?,
        })
    }
}

/// The state that a journal tells of, with the help of the snapshots in a directory. Also says at which revision the one that
/// was used is.
///
/// # Errors
/// When the journal cannot be read or holds something this version does not know.
pub(crate) fn replay(
    snapshot_dir: &std::path::Path,
    journal: &dyn JournalReader,
) -> Result<(State, u64), JournalError> {
    desk::replay(snapshot::candidates(snapshot_dir)?, journal)
}
