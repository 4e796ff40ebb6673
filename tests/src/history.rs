//! What clients of the API did and saw, and whether one journal explains all of it.
//!
//! Clients write down every call with its place in real time ([`Clock`]); afterwards the journal, replayed with the core, is the
//! witness: `model.rs` says what was so at each revision, `check.rs` holds the calls against it.

mod check;
mod model;
#[cfg(test)]
mod tests;
mod witness;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

pub use check::{Rule, Violation, check};
pub use model::{Journaled, Model, line_of, order_of, row_of};
pub use witness::entries;

/// Counts of a line, in the order of the schema.
pub type Line = [u32; 11];

/// Puts invocations and completions in one order.
#[derive(Debug, Clone, Default)]
pub struct Clock(Arc<AtomicU64>);

impl Clock {
    /// The next instant.
    #[must_use]
    pub fn tick(&self) -> u64 {
        self.0.fetch_add(1, Ordering::SeqCst) + 1
    }
}

/// One call of one client.
#[derive(Debug, Clone)]
pub struct Call {
    /// Whose.
    pub client: u32,
    /// When it was made.
    pub invoked: u64,
    /// When its answer was there, or when it was given up.
    pub completed: u64,
    /// What it was.
    pub did: Did,
}

/// What a call was.
#[derive(Debug, Clone)]
pub enum Did {
    /// It asked for a change, under a request id.
    Wrote {
        /// The id.
        id: String,
        /// What was asked: equal for repeats.
        content: String,
        /// What came of it.
        outcome: Outcome,
    },
    /// It looked.
    Saw(Seen),
}

/// What came of asking for a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It was done.
    Done {
        /// As the receipt says.
        revision: u64,
        /// Whether the answer says that something changed; nothing is journaled otherwise.
        changed: bool,
        /// The answer without its receipt: equal for repeats.
        answer: String,
    },
    /// It was refused, for this reason.
    Refused(String),
    /// A report from the field that counted for nobody, for this reason. What it says may be kept as evidence.
    NotCounted(String),
    /// Nobody knows: no answer, or too late.
    Unknown,
}

/// What a look showed.
#[derive(Debug, Clone)]
pub enum Seen {
    /// The board, at a revision that it names.
    Board {
        /// Which.
        revision: u64,
        /// What.
        board: Board,
    },
    /// A watched board after a message: the snapshot with all deltas since, over reconnections.
    Watched {
        /// The message's.
        revision: u64,
        /// Of the message before; none for the first.
        since: Option<u64>,
        /// Events that the message says it stands for.
        conflated: u64,
        /// What.
        board: Board,
    },
    /// An order or a ledger, which name no revision.
    Thing {
        /// Which: as in [`Model::things`].
        name: String,
        /// What.
        shown: String,
    },
    /// A run of events.
    Events {
        /// Asked for from here on.
        since: u64,
        /// At most so many.
        limit: u64,
        /// Revision and request id of each.
        events: Vec<(u64, String)>,
        /// The last durable revision.
        head: u64,
    },
}

/// A board, as far as the look shows it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Board {
    /// `total` and the units under it.
    pub lines: BTreeMap<String, Line>,
    /// Effective and highest level.
    pub levels: Option<(u32, u32)>,
    /// Open orders: version and total.
    pub orders: Option<BTreeMap<u32, (u32, Line)>>,
}
