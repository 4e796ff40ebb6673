//! The ways in which a scenario can be bad, and the words for them.

use crate::plan::{PlanFault, PlanProblem};

/// Something that is wrong with a scenario, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScenarioProblem {
    /// The key, as it is written in a scenario's file, such as `inject[2].after_minutes`.
    pub key: Box<str>,
    /// What stands there, where that helps.
    pub value: Box<str>,
    /// What is wrong with it.
    pub fault: ScenarioFault,
}

/// The ways in which a scenario can be bad.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScenarioFault {
    /// What can be wrong with an entry of any file: as in a plan's.
    Entry(PlanFault),
    /// It denies that it is an exercise: names the words.
    DeniesExercise(&'static str),
    /// It has the label that comes by itself: names it.
    Label(&'static str),
    /// It is after the end of the window of so many minutes.
    AfterEnd(u64),
    /// A tabletop calls nobody.
    TabletopCalls,
    /// This kind of exercise calls somebody, or there is an order, and nobody is named.
    AudienceNeeded,
    /// There is no plan whose orders could go out, and no order.
    OrderNeeded,
    /// It takes a response, and there is no plan for one.
    PlanNeeded,
    /// Nobody has to arrive anywhere: this is never met.
    NobodyArrives,
    /// Nobody is asked to answer: this is never met.
    NobodyAnswers,
    /// It takes injects, and there are none.
    InjectsNeeded,
    /// This kind of metric has another target: names its key.
    WrongTarget(&'static str),
    /// Injects are numbered from 1 without gaps: this is the number that fits.
    WrongNumber(u32),
    /// It is due before the one above it: names that one's key.
    BeforeAbove(Box<str>),
    /// There are only so many objectives.
    UnknownObjective(u32),
    /// Exactly one of these keys has to be there.
    OneOfKeys(Box<str>),
}

impl ScenarioFault {
    /// The word for it on the wire.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Entry(fault) => fault.word(),
            Self::DeniesExercise(_) => "denies-exercise",
            Self::Label(_) => "label-comes-by-itself",
            Self::AfterEnd(_) => "after-end",
            Self::TabletopCalls => "tabletop-calls",
            Self::AudienceNeeded => "audience-needed",
            Self::OrderNeeded => "order-needed",
            Self::PlanNeeded => "plan-needed",
            Self::NobodyArrives => "nobody-arrives",
            Self::NobodyAnswers => "nobody-answers",
            Self::InjectsNeeded => "injects-needed",
            Self::WrongTarget(_) => "wrong-target",
            Self::WrongNumber(_) => "wrong-number",
            Self::BeforeAbove(_) => "before-above",
            Self::UnknownObjective(_) => "unknown-objective",
            Self::OneOfKeys(_) => "one-of-keys",
        }
    }
    /// What belongs to the word: what there is, the limits, the other key.
    pub fn detail(&self) -> String {
        match self {
            Self::Entry(fault) => fault.detail(),
            Self::DeniesExercise(words) | Self::Label(words) | Self::WrongTarget(words) => (*words).to_owned(),
            Self::AfterEnd(minutes) => minutes.to_string(),
            Self::WrongNumber(number) | Self::UnknownObjective(number) => number.to_string(),
            Self::BeforeAbove(keys) | Self::OneOfKeys(keys) => keys.to_string(),
            Self::TabletopCalls
            | Self::AudienceNeeded
            | Self::OrderNeeded
            | Self::PlanNeeded
            | Self::NobodyArrives
            | Self::NobodyAnswers
            | Self::InjectsNeeded => String::new(),
        }
    }
}

impl From<PlanProblem> for ScenarioProblem {
    fn from(problem: PlanProblem) -> Self {
        let PlanProblem { key, value, fault } = problem;
        Self {
            key,
            value,
            fault: ScenarioFault::Entry(fault),
        }
    }
}
