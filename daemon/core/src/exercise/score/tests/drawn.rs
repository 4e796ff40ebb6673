//! The muster curve and the histogram.

use super::*;

fn points(facts: &[Fact], points_max: usize) -> Vec<(u64, u32, u32, u32)> {
    curve(&players(facts), points_max)
        .iter()
        .map(|point| (point.ms / SECOND, point.acked, point.departed, point.arrived))
        .collect()
}

#[test]
fn the_curve_has_a_point_for_each_instant_and_begins_with_nought() {
    let facts = [arrived(1, 60, 10), acked(2, 60), acked(3, 90), called(4), preempted(5)];
    let expected = [
        (0, 0, 0, 0),
        (60, 2, 0, 0),
        (90, 3, 0, 0),
        (120, 3, 1, 0),
        (600, 3, 1, 1),
    ];
    assert_eq!(points(&facts, 240), expected);
    assert_eq!(points(&[], 240), [(0, 0, 0, 0)]);
    let at_once = Fact {
        acked_ms: Some(0),
        ..called(1)
    };
    assert_eq!(points(&[at_once], 240), [(0, 1, 0, 0)]);
}

#[test]
fn a_reduced_curve_keeps_its_ends_and_the_steps_that_matter() {
    // One every second for 100 seconds, 500 at once at the 200th, one every second again.
    let mut facts: Vec<Fact> = (1..=100).map(|person| acked(person, u64::from(person))).collect();
    facts.extend((101..=600).map(|person| acked(person, 200)));
    facts.extend((601..=700).map(|person| acked(person, u64::from(person))));
    let every = curve(&players(&facts), usize::MAX);
    assert_eq!(every.len(), 202);
    for points_max in [0, 2, 3, 10, 50, 201] {
        let reduced = curve(&players(&facts), points_max);
        assert!(reduced.len() <= points_max.max(2), "{} of {points_max}", reduced.len());
        assert!(
            reduced.iter().all(|point| every.contains(point)),
            "what is kept is true"
        );
        assert_eq!((reduced.first(), reduced.last()), (every.first(), every.last()));
    }
    let reduced = points(&facts, 10);
    assert!(reduced.len() >= 5, "{reduced:?}");
    assert!(reduced.contains(&(200, 600, 0, 0)), "the great step: {reduced:?}");
    // The fewest points leave the smallest error: half of the small steps fit in 201 points, seven of the 200 in ten.
    for (points_max, error_max) in [(201, 1), (10, 30)] {
        let kept = curve(&players(&facts), points_max);
        let error = every.iter().map(|point| {
            let before = kept.iter().rev().find(|kept| kept.ms <= point.ms).unwrap();
            point.acked - before.acked
        });
        assert!(error.max().unwrap() <= error_max, "{points_max} points");
    }
}

#[test]
fn bars_hold_everybody_once() {
    let facts: Vec<Fact> = [0, 30, 31, 60, 120, 121, 300, 7200, 7201]
        .into_iter()
        .zip(1..)
        .map(|(seconds, person)| acked(person, seconds))
        .chain([called(100), excused(101, Excuse::Leave)])
        .collect();
    let histogram = scored(&scenario(objectives(), Vec::new()), &facts, &[]).histogram;
    let people: Vec<u32> = histogram.bars.iter().map(|bar| bar.people).collect();
    assert_eq!(people, [2, 2, 0, 1, 1, 1, 0, 0, 0, 0, 1, 1]);
    assert_eq!(histogram.never, 1);
    assert_eq!(histogram.bars.last().unwrap().until_ms, None);
}
