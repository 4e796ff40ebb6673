//! Objectives (演练目标): a metric with a target and a weight, how far it was met, and the score that follows.

use serde::{Deserialize, Serialize};

/// What is measured. Shares are in tenths of a percent (‰) of the effective target T = called − excused; times in milliseconds from the
/// order. People who were taken by a real event count nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Metric {
    /// Share whom the order reached.
    Reached,
    /// Share who acknowledged within the window.
    Acknowledged,
    /// Share who acknowledged within so many milliseconds.
    AcknowledgedWithin(u64),
    /// Time by which half of those who acknowledged had done so.
    AcknowledgeP50,
    /// Time by which nine of ten of the effective target had acknowledged; unmet if fewer did.
    AcknowledgeP90,
    /// Time of the last acknowledgement; unmet if somebody never did.
    AcknowledgeMax,
    /// Share who had arrived within so many milliseconds (15, 30, 60 minutes).
    AssembledWithin(u64),
    /// Share who arrived within the window.
    Arrived,
    /// Share who arrived in time, of those who arrived.
    OnTime,
    /// Share who declined: less is better.
    Declined,
    /// Share of injects that were done as expected.
    InjectsDone,
}

/// What is measured, without within what time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum MetricKind {
    /// 送达率
    Reached,
    /// 回令率
    Acknowledged,
    /// 限时回令率
    AcknowledgedWithin,
    /// 半数回令用时
    AcknowledgeP50,
    /// 九成回令用时
    AcknowledgeP90,
    /// 全部回令用时
    AcknowledgeMax,
    /// 限时集结率
    AssembledWithin,
    /// 到位率
    Arrived,
    /// 准时率
    OnTime,
    /// 推辞率
    Declined,
    /// 导调信息处置率
    InjectsDone,
}

impl MetricKind {
    /// Every kind with the word for it in files and on the wire.
    pub const ALL: [(Self, &'static str); 11] = [
        (Self::Reached, "reached"),
        (Self::Acknowledged, "acknowledged"),
        (Self::AcknowledgedWithin, "acknowledged-within"),
        (Self::AcknowledgeP50, "acknowledge-p50"),
        (Self::AcknowledgeP90, "acknowledge-p90"),
        (Self::AcknowledgeMax, "acknowledge-max"),
        (Self::AssembledWithin, "assembled"),
        (Self::Arrived, "arrived"),
        (Self::OnTime, "on-time"),
        (Self::Declined, "declined"),
        (Self::InjectsDone, "injects-done"),
    ];
    /// Whether it is measured within a time of its own.
    pub fn has_within(self) -> bool {
        match self {
            Self::AcknowledgedWithin | Self::AssembledWithin => true,
            Self::Reached
            | Self::Acknowledged
            | Self::AcknowledgeP50
            | Self::AcknowledgeP90
            | Self::AcknowledgeMax
            | Self::Arrived
            | Self::OnTime
            | Self::Declined
            | Self::InjectsDone => false,
        }
    }
    /// Which targets it can have.
    pub fn target(self) -> TargetKind {
        match self {
            Self::Reached
            | Self::Acknowledged
            | Self::AcknowledgedWithin
            | Self::AssembledWithin
            | Self::Arrived
            | Self::OnTime
            | Self::InjectsDone => TargetKind::AtLeastShare,
            Self::Declined => TargetKind::AtMostShare,
            Self::AcknowledgeP50 | Self::AcknowledgeP90 | Self::AcknowledgeMax => TargetKind::AtMostTime,
        }
    }
    /// Whether it is about people who arrive somewhere.
    pub fn takes_arrivals(self) -> bool {
        match self {
            Self::AssembledWithin | Self::Arrived | Self::OnTime => true,
            Self::Reached
            | Self::Acknowledged
            | Self::AcknowledgedWithin
            | Self::AcknowledgeP50
            | Self::AcknowledgeP90
            | Self::AcknowledgeMax
            | Self::Declined
            | Self::InjectsDone => false,
        }
    }
    /// The metric of this kind; `within_ms` counts only where [`Self::has_within`].
    pub fn metric(self, within_ms: u64) -> Metric {
        match self {
            Self::Reached => Metric::Reached,
            Self::Acknowledged => Metric::Acknowledged,
            Self::AcknowledgedWithin => Metric::AcknowledgedWithin(within_ms),
            Self::AcknowledgeP50 => Metric::AcknowledgeP50,
            Self::AcknowledgeP90 => Metric::AcknowledgeP90,
            Self::AcknowledgeMax => Metric::AcknowledgeMax,
            Self::AssembledWithin => Metric::AssembledWithin(within_ms),
            Self::Arrived => Metric::Arrived,
            Self::OnTime => Metric::OnTime,
            Self::Declined => Metric::Declined,
            Self::InjectsDone => Metric::InjectsDone,
        }
    }
}

impl Metric {
    /// Which kind.
    pub fn kind(self) -> MetricKind {
        match self {
            Self::Reached => MetricKind::Reached,
            Self::Acknowledged => MetricKind::Acknowledged,
            Self::AcknowledgedWithin(_) => MetricKind::AcknowledgedWithin,
            Self::AcknowledgeP50 => MetricKind::AcknowledgeP50,
            Self::AcknowledgeP90 => MetricKind::AcknowledgeP90,
            Self::AcknowledgeMax => MetricKind::AcknowledgeMax,
            Self::AssembledWithin(_) => MetricKind::AssembledWithin,
            Self::Arrived => MetricKind::Arrived,
            Self::OnTime => MetricKind::OnTime,
            Self::Declined => MetricKind::Declined,
            Self::InjectsDone => MetricKind::InjectsDone,
        }
    }
    /// The time within which it is measured, where it has one.
    pub fn within_ms(self) -> Option<u64> {
        match self {
            Self::AcknowledgedWithin(ms) | Self::AssembledWithin(ms) => Some(ms),
            Self::Reached
            | Self::Acknowledged
            | Self::AcknowledgeP50
            | Self::AcknowledgeP90
            | Self::AcknowledgeMax
            | Self::Arrived
            | Self::OnTime
            | Self::Declined
            | Self::InjectsDone => None,
        }
    }
}

/// What targets a metric can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TargetKind {
    /// At least a share: [`Target::AtLeast`].
    AtLeastShare,
    /// At most a share: [`Target::AtMost`] in ‰.
    AtMostShare,
    /// At most a time: [`Target::AtMost`] in milliseconds.
    AtMostTime,
}

impl TargetKind {
    /// Every kind with the key that it has in a scenario's file.
    pub const ALL: [(Self, &'static str); 3] = [
        (Self::AtLeastShare, "at_least_percent"),
        (Self::AtMostShare, "at_most_percent"),
        (Self::AtMostTime, "at_most_minutes"),
    ];
}

/// What a metric is to come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Target {
    /// At least so many ‰.
    AtLeast(u32),
    /// At most so many ‰, or so many milliseconds.
    AtMost(u64),
}

/// One objective.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Objective {
    /// What it says, such as "5 分钟内九成回令".
    pub name: Box<str>,
    /// The same in English; empty: `name`.
    pub name_en: Box<str>,
    /// What is measured.
    pub metric: Metric,
    /// What it is to come to.
    pub target: Target,
    /// What it counts in the score, against the sum of all weights.
    pub weight: u32,
}

/// How an objective was met (HSEEP, `domain.md` §5.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Rating {
    /// Performed without challenges: the target was met.
    P,
    /// Performed with some challenges.
    S,
    /// Performed with major challenges.
    M,
    /// Unable to be performed.
    U,
}

impl Rating {
    /// Every rating with the word for it on the wire.
    pub const ALL: [(Self, &'static str); 4] = [(Self::P, "P"), (Self::S, "S"), (Self::M, "M"), (Self::U, "U")];
}
