//! Snapshots of the published state: a cache that bounds the time of a restart.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use baiying_core::State;
use baiying_journal::snapshot::{self, Candidate, Snapshot};
use baiying_journal::{Head, JournalError, JournalReader};
use parking_lot::Mutex;
use sha2::{Digest, Sha256};

use super::publish::Published;

/// Counts the layouts of the serialised state. Raise it with every change of a stored type: older snapshots are then passed
/// over, and the state is made from the journal.
pub(super) const STATE_FORMAT: u32 = 8;

/// How many snapshots are kept: the last one, and one to fall back on.
const KEPT: usize = 2;

/// Held while one is written: each removes what an interrupted one left.
static WRITING: Mutex<()> = Mutex::new(());

/// A snapshot that was written.
#[derive(Debug, Clone)]
pub struct SnapshotDone {
    /// The state it holds.
    pub revision: u64,
    /// Its hash.
    pub state_hash: [u8; 32],
    /// Its size.
    pub bytes: u64,
}

/// SHA-256 of a state in its serialised form: equal if and only if the states are.
pub fn state_hash(state: &State) -> [u8; 32] {
    Sha256::digest(serialize(state)).into()
}

fn serialize(state: &State) -> Vec<u8> {
    postcard::to_stdvec(&(STATE_FORMAT, state)).expect("the state can always be serialised")
}

/// A snapshot of what is published.
///
/// # Errors
/// When the journal cannot say where it ended at that revision.
pub fn take(published: &Published) -> Result<Snapshot, JournalError> {
    let (payload, revision) = {
        let state = published.read();
        (serialize(&state), state.revision().0)
    };
    Ok(Snapshot {
        head: head_at(&**published.journal(), revision)?,
        state_hash: Sha256::digest(&payload).into(),
        payload: payload.into(),
    })
}

/// Writes a snapshot of what is published.
///
/// # Errors
/// When it cannot be written; the daemon goes on without it.
pub(crate) fn write(dir: &Path, published: &Published) -> Result<SnapshotDone, JournalError> {
    let _one = WRITING.lock();
    let taken = take(published)?;
    snapshot::write(dir, &taken)?;
    snapshot::prune(dir, KEPT)?;
    Ok(SnapshotDone {
        revision: taken.head.revision,
        state_hash: taken.state_hash,
        bytes: taken.payload.len() as u64,
    })
}

/// Where the journal ended at a published revision.
fn head_at(journal: &dyn JournalReader, revision: u64) -> Result<Head, JournalError> {
    if revision == 0 {
        return Ok(Head::default());
    }
    journal
        .commits_after(revision - 1)
        .next()
        .map_or_else(|| Ok(Head::default()), |commit| Ok(commit?.head()))
}

/// The first usable one of these snapshots, or the empty state.
pub(super) fn load(candidates: impl IntoIterator<Item = Candidate>, journal: &dyn JournalReader) -> State {
    let is_known = |head: &Head| head_at(journal, head.revision).is_ok_and(|known| known == *head);
    let loaded = snapshot::choose(candidates, is_known);
    for warning in &loaded.warnings {
        tracing::warn!(file = %warning.path.display(), problem = %warning.problem, "snapshot passed over");
    }
    let Some(snapshot) = loaded.snapshot else {
        return State::default();
    };
    match postcard::from_bytes::<(u32, State)>(&snapshot.payload) {
        Ok((STATE_FORMAT, mut state)) if state.revision().0 == snapshot.head.revision => {
            state.complete();
            state
        }
        Ok(_) | Err(_) => {
            tracing::warn!("the snapshot is of another version; replaying the whole journal");
            State::default()
        }
    }
}

/// Decides when to write one.
pub(super) struct Snapshots {
    dir: PathBuf,
    every_events: u64,
    last: u64,
    busy: Arc<AtomicBool>,
}

impl Snapshots {
    pub(super) fn new(dir: PathBuf, every_events: u64, last: u64) -> Self {
        Self {
            dir,
            every_events,
            last,
            busy: Arc::default(),
        }
    }

    /// Writes one on a thread of its own if it is time and none is being written.
    pub(super) fn after_commit(&mut self, published: &Arc<Published>) {
        let revision = published.read().revision().0;
        if revision - self.last < self.every_events || self.busy.swap(true, Ordering::AcqRel) {
            return;
        }
        self.last = revision;
        let (dir, published, busy) = (self.dir.clone(), Arc::clone(published), Arc::clone(&self.busy));
        std::thread::spawn(move || {
            log(write(&dir, &published));
            busy.store(false, Ordering::Release);
        });
    }

    /// Writes one before a graceful stop, so that the next start is quick.
    pub(super) fn on_stop(&self, published: &Published) {
        if published.read().revision().0 > self.last {
            log(write(&self.dir, published));
        }
    }
}

fn log(outcome: Result<SnapshotDone, JournalError>) {
    match outcome {
        Ok(done) => tracing::info!(revision = done.revision, bytes = done.bytes, "snapshot written"),
        Err(error) => tracing::warn!(%error, "snapshot not written; the next start takes longer"),
    }
}
