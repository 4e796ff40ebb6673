//! Injects (导调信息): the rows of the MSEL, what sets each off, and what it is expected to lead to.

use serde::{Deserialize, Serialize};

use crate::response::Level;

/// When an inject is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Trigger {
    /// So long after the start.
    After(u64),
    /// When at least so many percent of those called have acknowledged.
    Acknowledged(u8),
    /// When at least so many percent of those called have arrived.
    Arrived(u8),
    /// When the response of the exercise has reached this level.
    Level(Level),
    /// Only by hand.
    ByHand,
}

/// When an inject is due, without how long or how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum TriggerKind {
    /// So long after the start.
    After,
    /// When so many have acknowledged.
    Acknowledged,
    /// When so many have arrived.
    Arrived,
    /// When the response has reached a level.
    Level,
    /// Only by hand.
    ByHand,
}

impl TriggerKind {
    /// Every kind with the word for it on the wire.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::After, "after"),
        (Self::Acknowledged, "acknowledged"),
        (Self::Arrived, "arrived"),
        (Self::Level, "level"),
        (Self::ByHand, "by-hand"),
    ];
}

impl Trigger {
    /// Which kind.
    pub fn kind(&self) -> TriggerKind {
        match self {
            Self::After(_) => TriggerKind::After,
            Self::Acknowledged(_) => TriggerKind::Acknowledged,
            Self::Arrived(_) => TriggerKind::Arrived,
            Self::Level(_) => TriggerKind::Level,
            Self::ByHand => TriggerKind::ByHand,
        }
    }
}

/// What players are expected to do, where the system itself can see whether they did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Expectation {
    /// Nothing it could see: a controller says what came of it.
    Observed,
    /// Command is handed over (B takes over from A).
    HandOver,
    /// The response reaches this level or a higher one.
    Level(Level),
    /// The response is brought to this level or a lower one.
    LevelDown(Level),
    /// A further order is issued, or a newer version of one.
    Order,
    /// A situation report is filed.
    Report,
    /// Reinforcement is asked for.
    Reinforcement,
    /// Windows for in-place reports are opened.
    InPlaceWindow,
    /// A temporary branch is proposed.
    Branch,
    /// At least so many percent of those called have acknowledged.
    Acknowledged(u8),
    /// At least so many percent of those called have arrived.
    Arrived(u8),
}

/// What players are expected to do, without which level or how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ExpectationKind {
    /// A controller says.
    Observed,
    /// 指挥权交接
    HandOver,
    /// 升级
    Level,
    /// 降级
    LevelDown,
    /// 下达或更新指令
    Order,
    /// 信息报告
    Report,
    /// 请求增援
    Reinforcement,
    /// 开放就地报到窗口
    InPlaceWindow,
    /// 提出设立临时党支部
    Branch,
    /// 回令率
    Acknowledged,
    /// 到位率
    Arrived,
}

impl ExpectationKind {
    /// Every kind with the word for it in files and on the wire.
    pub const ALL: [(Self, &'static str); 11] = [
        (Self::Observed, "observed"),
        (Self::HandOver, "hand-over"),
        (Self::Level, "level"),
        (Self::LevelDown, "level-down"),
        (Self::Order, "order"),
        (Self::Report, "report"),
        (Self::Reinforcement, "reinforcement"),
        (Self::InPlaceWindow, "in-place-window"),
        (Self::Branch, "branch"),
        (Self::Acknowledged, "acknowledged"),
        (Self::Arrived, "arrived"),
    ];
    /// Whether it is about a level.
    pub fn has_level(self) -> bool {
        match self {
            Self::Level | Self::LevelDown => true,
            Self::Observed
            | Self::HandOver
            | Self::Order
            | Self::Report
            | Self::Reinforcement
            | Self::InPlaceWindow
            | Self::Branch
            | Self::Acknowledged
            | Self::Arrived => false,
        }
    }
    /// Whether it is about a percentage of those called.
    pub fn has_percent(self) -> bool {
        match self {
            Self::Acknowledged | Self::Arrived => true,
            Self::Observed
            | Self::HandOver
            | Self::Level
            | Self::LevelDown
            | Self::Order
            | Self::Report
            | Self::Reinforcement
            | Self::InPlaceWindow
            | Self::Branch => false,
        }
    }
    /// Whether it takes a response by a plan.
    pub fn takes_response(self) -> bool {
        match self {
            Self::HandOver
            | Self::Level
            | Self::LevelDown
            | Self::Report
            | Self::Reinforcement
            | Self::InPlaceWindow
            | Self::Branch => true,
            Self::Observed | Self::Order | Self::Acknowledged | Self::Arrived => false,
        }
    }
}

impl Expectation {
    /// Which kind.
    pub fn kind(self) -> ExpectationKind {
        match self {
            Self::Observed => ExpectationKind::Observed,
            Self::HandOver => ExpectationKind::HandOver,
            Self::Level(_) => ExpectationKind::Level,
            Self::LevelDown(_) => ExpectationKind::LevelDown,
            Self::Order => ExpectationKind::Order,
            Self::Report => ExpectationKind::Report,
            Self::Reinforcement => ExpectationKind::Reinforcement,
            Self::InPlaceWindow => ExpectationKind::InPlaceWindow,
            Self::Branch => ExpectationKind::Branch,
            Self::Acknowledged(_) => ExpectationKind::Acknowledged,
            Self::Arrived(_) => ExpectationKind::Arrived,
        }
    }
}

/// One inject (导调信息): a row of the MSEL.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inject {
    /// From 1 without gaps.
    pub number: u32,
    /// When.
    pub trigger: Trigger,
    /// Who says so in the story, such as "市气象台".
    pub from: Box<str>,
    /// To whom: a command role or "all".
    pub to: Box<str>,
    /// Over which channel in the story, such as "电话".
    pub channel: Box<str>,
    /// What is said.
    pub text: Box<str>,
    /// What is expected, in words.
    pub expected: Box<str>,
    /// What of it the system sees.
    pub expects: Expectation,
    /// Within what time of the inject; none: no limit.
    pub within_ms: Option<u64>,
    /// Number of the objective that it serves, from 1; 0: none.
    pub objective: u32,
    /// Role of the controller who puts it in, such as "导调组".
    pub controller: Box<str>,
}
