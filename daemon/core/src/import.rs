//! What imports have in common: rows with their place in the source, and a report that lists every bad one.

use serde::{Deserialize, Serialize};

/// What to do when rows are bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ImportMode {
    /// Take nothing unless every row is good.
    AllOrNothing,
    /// Take the good rows.
    SkipBad,
}

/// What an import came to. Every row is added, changed, unchanged or bad; an import of teams counts teams in the first three.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ImportReport {
    /// Whether anything was taken; false if rows were bad and the mode was all or nothing.
    pub applied: bool,
    /// Things new to the district.
    pub added: u32,
    /// Things that were known with other content.
    pub changed: u32,
    /// Things that were known just so, be it by a row before.
    pub unchanged: u32,
    /// Every bad row, in the order of the source.
    pub bad: Vec<RowError>,
    /// People who have left: they were in the roster and are not in the rows.
    pub left: u32,
}

/// What is wrong with one row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowError {
    /// The row's number in its source, as given with the row.
    pub row: u32,
    /// The column's name.
    pub field: Box<str>,
    /// What stands there; left out where it is a person's own data.
    pub value: Box<str>,
    /// What is wrong with it.
    pub problem: RowProblem,
}

/// The ways in which a row can be bad.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum RowProblem {
    /// The field is empty and must not be.
    Missing,
    /// The field is not what it should be; says what is expected.
    Invalid(Box<str>),
    /// No unit has this code.
    UnknownUnit,
    /// No person has this ID number or id.
    UnknownPerson,
    /// Another row says so already: its number.
    DuplicateOf(u32),
    /// The unit would be its own ancestor.
    Cycle,
    /// A unit cannot be placed under a parent that was refused.
    ParentRefused,
    /// The deputy is the leader (R5).
    LeaderIsDeputy,
    /// The team has no leader in the rows given.
    NoLeader,
    /// The team has two of a role that is for one.
    SecondOfRole,
    /// Rows of one team disagree about it; says in what.
    Contradicts(Box<str>),
    /// Another row of the same team is bad, and the team cannot be formed without it.
    TeamRefused,
    /// The unit is not the one, or under the one, whose whole roster the rows are; names that one.
    OutsideRoster(Box<str>),
    /// The person is in the agency team with this code, and in one only (R4).
    OtherTeam(Box<str>),
    /// A角 and B角 of a post are one person.
    BackupIsPrimary,
}

/// Collects the outcome of an import row by row.
pub(crate) struct Importer {
    mode: ImportMode,
    report: ImportReport,
}

impl Importer {
    pub(crate) fn new(mode: ImportMode) -> Self {
        Self {
            mode,
            report: ImportReport::default(),
        }
    }
    pub(crate) fn bad(&mut self, row: u32, field: &str, value: &str, problem: RowProblem) {
        self.report.bad.push(RowError {
            row,
            field: field.into(),
            value: value.into(),
            problem,
        });
    }
    pub(crate) fn added(&mut self) {
        self.report.added += 1;
    }
    pub(crate) fn changed(&mut self) {
        self.report.changed += 1;
    }
    pub(crate) fn unchanged(&mut self) {
        self.report.unchanged += 1;
    }
    pub(crate) fn left(&mut self) {
        self.report.left += 1;
    }
    pub(crate) fn has_bad(&self) -> bool {
        !self.report.bad.is_empty()
    }
    /// The report, and whether the events collected on the way are to be taken.
    pub(crate) fn finish(mut self) -> (bool, ImportReport) {
        self.report.bad.sort_by_key(|bad| bad.row);
        let take = self.report.bad.is_empty() || self.mode == ImportMode::SkipBad;
        self.report.applied = take;
        (take, self.report)
    }
}
