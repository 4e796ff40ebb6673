//! What the report of a run (演练总结报告) is made from: copied in little time while the state is held, worked out by whoever needs it.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::collect;
use super::fact::Fact;
use super::inject::InjectOutcome;
use super::run::{Ending, Run, RunPhase, RunSpec};
use super::score::{
    self, Brief, ComparePolicy, Comparison, Player, RatingPolicy, RunSummary, Score, Totals, Uncalled, compare, players,
};
use super::take_over;
use crate::id::{ExerciseId, MusterPointId, OrderId, PersonId, TeamId, Timestamp, UnitId};
use crate::state::State;

/// All that figures and scores of one run are made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Material {
    /// Which run.
    pub id: ExerciseId,
    /// What it was started with.
    pub spec: Arc<RunSpec>,
    /// When it began.
    pub began: Timestamp,
    /// Whether it is over: until then nothing is rated.
    pub is_over: bool,
    /// What everybody did, so far.
    pub facts: Arc<Vec<Fact>>,
    /// What came of the injects, so far.
    pub injects: Vec<InjectOutcome>,
    /// What is counted for the run as a whole.
    pub totals: Totals,
    /// Who took over as a B role and was called by no order.
    pub uncalled: Uncalled,
    /// Who has not come to an order and still may; nobody, once it is over.
    pub open: BTreeSet<(OrderId, PersonId)>,
}

impl Material {
    fn scored(&self) -> score::Run<'_> {
        score::Run {
            scenario: &self.spec.scenario,
            facts: &self.facts,
            injects: &self.injects,
            totals: self.totals,
            uncalled: self.uncalled,
            open: &self.open,
        }
    }
    /// What the run came to, whole.
    pub fn score(&self, policy: &RatingPolicy) -> Score {
        score::score(&self.scored(), policy)
    }
    /// What the run came to, in short.
    pub fn brief(&self, policy: &RatingPolicy) -> Brief {
        score::brief(&self.scored(), policy)
    }
    /// How many real people and how many simulated ones were called from each unit.
    pub fn called(&self) -> BTreeMap<UnitId, (u32, u32)> {
        let mut units: BTreeMap<UnitId, (u32, u32)> = BTreeMap::new();
        for Player { unit, is_simulated, .. } in players(&self.facts) {
            let (real, simulated) = units.entry(unit).or_default();
            *(if is_simulated { simulated } else { real }) += 1;
        }
        units
    }
}

impl Run {
    /// What its figures are made from: once it is over, the same for ever but for what observers add.
    pub fn material(&self) -> Material {
        let (facts, backups) = match self.phase {
            RunPhase::Over { .. } => (Arc::clone(&self.facts), Cow::Borrowed(&self.backups)),
            RunPhase::Running | RunPhase::Paused => {
                let backups = take_over::backups(self);
                (Arc::new(collect::facts(self, &backups)), Cow::Owned(backups))
            }
        };
        Material {
            id: self.id,
            spec: Arc::clone(&self.spec),
            began: self.began,
            is_over: self.is_over(),
            uncalled: Uncalled::of(&backups, &facts),
            facts,
            injects: self.outcomes(),
            totals: self.totals,
            open: match self.phase {
                RunPhase::Over { .. } => BTreeSet::new(),
                RunPhase::Running | RunPhase::Paused => collect::open(self),
            },
        }
    }
    /// Teams that were called, so far.
    pub fn called_teams(&self) -> Vec<TeamId> {
        match self.phase {
            RunPhase::Over { .. } => self.teams.clone(),
            RunPhase::Running | RunPhase::Paused => collect::teams(self),
        }
    }
    /// Where its orders called people to, so far.
    pub fn called_to(&self) -> Vec<MusterPointId> {
        match self.phase {
            RunPhase::Over { .. } => self.points.clone(),
            RunPhase::Running | RunPhase::Paused => collect::points(self),
        }
    }
    /// Whether it ran to its end: one that was broken off, or that a real event ended, is no measure for others.
    fn ran_through(&self) -> bool {
        match &self.phase {
            RunPhase::Running | RunPhase::Paused => false,
            RunPhase::Over { at: _, ending } => match ending {
                Ending::Window | Ending::Complete | Ending::Ended => true,
                Ending::Aborted(_) | Ending::Preempted => false,
            },
        }
    }
}

impl State {
    /// The runs that one may be compared with, oldest first: earlier ones of the same scenario in the same unit that ran through.
    pub fn comparable(&self, run: &Run) -> Vec<Material> {
        let is_like = |other: &&Run| {
            other.id < run.id
                && other.spec.unit == run.spec.unit
                && other.spec.scenario.code == run.spec.scenario.code
                && other.ran_through()
        };
        self.exercises.runs().filter(is_like).map(Run::material).collect()
    }
}

/// A run against those before it, and what came of each that is shown. A run that goes on is compared with none.
pub fn against(
    run: &Material,
    others: &[Material],
    (rating, policy): (&RatingPolicy, &ComparePolicy),
) -> (Comparison, Vec<(Material, Brief)>) {
    if !run.is_over {
        return Default::default();
    }
    let summary = |of: &Material, brief: &Brief| {
        let scenario = &of.spec.scenario.code;
        RunSummary::new(
            (of.id.0, of.began),
            scenario,
            of.spec.unit,
            brief.basis,
            brief.rated.score,
            &brief.figures,
        )
    };
    let this = run.brief(rating);
    // The newest first, until there are as many as are shown and one that has a score: those before change nothing.
    let mut like: Vec<(Material, Brief)> = Vec::new();
    for other in others.iter().rev() {
        let is_scored = like.iter().any(|(_, brief)| brief.rated.score.is_some());
        if like.len() >= policy.runs && is_scored {
            break;
        }
        let brief = other.brief(rating);
        if brief.basis == this.basis {
            like.push((other.clone(), brief));
        }
    }
    let summaries: Vec<RunSummary> = like.iter().map(|(of, brief)| summary(of, brief)).collect();
    let comparison = compare(&summary(run, &this), &summaries, policy);
    let shown = |(of, _): &(Material, Brief)| comparison.earlier.iter().any(|row| row.run == of.id.0);
    let mut shown: Vec<_> = like.into_iter().filter(shown).collect();
    shown.sort_by_key(|(of, _)| (of.began, of.id));
    (comparison, shown)
}
