//! Situation reports in the policy file: when they are due.

use std::collections::BTreeMap;

use baiying_core::calendar::{Minute, ParseMinuteError, Zone};
use baiying_core::policy::{FirstReportRule, SituationPolicy};
use baiying_core::response::Level;
use serde::Deserialize;

/// As written in the file; what is left out has its default.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SituationConfig {
    by_plan: Option<bool>,
    rule: Option<String>,
    rules: Option<BTreeMap<String, RuleConfig>>,
    follow_up_minutes: Option<BTreeMap<String, u64>>,
    daily_at: Option<String>,
    daily_after_hours: Option<u64>,
    zero_at: Option<String>,
    final_hours: Option<u64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleConfig {
    phone_minutes: u64,
    written_minutes: u64,
}

/// A clock that runs longer is none.
const MINUTES_MAX: u64 = 366 * 24 * 60;

/// Checks and takes over.
pub(super) fn read(config: SituationConfig, zone: Zone) -> Result<SituationPolicy, String> {
    let default = SituationPolicy::default();
    let SituationConfig {
        by_plan,
        rule,
        rules,
        follow_up_minutes,
        daily_at,
        daily_after_hours,
        zero_at,
        final_hours,
    } = config;
    let rules = match rules {
        None => default.rules,
        Some(rules) => rules.into_iter().map(read_rule).collect::<Result<_, _>>()?,
    };
    let rule: Box<str> = rule.map_or(default.rule, Into::into);
    if !rule.is_empty() && !rules.contains_key(&rule) {
        let known: Vec<_> = rules.keys().map(AsRef::as_ref).collect();
        let known = known.join(", ");
        return Err(format!(
            "situation.rule: {rule:?} is not one of situation.rules: {known}; \"\" asks for no first report"
        ));
    }
    let follow_up = match follow_up_minutes {
        None => default.follow_up,
        Some(levels) => levels.into_iter().map(read_level).collect::<Result<_, _>>()?,
    };
    Ok(SituationPolicy {
        zone,
        by_plan: by_plan.unwrap_or(default.by_plan),
        rule,
        rules,
        follow_up,
        daily_at: time("daily_at", daily_at, default.daily_at)?,
        daily_after_ms: match daily_after_hours {
            None => default.daily_after_ms,
            Some(hours) => span("daily_after_hours", hours.saturating_mul(60))?,
        },
        zero_at: time("zero_at", zero_at, default.zero_at)?,
        final_ms: match final_hours {
            None => default.final_ms,
            Some(0) => None,
            Some(hours) => Some(span("final_hours", hours.saturating_mul(60))?),
        },
    })
}

fn span(key: &str, minutes: u64) -> Result<u64, String> {
    if minutes > MINUTES_MAX {
        return Err(format!("situation.{key}: more than a year"));
    }
    Ok(minutes * 60_000)
}

fn read_rule((name, rule): (String, RuleConfig)) -> Result<(Box<str>, FirstReportRule), String> {
    let RuleConfig {
        phone_minutes,
        written_minutes,
    } = rule;
    if phone_minutes == 0 || written_minutes < phone_minutes {
        return Err(format!(
            "situation.rules.{name}: phone_minutes is 1 or more, and written_minutes no less than it"
        ));
    }
    let rule = FirstReportRule {
        phone_ms: span(&format!("rules.{name}.phone_minutes"), phone_minutes)?,
        written_ms: span(&format!("rules.{name}.written_minutes"), written_minutes)?,
    };
    Ok((name.into(), rule))
}

fn read_level((level, minutes): (String, u64)) -> Result<(Level, u64), String> {
    let key = format!("follow_up_minutes.{level}");
    let number = level.parse().ok().and_then(Level::from_number);
    let number = number.ok_or_else(|| format!("situation.{key}: levels are \"1\" to \"4\""))?;
    Ok((number, span(&key, minutes)?))
}

/// A time of the day; an empty text is none.
fn time(key: &str, text: Option<String>, default: Option<Minute>) -> Result<Option<Minute>, String> {
    match text.as_deref() {
        None => Ok(default),
        Some("") => Ok(None),
        Some(text) => {
            let parsed = text
                .parse()
                .map_err(|error: ParseMinuteError| format!("situation.{key}: {error}"));
            parsed.map(Some)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(text: &str) -> Result<SituationPolicy, String> {
        read(toml::from_str(text).expect("it parses"), Zone::shanghai())
    }

    #[test]
    fn nothing_said_is_the_default_and_the_countys_rule_is_there() {
        assert_eq!(config(""), Ok(SituationPolicy::default()));
        let county = config("rule = \"county\"").expect("known").first().expect("a rule");
        assert_eq!((county.phone_ms, county.written_ms), (20 * 60_000, 40 * 60_000));
        assert_eq!(config("rule = \"\"").expect("none").first(), None);
        let off =
            config("daily_at = \"\"\nzero_at = \"\"\nfinal_hours = 0\nfollow_up_minutes = { 1 = 0 }").expect("off");
        assert_eq!(
            (off.daily_at, off.zero_at, off.final_ms, off.follow_up_ms(Level::I)),
            (None, None, None, None)
        );
    }

    #[test]
    fn slips_are_named_with_their_keys() {
        for (text, key) in [
            ("rule = \"provincial\"", "situation.rule"),
            (
                "rules = { x = { phone_minutes = 30, written_minutes = 20 } }",
                "situation.rules.x",
            ),
            ("follow_up_minutes = { 5 = 60 }", "situation.follow_up_minutes.5"),
            ("zero_at = \"25:00\"", "situation.zero_at"),
            ("final_hours = 9000", "situation.final_hours"),
        ] {
            let error = config(text).expect_err(text);
            assert!(error.contains(key), "{error}");
        }
    }
}
