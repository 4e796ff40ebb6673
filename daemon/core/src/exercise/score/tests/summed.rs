//! Figures and ratings that were worked out by hand.

use super::*;
use crate::exercise::objective::Rating;

#[test]
fn twenty_people_come_to_what_was_worked_out_by_hand() {
    let figures = figures_of(&twenty());
    let expected = Figures {
        called: 20,
        excused: BTreeMap::from([(Excuse::Leave, 1), (Excuse::Exempt, 1)]),
        preempted: 1,
        target: 17,
        reached: 16,
        acknowledged: 14,
        departed: 12,
        arrived: 11,
        on_time: 9,
        late: 2,
        declined: BTreeMap::from([(LeaveReason::OtherDuty, 1), (LeaveReason::Medical, 1)]),
        answered: 2,
        silent: 1,
        unreached: 1,
        open: 0,
        assembled: [4, 7, 10],
        ack_p50_ms: Some(50 * SECOND),
        ack_p90_ms: None,
        ack_max_ms: None,
        first_ack_ms: Some(10 * SECOND),
        last_ack_ms: Some(300 * SECOND),
        arrive_p50_ms: Some(20 * MINUTE),
        arrive_p90_ms: None,
        first_arrival_ms: Some(5 * MINUTE),
        last_arrival_ms: Some(61 * MINUTE),
        backups: 1,
        dead_numbers: 1,
        steps: 8,
    };
    assert_eq!(figures, expected);
    assert_eq!(
        (figures.excused_total(), figures.declined_total(), figures.absent()),
        (2, 2, 4)
    );
    assert_eq!(figures.permille(figures.arrived), Some(647));
    assert_eq!(Figures::default().permille(0), None);
}

#[test]
fn nobody_who_may_still_come_is_absent() {
    let facts = twenty();
    let missing = players(&facts).into_iter().filter(|player| {
        let gone = [Outcome::Answered, Outcome::Silent, Outcome::Unreached];
        gone.contains(&player.outcome)
    });
    let missing: BTreeSet<PersonId> = missing.map(|player| player.person).collect();
    assert_eq!(missing.len(), 4);
    let scenario = scenario(vec![objective(Metric::Arrived, Target::AtLeast(900))], vec![]);
    let of =
        |open: &BTreeSet<(OrderId, PersonId)>| score(&run_of(&scenario, &facts, &[], open), &RatingPolicy::default());
    let all: BTreeSet<_> = facts.iter().map(|fact| (fact.order, fact.person)).collect();
    let (over, running) = (of(&BTreeSet::new()), of(&all));
    assert_eq!((over.figures.all.absent(), over.figures.all.open), (4, 0));
    assert_eq!((running.figures.all.absent(), running.figures.all.open), (0, 4));
    let is_first = |fact: &&Fact| missing.first() == Some(&fact.person);
    let first = facts.iter().find(is_first).unwrap();
    let one = BTreeSet::from([(first.order, first.person)]);
    assert_eq!((of(&one).figures.all.absent(), of(&one).figures.real.absent()), (3, 3));
    // To another order they may come; from this one they are absent.
    let other = BTreeSet::from([(OrderId(u32::MAX), first.person)]);
    assert_eq!(of(&other).figures.all.absent(), 4);
    assert_eq!(running.rated, over.rated, "the rest is the same");
}

#[test]
fn percentiles_are_at_the_nearest_rank() {
    // (people who acknowledged after 1, 2, … seconds, people who did not, P50, P90, max), in seconds
    let table = [
        (0, 0, None, None, None),
        (0, 3, None, None, None),
        (1, 0, Some(1), Some(1), Some(1)),
        (2, 0, Some(1), Some(2), Some(2)),
        (9, 1, Some(5), Some(9), None),
        (9, 2, Some(5), None, None),
        (10, 0, Some(5), Some(9), Some(10)),
        (11, 0, Some(6), Some(10), Some(11)),
        (100, 0, Some(50), Some(90), Some(100)),
    ];
    for (answers, silent, p50, p90, max) in table {
        let mut facts: Vec<Fact> = (1..=answers).map(|person| acked(person, u64::from(person))).collect();
        facts.extend((1..=silent).map(|person| called(1000 + person)));
        let figures = figures_of(&facts);
        let times = [figures.ack_p50_ms, figures.ack_p90_ms, figures.ack_max_ms];
        let expected = [p50, p90, max].map(|seconds: Option<u64>| seconds.map(|seconds| seconds * SECOND));
        assert_eq!(times, expected, "{answers} answers, {silent} silent");
    }
}

#[test]
fn objectives_come_to_what_was_worked_out_by_hand() {
    let mut objectives = objectives();
    objectives.push(objective(Metric::InjectsDone, Target::AtLeast(1000)));
    let injects = vec![inject(1, 0), inject(2, 0), inject(3, 0), inject(4, 0)];
    let outcomes = [
        outcome(1, Verdict::Done),
        outcome(2, Verdict::Partly),
        outcome(3, Verdict::NotDone),
        outcome(4, Verdict::Unjudged),
    ];
    let score = scored(&scenario(objectives, injects), &twenty(), &outcomes);
    let results: Vec<_> = score
        .rated
        .objectives
        .iter()
        .map(|line| line.result.map(|of| (of.value, of.met_permille, of.rating)))
        .collect();
    let expected = [
        (Value::Permille(941), 990, Rating::S),
        (Value::Permille(823), 1000, Rating::P),
        (Value::Permille(470), 522, Rating::U),
        (Value::Time(Some(50 * SECOND)), 1000, Rating::P),
        (Value::Time(None), 875, Rating::M),
        (Value::Time(None), 823, Rating::M),
        (Value::Permille(411), 823, Rating::M),
        (Value::Permille(647), 1000, Rating::P),
        (Value::Permille(818), 909, Rating::S),
        (Value::Permille(118), 928, Rating::S),
        (Value::Permille(500), 500, Rating::U),
    ];
    assert_eq!(results, expected.map(Ok));
    assert_eq!(score.rated.score, Some(851), "9370 / 11");
    assert_eq!(score.rated.conclusion, Some(Conclusion::Good));
    let injects = InjectFigures {
        planned: 4,
        injected: 4,
        done: 1,
        partly: 1,
        not_done: 1,
        unjudged: 1,
    };
    assert_eq!(score.injects, injects);
    assert!(score.asks_arrival);
}

#[test]
fn a_target_is_met_exactly_or_not() {
    let nine_of_ten: Vec<Fact> = (1..=9).map(|person| acked(person, 60)).chain([called(10)]).collect();
    // (metric, target, value, how far met)
    let table = [
        (Metric::Acknowledged, Target::AtLeast(900), Value::Permille(900), 1000),
        (Metric::Acknowledged, Target::AtLeast(901), Value::Permille(900), 998),
        (Metric::Acknowledged, Target::AtLeast(0), Value::Permille(900), 1000),
        (
            Metric::AcknowledgedWithin(60_000),
            Target::AtLeast(900),
            Value::Permille(900),
            1000,
        ),
        (
            Metric::AcknowledgedWithin(59_999),
            Target::AtLeast(900),
            Value::Permille(0),
            0,
        ),
        (
            Metric::AcknowledgeP90,
            Target::AtMost(60_000),
            Value::Time(Some(60_000)),
            1000,
        ),
        (
            Metric::AcknowledgeP90,
            Target::AtMost(59_999),
            Value::Time(Some(60_000)),
            0,
        ),
        (Metric::AcknowledgeMax, Target::AtMost(60_000), Value::Time(None), 900),
        (Metric::Declined, Target::AtMost(0), Value::Permille(0), 1000),
        (Metric::Acknowledged, Target::AtMost(900), Value::Permille(900), 1000),
        (Metric::Acknowledged, Target::AtMost(800), Value::Permille(900), 500),
        (
            Metric::Acknowledged,
            Target::AtMost(u64::MAX),
            Value::Permille(900),
            1000,
        ),
        (Metric::OnTime, Target::AtLeast(900), Value::Permille(0), 0),
        (Metric::Arrived, Target::AtLeast(u32::MAX), Value::Permille(0), 0),
    ];
    for (metric, target, value, met) in table {
        let score = scored(
            &scenario(vec![objective(metric, target)], Vec::new()),
            &nine_of_ten,
            &[],
        );
        let measured = score.rated.objectives[0].result.unwrap();
        assert_eq!(
            (measured.value, measured.met_permille),
            (value, met),
            "{metric:?} {target:?}"
        );
        assert_eq!(score.rated.score, Some(u16::try_from(met).unwrap()));
    }
}

#[test]
fn ratings_and_conclusions_begin_where_the_policy_says() {
    let policy = RatingPolicy::default();
    let ratings = [1000, 999, 900, 899, 700, 699, 0].map(|met| policy.rating(met));
    let expected = [
        Rating::P,
        Rating::S,
        Rating::S,
        Rating::M,
        Rating::M,
        Rating::U,
        Rating::U,
    ];
    assert_eq!(ratings, expected);
    let conclusions = [1000, 900, 899, 800, 799, 600, 599, 0].map(|score| policy.conclusion(score));
    let expected = [
        Conclusion::Excellent,
        Conclusion::Excellent,
        Conclusion::Good,
        Conclusion::Good,
        Conclusion::Fair,
        Conclusion::Fair,
        Conclusion::Poor,
        Conclusion::Poor,
    ];
    assert_eq!(conclusions, expected);
}

#[test]
fn weights_count_and_what_is_not_assessed_leaves_the_sum() {
    let mut objectives = vec![
        objective(Metric::Acknowledged, Target::AtLeast(1000)),
        objective(Metric::Arrived, Target::AtLeast(1000)),
        objective(Metric::InjectsDone, Target::AtLeast(1000)),
        objective(Metric::AcknowledgeP90, Target::AtLeast(900)),
    ];
    objectives[0].weight = 30;
    objectives[2].weight = 1_000_000;
    let facts = [acked(1, 10), acked(2, 10), arrived(3, 10, 10), called(4)];
    let rated = scored(&scenario(objectives, Vec::new()), &facts, &[]).rated;
    assert_eq!(rated.score, Some((750 * 30 + 250 * 10) / 40));
    assert_eq!(rated.objectives[2].result, Err(NotAssessed::NoInjects));
    assert_eq!(rated.objectives[3].result, Err(NotAssessed::Unfit));
}

#[test]
fn without_anything_to_go_by_there_is_no_score() {
    for facts in [vec![], vec![excused(1, Excuse::Leave), preempted(2)]] {
        let rated = scored(&scenario(objectives(), Vec::new()), &facts, &[]).rated;
        assert!(
            rated
                .objectives
                .iter()
                .all(|line| line.result == Err(NotAssessed::NobodyCalled))
        );
        assert_eq!((rated.score, rated.conclusion), (None, None));
    }
    let mut weightless = objective(Metric::Acknowledged, Target::AtLeast(900));
    weightless.weight = 0;
    assert_eq!(
        scored(&scenario(vec![weightless], Vec::new()), &[acked(1, 1)], &[])
            .rated
            .score,
        None
    );
}

#[test]
fn a_tabletop_is_scored_by_its_injects_alone() {
    let objectives = vec![
        objective(Metric::Acknowledged, Target::AtLeast(900)),
        objective(Metric::InjectsDone, Target::AtLeast(800)),
    ];
    let mut scenario = scenario(objectives, vec![inject(1, 2), inject(2, 2), inject(3, 1)]);
    scenario.order = None;
    let outcomes = [
        outcome(1, Verdict::Done),
        outcome(2, Verdict::Partly),
        outcome(3, Verdict::NotDone),
    ];
    let score = scored(&scenario, &[], &outcomes);
    let measured = score.rated.objectives[1].result.unwrap();
    assert_eq!(
        measured.value,
        Value::Permille(750),
        "the third serves another objective"
    );
    assert_eq!(score.rated.score, Some(937));
    assert!(!score.asks_arrival);
}

#[test]
fn what_comes_after_the_window_is_no_answer() {
    assert!(within_window(0, 0) && within_window(60_000, 60_000));
    assert!(!within_window(60_001, 60_000));
}

#[test]
fn whom_several_orders_called_counts_under_each_and_once_by_the_best() {
    // (facts of one person, outcome, acknowledged, arrived)
    let late = Fact {
        is_late: true,
        ..arrived(1, 30, 20)
    };
    let table = [
        (
            vec![called(1), under(2, acked(1, 40))],
            Outcome::Answered,
            Some(40),
            None,
        ),
        (
            vec![acked(1, 90), under(2, arrived(1, 100, 5))],
            Outcome::OnTime,
            Some(90),
            Some(5),
        ),
        (
            vec![late.clone(), under(2, arrived(1, 100, 25))],
            Outcome::OnTime,
            Some(30),
            Some(20),
        ),
        (
            vec![late.clone(), under(2, called(1))],
            Outcome::Late,
            Some(30),
            Some(20),
        ),
        (
            vec![excused(1, Excuse::OrderWithdrawn), under(2, called(1))],
            Outcome::Silent,
            None,
            None,
        ),
        (
            vec![excused(1, Excuse::Leave), under(2, excused(1, Excuse::Exempt))],
            Outcome::Excused,
            None,
            None,
        ),
        (
            vec![arrived(1, 1, 1), under(2, preempted(1))],
            Outcome::Preempted,
            None,
            None,
        ),
        (
            vec![declined(1, LeaveReason::Medical), under(2, acked(1, 8))],
            Outcome::Answered,
            Some(8),
            None,
        ),
        (
            vec![declined(1, LeaveReason::Medical), under(2, called(1))],
            Outcome::Declined,
            None,
            None,
        ),
        (vec![simulated(acked(1, 8)), called(1)], Outcome::Silent, None, None),
    ];
    for (facts, outcome, acked_s, arrived_min) in table {
        let [player] = &players(&facts)[..] else {
            panic!("one person")
        };
        assert_eq!(player.outcome, outcome, "{facts:?}");
        assert_eq!(
            player.acked_ms,
            acked_s.map(|seconds: u64| seconds * SECOND),
            "{facts:?}"
        );
        assert_eq!(
            player.arrived_ms,
            arrived_min.map(|minutes: u64| minutes * MINUTE),
            "{facts:?}"
        );
    }
    let twice = [late, under(2, called(1)), under(2, acked(2, 1))];
    let score = scored(&scenario(objectives(), Vec::new()), &twice, &[]);
    assert_eq!((score.figures.real.target, score.figures.real.late), (2, 1));
    let orders: Vec<_> = score
        .orders
        .iter()
        .map(|(order, split)| (order.0, split.real.target, split.real.late, split.real.silent))
        .collect();
    assert_eq!(orders, [(1, 1, 1, 0), (2, 2, 0, 1)]);
}

#[test]
fn whoever_arrived_has_acknowledged_and_set_out() {
    let fact = Fact {
        is_reached: false,
        acked_ms: None,
        departed_ms: None,
        ..arrived(1, 1, 7)
    };
    let figures = figures_of(&[fact]);
    assert_eq!((figures.reached, figures.acknowledged, figures.departed), (1, 1, 1));
    assert_eq!(figures.ack_max_ms, Some(7 * MINUTE));
}

#[test]
fn where_nobody_real_counts_the_score_is_of_the_simulated_and_says_so() {
    let scenario = scenario(objectives(), Vec::new());
    let real = scored(&scenario, &twenty(), &[]);
    let others: Vec<Fact> = twenty().into_iter().map(simulated).collect();
    let alone = scored(&scenario, &others, &[]);
    assert_eq!((real.basis, alone.basis), (Basis::Real, Basis::Simulated));
    assert_eq!(real.rated, alone.rated);
    assert_eq!(
        (&real.units, &real.figures.real),
        (&alone.simulated_units, &alone.figures.simulated)
    );
    assert_eq!(alone.figures.real, Figures::default());
    assert_eq!(alone.units, League::default());
    let mixed = scored(&scenario, &[others, vec![excused(99, Excuse::Leave)]].concat(), &[]);
    assert_eq!((mixed.basis, mixed.rated), (Basis::Simulated, alone.rated));
}

#[test]
fn every_word_is_there_once() {
    fn once<T: Copy + PartialEq + std::fmt::Debug, const N: usize>(table: [(T, &'static str); N]) {
        for (kind, text) in table {
            assert_eq!(crate::word::parse(&table, text), Some(kind));
            assert!(
                text.chars().all(|letter| letter.is_ascii_lowercase() || letter == '-'),
                "{text}"
            );
        }
    }
    once(Outcome::ALL);
    once(Conclusion::ALL);
    once(NotAssessed::ALL);
    once(Trend::ALL);
    once(Basis::ALL);
    once(Verdict::ALL);
}
