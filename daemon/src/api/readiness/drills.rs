//! What drills say of units: from the facts of past runs, off the engine's thread, and kept until another run has ended.
//!
//! Facts never change once a run is over, so what was worked out stays good; it is nowhere stored. The state is looked at for a moment:
//! what is large is shared with it and not copied.

use std::collections::BTreeMap;
use std::sync::Arc;

use baiying_core::State;
use baiying_core::exercise::score::{
    Experience, FACTS_MAX, Forecast, LastRun, PastRun, Trend, experience, no_experience, past_runs,
};
use baiying_core::id::{ExerciseId, Timestamp, UnitId};
use baiying_core::policy::Policy;
use baiying_core::word;
use baiying_proto::v1;
use tokio::sync::Mutex;
use tonic::Status;

/// What it was worked out from: these runs, and which unit stands under which.
type Basis = (Vec<ExerciseId>, Vec<Option<UnitId>>);
/// What each unit has shown.
type Shown = Arc<BTreeMap<UnitId, Experience>>;

/// What was worked out last. Whoever asks meanwhile waits for it: it is done once.
#[derive(Default)]
pub(super) struct Drills(Mutex<Option<(Basis, Shown)>>);

/// What is taken from the state to work it out.
pub(super) struct Past {
    runs: Vec<PastRun>,
    parents: Vec<Option<UnitId>>,
}

impl Past {
    /// As the state stands.
    pub(super) fn of(state: &State, now: Timestamp, policy: &Policy) -> Self {
        let runs = state.exercises.runs();
        Self {
            runs: past_runs(runs, now, policy.drill.recent_days, FACTS_MAX),
            parents: state.org.iter().map(|unit| unit.parent).collect(),
        }
    }
    fn basis(&self) -> Basis {
        let runs = self.runs.iter().map(|past| past.run).collect();
        (runs, self.parents.clone())
    }
    fn experience(&self, policy: &Policy) -> BTreeMap<UnitId, Experience> {
        let above = |unit: UnitId| self.parents.get(unit.0 as usize - 1).copied().flatten();
        experience(
            &self.runs,
            |home| std::iter::successors(Some(home), |unit| above(*unit)),
            &policy.drill,
        )
    }
}

impl Drills {
    /// What every unit has shown that took part in anything.
    pub(super) async fn of(&self, past: Past, policy: &Arc<Policy>) -> Result<Shown, Status> {
        let basis = past.basis();
        let mut kept = self.0.lock().await;
        if let Some((known, shown)) = &*kept
            && *known == basis
        {
            return Ok(Arc::clone(shown));
        }
        let policy = Arc::clone(policy);
        let worked_out = tokio::task::spawn_blocking(move || past.experience(&policy));
        let shown = worked_out
            .await
            .map_err(|_| Status::internal("what past drills say could not be worked out; please report this"))?;
        let shown = Arc::new(shown);
        *kept = Some((basis, Arc::clone(&shown)));
        Ok(shown)
    }
}

/// A unit's drills.
pub(super) fn shown(unit_code: String, found: Option<&Experience>, policy: &Policy) -> v1::UnitDrills {
    let forecast = forecast(found, policy);
    let mut shown = v1::UnitDrills {
        unit_code,
        forecast: Some(forecast),
        ..v1::UnitDrills::default()
    };
    if let Some(Experience { last, .. }) = found {
        let LastRun {
            run,
            ended,
            scenario,
            people,
            score,
            trend,
        } = last;
        shown.exercise_id = run.0;
        shown.ended_unix_ms = ended.unix_ms();
        shown.scenario = scenario.to_string();
        shown.people = *people;
        shown.score = score.map(u32::from);
        shown.trend = trend.map_or_else(String::new, |trend| word::of(&Trend::ALL, trend).to_owned());
    }
    shown
}

/// When its people would arrive.
pub(super) fn forecast(found: Option<&Experience>, policy: &Policy) -> v1::ArrivalForecast {
    let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let policy = &policy.drill.forecast;
    let told = found.map_or_else(|| no_experience(policy), |found| found.forecast.clone());
    let asked = v1::ArrivalForecast {
        arrive_percent: u32::from(policy.arrive_percent),
        interval_percent: u32::from(policy.interval_percent),
        ..v1::ArrivalForecast::default()
    };
    match told {
        Forecast::Within(within) => v1::ArrivalForecast {
            outcome: "within".to_owned(),
            within_ms: within.ms,
            low_ms: within.low_ms,
            high_ms: within.high_ms,
            runs: count(within.runs),
            people: count(within.people),
            ..asked
        },
        Forecast::NotReached(never) => v1::ArrivalForecast {
            outcome: "not-reached".to_owned(),
            arrives_permille: never.arrives_permille,
            runs: count(never.runs),
            people: count(never.people),
            ..asked
        },
        Forecast::NotEnoughData(few) => v1::ArrivalForecast {
            outcome: "not-enough-data".to_owned(),
            runs: count(few.runs),
            people: count(few.people),
            runs_needed: count(few.runs_needed),
            people_needed: count(few.people_needed),
            ..asked
        },
    }
}
