//! Scenarios (演练脚本) as data: who is called, what is exercised, what is put in on the way, and what is asked of it.
//!
//! The scenarios that ship are part of the policy, as version 0. An import makes a version of its own, kept for ever: a run keeps the one
//! that it was started with. A scenario is checked before it is taken, and never again.

mod check;
mod fault;
mod inject;
#[cfg(test)]
pub(crate) mod tests;
mod versions;

use serde::{Deserialize, Serialize};

pub use check::{
    INJECTS_MAX, OBJECTIVES_MAX, SCENARIO_ORDER_MAX, SCENARIO_TEXT_MAX, UNIT_MIN_MAX, WEIGHT_MAX, WINDOW_MAX_MS, check,
};
pub use fault::{ScenarioFault, ScenarioProblem};
pub use inject::{Expectation, ExpectationKind, Inject, Trigger, TriggerKind};
pub use versions::{ScenarioVersion, Scenarios};

use super::objective::Objective;
use crate::duty::Position;
use crate::response::Level;
use crate::team::TeamKind;

/// What kind of exercise (`domain.md` §5.1, §5.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ExerciseKind {
    /// 拉动: are people reached, and do they answer?
    CallOut,
    /// 集结点验: do they assemble in time?
    Muster,
    /// 桌面推演: talked through; nobody is called.
    Tabletop,
    /// 功能演练: command and its decisions, with nobody in the field.
    Functional,
    /// 实战演练: everything.
    Full,
}

impl ExerciseKind {
    /// Every kind with the word for it in files and on the wire.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::CallOut, "call-out"),
        (Self::Muster, "muster"),
        (Self::Tabletop, "tabletop"),
        (Self::Functional, "functional"),
        (Self::Full, "full"),
    ];
}

/// What is exercised: one thing, or how several work together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Content {
    /// 单项
    Single,
    /// 综合
    Comprehensive,
}

impl Content {
    /// Both with the word for it in files and on the wire.
    pub const ALL: [(Self, &'static str); 2] = [(Self::Single, "single"), (Self::Comprehensive, "comprehensive")];
}

/// How much those who take part know before (`domain.md` §5.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Notice {
    /// Time, place and content.
    Full,
    /// That there will be one, and within which time.
    Partial,
    /// Nothing (双盲): readable by the director only until it starts (E3).
    None,
}

impl Notice {
    /// Every extent with the word for it in files and on the wire.
    pub const ALL: [(Self, &'static str); 3] = [(Self::Full, "full"), (Self::Partial, "partial"), (Self::None, "none")];
}

/// One scenario. Nothing in it is a person or a place: where it runs is said when it is started or scheduled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scenario {
    /// Short name, such as `night-call-out`: lower-case letters, digits and hyphens.
    pub code: Box<str>,
    /// 名称
    pub name: Box<str>,
    /// The name in English, for reports in English; empty: `name`.
    pub name_en: Box<str>,
    /// 演练目的
    pub purpose: Box<str>,
    /// 方案概要
    pub outline: Box<str>,
    /// What kind of exercise.
    pub kind: ExerciseKind,
    /// One thing or several.
    pub content: Content,
    /// How much is known before.
    pub notice: Notice,
    /// Kind of the plan (预案) that is exercised; empty: none, and then nothing that takes a response is asked for.
    pub plan: Box<str>,
    /// At which level.
    pub level: Level,
    /// Whom it calls.
    pub audience: ScenarioAudience,
    /// The order that goes out at the start; none: the plan's own orders, as in a real switch, or none at all at a tabletop.
    pub order: Option<ScenarioOrder>,
    /// How long it runs: what comes later is no answer (E2).
    pub window_ms: u64,
    /// Ends as soon as everybody who is called has arrived, is excused, or is absent.
    pub ends_when_complete: bool,
    /// What is asked of it.
    pub objectives: Vec<Objective>,
    /// The list of injects (MSEL), in the order of their numbers, which start at 1.
    pub injects: Vec<Inject>,
    /// Units with fewer people than this are counted and not compared.
    pub unit_min: u32,
    /// How simulated responders behave: the name of a profile.
    pub behaviour: Box<str>,
}

/// Whom a scenario calls, within the unit that it runs in.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ScenarioAudience {
    /// Teams of these kinds.
    pub teams: Vec<TeamKind>,
    /// Those on duty in these positions when it starts.
    pub on_duty: Vec<Position>,
    /// All established staff.
    pub staff: bool,
    /// Party members who live there.
    pub members: bool,
}

impl ScenarioAudience {
    /// Whether it names nobody.
    pub fn is_empty(&self) -> bool {
        let Self {
            teams,
            on_duty,
            staff,
            members,
        } = self;
        teams.is_empty() && on_duty.is_empty() && !staff && !members
    }
}

/// The order of a scenario.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScenarioOrder {
    /// What people read, without 【演练】, which comes by itself.
    pub text: Box<str>,
    /// Time to acknowledge.
    pub acknowledge_ms: u64,
    /// Time to arrive; none: nobody has to go anywhere.
    pub arrive_ms: Option<u64>,
    /// How long after it one is late and not yet absent; none: the policy's.
    pub grace_ms: Option<u64>,
    /// Where to report, by code; empty: every muster point of the unit that it runs in.
    pub muster_points: Vec<Box<str>>,
}
