//! What is kept of duty: roster versions, stand-ins, swaps, sign-ins, A/B roles.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Leg, RosterVersion, SignIn, StandIn, Swap};
use crate::calendar::Date;
use crate::id::{PersonId, StandInId, SwapId, Timestamp, UnitId};

/// Longest time that somebody may stand in: how far the resolver looks back for those who do.
pub(super) const STAND_IN_MAX_MS: i64 = 92 * 86_400_000;

/// Versions of one unit's roster.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
struct Versions {
    /// Of the newest, also when it was replaced before it was in force.
    last: u32,
    /// In the order of their first days.
    rows: Vec<RosterVersion>,
}

/// Who backs whom up in a post (AB角), from an instant on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Backup {
    /// From when on.
    pub since: Timestamp,
    /// A角 and B角; none: the post was given up.
    pub roles: Option<(PersonId, PersonId)>,
}

/// All duty. Everything is found by unit and time, and nothing is as large as the number of shifts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Rosters {
    units: BTreeMap<UnitId, Versions>,
    stand_ins: Vec<StandIn>,
    stand_ins_at: BTreeSet<(UnitId, Timestamp, StandInId)>,
    swaps: Vec<Swap>,
    /// Approved legs in the order of approval; true: what is taken in return.
    swapped: BTreeMap<(UnitId, Date), Vec<(SwapId, bool)>>,
    sign_ins: BTreeMap<(UnitId, Date, Box<str>, PersonId), SignIn>,
    /// What people are signed in for, each in a unit for one shift at most.
    open: BTreeMap<(UnitId, PersonId), (Date, Box<str>)>,
    backups: BTreeMap<(UnitId, Box<str>), Vec<Backup>>,
}

impl Rosters {
    /// Units that have a roster, in the order of their ids.
    pub fn units(&self) -> impl Iterator<Item = UnitId> + '_ {
        self.units.keys().copied()
    }
    /// Whether the unit has a roster, now or to come.
    pub fn has_roster(&self, unit: UnitId) -> bool {
        self.units.contains_key(&unit)
    }
    /// A unit's versions that were in force, are, or will be, in this order.
    pub fn versions(&self, unit: UnitId) -> &[RosterVersion] {
        self.units.get(&unit).map_or(&[], |versions| &versions.rows)
    }
    /// The number of a unit's next version.
    pub(crate) fn next_version(&self, unit: UnitId) -> u32 {
        self.units
            .get(&unit)
            .map_or(1, |versions| versions.last.saturating_add(1))
    }
    /// Whether a roster was in force on a day that has begun at `at`.
    pub(crate) fn has_covered(&self, date: Date, at: Timestamp) -> bool {
        let first = self.units.values().filter_map(|versions| versions.rows.first());
        first
            .into_iter()
            .any(|first| first.from_date <= date && date <= first.zone.date(at))
    }
    /// Units in which a person is in a crew, stands in, or has swapped.
    pub fn units_of(&self, person: PersonId) -> BTreeSet<UnitId> {
        self.units_with(|other| other == person)
    }
    /// Units in which somebody of whom this holds is in a crew, stands in, or has swapped.
    pub(crate) fn units_with(&self, is_meant: impl Fn(PersonId) -> bool) -> BTreeSet<UnitId> {
        let in_crew = self
            .units
            .iter()
            .filter(|(_, versions)| versions.rows.iter().any(|version| version.people().any(&is_meant)));
        let mut units: BTreeSet<_> = in_crew.map(|(unit, _)| *unit).collect();
        units.extend(self.stand_ins.iter().filter(|it| is_meant(it.person)).map(|it| it.unit));
        let legs = self.swaps.iter().flat_map(|swap| swap.record.legs());
        units.extend(legs.filter(|leg| is_meant(leg.to)).map(|leg| leg.unit));
        let backups = self
            .backups
            .iter()
            .filter(|(_, rows)| rows.iter().any(|row| row.roles.is_some_and(|(_, b)| is_meant(b))));
        units.extend(
            backups
                .map(|((unit, _), _)| *unit)
                .filter(|unit| self.units.contains_key(unit)),
        );
        units
    }

    /// The stand-in with this id.
    pub fn stand_in(&self, stand_in: StandInId) -> Option<&StandIn> {
        stand_in
            .0
            .checked_sub(1)
            .and_then(|index| self.stand_ins.get(index as usize))
    }
    /// Every stand-in, in the order of their ids.
    pub fn stand_ins(&self) -> &[StandIn] {
        &self.stand_ins
    }
    /// Those who stand in in a unit during an interval, in the order of their ids.
    pub(super) fn stand_ins_during(&self, unit: UnitId, from: Timestamp, until: Timestamp) -> Vec<&StandIn> {
        let earliest = Timestamp::from_unix_ms(from.unix_ms().saturating_sub(STAND_IN_MAX_MS));
        let range = self
            .stand_ins_at
            .range((unit, earliest, StandInId(0))..(unit, until, StandInId(0)));
        let mut found: Vec<_> = range
            .filter_map(|(_, _, id)| self.stand_in(*id))
            .filter(|it| it.until > from)
            .collect();
        found.sort_by_key(|it| it.id);
        found
    }
    pub(crate) fn next_stand_in(&self) -> StandInId {
        StandInId::from_index(self.stand_ins.len())
    }

    /// The swap with this id.
    pub fn swap(&self, swap: SwapId) -> Option<&Swap> {
        swap.0.checked_sub(1).and_then(|index| self.swaps.get(index as usize))
    }
    /// Every swap, in the order of their ids.
    pub fn swaps(&self) -> &[Swap] {
        &self.swaps
    }
    /// What was swapped on a day of a unit, in the order of approval.
    pub(super) fn swapped(&self, unit: UnitId, date: Date) -> impl Iterator<Item = &Leg> {
        let legs = self.swapped.get(&(unit, date)).map_or(&[][..], Vec::as_slice);
        legs.iter().filter_map(|(swap, in_return)| {
            let record = &self.swap(*swap)?.record;
            if *in_return {
                record.takes.as_ref()
            } else {
                Some(&record.gives)
            }
        })
    }
    pub(crate) fn next_swap(&self) -> SwapId {
        SwapId::from_index(self.swaps.len())
    }

    /// Whether and when somebody signed in for a shift, by its day and name.
    pub fn sign_in(&self, unit: UnitId, date: Date, shift: &str, person: PersonId) -> Option<&SignIn> {
        self.sign_ins.get(&(unit, date, shift.into(), person))
    }
    /// Those who signed in for shifts of a unit that began on these days, and did not sign out.
    pub(super) fn signed_in(&self, unit: UnitId, from: Date, until: Date) -> impl Iterator<Item = &SignIn> {
        let range = (unit, from, "".into(), PersonId(0))..(unit, until.plus_days(1), "".into(), PersonId(0));
        let all = self.sign_ins.range(range).map(|(_, sign_in)| sign_in);
        all.filter(|sign_in| sign_in.out_at.is_none())
    }
    /// What somebody is signed in for in a unit.
    pub fn open_sign_in(&self, unit: UnitId, person: PersonId) -> Option<&SignIn> {
        let (date, shift) = self.open.get(&(unit, person))?;
        self.sign_in(unit, *date, shift, person)
    }
    /// Every sign-in, in the order of units and days.
    pub fn sign_ins(&self) -> impl Iterator<Item = &SignIn> {
        self.sign_ins.values()
    }

    /// Every post with A/B roles in the order of units and posts, and what was said of it.
    pub fn backups(&self) -> impl Iterator<Item = (UnitId, &str, &[Backup])> {
        self.backups
            .iter()
            .map(|((unit, post), rows)| (*unit, &**post, rows.as_slice()))
    }
    /// Who was A角 and B角 of a post at an instant.
    pub fn roles(&self, unit: UnitId, post: &str, at: Timestamp) -> Option<(PersonId, PersonId)> {
        in_force(self.backups.get(&(unit, post.into()))?, at)
    }
    /// What was said of those posts of a unit in which this person ever was A角.
    pub(super) fn backed(&self, unit: UnitId, a: PersonId) -> impl Iterator<Item = &[Backup]> {
        let posts = self
            .backups
            .range((unit, "".into())..)
            .take_while(move |((of, _), _)| *of == unit);
        let posts = posts.map(|(_, rows)| rows.as_slice());
        posts.filter(move |rows| rows.iter().any(|row| row.roles.is_some_and(|(first, _)| first == a)))
    }

    /// A version was written: it takes the place of those that would have come into force with it or after it.
    pub fn recorded(&mut self, version: &RosterVersion) {
        let versions = self.units.entry(version.unit).or_default();
        versions.last = version.version;
        let today = version.zone.date(version.since);
        versions.rows.retain(|row| {
            row.from_date < version.from_date || (row.from_date == version.from_date && row.from_date <= today)
        });
        versions.rows.push(version.clone());
    }
    pub(crate) fn stand_in_set(&mut self, stand_in: &StandIn) {
        self.stand_ins_at.insert((stand_in.unit, stand_in.from, stand_in.id));
        self.stand_ins.push(stand_in.clone());
    }
    pub(crate) fn stand_in_ended(&mut self, stand_in: StandInId, at: Timestamp) {
        let row = &mut self.stand_ins[stand_in.index()];
        row.until = row.until.min(at.max(row.from));
    }
    pub(crate) fn swap_requested(&mut self, swap: Swap) {
        self.swaps.push(swap);
    }
    pub(crate) fn swap_changed(&mut self, swap: SwapId, change: impl FnOnce(&mut Swap)) {
        let row = &mut self.swaps[swap.index()];
        change(row);
        if row.status == super::SwapStatus::Approved {
            for (leg, in_return) in row.record.legs().zip([false, true]) {
                self.swapped
                    .entry((leg.unit, leg.date))
                    .or_default()
                    .push((swap, in_return));
            }
        }
    }
    /// Somebody signed in; who stays for the next shift is done with the one before.
    pub(crate) fn signed_in_for(&mut self, sign_in: &SignIn) {
        let SignIn {
            unit,
            date,
            shift,
            person,
            at,
            ..
        } = sign_in;
        if let Some((date, shift)) = self.open.insert((*unit, *person), (*date, shift.clone())) {
            self.close(*unit, date, shift, *person, *at);
        }
        self.sign_ins
            .insert((*unit, *date, shift.clone(), *person), sign_in.clone());
    }
    pub(crate) fn signed_out_of(&mut self, unit: UnitId, date: Date, shift: &str, person: PersonId, at: Timestamp) {
        self.open.remove(&(unit, person));
        self.close(unit, date, shift.into(), person, at);
    }
    fn close(&mut self, unit: UnitId, date: Date, shift: Box<str>, person: PersonId, at: Timestamp) {
        if let Some(sign_in) = self.sign_ins.get_mut(&(unit, date, shift, person)) {
            sign_in.out_at = Some(at);
        }
    }
    pub(crate) fn backup_set(&mut self, unit: UnitId, post: &str, backup: Backup) {
        self.backups.entry((unit, post.into())).or_default().push(backup);
    }
}

/// What was in force at an instant, of what was said one after the other.
pub(super) fn in_force(rows: &[Backup], at: Timestamp) -> Option<(PersonId, PersonId)> {
    let after = rows.partition_point(|row| row.since <= at);
    rows[..after].last()?.roles
}
