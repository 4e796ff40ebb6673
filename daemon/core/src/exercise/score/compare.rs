//! Against the last runs: the same scenario, in the same unit, with the same kind of people.

use serde::{Deserialize, Serialize};

use super::Basis;
use super::figures::Figures;
use crate::id::{Timestamp, UnitId};

/// When a change is one, and how far back to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComparePolicy {
    /// A score so many tenths higher is better, one so many lower is worse; in between it is the same.
    pub trend_tenths: u16,
    /// How many earlier runs are shown.
    pub runs: usize,
}

impl Default for ComparePolicy {
    fn default() -> Self {
        Self {
            trend_tenths: 20,
            runs: 8,
        }
    }
}

/// The figures of a run, or of one unit of it, that runs are compared by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunSummary {
    /// Number of the run.
    pub run: u32,
    /// When it started.
    pub at: Timestamp,
    /// Code of its scenario; versions of one scenario are compared with each other.
    pub scenario: Box<str>,
    /// Whose figures: the unit that it ran in, or one of it.
    pub unit: UnitId,
    /// Of real people or of simulated ones.
    pub basis: Basis,
    /// Score in tenths; none: nothing was assessed.
    pub score: Option<u16>,
    /// T
    pub target: u32,
    /// Reached, in ‰ of T.
    pub reached: Option<u32>,
    /// Acknowledged, in ‰ of T.
    pub acknowledged: Option<u32>,
    /// Arrived, in ‰ of T.
    pub arrived: Option<u32>,
    /// Time by which half of those who acknowledged had.
    pub ack_p50_ms: Option<u64>,
    /// Time by which nine of ten had acknowledged.
    pub ack_p90_ms: Option<u64>,
    /// Time by which nine of ten had arrived.
    pub arrive_p90_ms: Option<u64>,
}

impl RunSummary {
    /// Takes the rest from the figures.
    pub fn new(
        (run, at): (u32, Timestamp),
        scenario: &str,
        unit: UnitId,
        basis: Basis,
        score: Option<u16>,
        figures: &Figures,
    ) -> Self {
        Self {
            run,
            at,
            scenario: scenario.into(),
            unit,
            basis,
            score,
            target: figures.target,
            reached: figures.permille(figures.reached),
            acknowledged: figures.permille(figures.acknowledged),
            arrived: figures.permille(figures.arrived),
            ack_p50_ms: figures.ack_p50_ms,
            ack_p90_ms: figures.ack_p90_ms,
            arrive_p90_ms: figures.arrive_p90_ms,
        }
    }

    fn is_before(&self, other: &Self) -> bool {
        (self.at, self.run) < (other.at, other.run)
    }

    fn is_like(&self, other: &Self) -> bool {
        self.scenario == other.scenario && self.unit == other.unit && self.basis == other.basis
    }
}

/// Which way it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Trend {
    /// 提升
    Better,
    /// 持平
    Same,
    /// 下降
    Worse,
}

impl Trend {
    /// Every trend with the word for it in files and on the wire.
    pub const ALL: [(Self, &'static str); 3] = [(Self::Better, "better"), (Self::Same, "same"), (Self::Worse, "worse")];
}

/// This run less an earlier one. None where either has no such figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Deltas {
    /// Tenths of a point.
    pub score: Option<i64>,
    /// ‰ of T.
    pub reached: Option<i64>,
    /// ‰ of T.
    pub acknowledged: Option<i64>,
    /// ‰ of T.
    pub arrived: Option<i64>,
    /// Milliseconds: less is better.
    pub ack_p50_ms: Option<i64>,
    /// Milliseconds: less is better.
    pub ack_p90_ms: Option<i64>,
    /// Milliseconds: less is better.
    pub arrive_p90_ms: Option<i64>,
}

/// A run against those before it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Comparison {
    /// The last of them that are like it, oldest first.
    pub earlier: Vec<RunSummary>,
    /// Against the very last; none: it is the first.
    pub deltas: Option<Deltas>,
    /// By the score against the last run that has one; none: there is none, or this one has no score.
    pub trend: Option<Trend>,
}

/// Compares `run` with those of `others` that came before it and are like it, in whatever order they stand.
pub fn compare(run: &RunSummary, others: &[RunSummary], policy: &ComparePolicy) -> Comparison {
    let mut earlier: Vec<&RunSummary> = others
        .iter()
        .filter(|other| other.is_before(run) && other.is_like(run))
        .collect();
    earlier.sort_by_key(|other| (other.at, other.run));
    let last_score = earlier.iter().rev().find_map(|other| other.score);
    Comparison {
        deltas: earlier.last().map(|last| deltas(run, last)),
        trend: run.score.zip(last_score).map(|(now, then)| trend(now, then, policy)),
        earlier: earlier
            .iter()
            .skip(earlier.len().saturating_sub(policy.runs))
            .copied()
            .cloned()
            .collect(),
    }
}

fn trend(now: u16, then: u16, policy: &ComparePolicy) -> Trend {
    if now.abs_diff(then) < policy.trend_tenths.max(1) {
        Trend::Same
    } else if now > then {
        Trend::Better
    } else {
        Trend::Worse
    }
}

fn deltas(run: &RunSummary, last: &RunSummary) -> Deltas {
    Deltas {
        score: less(run.score, last.score),
        reached: less(run.reached, last.reached),
        acknowledged: less(run.acknowledged, last.acknowledged),
        arrived: less(run.arrived, last.arrived),
        ack_p50_ms: less(run.ack_p50_ms, last.ack_p50_ms),
        ack_p90_ms: less(run.ack_p90_ms, last.ack_p90_ms),
        arrive_p90_ms: less(run.arrive_p90_ms, last.arrive_p90_ms),
    }
}

fn less<T: Into<u64>>(now: Option<T>, then: Option<T>) -> Option<i64> {
    let (now, then) = now.zip(then)?;
    let signed = |number: T| i64::try_from(number.into()).unwrap_or(i64::MAX);
    Some(signed(now) - signed(then))
}
