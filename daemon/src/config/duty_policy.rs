//! Duty in the policy file: what every shift needs, and the patterns of shifts.

use std::collections::{BTreeMap, BTreeSet};

use baiying_core::calendar::{DayKind, DayKinds, Minute, ParseMinuteError, Zone};
use baiying_core::duty::{Office, Pattern, PatternShift};
use baiying_core::policy::DutyPolicy;
use baiying_core::word;
use serde::Deserialize;

/// As written in the file; what is left out has its default.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DutyConfig {
    zone: Option<String>,
    leads_min: Option<u32>,
    officers_min: Option<u32>,
    rest_min_ms: Option<u64>,
    swap_ahead_ms: Option<u64>,
    recall_minutes: Option<u32>,
    sign_in_early_ms: Option<u64>,
    patterns: Option<BTreeMap<String, PatternConfig>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PatternConfig {
    shifts: Vec<ShiftConfig>,
    office: Option<OfficeConfig>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ShiftConfig {
    name: String,
    days: Vec<String>,
    start: String,
    end: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OfficeConfig {
    start: String,
    end: String,
}

/// Shifts of a pattern: their places fit into a byte, with room to spare.
const SHIFTS_MAX: usize = 48;

/// Checks and takes over.
pub(super) fn read(config: DutyConfig) -> Result<DutyPolicy, String> {
    let default = DutyPolicy::default();
    let zone = config
        .zone
        .map(|zone| Zone::new(&zone).map_err(|error| format!("duty.zone: {error}")))
        .transpose()?;
    let patterns = config.patterns.map(|patterns| {
        let patterns = patterns.into_iter().map(|(name, pattern)| {
            let key = format!("duty.patterns.{name}");
            Ok((name.into(), read_pattern(&key, pattern)?))
        });
        patterns.collect::<Result<BTreeMap<Box<str>, _>, String>>()
    });
    Ok(DutyPolicy {
        zone: zone.unwrap_or(default.zone),
        leads_min: config.leads_min.unwrap_or(default.leads_min),
        officers_min: config.officers_min.unwrap_or(default.officers_min),
        rest_min_ms: config.rest_min_ms.unwrap_or(default.rest_min_ms),
        swap_ahead_ms: config.swap_ahead_ms.unwrap_or(default.swap_ahead_ms),
        recall_minutes: config.recall_minutes.unwrap_or(default.recall_minutes),
        sign_in_early_ms: config.sign_in_early_ms.unwrap_or(default.sign_in_early_ms),
        patterns: patterns.transpose()?.unwrap_or(default.patterns),
    })
}

fn minute(key: &str, text: &str) -> Result<Minute, String> {
    text.parse()
        .map_err(|error: ParseMinuteError| format!("{key}: {error}"))
}

fn read_pattern(key: &str, config: PatternConfig) -> Result<Pattern, String> {
    let mut names = BTreeSet::new();
    let mut shifts = Vec::new();
    for (index, shift) in config.shifts.into_iter().enumerate() {
        let key = format!("{key}.shifts[{index}]");
        if shift.name.trim().is_empty() || shift.name.contains([',', '\u{ff0c}', '\u{3001}']) {
            return Err(format!("{key}.name: {:?} is empty or has a comma", shift.name));
        }
        if !names.insert(shift.name.clone()) {
            return Err(format!(
                "{key}.name: {:?} is the name of another shift of the pattern",
                shift.name
            ));
        }
        let day = |day: &String| {
            word::parse(&DayKind::ALL, day)
                .ok_or_else(|| format!("{key}.days: {day:?} is not one of {}", word::all(&DayKind::ALL)))
        };
        let days = shift.days.iter().map(day).collect::<Result<DayKinds, _>>()?;
        if days.is_empty() {
            return Err(format!("{key}.days: at least one of {}", word::all(&DayKind::ALL)));
        }
        let start = minute(&format!("{key}.start"), &shift.start)?;
        if start == Minute::DAY {
            return Err(format!("{key}.start: a shift begins before 24:00; write 00:00"));
        }
        let end = minute(&format!("{key}.end"), &shift.end)?;
        shifts.push(PatternShift {
            name: shift.name.into(),
            days,
            start,
            end,
        });
    }
    if shifts.is_empty() || shifts.len() > SHIFTS_MAX {
        return Err(format!("{key}.shifts: 1 to {SHIFTS_MAX}"));
    }
    let office = config.office.map(|office| -> Result<Office, String> {
        let start = minute(&format!("{key}.office.start"), &office.start)?;
        let end = minute(&format!("{key}.office.end"), &office.end)?;
        if start < end {
            Ok(Office { start, end })
        } else {
            Err(format!("{key}.office: ends before it begins"))
        }
    });
    Ok(Pattern {
        shifts,
        office: office.transpose()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(text: &str) -> String {
        let config: DutyConfig = toml::from_str(text).expect("it parses");
        read(config).expect_err(text)
    }

    #[test]
    fn what_is_left_out_has_its_default_and_what_is_wrong_is_named() {
        let config: DutyConfig = toml::from_str("officers_min = 1").expect("it parses");
        assert_eq!(
            read(config),
            Ok(DutyPolicy {
                officers_min: 1,
                ..DutyPolicy::default()
            })
        );
        for (text, named) in [
            ("zone = \"Asia/Peking\"", "duty.zone"),
            ("[patterns.x]\nshifts = []", "duty.patterns.x.shifts"),
            (
                "[patterns.x]\nshifts = [{ name = \"a\", days = [], start = \"8:00\", end = \"9:00\" }]",
                "shifts[0].days",
            ),
            (
                "[patterns.x]\nshifts = [{ name = \"a\", days = [\"monday\"], start = \"8:00\", end = \"9:00\" }]",
                "\"monday\"",
            ),
            (
                "[patterns.x]\nshifts = [{ name = \"a\", days = [\"workday\"], start = \"25:00\", end = \"9:00\" }]",
                "shifts[0].start",
            ),
            (
                "[patterns.x]\nshifts = [{ name = \"a\", days = [\"workday\"], start = \"24:00\", end = \"9:00\" }]",
                "00:00",
            ),
        ] {
            assert!(problem(text).contains(named), "{text}: {}", problem(text));
        }
    }
}
