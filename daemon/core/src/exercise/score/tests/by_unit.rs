//! Units against each other.

use super::*;

/// `size` people of a unit, of whom `answer` acknowledge.
fn unit(unit: u32, size: u32, answer: u32) -> Vec<Fact> {
    (1..=size)
        .map(|number| {
            let person = unit * 100 + number;
            of_unit(
                unit,
                if number <= answer {
                    acked(person, 10)
                } else {
                    called(person)
                },
            )
        })
        .collect()
}

fn of(facts: &[Fact]) -> League {
    let objectives = vec![
        objective(Metric::Acknowledged, Target::AtLeast(1000)),
        objective(Metric::InjectsDone, Target::AtLeast(1000)),
    ];
    scored(
        &scenario(objectives, vec![inject(1, 0)]),
        facts,
        &[outcome(1, Verdict::NotDone)],
    )
    .units
}

fn lines(league: &League) -> Vec<(u32, Option<u16>, Option<u32>)> {
    league
        .units
        .iter()
        .map(|line| (line.unit.0, line.score, line.rank))
        .collect()
}

#[test]
fn equal_scores_share_a_place_and_the_next_is_left_out() {
    let facts = [
        unit(1, 4, 2),
        unit(2, 4, 4),
        unit(3, 8, 4),
        unit(4, 10, 1),
        unit(5, 3, 3),
    ]
    .concat();
    let league = of(&facts);
    let expected = [
        (2, Some(1000), Some(1)),
        (5, Some(1000), Some(1)),
        (1, Some(500), Some(3)),
        (3, Some(500), Some(3)),
        (4, Some(100), Some(5)),
    ];
    assert_eq!(lines(&league), expected, "injects are the whole run's");
    assert_eq!(league.small, None);
}

#[test]
fn small_units_are_one_line_without_a_place() {
    let league = of(&[unit(1, 2, 0), unit(2, 3, 3), unit(3, 1, 1)].concat());
    assert_eq!(lines(&league), [(2, Some(1000), Some(1))]);
    let small = league.small.unwrap();
    assert_eq!(
        (small.units, small.figures.target, small.figures.acknowledged),
        (2, 3, 1)
    );
}

#[test]
fn those_who_do_not_count_make_no_unit_larger() {
    let mut facts = unit(1, 2, 2);
    facts.push(of_unit(1, excused(198, Excuse::Leave)));
    facts.push(of_unit(1, preempted(199)));
    let league = of(&facts);
    assert_eq!(lines(&league), []);
    assert_eq!(league.small.unwrap().figures.called, 4);
}

#[test]
fn with_no_smallest_size_a_unit_of_nobody_who_counts_stands_last_without_a_place() {
    let mut scenario = scenario(objectives(), Vec::new());
    scenario.unit_min = 0;
    let facts = [of_unit(1, preempted(1)), of_unit(2, called(2))];
    let league = scored(&scenario, &facts, &[]).units;
    assert_eq!(
        lines(&league)
            .into_iter()
            .map(|(unit, _, rank)| (unit, rank))
            .collect::<Vec<_>>(),
        [(2, Some(1)), (1, None)]
    );
}
