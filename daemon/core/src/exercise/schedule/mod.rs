//! Schedules (演练计划): when which scenario runs where. Data in the journal; what is due follows from the time that was told, never from a
//! timer that could be lost.
//!
//! `cron.rs` reads expressions, `occur.rs` says which occurrences a rule has, `settle.rs` what is to be done with those that are due,
//! and `check.rs` what is wrong with a rule: arithmetic on what is passed in. `plan.rs` keeps the schedules, `lay_down.rs` and `change.rs`
//! decide on them, `secrecy.rs` says who may know of them before, and `due.rs` starts what is due.

mod change;
mod check;
mod cron;
mod due;
mod lay_down;
mod occur;
mod plan;
mod secrecy;
mod settle;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use super::run::Role;
use super::scenario::Notice;
use crate::calendar::DayKinds;
use crate::id::{PersonId, ScheduleId, Timestamp, UnitId};

pub use change::{ChangeSchedule, SKIPPED_MAX, ScheduleTo};
pub use check::{LATENESS_MAX_MS, OCCURRENCES_A_YEAR_MAX, RuleFault, SPREAD_MAX_MS, check};
pub use cron::{CronError, EXPRESSION_BYTES_MAX, Field};
pub(crate) use due::fire;
pub use lay_down::{SCHEDULES_MAX, ScheduleExercise};
pub use occur::{Occurrences, SEARCH_DAYS, Starting, next, starting, within};
pub use plan::{Outcome, SETTLED_KEPT, Schedule, ScheduleChange, Schedules, Skip};
pub use settle::{ON_TIME_MS, SETTLED_MAX, Settlement, Watermark, Why, settle};

/// When it comes round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Recurrence {
    /// Once, at this instant.
    Once(Timestamp),
    /// By a cron expression of five fields, on the wall clock of the schedule's zone.
    Cron(Box<str>),
}

/// What becomes of occurrences that nobody saw, because the daemon was down or suspended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum CatchUp {
    /// Every one is made up for, as long as it is not too late.
    All,
    /// Only the last is.
    Latest,
    /// None is.
    None,
}

impl CatchUp {
    /// Every policy with the word for it in files and on the wire.
    pub const ALL: [(Self, &'static str); 3] = [(Self::All, "all"), (Self::Latest, "latest"), (Self::None, "none")];
}

/// The rule of a schedule: everything that says when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// When it comes round.
    pub recurrence: Recurrence,
    /// IANA name of the zone whose wall clock counts. An occurrence in a gap of that clock is at the gap's end, one in an hour that comes
    /// twice is in the first.
    pub zone: Box<str>,
    /// Only on days of these kinds, by the statutory calendar; on others it does not come round, and nothing is missed there.
    pub days: DayKinds,
    /// It starts at a random instant in the window of this length from the occurrence on; 0: at the occurrence.
    pub spread_ms: u64,
    /// What that instant is drawn from, with the occurrence.
    pub seed: u64,
    /// What becomes of occurrences that nobody saw.
    pub catch_up: CatchUp,
    /// An occurrence that could not be started within this time after its start is missed.
    pub max_lateness_ms: u64,
}

/// One schedule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduleSpec {
    /// Code of the scenario; the version is that of the day it runs.
    pub scenario: Box<str>,
    /// Where it runs.
    pub unit: UnitId,
    /// When.
    pub rule: Rule,
    /// Who directs the runs; sees what nobody else sees before.
    pub director: PersonId,
    /// Who else conducts them.
    pub staff: Vec<(Role, PersonId)>,
    /// Units whose people are simulated, in order.
    pub simulated: Vec<UnitId>,
    /// How fast exercise time passes; above 1 only if everybody is simulated.
    pub rate: u32,
    /// The occurrence whose place it takes, if one was postponed.
    pub instead_of: Option<(ScheduleId, Timestamp)>,
    /// How much players were to know when it was laid down (E3); none: that was before this was kept, and follows from the scenario of
    /// that day.
    pub notice: Option<Notice>,
}

/// One occurrence of a rule: its nominal instant names it, so that it happens once whatever the clock does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Occurrence {
    /// By the rule.
    pub nominal: Timestamp,
    /// When it starts: with a spread, later than that.
    pub start: Timestamp,
}
