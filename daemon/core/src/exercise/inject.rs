//! What came of the injects (导调信息) of a run: expected against actual.

use serde::{Deserialize, Serialize};

/// Whether the players did what was expected of an inject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Verdict {
    /// As expected, and in time.
    Done,
    /// In part, or too late.
    Partly,
    /// Not at all.
    NotDone,
    /// Nobody has said so yet, or it never came to it.
    Unjudged,
}

impl Verdict {
    /// Every verdict with the word for it in files and on the wire.
    pub const ALL: [(Self, &'static str); 4] = [
        (Self::Done, "done"),
        (Self::Partly, "partly"),
        (Self::NotDone, "not-done"),
        (Self::Unjudged, "unjudged"),
    ];
}

/// What came of one inject. Times are milliseconds of exercise time from the start of the run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InjectOutcome {
    /// Its number in the scenario, from 1.
    pub number: u32,
    /// When it was put in; none: it never was.
    pub injected_ms: Option<u64>,
    /// Whether what was expected was done.
    pub verdict: Verdict,
    /// How long after it that was; none: never, or nobody knows.
    pub took_ms: Option<u64>,
    /// What the system saw, or what the controller or evaluator wrote.
    pub note: Box<str>,
}
