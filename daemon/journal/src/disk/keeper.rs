//! What need not be waited for: syncing the mark after appends, and having space ready for the next ones.

use std::ops::ControlFlow;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
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
/// As many rounds with appends take that long at least.
const ROUNDS: u32 = 50;

/// The threads; they end when this is dropped. Making space takes longer than syncing the mark and must not hold it up.
pub(super) struct Keeper {
    mark: Worker,
    space: Worker,
    failed: Arc<OnceLock<JournalError>>,
}

impl Keeper {
    pub(super) fn start(shared: &Arc<Shared>, slots: &Arc<Slots>) -> Result<Self, JournalError> {
        let failed = Arc::new(OnceLock::new());
        let (outcome, slots) = (Arc::clone(&failed), Arc::clone(slots));
        let sync = move |_| match slots.sync() {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                let cause: &dyn std::error::Error = &error;
                tracing::error!(reason = error.reason(), error = cause, "the next append is refused");
                let _ = outcome.set(error);
                ControlFlow::Break(())
            }
        };
        let space = Arc::clone(shared);
        let maintain = move |again| {
            space.store.read().maintain(again);
            ControlFlow::Continue(())
        };
        let start_error = || JournalError::io("start a thread for", &shared.dir);
        Ok(Self {
            mark: Worker::start("mark", sync).map_err(start_error())?,
            space: Worker::start("space", maintain).map_err(start_error())?,
            failed,
        })
    }

    /// Says that something was appended.
    pub(super) fn poke(&self) {
        self.mark.poke();
        self.space.poke();
    }

    /// Why the mark can no longer be synced.
    pub(super) fn failed(&self) -> Option<JournalError> {
        self.failed.get().cloned()
    }
}

/// A thread that works after it was poked, and every second; it is told which of both is so.
struct Worker {
    poke: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    fn start(name: &str, work: impl FnMut(bool) -> ControlFlow<()> + Send + 'static) -> std::io::Result<Self> {
        let (poke, poked) = sync_channel(1);
        let thread = std::thread::Builder::new().name(name.into());
        Ok(Self {
            poke: Some(poke),
            thread: Some(thread.spawn(move || rounds(&poked, work))?),
        })
    }

    fn poke(&self) {
        if let Some(poke) = &self.poke {
            // One that waits already is enough.
            let _ = poke.try_send(());
        }
    }
}

fn rounds(poked: &Receiver<()>, mut work: impl FnMut(bool) -> ControlFlow<()>) {
    let mut round = 0;
    loop {
        round = match poked.recv_timeout(EVERY) {
            Ok(()) => {
                std::thread::sleep(TOGETHER);
                (round + 1) % ROUNDS
            }
            Err(RecvTimeoutError::Timeout) => 0,
            Err(RecvTimeoutError::Disconnected) => return,
        };
        if work(round == 0).is_break() {
            return;
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.poke = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
