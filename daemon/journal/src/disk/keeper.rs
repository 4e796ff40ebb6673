//! What need not be waited for: syncing the mark after appends, and having space ready for the next ones.

use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;
use std::time::Duration;

use super::Shared;
use super::mark::Slots;
use crate::error::JournalError;

/// Appends within this time share one sync of the mark.
const TOGETHER: Duration = Duration::from_millis(20);
/// How often it is looked whether a full disk has room again.
const EVERY: Duration = Duration::from_secs(1);

/// The thread; it ends when this is dropped.
pub(super) struct Keeper {
    poke: Option<SyncSender<()>>,
    failed: Arc<OnceLock<JournalError>>,
    thread: Option<JoinHandle<()>>,
}

impl Keeper {
    pub(super) fn start(shared: &Arc<Shared>, slots: &Arc<Slots>) -> Result<Self, JournalError> {
        let (poke, poked) = sync_channel(1);
        let failed = Arc::new(OnceLock::new());
        let (shared, slots, outcome) = (Arc::clone(shared), Arc::clone(slots), Arc::clone(&failed));
        let dir = shared.dir.clone();
        let work = move || loop {
            match poked.recv_timeout(EVERY) {
                Ok(()) => std::thread::sleep(TOGETHER),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            if let Err(error) = slots.sync() {
                let _ = outcome.set(error);
                break;
            }
            shared.store.read().maintain();
        };
        let thread = std::thread::Builder::new().name("journal".into()).spawn(work);
        Ok(Self {
            poke: Some(poke),
            failed,
            thread: Some(thread.map_err(JournalError::io("start a thread for", &dir))?),
        })
    }

    /// Says that something was appended.
    pub(super) fn poke(&self) {
        if let Some(poke) = &self.poke {
            // One that waits already is enough.
            let _ = poke.try_send(());
        }
    }

    /// Why the mark can no longer be synced.
    pub(super) fn failed(&self) -> Option<JournalError> {
        self.failed.get().cloned()
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.poke = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
