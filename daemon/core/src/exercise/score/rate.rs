//! Rating: how far each objective was met, and the score and conclusion that follow from the weights.
//!
//! How far, always in ‰ of what was asked, rounded down, so that 1000 is "met" and nothing else:
//! - at least a share: the share there is, of the share asked;
//! - at most a share: those who did not, of those who were not to ("at most 5 % decline" is "at least 95 % do not");
//! - a time by which so many have answered: those who had by then, of so many. That falls with each person who is missing, where a ratio
//!   of times would fall to nothing with the first who never answers.

use serde::{Deserialize, Serialize};

use super::figures::{Crowd, by, rank};
use crate::exercise::inject::{InjectOutcome, Verdict};
use crate::exercise::objective::{Metric, Objective, Rating, Target};
use crate::exercise::scenario::Inject;

/// Where ratings and conclusions begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RatingPolicy {
    /// An objective met so far (‰) is S; below it, M. Met in full, it is P.
    pub some_permille: u32,
    /// An objective met so far (‰) is M; below it, U.
    pub major_permille: u32,
    /// A score of so many tenths is 优.
    pub excellent: u16,
    /// A score of so many tenths is 良.
    pub good: u16,
    /// A score of so many tenths is 中; below it, 差.
    pub fair: u16,
}

impl Default for RatingPolicy {
    fn default() -> Self {
        Self {
            some_permille: 900,
            major_permille: 700,
            excellent: 900,
            good: 800,
            fair: 600,
        }
    }
}

impl RatingPolicy {
    /// How an objective was met that was met so far.
    pub fn rating(&self, met_permille: u32) -> Rating {
        if met_permille >= 1000 {
            Rating::P
        } else if met_permille >= self.some_permille {
            Rating::S
        } else if met_permille >= self.major_permille {
            Rating::M
        } else {
            Rating::U
        }
    }

    /// What a score in tenths comes to.
    pub fn conclusion(&self, score: u16) -> Conclusion {
        if score >= self.excellent {
            Conclusion::Excellent
        } else if score >= self.good {
            Conclusion::Good
        } else if score >= self.fair {
            Conclusion::Fair
        } else {
            Conclusion::Poor
        }
    }
}

/// What a score comes to, in the words of the Chinese standard (GB/T 46792 annex D).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Conclusion {
    /// 优
    Excellent,
    /// 良
    Good,
    /// 中
    Fair,
    /// 差
    Poor,
}

impl Conclusion {
    /// Every conclusion with the word for it in files and on the wire.
    pub const ALL: [(Self, &'static str); 4] = [
        (Self::Excellent, "excellent"),
        (Self::Good, "good"),
        (Self::Fair, "fair"),
        (Self::Poor, "poor"),
    ];
}

/// Why an objective is not assessed. Its weight then leaves the sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum NotAssessed {
    /// Nobody was called, or all who were are excused or taken by a real event.
    NobodyCalled,
    /// No inject was judged that it could be measured by.
    NoInjects,
    /// The target does not fit the metric, such as "at least" of a time.
    Unfit,
}

impl NotAssessed {
    /// Every reason with the word for it in files and on the wire.
    pub const ALL: [(Self, &'static str); 3] = [
        (Self::NobodyCalled, "nobody-called"),
        (Self::NoInjects, "no-injects"),
        (Self::Unfit, "unfit"),
    ];
}

/// What was measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Value {
    /// A share in ‰, rounded away from the target.
    Permille(u32),
    /// A time in milliseconds; none: never.
    Time(Option<u64>),
}

/// What came of an objective that could be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measured {
    /// What was measured.
    pub value: Value,
    /// How far the target was met, in ‰.
    pub met_permille: u32,
    /// How it was met.
    pub rating: Rating,
}

/// What came of one objective.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assessed {
    /// Its number in the scenario, from 1.
    pub number: u32,
    /// What it counts.
    pub weight: u32,
    /// What came of it, or why it is not assessed.
    pub result: Result<Measured, NotAssessed>,
}

/// What came of all objectives.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Rated {
    /// Each of the scenario's, in order.
    pub objectives: Vec<Assessed>,
    /// The mean of how far they were met, by weight, in tenths of a point (0 to 1000), rounded down; none: none was assessed, or those that
    /// were weigh nothing.
    pub score: Option<u16>,
    /// What that comes to.
    pub conclusion: Option<Conclusion>,
}

/// Rates `objectives` for these people and what came of these injects of the scenario.
pub fn rate(
    objectives: &[Objective],
    crowd: &Crowd,
    injects: &[Inject],
    outcomes: &[InjectOutcome],
    policy: &RatingPolicy,
) -> Rated {
    let assessed: Vec<Assessed> = (1_u32..)
        .zip(objectives)
        .map(|(number, objective)| {
            let result = match objective.metric {
                Metric::InjectsDone => of_injects(number, injects, outcomes, objective.target),
                metric @ (Metric::Reached
                | Metric::Acknowledged
                | Metric::AcknowledgedWithin(_)
                | Metric::AcknowledgeP50
                | Metric::AcknowledgeP90
                | Metric::AcknowledgeMax
                | Metric::AssembledWithin(_)
                | Metric::Arrived
                | Metric::OnTime
                | Metric::Declined) => of_people(metric, objective.target, crowd),
            };
            Assessed {
                number,
                weight: objective.weight,
                result: result.map(|(value, met_permille)| Measured {
                    value,
                    met_permille,
                    rating: policy.rating(met_permille),
                }),
            }
        })
        .collect();
    let score = score(&assessed);
    Rated {
        objectives: assessed,
        score,
        conclusion: score.map(|score| policy.conclusion(score)),
    }
}

fn score(assessed: &[Assessed]) -> Option<u16> {
    let (mut sum, mut weights) = (0_u64, 0_u64);
    for Assessed { weight, result, .. } in assessed {
        if let Ok(measured) = result {
            sum += u64::from(*weight) * u64::from(measured.met_permille);
            weights += u64::from(*weight);
        }
    }
    sum.checked_div(weights).and_then(|score| u16::try_from(score).ok())
}

type Met = Result<(Value, u32), NotAssessed>;

fn of_people(metric: Metric, target: Target, crowd: &Crowd) -> Met {
    let Crowd {
        figures,
        acks_ms: acks,
        arrivals_ms: arrivals,
    } = crowd;
    let people = figures.target;
    if people == 0 {
        return Err(NotAssessed::NobodyCalled);
    }
    let all = people as usize;
    match metric {
        Metric::Reached => Ok(share(figures.reached, people, target)),
        Metric::Acknowledged => Ok(share(figures.acknowledged, people, target)),
        Metric::AcknowledgedWithin(ms) => Ok(share(by(acks, ms), people, target)),
        Metric::AssembledWithin(ms) => Ok(share(by(arrivals, ms), people, target)),
        Metric::Arrived => Ok(share(figures.arrived, people, target)),
        Metric::Declined => Ok(share(figures.declined_total(), people, target)),
        // Where nobody arrived, nobody was in time.
        Metric::OnTime => Ok(share(figures.on_time, figures.arrived.max(1), target)),
        Metric::AcknowledgeP50 => time(acks, figures.ack_p50_ms, rank(50, acks.len()), target),
        Metric::AcknowledgeP90 => time(acks, figures.ack_p90_ms, rank(90, all), target),
        Metric::AcknowledgeMax => time(acks, figures.ack_max_ms, rank(100, all), target),
        Metric::InjectsDone => Err(NotAssessed::NoInjects),
    }
}

/// `count` of `of`, and how far that meets `target`.
fn share(count: u32, of: u32, target: Target) -> (Value, u32) {
    let (count, of) = (u64::from(count.min(of)), u64::from(of));
    let (value, met) = match target {
        Target::AtLeast(permille) => (count * 1000 / of, ratio(count * 1000, of * u64::from(permille))),
        Target::AtMost(permille) => {
            let not_to = 1000_u64.saturating_sub(permille);
            ((count * 1000).div_ceil(of), ratio((of - count) * 1000, of * not_to))
        }
    };
    (Value::Permille(u32::try_from(value).unwrap_or(u32::MAX)), met)
}

/// The time `value` by which `needed` had answered, and how far that meets `target`.
fn time(times: &[u64], value: Option<u64>, needed: usize, target: Target) -> Met {
    match target {
        Target::AtLeast(_) => Err(NotAssessed::Unfit),
        Target::AtMost(ms) => Ok((Value::Time(value), ratio(u64::from(by(times, ms)), needed as u64))),
    }
}

/// ‰ of `asked` that `got` is, rounded down; not over 1000.
fn ratio(got: u64, asked: u64) -> u32 {
    if got >= asked {
        return 1000;
    }
    u32::try_from(u128::from(got) * 1000 / u128::from(asked)).unwrap_or(1000)
}

/// An objective on injects is measured by those that serve it, and by all if none says that it does. One that was done in part counts half.
fn of_injects(objective: u32, injects: &[Inject], outcomes: &[InjectOutcome], target: Target) -> Met {
    let any_serves = injects.iter().any(|inject| inject.objective == objective);
    let (mut halves, mut judged) = (0_u32, 0_u32);
    for inject in injects {
        if any_serves && inject.objective != objective {
            continue;
        }
        let Some(outcome) = outcomes.iter().find(|outcome| outcome.number == inject.number) else {
            continue;
        };
        let Some(counted) = halves_of(outcome.verdict) else {
            continue;
        };
        halves += counted;
        judged += 1;
    }
    if judged == 0 {
        return Err(NotAssessed::NoInjects);
    }
    Ok(share(halves, judged * 2, target))
}

fn halves_of(verdict: Verdict) -> Option<u32> {
    match verdict {
        Verdict::Done => Some(2),
        Verdict::Partly => Some(1),
        Verdict::NotDone => Some(0),
        Verdict::Unjudged => None,
    }
}
