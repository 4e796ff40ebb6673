//! What is shown of in-place reports: by village, by home unit, and the mobile team (机动队) of who lives elsewhere.

use std::collections::BTreeSet;

use super::{Settlement, Window, is_member, village_of};
use crate::id::{OrderId, PersonId, ResponseId, Timestamp, UnitId};
use crate::leave::LeaveReason;
use crate::order::{Counts, Excuse, Row};
use crate::people::Person;
use crate::state::State;

/// How a member's report stands. Exactly one at any time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReportStatus {
    /// 已确认: present.
    Confirmed,
    /// 已离开: was present, and was released or taken by another duty.
    Released,
    /// 已报到待确认: the village has yet to say.
    Reported,
    /// 在途: answered, and has not reported.
    Coming,
    /// 请假待批: declined, which was not approved.
    Declined,
    /// 免于报到、另有任务、请假: not due, and the village is not told why (C4).
    Excused,
    /// 未回令
    Unanswered,
    /// 缺席
    Absent,
}

impl ReportStatus {
    /// Every status with the word for it on the wire.
    pub const ALL: [(Self, &'static str); 8] = [
        (Self::Confirmed, "confirmed"),
        (Self::Released, "released"),
        (Self::Reported, "reported"),
        (Self::Coming, "coming"),
        (Self::Declined, "declined"),
        (Self::Excused, "excused"),
        (Self::Unanswered, "unanswered"),
        (Self::Absent, "absent"),
    ];
}

/// One member in one window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportLine {
    /// Who.
    pub person: PersonId,
    /// Whether they registered for the village in peacetime: these come first.
    pub registered: bool,
    /// How their report stands.
    pub status: ReportStatus,
    /// When they last reported.
    pub reported_at: Option<Timestamp>,
    /// When they counted as present.
    pub confirmed_at: Option<Timestamp>,
    /// Whether they came after the deadline.
    pub late: bool,
    /// Why the village did not confirm their last report, if it did not.
    pub rejected: Option<Box<str>>,
    /// Why they are excused: for the home unit, never for the village.
    pub excuse: Option<Excuse>,
    /// The reason they stated when they declined: of the medical and private ones the village sees only that there is one.
    pub stated: Option<LeaveReason>,
    /// Their post.
    pub task: Option<Box<str>>,
}

/// Everybody due in a window: who registered first, then by id.
pub fn lines(state: &State, window: &Window) -> Vec<ReportLine> {
    let order = state.orders.get(window.opening.order);
    let rows = order.map_or(&[][..], |order| order.current().ledger.rows());
    let mut lines: Vec<_> = rows.iter().map(|row| line(state, window, row)).collect();
    lines.sort_by_key(|line| (!line.registered, line.person));
    lines
}

fn line(state: &State, window: &Window, row: &Row) -> ReportLine {
    let report = window.reports.get(&row.person);
    let settled = report.and_then(|report| report.settled.as_ref());
    let rejected = settled.and_then(|(settlement, _)| match settlement {
        Settlement::Confirmed(_) => None,
        Settlement::Rejected(_, reason) => Some(reason.clone()),
    });
    let registration = state.in_place.registration(row.person);
    let stated = row.declined.and_then(|leave| state.leave.get(leave));
    ReportLine {
        person: row.person,
        registered: registration.is_some_and(|row| row.village == window.opening.village),
        status: status(window, row),
        reported_at: report.map(|report| report.at).or(row.arrived_at),
        confirmed_at: row.arrived_at,
        late: row.late,
        rejected: rejected.filter(|_| row.arrived_at.is_none()),
        excuse: row.excuse.filter(|_| row.arrived_at.is_none()),
        stated: stated.map(|leave| leave.record.reason),
        task: window.tasks.get(&row.person).cloned(),
    }
}

fn status(window: &Window, row: &Row) -> ReportStatus {
    if row.arrived_at.is_some() {
        match row.released_at {
            None => ReportStatus::Confirmed,
            Some(_) => ReportStatus::Released,
        }
    } else if row.excuse.is_some() {
        ReportStatus::Excused
    } else if window.pending(row.person).is_some() {
        ReportStatus::Reported
    } else if row.missed {
        ReportStatus::Absent
    } else if row.declined.is_some() {
        ReportStatus::Declined
    } else if row.acked_at.is_some() {
        ReportStatus::Coming
    } else {
        ReportStatus::Unanswered
    }
}

/// Counts of a window: due = the sum of all others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct InPlaceCounts {
    /// 应报到
    pub due: u32,
    /// 已确认
    pub confirmed: u32,
    /// 已离开
    pub released: u32,
    /// 待确认
    pub reported: u32,
    /// 在途
    pub coming: u32,
    /// 请假待批
    pub declined: u32,
    /// 免到
    pub excused: u32,
    /// 未回令
    pub unanswered: u32,
    /// 缺席
    pub absent: u32,
}

impl InPlaceCounts {
    /// Whether the sum holds.
    pub fn adds_up(&self) -> bool {
        let there = self.confirmed + self.released;
        let not_yet = self.reported + self.coming + self.declined + self.unanswered;
        self.due == there + not_yet + self.excused + self.absent
    }
    /// Whether this is what the ledger counts: nobody is present whom the village has not confirmed. Who reported and was not
    /// confirmed in time is absent there, and still to be seen here.
    pub fn agrees(&self, board: &Counts) -> bool {
        let open = self.reported + self.coming + self.declined + self.unanswered + self.absent;
        self.due == board.due
            && self.confirmed + self.released == board.present
            && self.excused == board.excused
            && open == board.en_route + board.unconfirmed + board.absent
            && self.absent <= board.absent
    }
    fn add(&mut self, status: ReportStatus) {
        self.due += 1;
        *match status {
            ReportStatus::Confirmed => &mut self.confirmed,
            ReportStatus::Released => &mut self.released,
            ReportStatus::Reported => &mut self.reported,
            ReportStatus::Coming => &mut self.coming,
            ReportStatus::Declined => &mut self.declined,
            ReportStatus::Excused => &mut self.excused,
            ReportStatus::Unanswered => &mut self.unanswered,
            ReportStatus::Absent => &mut self.absent,
        } += 1;
    }
}

/// Counts of a window.
pub fn counts(state: &State, window: &Window) -> InPlaceCounts {
    let mut counts = InPlaceCounts::default();
    if let Some(order) = state.orders.get(window.opening.order) {
        let rows = order.current().ledger.rows().iter();
        rows.for_each(|row| counts.add(status(window, row)));
    }
    counts
}

/// How a member of the mobile team stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MobileStatus {
    /// 机动: free to be called by an order of their own.
    Mobile,
    /// 已有任务: deployed under an order.
    Deployed,
    /// 免于报到、请假
    Excused,
}

impl MobileStatus {
    /// Every status with the word for it on the wire.
    pub const ALL: [(Self, &'static str); 3] = [
        (Self::Mobile, "mobile"),
        (Self::Deployed, "deployed"),
        (Self::Excused, "excused"),
    ];
}

/// The mobile team of a response: members of its jurisdiction who live in no village of its key area, outside of the district, or
/// nobody knows where. So nobody is silently dropped. In the order of their ids, starting after one; 0 for all.
pub fn mobile(state: &State, response: ResponseId, after: PersonId) -> impl Iterator<Item = &Person> {
    let of_response = |window: &&Window| window.opening.response == response;
    let windows = state.in_place.windows().filter(of_response);
    let villages: BTreeSet<UnitId> = windows.clone().map(|window| window.opening.village).collect();
    let orders: Vec<OrderId> = windows.map(|window| window.opening.order).collect();
    let jurisdiction = state.responses.get(response).map(|row| row.spec.jurisdiction);
    let is_asked = move |person: PersonId| {
        let row = |order: &OrderId| state.orders.get(*order)?.current().ledger.row(person);
        orders.iter().any(|order| row(order).is_some())
    };
    state.people.iter().skip(after.0 as usize).filter(move |person| {
        let belongs = jurisdiction.is_some_and(|top| state.org.is_within(person.home_unit, top));
        let in_key_area = || village_of(state, person).is_some_and(|village| villages.contains(&village));
        belongs && is_member(person) && !in_key_area() && !is_asked(person.id)
    })
}

/// How somebody of the mobile team stands at an instant.
pub fn mobile_status(state: &State, person: PersonId, at: Timestamp) -> MobileStatus {
    if state.in_place.is_exempt(person, at) || state.leave.is_on_leave(person, at) {
        MobileStatus::Excused
    } else if state.duty(person).is_some() {
        MobileStatus::Deployed
    } else {
        MobileStatus::Mobile
    }
}
