//! Laws that hold whatever people did.

use proptest::prelude::*;
use proptest::sample::Index;

use super::*;
use crate::exercise::objective::Rating;

fn time() -> impl Strategy<Value = Option<u64>> {
    prop::option::weighted(0.7, (0..120_u64).prop_map(|half_minutes| half_minutes * 30 * SECOND))
}

/// What anybody may have done under one of three orders; also what makes no sense, such as an arrival without an acknowledgement.
fn fact(people: std::ops::Range<u32>) -> impl Strategy<Value = Fact> {
    let who = (people, 1..=4_u32, 1..=3_u32);
    let flags = (
        prop::bool::weighted(0.2),
        prop::bool::weighted(0.8),
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
        0..=4_u8,
    );
    let ends = (
        prop::option::weighted(0.15, prop::sample::select(LeaveReason::ALL.to_vec())),
        prop::option::weighted(
            0.1,
            prop::sample::select(vec![
                Excuse::Leave,
                Excuse::OtherDuty,
                Excuse::OrderWithdrawn,
                Excuse::Exempt,
            ]),
        ),
        prop::bool::weighted(0.05),
    );
    (who, flags, (time(), time(), time()), ends).prop_map(|(who, flags, times, ends)| Fact {
        person: PersonId(who.0),
        unit: UnitId(who.1),
        order: OrderId(who.2),
        is_simulated: flags.0,
        is_reached: flags.1,
        is_dead_number: flags.2,
        is_backup: flags.3,
        is_late: flags.4,
        steps: flags.5,
        acked_ms: times.0,
        departed_ms: times.1,
        arrived_ms: times.2,
        declined: ends.0.map(|(reason, _)| reason),
        excuse: ends.1,
        is_preempted: ends.2,
    })
}

fn facts() -> impl Strategy<Value = Vec<Fact>> {
    prop::collection::vec(fact(1..30), 0..60)
}

/// Objectives that ask for more people, sooner.
fn asked() -> impl Strategy<Value = Vec<Objective>> {
    let metric = prop_oneof![
        Just(Metric::Reached),
        Just(Metric::Acknowledged),
        (0..60 * MINUTE).prop_map(Metric::AcknowledgedWithin),
        Just(Metric::AcknowledgeP50),
        Just(Metric::AcknowledgeP90),
        Just(Metric::AcknowledgeMax),
        (0..60 * MINUTE).prop_map(Metric::AssembledWithin),
        Just(Metric::Arrived),
        Just(Metric::OnTime),
        Just(Metric::Declined),
    ];
    let one = (metric, 0..=1100_u32, 0..60 * MINUTE, 0..5_u32).prop_map(|(metric, permille, ms, weight)| {
        let target = match metric {
            Metric::AcknowledgeP50 | Metric::AcknowledgeP90 | Metric::AcknowledgeMax => Target::AtMost(ms),
            Metric::Declined => Target::AtMost(u64::from(permille)),
            Metric::Reached
            | Metric::Acknowledged
            | Metric::AcknowledgedWithin(_)
            | Metric::AssembledWithin(_)
            | Metric::Arrived
            | Metric::OnTime
            | Metric::InjectsDone => Target::AtLeast(permille),
        };
        let mut objective = objective(metric, target);
        objective.weight = weight;
        objective
    });
    prop::collection::vec(one, 0..8)
}

fn met(score: &Score) -> Vec<u32> {
    let met = |line: &Assessed| line.result.map_or(0, |of| of.met_permille);
    score.rated.objectives.iter().map(met).collect()
}

fn sum(parts: impl IntoIterator<Item = Figures>) -> [u64; 14] {
    let mut sums = [0; 14];
    for figures in parts {
        let counts = [
            figures.called,
            figures.excused_total(),
            figures.preempted,
            figures.target,
            figures.reached,
            figures.acknowledged,
            figures.departed,
            figures.on_time,
            figures.late,
            figures.declined_total(),
            figures.answered,
            figures.silent,
            figures.unreached,
            figures.assembled[2],
        ];
        sums.iter_mut()
            .zip(counts)
            .for_each(|(sum, count)| *sum += u64::from(count));
    }
    sums
}

fn all_of(league: &League) -> Vec<Figures> {
    let lines = league.units.iter().map(|line| line.figures.clone());
    lines
        .chain(league.small.iter().map(|small| small.figures.clone()))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn the_order_of_the_facts_does_not_matter_nor_does_a_year_on_disk(
        (facts, shuffled) in facts().prop_flat_map(|facts| (Just(facts.clone()), Just(facts).prop_shuffle())),
        asked in asked(),
    ) {
        let scenario = scenario(asked, Vec::new());
        let scored_once = scored(&scenario, &facts, &[]);
        let stored = postcard::to_stdvec(&shuffled).unwrap();
        let read: Vec<Fact> = postcard::from_bytes(&stored).unwrap();
        prop_assert_eq!(&scored(&scenario, &read, &[]), &scored_once);
        prop_assert_eq!(scored(&scenario, &facts, &[]), scored_once);
    }

    #[test]
    fn every_sum_holds(facts in facts(), asked in asked()) {
        let scenario = scenario(asked, Vec::new());
        let score = scored(&scenario, &facts, &[]);
        let Split { real, simulated, all } = &score.figures;
        let of_orders = score.orders.iter().flat_map(|(_, split)| [&split.real, &split.simulated, &split.all]);
        let of_units = [all_of(&score.units), all_of(&score.simulated_units)].concat();
        for figures in [real, simulated, all].into_iter().chain(of_orders).chain(&of_units) {
            prop_assert!(figures.adds_up(), "{:?}", figures);
            let (target, gone) = (figures.target, figures.excused_total() + figures.preempted);
            prop_assert_eq!(target, figures.called - gone);
            prop_assert_eq!(target, figures.arrived + figures.declined_total() + figures.absent());
        }
        let people: std::collections::BTreeSet<_> = facts.iter().map(|fact| fact.person).collect();
        prop_assert_eq!(all.called as usize, people.len());
        prop_assert_eq!(sum([real.clone(), simulated.clone()]), sum([all.clone()]));
        prop_assert_eq!(sum(all_of(&score.units)), sum([real.clone()]));
        prop_assert_eq!(sum(all_of(&score.simulated_units)), sum([simulated.clone()]));
        for (histogram, of) in [(&score.histogram, real), (&score.simulated_histogram, simulated)] {
            let bars: u32 = histogram.bars.iter().map(|bar| bar.people).sum();
            prop_assert_eq!((bars, histogram.never), (of.acknowledged, of.target - of.acknowledged));
        }
        let nobody = BTreeSet::new();
        let short = brief(&run_of(&scenario, &facts, &[], &nobody), &RatingPolicy::default());
        prop_assert_eq!((&short.basis, &short.rated), (&score.basis, &score.rated));
        let basis = match score.basis {
            Basis::Real => real,
            Basis::Simulated => simulated,
        };
        prop_assert_eq!(&short.figures, basis);
        let last = score.curve.last().unwrap();
        prop_assert_eq!((last.acked, last.departed, last.arrived), (basis.acknowledged, basis.departed, basis.arrived));
    }

    #[test]
    fn a_score_is_between_nought_and_a_hundred_and_p_is_met(facts in facts(), asked in asked()) {
        let score = scored(&scenario(asked, Vec::new()), &facts, &[]);
        prop_assert!(score.rated.score.is_none_or(|score| score <= 1000));
        prop_assert_eq!(score.rated.score.is_some(), score.rated.conclusion.is_some());
        for line in &score.rated.objectives {
            if let Ok(of) = line.result {
                prop_assert!(of.met_permille <= 1000);
                prop_assert_eq!(of.rating == Rating::P, of.met_permille == 1000);
            }
        }
    }

    #[test]
    fn other_names_for_the_units_change_nothing_but_names(
        facts in facts(), asked in asked(), names in Just(vec![11_u32, 22, 33, 44]).prop_shuffle(),
    ) {
        // Whom two orders reached in two units counts in the unit of the first: one unit each, so that names decide nothing.
        let facts: Vec<Fact> = facts.into_iter().map(|fact| of_unit(fact.person.0 % 4 + 1, fact)).collect();
        let scenario = scenario(asked, Vec::new());
        let renamed: Vec<Fact> =
            facts.iter().map(|fact| of_unit(names[fact.unit.0 as usize - 1], fact.clone())).collect();
        let (mut before, mut after) = (scored(&scenario, &facts, &[]), scored(&scenario, &renamed, &[]));
        for score in [&mut before.units, &mut before.simulated_units] {
            score.units.iter_mut().for_each(|line| line.unit = UnitId(names[line.unit.0 as usize - 1]));
            score.units.sort_by_key(|line| line.unit);
        }
        for score in [&mut after.units, &mut after.simulated_units] {
            score.units.sort_by_key(|line| line.unit);
        }
        prop_assert_eq!(before, after);
    }

    #[test]
    fn whoever_is_excused_or_taken_by_a_real_event_changes_no_share(
        facts in facts(), asked in asked(),
        others in prop::collection::vec((fact(100..110), any::<bool>()), 1..5),
    ) {
        let scenario = scenario(asked, Vec::new());
        let mut more = facts.clone();
        more.extend(others.into_iter().map(|(fact, is_preempted)| Fact {
            is_simulated: false,
            is_preempted,
            excuse: Some(fact.excuse.unwrap_or(Excuse::Leave)),
            ..fact
        }));
        let (before, after) = (scored(&scenario, &facts, &[]), scored(&scenario, &more, &[]));
        let gone = |figures: &Figures| {
            let mut counted = figures.clone();
            (counted.called, counted.preempted) = (0, 0);
            counted.excused.clear();
            counted
        };
        prop_assert_eq!(gone(&after.figures.real), gone(&before.figures.real));
        prop_assert_eq!(&after.simulated_units, &before.simulated_units);
        let lines = |score: &Score| {
            let lines = score.units.units.iter();
            lines.map(|line| (line.unit, line.score, line.rank, gone(&line.figures))).collect::<Vec<_>>()
        };
        prop_assert_eq!(lines(&after), lines(&before));
        prop_assert_eq!(after.basis, before.basis);
        prop_assert_eq!(&after.rated, &before.rated);
        prop_assert_eq!(&after.curve, &before.curve);
        prop_assert_eq!(&after.histogram, &before.histogram);
    }

    #[test]
    fn nobody_simulated_changes_a_figure_of_real_people(
        facts in facts(), asked in asked(), others in prop::collection::vec(fact(1..60), 0..40),
    ) {
        let scenario = scenario(asked, Vec::new());
        let facts: Vec<Fact> = facts.into_iter().map(|fact| Fact { is_simulated: false, ..fact }).collect();
        let mut more = facts.clone();
        more.extend(others.into_iter().map(simulated));
        let (before, after) = (scored(&scenario, &facts, &[]), scored(&scenario, &more, &[]));
        prop_assert_eq!(&after.figures.real, &before.figures.real);
        prop_assert_eq!(&after.units, &before.units);
        for (order, split) in &before.orders {
            let same = after.orders.iter().find(|(other, _)| other == order).unwrap();
            prop_assert_eq!(&same.1.real, &split.real);
        }
        if before.figures.real.target > 0 {
            prop_assert_eq!(&after.rated, &before.rated);
            prop_assert_eq!(&after.curve, &before.curve);
        }
    }

    #[test]
    fn who_answers_or_arrives_earlier_never_lowers_the_score(
        facts in facts(), asked in asked(), who in any::<Index>(), earlier in 0..=1000_u64, arrival in any::<bool>(),
    ) {
        let mut sooner = facts.clone();
        if !facts.is_empty() {
            let fact = &mut sooner[who.index(facts.len())];
            let time = if arrival { &mut fact.arrived_ms } else { &mut fact.acked_ms };
            *time = time.map(|ms| ms * earlier / 1000);
        }
        let scenario = scenario(asked, Vec::new());
        let (before, after) = (scored(&scenario, &facts, &[]), scored(&scenario, &sooner, &[]));
        for (now, then) in met(&after).into_iter().zip(met(&before)) {
            prop_assert!(now >= then, "{now} {then}");
        }
        prop_assert!(after.rated.score >= before.rated.score);
    }

    #[test]
    fn who_answers_at_all_never_lowers_the_score(facts in facts(), asked in asked(), who in any::<Index>(), ms in time()) {
        // The median of those who answered is about fewer people where somebody did not: it is the one figure a late answer may worsen.
        let asked = asked.into_iter().filter(|objective| objective.metric != Metric::AcknowledgeP50).collect();
        let mut more = facts.clone();
        if !facts.is_empty() {
            let fact = &mut more[who.index(facts.len())];
            fact.acked_ms = fact.acked_ms.or(ms);
        }
        let scenario = scenario(asked, Vec::new());
        let (before, after) = (scored(&scenario, &facts, &[]), scored(&scenario, &more, &[]));
        for (now, then) in met(&after).into_iter().zip(met(&before)) {
            prop_assert!(now >= then, "{now} {then}");
        }
        prop_assert!(after.rated.score >= before.rated.score);
    }

    #[test]
    fn a_curve_only_rises_in_its_bounds_and_is_never_far_off(facts in facts(), points_max in 0..20_usize) {
        let people = players(&facts);
        let every = curve(&people, usize::MAX);
        let reduced = curve(&people, points_max);
        prop_assert!(reduced.len() <= points_max.max(2));
        for pair in every.windows(2) {
            prop_assert!(pair[0].ms < pair[1].ms);
            prop_assert!(pair[0].acked <= pair[1].acked);
            prop_assert!(pair[0].departed <= pair[1].departed && pair[0].arrived <= pair[1].arrived);
        }
        for point in &every {
            prop_assert!(point.arrived <= point.departed && point.departed <= point.acked);
        }
        prop_assert!(reduced.iter().all(|point| every.contains(point)));
        prop_assert_eq!((reduced.first(), reduced.last()), (every.first(), every.last()));
    }

    #[test]
    fn a_forecast_is_the_same_whatever_the_order_and_lies_in_its_interval(
        (nights, shuffled) in prop::collection::vec(prop::collection::vec(fact(1..30), 0..40), 0..6)
            .prop_flat_map(|nights| {
                let shuffled = nights.iter().map(|facts| Just(facts.clone()).prop_shuffle()).collect::<Vec<_>>();
                (Just(nights), shuffled)
            }),
        percent in 1..=100_u8,
    ) {
        let policy = ForecastPolicy { arrive_percent: percent, people_min: 5, resamples: 100, ..ForecastPolicy::default() };
        let musters = |nights: &[Vec<Fact>], back: bool| {
            let mut musters: Vec<_> = (1..).zip(nights).map(|(run, facts)| PastMuster { run, facts }).collect();
            if back {
                musters.reverse();
            }
            forecast(&musters, |unit| unit.0 <= 2, &policy)
        };
        let told = musters(&nights, false);
        prop_assert_eq!(&told, &musters(&shuffled, true));
        match told {
            Forecast::Within(within) => {
                prop_assert!(within.low_ms <= within.ms);
                prop_assert!(within.high_ms.is_none_or(|high| within.ms <= high));
                prop_assert!(within.runs >= 2 && within.people >= 5);
            }
            Forecast::NotReached(not) => prop_assert!(not.arrives_permille <= 1000 && not.people >= 5),
            Forecast::NotEnoughData(lack) => {
                prop_assert!(lack.runs < lack.runs_needed || lack.people < lack.people_needed);
            }
        }
    }
}
