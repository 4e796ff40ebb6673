//! Objectives (演练目标): a metric with a target and a weight, how far it was met, and the score that follows.

use serde::{Deserialize, Serialize};

/// What is measured. Shares are in tenths of a percent (‰) of the effective target T = called − excused; times in milliseconds from the
/// order. People who were taken by a real event count nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Metric {
    /// Share whom the order reached.
    Reached,
    /// Share who acknowledged within the window.
    Acknowledged,
    /// Share who acknowledged within so many milliseconds.
    AcknowledgedWithin(u64),
    /// Time by which half of those who acknowledged had done so.
    AcknowledgeP50,
    /// Time by which nine of ten of the effective target had acknowledged; unmet if fewer did.
    AcknowledgeP90,
    /// Time of the last acknowledgement; unmet if somebody never did.
    AcknowledgeMax,
    /// Share who had arrived within so many milliseconds (15, 30, 60 minutes).
    AssembledWithin(u64),
    /// Share who arrived within the window.
    Arrived,
    /// Share who arrived in time, of those who arrived.
    OnTime,
    /// Share who declined: less is better.
    Declined,
    /// Share of injects that were done as expected.
    InjectsDone,
}

/// What a metric is to come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Target {
    /// At least so many ‰.
    AtLeast(u32),
    /// At most so many ‰, or so many milliseconds.
    AtMost(u64),
}

/// One objective.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Objective {
    /// What it says, such as "5 分钟内九成回令".
    pub name: Box<str>,
    /// The same in English; empty: `name`.
    pub name_en: Box<str>,
    /// What is measured.
    pub metric: Metric,
    /// What it is to come to.
    pub target: Target,
    /// What it counts in the score, against the sum of all weights.
    pub weight: u32,
}

/// How an objective was met (HSEEP, `domain.md` §5.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Rating {
    /// Performed without challenges: the target was met.
    P,
    /// Performed with some challenges.
    S,
    /// Performed with major challenges.
    M,
    /// Unable to be performed.
    U,
}

impl Rating {
    /// Every rating with the word for it on the wire.
    pub const ALL: [(Self, &'static str); 4] = [(Self::P, "P"), (Self::S, "S"), (Self::M, "M"), (Self::U, "U")];
}
