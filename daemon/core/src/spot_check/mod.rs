//! Spot checks (抽查): is who should be on duty there, and do they answer?
//!
//! A check is planned, asked, and ends with a result. Whom it concerns is what the one resolver of duty says at the instant it is
//! asked, and stays with it. An unannounced check keeps its instant to itself until then (E3).

mod answer;
mod cancel;
mod plan;
mod record;
#[cfg(test)]
mod tests;
mod timers;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub use answer::AnswerSpotCheck;
pub use cancel::CancelSpotCheck;
pub use plan::PlanSpotChecks;
pub use record::RecordSpotCheck;
pub(crate) use timers::fire_timers;

use crate::command::Actor;
use crate::duty::{Position, on_duty};
use crate::id::{PersonId, PersonSet, Revision, SpotCheckId, Timestamp, UnitId};
use crate::policy::SpotCheckPolicy;
use crate::state::State;

/// How a post is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Method {
    /// Asked over the stream of who is on duty.
    Stream,
    /// 电话
    Phone,
    /// 视频
    Video,
    /// 实地
    Visit,
}

impl Method {
    /// Every method with the word for it in files and on the wire.
    pub const ALL: [(Self, &'static str); 4] = [
        (Self::Stream, "stream"),
        (Self::Phone, "phone"),
        (Self::Video, "video"),
        (Self::Visit, "visit"),
    ];
}

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum SpotCheckResult {
    /// 合格: who is on duty answered at once, from the post.
    Pass,
    /// 迟答: they answered later than that.
    Late,
    /// 无人应答: nobody answered, or nobody was on duty.
    NoAnswer,
    /// 非值班人员: only somebody else answered.
    WrongPerson,
    /// 脱岗: who is on duty was not at the post.
    OffPost,
}

impl SpotCheckResult {
    /// Every result with the word for it on the wire.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::Pass, "pass"),
        (Self::Late, "late"),
        (Self::NoAnswer, "no-answer"),
        (Self::WrongPerson, "wrong-person"),
        (Self::OffPost, "off-post"),
    ];

    /// The result of an answer by `person`, so long after it was asked.
    fn of(
        rostered: &PersonSet,
        person: Option<PersonId>,
        on_post: bool,
        took_ms: i64,
        policy: &SpotCheckPolicy,
    ) -> Self {
        if !person.is_some_and(|person| rostered.contains(person)) {
            Self::WrongPerson
        } else if !on_post {
            Self::OffPost
        } else if took_ms <= i64::try_from(policy.pass_ms).unwrap_or(i64::MAX) {
            Self::Pass
        } else {
            Self::Late
        }
    }
}

/// Where a check stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Phase {
    /// To be asked.
    Planned,
    /// Asked and not ended.
    Asked,
    /// Ended.
    Ended(SpotCheckResult),
    /// Taken back before it was asked.
    Cancelled,
}

/// A check as it is planned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Planned {
    /// Its id.
    pub id: SpotCheckId,
    /// Whose post.
    pub unit: UnitId,
    /// Beginning of the window.
    pub from: Timestamp,
    /// End of the window.
    pub until: Timestamp,
    /// When it is asked; not shown before.
    pub at: Timestamp,
}

/// What was asked, of whom, and until when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// When.
    pub at: Timestamp,
    /// Who was on duty then, at the post.
    pub rostered: PersonSet,
    /// An answer until then passes.
    pub pass_until: Timestamp,
    /// An answer until then is late.
    pub late_until: Timestamp,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpotAnswer {
    /// Who; none if it is not known who picked up.
    pub person: Option<PersonId>,
    /// When.
    pub at: Timestamp,
    /// What it comes to.
    pub result: SpotCheckResult,
    /// What was written.
    pub note: Box<str>,
}

/// One check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpotCheck {
    /// As planned; of a recorded one, the instant it was asked.
    pub plan: Planned,
    /// How.
    pub method: Method,
    /// Who planned or made it.
    pub by: Actor,
    /// Where it stands.
    pub phase: Phase,
    /// What was asked, once it was.
    pub asked: Option<Asked>,
    /// The answers of people who are not on duty, and the one that counts, which is the last.
    pub answers: Vec<SpotAnswer>,
    /// The state at which who is on duty was last to be told.
    pub announced: Revision,
}

impl SpotCheck {
    /// The answer that decided it.
    pub fn answer(&self) -> Option<&SpotAnswer> {
        self.answers.last()
    }
    fn next_deadline(&self) -> Option<Timestamp> {
        match self.phase {
            Phase::Planned => Some(self.plan.at),
            Phase::Asked => self.asked.as_ref().map(|asked| asked.late_until),
            Phase::Ended(_) | Phase::Cancelled => None,
        }
    }
}

/// Answers by people who are not on duty are kept up to here.
pub const ANSWERS_MAX: usize = 8;

/// All checks.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SpotChecks {
    rows: Vec<SpotCheck>,
    timers: BTreeSet<(Timestamp, SpotCheckId)>,
    last_ended: BTreeMap<UnitId, SpotCheckId>,
    announced: BTreeMap<Revision, SpotCheckId>,
}

impl SpotChecks {
    /// The check with this id.
    pub fn get(&self, check: SpotCheckId) -> Option<&SpotCheck> {
        check.0.checked_sub(1).and_then(|index| self.rows.get(index as usize))
    }
    /// Every check, in the order of their ids.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &SpotCheck> {
        self.rows.iter()
    }
    /// The last check of a unit that has ended, with its result.
    pub fn last_of(&self, unit: UnitId) -> Option<(&SpotCheck, SpotCheckResult)> {
        let check = self.get(*self.last_ended.get(&unit)?)?;
        match check.phase {
            Phase::Ended(result) => Some((check, result)),
            Phase::Planned | Phase::Asked | Phase::Cancelled => None,
        }
    }
    /// When something is to be asked or ends by itself.
    pub fn next_deadline(&self) -> Option<Timestamp> {
        self.timers.first().map(|(at, _)| *at)
    }
    /// Checks of which something was announced after `cursor`, in that order; from the beginning, only those that are open.
    pub fn announced_after(&self, cursor: Revision) -> impl Iterator<Item = &SpotCheck> {
        use std::ops::Bound;
        let after = self.announced.range((Bound::Excluded(cursor), Bound::Unbounded));
        let rows = after.map(|(_, id)| &self.rows[id.index()]);
        rows.filter(move |row| cursor.0 > 0 || row.phase == Phase::Asked)
    }
    pub(crate) fn next_id(&self) -> SpotCheckId {
        SpotCheckId::from_index(self.rows.len())
    }
    fn due(&self, at: Timestamp) -> impl Iterator<Item = &SpotCheck> {
        let due = self.timers.iter().take_while(move |(due, _)| *due <= at);
        due.map(|(_, id)| &self.rows[id.index()])
    }

    fn change(&mut self, id: SpotCheckId, change: impl FnOnce(&mut SpotCheck)) {
        let row = &mut self.rows[id.index()];
        let before = row.next_deadline();
        self.announced.remove(&row.announced);
        change(row);
        let after = row.next_deadline();
        if row.announced.0 > 0 {
            self.announced.insert(row.announced, id);
        }
        if matches!(row.phase, Phase::Ended(_)) {
            self.last_ended.insert(row.plan.unit, id);
        }
        if let Some(before) = before {
            self.timers.remove(&(before, id));
        }
        if let Some(after) = after {
            self.timers.insert((after, id));
        }
    }

    pub(crate) fn planned(&mut self, plan: &Planned, by: &Actor) {
        self.timers.insert((plan.at, plan.id));
        self.rows.push(SpotCheck {
            plan: plan.clone(),
            method: Method::Stream,
            by: by.clone(),
            phase: Phase::Planned,
            asked: None,
            answers: Vec::new(),
            announced: Revision(0),
        });
    }

    pub(crate) fn asked(&mut self, id: SpotCheckId, asked: &Asked, revision: Revision) {
        self.change(id, |row| {
            row.phase = Phase::Asked;
            row.asked = Some(asked.clone());
            row.announced = revision;
        });
    }

    pub(crate) fn answered(&mut self, id: SpotCheckId, answer: &SpotAnswer, revision: Revision) {
        self.change(id, |row| {
            if answer.result == SpotCheckResult::WrongPerson {
                if row.answers.len() < ANSWERS_MAX {
                    row.answers.push(answer.clone());
                }
            } else {
                row.answers.push(answer.clone());
                row.phase = Phase::Ended(answer.result);
                row.announced = revision;
            }
        });
    }

    pub(crate) fn ended(&mut self, id: SpotCheckId, result: SpotCheckResult, revision: Revision) {
        self.change(id, |row| {
            row.phase = Phase::Ended(result);
            row.announced = revision;
        });
    }

    pub(crate) fn cancelled(&mut self, id: SpotCheckId) {
        self.change(id, |row| row.phase = Phase::Cancelled);
    }

    pub(crate) fn recorded(
        &mut self,
        plan: &Planned,
        method: Method,
        asked: &Asked,
        answer: Option<&SpotAnswer>,
        result: SpotCheckResult,
        by: &Actor,
    ) {
        // Written down late, it may be older than one that is known.
        let known = self.last_of(plan.unit).and_then(|(check, _)| check.asked.as_ref());
        if known.is_none_or(|known| known.at <= asked.at) {
            self.last_ended.insert(plan.unit, plan.id);
        }
        self.rows.push(SpotCheck {
            plan: plan.clone(),
            method,
            by: by.clone(),
            phase: Phase::Ended(result),
            asked: Some(asked.clone()),
            answers: answer.cloned().into_iter().collect(),
            announced: Revision(0),
        });
    }
}

/// Who is at the post of a unit by the roster: standby is not.
fn at_post(state: &State, unit: UnitId, at: Timestamp) -> PersonSet {
    let on_duty = on_duty(state.duty_view(), unit, at);
    let at_post = on_duty.holders.iter().filter(|holder| match holder.position {
        Position::Lead | Position::Officer => !holder.on_leave,
        Position::Standby => false,
    });
    at_post.map(|holder| holder.person).collect()
}
