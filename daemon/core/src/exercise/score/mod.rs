//! What a run came to: figures, ratings, score, units, and what follows for the next time.
//!
//! Pure functions of facts, scenario and policy, in integers: scored twice, or a year later, or on another machine, a run gives the same.
//! Figures of real people, of simulated ones and of all stand apart. The score is that of the real people; only where nobody real
//! counts, of the simulated ones, and it says so.

mod compare;
mod curve;
mod experience;
mod figures;
mod forecast;
mod league;
mod players;
mod rate;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub use compare::{ComparePolicy, Comparison, Deltas, RunSummary, Trend, compare};
pub use curve::{BARS_MS, Bar, CURVE_POINTS, Histogram, Point, curve, histogram};
pub use experience::{DrillPolicy, Experience, FACTS_MAX, LastRun, PastRun, experience, no_experience, past_runs};
pub use figures::{ASSEMBLED_MS, Crowd, Figures, within_window};
pub use forecast::{Forecast, ForecastPolicy, NotEnoughData, NotReached, PastMuster, Within, forecast};
pub use league::{League, SmallUnits, UnitLine, league};
pub use players::{Outcome, Player, players};
pub use rate::{Assessed, Conclusion, Measured, NotAssessed, Rated, RatingPolicy, Value, rate};

use super::fact::Fact;
use super::inject::{InjectOutcome, Verdict};
use super::scenario::Scenario;
use crate::id::{OrderId, PersonId};
use players::so_far;

/// All that a score is made from.
#[derive(Debug, Clone, Copy)]
pub struct Run<'a> {
    /// The scenario, in the version that was run.
    pub scenario: &'a Scenario,
    /// What each person did.
    pub facts: &'a [Fact],
    /// What came of the injects.
    pub injects: &'a [InjectOutcome],
    /// What is counted for the run as a whole.
    pub totals: Totals,
    /// Who took over as a B role and was called by no order.
    pub uncalled: Uncalled,
    /// Who may still come; nobody, once it is over.
    pub open: &'a BTreeSet<(OrderId, PersonId)>,
}

/// B roles that took over a command and were called by no order: no fact is theirs, and yet the run is about them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Uncalled {
    /// Real people.
    pub real: u32,
    /// Simulated ones.
    pub simulated: u32,
}

impl Uncalled {
    /// Those of `backups`, of whom it is known whether they are simulated, of whom there is no fact.
    pub fn of(backups: &BTreeMap<PersonId, bool>, facts: &[Fact]) -> Self {
        let mut left = backups.clone();
        for fact in facts {
            left.remove(&fact.person);
        }
        let simulated = left.values().filter(|is_simulated| **is_simulated).count() as u32;
        Self {
            real: left.len() as u32 - simulated,
            simulated,
        }
    }
}

/// Figures of a run as a whole, which no fact holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Totals {
    /// Whether an order called people to be somewhere in time.
    pub asks_arrival: bool,
    /// Steps of its orders' ladders that turned to somebody (催办升级), for however many people.
    pub escalations: u32,
    /// When the first person was tried to reach or heard of an order, in milliseconds of exercise time from the start.
    pub first_notified_ms: Option<u64>,
    /// When the last person was, for the first time.
    pub last_notified_ms: Option<u64>,
}

/// Whose figures a score is made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Basis {
    /// Real people.
    Real,
    /// Simulated ones, because nobody real counts.
    Simulated,
}

impl Basis {
    /// Both with the word for it in files and on the wire.
    pub const ALL: [(Self, &'static str); 2] = [(Self::Real, "real"), (Self::Simulated, "simulated")];
}

/// Figures told apart.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Split {
    /// Of real people.
    pub real: Figures,
    /// Of simulated ones.
    pub simulated: Figures,
    /// Of both.
    pub all: Figures,
}

impl Split {
    fn of(players: &[Player]) -> Self {
        Self {
            real: Crowd::of(players.iter().filter(|player| !player.is_simulated)).figures,
            simulated: Crowd::of(players.iter().filter(|player| player.is_simulated)).figures,
            all: Crowd::of(players).figures,
        }
    }
    fn with(mut self, uncalled: Uncalled) -> Self {
        let Uncalled { real, simulated } = uncalled;
        self.real.backups += real;
        self.simulated.backups += simulated;
        self.all.backups += real + simulated;
        self
    }
}

/// How many injects there were, and what came of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct InjectFigures {
    /// In the scenario.
    pub planned: u32,
    /// Put in.
    pub injected: u32,
    /// Done as expected.
    pub done: u32,
    /// Done in part, or too late.
    pub partly: u32,
    /// Not done.
    pub not_done: u32,
    /// Not judged, or never put in.
    pub unjudged: u32,
}

/// What a run came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Score {
    /// Whose figures the rating, the curve and the histogram are made from.
    pub basis: Basis,
    /// Whether people were to go somewhere: whether those who did not arrive are absent.
    pub asks_arrival: bool,
    /// Figures by person: whom several orders called counts once (see `players.rs`).
    pub figures: Split,
    /// Figures by order: each person counts under each.
    pub orders: Vec<(OrderId, Split)>,
    /// Objectives, score and conclusion.
    pub rated: Rated,
    /// Units by their real people.
    pub units: League,
    /// Units by their simulated people.
    pub simulated_units: League,
    /// Injects.
    pub injects: InjectFigures,
    /// The run as a whole.
    pub totals: Totals,
    /// The muster curve.
    pub curve: Vec<Point>,
    /// How long acknowledgements of real people took.
    pub histogram: Histogram,
    /// How long those of simulated people took.
    pub simulated_histogram: Histogram,
}

/// What a run came to, in short: what lists and comparisons need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brief {
    /// Whose figures.
    pub basis: Basis,
    /// Their figures.
    pub figures: Figures,
    /// Objectives, score and conclusion.
    pub rated: Rated,
}

/// Scores a run, without what only a report needs: the same figures and ratings as [`score`].
pub fn brief(run: &Run<'_>, policy: &RatingPolicy) -> Brief {
    let all = so_far(run.facts, run.open);
    let (basis, rated) = basis(&all);
    let crowd = Crowd::of(rated);
    let mut figures = crowd.figures.clone();
    figures.backups += match basis {
        Basis::Real => run.uncalled.real,
        Basis::Simulated => run.uncalled.simulated,
    };
    Brief {
        basis,
        rated: rate(
            &run.scenario.objectives,
            &crowd,
            &run.scenario.injects,
            run.injects,
            policy,
        ),
        figures,
    }
}

/// Whose figures count: those of the real people, unless none of them does and some of the simulated ones do.
fn basis(all: &[Player]) -> (Basis, Vec<&Player>) {
    let (real, simulated): (Vec<&Player>, Vec<&Player>) = all.iter().partition(|player| !player.is_simulated);
    let counts = |players: &[&Player]| players.iter().any(|player| player.outcome.counts());
    if !counts(&real) && counts(&simulated) {
        (Basis::Simulated, simulated)
    } else {
        (Basis::Real, real)
    }
}

/// Scores a run.
pub fn score(run: &Run<'_>, policy: &RatingPolicy) -> Score {
    let Run {
        scenario,
        facts,
        injects,
        totals,
        uncalled,
        open,
    } = run;
    let all = so_far(facts, open);
    let (basis, rated) = basis(&all);
    let (real, simulated): (Vec<&Player>, Vec<&Player>) = all.iter().partition(|player| !player.is_simulated);
    let crowd = Crowd::of(rated.iter().copied());
    let units_of =
        |players: &[&Player]| league(players.iter().copied(), &scenario.objectives, scenario.unit_min, policy);
    let took = |players: &[&Player]| {
        let crowd = Crowd::of(players.iter().copied());
        histogram(&crowd.acks_ms, crowd.figures.target)
    };
    Score {
        basis,
        asks_arrival: totals.asks_arrival,
        figures: Split::of(&all).with(*uncalled),
        orders: by_order(facts, open),
        rated: rate(&scenario.objectives, &crowd, &scenario.injects, injects, policy),
        units: units_of(&real),
        simulated_units: units_of(&simulated),
        injects: inject_figures(scenario, injects),
        totals: *totals,
        curve: curve(rated.iter().copied(), CURVE_POINTS),
        histogram: took(&real),
        simulated_histogram: took(&simulated),
    }
}

fn by_order(facts: &[Fact], open: &BTreeSet<(OrderId, PersonId)>) -> Vec<(OrderId, Split)> {
    let mut by_order: BTreeMap<OrderId, Vec<Fact>> = BTreeMap::new();
    for fact in facts {
        by_order.entry(fact.order).or_default().push(fact.clone());
    }
    by_order
        .into_iter()
        .map(|(order, facts)| (order, Split::of(&so_far(&facts, open))))
        .collect()
}

fn inject_figures(scenario: &Scenario, outcomes: &[InjectOutcome]) -> InjectFigures {
    let mut figures = InjectFigures::default();
    for inject in &scenario.injects {
        let outcome = outcomes.iter().find(|outcome| outcome.number == inject.number);
        figures.planned += 1;
        figures.injected += u32::from(outcome.is_some_and(|outcome| outcome.injected_ms.is_some()));
        let count = match outcome.map_or(Verdict::Unjudged, |outcome| outcome.verdict) {
            Verdict::Done => &mut figures.done,
            Verdict::Partly => &mut figures.partly,
            Verdict::NotDone => &mut figures.not_done,
            Verdict::Unjudged => &mut figures.unjudged,
        };
        *count += 1;
    }
    figures
}
