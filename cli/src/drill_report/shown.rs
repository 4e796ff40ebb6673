//! How the report shows its values, in both languages: one place, so that the page, the pictures and the workbook say the same.

use jiff::Timestamp;
use jiff::tz::TimeZoneDatabase;

use super::model::{Model, Objective, Scenario, Target};
use crate::i18n::{Lang, fill, find};
use crate::when;

/// What stands where there is no value.
pub(crate) const NONE: &str = "–";

/// A fixed text of the report.
pub(crate) fn t(lang: Lang, key: &str) -> String {
    fill(lang, &format!("drill_report.{key}"), &[])
}

/// A fixed text with values in it.
pub(crate) fn tv(lang: Lang, key: &str, values: &[(&str, String)]) -> String {
    fill(lang, &format!("drill_report.{key}"), values)
}

/// A code as people read it; itself if it has no words.
pub(crate) fn code(lang: Lang, group: &str, code: &str) -> String {
    if code.is_empty() {
        return String::new();
    }
    find(lang, &format!("drill_report.{group}.{code}")).unwrap_or_else(|| crate::text::line(code))
}

/// The Chinese name or the English one, if there is one.
fn named<'a>(lang: Lang, chinese: &'a str, english: &'a str) -> &'a str {
    match lang {
        Lang::En if !english.is_empty() => english,
        Lang::En | Lang::ZhCn => chinese,
    }
}

/// What the scenario is called.
pub(crate) fn scenario(lang: Lang, scenario: &Scenario) -> &str {
    named(lang, &scenario.name, &scenario.name_en)
}

/// What the objective is called.
pub(crate) fn objective(lang: Lang, objective: &Objective) -> &str {
    named(lang, &objective.name, &objective.name_en)
}

/// An instant on the wall clock of the report's zone; a dash for 0.
pub(crate) fn instant(model: &Model, at_unix_ms: i64) -> String {
    if at_unix_ms == 0 {
        return NONE.to_owned();
    }
    let at = Timestamp::from_millisecond(at_unix_ms);
    let zone = TimeZoneDatabase::bundled().get(&model.zone);
    match (at, zone) {
        (Ok(at), Ok(zone)) => at.to_zoned(zone).strftime("%Y-%m-%d %H:%M:%S").to_string(),
        (_, _) => when::local(at_unix_ms),
    }
}

/// A time, rounded up to a tenth of a second: it is never shown as better than it was.
pub(crate) fn duration(lang: Lang, ms: u64) -> String {
    let tenths = ms.div_ceil(100);
    let (seconds, tenth) = (tenths / 10, tenths % 10);
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    let part = |key: &str, count: String| tv(lang, &format!("unit_{key}"), &[("n", count)]);
    let mut parts = Vec::new();
    if hours > 0 {
        parts.push(part("hours", hours.to_string()));
    }
    if minutes > 0 {
        parts.push(part("minutes", minutes.to_string()));
    }
    if tenth > 0 {
        parts.push(part("seconds", format!("{}.{tenth}", seconds % 60)));
    } else if seconds % 60 > 0 || parts.is_empty() {
        parts.push(part("seconds", (seconds % 60).to_string()));
    }
    parts.join(" ")
}

/// An offset, as lists of injects write it: `T+1:04:32`, or `T+04:32` within the first hour.
pub(crate) fn offset(ms: u64) -> String {
    let seconds = ms / 1000;
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("T+{hours}:{minutes:02}:{rest:02}")
    } else {
        format!("T+{minutes:02}:{rest:02}")
    }
}

/// ‰ as percent.
pub(crate) fn permille(permille: u64) -> String {
    format!("{}.{}%", permille / 10, permille % 10)
}

/// So many of so many in ‰, rounded down; none of none.
pub(crate) fn share(count: u64, of: u64) -> Option<u64> {
    let of = u128::from(of);
    let share = (u128::from(count) * 1000).checked_div(of)?;
    u64::try_from(share).ok()
}

/// The same rounded up, for what had better be none: it is never shown as better than it was.
pub(crate) fn share_up(count: u64, of: u64) -> Option<u64> {
    let of = u128::from(of);
    let share = (u128::from(count) * 1000)
        .checked_add(of.checked_sub(1)?)?
        .checked_div(of)?;
    u64::try_from(share).ok()
}

/// 0–1000 as 0–100.0.
pub(crate) fn score(score: u32) -> String {
    format!("{}.{}", score / 10, score % 10)
}

/// The target of an objective.
pub(crate) fn target(lang: Lang, target: Target) -> String {
    match target {
        Target::AtLeastPermille(share) => format!("≥ {}", permille(share)),
        Target::AtMostPermille(share) => format!("≤ {}", permille(share)),
        Target::AtMostMs(ms) => format!("≤ {}", duration(lang, ms)),
    }
}

/// What an objective came to.
pub(crate) fn value(lang: Lang, objective: &Objective) -> String {
    match (objective.value, objective.target) {
        (None, _) => NONE.to_owned(),
        (Some(value), Target::AtLeastPermille(_) | Target::AtMostPermille(_)) => permille(value),
        (Some(value), Target::AtMostMs(_)) => duration(lang, value),
    }
}

/// What an objective measures.
pub(crate) fn metric(lang: Lang, objective: &Objective) -> String {
    let key = format!("drill_report.metric.{}", objective.metric);
    let Some(_) = find(lang, &key) else {
        return crate::text::line(&objective.metric);
    };
    fill(lang, &key, &[("time", duration(lang, objective.within_ms))])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_never_shown_as_better_than_they_were() {
        for (ms, chinese, english) in [
            (0, "0 秒", "0 s"),
            (1, "0.1 秒", "0.1 s"),
            (59_950, "1 分", "1 min"),
            (272_417, "4 分 32.5 秒", "4 min 32.5 s"),
            (300_000, "5 分", "5 min"),
            (300_001, "5 分 0.1 秒", "5 min 0.1 s"),
            (3_600_000, "1 小时", "1 h"),
            (3_872_000, "1 小时 4 分 32 秒", "1 h 4 min 32 s"),
        ] {
            assert_eq!(duration(Lang::ZhCn, ms), chinese);
            assert_eq!(duration(Lang::En, ms), english);
        }
        assert!(duration(Lang::En, u64::MAX).ends_with('s'));
    }

    #[test]
    fn shares_round_down() {
        assert_eq!(share(999, 1000), Some(999));
        assert_eq!(share(2, 3), Some(666));
        assert_eq!(share(0, 0), None);
        assert_eq!(share(u64::MAX, 1), None);
        assert_eq!(share(u64::MAX, u64::MAX), Some(1000));
        assert_eq!(permille(1000), "100.0%");
        assert_eq!(permille(7), "0.7%");
    }

    #[test]
    fn shares_that_had_better_be_none_round_up() {
        for (count, of, shown) in [(2, 1945, 2), (119, 2031, 59), (0, 7, 0), (7, 7, 1000), (1, 2, 500)] {
            assert_eq!(share_up(count, of), Some(shown), "{count} of {of}");
        }
        assert_eq!(share_up(0, 0), None);
        assert_eq!(share_up(u64::MAX, u64::MAX), Some(1000));
    }

    #[test]
    fn offsets_read_as_in_a_list_of_injects() {
        assert_eq!(offset(0), "T+00:00");
        assert_eq!(offset(600_999), "T+10:00");
        assert_eq!(offset(3_872_000), "T+1:04:32");
    }

    #[test]
    fn instants_are_of_the_zone_of_the_report() {
        let mut model = Model {
            zone: "Asia/Shanghai".into(),
            ..Model::default()
        };
        assert_eq!(instant(&model, 1_782_864_000_000), "2026-07-01 08:00:00");
        assert_eq!(instant(&model, 0), "–");
        model.zone = "no/such".into();
        assert_eq!(instant(&model, 1_782_864_000_000), when::local(1_782_864_000_000));
        assert_eq!(instant(&model, i64::MAX), i64::MAX.to_string());
    }
}
