//! How a request stands, counted from its requisitions and from the ledgers of the orders issued for it.

use super::{Commitment, Reinforcement};
use crate::id::{OrderId, PersonId, UnitId};
use crate::order::{Bucket, Excuse, Orders, Row};

/// Counts of people. `asked + surplus = pending + committed + uncovered` and `allocated = pending + committed + failed`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Coverage {
    /// 需求
    pub asked: u32,
    /// To have, by what was last approved.
    pub target: u32,
    /// 已调配: named in requisitions, over all rounds.
    pub allocated: u32,
    /// 待答复
    pub pending: u32,
    /// 在途: committed and not there yet.
    pub coming: u32,
    /// 到位: arrived, and not released yet.
    pub there: u32,
    /// 归建: arrived, and released.
    pub back: u32,
    /// Their agency declined, or sends fewer (谢绝、部分承接).
    pub declined: u32,
    /// Their agency did not answer in time (逾期).
    pub unanswered: u32,
    /// The request ended before their agency answered.
    pub withdrawn: u32,
    /// Absent (缺席), or excused for leave or another duty.
    pub lost: u32,
    /// Sent home before they arrived.
    pub stood_down: u32,
    /// 缺口: asked for and not covered.
    pub uncovered: u32,
    /// More than asked for: somebody came after they had been replaced.
    pub surplus: u32,
}

impl Coverage {
    /// Committed: on the way, there or back.
    pub fn committed(&self) -> u32 {
        self.coming + self.there + self.back
    }
    /// Allocated and not coming.
    pub fn failed(&self) -> u32 {
        self.declined + self.unanswered + self.withdrawn + self.lost + self.stood_down
    }
    /// How many fell out of what was approved and are to be replaced.
    pub fn gap(&self) -> u32 {
        self.target
            .saturating_sub(self.pending + self.committed() + self.stood_down)
    }
    /// Whether people were there, and everybody is back.
    pub fn is_back(&self) -> bool {
        self.back > 0 && self.pending + self.coming + self.there == 0
    }
}

/// Where somebody is who was committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Whereabouts {
    /// 在途
    Coming,
    /// 到位
    There,
    /// 归建
    Back,
    /// 缺席, or excused for leave or another duty.
    Lost,
    /// Sent home before they arrived.
    StoodDown,
}

impl Whereabouts {
    /// Each with the word for it.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::Coming, "coming"),
        (Self::There, "there"),
        (Self::Back, "back"),
        (Self::Lost, "lost"),
        (Self::StoodDown, "stood-down"),
    ];

    fn of(row: Option<&Row>) -> Self {
        // Who is not in the version in force is not asked for any more.
        let Some(row) = row else { return Self::StoodDown };
        match row.bucket() {
            Bucket::Present if row.released_at.is_some() => Self::Back,
            Bucket::Present => Self::There,
            Bucket::Absent => Self::Lost,
            Bucket::Excused => match row.excuse {
                Some(Excuse::Leave | Excuse::OtherDuty | Excuse::Exempt) => Self::Lost,
                Some(Excuse::OrderWithdrawn) | None => Self::StoodDown,
            },
            Bucket::EnRoute | Bucket::Unconfirmed if row.released_at.is_some() => Self::StoodDown,
            Bucket::EnRoute | Bucket::Unconfirmed => Self::Coming,
        }
    }
}

/// Everybody committed: agency, order, person, where they are.
pub fn whereabouts<'s>(
    orders: &'s Orders,
    request: &'s Reinforcement,
) -> impl Iterator<Item = (UnitId, OrderId, PersonId, Whereabouts)> + 's {
    let accepted = request
        .requisitions()
        .filter_map(|(_, requisition, commitment)| match commitment {
            Commitment::Accepted { people, order, .. } => Some((requisition.agency, people, *order)),
            Commitment::Pending | Commitment::Declined { .. } | Commitment::Lapsed(_) | Commitment::Withdrawn(_) => {
                None
            }
        });
    accepted.flat_map(move |(agency, people, order)| {
        let ledger = orders.get(order).map(|order| &order.current().ledger);
        let of = move |person| Whereabouts::of(ledger.and_then(|ledger| ledger.row(person)));
        people.iter().map(move |person| (agency, order, person, of(person)))
    })
}

/// How a request stands.
pub fn coverage(orders: &Orders, request: &Reinforcement) -> Coverage {
    let mut counts = Coverage {
        asked: request.need.number,
        target: request.target(),
        ..Coverage::default()
    };
    for (_, requisition, commitment) in request.requisitions() {
        let named = requisition.people.len() as u32;
        counts.allocated += named;
        match commitment {
            Commitment::Pending => counts.pending += named,
            Commitment::Accepted { people, .. } => counts.declined += named - (people.len() as u32).min(named),
            Commitment::Declined { .. } => counts.declined += named,
            Commitment::Lapsed(_) => counts.unanswered += named,
            Commitment::Withdrawn(_) => counts.withdrawn += named,
        }
    }
    for (.., whereabouts) in whereabouts(orders, request) {
        let count = match whereabouts {
            Whereabouts::Coming => &mut counts.coming,
            Whereabouts::There => &mut counts.there,
            Whereabouts::Back => &mut counts.back,
            Whereabouts::Lost => &mut counts.lost,
            Whereabouts::StoodDown => &mut counts.stood_down,
        };
        *count += 1;
    }
    let covered = counts.pending + counts.committed();
    counts.uncovered = counts.asked.saturating_sub(covered);
    counts.surplus = covered.saturating_sub(counts.asked);
    counts
}
