//! Leave (请假): asked for ahead, or by declining an order; counts only once somebody else approved it.

mod decide;
mod request;

use serde::{Deserialize, Serialize};

pub use decide::DecideLeave;
pub use request::RequestLeave;

use crate::id::{LeaveId, OrderId, PersonId, Revision, Timestamp};

/// Why somebody cannot come. Categories only: no medical detail is stored (P4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum LeaveReason {
    /// 另有任务
    OtherDuty,
    /// 因病
    Medical,
    /// 外出
    OutOfTown,
    /// 孕产哺乳
    Maternity,
    /// 其他
    Other,
}

impl LeaveReason {
    /// Every reason with the word for it in files and on the wire.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::OtherDuty, "other-duty"),
        (Self::Medical, "medical"),
        (Self::OutOfTown, "out-of-town"),
        (Self::Maternity, "maternity"),
        (Self::Other, "other"),
    ];
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaveRecord {
    /// Who.
    pub person: PersonId,
    /// Why.
    pub reason: LeaveReason,
    /// What they wrote.
    pub note: Box<str>,
    /// From when.
    pub from: Timestamp,
    /// Until when, not included.
    pub until: Timestamp,
    /// The order they declined, if that is how they asked.
    pub order: Option<(OrderId, u32)>,
}

/// How it was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum LeaveVerdict {
    /// 准假
    Approved,
    /// 不准
    Denied,
}

/// One request for leave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leave {
    /// Its id.
    pub id: LeaveId,
    /// What is asked for.
    pub record: LeaveRecord,
    /// Who asked, and when.
    pub requested: (crate::command::Actor, Timestamp),
    /// How, by whom and when it was decided, if it was.
    pub decided: Option<(LeaveVerdict, crate::command::Actor, Timestamp)>,
    /// The state at which it last changed.
    pub changed: Revision,
}

/// All leave.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Leaves {
    rows: Vec<Leave>,
    approved: std::collections::BTreeMap<PersonId, Vec<LeaveId>>,
}

impl Leave {
    /// Whether somebody approved it, and it is no declined order.
    pub(crate) fn is_approved(&self) -> bool {
        let verdict = self.decided.as_ref().map(|(verdict, ..)| *verdict);
        verdict == Some(LeaveVerdict::Approved) && self.record.order.is_none()
    }
}

impl Leaves {
    /// The leave with this id.
    pub fn get(&self, leave: LeaveId) -> Option<&Leave> {
        leave.0.checked_sub(1).and_then(|index| self.rows.get(index as usize))
    }
    /// Every leave, in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = &Leave> {
        self.rows.iter()
    }
    /// Whether the person has approved leave at that instant.
    pub fn is_on_leave(&self, person: PersonId, at: Timestamp) -> bool {
        self.approved.get(&person).is_some_and(|leaves| {
            leaves.iter().any(|id| {
                let record = &self.rows[id.index()].record;
                record.from <= at && at < record.until
            })
        })
    }
    /// Every interval of approved leave of a person, in the order of approval; they may overlap.
    pub fn approved(&self, person: PersonId) -> impl Iterator<Item = (Timestamp, Timestamp)> + '_ {
        let leaves = self.approved.get(&person).map_or(&[][..], Vec::as_slice);
        leaves.iter().map(|id| {
            let record = &self.rows[id.index()].record;
            (record.from, record.until)
        })
    }
    pub(crate) fn next_id(&self) -> LeaveId {
        LeaveId::from_index(self.rows.len())
    }

    pub(crate) fn requested(&mut self, leave: Leave) {
        debug_assert_eq!(leave.id, self.next_id());
        self.rows.push(leave);
    }

    /// Leave that was approved in the district is leave in an exercise too.
    pub(crate) fn taken_over(&mut self, leave: Leave) {
        self.approved.entry(leave.record.person).or_default().push(leave.id);
        self.requested(leave);
    }

    pub(crate) fn decided(
        &mut self,
        leave: LeaveId,
        verdict: LeaveVerdict,
        by: &crate::command::Actor,
        at: Timestamp,
        changed: Revision,
    ) -> &LeaveRecord {
        let row = &mut self.rows[leave.index()];
        row.decided = Some((verdict, by.clone(), at));
        row.changed = changed;
        if verdict == LeaveVerdict::Approved && row.record.order.is_none() {
            self.approved.entry(row.record.person).or_default().push(leave);
        }
        &self.rows[leave.index()].record
    }
}
