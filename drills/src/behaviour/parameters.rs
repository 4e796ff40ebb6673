//! The numbers of the model. Every one has its default from `domain.md` §11.3, so that a file names only what it changes:
//!
//! ```toml
//! no_show = 0.05
//! [answer.night]
//! ack_median_s = 400
//! ```

use serde::{Deserialize, Serialize};

/// Everything about how people behave. Shares are 0 to 1.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BehaviourParameters {
    /// Whether and when they answer.
    pub answer: AnswerParameters,
    /// Whether they decline, and why.
    pub decline: DeclineParameters,
    /// How long the way takes.
    pub travel: TravelParameters,
    /// How they report at the place.
    pub method: MethodParameters,
    /// What goes wrong when they report.
    pub arrival: ArrivalParameters,
    /// Of those who said that they come: never arrive.
    pub no_show: f64,
    /// Leads of an exercise report what came in this often, in seconds.
    pub lead_report_s: f64,
}

impl Default for BehaviourParameters {
    fn default() -> Self {
        Self {
            answer: AnswerParameters::default(),
            decline: DeclineParameters::default(),
            travel: TravelParameters::default(),
            method: MethodParameters::default(),
            arrival: ArrivalParameters::default(),
            no_show: 0.015,
            lead_report_s: 30.0,
        }
    }
}

/// Whether and when people answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AnswerParameters {
    /// In working hours.
    #[serde(deserialize_with = "PeriodParameters::work")]
    pub work: PeriodParameters,
    /// At night.
    #[serde(deserialize_with = "PeriodParameters::night")]
    pub night: PeriodParameters,
    /// Their number is dead: they never answer.
    pub dead_number: f64,
    /// Of those whom the app does not reach: reached by text message or call after all three tries.
    pub reached_by_calls: f64,
    /// Seconds after the order at which the first call is made.
    pub first_call_s: f64,
    /// Seconds between one call and the next.
    pub call_interval_s: f64,
    /// Longest time to answer that is drawn, in seconds; a lognormal has no end.
    pub ack_max_s: f64,
}

impl Default for AnswerParameters {
    fn default() -> Self {
        Self {
            work: PeriodParameters {
                ack_median_s: 80.0,
                ack_sigma: 1.0,
                app_within_5_min: 0.70,
                pick_up: 0.72,
            },
            night: PeriodParameters {
                ack_median_s: 260.0,
                ack_sigma: 1.2,
                app_within_5_min: 0.45,
                pick_up: 0.58,
            },
            dead_number: 0.005,
            reached_by_calls: 0.93,
            first_call_s: 180.0,
            call_interval_s: 120.0,
            ack_max_s: 3_600.0,
        }
    }
}

/// Answers in one part of the day.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PeriodParameters {
    /// Median of the time to answer over the app, in seconds.
    pub ack_median_s: f64,
    /// Sigma of its lognormal.
    pub ack_sigma: f64,
    /// Of all people: answer over the app within five minutes.
    pub app_within_5_min: f64,
    /// Of calls: picked up.
    pub pick_up: f64,
}

impl PeriodParameters {
    fn work<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(PartialPeriod::deserialize(deserializer)?.over(AnswerParameters::default().work))
    }
    fn night<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(PartialPeriod::deserialize(deserializer)?.over(AnswerParameters::default().night))
    }
}

/// What a file says of a part of the day; the rest stays as it is by default, which differs between day and night.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct PartialPeriod {
    ack_median_s: Option<f64>,
    ack_sigma: Option<f64>,
    app_within_5_min: Option<f64>,
    pick_up: Option<f64>,
}

impl PartialPeriod {
    fn over(self, default: PeriodParameters) -> PeriodParameters {
        let Self {
            ack_median_s,
            ack_sigma,
            app_within_5_min,
            pick_up,
        } = self;
        PeriodParameters {
            ack_median_s: ack_median_s.unwrap_or(default.ack_median_s),
            ack_sigma: ack_sigma.unwrap_or(default.ack_sigma),
            app_within_5_min: app_within_5_min.unwrap_or(default.app_within_5_min),
            pick_up: pick_up.unwrap_or(default.pick_up),
        }
    }
}

/// Declines.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DeclineParameters {
    /// Of those who answer: decline.
    pub share: f64,
    /// Weight of the reason other-duty.
    pub other_duty: f64,
    /// Weight of the reason medical.
    pub medical: f64,
    /// Weight of the reason out-of-town.
    pub out_of_town: f64,
    /// Weight of the reason other.
    pub other: f64,
}

impl Default for DeclineParameters {
    fn default() -> Self {
        Self {
            share: 0.04,
            other_duty: 45.0,
            medical: 20.0,
            out_of_town: 25.0,
            other: 10.0,
        }
    }
}

/// The way to the muster point: a gamma distribution.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TravelParameters {
    /// Its shape k.
    pub shape: f64,
    /// Mean minutes in town.
    pub urban_mean_min: f64,
    /// Mean minutes in the country.
    pub rural_mean_min: f64,
    /// Mean seconds between the answer and setting out, exponentially distributed.
    pub leave_mean_s: f64,
}

impl Default for TravelParameters {
    fn default() -> Self {
        Self {
            shape: 4.0,
            urban_mean_min: 18.0,
            rural_mean_min: 32.0,
            leave_mean_s: 120.0,
        }
    }
}

/// Weights of the ways to report at the place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MethodParameters {
    /// Scans the code on the sheet.
    pub qr_code: f64,
    /// The app knows the place and brings the code along.
    pub gps_app: f64,
    /// The lead's roll-call.
    pub roll_call: f64,
    /// The registration desk.
    pub desk: f64,
}

impl Default for MethodParameters {
    fn default() -> Self {
        Self {
            qr_code: 60.0,
            gps_app: 25.0,
            roll_call: 13.0,
            desk: 2.0,
        }
    }
}

/// What goes wrong at the place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ArrivalParameters {
    /// No network: reports later, with the device's time.
    pub offline: f64,
    /// Mean minutes until there is a network again, exponentially distributed.
    pub offline_mean_min: f64,
    /// First goes to a muster point that the order does not name.
    pub wrong_site: f64,
    /// Reports twice.
    pub double_scan: f64,
    /// The device's clock is wrong.
    pub clock_skew: f64,
    /// By up to this many seconds, either way.
    pub clock_skew_max_s: f64,
}

impl Default for ArrivalParameters {
    fn default() -> Self {
        Self {
            offline: 0.03,
            offline_mean_min: 20.0,
            wrong_site: 0.01,
            double_scan: 0.04,
            clock_skew: 0.02,
            clock_skew_max_s: 90.0,
        }
    }
}
