//! What past runs say of units: the last score, which way it goes, and when their people would arrive if they were called now.
//!
//! A person counts for their home unit, as it was then, and for every unit above it, wherever the run was held: a run of the district is
//! experience of each agency whose people it called. Only real people count: what simulated ones did says how a model behaves. Runs that
//! were broken off say nothing; those that asked nobody to go anywhere have a score and no part in the forecast.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Basis;
use super::compare::{ComparePolicy, RunSummary, Trend, compare};
use super::figures::Crowd;
use super::forecast::{Forecast, ForecastPolicy, NEVER, foretell};
use super::players::{Player, players};
use super::rate::{RatingPolicy, rate};
use crate::exercise::fact::Fact;
use crate::exercise::run::{Ending, Run, RunPhase, RunSpec};
use crate::id::{ExerciseId, Timestamp, UnitId};

/// People under orders of past runs that are looked at, the newest first: 50 runs of 2,000. What is older is left out.
pub const FACTS_MAX: usize = 100_000;

/// How exercises are rated, compared, and made forecasts from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DrillPolicy {
    /// Runs that ended longer ago say nothing of now.
    pub recent_days: u32,
    /// Where ratings begin.
    pub rating: RatingPolicy,
    /// When a change is one.
    pub compare: ComparePolicy,
    /// How a forecast is made.
    pub forecast: ForecastPolicy,
}

impl Default for DrillPolicy {
    fn default() -> Self {
        Self {
            recent_days: 730,
            rating: RatingPolicy::default(),
            compare: ComparePolicy::default(),
            forecast: ForecastPolicy::default(),
        }
    }
}

/// A run that is over and counts. Cheap to copy: what is large in it is shared with the state.
#[derive(Debug, Clone)]
pub struct PastRun {
    /// Which.
    pub run: ExerciseId,
    /// When it began.
    pub began: Timestamp,
    /// When it ended.
    pub ended: Timestamp,
    /// What it was started with.
    pub spec: Arc<RunSpec>,
    /// What everybody did.
    pub facts: Arc<Vec<Fact>>,
    /// Whether people were to go somewhere.
    pub asks_arrival: bool,
}

impl PastRun {
    fn of(run: &Run) -> Option<Self> {
        let (ended, counts) = match &run.phase {
            RunPhase::Over {
                at,
                ending: Ending::Window | Ending::Complete | Ending::Ended | Ending::Preempted,
            } => (*at, true),
            RunPhase::Over {
                at,
                ending: Ending::Aborted(_),
            } => (*at, false),
            RunPhase::Running | RunPhase::Paused => (run.began, false),
        };
        counts.then(|| Self {
            run: run.id,
            began: run.began,
            ended,
            spec: Arc::clone(&run.spec),
            facts: Arc::clone(&run.facts),
            asks_arrival: run.totals.asks_arrival,
        })
    }
}

/// The runs that say something at `now`, oldest first; of the newest, as many as `facts_max` allows, and one always.
pub fn past_runs<'a>(
    runs: impl DoubleEndedIterator<Item = &'a Run>,
    now: Timestamp,
    recent_days: u32,
    facts_max: usize,
) -> Vec<PastRun> {
    let since = now.unix_ms().saturating_sub(i64::from(recent_days) * 86_400_000);
    let recent = runs
        .rev()
        .filter_map(PastRun::of)
        .filter(|run| run.ended.unix_ms() >= since);
    let mut seen = 0_usize;
    let mut taken: Vec<PastRun> = recent
        .take_while(|run| {
            let is_room = seen == 0 || seen + run.facts.len() <= facts_max;
            seen += run.facts.len().max(1);
            is_room
        })
        .collect();
    taken.reverse();
    taken
}

/// What a unit has shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Experience {
    /// The last run that called any of its people.
    pub last: LastRun,
    /// When they would arrive.
    pub forecast: Forecast,
}

/// The last run of a unit's people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastRun {
    /// Which.
    pub run: ExerciseId,
    /// When it ended.
    pub ended: Timestamp,
    /// Code of its scenario.
    pub scenario: Box<str>,
    /// How many of its people counted.
    pub people: u32,
    /// Score of the objectives on people, in tenths; none: too few of them took part, or nothing was asked of people.
    pub score: Option<u16>,
    /// Against the last of its runs of this scenario before it that has a score; none: there is none.
    pub trend: Option<Trend>,
}

/// What a unit has shown, as it is gathered.
#[derive(Default)]
struct Gathered {
    summaries: Vec<RunSummary>,
    last: Option<LastRun>,
    times: Vec<(u32, Vec<u64>)>,
}

/// What these runs say of units. `groups` gives the units that a home unit counts for: itself and those above it, as far as they are asked
/// about. A unit that is not in it took part in nothing.
pub fn experience<G: IntoIterator<Item = UnitId>>(
    runs: &[PastRun],
    groups: impl Fn(UnitId) -> G,
    policy: &DrillPolicy,
) -> BTreeMap<UnitId, Experience> {
    let mut sorted: Vec<&PastRun> = runs.iter().collect();
    sorted.sort_by_key(|past| (past.began, past.run));
    let mut gathered: BTreeMap<UnitId, Gathered> = BTreeMap::new();
    for past in sorted {
        let players = players(&past.facts);
        let mut by_unit: BTreeMap<UnitId, Vec<&Player>> = BTreeMap::new();
        for player in players.iter().filter(|it| !it.is_simulated && it.outcome.counts()) {
            for unit in groups(player.unit) {
                by_unit.entry(unit).or_default().push(player);
            }
        }
        for (unit, players) in by_unit {
            let of_unit = gathered.entry(unit).or_default();
            of_unit.took_part(past, unit, &players, policy);
            if past.asks_arrival {
                let times = players.iter().map(|player| player.arrived_ms.unwrap_or(NEVER));
                of_unit.times.push((past.run.0, times.collect()));
            }
        }
    }
    let told = gathered.into_iter().filter_map(|(unit, gathered)| {
        let Gathered { last, mut times, .. } = gathered;
        let old = times.len().saturating_sub(policy.forecast.runs);
        let forecast = foretell(times.split_off(old), &policy.forecast);
        last.map(|last| (unit, Experience { last, forecast }))
    });
    told.collect()
}

impl Gathered {
    fn took_part(&mut self, past: &PastRun, unit: UnitId, players: &[&Player], policy: &DrillPolicy) {
        let scenario = &past.spec.scenario;
        let crowd = Crowd::of(players.iter().copied());
        // A handful say nothing of their unit, and the score of one would be that of a person.
        let score = (crowd.figures.target >= scenario.unit_min)
            .then(|| rate(&scenario.objectives, &crowd, &[], &[], &policy.rating).score)
            .flatten();
        let summary = RunSummary::new(
            (past.run.0, past.began),
            &scenario.code,
            unit,
            Basis::Real,
            score,
            &crowd.figures,
        );
        self.last = Some(LastRun {
            run: past.run,
            ended: past.ended,
            scenario: scenario.code.clone(),
            people: crowd.figures.target,
            score,
            trend: compare(&summary, &self.summaries, &policy.compare).trend,
        });
        self.summaries.push(summary);
    }
}

/// What is told of a unit that took part in nothing.
pub fn no_experience(policy: &ForecastPolicy) -> Forecast {
    foretell(Vec::new(), policy)
}
