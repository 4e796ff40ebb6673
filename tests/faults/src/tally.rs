//! What was tried and what came of it, as a line of a table.

use std::collections::BTreeMap;

use baiying_journal::JournalError;

use crate::check::Verdict;

/// Counts of one kind of fault.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    name: String,
    tried: u64,
    intact: u64,
    refused: BTreeMap<&'static str, u64>,
}

impl Tally {
    /// Of nothing yet.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
    }

    /// Takes in a journal that held everything.
    pub fn intact(&mut self) {
        self.tried += 1;
        self.intact += 1;
    }

    /// Takes in a journal that was refused.
    pub fn refused(&mut self, error: &JournalError) {
        self.tried += 1;
        *self.refused.entry(error.reason()).or_default() += 1;
    }

    /// Takes in either.
    pub fn add(&mut self, verdict: &Verdict) {
        match verdict {
            Verdict::Intact => self.intact(),
            Verdict::Refused(error) => self.refused(error),
        }
    }

    /// How many were tried.
    #[must_use]
    pub fn tried(&self) -> u64 {
        self.tried
    }

    /// How many were refused.
    #[must_use]
    pub fn refusals(&self) -> u64 {
        self.refused.values().sum()
    }

    /// Prints the line. What was lost is always 0: a loss ends the test before.
    pub fn print(&self) {
        println!(
            "{:<58} tried {:>6}  intact {:>6}  refused {:>5}  lost 0  {}",
            self.name,
            self.tried,
            self.intact,
            self.refusals(),
            self.refused
                .iter()
                .map(|(reason, count)| format!("{reason} {count}"))
                .collect::<Vec<_>>()
                .join(", ")
        );
    }
}
