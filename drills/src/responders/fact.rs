//! What one person does, before it is gathered into requests.

use std::time::Duration;

use super::script::By;
use crate::behaviour::DeclineReason;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Ack,
    Depart,
    /// Place in the script's sites.
    CheckIn(usize),
}

/// One thing about one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fact {
    /// When it is reported.
    pub(crate) at: Duration,
    pub(crate) by: By,
    pub(crate) kind: Kind,
    pub(crate) person: u32,
    /// How long before that it happened.
    pub(crate) before: Duration,
    pub(crate) skew_ms: i64,
    /// The same was reported before: this is the repeat of a double scan.
    pub(crate) again: bool,
}

/// A decline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) at: Duration,
    pub(crate) by: By,
    pub(crate) person: u32,
    pub(crate) reason: DeclineReason,
}
