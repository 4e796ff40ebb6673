//! What many draws come to.

use std::time::Duration;

use proptest::prelude::*;

use super::*;

const PEOPLE: u32 = 20_000;

fn crowd(period: Period, area: Area) -> Vec<PersonBehaviour> {
    let parameters = BehaviourParameters::default();
    (1..=PEOPLE)
        .map(|person| PersonBehaviour::sample(&parameters, 7, period, area, person))
        .collect()
}

fn share(crowd: &[PersonBehaviour], is: impl Fn(&PersonBehaviour) -> bool) -> f64 {
    crowd.iter().filter(|person| is(person)).count() as f64 / crowd.len() as f64
}

fn near(value: f64, expected: f64, tolerance: f64) {
    assert!(
        (value - expected).abs() <= tolerance,
        "{value} is not {expected} ± {tolerance}"
    );
}

fn answered(person: &PersonBehaviour) -> Option<Duration> {
    match person.answer {
        Answer::Ack(after) | Answer::Decline(after, _) => Some(after),
        Answer::Never => None,
    }
}

#[test]
fn answers_are_faster_by_day_than_by_night() {
    for (period, median_s, never) in [(Period::Work, 110.0, 0.02), (Period::Night, 255.0, 0.025)] {
        let crowd = crowd(period, Area::Urban);
        let mut delays: Vec<Duration> = crowd.iter().filter_map(answered).collect();
        delays.sort_unstable();
        near(delays[delays.len() / 2].as_secs_f64(), median_s, median_s * 0.15);
        near(share(&crowd, |person| person.answer == Answer::Never), never, 0.012);
        near(
            share(&crowd, |person| matches!(person.answer, Answer::Decline(..))),
            0.04,
            0.006,
        );
    }
}

#[test]
fn those_who_decline_say_why() {
    let crowd = crowd(Period::Work, Area::Urban);
    let declines: Vec<_> = crowd
        .iter()
        .filter(|person| matches!(person.answer, Answer::Decline(..)))
        .cloned()
        .collect();
    for (reason, expected) in [
        (DeclineReason::OtherDuty, 0.45),
        (DeclineReason::Medical, 0.20),
        (DeclineReason::OutOfTown, 0.25),
        (DeclineReason::Other, 0.10),
    ] {
        near(
            share(
                &declines,
                |person| matches!(person.answer, Answer::Decline(_, why) if why == reason),
            ),
            expected,
            0.06,
        );
    }
}

#[test]
fn the_way_is_longer_in_the_country() {
    for (area, minutes) in [(Area::Urban, 18.0), (Area::Rural, 32.0)] {
        let crowd = crowd(Period::Work, area);
        let mean = crowd
            .iter()
            .map(|person| person.travel.as_secs_f64() / 60.0)
            .sum::<f64>()
            / f64::from(PEOPLE);
        near(mean, minutes, minutes * 0.03);
    }
}

#[test]
fn people_report_and_err_in_the_shares_of_the_domain() {
    let crowd = crowd(Period::Work, Area::Urban);
    for (method, expected) in [
        (Method::QrCode, 0.60),
        (Method::GpsApp, 0.25),
        (Method::RollCall, 0.13),
        (Method::Desk, 0.02),
    ] {
        near(share(&crowd, |person| person.method == method), expected, 0.015);
    }
    near(share(&crowd, |person| person.no_show), 0.015, 0.004);
    near(share(&crowd, |person| person.offline_for.is_some()), 0.03, 0.006);
    near(share(&crowd, |person| person.wrong_site), 0.01, 0.004);
    near(share(&crowd, |person| person.double_scan), 0.04, 0.006);
    near(share(&crowd, |person| person.clock_skew_ms != 0), 0.02, 0.005);
    assert!(crowd.iter().all(|person| person.clock_skew_ms.abs() <= 90_000));
}

#[test]
fn a_file_names_only_what_it_changes() {
    let text = "no_show = 0.05\n[answer.night]\nack_median_s = 400.0\n";
    let parameters: BehaviourParameters = toml::from_str(text).expect("parameters");
    let mut expected = BehaviourParameters {
        no_show: 0.05,
        ..BehaviourParameters::default()
    };
    expected.answer.night.ack_median_s = 400.0;
    assert_eq!(parameters, expected);
    let wrong = toml::from_str::<BehaviourParameters>("no_shows = 0.05").expect_err("an unknown key");
    assert!(wrong.to_string().contains("no_shows"), "{wrong}");
}

/// A crowd of a profile: the share that never answers, the median time to answer, the mean time on the way in town.
fn comes_to(name: &str, period: Period) -> (f64, f64, f64) {
    let parameters = BehaviourParameters::profile(name).expect("it ships");
    let crowd: Vec<_> = (1..=PEOPLE)
        .map(|person| PersonBehaviour::sample(&parameters, 7, period, Area::Urban, person))
        .collect();
    let mut delays: Vec<Duration> = crowd.iter().filter_map(answered).collect();
    delays.sort_unstable();
    let never = share(&crowd, |person| person.answer == Answer::Never);
    let median_s = delays[delays.len() / 2].as_secs_f64();
    (never, median_s, parameters.travel.urban_mean_min)
}

#[test]
fn the_profiles_that_ship_behave_as_their_names_say() {
    let names = PROFILES.map(|(name, _)| name);
    assert_eq!(names, ["day", "dead-numbers", "night", "outage", "typhoon"]);
    assert_eq!(BehaviourParameters::profile("nobody"), None);
    for name in names {
        let parameters = BehaviourParameters::profile(name).expect("it ships");
        let BehaviourParameters {
            answer,
            decline,
            arrival,
            no_show,
            ..
        } = &parameters;
        let shares = [
            answer.dead_number,
            answer.reached_by_calls,
            answer.work.app_within_5_min,
            answer.work.pick_up,
            answer.night.app_within_5_min,
            answer.night.pick_up,
            decline.share,
            arrival.offline,
            arrival.wrong_site,
            arrival.double_scan,
            arrival.clock_skew,
            *no_show,
        ];
        assert!(
            shares.iter().all(|share| (0.0..=1.0).contains(share)),
            "{name}: {shares:?}"
        );
    }
    let of = |name| comes_to(name, Period::Work);
    let (day, night, typhoon) = (of("day"), of("night"), of("typhoon"));
    assert!(night.1 > 1.5 * day.1, "{night:?} {day:?}");
    assert_eq!(
        (comes_to("day", Period::Night), comes_to("night", Period::Night)),
        (day, night)
    );
    assert!(typhoon.2 > 1.5 * day.2, "{typhoon:?} {day:?}");
    // Beside those with a dead number, some are reached by no call.
    assert!(of("dead-numbers").0 > 0.12 && day.0 < 0.04, "{day:?}");
    assert!(of("outage").0 > 0.12, "{:?}", of("outage"));
}

proptest! {
    /// Also of parameters that make no sense.
    #[test]
    fn a_draw_is_repeatable_and_total(
        seed: u64,
        person: u32,
        median in -10.0_f64..1e6,
        sigma in -1.0_f64..5.0,
        chance in -1.0_f64..2.0,
        mean in -1.0_f64..1e4,
    ) {
        let mut parameters = BehaviourParameters { no_show: chance, ..BehaviourParameters::default() };
        parameters.answer.work.ack_median_s = median;
        parameters.answer.work.ack_sigma = sigma;
        parameters.answer.work.pick_up = chance;
        parameters.travel.urban_mean_min = mean;
        parameters.travel.leave_mean_s = mean;
        parameters.arrival.wrong_site = chance;
        let draw = || PersonBehaviour::sample(&parameters, seed, Period::Work, Area::Urban, person);
        prop_assert_eq!(draw(), draw());
    }

    /// Changing one thing about people leaves the rest of them as they were.
    #[test]
    fn parts_are_independent(seed: u64, person: u32) {
        let parameters = BehaviourParameters::default();
        let mut other = parameters.clone();
        other.travel.shape = 1.0;
        other.decline.share = 0.5;
        let draw = |parameters| PersonBehaviour::sample(parameters, seed, Period::Work, Area::Rural, person);
        let (before, after) = (draw(&parameters), draw(&other));
        prop_assert_eq!(before.method, after.method);
        prop_assert_eq!(before.clock_skew_ms, after.clock_skew_ms);
        prop_assert_eq!(answered(&before), answered(&after));
    }
}
