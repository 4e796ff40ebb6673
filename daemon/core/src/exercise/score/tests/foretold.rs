//! Forecasts.

use super::*;

/// A run in which these people arrive after these minutes, and so many never.
fn night(minutes: impl IntoIterator<Item = u64>, never: u32) -> Vec<Fact> {
    (1..)
        .zip(minutes)
        .map(|(person, minutes)| arrived(person, 10, minutes))
        .chain((1..=never).map(|person| called(1000 + person)))
        .collect()
}

fn of(nights: &[Vec<Fact>]) -> Forecast {
    let musters: Vec<_> = (1..)
        .zip(nights)
        .map(|(run, facts)| PastMuster { run, facts })
        .collect();
    forecast(&musters, |unit| unit == UnitId(1), &ForecastPolicy::default())
}

fn within(forecast: &Forecast) -> Within {
    match forecast {
        Forecast::Within(within) => *within,
        other @ (Forecast::NotReached(_) | Forecast::NotEnoughData(_)) => panic!("{other:?}"),
    }
}

#[test]
fn people_who_always_take_ten_minutes_will_take_ten_minutes() {
    let forecast = of(&[night([10; 10], 0), night([10; 10], 0)]);
    let expected = Within {
        arrive_percent: 80,
        ms: 10 * MINUTE,
        low_ms: 10 * MINUTE,
        high_ms: Some(10 * MINUTE),
        runs: 2,
        people: 20,
    };
    assert_eq!(forecast, Forecast::Within(expected));
}

#[test]
fn eighty_of_a_hundred_is_the_eightieth_and_the_interval_lies_about_it() {
    let nights: Vec<_> = (0..5)
        .map(|night_of| night((1..=20).map(|n| n * 5 - night_of), 0))
        .collect();
    let within = within(&of(&nights));
    assert_eq!((within.ms, within.runs, within.people), (80 * MINUTE, 5, 100));
    // The share of 100 draws that is at most t has a standard deviation of 4 %: 1.64 of them are six and a half minutes.
    assert!((70..80).contains(&(within.low_ms / MINUTE)), "{within:?}");
    assert!((81..=90).contains(&(within.high_ms.unwrap() / MINUTE)), "{within:?}");
}

#[test]
fn nights_that_differ_make_the_interval_as_wide_as_they_differ() {
    let within = within(&of(&[night([10; 50], 0), night([40; 50], 0)]));
    assert_eq!(
        (within.low_ms, within.ms, within.high_ms),
        (10 * MINUTE, 40 * MINUTE, Some(40 * MINUTE))
    );
}

#[test]
fn where_too_few_ever_arrive_there_is_no_time() {
    let forecast = of(&[night([10; 7], 3), night([10; 7], 3)]);
    let expected = NotReached {
        arrive_percent: 80,
        arrives_permille: 700,
        runs: 2,
        people: 20,
    };
    assert_eq!(forecast, Forecast::NotReached(expected));
}

#[test]
fn where_it_may_never_be_reached_the_interval_is_open() {
    let within = within(&of(&[night([10; 17], 3), night([10; 17], 3)]));
    assert_eq!((within.ms, within.high_ms), (10 * MINUTE, None));
}

#[test]
fn too_few_runs_or_people_are_not_enough() {
    let lack = |runs, people| {
        Forecast::NotEnoughData(NotEnoughData {
            runs,
            runs_needed: 2,
            people,
            people_needed: 20,
        })
    };
    assert_eq!(of(&[]), lack(0, 0));
    assert_eq!(of(&[night([10; 100], 0)]), lack(1, 100));
    assert_eq!(of(&[night([10; 9], 0), night([10; 10], 0)]), lack(2, 19));
    let elsewhere: Vec<Fact> = night([10; 20], 0).into_iter().map(|fact| of_unit(2, fact)).collect();
    assert_eq!(of(&[night([10; 20], 0), elsewhere]), lack(1, 20));
}

#[test]
fn nobody_simulated_excused_or_taken_by_a_real_event_counts() {
    let nights = [night([10; 10], 0), night([10; 10], 0)];
    let mut more = nights.clone();
    more[0].extend((0..50).map(|person| simulated(arrived(2000 + person, 1, 90))));
    more[0].extend((0..50).map(|person| excused(3000 + person, Excuse::Leave)));
    more[1].extend((0..50).map(|person| preempted(4000 + person)));
    assert_eq!(of(&more), of(&nights));
}

#[test]
fn only_the_last_runs_count() {
    let old: Vec<_> = (0..3).map(|_| night([90; 20], 0)).collect();
    let last: Vec<_> = (0..5).map(|_| night([10; 20], 0)).collect();
    let within = within(&of(&[old, last].concat()));
    assert_eq!(
        (within.ms, within.high_ms, within.runs),
        (10 * MINUTE, Some(10 * MINUTE), 5)
    );
}
