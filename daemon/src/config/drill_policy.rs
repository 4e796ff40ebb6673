//! Exercises in the policy file: how they are rated, compared, and made forecasts from.

use baiying_core::exercise::score::{ComparePolicy, DrillPolicy, ForecastPolicy, RatingPolicy};
use serde::Deserialize;

/// As written in the file; what is left out has its default.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct DrillConfig {
    recent_days: u32,
    rating: Rating,
    compare: Compare,
    forecast: Forecast,
}

impl Default for DrillConfig {
    fn default() -> Self {
        Self {
            recent_days: DrillPolicy::default().recent_days,
            rating: Rating::default(),
            compare: Compare::default(),
            forecast: Forecast::default(),
        }
    }
}

/// A part of the file that is a policy of the core, field by field.
macro_rules! part {
    ($name:ident = $policy:ident { $($field:ident: $kind:ty),* }) => {
        #[derive(Debug, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        struct $name { $($field: $kind),* }

        impl Default for $name {
            fn default() -> Self {
                let $policy { $($field),* } = $policy::default();
                Self { $($field),* }
            }
        }

        impl From<$name> for $policy {
            fn from($name { $($field),* }: $name) -> Self {
                Self { $($field),* }
            }
        }
    };
}

part!(
    Rating = RatingPolicy {
        some_permille: u32,
        major_permille: u32,
        excellent: u16,
        good: u16,
        fair: u16
    }
);
part!(
    Compare = ComparePolicy {
        trend_tenths: u16,
        runs: usize
    }
);
part!(
    Forecast = ForecastPolicy {
        arrive_percent: u8,
        runs: usize,
        runs_min: usize,
        people_min: usize,
        resamples: usize,
        interval_percent: u8,
        never_permille: u32
    }
);

/// Ten years: what people did before that says nothing of those who are there now.
const RECENT_DAYS_MAX: u32 = 3653;
/// A forecast costs so many resamples of all people of its runs.
const RESAMPLES_MAX: usize = 10_000;
/// Runs of one forecast, and runs that are shown beside one.
const RUNS_MAX: usize = 50;

impl TryFrom<DrillConfig> for DrillPolicy {
    type Error = String;

    fn try_from(config: DrillConfig) -> Result<Self, String> {
        let DrillConfig {
            recent_days,
            rating,
            compare,
            forecast,
        } = config;
        let needs = |holds: bool, what: &str| {
            if holds { Ok(()) } else { Err(format!("drill.{what}")) }
        };
        needs(
            (1..=RECENT_DAYS_MAX).contains(&recent_days),
            &format!("recent_days: {recent_days} is not 1 to {RECENT_DAYS_MAX}"),
        )?;
        let Rating {
            some_permille,
            major_permille,
            excellent,
            good,
            fair,
        } = rating;
        needs(
            major_permille < some_permille && some_permille <= 1000,
            "rating: major_permille is less than some_permille, and that is at most 1000",
        )?;
        needs(
            fair < good && good < excellent && excellent <= 1000,
            "rating: fair is less than good, good less than excellent, and that is at most 1000",
        )?;
        needs(
            (1..=1000).contains(&compare.trend_tenths),
            "compare.trend_tenths: it is 1 to 1000",
        )?;
        needs(
            (1..=RUNS_MAX).contains(&compare.runs),
            &format!("compare.runs: it is 1 to {RUNS_MAX}"),
        )?;
        let percent = |percent: u8| (1..=99).contains(&percent);
        needs(
            percent(forecast.arrive_percent),
            "forecast.arrive_percent: it is 1 to 99",
        )?;
        needs(
            percent(forecast.interval_percent),
            "forecast.interval_percent: it is 1 to 99",
        )?;
        needs(
            (1..=RUNS_MAX).contains(&forecast.runs),
            &format!("forecast.runs: it is 1 to {RUNS_MAX}"),
        )?;
        needs(
            (1..=forecast.runs).contains(&forecast.runs_min),
            "forecast.runs_min: it is 1 to runs",
        )?;
        needs(forecast.people_min >= 1, "forecast.people_min: it is 1 or more")?;
        needs(
            (100..=RESAMPLES_MAX).contains(&forecast.resamples),
            &format!("forecast.resamples: it is 100 to {RESAMPLES_MAX}"),
        )?;
        needs(
            forecast.never_permille <= 1000,
            "forecast.never_permille: it is at most 1000",
        )?;
        Ok(Self {
            recent_days,
            rating: rating.into(),
            compare: compare.into(),
            forecast: forecast.into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<DrillPolicy, String> {
        toml::from_str::<DrillConfig>(text).expect("it parses").try_into()
    }

    #[test]
    fn nothing_said_is_the_default_and_what_is_said_counts() {
        assert_eq!(read(""), Ok(DrillPolicy::default()));
        let policy =
            read("recent_days = 365\nforecast = { arrive_percent = 90, runs_min = 3 }\nrating = { fair = 500 }")
                .expect("it is good");
        assert_eq!((policy.recent_days, policy.rating.fair), (365, 500));
        assert_eq!(
            (
                policy.forecast.arrive_percent,
                policy.forecast.runs_min,
                policy.forecast.runs
            ),
            (90, 3, 5)
        );
        assert!(toml::from_str::<DrillConfig>("rating = { poor = 1 }").is_err());
    }

    #[test]
    fn what_is_odd_is_named() {
        for (text, key) in [
            ("recent_days = 0", "drill.recent_days"),
            ("rating = { major_permille = 900 }", "drill.rating"),
            ("rating = { good = 901 }", "drill.rating"),
            ("compare = { trend_tenths = 0 }", "drill.compare.trend_tenths"),
            ("compare = { runs = 51 }", "drill.compare.runs"),
            ("forecast = { arrive_percent = 100 }", "drill.forecast.arrive_percent"),
            ("forecast = { interval_percent = 0 }", "drill.forecast.interval_percent"),
            ("forecast = { runs = 0 }", "drill.forecast.runs"),
            ("forecast = { runs_min = 6 }", "drill.forecast.runs_min"),
            ("forecast = { people_min = 0 }", "drill.forecast.people_min"),
            ("forecast = { resamples = 99 }", "drill.forecast.resamples"),
            ("forecast = { never_permille = 1001 }", "drill.forecast.never_permille"),
        ] {
            let error = read(text).expect_err(text);
            assert!(error.starts_with(key), "{error}");
        }
    }
}
