//! `ExerciseService.GetExerciseReport`: what stands in the state is copied while it is held; scored it is afterwards.

use std::collections::{BTreeMap, BTreeSet};

use baiying_core::exercise::Run;
use baiying_core::exercise::report::{Material, against};
use baiying_core::exercise::scenario::Content;
use baiying_core::exercise::score::{Basis, Conclusion, DrillPolicy, Histogram, League, Point, Score, Trend};
use baiying_core::id::{Timestamp, UnitId};
use baiying_core::policy::Policy;
use baiying_core::{State, word};
use baiying_proto::v1;

use super::show;

/// All that a report is made from.
pub(super) struct Taken {
    /// What needs no scoring.
    told: v1::GetExerciseReportResponse,
    material: Material,
    others: Vec<Material>,
    /// Why nothing is rated, if so.
    unrated: &'static str,
    /// Code and name.
    units: BTreeMap<UnitId, (String, String)>,
    /// Teams by the unit that supplies them.
    teams: BTreeMap<UnitId, u32>,
    policy: DrillPolicy,
}

/// Copies what the report of a run is made from.
pub(super) fn take(state: &State, run: &Run, (now, policy): (Timestamp, &Policy)) -> Taken {
    let material = run.material();
    let mut teams: BTreeMap<UnitId, u32> = BTreeMap::new();
    for team in run.called_teams() {
        *teams.entry(state.teams.get(team).unit).or_default() += 1;
    }
    let units: BTreeSet<UnitId> = material.facts.iter().map(|fact| fact.unit).collect();
    let names = units.iter().chain(teams.keys()).map(|unit| {
        let row = state.org.get(*unit);
        (*unit, (row.code.to_string(), row.name.to_string()))
    });
    Taken {
        told: told(state, run, now, policy),
        others: state.comparable(run),
        unrated: show::unrated(&run.phase),
        units: names.collect(),
        material,
        teams,
        policy: policy.drill.clone(),
    }
}

fn told(state: &State, run: &Run, now: Timestamp, policy: &Policy) -> v1::GetExerciseReportResponse {
    let spec = &run.spec;
    let scenario = &spec.scenario;
    let places = run.called_to().into_iter().map(|point| {
        let point = state.muster_points.get(point);
        v1::ExercisePlace {
            code: point.code.to_string(),
            name: point.name.to_string(),
        }
    });
    v1::GetExerciseReportResponse {
        exercise: Some(show::line(state, run)),
        scenario: Some(show::scenario_line(spec.version, scenario)),
        purpose: scenario.purpose.to_string(),
        outline: scenario.outline.to_string(),
        content: word::of(&Content::ALL, scenario.content).to_owned(),
        reason: show::reason(run),
        elapsed_ms: run.elapsed_ms(now),
        paused_ms: run.paused_ms(now),
        rate: spec.rate,
        staff: super::shown_staff(&spec.staff),
        places: places.collect(),
        unit_min: scenario.unit_min,
        injects: show::injects(run),
        preemptions: show::preemptions(&run.preemptions),
        remarks: show::remarks(&run.remarks),
        zone: policy.duty.zone.name().to_owned(),
        revision: state.revision().0,
        made_unix_ms: now.unix_ms(),
        ..v1::GetExerciseReportResponse::default()
    }
}

impl Taken {
    /// The whole.
    pub(super) fn told(self) -> v1::GetExerciseReportResponse {
        let DrillPolicy { rating, compare, .. } = &self.policy;
        let score = self.material.score(rating);
        let (comparison, earlier) = against(&self.material, &self.others, (rating, compare));
        let shown = show::score_of(&score, &self.material.spec.scenario, self.unrated);
        let asks_arrival = score.asks_arrival;
        let participants = self.participants();
        let units = self.units(&score);
        let Self { mut told, .. } = self;
        if let Some(line) = &mut told.exercise {
            line.score = shown.permille;
        }
        v1::GetExerciseReportResponse {
            participants,
            score: Some(shown),
            asks_arrival,
            basis: word::of(&Basis::ALL, score.basis).to_owned(),
            units,
            curve: score.curve.iter().map(point).collect(),
            acknowledgements: bars(&score.histogram, &score.simulated_histogram),
            earlier: earlier
                .into_iter()
                .map(|(run, brief)| v1::ExerciseEarlier {
                    exercise_id: run.id.0,
                    version: run.spec.version,
                    began_unix_ms: run.began.unix_ms(),
                    figures: Some(show::figures(&brief.figures, asks_arrival)),
                    score: brief.rated.score.map(u32::from),
                    conclusion: brief
                        .rated
                        .conclusion
                        .map_or_else(String::new, |it| word::of(&Conclusion::ALL, it).to_owned()),
                })
                .collect(),
            trend: comparison
                .trend
                .map_or_else(String::new, |it| word::of(&Trend::ALL, it).to_owned()),
            escalations: score.totals.escalations,
            first_notified_ms: score.totals.first_notified_ms,
            last_notified_ms: score.totals.last_notified_ms,
            ..told
        }
    }

    fn named(&self, unit: UnitId) -> (String, String) {
        self.units.get(&unit).cloned().unwrap_or_default()
    }

    fn participants(&self) -> Vec<v1::ExerciseParticipant> {
        let called = self.material.called();
        let units: BTreeSet<UnitId> = called.keys().chain(self.teams.keys()).copied().collect();
        let mut rows: Vec<_> = units
            .into_iter()
            .map(|unit| {
                let (unit_code, unit_name) = self.named(unit);
                let (real, simulated) = called.get(&unit).copied().unwrap_or_default();
                v1::ExerciseParticipant {
                    unit_code,
                    unit_name,
                    teams: self.teams.get(&unit).copied().unwrap_or_default(),
                    real,
                    simulated,
                }
            })
            .collect();
        rows.sort_by(|a, b| a.unit_code.cmp(&b.unit_code));
        rows
    }

    /// Both leagues, one after the other. Nothing is ranked while the run goes on.
    fn units(&self, score: &Score) -> Vec<v1::ExerciseUnit> {
        let is_final = self.unrated != "running";
        let rows = |league: &League, is_simulated: bool| -> Vec<v1::ExerciseUnit> {
            let units = league.units.iter().map(|line| {
                let (unit_code, unit_name) = self.named(line.unit);
                v1::ExerciseUnit {
                    rank: line.rank.filter(|_| is_final),
                    folded: 0,
                    unit_code,
                    unit_name,
                    is_simulated,
                    figures: Some(show::figures(&line.figures, score.asks_arrival)),
                    score: line.score.filter(|_| is_final).map(u32::from),
                }
            });
            let small = league.small.iter().map(|small| v1::ExerciseUnit {
                folded: small.units,
                is_simulated,
                figures: Some(show::figures(&small.figures, score.asks_arrival)),
                ..v1::ExerciseUnit::default()
            });
            units.chain(small).collect()
        };
        let mut all = rows(&score.units, false);
        all.extend(rows(&score.simulated_units, true));
        all
    }
}

fn point(point: &Point) -> v1::ExercisePoint {
    let Point {
        ms,
        acked,
        departed,
        arrived,
    } = *point;
    v1::ExercisePoint {
        at_ms: ms,
        acked,
        departed,
        arrived,
    }
}

/// The bars of both kinds of people, which have the same ends.
fn bars(real: &Histogram, simulated: &Histogram) -> Vec<v1::ExerciseBar> {
    let mut after_ms = 0;
    let both = real.bars.iter().zip(&simulated.bars);
    both.map(|(real, simulated)| {
        let bar = v1::ExerciseBar {
            after_ms,
            until_ms: real.until_ms,
            real: real.people,
            simulated: simulated.people,
        };
        after_ms = real.until_ms.unwrap_or(after_ms);
        bar
    })
    .collect()
}
