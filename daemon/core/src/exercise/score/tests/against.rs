//! Against the last runs.

use super::*;
use crate::id::Timestamp;

fn summary(run: u32, score: Option<u16>, facts: &[Fact]) -> RunSummary {
    let at = Timestamp::from_unix_ms(i64::from(run) * 1_000_000);
    RunSummary::new(
        (run, at),
        "night-muster",
        UnitId(1),
        Basis::Real,
        score,
        &figures_of(facts),
    )
}

fn numbers(comparison: &Comparison) -> Vec<u32> {
    comparison.earlier.iter().map(|run| run.run).collect()
}

#[test]
fn the_first_run_is_compared_with_nothing() {
    let comparison = compare(&summary(1, Some(800), &twenty()), &[], &ComparePolicy::default());
    assert_eq!(comparison, Comparison::default());
}

#[test]
fn only_earlier_runs_of_the_same_scenario_unit_and_kind_of_people_count() {
    let run = summary(5, Some(800), &twenty());
    let of = |number| summary(number, Some(800), &twenty());
    let others = [
        of(6),
        of(4),
        run.clone(),
        RunSummary {
            scenario: "dyke".into(),
            ..of(3)
        },
        RunSummary {
            unit: UnitId(2),
            ..of(3)
        },
        RunSummary {
            basis: Basis::Simulated,
            ..of(3)
        },
        of(1),
        of(2),
    ];
    let comparison = compare(&run, &others, &ComparePolicy::default());
    assert_eq!(numbers(&comparison), [1, 2, 4]);
    let policy = ComparePolicy {
        runs: 2,
        ..ComparePolicy::default()
    };
    assert_eq!(numbers(&compare(&run, &others, &policy)), [2, 4]);
}

#[test]
fn a_change_is_one_from_the_threshold_on() {
    let table = [
        (Some(820), Some(Trend::Better)),
        (Some(819), Some(Trend::Same)),
        (Some(800), Some(Trend::Same)),
        (Some(781), Some(Trend::Same)),
        (Some(780), Some(Trend::Worse)),
        (None, None),
    ];
    let others = [
        summary(1, Some(100), &[]),
        summary(2, Some(800), &[]),
        summary(3, None, &[]),
    ];
    for (score, trend) in table {
        let comparison = compare(&summary(4, score, &[]), &others, &ComparePolicy::default());
        assert_eq!(comparison.trend, trend, "{score:?}: against the last that has a score");
        assert_eq!(comparison.deltas.unwrap().score, None, "against the very last");
    }
}

#[test]
fn deltas_are_this_run_less_the_last() {
    let last = [acked(1, 40), acked(2, 60), called(3), called(4)];
    let now = [
        arrived(1, 30, 9),
        arrived(2, 50, 9),
        arrived(3, 70, 9),
        arrived(4, 90, 9),
    ];
    let comparison = compare(
        &summary(2, Some(950), &now),
        &[summary(1, Some(1000), &last)],
        &ComparePolicy::default(),
    );
    let expected = Deltas {
        score: Some(-50),
        reached: Some(0),
        acknowledged: Some(500),
        arrived: Some(1000),
        ack_p50_ms: Some(10_000),
        ack_p90_ms: None,
        arrive_p90_ms: None,
    };
    assert_eq!(comparison.deltas, Some(expected));
    assert_eq!(comparison.trend, Some(Trend::Worse));
}
