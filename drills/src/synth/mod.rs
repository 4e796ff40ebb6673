//! Synthetic districts (`domain.md` §11): real divisions, invented people, the same bytes for the same seed.
//!
//! What is written can be imported as it stands: `divisions.csv`, `people.csv`, `teams.csv`, `muster.csv`, `duty.csv`, `posts.csv`. Rows are generated and
//! written unit by unit; of people only a counter for each birth date is kept, so that a province takes no more memory than a village.
//! [`rows`] gives the same rows in memory, for tests and benches that feed a daemon directly.

mod agencies;
mod apportion;
mod dirt;
mod divisions;
mod duty;
mod files;
mod gaoming;
mod identity;
mod liaoning;
mod muster;
mod names;
mod phone;
mod posts;
mod residence;
mod roster;
mod sink;
mod workbook;

use std::collections::BTreeMap;
use std::path::Path;

use baiying_proto::v1::{DutyRow, MusterPointRow, PersonRow, PostRow, TeamMemberRow, UnitRow};
use serde::{Deserialize, Serialize};

pub use dirt::{Defect, DirtyRow};
pub use identity::number as id_number;
pub use workbook::{MessyWorkbook, WorkbookOptions, WrongCell, messy_workbook};

use sink::Sink;

/// What can be generated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum District {
    /// Gaoming (高明区): one district of 456 grids and about 10,000 established staff.
    Gaoming,
    /// Liaoning (辽宁省): a province of 100 counties, 139,000 agency staff and 165,000 in-place members.
    Liaoning,
}

impl District {
    /// Every district with the word for it on the command line.
    pub const ALL: [(Self, &'static str); 2] = [(Self::Gaoming, "gaoming"), (Self::Liaoning, "liaoning")];

    /// The district with this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|(_, known)| *known == word)
            .map(|(district, _)| district)
    }
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Gaoming => "gaoming",
            Self::Liaoning => "liaoning",
        }
    }
    /// Code of the root of its tree.
    #[must_use]
    pub fn root_code(self) -> &'static str {
        match self {
            Self::Gaoming => "440608",
            Self::Liaoning => "21",
        }
    }
}

/// How to generate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SynthOptions {
    /// The same seed gives the same bytes.
    pub seed: u64,
    /// Whether Gaoming gets its 22,000 in-place members. (Liaoning always has its 165,000.)
    pub members: bool,
    /// Share of the rows of people to spoil, 0 to 1 (beyond: clamped). Members of teams are never spoilt, so that `teams.csv` stays
    /// good; where they are many, fewer rows are spoilt.
    pub dirty: f64,
    /// Share of the people to generate, above 0 to 1 (beyond: clamped), for tests that want the whole tree and few people.
    pub scale: f64,
}

impl Default for SynthOptions {
    fn default() -> Self {
        Self {
            seed: 1,
            members: true,
            dirty: 0.0,
            scale: 1.0,
        }
    }
}

/// What was generated.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SynthReport {
    /// Rows of `divisions.csv`.
    pub units: u32,
    /// Of these agencies.
    pub agencies: u32,
    /// Of these grids.
    pub grids: u32,
    /// Rows of `people.csv`, spoilt ones included.
    pub people: u32,
    /// Of these established and on post.
    pub staff: u32,
    /// Of these contract staff.
    pub contract: u32,
    /// Of these in-place members.
    pub members: u32,
    /// Of these volunteers: the 1+1+N forces.
    pub volunteers: u32,
    /// Teams.
    pub teams: u32,
    /// Of these agency emergency teams.
    pub agency_teams: u32,
    /// Rows of `teams.csv`.
    pub team_members: u32,
    /// 20 % of each unit's established staff, rounded up, summed.
    pub required: u32,
    /// Of the established staff, those in agency teams.
    pub agency_team_members: u32,
    /// Rows of `muster.csv`.
    pub muster_points: u32,
    /// Spoilt rows of `people.csv`.
    pub dirty: u32,
    /// Units that keep duty.
    pub duty_units: u32,
    /// Rows of `duty.csv`.
    pub duty_rows: u32,
    /// Rows of `posts.csv`.
    pub post_rows: u32,
}

/// All rows in memory. Every `row` is the number of the line in the file, the header being line 1.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SynthData {
    /// Parents before children.
    pub units: Vec<UnitRow>,
    /// By unit.
    pub people: Vec<PersonRow>,
    /// By team, the leader first.
    pub teams: Vec<TeamMemberRow>,
    /// By district.
    pub muster_points: Vec<MusterPointRow>,
    /// By unit; nobody is in it who was spoilt.
    pub duty: Vec<DutyRow>,
    /// By unit; nobody holds a post who was spoilt.
    pub posts: Vec<PostRow>,
    /// Rows of `people` that were spoilt.
    pub dirty: Vec<DirtyRow>,
    /// Counts.
    pub report: SynthReport,
    /// The seed, for request ids.
    pub seed: u64,
}

impl SynthData {
    /// The code on the sheet of every muster point, by the muster point's code.
    #[must_use]
    pub fn check_in_codes(&self) -> BTreeMap<String, String> {
        self.muster_points
            .iter()
            .map(|point| (point.code.clone(), point.check_in_code.clone()))
            .collect()
    }
}

/// Why nothing, or not everything, was written.
#[derive(Debug, thiserror::Error)]
pub enum SynthError {
    /// The directory or a file in it cannot be written.
    #[error("cannot write {path}")]
    Io {
        /// Which.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// A row cannot be written.
    #[error("cannot write a row of {file}")]
    Csv {
        /// Of which file.
        file: &'static str,
        /// Why.
        source: csv::Error,
    },
}

/// Writes a district as files into a directory, which is made if it is not there. Files of the same names are replaced.
///
/// # Errors
/// If a file cannot be written.
pub fn write(district: District, options: &SynthOptions, dir: &Path) -> Result<SynthReport, SynthError> {
    let mut files = files::Files::create(dir)?;
    let report = generate(district, options, &mut files)?;
    files.finish(district, options, &report)?;
    Ok(report)
}

/// The rows of a district in memory: the same as [`write()`] writes.
#[must_use]
pub fn rows(district: District, options: &SynthOptions) -> SynthData {
    let mut data = SynthData {
        seed: options.seed,
        ..SynthData::default()
    };
    match generate(district, options, &mut data) {
        Ok(report) => data.report = report,
        Err(never) => match never {},
    }
    data
}

fn generate<S: Sink>(district: District, options: &SynthOptions, sink: &mut S) -> Result<SynthReport, S::Error> {
    match district {
        District::Gaoming => gaoming::generate(options, sink),
        District::Liaoning => liaoning::generate(options, sink),
    }
}

#[cfg(test)]
mod tests;
