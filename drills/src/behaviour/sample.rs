//! One person's behaviour, drawn from the parameters.

use std::time::Duration;

use rand::RngExt as _;
use rand_distr::{Distribution as _, Exp, Gamma, LogNormal};
use serde::{Deserialize, Serialize};

use super::parameters::{
    AnswerParameters, ArrivalParameters, BehaviourParameters, DeclineParameters, MethodParameters, TravelParameters,
};
use crate::seed::{Random, Seeds};

/// When it happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Period {
    /// In working hours.
    #[default]
    Work,
    /// At night.
    Night,
}

/// Where a person comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Area {
    /// A town.
    Urban,
    /// The country.
    Rural,
}

/// What a person says to an order, and how long after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Coming.
    Ack(Duration),
    /// Not coming.
    Decline(Duration, DeclineReason),
    /// Nothing, whatever is tried.
    Never,
}

/// Why somebody declines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DeclineReason {
    /// On other duty.
    OtherDuty,
    /// Sick.
    Medical,
    /// Out of town.
    OutOfTown,
    /// Something else.
    Other,
}

impl DeclineReason {
    /// The word for it on the wire.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::OtherDuty => "other-duty",
            Self::Medical => "medical",
            Self::OutOfTown => "out-of-town",
            Self::Other => "other",
        }
    }
}

/// How a person reports at the place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    /// Scans the code on the sheet.
    QrCode,
    /// The app knows the place and brings the code along.
    GpsApp,
    /// The lead's roll-call.
    RollCall,
    /// The registration desk.
    Desk,
}

/// What one person does about one order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonBehaviour {
    /// What they say.
    pub answer: Answer,
    /// Between their answer and setting out.
    pub leaves_after: Duration,
    /// Between setting out and arriving.
    pub travel: Duration,
    /// They say that they come and do not.
    pub no_show: bool,
    /// How they report.
    pub method: Method,
    /// They have no network at the place, for this long.
    pub offline_for: Option<Duration>,
    /// They first go to a muster point that the order does not name.
    pub wrong_site: bool,
    /// They report twice.
    pub double_scan: bool,
    /// How far their device's clock is ahead, in milliseconds.
    pub clock_skew_ms: i64,
}

impl PersonBehaviour {
    /// Draws what this person does. Each part has a generator of its own: a change of one leaves the others as they were.
    #[must_use]
    pub fn sample(parameters: &BehaviourParameters, seed: u64, period: Period, area: Area, person_id: u32) -> Self {
        let seeds = Seeds::new(seed);
        let part = |purpose| seeds.numbered(purpose, u64::from(person_id));
        let BehaviourParameters {
            answer,
            decline,
            travel,
            method,
            arrival,
            no_show,
            lead_report_s: _,
        } = parameters;
        let (leaves_after, travel) = way(travel, area, &mut part("behaviour/travel"));
        let (offline_for, wrong_site, double_scan, clock_skew_ms) = mishaps(arrival, &mut part("behaviour/arrival"));
        Self {
            answer: says(answer, decline, period, &mut part("behaviour/answer")),
            leaves_after,
            travel,
            no_show: part("behaviour/no-show").random_bool(share(*no_show)),
            method: way_to_report(method, &mut part("behaviour/method")),
            offline_for,
            wrong_site,
            double_scan,
            clock_skew_ms,
        }
    }
}

/// The app reaches a share of people so that, with its delays, as many answer within five minutes as the parameters say; the others are
/// called up to three times; who is left never answers.
fn says(answer: &AnswerParameters, decline: &DeclineParameters, period: Period, random: &mut Random) -> Answer {
    let AnswerParameters {
        work,
        night,
        dead_number,
        reached_by_calls,
        first_call_s,
        call_interval_s,
        ack_max_s,
    } = answer;
    let parameters = match period {
        Period::Work => work,
        Period::Night => night,
    };
    let median = parameters.ack_median_s.max(0.001);
    let delay =
        LogNormal::new(median.ln(), parameters.ack_sigma.max(0.0)).map_or(median, |delays| delays.sample(random));
    let (dead, by_app, by_calls): (f64, f64, f64) = (random.random(), random.random(), random.random());
    let (declines, reason): (f64, f64) = (random.random(), random.random());
    if dead < *dead_number {
        return Answer::Never;
    }
    let in_time = lognormal_cdf(300.0, median, parameters.ack_sigma);
    let after_s = if by_app < share(parameters.app_within_5_min / in_time.max(0.01)) {
        delay
    } else if by_calls < *reached_by_calls {
        // The try at which it is picked up; after three it is somebody else's.
        let tries = 1
            + (0..2)
                .take_while(|_| !random.random_bool(share(parameters.pick_up)))
                .count();
        first_call_s + call_interval_s * (tries - 1) as f64 + random.random_range(10.0..60.0)
    } else {
        return Answer::Never;
    };
    let after = seconds(after_s.min(*ack_max_s));
    if declines < decline.share {
        Answer::Decline(after, why(decline, reason))
    } else {
        Answer::Ack(after)
    }
}

fn why(decline: &DeclineParameters, at: f64) -> DeclineReason {
    let DeclineParameters {
        share: _,
        other_duty,
        medical,
        out_of_town,
        other,
    } = decline;
    weighted(
        at,
        [
            (*other_duty, DeclineReason::OtherDuty),
            (*medical, DeclineReason::Medical),
            (*out_of_town, DeclineReason::OutOfTown),
            (*other, DeclineReason::Other),
        ],
    )
}

fn way(travel: &TravelParameters, area: Area, random: &mut Random) -> (Duration, Duration) {
    let TravelParameters {
        shape,
        urban_mean_min,
        rural_mean_min,
        leave_mean_s,
    } = travel;
    let mean_s = 60.0
        * match area {
            Area::Urban => urban_mean_min,
            Area::Rural => rural_mean_min,
        };
    let leaves = exponential(*leave_mean_s, random);
    let takes = Gamma::new(*shape, mean_s / shape).map_or(mean_s, |times| times.sample(random));
    (seconds(leaves), seconds(takes))
}

fn way_to_report(method: &MethodParameters, random: &mut Random) -> Method {
    let MethodParameters {
        qr_code,
        gps_app,
        roll_call,
        desk,
    } = method;
    let ways = [
        (*qr_code, Method::QrCode),
        (*gps_app, Method::GpsApp),
        (*roll_call, Method::RollCall),
        (*desk, Method::Desk),
    ];
    weighted(random.random(), ways)
}

fn mishaps(arrival: &ArrivalParameters, random: &mut Random) -> (Option<Duration>, bool, bool, i64) {
    let ArrivalParameters {
        offline,
        offline_mean_min,
        wrong_site,
        double_scan,
        clock_skew,
        clock_skew_max_s,
    } = arrival;
    let is_offline = random.random_bool(share(*offline));
    let is_wrong_site = random.random_bool(share(*wrong_site));
    let is_double_scan = random.random_bool(share(*double_scan));
    let is_skewed = random.random_bool(share(*clock_skew));
    let skew_ms = (random.random_range(-1.0..=1.0) * clock_skew_max_s * 1_000.0) as i64;
    let offline_for = seconds(exponential(offline_mean_min * 60.0, random));
    (
        is_offline.then_some(offline_for),
        is_wrong_site,
        is_double_scan,
        if is_skewed { skew_ms } else { 0 },
    )
}

fn weighted<T: Copy, const N: usize>(at: f64, choices: [(f64, T); N]) -> T {
    let mut left = at * choices.iter().map(|(weight, _)| weight.max(0.0)).sum::<f64>();
    for (weight, choice) in choices {
        left -= weight.max(0.0);
        if left < 0.0 {
            return choice;
        }
    }
    choices[0].1
}

fn exponential(mean: f64, random: &mut Random) -> f64 {
    Exp::new(1.0 / mean).map_or(mean, |times| times.sample(random))
}

fn share(value: f64) -> f64 {
    if value.is_finite() { value.clamp(0.0, 1.0) } else { 0.0 }
}

pub(crate) fn seconds(value: f64) -> Duration {
    Duration::try_from_secs_f64(value).unwrap_or_default()
}

/// Share of a lognormal distribution up to a value. (Abramowitz and Stegun 7.1.26: good to 1e-7.)
fn lognormal_cdf(value: f64, median: f64, sigma: f64) -> f64 {
    if sigma <= 0.0 {
        return f64::from(u8::from(value >= median));
    }
    let x = (value / median).ln() / (sigma * std::f64::consts::SQRT_2);
    let t = 1.0 / (1.0 + 0.327_591_1 * x.abs());
    let poly =
        t * (0.254_829_592 + t * (-0.284_496_736 + t * (1.421_413_741 + t * (-1.453_152_027 + t * 1.061_405_429))));
    let erf = (1.0 - poly * (-x * x).exp()).copysign(x);
    0.5 * (1.0 + erf)
}
