//! The ledger: one row for each person of an order's audience, and counts by unit that always add up (A1).
//!
//! Counts are kept for every home unit of the audience and for every unit above it, so that a board is a look-up at any level.

use serde::{Deserialize, Serialize};

use super::{CheckInMethod, DeliveryState, Excuse};
use crate::id::{LeaveId, MusterPointId, PersonId, Revision, Timestamp, UnitId};
use crate::org::Org;

/// Where a person counts on the board. Exactly one at any time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Bucket {
    /// 实到: reached a muster point of the order, also when released since.
    Present,
    /// 在途: confirmed to be coming, and not there yet.
    EnRoute,
    /// 请假
    Excused,
    /// 缺席
    Absent,
    /// 待确认: nothing is known, or a decline waits for approval.
    Unconfirmed,
}

/// Counts of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counts {
    /// 应到
    pub due: u32,
    /// 实到
    pub present: u32,
    /// 在途
    pub en_route: u32,
    /// 请假
    pub excused: u32,
    /// 缺席
    pub absent: u32,
    /// 待确认
    pub unconfirmed: u32,
    /// Of all due: a copy is on a device.
    pub delivered: u32,
    /// Of all due: acknowledged.
    pub acked: u32,
    /// Of all due: set out.
    pub departed: u32,
    /// Of those present: after the deadline.
    pub late: u32,
    /// Of all due: did not answer in time.
    pub unreached: u32,
}

impl Counts {
    /// Whether the sum holds (A1).
    pub fn adds_up(&self) -> bool {
        self.due == self.present + self.en_route + self.excused + self.absent + self.unconfirmed
    }

    fn bucket_mut(&mut self, bucket: Bucket) -> &mut u32 {
        match bucket {
            Bucket::Present => &mut self.present,
            Bucket::EnRoute => &mut self.en_route,
            Bucket::Excused => &mut self.excused,
            Bucket::Absent => &mut self.absent,
            Bucket::Unconfirmed => &mut self.unconfirmed,
        }
    }

    fn add(&mut self, row: &Row) {
        self.due += 1;
        *self.bucket_mut(row.bucket()) += 1;
        for (count, counted) in self.flags(row) {
            *count += u32::from(counted);
        }
    }

    fn remove(&mut self, row: &Row) {
        self.due -= 1;
        *self.bucket_mut(row.bucket()) -= 1;
        for (count, counted) in self.flags(row) {
            *count -= u32::from(counted);
        }
    }

    fn flags(&mut self, row: &Row) -> [(&mut u32, bool); 5] {
        [
            (&mut self.delivered, row.delivery >= DeliveryState::Delivered),
            (&mut self.acked, row.acked_at.is_some()),
            (&mut self.departed, row.departed_at.is_some()),
            (&mut self.late, row.late && row.arrived_at.is_some()),
            (&mut self.unreached, row.unreached),
        ]
    }

    /// Adds another unit's or order's counts.
    pub fn merge(&mut self, other: &Self) {
        for (count, more) in self.each(other) {
            *count += more;
        }
    }

    /// Without those of `some` of the people.
    #[must_use]
    fn without(mut self, some: &Self) -> Self {
        for (count, less) in self.each(some) {
            *count -= less;
        }
        self
    }

    fn each(&mut self, other: &Self) -> [(&mut u32, u32); 11] {
        let Self {
            due,
            present,
            en_route,
            excused,
            absent,
            unconfirmed,
            delivered,
            acked,
            departed,
            late,
            unreached,
        } = other;
        [
            (&mut self.due, *due),
            (&mut self.present, *present),
            (&mut self.en_route, *en_route),
            (&mut self.excused, *excused),
            (&mut self.absent, *absent),
            (&mut self.unconfirmed, *unconfirmed),
            (&mut self.delivered, *delivered),
            (&mut self.acked, *acked),
            (&mut self.departed, *departed),
            (&mut self.late, *late),
            (&mut self.unreached, *unreached),
        ]
    }
}

/// One person's row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Whose.
    pub person: PersonId,
    slot: u32,
    /// How far the order got to them.
    pub delivery: DeliveryState,
    /// Highest attempt number per channel; attempts with a number up to it are repeats (O2).
    pub attempts: [u8; 2],
    /// Highest ladder step climbed for them, from 1; 0 for none.
    pub step: u8,
    /// Did not answer in time (未叫应).
    pub unreached: bool,
    /// Arrived after the deadline.
    pub late: bool,
    /// The time to arrive ran out, or the count was closed, without them.
    pub missed: bool,
    /// Excused, and why.
    pub excuse: Option<Excuse>,
    /// A member whom a team's order of the same response calls: counted there, and not again where they live (C3).
    pub elsewhere: bool,
    /// Declined; the leave says whether that was approved.
    pub declined: Option<LeaveId>,
    /// 回令
    pub acked_at: Option<Timestamp>,
    /// 出发
    pub departed_at: Option<Timestamp>,
    /// 报到, by the journal's time.
    pub arrived_at: Option<Timestamp>,
    /// 报到, by the device's clock.
    pub observed_at: Option<Timestamp>,
    /// Where they arrived, how it was established and who said so for them.
    pub arrival: Option<(MusterPointId, CheckInMethod, Option<PersonId>)>,
    /// Their deployment ended.
    pub released_at: Option<Timestamp>,
}

impl Row {
    /// Where the person counts.
    pub fn bucket(&self) -> Bucket {
        if self.arrived_at.is_some() {
            Bucket::Present
        } else if self.excuse.is_some() {
            Bucket::Excused
        } else if self.missed {
            Bucket::Absent
        } else if self.declined.is_none() && self.acked_at.is_some() {
            Bucket::EnRoute
        } else {
            Bucket::Unconfirmed
        }
    }
    /// Whether an answer is still awaited.
    pub fn awaits_answer(&self) -> bool {
        self.acked_at.is_none() && self.declined.is_none() && self.excuse.is_none() && self.released_at.is_none()
    }
}

/// Counts of one unit of the audience or above it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// Which unit.
    pub unit: UnitId,
    parent: Option<u32>,
    /// People of this unit and of everything under it.
    pub counts: Counts,
    /// Of them, those who are counted in another order.
    elsewhere: Counts,
    /// The state at which they last changed.
    pub changed: Revision,
}

impl Slot {
    /// The counts beside those of other orders: without those who are counted there.
    pub fn once(&self) -> Counts {
        self.counts.without(&self.elsewhere)
    }

    fn add(&mut self, row: &Row) {
        self.counts.add(row);
        if row.elsewhere {
            self.elsewhere.add(row);
        }
    }

    fn remove(&mut self, row: &Row) {
        self.counts.remove(row);
        if row.elsewhere {
            self.elsewhere.remove(row);
        }
    }
}

/// All rows of an order's version, in the order of their people.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Ledger {
    rows: Vec<Row>,
    slots: Vec<Slot>,
}

impl Ledger {
    /// Rows for an audience, everybody unconfirmed.
    pub(crate) fn open(org: &Org, audience: impl Iterator<Item = (PersonId, UnitId)>, changed: Revision) -> Self {
        let mut ledger = Self::default();
        let mut slot_of = std::collections::BTreeMap::new();
        let mut last = None;
        for (person, unit) in audience {
            let slot = match last {
                Some((same, slot)) if same == unit => slot,
                _ => ledger.slot_for(org, unit, &mut slot_of, changed),
            };
            last = Some((unit, slot));
            let row = Row {
                person,
                slot,
                delivery: DeliveryState::Pending,
                attempts: [0; 2],
                step: 0,
                unreached: false,
                late: false,
                missed: false,
                excuse: None,
                elsewhere: false,
                declined: None,
                acked_at: None,
                departed_at: None,
                arrived_at: None,
                observed_at: None,
                arrival: None,
                released_at: None,
            };
            count(&mut ledger.slots, slot, changed, |slot| slot.add(&row));
            ledger.rows.push(row);
        }
        ledger
    }

    fn slot_for(
        &mut self,
        org: &Org,
        unit: UnitId,
        slot_of: &mut std::collections::BTreeMap<UnitId, u32>,
        changed: Revision,
    ) -> u32 {
        if let Some(slot) = slot_of.get(&unit) {
            return *slot;
        }
        let parent = org
            .get(unit)
            .parent
            .map(|parent| self.slot_for(org, parent, slot_of, changed));
        let slot = self.slots.len() as u32;
        self.slots.push(Slot {
            unit,
            parent,
            counts: Counts::default(),
            elsewhere: Counts::default(),
            changed,
        });
        slot_of.insert(unit, slot);
        slot
    }

    /// Everybody's row.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }
    /// A person's row.
    pub fn row(&self, person: PersonId) -> Option<&Row> {
        self.find(person).map(|index| &self.rows[index])
    }
    /// Counts of every unit that has somebody in the audience at or under it.
    pub fn slots(&self) -> &[Slot] {
        &self.slots
    }
    /// Counts of a unit with everything under it.
    pub fn counts(&self, unit: UnitId) -> Counts {
        self.slots
            .iter()
            .find(|slot| slot.unit == unit)
            .map_or_else(Counts::default, |slot| slot.counts)
    }
    /// A unit's slot and those right under it, as the tree was when the order was issued: so they add up however it is changed.
    pub(crate) fn lines(&self, unit: UnitId) -> Option<(&Slot, impl Iterator<Item = &Slot>)> {
        // A slot stands after the one above it.
        let index = self.slots.iter().position(|slot| slot.unit == unit)?;
        let under = self.slots[index..]
            .iter()
            .filter(move |slot| slot.parent == Some(index as u32));
        Some((&self.slots[index], under))
    }
    /// Counts of everybody.
    pub fn total(&self) -> Counts {
        self.sum(|root| root.counts)
    }
    /// Counts of everybody who is not counted in another order.
    pub fn total_once(&self) -> Counts {
        self.sum(Slot::once)
    }
    fn sum(&self, counts: impl Fn(&Slot) -> Counts) -> Counts {
        let mut total = Counts::default();
        let roots = self.slots.iter().filter(|slot| slot.parent.is_none());
        roots.for_each(|root| total.merge(&counts(root)));
        total
    }
    /// The unit whose count this row is in.
    pub fn unit_of(&self, row: &Row) -> UnitId {
        self.slots[row.slot as usize].unit
    }

    fn find(&self, person: PersonId) -> Option<usize> {
        // Audiences are often unbroken runs of ids: look there first.
        let first = self.rows.first()?.person.0;
        let guess = person.0.checked_sub(first)? as usize;
        if self.rows.get(guess).is_some_and(|row| row.person == person) {
            return Some(guess);
        }
        self.rows.binary_search_by_key(&person, |row| row.person).ok()
    }

    /// Changes a person's row and moves the counts with it.
    pub(crate) fn change(&mut self, person: PersonId, at: Revision, change: impl FnOnce(&mut Row)) {
        let Some(index) = self.find(person) else { return };
        let Self { rows, slots } = self;
        let before = rows[index].clone();
        change(&mut rows[index]);
        let after = &rows[index];
        if before != *after {
            count(slots, after.slot, at, |slot| {
                slot.remove(&before);
                slot.add(after);
            });
        }
    }

    /// Changes every row.
    pub(crate) fn change_all(&mut self, at: Revision, mut change: impl FnMut(&mut Row)) {
        for index in 0..self.rows.len() {
            self.change(self.rows[index].person, at, &mut change);
        }
    }
}

/// Applies a change to the counts of a slot and of every slot above it.
fn count(slots: &mut [Slot], slot: u32, at: Revision, mut change: impl FnMut(&mut Slot)) {
    let mut next = Some(slot);
    while let Some(index) = next {
        let slot = &mut slots[index as usize];
        change(slot);
        slot.changed = at;
        next = slot.parent;
    }
}
