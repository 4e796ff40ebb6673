//! The statutory calendar (法定节假日与调休): the days that do not follow the week, as they are published every year.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Date;

/// What a day is (`domain.md` §1.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum DayKind {
    /// 工作日, make-up workdays included (调休上班).
    Workday,
    /// 休息日: a Saturday or Sunday that is no workday.
    RestDay,
    /// 法定节假日, with the days off around it.
    Holiday,
}

impl DayKind {
    /// Every kind with the word for it in files and on the wire.
    pub const ALL: [(Self, &'static str); 3] = [
        (Self::Workday, "workday"),
        (Self::RestDay, "rest-day"),
        (Self::Holiday, "holiday"),
    ];
}

/// Some kinds of days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DayKinds(u8);

impl DayKinds {
    /// Every day.
    pub const ALL: Self = Self(0b111);

    /// Whether days of this kind are among them.
    pub fn contains(self, kind: DayKind) -> bool {
        self.0 & (1 << kind as u8) != 0
    }
    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
    /// Each of them.
    pub fn iter(self) -> impl Iterator<Item = DayKind> {
        let kinds = DayKind::ALL.into_iter().map(|(kind, _)| kind);
        kinds.filter(move |kind| self.contains(*kind))
    }
}

impl FromIterator<DayKind> for DayKinds {
    fn from_iter<I: IntoIterator<Item = DayKind>>(kinds: I) -> Self {
        Self(kinds.into_iter().fold(0, |all, kind| all | 1 << kind as u8))
    }
}

/// A day that does not follow the week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpecialDay {
    /// A holiday or a workday; a workday of the week is one anyway.
    pub kind: DayKind,
    /// What it is called; may be empty.
    pub name: Box<str>,
}

/// Days of each kind: workdays, rest days, holidays.
type Sums = [i32; 3];

/// The days that do not follow the week.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Calendar {
    days: BTreeMap<Date, SpecialDay>,
    /// By how much the days up to and including this one differ from the week, so that a count need not visit them.
    sums: Vec<(Date, Sums)>,
}

/// What a day is by the week alone.
fn of_week(date: Date) -> DayKind {
    match date.weekday() {
        1..=5 => DayKind::Workday,
        _ => DayKind::RestDay,
    }
}

/// Workdays and rest days of the week from a Monday long ago until `date`, not included.
fn of_weeks(date: Date) -> Sums {
    // 1970-01-05 was a Monday.
    let days = date.days() - 4;
    let (weeks, rest) = (days.div_euclid(7), days.rem_euclid(7));
    [weeks * 5 + rest.min(5), weeks * 2 + (rest - 5).max(0), 0]
}

impl Calendar {
    /// What a day is.
    pub fn kind(&self, date: Date) -> DayKind {
        self.days.get(&date).map_or_else(|| of_week(date), |day| day.kind)
    }
    /// What stands in the table for a day.
    pub fn get(&self, date: Date) -> Option<&SpecialDay> {
        self.days.get(&date)
    }
    /// Every day in the table, in order.
    pub fn iter(&self) -> impl Iterator<Item = (Date, &SpecialDay)> {
        self.days.iter().map(|(date, day)| (*date, day))
    }
    /// How many days of these kinds there are from one until another, which is not counted; negative if that is earlier. Takes as
    /// long for a century as for a day.
    pub fn count(&self, kinds: DayKinds, from: Date, until: Date) -> i32 {
        let (first, last) = (self.until(from), self.until(until));
        kinds
            .iter()
            .map(|kind| last[kind as usize] - first[kind as usize])
            .sum()
    }
    fn until(&self, date: Date) -> Sums {
        let mut sums = of_weeks(date);
        let after = self.sums.partition_point(|(day, _)| *day < date);
        if let Some((_, more)) = after.checked_sub(1).and_then(|last| self.sums.get(last)) {
            sums.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
        }
        sums
    }
    /// Whether the table of this year is known: its holidays were published and imported.
    pub fn has_year(&self, year: i16) -> bool {
        let (Some(first), Some(next)) = (Date::new(year, 1, 1), Date::new(year.saturating_add(1), 1, 1)) else {
            return false;
        };
        self.days.range(first..next).next().is_some()
    }

    /// Takes over days; none: follows the week again.
    pub(crate) fn evolve(&mut self, changes: &[(Date, Option<SpecialDay>)]) {
        for (date, day) in changes {
            match day {
                Some(day) => self.days.insert(*date, day.clone()),
                None => self.days.remove(date),
            };
        }
        let mut all = [0; 3];
        self.sums = self
            .days
            .iter()
            .map(|(date, day)| {
                all[of_week(*date) as usize] -= 1;
                all[day.kind as usize] += 1;
                (*date, all)
            })
            .collect();
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The calendar that ships.
    pub(crate) fn shipped() -> Vec<(Date, Option<SpecialDay>)> {
        let lines = include_str!("../../../../deploy/calendar-cn.csv").lines().skip(1);
        let day = |line: &str| {
            let mut fields = line.split(',');
            let mut next = || fields.next().expect("three fields");
            let (date, kind, name) = (next(), next(), next());
            let kind = crate::word::parse(&DayKind::ALL, kind).expect("a kind");
            (
                date.parse().expect(date),
                Some(SpecialDay {
                    kind,
                    name: name.into(),
                }),
            )
        };
        lines.map(day).collect()
    }

    #[test]
    fn the_calendar_that_ships_has_the_days_of_the_state_council() {
        let mut calendar = Calendar::default();
        calendar.evolve(&shipped());
        let kind = |text: &str| calendar.kind(text.parse().expect(text));
        // 2026-02-14 is a Saturday on which people work; the holiday is from the 15th to the 23rd.
        assert_eq!(kind("2026-02-13"), DayKind::Workday);
        assert_eq!(
            (kind("2026-02-14"), kind("2026-02-17")),
            (DayKind::Workday, DayKind::Holiday)
        );
        assert_eq!(
            (kind("2026-03-07"), kind("2026-03-09")),
            (DayKind::RestDay, DayKind::Workday)
        );
        assert_eq!(kind("2026-10-01"), DayKind::Holiday);
        assert!(
            calendar.has_year(2024) && calendar.has_year(2026) && !calendar.has_year(2023) && !calendar.has_year(2027)
        );
        assert!(!calendar.has_year(i16::MAX) && !calendar.has_year(i16::MIN));
    }

    proptest! {
        #[test]
        fn a_count_is_what_one_counts(from in -20_000..40_000i32, days in 0..900i32, kinds in 0..8u8) {
            let mut calendar = Calendar::default();
            calendar.evolve(&shipped());
            for from in [from, 19_700 + from.rem_euclid(1_400)] {
                let (first, until) = (Date::from_days(from), Date::from_days(from + days));
                let kinds = DayKinds(kinds);
                let counted = (from..from + days).filter(|day| kinds.contains(calendar.kind(Date::from_days(*day)))).count();
                prop_assert_eq!(calendar.count(kinds, first, until), counted as i32);
                prop_assert_eq!(calendar.count(kinds, until, first), -(counted as i32));
            }
        }
    }

    #[test]
    fn a_day_follows_the_week_again() {
        let mut calendar = Calendar::default();
        calendar.evolve(&shipped());
        let all: Vec<_> = shipped().into_iter().map(|(date, _)| (date, None)).collect();
        calendar.evolve(&all);
        assert_eq!(calendar, Calendar::default());
    }
}
