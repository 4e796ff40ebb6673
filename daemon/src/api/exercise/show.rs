//! Runs and scenarios as they are shown.

use baiying_core::exercise::Run;
use baiying_core::exercise::inject::Verdict;
use baiying_core::exercise::objective::Target;
use baiying_core::exercise::objective::{MetricKind, Rating, TargetKind};
use baiying_core::exercise::report::Material;
use baiying_core::exercise::run::{Ending, Preemption, Remark, RemarkKind, RunPhase};
use baiying_core::exercise::scenario::{ExerciseKind, Notice, Scenario, Trigger, TriggerKind};
use baiying_core::exercise::score::{Conclusion, Figures, NotAssessed, RatingPolicy, Score, Value};
use baiying_core::id::Timestamp;
use baiying_core::leave::LeaveReason;
use baiying_core::{State, word};
use baiying_proto::v1;

use crate::api::convert::counts;
use crate::api::order::EXCUSES;

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

/// A run in short, without its score: that takes longer than the state may be held.
pub(super) fn line(state: &State, run: &Run) -> v1::ExerciseLine {
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
        name_en: spec.scenario.name_en.to_string(),
        schedule_id: spec.scheduled.map_or(0, |(schedule, _)| schedule.0),
    }
}

/// What a run that is over is scored by.
pub(super) fn to_score(run: &Run) -> Option<Material> {
    run.is_over().then(|| run.material())
}

/// The score of a run in short.
pub(super) fn brief(material: &Material, rating: &RatingPolicy) -> Option<u32> {
    material.brief(rating).rated.score.map(u32::from)
}

/// Why a run was broken off.
pub(super) fn reason(run: &Run) -> String {
    match &run.phase {
        RunPhase::Over {
            ending: Ending::Aborted(reason),
            ..
        } => reason.to_string(),
        RunPhase::Over { .. } | RunPhase::Running | RunPhase::Paused => String::new(),
    }
}

pub(super) fn preemptions(taken: &[Preemption]) -> Vec<v1::ExercisePreemption> {
    let shown = taken.iter().map(|taken| v1::ExercisePreemption {
        at_unix_ms: taken.at.unix_ms(),
        order_id: taken.by.0,
        people: taken.people.len() as u32,
    });
    shown.collect()
}

pub(super) fn remarks(remarks: &[Remark]) -> Vec<v1::ExerciseRemark> {
    let shown = remarks.iter().map(|remark| v1::ExerciseRemark {
        kind: word::of(&RemarkKind::ALL, remark.kind).to_owned(),
        text: remark.text.to_string(),
        actor: remark.by.0.to_string(),
        at_unix_ms: remark.at.unix_ms(),
    });
    shown.collect()
}

/// A run whole, without its score.
pub(super) fn run(state: &State, run: &Run, now: Timestamp) -> v1::GetExerciseResponse {
    let spec = &run.spec;
    let world = run.world();
    v1::GetExerciseResponse {
        exercise: Some(line(state, run)),
        total: world.map(|_| counts(&run.counts())),
        order_ids: world.map_or_else(Vec::new, |world| world.orders.iter().map(|order| order.id.0).collect()),
        elapsed_ms: run.elapsed_ms(now),
        window_ms: spec.scenario.window_ms,
        rate: run.clock.rate(),
        injects: injects(run),
        preemptions: preemptions(&run.preemptions),
        remarks: remarks(&run.remarks),
        reason: reason(run),
        staff: super::shown_staff(&spec.staff),
        simulated_unit_codes: spec
            .simulated
            .iter()
            .map(|unit| state.org.get(*unit).code.to_string())
            .collect(),
        score: None,
    }
}

/// What players do not know yet stays hidden until it is put in.
pub(super) fn injects(run: &Run) -> Vec<v1::ExerciseInject> {
    let both = run.spec.scenario.injects.iter().zip(run.outcomes());
    let all = both.zip(&run.injects);
    all.map(|((inject, outcome), state)| {
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
            trigger: shown(word::of(&TriggerKind::ALL, inject.trigger.kind())),
            trigger_value: if known { trigger_value(&inject.trigger) } else { 0 },
            planned_ms: match inject.trigger {
                Trigger::After(ms) => Some(ms).filter(|_| known),
                Trigger::Acknowledged(_) | Trigger::Arrived(_) | Trigger::Level(_) | Trigger::ByHand => None,
            },
            within_ms: inject.within_ms.filter(|_| known),
            objective: if known { inject.objective } else { 0 },
            by_hand: state.by_hand,
        }
    })
    .collect()
}

fn trigger_value(trigger: &Trigger) -> u32 {
    match trigger {
        Trigger::Acknowledged(percent) | Trigger::Arrived(percent) => u32::from(*percent),
        Trigger::Level(level) => level.number(),
        Trigger::After(_) | Trigger::ByHand => 0,
    }
}

/// Why nothing is said of objectives that nobody counts for, or of any; a word.
pub(super) fn unrated(phase: &RunPhase) -> &'static str {
    match phase {
        RunPhase::Running | RunPhase::Paused => "running",
        RunPhase::Over { at: _, ending } => match ending {
            Ending::Aborted(_) => "aborted",
            Ending::Preempted => "preempted",
            Ending::Window | Ending::Complete | Ending::Ended => "",
        },
    }
}

/// What came of a run. While it goes on, there is neither score nor rating: values are those so far.
pub(super) fn score_of(score: &Score, scenario: &Scenario, unrated: &str) -> v1::ExerciseScore {
    let is_final = unrated != "running";
    let objectives = scenario.objectives.iter().zip(&score.rated.objectives);
    v1::ExerciseScore {
        permille: score.rated.score.filter(|_| is_final).map(u32::from),
        conclusion: score
            .rated
            .conclusion
            .filter(|_| is_final)
            .map_or_else(String::new, |it| word::of(&Conclusion::ALL, it).to_owned()),
        objectives: objectives
            .map(|(objective, assessed)| {
                let measured = assessed.result.as_ref().ok();
                let rated = measured.filter(|_| is_final);
                v1::ExerciseObjective {
                    name: objective.name.to_string(),
                    name_en: objective.name_en.to_string(),
                    metric: word::of(&MetricKind::ALL, objective.metric.kind()).to_owned(),
                    weight: objective.weight,
                    value: measured.and_then(|measured| match measured.value {
                        Value::Permille(share) => Some(u64::from(share)),
                        Value::Time(ms) => ms,
                    }),
                    rating: rated.map_or_else(String::new, |it| word::of(&Rating::ALL, it.rating).to_owned()),
                    not_assessed: match assessed.result {
                        Ok(_) if is_final => String::new(),
                        Ok(_) => unrated.to_owned(),
                        Err(NotAssessed::NobodyCalled) if !unrated.is_empty() => unrated.to_owned(),
                        Err(why) => word::of(&NotAssessed::ALL, why).to_owned(),
                    },
                    within_ms: objective.metric.within_ms(),
                    target: Some(target(objective.metric.kind().target(), objective.target)),
                    met_permille: rated.map(|rated| rated.met_permille),
                }
            })
            .collect(),
        all: Some(figures(&score.figures.all, score.asks_arrival)),
        real: Some(figures(&score.figures.real, score.asks_arrival)),
        simulated: Some(figures(&score.figures.simulated, score.asks_arrival)),
        asks_arrival: score.asks_arrival,
    }
}

fn target(kind: TargetKind, target: Target) -> v1::exercise_objective::Target {
    use v1::exercise_objective::Target as Shown;
    match (kind, target) {
        (_, Target::AtLeast(share)) => Shown::AtLeastPermille(u64::from(share)),
        (TargetKind::AtMostTime, Target::AtMost(ms)) => Shown::AtMostMs(ms),
        (TargetKind::AtLeastShare | TargetKind::AtMostShare, Target::AtMost(share)) => Shown::AtMostPermille(share),
    }
}

/// Figures; where nobody was to go anywhere, absent is who never answered.
pub(super) fn figures(figures: &Figures, asks_arrival: bool) -> v1::ExerciseFigures {
    let [assembled_15, assembled_30, assembled_60] = figures.assembled;
    let reason = |(reason, people): (&str, u32)| v1::ExerciseReason {
        reason: reason.to_owned(),
        people,
    };
    let excused = figures
        .excused
        .iter()
        .map(|(why, people)| (word::of(&EXCUSES, *why), *people));
    let declined = figures.declined.iter();
    let declined = declined.map(|(why, people)| (word::of(&LeaveReason::ALL, *why), *people));
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
        ack_max_ms: figures.last_ack_ms,
        departed: figures.departed,
        absent: if asks_arrival {
            figures.absent()
        } else {
            figures.silent + figures.unreached
        },
        excused_by: excused.map(reason).collect(),
        declined_by: declined.map(reason).collect(),
    }
}
