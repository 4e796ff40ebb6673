//! Durations and instants as people type and read them. The wire has milliseconds.

use baiying_proto::v1 as pb;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{Timestamp, civil};

use crate::ids::ArgError;

/// A duration such as `5m`, `1h30m`, `90s`, `2d`, in milliseconds. A number needs its unit.
pub(crate) fn duration_ms(text: &str) -> Result<u64, ArgError> {
    let error = || ArgError::new("arg_error.duration", vec![("value", text.to_owned())]);
    let mut total = 0u64;
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err(error());
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).ok_or_else(error)?;
        let number: u64 = rest[..digits].parse().map_err(|_| error())?;
        rest = &rest[digits..];
        let end = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
        let factor = match rest[..end].trim() {
            "ms" => 1,
            "s" | "sec" | "秒" => 1000,
            "m" | "min" | "分" | "分钟" => 60_000,
            "h" | "时" | "小时" => 3_600_000,
            "d" | "天" => 86_400_000,
            _ => return Err(error()),
        };
        rest = &rest[end..];
        total = number
            .checked_mul(factor)
            .and_then(|part| total.checked_add(part))
            .ok_or_else(error)?;
    }
    Ok(total)
}

/// An instant: RFC 3339 (`2026-07-01T08:00:00+08:00`, or as [`minute_in`] shows it), or date and time of this machine's zone (`2026-07-01 08:00`).
pub(crate) fn instant_unix_ms(text: &str) -> Result<i64, ArgError> {
    instant_in(text, zone())
}

/// A state of the past: a revision as `r1234`, or an instant as [`instant_unix_ms`] reads it.
pub(crate) fn as_of(text: &str) -> Result<pb::AsOf, ArgError> {
    let revision = text.trim().strip_prefix(['r', 'R']);
    let when = match revision {
        Some(number) => {
            let number = number.parse().ok().filter(|number| *number > 0);
            number.map(pb::as_of::When::Revision)
        }
        None => instant_unix_ms(text)
            .ok()
            .filter(|at| *at > 0)
            .map(pb::as_of::When::AtUnixMs),
    };
    match when {
        Some(when) => Ok(pb::AsOf { when: Some(when) }),
        None => Err(ArgError::new("arg_error.as_of", vec![("value", text.to_owned())])),
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "people read and write the time of the device they hold"
)]
fn zone() -> TimeZone {
    TimeZone::system()
}

fn instant_in(text: &str, zone: TimeZone) -> Result<i64, ArgError> {
    let text = text.trim();
    // As times of another zone are shown: 2026-07-01 08:00 +08:00.
    let joined = text.replacen(" +", "+", 1).replacen(" -", "-", 1);
    if let Ok(timestamp) = joined.parse::<Timestamp>() {
        return Ok(timestamp.as_millisecond());
    }
    let error = || ArgError::new("arg_error.instant", vec![("value", text.to_owned())]);
    let local: civil::DateTime = text.parse().map_err(|_| error())?;
    // A bare date would silently mean midnight.
    if !text.contains(':') {
        return Err(error());
    }
    local
        .to_zoned(zone)
        .map(|zoned| zoned.timestamp().as_millisecond())
        .map_err(|_| error())
}

/// Date and time in this machine's zone; a dash for 0.
pub(crate) fn local(at_unix_ms: i64) -> String {
    show(at_unix_ms, "%Y-%m-%d %H:%M:%S")
}

/// Date and time in this machine's zone; nothing for 0.
pub(crate) fn local_if_any(at_unix_ms: i64) -> String {
    match at_unix_ms {
        0 => String::new(),
        at => local(at),
    }
}

/// Time of day in this machine's zone; a dash for 0.
pub(crate) fn local_time(at_unix_ms: i64) -> String {
    show(at_unix_ms, "%H:%M:%S")
}

fn show(at_unix_ms: i64, format: &str) -> String {
    if at_unix_ms == 0 {
        return "–".to_owned();
    }
    match Timestamp::from_millisecond(at_unix_ms) {
        Ok(at) => at.to_zoned(zone()).strftime(format).to_string(),
        Err(_) => at_unix_ms.to_string(),
    }
}

/// Date, hour and minute in this machine's zone; a dash for 0.
pub(crate) fn local_minute(at_unix_ms: i64) -> String {
    show(at_unix_ms, "%Y-%m-%d %H:%M")
}

/// Date, hour and minute on the wall clock of a zone, with the offset if this machine's clock shows another time; in this machine's
/// zone if the zone is empty or not known. A dash for 0.
pub(crate) fn minute_in(at_unix_ms: i64, name: &str) -> String {
    in_zone(at_unix_ms, name, zone(), "%Y-%m-%d %H:%M")
}

/// The same with seconds.
pub(crate) fn second_in(at_unix_ms: i64, name: &str) -> String {
    in_zone(at_unix_ms, name, zone(), "%Y-%m-%d %H:%M:%S")
}

fn in_zone(at_unix_ms: i64, name: &str, own: TimeZone, format: &str) -> String {
    let (Ok(at), Ok(zone)) = (
        Timestamp::from_millisecond(at_unix_ms),
        TimeZoneDatabase::bundled().get(name),
    ) else {
        return show(at_unix_ms, format);
    };
    if at_unix_ms == 0 {
        return show(0, format);
    }
    let is_own = zone.to_offset(at) == own.to_offset(at);
    let text = at.to_zoned(zone.clone()).strftime(format).to_string();
    match is_own {
        true => text,
        false => format!("{text} {}", at.to_zoned(zone).strftime("%:z")),
    }
}

/// An instant as calendars write it: `20261001T000000Z`.
pub(crate) fn utc_basic(at_unix_ms: i64) -> String {
    match Timestamp::from_millisecond(at_unix_ms) {
        Ok(at) => at.strftime("%Y%m%dT%H%M%SZ").to_string(),
        Err(_) => at_unix_ms.to_string(),
    }
}

/// A day as yyyy-mm-dd, however people write it: 2026-10-1, 2026/10/1, 2026.10.1, 20261001, 2026年10月1日.
pub(crate) fn day(text: &str) -> Result<String, ArgError> {
    civil_day(text)
        .map(|day| day.to_string())
        .ok_or_else(|| ArgError::new("arg_error.day", vec![("value", text.to_owned())]))
}

fn civil_day(text: &str) -> Option<civil::Date> {
    let text = text.trim();
    let parts: Vec<&str> = if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        vec![&text[..4], &text[4..6], &text[6..]]
    } else {
        let text = text.strip_suffix('日').unwrap_or(text);
        text.split(['-', '/', '.', '年', '月']).map(str::trim).collect()
    };
    let [year, month, day] = parts.as_slice() else {
        return None;
    };
    if year.len() != 4 {
        return None;
    }
    civil::Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// The day of the week of a yyyy-mm-dd: 1 Monday to 7 Sunday.
pub(crate) fn weekday(day: &str) -> Option<i8> {
    civil_day(day).map(|day| day.weekday().to_monday_one_offset())
}

/// From when: an instant, or a day from its beginning in this machine's zone.
pub(crate) fn from_unix_ms(text: &str) -> Result<i64, ArgError> {
    day_or_instant(text, 0, zone())
}

/// Until when, not included: an instant, or the end of a day in this machine's zone.
pub(crate) fn until_unix_ms(text: &str) -> Result<i64, ArgError> {
    day_or_instant(text, 1, zone())
}

fn day_or_instant(text: &str, days_later: i64, zone: TimeZone) -> Result<i64, ArgError> {
    let Some(day) = civil_day(text) else {
        return instant_in(text, zone);
    };
    begin(day, days_later, zone).ok_or_else(|| ArgError::new("arg_error.day", vec![("value", text.to_owned())]))
}

/// The beginning of the day that an instant lies in, so many days later, in this machine's zone.
pub(crate) fn begin_of_day(at_unix_ms: i64, days_later: i64) -> i64 {
    let begin = Timestamp::from_millisecond(at_unix_ms)
        .ok()
        .and_then(|at| begin(at.to_zoned(zone()).date(), days_later, zone()));
    begin.unwrap_or(at_unix_ms)
}

fn begin(day: civil::Date, days_later: i64, zone: TimeZone) -> Option<i64> {
    let days = jiff::Span::new().try_days(days_later).ok()?;
    let begin = day.checked_add(days).ok()?.to_zoned(zone).ok()?;
    Some(begin.timestamp().as_millisecond())
}

/// A duration in the words of [`duration_ms`].
pub(crate) fn duration(ms: u64) -> String {
    let mut text = String::new();
    let mut rest = ms;
    for (unit, size) in [
        ("d", 86_400_000),
        ("h", 3_600_000),
        ("m", 60_000),
        ("s", 1000),
        ("ms", 1),
    ] {
        if rest >= size {
            text.push_str(&format!("{}{unit}", rest / size));
            rest %= size;
        }
    }
    if text.is_empty() { "0s".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        for (text, ms) in [
            ("5m", 300_000),
            ("1h30m", 5_400_000),
            ("90s", 90_000),
            ("2d", 172_800_000),
            ("250ms", 250),
            ("5分钟", 300_000),
        ] {
            assert_eq!(duration_ms(text), Ok(ms), "{text}");
            assert_eq!(duration_ms(&duration(ms)), Ok(ms), "{text}");
        }
        for text in ["", "5", "m", "5x", "-5m", "5m3", "99999999999999999999d"] {
            assert!(duration_ms(text).is_err(), "{text}");
        }
    }

    #[test]
    fn instants() {
        let zone = TimeZone::fixed(jiff::tz::offset(8));
        assert_eq!(
            instant_in("2026-07-01T08:00:00+08:00", zone.clone()),
            Ok(1_782_864_000_000)
        );
        assert_eq!(instant_in("2026-07-01T00:00:00Z", zone.clone()), Ok(1_782_864_000_000));
        assert_eq!(instant_in("2026-07-01 08:00", zone.clone()), Ok(1_782_864_000_000));
        // What is shown can be typed.
        for text in ["2026-07-01 08:00 +08:00", "2026-06-30 19:00:00 -05:00"] {
            assert_eq!(instant_in(text, zone.clone()), Ok(1_782_864_000_000), "{text}");
        }
        for text in ["2026-07-01", "08:00", "tomorrow", "2026-13-01 08:00"] {
            assert!(instant_in(text, zone.clone()).is_err(), "{text}");
        }
    }

    #[test]
    fn duty_is_told_in_the_zone_of_its_roster() {
        let at = 1_782_864_000_000;
        let minute_in_zone = |at, name: &str, own| in_zone(at, name, own, "%Y-%m-%d %H:%M");
        let with_seconds = in_zone(at + 7_000, "Asia/Shanghai", TimeZone::UTC, "%Y-%m-%d %H:%M:%S");
        assert_eq!(with_seconds, "2026-07-01 08:00:07 +08:00");
        let shanghai = TimeZoneDatabase::bundled().get("Asia/Shanghai").unwrap();
        assert_eq!(minute_in_zone(at, "Asia/Shanghai", shanghai), "2026-07-01 08:00");
        assert_eq!(
            minute_in_zone(at, "Asia/Shanghai", TimeZone::UTC),
            "2026-07-01 08:00 +08:00"
        );
        assert_eq!(
            minute_in_zone(at, "Europe/London", TimeZone::UTC),
            "2026-07-01 01:00 +01:00"
        );
        assert_eq!(minute_in_zone(0, "Asia/Shanghai", TimeZone::UTC), "–");
        assert_eq!(minute_in_zone(at, "", TimeZone::UTC), local_minute(at));
    }

    #[test]
    fn states_of_the_past() {
        let when = |text| as_of(text).map(|as_of| as_of.when);
        assert_eq!(when("r12"), Ok(Some(pb::as_of::When::Revision(12))));
        assert_eq!(when(" R7 "), Ok(Some(pb::as_of::When::Revision(7))));
        assert_eq!(
            when("2026-07-01T00:00:00Z"),
            Ok(Some(pb::as_of::When::AtUnixMs(1_782_864_000_000)))
        );
        for text in ["", "r", "r0", "r-1", "12", "2026-07-01", "1960-01-01T00:00:00Z"] {
            assert!(as_of(text).is_err(), "{text}");
        }
    }

    #[test]
    fn days() {
        for text in [
            "2026-10-01",
            "2026/10/1",
            "2026.10.1",
            "20261001",
            "2026年10月1日",
            " 2026-10-1 ",
        ] {
            assert_eq!(day(text).as_deref(), Ok("2026-10-01"), "{text}");
        }
        for text in [
            "",
            "26-10-01",
            "2026-13-01",
            "2026-02-30",
            "2026-10",
            "10月1日",
            "２０２６-10-01",
            "2026-10-01 08:00",
        ] {
            assert!(day(text).is_err(), "{text}");
        }
        assert_eq!(weekday("2026-10-01"), Some(4), "a Thursday");
    }

    #[test]
    fn a_day_counts_whole() {
        let zone = jiff::tz::TimeZoneDatabase::bundled().get("Europe/London").unwrap();
        let at = |text, later| day_or_instant(text, later, zone.clone()).unwrap();
        let hours = |ms: i64| ms / 3_600_000;
        assert_eq!(hours(at("2026-07-01", 1) - at("2026-07-01", 0)), 24);
        assert_eq!(hours(at("2026-10-25", 1) - at("2026-10-25", 0)), 25, "clocks go back");
        assert_eq!(
            hours(at("2026-03-29", 1) - at("2026-03-29", 0)),
            23,
            "clocks go forward"
        );
        assert_eq!(
            at("2026-07-01 08:00", 1),
            at("2026-07-01 08:00", 0),
            "an instant is one"
        );
        assert_eq!(utc_basic(at("2026-07-01", 0)), "20260630T230000Z");
    }
}
