//! What is wrong with rosters in the days to come (D1, D2, D3).

use std::collections::{BTreeMap, BTreeSet};

use super::resolve::shifts;
use super::rosters::in_force;
use super::{Position, Shift, View};
use crate::calendar::{Date, DayKinds};
use crate::id::{PersonId, Timestamp, UnitId};

/// What can be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FindingKind {
    /// There is no roster.
    NoRoster,
    /// No shift at all.
    Gap,
    /// Not enough leads.
    NoLead,
    /// Not enough officers.
    TooFewOfficers,
    /// One person in two places.
    DoubleBooking,
    /// Too little rest before this shift.
    TooLittleRest,
    /// On duty while on leave, and nobody acts.
    OnLeave,
    /// On duty, and not on post any more: left, retired, seconded out, at study or on long leave.
    Left,
    /// A角 and B角 of a post are away at once.
    BackupAbsent,
    /// The statutory calendar of the year is not known, and the pattern depends on it.
    NoCalendar,
}

impl FindingKind {
    /// Every kind with the word for it on the wire.
    pub const ALL: [(Self, &'static str); 10] = [
        (Self::NoRoster, "no-roster"),
        (Self::Gap, "gap"),
        (Self::NoLead, "no-lead"),
        (Self::TooFewOfficers, "too-few-officers"),
        (Self::DoubleBooking, "double-booking"),
        (Self::TooLittleRest, "too-little-rest"),
        (Self::OnLeave, "on-leave"),
        (Self::Left, "left"),
        (Self::BackupAbsent, "backup-absent"),
        (Self::NoCalendar, "no-calendar"),
    ];
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// With whose roster.
    pub unit: UnitId,
    /// What.
    pub kind: FindingKind,
    /// From when, the first time.
    pub from: Timestamp,
    /// Until when, not included.
    pub until: Timestamp,
    /// Who; none: nobody in particular.
    pub person: Option<PersonId>,
    /// Of a double booking or too little rest: the unit of the other shift.
    pub other: Option<UnitId>,
    /// How often.
    pub times: u32,
}

/// Longest rest that is looked at.
const REST_MAX_MS: u64 = 7 * 86_400_000;
/// No shift is longer, whatever the clocks do.
const SHIFT_MAX_MS: i64 = 30 * 3_600_000;

/// What is wrong with the rosters of these units in an interval: in the order of units, then of the first time. What comes again
/// is counted.
pub fn check(view: View<'_>, units: &BTreeSet<UnitId>, from: Timestamp, until: Timestamp) -> Vec<Finding> {
    let mut check = Check {
        view,
        from,
        until,
        found: BTreeMap::new(),
        people: BTreeMap::new(),
    };
    for unit in units {
        check.unit(*unit);
    }
    let others: BTreeSet<UnitId> = if view.rosters.units().all(|unit| units.contains(&unit)) {
        BTreeSet::new()
    } else {
        let elsewhere = check.people.keys().flat_map(|person| view.rosters.units_of(*person));
        elsewhere.filter(|unit| !units.contains(unit)).collect()
    };
    for unit in others {
        let all = shifts(view, unit, check.earlier(unit), until);
        check.remember(&all);
    }
    check.people_of(units);
    let mut found: Vec<_> = check.found.into_values().collect();
    found.sort_by_key(|finding| (finding.unit, finding.from, finding.kind, finding.person));
    found
}

/// A shift of somebody, or their part of it.
#[derive(Clone, Copy)]
struct Own {
    unit: UnitId,
    shift: (Date, usize),
    from: Timestamp,
    until: Timestamp,
    is_post: bool,
    rest_ms: u64,
}

struct Check<'s> {
    view: View<'s>,
    from: Timestamp,
    until: Timestamp,
    found: BTreeMap<(UnitId, FindingKind, Option<PersonId>, Option<UnitId>), Finding>,
    people: BTreeMap<PersonId, Vec<Own>>,
}

impl<'s> Check<'s> {
    fn find(
        &mut self,
        unit: UnitId,
        kind: FindingKind,
        (from, until): (Timestamp, Timestamp),
        who: (Option<PersonId>, Option<UnitId>),
    ) {
        let (from, until) = (from.max(self.from), until.min(self.until));
        if until <= from {
            return;
        }
        let (person, other) = who;
        let finding = self.found.entry((unit, kind, person, other));
        let finding = finding.or_insert(Finding {
            unit,
            kind,
            from,
            until,
            person,
            other,
            times: 0,
        });
        if from < finding.from {
            (finding.from, finding.until) = (from, until);
        }
        finding.times += 1;
    }

    /// Early enough to see whose rest is cut short by the first shift.
    fn earlier(&self, unit: UnitId) -> Timestamp {
        let versions = self.view.rosters.versions(unit).iter();
        let rest_ms = versions
            .map(|version| version.needs.rest_ms)
            .max()
            .unwrap_or(0)
            .min(REST_MAX_MS);
        let back = SHIFT_MAX_MS.saturating_add(rest_ms as i64);
        Timestamp::from_unix_ms(self.from.unix_ms().saturating_sub(back))
    }

    fn unit(&mut self, unit: UnitId) {
        let view = self.view;
        let Some(first) = view.rosters.versions(unit).first() else {
            self.find(unit, FindingKind::NoRoster, (self.from, self.until), (None, None));
            return;
        };
        let begins = first
            .zone
            .instant(first.from_date, crate::calendar::Minute::MIDNIGHT)
            .max(first.since);
        self.find(unit, FindingKind::NoRoster, (self.from, begins), (None, None));
        let all = shifts(view, unit, self.earlier(unit), self.until);
        self.remember(&all);
        let now: Vec<_> = all.into_iter().filter(|shift| shift.until > self.from).collect();
        self.gaps(unit, &now, begins.max(self.from));
        self.needs(unit, &now);
        for holder in now
            .iter()
            .flat_map(|shift| &shift.holders)
            .filter(|holder| holder.on_leave)
        {
            self.find(
                unit,
                FindingKind::OnLeave,
                (holder.from, holder.until),
                (Some(holder.person), None),
            );
        }
        let holders = now.iter().flat_map(|shift| &shift.holders);
        for holder in holders.filter(|holder| view.away.contains(&holder.person)) {
            let who = (Some(holder.person), None);
            self.find(unit, FindingKind::Left, (holder.from, holder.until), who);
        }
        self.backups(unit);
        self.calendar(unit);
    }

    fn remember(&mut self, all: &[Shift<'s>]) {
        for shift in all {
            for holder in shift.holders.iter().filter(|holder| !holder.on_leave) {
                self.people.entry(holder.person).or_default().push(Own {
                    unit: shift.unit,
                    shift: (shift.date, shift.index),
                    from: holder.from,
                    until: holder.until,
                    is_post: holder.position.is_post(),
                    rest_ms: shift.version.needs.rest_ms,
                });
            }
        }
    }

    fn gaps(&mut self, unit: UnitId, all: &[Shift<'s>], from: Timestamp) {
        let mut covered = from;
        let ends = [(self.until, self.until)];
        for (begins, ends) in all.iter().map(|shift| (shift.from, shift.until)).chain(ends) {
            if covered < begins.min(self.until) {
                self.gap(unit, covered, begins.min(self.until));
            }
            covered = covered.max(ends);
        }
    }

    /// No shift runs: that is a gap but for the office hours that are left to the offices.
    fn gap(&mut self, unit: UnitId, from: Timestamp, until: Timestamp) {
        let view = self.view;
        let versions = view.rosters.versions(unit);
        let Some(version) = super::on_duty(view, unit, from).version.or(versions.first()) else {
            return;
        };
        let clock = version.zone.clock();
        let (mut date, last) = (clock.date(from), clock.date(until));
        let mut open = from;
        while date <= last {
            if let Some((begins, ends)) = version.office_hours(view, &clock, date)
                && open < ends
                && begins < until
            {
                self.find(unit, FindingKind::Gap, (open, begins), (None, None));
                open = ends;
            }
            date = date.plus_days(1);
        }
        self.find(unit, FindingKind::Gap, (open, until), (None, None));
    }

    /// Leads and officers at every instant at which a shift runs; once a shift, however often people change within it.
    fn needs(&mut self, unit: UnitId, all: &[Shift<'s>]) {
        let mut cuts: BTreeSet<Timestamp> = BTreeSet::new();
        for shift in all {
            cuts.extend([shift.from, shift.until]);
            cuts.extend(shift.holders.iter().flat_map(|holder| [holder.from, holder.until]));
        }
        let cuts: Vec<_> = cuts.into_iter().collect();
        let mut lacking: BTreeMap<(FindingKind, Date, usize), (Timestamp, Timestamp)> = BTreeMap::new();
        for [from, until] in cuts.array_windows() {
            let before = all.partition_point(|shift| shift.from <= *from);
            let running = all[..before]
                .iter()
                .rev()
                .take_while(|shift| from.ms_since(shift.from) <= SHIFT_MAX_MS);
            let running: Vec<_> = running.filter(|shift| *from < shift.until).collect();
            let Some(shift) = running.first() else { continue };
            let there = |position: Position| {
                let on = running.iter().flat_map(|shift| &shift.holders);
                let on = on.filter(|holder| holder.position == position && !holder.on_leave);
                on.filter(|holder| holder.from <= *from && *from < holder.until)
                    .map(|holder| holder.person)
                    .collect::<BTreeSet<_>>()
                    .len() as u32
            };
            let needs = shift.version.needs;
            for (kind, position, needed) in [
                (FindingKind::NoLead, Position::Lead, needs.leads),
                (FindingKind::TooFewOfficers, Position::Officer, needs.officers),
            ] {
                if there(position) < needed && self.from < *until && *from < self.until {
                    lacking
                        .entry((kind, shift.date, shift.index))
                        .or_insert((*from, *until))
                        .1 = *until;
                }
            }
        }
        for ((kind, _, _), time) in lacking {
            self.find(unit, kind, time, (None, None));
        }
    }

    fn backups(&mut self, unit: UnitId) {
        let view = self.view;
        let posts = view.rosters.backups().filter(|(of, _, _)| *of == unit);
        let pairs: Vec<_> = posts
            .filter_map(|(_, _, rows)| in_force(rows, Timestamp::MAX))
            .collect();
        for (a, b) in pairs {
            for (from, until) in view.leave.approved(a) {
                for (other_from, other_until) in view.leave.approved(b) {
                    let time = (from.max(other_from), until.min(other_until));
                    self.find(unit, FindingKind::BackupAbsent, time, (Some(a), None));
                }
            }
        }
    }

    fn calendar(&mut self, unit: UnitId) {
        let view = self.view;
        for version in view.rosters.versions(unit) {
            let clock = version.zone.clock();
            if version.office.is_none() && version.shifts.iter().all(|shift| shift.days == DayKinds::ALL) {
                continue;
            }
            let is_last = view
                .rosters
                .versions(unit)
                .last()
                .is_some_and(|last| last.version == version.version);
            let years = clock.date(self.from).year()..=clock.date(self.until).year();
            for year in years.filter(|year| is_last && !view.calendar.has_year(*year)) {
                let day = |year| Date::new(year, 1, 1).unwrap_or(Date::from_days(i32::MAX));
                let begins = clock.instant(day(year), crate::calendar::Minute::MIDNIGHT);
                let ends = clock.instant(day(year.saturating_add(1)), crate::calendar::Minute::MIDNIGHT);
                self.find(unit, FindingKind::NoCalendar, (begins, ends), (None, None));
            }
        }
    }

    /// Nobody in two places, and rest between shifts at the post, across units.
    fn people_of(&mut self, units: &BTreeSet<UnitId>) {
        for (person, mut own) in std::mem::take(&mut self.people) {
            own.sort_by_key(|own| (own.from, own.until, own.unit));
            let (mut last, mut last_post): (Option<Own>, Option<Own>) = (None, None);
            for next in own {
                let is_other = |before: &Own| (before.unit, before.shift) != (next.unit, next.shift);
                let place = |before: &Own| match units.contains(&next.unit) {
                    true => (next.unit, before.unit),
                    false => (before.unit, next.unit),
                };
                let concerns = |before: &Own| units.contains(&next.unit) || units.contains(&before.unit);
                if let Some(before) = last.filter(|before| next.from < before.until && concerns(before)) {
                    let (unit, other) = place(&before);
                    let time = (next.from, next.until.min(before.until));
                    self.find(unit, FindingKind::DoubleBooking, time, (Some(person), Some(other)));
                } else if let Some(before) =
                    last_post.filter(|before| next.is_post && is_other(before) && concerns(before))
                {
                    let rest = next.from.ms_since(before.until);
                    if rest < i64::try_from(next.rest_ms.min(REST_MAX_MS)).unwrap_or(i64::MAX) {
                        let (unit, other) = place(&before);
                        self.find(
                            unit,
                            FindingKind::TooLittleRest,
                            (next.from, next.until),
                            (Some(person), Some(other)),
                        );
                    }
                }
                if last.is_none_or(|before| before.until < next.until) {
                    last = Some(next);
                }
                if next.is_post && last_post.is_none_or(|before| before.until < next.until) {
                    last_post = Some(next);
                }
            }
        }
    }
}
