//! Wall clocks and the zones they stand in.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::{LazyLock, PoisonError, RwLock};

use jiff::civil;
use jiff::tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase};
use serde::{Deserialize, Serialize};

use super::Date;
use crate::id::Timestamp;

/// A name that no zone has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a time zone; expected an IANA name such as Asia/Shanghai")]
pub struct UnknownZone(pub Box<str>);

/// A text that is no time of the day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a time of the day; expected hh:mm from 00:00 to 24:00")]
pub struct ParseMinuteError(pub Box<str>);

/// A time of the day on the wall clock, in minutes from midnight; 24:00 is the end of the day.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Minute(u16);

impl Minute {
    /// The start of the day.
    pub const MIDNIGHT: Self = Self(0);
    /// The end of the day.
    pub const DAY: Self = Self(24 * 60);

    /// This many minutes from midnight; the end of the day if it is more.
    pub fn new(minutes: u16) -> Self {
        Self(minutes.min(Self::DAY.0))
    }
    /// Minutes from midnight.
    pub fn minutes(self) -> u16 {
        self.0
    }
}

impl FromStr for Minute {
    type Err = ParseMinuteError;
    fn from_str(text: &str) -> Result<Self, ParseMinuteError> {
        let read = || {
            let (hours, minutes) = text.split_once(':')?;
            let number = |digits: &str, expected: std::ops::RangeInclusive<usize>| {
                let is_number = expected.contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
                is_number.then(|| digits.parse::<u16>().ok()).flatten()
            };
            let (hours, minutes) = (number(hours, 1..=2)?, number(minutes, 2..=2)?);
            let all = hours * 60 + minutes;
            (minutes < 60 && all <= Self::DAY.0).then_some(Self(all))
        };
        read().ok_or_else(|| ParseMinuteError(text.into()))
    }
}

impl fmt::Display for Minute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl fmt::Debug for Minute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A time zone by its IANA name.
///
/// What a name means is in the tables that are built in. A name that they do not have any more, in an old journal, means UTC:
/// replaying never fails.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Zone(Box<str>);

static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// Tables that were read before, by name: they are part of the program and never change. As many as there are zones.
static READ: RwLock<BTreeMap<Box<str>, TimeZone>> = RwLock::new(BTreeMap::new());

/// What a zone's name means: its table, or that of UTC.
fn rules(name: &str) -> TimeZone {
    if let Some(rules) = READ.read().unwrap_or_else(PoisonError::into_inner).get(name) {
        return rules.clone();
    }
    match ZONES.get(name) {
        Ok(rules) => {
            let mut read = READ.write().unwrap_or_else(PoisonError::into_inner);
            read.insert(name.into(), rules.clone());
            rules
        }
        Err(_) => TimeZone::UTC,
    }
}

impl Zone {
    /// The zone with this name.
    ///
    /// # Errors
    /// [`UnknownZone`] if there is none.
    pub fn new(name: &str) -> Result<Self, UnknownZone> {
        match ZONES.get(name) {
            Ok(zone) => Ok(Self(zone.iana_name().unwrap_or(name).into())),
            Err(_) => Err(UnknownZone(name.into())),
        }
    }
    /// Asia/Shanghai, where Baiying is at home.
    pub fn shanghai() -> Self {
        Self("Asia/Shanghai".into())
    }
    /// A name as it was stored.
    pub fn stored(name: &str) -> Self {
        Self(name.into())
    }
    /// Its name.
    pub fn name(&self) -> &str {
        &self.0
    }
    /// Its rules, looked up once, for many questions.
    pub fn clock(&self) -> Clock {
        Clock(rules(&self.0))
    }
    /// When the wall clock shows `minute` on `date`: see [`Clock::instant`].
    pub fn instant(&self, date: Date, minute: Minute) -> Timestamp {
        self.clock().instant(date, minute)
    }
    /// What the wall clock shows at that instant: see [`Clock::local`].
    pub fn local(&self, at: Timestamp) -> (Date, Minute) {
        self.clock().local(at)
    }
    /// The day that it is there at that instant.
    pub fn date(&self, at: Timestamp) -> Date {
        self.local(at).0
    }
}

/// The wall clock of a zone.
#[derive(Debug, Clone)]
pub struct Clock(TimeZone);

impl Clock {
    /// When the wall clock shows `minute` on `date`.
    ///
    /// A time that is skipped when clocks go forward is as much later as was skipped; of a time that comes twice, it is the first.
    pub fn instant(&self, date: Date, minute: Minute) -> Timestamp {
        let zoned = self.ambiguous(date, minute).compatible();
        Self::within(date, zoned.map(|zoned| zoned.timestamp()))
    }
    /// When a shift begins or ends that does so at `minute` on `date`: as [`Self::instant`], but a time that is skipped is the
    /// instant at which clocks go forward. So later times of the wall clock are never earlier instants, and shifts that follow on
    /// each other have neither a gap nor an overlap.
    pub fn boundary(&self, date: Date, minute: Minute) -> Timestamp {
        let ambiguous = self.ambiguous(date, minute);
        let is_skipped = matches!(ambiguous.offset(), AmbiguousOffset::Gap { .. });
        let Ok(later) = ambiguous.compatible() else {
            return self.instant(date, minute);
        };
        let later = later.timestamp();
        let before = is_skipped.then(|| self.0.preceding(later + jiff::SignedDuration::from_nanos(1)).next());
        let at = before.flatten().map_or(later, |transition| transition.timestamp());
        Timestamp::from_unix_ms(at.as_millisecond())
    }
    fn ambiguous(&self, date: Date, minute: Minute) -> jiff::tz::AmbiguousZoned {
        let (date, minute) = if minute == Minute::DAY {
            (date.plus_days(1), 0)
        } else {
            (date, minute.0)
        };
        let time = civil::Time::constant((minute / 60) as i8, (minute % 60) as i8, 0, 0);
        self.0.clone().into_ambiguous_zoned(date.civil().to_datetime(time))
    }
    fn within(date: Date, at: Result<jiff::Timestamp, jiff::Error>) -> Timestamp {
        // Beyond the instants there are: the first or last day of the calendar, in some zone.
        let unix_ms = at.map_or(i64::from(date.days()) * 86_400_000, jiff::Timestamp::as_millisecond);
        Timestamp::from_unix_ms(unix_ms)
    }
    /// What the wall clock shows at that instant; instants beyond the calendar count as its first or last.
    pub fn local(&self, at: Timestamp) -> (Date, Minute) {
        let beyond = if at.unix_ms() < 0 {
            jiff::Timestamp::MIN
        } else {
            jiff::Timestamp::MAX
        };
        let at = jiff::Timestamp::from_millisecond(at.unix_ms()).unwrap_or(beyond);
        let shown = self.0.to_datetime(at);
        let minute = shown.hour() as u16 * 60 + shown.minute() as u16;
        (Date::of(shown.date()), Minute(minute))
    }
    /// The day that it is there at that instant.
    pub fn date(&self, at: Timestamp) -> Date {
        self.local(at).0
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instant(zone: &str, date: &str, minute: &str) -> i64 {
        let zone = Zone::new(zone).expect("a zone");
        zone.instant(date.parse().expect("a day"), minute.parse().expect("a time"))
            .unix_ms()
    }

    #[test]
    fn the_wall_clock_is_read_in_its_zone() {
        let hour = 3_600_000;
        let day =
            |zone, date: &str, next: &str| (instant(zone, next, "08:30") - instant(zone, date, "08:30")) / (hour / 2);
        assert_eq!(day("Asia/Shanghai", "2026-03-28", "2026-03-29"), 48);
        assert_eq!(
            day("Europe/London", "2026-03-28", "2026-03-29"),
            46,
            "clocks go forward"
        );
        assert_eq!(day("Europe/London", "2026-10-24", "2026-10-25"), 50, "and back");
        assert_eq!(day("America/New_York", "2026-03-07", "2026-03-08"), 46);
        assert_eq!(
            day("Australia/Lord_Howe", "2026-04-04", "2026-04-05"),
            49,
            "by half an hour"
        );
        assert_eq!(day("Australia/Lord_Howe", "2026-10-03", "2026-10-04"), 47);
        assert_eq!(instant("Asia/Shanghai", "1970-01-01", "08:00"), 1, "no instant is zero");
        assert_eq!(
            instant("Asia/Shanghai", "2026-01-01", "24:00"),
            instant("Asia/Shanghai", "2026-01-02", "0:00")
        );
    }

    #[test]
    fn a_skipped_time_is_later_and_of_a_doubled_one_the_first_counts() {
        // London goes from 01:00 to 02:00 on 2026-03-29, and from 02:00 back to 01:00 on 2026-10-25.
        assert_eq!(
            instant("Europe/London", "2026-03-29", "01:30"),
            instant("Europe/London", "2026-03-29", "02:30")
        );
        let minutes = |from, until| {
            (instant("Europe/London", "2026-10-25", until) - instant("Europe/London", "2026-10-25", from)) / 60_000
        };
        assert_eq!((minutes("00:30", "01:30"), minutes("01:30", "02:30")), (60, 120));
    }

    #[test]
    fn shifts_begin_and_end_in_the_order_of_the_wall_clock() {
        for (zone, date) in [
            ("Europe/London", "2026-03-29"),
            ("Europe/London", "2026-10-25"),
            ("America/New_York", "2026-03-08"),
            ("Australia/Lord_Howe", "2026-10-04"),
            ("Asia/Shanghai", "2026-10-01"),
        ] {
            let (clock, date) = (Zone::new(zone).expect("a zone").clock(), date.parse().expect("a day"));
            let mut before = clock.boundary(date, Minute::new(0));
            for minute in 1..=24 * 60 {
                let (at, instant) = (
                    clock.boundary(date, Minute::new(minute)),
                    clock.instant(date, Minute::new(minute)),
                );
                assert!(before <= at && at <= instant, "{zone} {minute}");
                before = at;
            }
        }
        let clock = Zone::new("Europe/London").expect("a zone").clock();
        let date = "2026-03-29".parse().expect("a day");
        assert_eq!(
            clock.boundary(date, Minute::new(90)),
            clock.instant(date, Minute::new(120)),
            "skipped"
        );
        assert!(clock.instant(date, Minute::new(90)) > clock.instant(date, Minute::new(120)));
    }

    #[test]
    fn instants_show_the_time_they_were_made_of() {
        for name in [
            "Asia/Shanghai",
            "Europe/London",
            "America/New_York",
            "Australia/Lord_Howe",
        ] {
            let zone = Zone::new(name).expect("a zone");
            for days in 20_454..20_820 {
                let (date, minute) = (Date::from_days(days), Minute::new(12 * 60 + 7));
                assert_eq!(zone.local(zone.instant(date, minute)), (date, minute), "{name}");
            }
        }
        let zone = Zone::shanghai();
        for at in [i64::MIN, i64::MAX] {
            let _ = zone.local(Timestamp::from_unix_ms(at));
        }
        for days in [i32::MIN, i32::MAX] {
            let _ = zone.instant(Date::from_days(days), Minute::DAY);
        }
    }

    #[test]
    fn names_and_times_that_do_not_exist_are_refused() {
        assert_eq!(
            Zone::new("asia/shanghai").map(|zone| zone.to_string()),
            Ok("Asia/Shanghai".to_owned())
        );
        assert!(Zone::new("Asia/Peking").is_err() && Zone::new("").is_err());
        for bad in ["", "8", "8:3", "08:60", "24:01", "008:00", "-1:00", "08:30:00", "８:30"] {
            assert!(bad.parse::<Minute>().is_err(), "{bad}");
        }
        assert_eq!(
            "8:05".parse::<Minute>().map(|minute| minute.to_string()),
            Ok("08:05".to_owned())
        );
        assert_eq!(
            Zone::stored("Atlantis/Centre")
                .instant(Date::from_days(1), Minute::new(0))
                .unix_ms(),
            86_400_000
        );
    }
}
