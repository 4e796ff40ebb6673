//! Spoilt rows, for tests of imports: what a real roster file gets wrong.

use rand::RngExt as _;
use serde::Serialize;

use crate::seed::Random;

/// What is wrong with a spoilt row of `people.csv`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Defect {
    /// The ID number's check digit does not follow from the others.
    CheckDigit,
    /// The unit's code is in no file.
    UnknownUnit,
    /// The name is empty.
    MissingName,
    /// The row before it is about the same person and says otherwise.
    Duplicate,
}

impl Defect {
    const ALL: [Self; 4] = [Self::CheckDigit, Self::UnknownUnit, Self::MissingName, Self::Duplicate];

    /// The word for it in `DIRTY.csv`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::CheckDigit => "check-digit",
            Self::UnknownUnit => "unknown-unit",
            Self::MissingName => "missing-name",
            Self::Duplicate => "duplicate",
        }
    }
}

/// One spoilt row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct DirtyRow {
    /// Number of its line in `people.csv`, the header being line 1. Of a duplicate, the second.
    pub row: u32,
    /// What is wrong.
    pub defect: Defect,
}

/// Spreads defects over the rows that may have one, so that their share of all rows comes out as asked.
pub(crate) struct Dirt {
    share: f64,
    owed: f64,
    random: Random,
}

impl Dirt {
    pub(crate) fn new(share: f64, random: Random) -> Self {
        Self {
            share: if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 },
            owed: 0.0,
            random,
        }
    }

    /// Counts one row, and says how to spoil it. A row that may not be spoilt leaves its share to a later one.
    pub(crate) fn draw(&mut self, may_be_spoilt: bool) -> Option<Defect> {
        if self.share == 0.0 {
            return None;
        }
        self.owed += self.share;
        // Evenly spread defects would be too easy: which row of its turn is spoilt is drawn.
        if !may_be_spoilt || self.owed < self.random.random_range(0.0..2.0) {
            return None;
        }
        self.owed -= 1.0;
        Some(Defect::ALL[self.random.random_range(0..Defect::ALL.len())])
    }
}
