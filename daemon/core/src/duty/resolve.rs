//! The one resolver: who is on duty in a unit at an instant, and every shift of an interval. Both are the same computation.
//!
//! Shifts are half open: who takes over at 08:00 is on at 08:00, who hands over is not. A new version of a roster takes over at the
//! start of its first shift, if that begins on its first day or the day after; until then the old one goes on, and what runs of it
//! then ends then. So there is neither a gap nor somebody twice.

use std::collections::BTreeSet;

use super::rosters::in_force;
use super::{Layer, Position, RosterVersion, Rosters, TurnUnit};
use crate::calendar::{Calendar, Clock, Date, DayKind};
use crate::id::{PersonId, Timestamp, UnitId};
use crate::leave::Leaves;
use crate::state::State;

/// What duty follows from.
#[derive(Debug, Clone, Copy)]
pub struct View<'s> {
    /// Rosters and what was changed for single shifts.
    pub rosters: &'s Rosters,
    /// Days that do not follow the week.
    pub calendar: &'s Calendar,
    /// Who is on leave when.
    pub leave: &'s Leaves,
    /// Who is not on post any more; asked when rosters are checked, never about who was on duty.
    pub away: &'s BTreeSet<PersonId>,
}

impl State {
    /// What duty follows from.
    pub fn duty_view(&self) -> View<'_> {
        View {
            rosters: &self.rosters,
            calendar: &self.calendar,
            leave: &self.leave,
            away: self.people.away(),
        }
    }
}

/// Why somebody is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Via {
    /// It is their crew's turn.
    Rotation,
    /// They stand in (顶班).
    StandIn,
    /// They swapped (换班).
    Swap,
    /// They are B角 of who is on leave.
    Backup,
}

impl Via {
    /// Every way with the word for it on the wire.
    pub const ALL: [(Self, &'static str); 4] = [
        (Self::Rotation, "rotation"),
        (Self::StandIn, "stand-in"),
        (Self::Swap, "swap"),
        (Self::Backup, "backup"),
    ];
}

/// Somebody on duty in a shift, or in a part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holder<'s> {
    /// Who.
    pub person: PersonId,
    /// In which position.
    pub position: Position,
    /// The shift's name.
    pub shift: &'s str,
    /// The day on which the shift begins.
    pub date: Date,
    /// From when they are on.
    pub from: Timestamp,
    /// Until when, not included.
    pub until: Timestamp,
    /// Why they.
    pub via: Via,
    /// Who is rostered, if somebody else.
    pub instead_of: Option<PersonId>,
    /// Of standby: within how many minutes they are there.
    pub recall_minutes: u32,
    /// When they signed in for the shift.
    pub signed_in: Option<Timestamp>,
    /// They are on approved leave, and nobody acts for them.
    pub on_leave: bool,
}

/// One shift of a unit with everybody on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shift<'s> {
    /// Whose.
    pub unit: UnitId,
    /// By which version of the roster.
    pub version: &'s RosterVersion,
    /// Its place in the pattern.
    pub index: usize,
    /// The day on which it begins.
    pub date: Date,
    /// What that day is.
    pub day: DayKind,
    /// When it begins.
    pub from: Timestamp,
    /// When it ends, not included.
    pub until: Timestamp,
    /// Leads first.
    pub holders: Vec<Holder<'s>>,
}

impl Shift<'_> {
    /// Its name in the pattern.
    pub fn name(&self) -> &str {
        &self.version.shifts[self.index].name
    }
}

/// What is missing at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Missing {
    /// There was no roster then.
    NoRoster,
    /// No shift; the offices are open, and the pattern leaves the time to them.
    OfficeHours,
    /// No shift.
    NoShift,
    /// Not enough leads.
    NoLead,
    /// Not enough officers.
    TooFewOfficers,
}

impl Missing {
    /// Everything that can be missing with the word for it on the wire.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::NoRoster, "no-roster"),
        (Self::OfficeHours, "office-hours"),
        (Self::NoShift, "no-shift"),
        (Self::NoLead, "no-lead"),
        (Self::TooFewOfficers, "too-few-officers"),
    ];
}

/// Who is on in a unit at an instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnDuty<'s> {
    /// Whose.
    pub unit: UnitId,
    /// The roster that says so.
    pub version: Option<&'s RosterVersion>,
    /// Everybody, leads first.
    pub holders: Vec<Holder<'s>>,
    /// What is missing.
    pub missing: Vec<Missing>,
}

/// Who is on in a unit at an instant, past or future. Looks at two days of the roster, whatever its age.
pub fn on_duty(view: View<'_>, unit: UnitId, at: Timestamp) -> OnDuty<'_> {
    let all = shifts(view, unit, at, at.plus_ms(1));
    let (version, has_shift) = match all.last() {
        Some(shift) => (Some(shift.version), true),
        None => (in_force_at(view, unit, at), false),
    };
    let mut holders: Vec<Holder<'_>> = Vec::new();
    for holder in all.into_iter().flat_map(|shift| shift.holders) {
        let is_on = holder.from <= at && at < holder.until;
        if is_on
            && !holders
                .iter()
                .any(|other| (other.person, other.position) == (holder.person, holder.position))
        {
            holders.push(holder);
        }
    }
    holders.sort_by_key(|holder| (holder.position, holder.person));
    let mut missing = Vec::new();
    match version {
        None => missing.push(Missing::NoRoster),
        Some(version) if !has_shift => missing.push(match version.is_office_time(view, at) {
            true => Missing::OfficeHours,
            false => Missing::NoShift,
        }),
        Some(version) => {
            let there = |position| {
                let people = holders
                    .iter()
                    .filter(|holder| holder.position == position && !holder.on_leave);
                people.count() as u32
            };
            if there(Position::Lead) < version.needs.leads {
                missing.push(Missing::NoLead);
            }
            if there(Position::Officer) < version.needs.officers {
                missing.push(Missing::TooFewOfficers);
            }
        }
    }
    OnDuty {
        unit,
        version,
        holders,
        missing,
    }
}

/// Every shift of a unit that touches an interval, in the order in which they begin.
pub fn shifts(view: View<'_>, unit: UnitId, from: Timestamp, until: Timestamp) -> Vec<Shift<'_>> {
    let mut all = Vec::new();
    let versions = view.rosters.versions(unit);
    for (place, version) in versions.iter().enumerate() {
        let clock = version.zone.clock();
        let (first, last) = (clock.date(from).plus_days(-1), clock.date(until));
        // A version takes over on its first day or the day after: what is older than the next one is passed over.
        let is_over = versions
            .get(place + 1)
            .is_some_and(|next| next.from_date < first.plus_days(-2));
        if is_over || version.from_date > last {
            continue;
        }
        let own = takeover(view, versions, place);
        let later = (place + 1..versions.len()).map(|next| takeover(view, versions, next));
        let (mut end_of_starts, mut cut) = (END, END);
        for next in later {
            end_of_starts = end_of_starts.min(next.at);
            cut = cut.min(next.first.unwrap_or(END));
        }
        let mut date = first.max(version.from_date);
        while date <= last {
            let day = view.calendar.kind(date);
            for (index, shift) in version
                .shifts
                .iter()
                .enumerate()
                .filter(|(_, shift)| shift.days.contains(day))
            {
                let starts = clock.boundary(date, shift.start);
                let ends = clock.boundary(shift.end_date(date), shift.end).min(cut);
                // The very first version begins with the shift that runs when it is written.
                let begins = if place == 0 { starts.max(own.at) } else { starts };
                let is_own = own.at <= begins && starts < end_of_starts;
                if is_own && begins < ends && begins < until && from < ends {
                    let bare = Shift {
                        unit,
                        version,
                        index,
                        date,
                        day,
                        from: begins,
                        until: ends,
                        holders: Vec::new(),
                    };
                    let holders = holders(view, &bare);
                    all.push(Shift { holders, ..bare });
                }
            }
            date = date.plus_days(1);
        }
    }
    all.sort_by_key(|shift| (shift.from, shift.index));
    all
}

/// The shift of a unit with this name that begins on this day.
pub fn shift_named<'s>(view: View<'s>, unit: UnitId, date: Date, name: &str) -> Option<Shift<'s>> {
    let versions = view.rosters.versions(unit).iter();
    let zone = &versions.rev().find(|version| version.from_date <= date)?.zone;
    let clock = zone.clock();
    let (from, until) = (
        clock.instant(date, MIDNIGHT),
        clock.instant(date.plus_days(1), MIDNIGHT),
    );
    let mut all = shifts(view, unit, from, until).into_iter();
    all.find(|shift| shift.date == date && shift.name() == name)
}

const MIDNIGHT: crate::calendar::Minute = crate::calendar::Minute::MIDNIGHT;
/// Later than every instant that is asked for.
const END: Timestamp = Timestamp::MAX;

/// When a version takes over.
struct Takeover {
    /// Shifts that begin from then on are its own.
    at: Timestamp,
    /// When its first shift begins, which ends whatever still runs of the version before.
    first: Option<Timestamp>,
}

fn takeover(view: View<'_>, versions: &[RosterVersion], place: usize) -> Takeover {
    let version = &versions[place];
    let clock = version.zone.clock();
    let at = clock.boundary(version.from_date, MIDNIGHT).max(version.since);
    if place == 0 {
        return Takeover { at, first: None };
    }
    let starts = [version.from_date, version.from_date.plus_days(1)]
        .into_iter()
        .flat_map(|date| {
            let day = view.calendar.kind(date);
            let shifts = version.shifts.iter().filter(move |shift| shift.days.contains(day));
            shifts.map(|shift| (date, shift)).collect::<Vec<_>>()
        });
    let starts = starts.map(|(date, shift)| clock.boundary(date, shift.start));
    match starts.filter(|start| *start >= version.since).min() {
        Some(first) => Takeover {
            at: first,
            first: Some(first),
        },
        None => Takeover { at, first: None },
    }
}

/// The version in force at an instant at which no shift runs.
fn in_force_at(view: View<'_>, unit: UnitId, at: Timestamp) -> Option<&RosterVersion> {
    let versions = view.rosters.versions(unit);
    let place = (0..versions.len())
        .rev()
        .find(|place| takeover(view, versions, *place).at <= at)?;
    Some(&versions[place])
}

impl RosterVersion {
    /// Whether the offices are open and no shift is meant to cover the time.
    pub(super) fn is_office_time(&self, view: View<'_>, at: Timestamp) -> bool {
        let (date, minute) = self.zone.local(at);
        let is_within = self
            .office
            .is_some_and(|office| office.start <= minute && minute < office.end);
        is_within && view.calendar.kind(date) == DayKind::Workday
    }

    /// When the offices are open on a day, if they are.
    pub(super) fn office_hours(&self, view: View<'_>, clock: &Clock, date: Date) -> Option<(Timestamp, Timestamp)> {
        let office = self.office.filter(|_| view.calendar.kind(date) == DayKind::Workday)?;
        Some((clock.boundary(date, office.start), clock.boundary(date, office.end)))
    }

    /// Which crew of a layer has the shift that begins on `date`.
    fn crew<'s>(&'s self, view: View<'_>, layer: &'s Layer, date: Date, index: usize) -> &'s [PersonId] {
        let turns = match layer.every.unit {
            TurnUnit::Shift => {
                let day = view.calendar.kind(date);
                let covered = || {
                    layer
                        .shifts
                        .iter()
                        .map(|shift| (usize::from(*shift), &self.shifts[usize::from(*shift)]))
                };
                let before = covered()
                    .map(|(_, shift)| view.calendar.count(shift.days, self.from_date, date))
                    .sum::<i32>();
                let place = (self.shifts[index].start, index);
                let same_day =
                    covered().filter(|(other, shift)| shift.days.contains(day) && (shift.start, *other) < place);
                before + same_day.count() as i32
            }
            TurnUnit::Day => date.days_since(self.from_date),
            TurnUnit::Week => date.monday().days_since(self.from_date.monday()) / 7,
        };
        let turn = turns.max(0) as usize / usize::from(layer.every.count.max(1));
        layer
            .crews
            .get(turn % layer.crews.len().max(1))
            .map_or(&[], Vec::as_slice)
    }
}

/// Everybody on in a shift: by rotation, then as was swapped, then as others stand in, then as others act for who is on leave.
fn holders<'s>(view: View<'s>, shift: &Shift<'s>) -> Vec<Holder<'s>> {
    let version = shift.version;
    let name = &*version.shifts[shift.index].name;
    let mut all: Vec<Holder<'s>> = Vec::new();
    let covering = version
        .layers
        .iter()
        .filter(|layer| layer.shifts.contains(&(shift.index as u8)));
    for layer in covering {
        for person in version.crew(view, layer, shift.date, shift.index) {
            if !all
                .iter()
                .any(|holder| (holder.person, holder.position) == (*person, layer.position))
            {
                all.push(Holder {
                    person: *person,
                    position: layer.position,
                    shift: name,
                    date: shift.date,
                    from: shift.from,
                    until: shift.until,
                    via: Via::Rotation,
                    instead_of: None,
                    recall_minutes: layer.recall_minutes,
                    signed_in: None,
                    on_leave: false,
                });
            }
        }
    }
    for leg in view
        .rosters
        .swapped(shift.unit, shift.date)
        .filter(|leg| &*leg.shift == name)
    {
        for holder in all
            .iter_mut()
            .filter(|holder| (holder.person, holder.position) == (leg.from, leg.position))
        {
            *holder = holder.taken_by(leg.to, Via::Swap);
        }
    }
    stand_in(view, shift, &mut all);
    let mut acting: Vec<Holder<'s>> = all.iter().flat_map(|holder| act(view, shift.unit, holder)).collect();
    for holder in &mut acting {
        let sign_in = view.rosters.sign_in(shift.unit, shift.date, name, holder.person);
        holder.signed_in = sign_in.map(|sign_in| sign_in.at);
    }
    acting.sort_by_key(|holder| (holder.position, holder.from, holder.person));
    acting
}

impl<'s> Holder<'s> {
    fn taken_by(&self, person: PersonId, via: Via) -> Self {
        let instead_of = Some(self.instead_of.unwrap_or(self.person)).filter(|rostered| *rostered != person);
        Self {
            person,
            via,
            instead_of,
            ..*self
        }
    }
    /// The part of it within an interval.
    fn within(&self, from: Timestamp, until: Timestamp) -> Option<Self> {
        let part = Self {
            from: self.from.max(from),
            until: self.until.min(until),
            ..*self
        };
        (part.from < part.until).then_some(part)
    }
}

/// Puts those in who stand in, one after the other, so that somebody can stand in for who stands in.
fn stand_in<'s>(view: View<'s>, shift: &Shift<'s>, all: &mut Vec<Holder<'s>>) {
    let version = shift.version;
    for stand_in in view.rosters.stand_ins_during(shift.unit, shift.from, shift.until) {
        let position = stand_in.position;
        if let Some(instead_of) = stand_in.instead_of {
            let before = std::mem::take(all);
            for holder in before {
                if (holder.person, holder.position) != (instead_of, position) {
                    all.push(holder);
                    continue;
                }
                let taken = holder
                    .taken_by(stand_in.person, Via::StandIn)
                    .within(stand_in.from, stand_in.until);
                all.extend(holder.within(Timestamp::MIN, stand_in.from));
                all.extend(taken);
                all.extend(holder.within(stand_in.until, END));
            }
            continue;
        }
        // Besides: in the shifts that have the position, or in all if the roster has it in none.
        let mut with_position = version
            .layers
            .iter()
            .filter(|layer| layer.position == position)
            .peekable();
        let recall_minutes = with_position.peek().map_or(0, |layer| layer.recall_minutes);
        let nowhere = with_position.peek().is_none();
        let is_on = all
            .iter()
            .any(|holder| (holder.person, holder.position) == (stand_in.person, position));
        if (nowhere || with_position.any(|layer| layer.shifts.contains(&(shift.index as u8)))) && !is_on {
            let whole = Holder {
                person: stand_in.person,
                position,
                shift: &version.shifts[shift.index].name,
                date: shift.date,
                from: shift.from,
                until: shift.until,
                via: Via::StandIn,
                instead_of: None,
                recall_minutes,
                signed_in: None,
                on_leave: false,
            };
            all.extend(whole.within(stand_in.from, stand_in.until));
        }
    }
}

/// The holder, with B角 in their place where they are on leave and B is not; on leave where nobody acts.
fn act<'s>(view: View<'s>, unit: UnitId, holder: &Holder<'s>) -> Vec<Holder<'s>> {
    let is_away = view
        .leave
        .approved(holder.person)
        .any(|(from, until)| from < holder.until && holder.from < until);
    if !is_away {
        return vec![*holder];
    }
    // Between two of these instants nothing changes.
    let mut cuts = vec![holder.from];
    let mut cut = |at: Timestamp| {
        if holder.from < at && at < holder.until {
            cuts.push(at);
        }
    };
    let mut leave = |person: PersonId| {
        view.leave.approved(person).for_each(|(from, until)| {
            cut(from);
            cut(until);
        })
    };
    leave(holder.person);
    for (_, b) in view
        .rosters
        .backed(unit, holder.person)
        .flatten()
        .filter_map(|row| row.roles)
    {
        leave(b);
    }
    view.rosters
        .backed(unit, holder.person)
        .flatten()
        .for_each(|row| cut(row.since));
    cuts.sort_unstable();
    cuts.dedup();
    let ends = cuts.iter().skip(1).copied().chain([holder.until]).collect::<Vec<_>>();
    let mut parts: Vec<Holder<'s>> = Vec::new();
    for (from, until) in cuts.into_iter().zip(ends) {
        let part = Holder {
            from,
            until,
            ..acting(view, unit, holder, from)
        };
        match parts.last_mut() {
            Some(last)
                if (Holder {
                    from: last.from,
                    until,
                    ..part
                }) == (Holder { until, ..*last }) =>
            {
                last.until = until
            }
            Some(_) | None => parts.push(part),
        }
    }
    parts
}

/// Who acts for the holder at an instant.
fn acting<'s>(view: View<'s>, unit: UnitId, holder: &Holder<'s>, at: Timestamp) -> Holder<'s> {
    if can_act(view, holder.person, at) {
        return *holder;
    }
    let mut roles = view
        .rosters
        .backed(unit, holder.person)
        .filter_map(|rows| in_force(rows, at));
    match roles.find(|(a, b)| *a == holder.person && can_act(view, *b, at)) {
        Some((_, b)) => holder.taken_by(b, Via::Backup),
        None => Holder {
            on_leave: true,
            ..*holder
        },
    }
}

/// Whether a person can be on duty at an instant: is not on approved leave.
pub fn can_act(view: View<'_>, person: PersonId, at: Timestamp) -> bool {
    !view.leave.is_on_leave(person, at)
}
