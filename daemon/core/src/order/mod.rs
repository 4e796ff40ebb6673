//! Orders (指令): immutable once issued, versioned by supersession, addressed to an audience, tracked row by row.

mod acknowledge;
pub mod audience;
mod cancel;
mod close;
mod decline;
mod issue;
mod ladder;
mod ledger;
mod record_attempt;
mod report_delivery;
mod rows;
mod supersede;
mod timers;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use crate::deployment::{CheckIn, Depart, Release, SignOff};
pub use acknowledge::Acknowledge;
pub use audience::{Address, AddressList};
pub use cancel::CancelOrder;
pub use close::CloseOrder;
pub use decline::Decline;
pub use issue::{Deadline, IssueOrder, ORDER_TEXT_MAX};
pub(crate) use issue::{Issue, issue as issue_order, issue_to};
pub(crate) use ladder::STEPS_MAX;
pub use ladder::{LadderStep, StepTarget, check_ladder};
pub use ledger::{Bucket, Counts, Ledger, Row, Slot};
pub use record_attempt::RecordAttempt;
pub use report_delivery::ReportDelivery;
pub use rows::led_by;
pub(crate) use rows::{FieldCommand, Verdict};
pub use supersede::SupersedeOrder;
pub(crate) use timers::fire_timers;
pub use timers::turned_to;

use crate::command::Actor;
use crate::duty::Position;
use crate::id::{MusterPointId, OrderId, PersonId, ResponseId, Revision, Timestamp, UnitId};

/// What kind of duty an order puts people on. The lower the number, the more it goes before others (`domain.md` §3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum DutyClass {
    /// 指挥岗、值班岗: command post, statutory emergency post, on-shift duty.
    Command,
    /// 机关应急队
    AgencyTeam,
    /// 驻村、网格岗
    GridPost,
    /// 就地报到
    InPlace,
    /// 志愿服务
    Volunteer,
}

impl DutyClass {
    /// Every class with the word for it in files and on the wire.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::Command, "command"),
        (Self::AgencyTeam, "agency-team"),
        (Self::GridPost, "grid-post"),
        (Self::InPlace, "in-place"),
        (Self::Volunteer, "volunteer"),
    ];
    /// Whether this duty takes people from `other` by itself.
    pub fn goes_before(self, other: Self) -> bool {
        self < other
    }
}

/// What is ordered. Immutable: a change is a new version (O1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderSpec {
    /// In which response.
    pub response: ResponseId,
    /// What people read.
    pub text: Box<str>,
    /// Where to report; any of them.
    pub muster_points: Vec<MusterPointId>,
    /// What it was addressed to, before that became people.
    pub addressed: Vec<Address>,
    /// What kind of duty it is.
    pub duty: DutyClass,
    /// Until when to acknowledge; none: no limit (O4).
    pub ack_deadline: Option<Timestamp>,
    /// Until when to arrive; none: no limit (O4).
    pub arrive_deadline: Option<Timestamp>,
    /// How long after it one is late and not yet absent.
    pub grace_ms: u64,
    /// What happens while people do not answer.
    pub ladder: Vec<LadderStep>,
    /// What must be signed before anybody is released (ICS 221).
    pub sign_offs: Vec<Box<str>>,
    /// Who was on duty when it was issued, in the units that it is addressed to: unit, position, person. Never asked for again.
    pub on_duty: Vec<(UnitId, Position, PersonId)>,
}

/// Over what people were tried to reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Channel {
    /// The lead's live stream.
    Stream,
    /// By hand: a phone call, a knock on the door, recorded by a desk.
    Manual,
}

impl Channel {
    /// Every channel with the word for it in files and on the wire.
    pub const ALL: [(Self, &'static str); 2] = [(Self::Stream, "stream"), (Self::Manual, "manual")];
}

/// How far a copy of an order got (O3). Moves forward only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub enum DeliveryState {
    /// 待发
    #[default]
    Pending,
    /// 已发: handed to a channel. Says nothing about the person.
    Sent,
    /// 已送达: on the person's or their lead's device.
    Delivered,
    /// 已读
    Read,
    /// 已回令: the person, or their lead for them, answered.
    Acked,
}

/// How a check-in was established.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum CheckInMethod {
    /// 带队点名: the lead's roll-call.
    Lead,
    /// 自助: the person entered the muster point's code.
    OwnCode,
    /// 登记台
    Desk,
}

impl CheckInMethod {
    /// Every method with the word for it on the wire.
    pub const ALL: [(Self, &'static str); 3] =
        [(Self::Lead, "lead"), (Self::OwnCode, "own-code"), (Self::Desk, "desk")];
}

/// Why a check-in is evidence only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum EvidenceReason {
    /// They had been checked in: the first time counts (A2).
    Later,
    /// The count was closed.
    AfterClose,
    /// The order names other muster points.
    WrongSite,
    /// They are excused, or had been released.
    NotDue,
}

/// A check-in kept without changing a count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Who.
    pub person: PersonId,
    /// Where.
    pub muster_point: MusterPointId,
    /// How.
    pub method: CheckInMethod,
    /// Who said so.
    pub proxy: Option<PersonId>,
    /// By the device's clock.
    pub observed_at: Timestamp,
    /// By the journal's.
    pub received_at: Timestamp,
    /// Why it does not count.
    pub reason: EvidenceReason,
}

/// How many check-ins that did not count are kept for a person and an order.
pub const EVIDENCE_MAX: usize = 16;

/// Why somebody is excused (请假).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Excuse {
    /// Leave was approved.
    Leave,
    /// Another duty goes first. Which, the organizer is not told.
    OtherDuty,
    /// The order was withdrawn before they arrived.
    OrderWithdrawn,
    /// Exempt from in-place reports (免于报到). Why, the village is not told (C4).
    Exempt,
}

/// Where a version of an order stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum OrderStatus {
    /// 执行中
    Open,
    /// 已更新: a newer version took its place.
    Superseded,
    /// 已撤销, with the reason.
    Cancelled(Box<str>),
    /// 已结束: the count is closed.
    Closed,
}

/// One version of an order, with its ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderVersion {
    /// Counts from 1.
    pub version: u32,
    /// What is ordered.
    pub spec: OrderSpec,
    /// Who issued it.
    pub issued_by: Actor,
    /// When.
    pub issued_at: Timestamp,
    /// Where it stands.
    pub status: OrderStatus,
    /// When it stopped being open.
    pub ended_at: Option<Timestamp>,
    /// One row for each person of the audience.
    pub ledger: Ledger,
    /// Check-ins that did not count, at most [`EVIDENCE_MAX`] a person.
    pub evidence: BTreeMap<PersonId, Vec<Evidence>>,
    /// Ladder steps climbed so far.
    pub steps_done: u8,
    /// Whether the time to acknowledge has run out.
    pub ack_passed: bool,
    /// Whether the time to arrive, with its grace, has run out.
    pub arrival_passed: bool,
    /// Sign-offs given: which, by whom, when.
    pub signed: Vec<(Box<str>, Actor, Timestamp)>,
    /// The state at which it last changed.
    pub changed: Revision,
    /// The state that first had it.
    pub issued: Revision,
    /// The state at which something last changed that leads are to be told: issued, a step climbed, ended.
    pub announced: Revision,
}

impl OrderVersion {
    /// Whether it is being carried out.
    pub fn is_open(&self) -> bool {
        self.status == OrderStatus::Open
    }
    /// The next thing to happen by itself.
    pub fn next_deadline(&self) -> Option<Timestamp> {
        if !self.is_open() {
            return None;
        }
        let OrderSpec {
            ladder,
            ack_deadline,
            arrive_deadline,
            grace_ms,
            ..
        } = &self.spec;
        let step = ladder.get(usize::from(self.steps_done)).map(|step| step.at);
        let ack = ack_deadline.filter(|_| !self.ack_passed);
        let arrival = arrive_deadline
            .filter(|_| !self.arrival_passed)
            .map(|at| at.plus_ms(*grace_ms));
        [step, ack, arrival].into_iter().flatten().min()
    }
}

/// One order over all its versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Its id.
    pub id: OrderId,
    /// Version 1 first; never empty.
    pub versions: Vec<OrderVersion>,
}

impl Order {
    /// The version in force, or the last one.
    pub fn current(&self) -> &OrderVersion {
        self.versions.last().expect("an order has a version")
    }
    pub(crate) fn current_mut(&mut self) -> &mut OrderVersion {
        self.versions.last_mut().expect("an order has a version")
    }
    /// The version with this number.
    pub fn version(&self, version: u32) -> Option<&OrderVersion> {
        self.versions.get((version as usize).checked_sub(1)?)
    }
    pub(crate) fn version_mut(&mut self, version: u32) -> &mut OrderVersion {
        &mut self.versions[version as usize - 1]
    }
}

/// All orders.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Orders {
    rows: Vec<Order>,
}

impl Orders {
    /// The order with this id.
    pub fn get(&self, order: OrderId) -> Option<&Order> {
        order.0.checked_sub(1).and_then(|index| self.rows.get(index as usize))
    }
    pub(crate) fn get_mut(&mut self, order: OrderId) -> &mut Order {
        &mut self.rows[order.index()]
    }
    /// Every order, in the order of their ids.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Order> {
        self.rows.iter()
    }
    pub(crate) fn next_id(&self) -> OrderId {
        OrderId::from_index(self.rows.len())
    }
    pub(crate) fn push_version(&mut self, order: OrderId, version: OrderVersion) {
        if order.index() == self.rows.len() {
            self.rows.push(Order {
                id: order,
                versions: Vec::new(),
            });
        }
        self.rows[order.index()].versions.push(version);
    }
}
