//! Readiness in peacetime: what is missing before anything happens. Silence is loud: a new gap is an event.

mod evaluate;
#[cfg(test)]
mod tests;
mod tick;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use evaluate::{Gap, evaluate, looked_at};
pub(crate) use tick::tick;
pub use tick::{last_due, overdue};

use crate::id::{Timestamp, UnitId};

/// The ways in which a unit can be unready.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum GapKind {
    /// 应急队缺额: the agency team is smaller than it must be.
    TeamShort,
    /// 未建队: there is no agency team, and one is owed.
    TeamMissing,
    /// 队长缺位: the leader of a team has left or cannot serve.
    NoLeader,
    /// 无值班表: a unit that keeps a post has no duty roster.
    NoRoster,
    /// 值班空档: nobody, no lead or too few officers on duty at some time.
    DutyUncovered,
    /// 副队长缺位: a team has no deputy, or one who has left or cannot serve.
    NoDeputy,
    /// 值班冲突: double bookings, too little rest, people on leave.
    DutyConflict,
    /// 花名册过期: the roster was not confirmed for too long, or never.
    RosterStale,
    /// 号码未核实: team members without a phone number that was verified lately.
    Unverified,
    /// 抽查不合格: the last spot check was not passed.
    SpotCheckFailed,
    /// 久未抽查: the post was not checked for too long.
    SpotCheckOverdue,
    /// 1+1+N 缺队: a town, village or group has not the teams of its own that it must have, or they are too small.
    TeamSlot,
}

impl GapKind {
    /// Every kind with the word for it on the wire, most serious first.
    pub const ALL: [(Self, &'static str); 12] = [
        (Self::TeamShort, "team-short"),
        (Self::TeamMissing, "team-missing"),
        (Self::NoLeader, "no-leader"),
        (Self::NoRoster, "no-roster"),
        (Self::DutyUncovered, "duty-uncovered"),
        (Self::NoDeputy, "no-deputy"),
        (Self::DutyConflict, "duty-conflict"),
        (Self::RosterStale, "roster-stale"),
        (Self::Unverified, "unverified"),
        (Self::SpotCheckFailed, "spot-check-failed"),
        (Self::SpotCheckOverdue, "spot-check-overdue"),
        (Self::TeamSlot, "team-slot"),
    ];

    /// Whether orders would not reach the unit or not be carried out.
    pub fn is_serious(self) -> bool {
        self <= Self::DutyUncovered
    }
}

/// One daily evaluation that changed something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evaluation {
    /// When.
    pub at: Timestamp,
    /// What was not missing the time before.
    pub came_up: Vec<(UnitId, GapKind)>,
    /// What is not missing any more.
    pub mended: Vec<(UnitId, GapKind)>,
}

/// What the daily evaluations found.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Readiness {
    began: Option<Timestamp>,
    last: Option<(Timestamp, Timestamp)>,
    open: BTreeMap<(UnitId, GapKind), Timestamp>,
    evaluations: Vec<Evaluation>,
}

impl Readiness {
    /// When the last evaluation was made.
    pub fn evaluated_at(&self) -> Option<Timestamp> {
        self.last.map(|(at, _)| at)
    }
    /// When the last evaluation that was made was due; before the first, when the journal began.
    pub fn evaluated_for(&self) -> Option<Timestamp> {
        self.last.map(|(_, due)| due).or(self.began)
    }
    /// What was missing at the last evaluation, and since which one.
    pub fn open(&self) -> &BTreeMap<(UnitId, GapKind), Timestamp> {
        &self.open
    }
    /// The evaluations that changed something, in order.
    pub fn evaluations(&self) -> &[Evaluation] {
        &self.evaluations
    }

    pub(crate) fn began(&mut self, at: Timestamp) {
        self.began = Some(at);
    }

    pub(crate) fn evaluated(
        &mut self,
        at: Timestamp,
        due: Timestamp,
        came_up: &[(UnitId, GapKind)],
        mended: &[(UnitId, GapKind)],
    ) {
        self.last = Some((at, due));
        mended.iter().for_each(|gap| {
            self.open.remove(gap);
        });
        self.open.extend(came_up.iter().map(|gap| (*gap, at)));
        if !came_up.is_empty() || !mended.is_empty() {
            self.evaluations.push(Evaluation {
                at,
                came_up: came_up.to_vec(),
                mended: mended.to_vec(),
            });
        }
    }
}
