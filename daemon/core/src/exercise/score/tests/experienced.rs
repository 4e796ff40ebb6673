//! What past runs say of units.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::exercise::run::RunSpec;
use crate::id::{ExerciseId, Timestamp};

const DAY: i64 = 86_400_000;

/// A run of a day, with these people.
fn past(run: u32, code: &str, facts: Vec<Fact>) -> PastRun {
    let began = Timestamp::from_unix_ms(i64::from(run) * DAY);
    let arrives = objective(Metric::Arrived, Target::AtLeast(1000));
    let scenario = Scenario {
        code: code.into(),
        ..scenario(vec![arrives], Vec::new())
    };
    PastRun {
        run: ExerciseId(run),
        began,
        ended: began.plus_ms(60 * MINUTE),
        spec: Arc::new(RunSpec {
            scenario: Arc::new(scenario),
            version: 0,
            unit: UnitId(1),
            director: PersonId(1),
            staff: Vec::new(),
            simulated: Vec::new(),
            rate: 1,
            scheduled: None,
        }),
        facts: Arc::new(facts),
        asks_arrival: true,
    }
}

/// Of ten people of a unit so many arrive after ten minutes, the others never.
fn ten(unit: u32, arrive: u32) -> Vec<Fact> {
    let of = |person: u32| {
        let id = unit * 100 + person;
        let fact = if person <= arrive {
            arrived(id, 10, 10)
        } else {
            called(id)
        };
        of_unit(unit, fact)
    };
    (1..=10).map(of).collect()
}

/// Units 11 and 12 are under 10, which is under 1.
fn groups(unit: UnitId) -> Vec<UnitId> {
    match unit.0 {
        11 | 12 => vec![unit, UnitId(10), UnitId(1)],
        1 => vec![unit],
        _ => vec![unit, UnitId(1)],
    }
}

fn of(runs: &[PastRun]) -> BTreeMap<UnitId, Experience> {
    experience(runs, groups, &DrillPolicy::default())
}

fn last(found: &BTreeMap<UnitId, Experience>, unit: u32) -> (u32, Option<u16>, Option<Trend>, u32) {
    let last = &found[&UnitId(unit)].last;
    (last.run.0, last.score, last.trend, last.people)
}

#[test]
fn each_unit_has_the_score_of_its_own_people_and_the_way_it_goes() {
    let both = |first, second| [ten(11, first), ten(12, second)].concat();
    let runs = [
        past(1, "night", both(5, 10)),
        past(2, "night", both(8, 9)),
        past(3, "day", both(10, 10)),
    ];
    let found = of(&runs);
    // The third is the first of its scenario: nothing to compare it with.
    assert_eq!(last(&found, 11), (3, Some(1000), None, 10));
    let found = of(&runs[..2]);
    assert_eq!(last(&found, 11), (2, Some(800), Some(Trend::Better), 10));
    assert_eq!(last(&found, 12), (2, Some(900), Some(Trend::Worse), 10));
    assert_eq!(
        last(&found, 10),
        (2, Some(850), Some(Trend::Better), 20),
        "those under it"
    );
    assert_eq!(last(&found, 1), last(&found, 10));
    assert_eq!(found.len(), 4);
    // In whatever order they are given.
    let turned = [runs[1].clone(), runs[0].clone()];
    assert_eq!(of(&turned), found);
}

#[test]
fn simulated_people_are_no_experience() {
    let all = |facts: Vec<Fact>| facts.into_iter().map(simulated).collect::<Vec<_>>();
    let mixed = [ten(11, 10), all(ten(12, 10))].concat();
    let found = of(&[past(1, "night", ten(12, 5)), past(2, "night", mixed)]);
    assert_eq!(last(&found, 11), (2, Some(1000), None, 10));
    assert_eq!(last(&found, 12), (1, Some(500), None, 10));
    assert_eq!(last(&found, 10), (2, Some(1000), Some(Trend::Better), 10));
}

#[test]
fn who_does_not_count_is_no_experience_and_too_few_have_no_score() {
    let nobody = vec![
        of_unit(11, excused(1, Excuse::Leave)),
        of_unit(11, preempted(2)),
        of_unit(12, arrived(3, 10, 10)),
        of_unit(12, arrived(4, 10, 10)),
    ];
    let found = of(&[past(1, "night", nobody)]);
    assert!(!found.contains_key(&UnitId(11)));
    assert_eq!(last(&found, 12), (1, None, None, 2));
}

#[test]
fn a_forecast_needs_runs_in_which_people_were_to_go_somewhere() {
    let mut desk = past(3, "desk", ten(11, 0));
    desk.asks_arrival = false;
    let runs = [past(1, "night", ten(11, 9)), past(2, "night", ten(11, 9)), desk];
    let found = of(&runs);
    assert_eq!(last(&found, 11), (3, Some(0), None, 10), "it has a score all the same");
    let Forecast::Within(within) = found[&UnitId(11)].forecast else {
        panic!("{found:?}");
    };
    assert_eq!((within.ms, within.runs, within.people), (10 * MINUTE, 2, 20));
    // One run is not enough, nor are none.
    let found = of(&runs[1..]);
    let too_few = |runs, people| {
        Forecast::NotEnoughData(NotEnoughData {
            runs,
            runs_needed: 2,
            people,
            people_needed: 20,
        })
    };
    assert_eq!(found[&UnitId(11)].forecast, too_few(1, 10));
    assert_eq!(no_experience(&ForecastPolicy::default()), too_few(0, 0));
}

/// A fact of somebody of one of three units, in whatever state.
fn any_fact() -> impl Strategy<Value = Fact> {
    let fact = |person: u32, minutes: u64, kind: u32| match kind {
        0 => called(person),
        1 => simulated(arrived(person, 10, minutes)),
        2 => excused(person, Excuse::Leave),
        3 => preempted(person),
        _ => arrived(person, 10, minutes),
    };
    let unit = select(vec![2_u32, 11, 12]);
    (1..40_u32, unit, 1..90_u64, 0..9_u32)
        .prop_map(move |(person, unit, minutes, kind)| of_unit(unit, fact(person, minutes, kind)))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Gathered in one go for all units, a forecast is the same as asked for each.
    #[test]
    fn all_at_once_is_the_same_as_one_by_one(
        nights in prop::collection::vec(prop::collection::vec(any_fact(), 0..40), 0..8),
    ) {
        let runs: Vec<PastRun> = (1..).zip(nights).map(|(run, facts)| past(run, "night", facts)).collect();
        let mut policy = DrillPolicy::default();
        policy.forecast.people_min = 5;
        policy.forecast.resamples = 40;
        let found = experience(&runs, groups, &policy);
        let musters: Vec<_> = runs.iter().map(|run| PastMuster { run: run.run.0, facts: &run.facts }).collect();
        for unit in [1, 2, 10, 11, 12].map(UnitId) {
            let alone = forecast(&musters, |home| groups(home).contains(&unit), &policy.forecast);
            let together = found.get(&unit).map_or_else(|| no_experience(&policy.forecast), |it| it.forecast.clone());
            prop_assert_eq!(together, alone, "{}", unit);
        }
    }
}
