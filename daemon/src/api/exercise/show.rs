//! Runs and scenarios as they are shown.

use std::sync::Arc;

use baiying_core::exercise::fact::Fact;
use baiying_core::exercise::inject::{InjectOutcome, Verdict};
use baiying_core::exercise::objective::{MetricKind, Rating};
use baiying_core::exercise::run::{Ending, RemarkKind, Role, RunPhase};
use baiying_core::exercise::scenario::{ExerciseKind, Notice, Scenario};
use baiying_core::exercise::score::{self, Conclusion, Figures, RatingPolicy, Score, Totals, Value};
use baiying_core::exercise::{Run, RunSpec};
use baiying_core::id::Timestamp;
use baiying_core::{State, word};
use baiying_proto::v1;

use crate::api::convert::counts;

pub(super) fn scenario_line(version: u32, scenario: &Scenario) -> v1::ScenarioLine {
    v1::ScenarioLine {
        code: scenario.code.to_string(),
        version,
        name: scenario.name.to_string(),
        name_en: scenario.name_en.to_string(),
        kind: word::of(&ExerciseKind::ALL, scenario.kind).to_owned(),
        notice: word::of(&Notice::ALL, scenario.notice).to_owned(),
        plan: scenario.plan.to_string(),
        level: scenario.level.number(),
        window_ms: scenario.window_ms,
        objectives: scenario.objectives.len() as u32,
        injects: scenario.injects.len() as u32,
    }
}

/// What a run is scored from. Scoring takes a while with many people, and publishing waits for who looks at the state: it is done after
/// that. What is large is shared with the state.
pub(super) struct Unscored {
    spec: Arc<RunSpec>,
    facts: Arc<Vec<Fact>>,
    injects: Vec<InjectOutcome>,
}

impl Unscored {
    /// None while the run goes on.
    fn of(run: &Run) -> Option<Self> {
        run.is_over().then(|| Self {
            spec: Arc::clone(&run.spec),
            facts: Arc::clone(&run.facts),
            injects: run.outcomes(),
        })
    }
    /// What came of the run.
    fn score(&self, policy: &RatingPolicy) -> Score {
        let scored = score::Run {
            scenario: &self.spec.scenario,
            facts: &self.facts,
            injects: &self.injects,
            totals: Totals::default(),
        };
        score::score(&scored, policy)
    }
}

fn tenths(score: &Score) -> Option<u32> {
    score.rated.score.map(u32::from)
}

/// A run in short, scored.
pub(super) fn scored_line(
    (mut line, unscored): (v1::ExerciseLine, Option<Unscored>),
    policy: &RatingPolicy,
) -> v1::ExerciseLine {
    line.score = unscored.and_then(|unscored| tenths(&unscored.score(policy)));
    line
}

/// A run whole, scored.
pub(super) fn scored_run(
    (mut run, unscored): (v1::GetExerciseResponse, Option<Unscored>),
    policy: &RatingPolicy,
) -> v1::GetExerciseResponse {
    if let Some(unscored) = unscored {
        let score = unscored.score(policy);
        if let Some(line) = &mut run.exercise {
            line.score = tenths(&score);
        }
        run.score = Some(score_of(&score, &unscored.spec.scenario));
    }
    run
}

/// The word for why a run ended.
pub(in crate::api) fn ending_word(ending: &Ending) -> &'static str {
    match ending {
        Ending::Window => "window",
        Ending::Complete => "complete",
        Ending::Ended => "ended",
        Ending::Aborted(_) => "aborted",
        Ending::Preempted => "preempted",
    }
}

/// A run in short, yet to be scored.
pub(super) fn line(state: &State, run: &Run) -> (v1::ExerciseLine, Option<Unscored>) {
    (short(state, run), Unscored::of(run))
}

fn short(state: &State, run: &Run) -> v1::ExerciseLine {
    let spec = &run.spec;
    let unit = state.org.get(spec.unit);
    let (phase, ending, ended) = match &run.phase {
        RunPhase::Running => ("running", "", 0),
        RunPhase::Paused => ("paused", "", 0),
        RunPhase::Over { at, ending } => ("over", ending_word(ending), at.unix_ms()),
    };
    v1::ExerciseLine {
        exercise_id: run.id.0,
        scenario: spec.scenario.code.to_string(),
        version: spec.version,
        name: spec.scenario.name.to_string(),
        unit_code: unit.code.to_string(),
        unit_name: unit.name.to_string(),
        began_unix_ms: run.began.unix_ms(),
        phase: phase.to_owned(),
        ending: ending.to_owned(),
        ended_unix_ms: ended,
        director_id: spec.director.0,
        score: None,
    }
}

/// A run whole, yet to be scored.
pub(super) fn run(state: &State, run: &Run, now: Timestamp) -> (v1::GetExerciseResponse, Option<Unscored>) {
    let spec = &run.spec;
    let world = run.world();
    let reason = match &run.phase {
        RunPhase::Over {
            ending: Ending::Aborted(reason),
            ..
        } => reason.to_string(),
        RunPhase::Over { .. } | RunPhase::Running | RunPhase::Paused => String::new(),
    };
    let shown = v1::GetExerciseResponse {
        exercise: Some(short(state, run)),
        total: world.map(|_| counts(&run.totals())),
        order_ids: world.map_or_else(Vec::new, |world| world.orders.iter().map(|order| order.id.0).collect()),
        elapsed_ms: run.elapsed_ms(now),
        window_ms: spec.scenario.window_ms,
        rate: run.clock.rate(),
        injects: injects(run),
        preemptions: run
            .preemptions
            .iter()
            .map(|taken| v1::ExercisePreemption {
                at_unix_ms: taken.at.unix_ms(),
                order_id: taken.by.0,
                people: taken.people.len() as u32,
            })
            .collect(),
        remarks: run
            .remarks
            .iter()
            .map(|remark| v1::ExerciseRemark {
                kind: word::of(&RemarkKind::ALL, remark.kind).to_owned(),
                text: remark.text.to_string(),
                actor: remark.by.0.to_string(),
                at_unix_ms: remark.at.unix_ms(),
            })
            .collect(),
        reason,
        staff: spec
            .staff
            .iter()
            .map(|(role, person)| v1::ExerciseStaff {
                role: word::of(&Role::ALL, *role).to_owned(),
                person_id: person.0,
            })
            .collect(),
        simulated_unit_codes: spec
            .simulated
            .iter()
            .map(|unit| state.org.get(*unit).code.to_string())
            .collect(),
        score: None,
    };
    (shown, Unscored::of(run))
}

/// What players do not know yet stays hidden until it is put in.
fn injects(run: &Run) -> Vec<v1::ExerciseInject> {
    let both = run.spec.scenario.injects.iter().zip(run.outcomes());
    both.map(|(inject, outcome)| {
        let known = outcome.injected_ms.is_some() || run.is_over();
        let shown = |text: &str| if known { text.to_owned() } else { String::new() };
        v1::ExerciseInject {
            number: inject.number,
            from: shown(&inject.from),
            to: shown(&inject.to),
            channel: shown(&inject.channel),
            text: shown(&inject.text),
            expected: shown(&inject.expected),
            is_injected: outcome.injected_ms.is_some(),
            injected_ms: outcome.injected_ms.unwrap_or(0),
            verdict: word::of(&Verdict::ALL, outcome.verdict).to_owned(),
            took_ms: outcome.took_ms,
            note: outcome.note.to_string(),
        }
    })
    .collect()
}

fn score_of(score: &Score, scenario: &Scenario) -> v1::ExerciseScore {
    let objectives = scenario.objectives.iter().zip(&score.rated.objectives);
    v1::ExerciseScore {
        permille: score.rated.score.map(u32::from),
        conclusion: score
            .rated
            .conclusion
            .map_or_else(String::new, |it| word::of(&Conclusion::ALL, it).to_owned()),
        objectives: objectives
            .map(|(objective, assessed)| {
                let measured = assessed.result.as_ref().ok();
                v1::ExerciseObjective {
                    name: objective.name.to_string(),
                    name_en: objective.name_en.to_string(),
                    metric: word::of(&MetricKind::ALL, objective.metric.kind()).to_owned(),
                    weight: objective.weight,
                    value: measured.and_then(|measured| match measured.value {
                        Value::Permille(share) => Some(u64::from(share)),
                        Value::Time(ms) => ms,
                    }),
                    rating: measured.map_or_else(String::new, |it| word::of(&Rating::ALL, it.rating).to_owned()),
                }
            })
            .collect(),
        all: Some(figures(&score.figures.all)),
        real: Some(figures(&score.figures.real)),
        simulated: Some(figures(&score.figures.simulated)),
    }
}

fn figures(figures: &Figures) -> v1::ExerciseFigures {
    let [assembled_15, assembled_30, assembled_60] = figures.assembled;
    v1::ExerciseFigures {
        called: figures.called,
        excused: figures.excused_total(),
        preempted: figures.preempted,
        target: figures.target,
        reached: figures.reached,
        acked: figures.acknowledged,
        arrived: figures.arrived,
        on_time: figures.on_time,
        late: figures.late,
        assembled_15,
        assembled_30,
        assembled_60,
        declined: figures.declined_total(),
        take_overs: figures.backups,
        dead_numbers: figures.dead_numbers,
        escalations: u32::try_from(figures.steps).unwrap_or(u32::MAX),
        ack_p50_ms: figures.ack_p50_ms,
        ack_p90_ms: figures.ack_p90_ms,
        ack_max_ms: figures.ack_max_ms,
    }
}
