//! What really happened in worlds, counted: a run that meets no conflict proves nothing about conflicts.

use std::collections::BTreeMap;
use std::fmt;

use baiying_core::Rejection;

/// What can happen to a request on its way to an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// The network lost the request.
    RequestDropped,
    /// The network brought the request twice.
    RequestDoubled,
    /// The network held the request up.
    RequestDelayed,
    /// The network lost the answer.
    ReplyDropped,
    /// The network brought the answer twice.
    ReplyDoubled,
    /// The network held the answer up.
    ReplyDelayed,
    /// The engine was killed while the request waited.
    KilledWaiting,
    /// The engine was killed after the commit, before the answers.
    KilledBeforeReply,
    /// Killed before the append.
    KilledBeforeAppend,
    /// Killed after the append.
    KilledAfterAppend,
    /// The append failed.
    AppendFailed,
    /// The append was answered unknown, and was written.
    UnknownWritten,
    /// The append was answered unknown, and was not written.
    UnknownNotWritten,
    /// The append was answered unknown, and somebody else appended before it was found out.
    UnknownOvertaken,
    /// Another engine had appended first.
    Conflict,
    /// The engine found a newer epoch and stopped.
    Deposed,
    /// The client repeated the request.
    Retried,
    /// It came from a device that had been out of reach.
    Offline,
    /// The device's clock was off.
    ClockSkewed,
}

impl Fault {
    /// All of them.
    pub const ALL: [Self; 19] = [
        Self::RequestDropped,
        Self::RequestDoubled,
        Self::RequestDelayed,
        Self::ReplyDropped,
        Self::ReplyDoubled,
        Self::ReplyDelayed,
        Self::KilledWaiting,
        Self::KilledBeforeReply,
        Self::KilledBeforeAppend,
        Self::KilledAfterAppend,
        Self::AppendFailed,
        Self::UnknownWritten,
        Self::UnknownNotWritten,
        Self::UnknownOvertaken,
        Self::Conflict,
        Self::Deposed,
        Self::Retried,
        Self::Offline,
        Self::ClockSkewed,
    ];

    pub(crate) fn bit(self) -> u32 {
        1 << self as u32
    }
}

/// How a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// It had an effect, or there was nothing left to do.
    Accepted,
    /// It was refused; for imports: not applied.
    Rejected,
    /// It was answered before.
    Repeated,
}

/// Counts over any number of worlds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Commands by kind and outcome.
    pub commands: BTreeMap<(&'static str, Outcome), u64>,
    /// Rejections by reason.
    pub rejections: BTreeMap<String, u64>,
    /// Faults by kind, and how the requests that met them ended.
    pub faults: BTreeMap<(Fault, Outcome), u64>,
    /// Everything else, by name.
    pub events: BTreeMap<&'static str, u64>,
}

impl Tally {
    /// One more of something.
    pub fn add(&mut self, name: &'static str) {
        *self.events.entry(name).or_default() += 1;
    }

    /// A command was answered.
    pub fn answered(&mut self, kind: &'static str, outcome: Outcome, met: u32) {
        *self.commands.entry((kind, outcome)).or_default() += 1;
        for fault in Fault::ALL.into_iter().filter(|fault| met & fault.bit() != 0) {
            *self.faults.entry((fault, outcome)).or_default() += 1;
        }
    }

    /// A command was refused.
    pub fn rejected(&mut self, rejection: &Rejection) {
        let text = format!("{rejection:?}");
        let name = text.split([' ', '{']).next().unwrap_or_default().to_owned();
        *self.rejections.entry(name).or_default() += 1;
    }

    /// Adds another world's counts.
    pub fn merge(&mut self, other: Self) {
        fn merge<K: Ord>(into: &mut BTreeMap<K, u64>, from: BTreeMap<K, u64>) {
            for (key, count) in from {
                *into.entry(key).or_default() += count;
            }
        }
        merge(&mut self.commands, other.commands);
        merge(&mut self.rejections, other.rejections);
        merge(&mut self.faults, other.faults);
        merge(&mut self.events, other.events);
    }

    /// How often a kind of command ended so.
    pub fn commands(&self, kind: &'static str, outcome: Outcome) -> u64 {
        self.commands.get(&(kind, outcome)).copied().unwrap_or(0)
    }

    /// How often requests that met a fault ended so.
    pub fn faults(&self, fault: Fault, outcome: Outcome) -> u64 {
        self.faults.get(&(fault, outcome)).copied().unwrap_or(0)
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let outcomes = [Outcome::Accepted, Outcome::Rejected, Outcome::Repeated];
        writeln!(
            f,
            "{:24}{:>12}{:>12}{:>12}",
            "command", "accepted", "rejected", "repeated"
        )?;
        let mut kinds: Vec<_> = self.commands.keys().map(|(kind, _)| *kind).collect();
        kinds.dedup();
        for kind in kinds {
            write!(f, "{kind:24}")?;
            outcomes
                .iter()
                .try_for_each(|outcome| write!(f, "{:>12}", self.commands(kind, *outcome)))?;
            writeln!(f)?;
        }
        writeln!(
            f,
            "\n{:24}{:>12}{:>12}{:>12}",
            "met on the way", "accepted", "rejected", "repeated"
        )?;
        for fault in Fault::ALL {
            write!(f, "{:24}", format!("{fault:?}"))?;
            outcomes
                .iter()
                .try_for_each(|outcome| write!(f, "{:>12}", self.faults(fault, *outcome)))?;
            writeln!(f)?;
        }
        writeln!(f)?;
        for (name, count) in &self.events {
            writeln!(f, "{name:36}{count:>12}")?;
        }
        let rejections: Vec<_> = self
            .rejections
            .iter()
            .map(|(name, count)| format!("{name} {count}"))
            .collect();
        writeln!(f, "\nrejections: {}", rejections.join(", "))
    }
}
