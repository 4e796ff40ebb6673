//! A simulated process: the real desk, the requests that wait for it, and the snapshots on its disk.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;

use baiying_core::command::{Actor, Command, Context, Envelope};
use baiying_core::id::Timestamp;
use baiying_core::import::ImportMode;
use baiying_core::org::{ImportUnits, UnitRow};
use baiying_journal::snapshot::{self, Candidate};
use baiying_journal::{JournalError, SharedLog};
use baiyingd::engine::{Desk, take_snapshot};
use bytes::Bytes;
use parking_lot::Mutex;

use crate::checks::Broken;
use crate::dice::Dice;
use crate::generate::tenant;
use crate::journal::{Line, SimJournal};
use crate::policy::policy;

/// How many snapshots a disk keeps, as the daemon does.
const KEPT: usize = 2;

/// What can happen to the snapshots of a process that is down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damage {
    /// One bit of the newest.
    FlippedBit,
    /// The end of the newest.
    Truncated,
    /// The newest is gone.
    Lost,
    /// All are gone.
    AllLost,
    /// A whole and newer one of another journal lies there.
    Foreign,
}

impl Damage {
    /// All of them, with their names in the tally.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::FlippedBit, "snapshot: bit flipped"),
        (Self::Truncated, "snapshot: truncated"),
        (Self::Lost, "snapshot: newest lost"),
        (Self::AllLost, "snapshot: all lost"),
        (Self::Foreign, "snapshot: of another journal"),
    ];
}

/// One process.
pub(crate) struct Node {
    /// The engine, while it runs.
    pub(crate) desk: Option<Desk>,
    /// Requests that arrived and wait.
    pub(crate) queue: VecDeque<usize>,
    /// Whether it is about to look at them.
    pub(crate) is_scheduled: bool,
    /// How far its clock is off.
    pub(crate) skew_ms: i64,
    /// Between it and its journal.
    pub(crate) line: Arc<Mutex<Line>>,
    shelf: Vec<Bytes>,
}

impl Node {
    /// A process that does not run.
    pub(crate) fn new(skew_ms: i64) -> Self {
        Self {
            desk: None,
            queue: VecDeque::new(),
            is_scheduled: false,
            skew_ms,
            line: Arc::default(),
            shelf: Vec::new(),
        }
    }

    /// What its clock says.
    pub(crate) fn now(&self, now: i64) -> Timestamp {
        Timestamp::from_unix_ms(now + self.skew_ms)
    }

    /// Starts it: snapshot, tail, first command. Says at which revision the snapshot was; 0: none was used.
    pub(crate) fn start(&mut self, log: &SharedLog, now: i64) -> Result<u64, JournalError> {
        *self.line.lock() = Line::default();
        let journal = SimJournal::open(log, &self.line);
        let (mut desk, from) = Desk::open(Box::new(journal), self.candidates(), policy())?;
        self.line.lock().published = Some(Arc::clone(desk.published()));
        desk.initialize(tenant("synthetic district"), self.now(now))?;
        self.desk = Some(desk);
        Ok(from)
    }

    /// Whether it runs and shows all of the journal.
    pub(crate) fn is_current(&self, log: &SharedLog) -> bool {
        let shown = self.desk.as_ref().map(|desk| desk.published().read().revision().0);
        shown == Some(log.head().revision)
    }

    /// Kills it: what was not durable is gone. Says which requests waited.
    pub(crate) fn kill(&mut self) -> Vec<usize> {
        self.desk = None;
        self.queue.drain(..).collect()
    }

    /// Puts a snapshot of what it shows on its disk.
    pub(crate) fn snapshot(&mut self) -> Result<(), JournalError> {
        if let Some(desk) = &self.desk {
            self.shelf.push(snapshot::encode(&take_snapshot(desk.published())?));
            if self.shelf.len() > KEPT {
                self.shelf.remove(0);
            }
        }
        Ok(())
    }

    /// What it finds on its disk, newest first.
    pub(crate) fn candidates(&self) -> Vec<Candidate> {
        let decode = |(number, bytes): (usize, &Bytes)| (PathBuf::from(number.to_string()), snapshot::decode(bytes));
        self.shelf.iter().enumerate().rev().map(decode).collect()
    }

    /// Something happens to its disk, while the journal ends at revision `end`. Says whether there was anything for it to happen to.
    ///
    /// # Errors
    /// When damage goes unnoticed.
    pub(crate) fn damage(&mut self, damage: Damage, end: u64, dice: &mut Dice) -> Result<bool, Broken> {
        let newest = match (self.shelf.pop(), damage) {
            (None, Damage::Foreign) => Bytes::new(),
            (None, _) => return Ok(false),
            // Damaged twice it might be whole again.
            (Some(newest), _) if snapshot::decode(&newest).is_err() => {
                self.shelf.push(newest);
                return Ok(false);
            }
            (Some(newest), _) => newest,
        };
        let mut bytes = newest.to_vec();
        match damage {
            Damage::Lost => return Ok(true),
            Damage::AllLost => {
                self.shelf.clear();
                return Ok(true);
            }
            Damage::Foreign => {
                if !newest.is_empty() {
                    self.shelf.push(newest);
                }
                let revision = if dice.percent(50) { 1 } else { end + 1 + dice.below(50) };
                self.shelf.push(foreign(revision));
                return Ok(true);
            }
            Damage::FlippedBit => {
                let at = dice.below(bytes.len() as u64) as usize;
                bytes[at] ^= 1 << dice.below(8);
            }
            Damage::Truncated => bytes.truncate(dice.below(bytes.len() as u64) as usize),
        }
        let bytes = Bytes::from(bytes);
        if snapshot::decode(&bytes).is_ok() {
            return Err(Broken::new(
                "replay",
                format!("a snapshot with {damage:?} passes for whole"),
            ));
        }
        self.shelf.push(bytes);
        Ok(true)
    }
}

/// A whole snapshot of another journal, which ends at this revision.
fn foreign(revision: u64) -> Bytes {
    let now = Timestamp::from_unix_ms(1);
    let renamed = |name: u64| {
        let row = UnitRow {
            row: 1,
            code: "D".into(),
            name: name.to_string().into(),
            parent_code: "".into(),
            kind: "district".into(),
        };
        let context = Context {
            actor: Actor("another".into()),
            request_id: None,
            digest: 0,
            at: now,
        };
        let (mode, rows) = (ImportMode::AllOrNothing, vec![row]);
        let command = Command::ImportUnits(ImportUnits { mode, rows });
        Envelope { context, command }
    };
    let taken = Desk::open(Box::new(SharedLog::default().open()), [], policy()).and_then(|(mut desk, _)| {
        desk.initialize(tenant("another district"), now)?;
        desk.commit((2..=revision).map(renamed).collect(), now)?;
        take_snapshot(desk.published())
    });
    let taken = taken.expect("a memory journal without faults takes everything");
    assert_eq!(taken.head.revision, revision, "each new name is one event");
    snapshot::encode(&taken)
}
