//! In-place reports (就地报到): Party members report to the village or community where they live (`domain.md` §3, C1–C4).
//!
//! A village's window hangs on an order of the response: members are told, answer and are counted by that order and its ledger, and
//! nowhere else. What is kept here lies beside the ledger: reports that the village has yet to confirm, posts, exemptions,
//! pre-registrations of peacetime and double reports.
//!
//! A report is two-sided. On their own or their lead's word members are en route; only the village's word makes them present:
//! its desk, or its confirmation of what they reported. So nobody is counted as there whom the village has not seen, a report that
//! is not true takes no arrival back (A2), and no timeout confirms anything.

mod assign;
mod close;
mod confirm;
mod double_report;
mod exempt;
mod lines;
mod open;
mod preregister;
mod reject;
mod report;
mod residence;
#[cfg(test)]
pub(crate) mod tests;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub use assign::{AssignTask, TASK_MAX};
pub use close::CloseWindows;
pub(crate) use close::{fire_timers, left_scope, wind_down};
pub use confirm::ConfirmReports;
pub use double_report::{Basis, DoubleReport, EndDoubleReport, KeptReport, RecordDoubleReport, Subject, SubjectRef};
pub use exempt::{EndExemption, ExemptMember, ExemptReason, Exemption};
pub use lines::{InPlaceCounts, MobileStatus, ReportLine, ReportStatus, counts, lines, mobile, mobile_status};
#[allow(
    unused_imports,
    reason = "for the switch, which opens windows in the step that activates"
)]
pub(crate) use open::{OpenFor, open_by_plan};
pub use open::{OpenWindows, Opened, WindowsOpened};
pub use preregister::{ImportPreRegistrations, PreRegistration, PreRegistrationRow, SERVICE_MAX};
pub use reject::RejectReports;
pub use report::ReportInPlace;
pub use residence::{is_member, members_of, village_of};

use crate::command::Actor;
use crate::id::{
    ExemptionId, MusterPointId, OrderId, PersonId, PersonSet, ResponseId, Revision, Timestamp, UnitId, WindowId,
};
use crate::order::CheckInMethod;

/// What was decided when a window was opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    /// The window.
    pub window: WindowId,
    /// In which response.
    pub response: ResponseId,
    /// The village or community.
    pub village: UnitId,
    /// The order that tells and counts its members.
    pub order: OrderId,
    /// The organization department that mobilized them (G5).
    pub mobilized_by: UnitId,
    /// Until when members are to report.
    pub deadline: Timestamp,
    /// When the count closes by itself.
    pub closes_at: Timestamp,
}

/// Why a window was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum CloseReason {
    /// Its time had come.
    Deadline,
    /// By hand.
    ByHand,
    /// Its order was closed or withdrawn.
    OrderEnded,
    /// Its response ended.
    ResponseEnded,
    /// The response covers the village no more.
    LeftScope,
}

impl CloseReason {
    /// Every reason with the word for it on the wire.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::Deadline, "deadline"),
        (Self::ByHand, "by-hand"),
        (Self::OrderEnded, "order-ended"),
        (Self::ResponseEnded, "response-ended"),
        (Self::LeftScope, "left-scope"),
    ];
}

/// What is claimed when members report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// Where.
    pub muster_point: MusterPointId,
    /// How.
    pub method: CheckInMethod,
    /// The lead who says so.
    pub proxy: Option<PersonId>,
    /// By the device's clock.
    pub observed_at: Timestamp,
}

/// What a village made of a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Settlement {
    /// 确认, by whom.
    Confirmed(Actor),
    /// 不予确认, by whom and why.
    Rejected(Actor, Box<str>),
}

/// A member's last report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// What was claimed.
    pub claim: Claim,
    /// When, by the journal's time.
    pub at: Timestamp,
    /// What the village made of it, and when; none: it has yet to say.
    pub settled: Option<(Settlement, Timestamp)>,
}

/// A village's window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// As opened.
    pub opening: Opening,
    /// Who opened it, and when.
    pub opened: (Actor, Timestamp),
    /// When and why it was closed, if it was.
    pub closed: Option<(Timestamp, CloseReason)>,
    /// The last report of each member.
    pub reports: BTreeMap<PersonId, Report>,
    /// Posts given by the village.
    pub tasks: BTreeMap<PersonId, Box<str>>,
    /// The state at which something beside the ledger last changed.
    pub changed: Revision,
}

impl Window {
    /// Whether members may report.
    pub fn is_open(&self) -> bool {
        self.closed.is_none()
    }
    /// A report that the village has yet to confirm.
    pub fn pending(&self, person: PersonId) -> Option<&Report> {
        self.reports.get(&person).filter(|report| report.settled.is_none())
    }
}

/// What is known of in-place reports.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct InPlace {
    windows: Vec<Window>,
    of_order: BTreeMap<OrderId, WindowId>,
    timers: BTreeSet<(Timestamp, WindowId)>,
    exemptions: Vec<Exemption>,
    exempt: BTreeMap<PersonId, Vec<ExemptionId>>,
    registrations: BTreeMap<PersonId, PreRegistration>,
    registered_in: BTreeMap<UnitId, BTreeSet<PersonId>>,
    double_reports: BTreeMap<(Subject, UnitId, Basis), KeptReport>,
}

impl InPlace {
    /// The window with this id.
    pub fn window(&self, window: WindowId) -> Option<&Window> {
        self.windows.get((window.0 as usize).checked_sub(1)?)
    }
    /// Every window, in the order of their ids.
    pub fn windows(&self) -> impl DoubleEndedIterator<Item = &Window> + Clone {
        self.windows.iter()
    }
    /// The window that an order is of.
    pub fn of_order(&self, order: OrderId) -> Option<&Window> {
        self.window(*self.of_order.get(&order)?)
    }
    /// The open windows of a village.
    pub fn open_in(&self, village: UnitId) -> impl DoubleEndedIterator<Item = &Window> + Clone {
        let open = self.windows.iter().filter(|window| window.is_open());
        open.filter(move |window| window.opening.village == village)
    }
    pub(crate) fn next_window(&self) -> WindowId {
        WindowId::from_index(self.windows.len())
    }
    /// When the next window closes by itself.
    pub fn next_deadline(&self) -> Option<Timestamp> {
        self.timers.first().map(|(at, _)| *at)
    }
    /// Windows whose time has come.
    pub(crate) fn due(&self, at: Timestamp) -> impl Iterator<Item = WindowId> + '_ {
        let due = self.timers.iter().take_while(move |(due, _)| *due <= at);
        due.map(|(_, window)| *window)
    }
    /// The exemption with this id.
    pub fn exemption(&self, exemption: ExemptionId) -> Option<&Exemption> {
        self.exemptions.get((exemption.0 as usize).checked_sub(1)?)
    }
    /// Every exemption, in the order of their ids.
    pub fn exemptions(&self) -> impl Iterator<Item = &Exemption> {
        self.exemptions.iter()
    }
    /// Exemptions of a person, in the order of their ids.
    pub fn exemptions_of(&self, person: PersonId) -> impl Iterator<Item = &Exemption> {
        let ids = self.exempt.get(&person).map_or(&[][..], Vec::as_slice);
        ids.iter().filter_map(|id| self.exemption(*id))
    }
    /// Whether the person is exempt at an instant (C2).
    pub fn is_exempt(&self, person: PersonId, at: Timestamp) -> bool {
        self.exemptions_of(person).any(|exemption| exemption.is_in_force(at))
    }
    /// Whether the person is exempt at an instant, or becomes so before a deadline.
    pub(crate) fn is_exempt_before(&self, person: PersonId, at: Timestamp, deadline: Option<Timestamp>) -> bool {
        let mut exemptions = self.exemptions_of(person);
        exemptions
            .any(|exemption| exemption.is_in_force(exemption.from.max(at)) && exemption.begins_before(at, deadline))
    }
    pub(crate) fn next_exemption(&self) -> ExemptionId {
        ExemptionId::from_index(self.exemptions.len())
    }
    /// What somebody registered as.
    pub fn registration(&self, person: PersonId) -> Option<&PreRegistration> {
        self.registrations.get(&person)
    }
    /// Everybody who registered for just this village.
    pub fn registered_in(&self, village: UnitId) -> impl Iterator<Item = PersonId> + '_ {
        self.registered_in.get(&village).into_iter().flatten().copied()
    }
    /// Every registration, in the order of the people.
    pub fn registrations(&self) -> impl Iterator<Item = &PreRegistration> {
        self.registrations.values()
    }
    /// Every double report, also ended ones, in the order of who reports.
    pub fn double_reports(&self) -> impl Iterator<Item = &KeptReport> {
        self.double_reports.values()
    }
    /// The double report of this subject to this community on this basis.
    pub fn double_report(&self, subject: Subject, community: UnitId, basis: Basis) -> Option<&KeptReport> {
        self.double_reports.get(&(subject, community, basis))
    }

    pub(crate) fn opened(&mut self, opening: &Opening, by: &Actor, at: Timestamp, changed: Revision) {
        self.of_order.insert(opening.order, opening.window);
        self.timers.insert((opening.closes_at, opening.window));
        self.windows.push(Window {
            opening: opening.clone(),
            opened: (by.clone(), at),
            closed: None,
            reports: BTreeMap::new(),
            tasks: BTreeMap::new(),
            changed,
        });
    }

    fn window_mut(&mut self, window: WindowId) -> Option<&mut Window> {
        self.windows.get_mut((window.0 as usize).checked_sub(1)?)
    }

    pub(crate) fn closed(&mut self, window: WindowId, why: CloseReason, at: Timestamp, changed: Revision) {
        let Some(row) = self.window_mut(window).filter(|row| row.is_open()) else {
            return;
        };
        row.closed = Some((at, why));
        row.changed = changed;
        let timer = (row.opening.closes_at, window);
        self.timers.remove(&timer);
    }

    /// An order ended: so does its window, if it has one.
    pub(crate) fn order_ended(&mut self, order: OrderId, at: Timestamp, changed: Revision) {
        if let Some(window) = self.of_order.get(&order).copied() {
            self.closed(window, CloseReason::OrderEnded, at, changed);
        }
    }

    pub(crate) fn reported(
        &mut self,
        window: WindowId,
        people: &PersonSet,
        claim: &Claim,
        at: Timestamp,
        changed: Revision,
    ) {
        let Some(row) = self.window_mut(window) else { return };
        row.changed = changed;
        row.reports.extend(people.iter().map(|person| {
            let (claim, settled) = (claim.clone(), None);
            (person, Report { claim, at, settled })
        }));
    }

    pub(crate) fn settled(
        &mut self,
        window: WindowId,
        people: &PersonSet,
        settlement: &Settlement,
        at: Timestamp,
        changed: Revision,
    ) {
        let Some(row) = self.window_mut(window) else { return };
        row.changed = changed;
        for person in people.iter() {
            if let Some(report) = row.reports.get_mut(&person) {
                report.settled = Some((settlement.clone(), at));
            }
        }
    }

    pub(crate) fn tasked(&mut self, window: WindowId, person: PersonId, task: &str, changed: Revision) {
        let Some(row) = self.window_mut(window) else { return };
        row.changed = changed;
        if task.is_empty() {
            row.tasks.remove(&person);
        } else {
            row.tasks.insert(person, task.into());
        }
    }

    /// Who is exempt in the district is so in an exercise too.
    pub(crate) fn take_over(&mut self, district: &Self, at: Timestamp) {
        let in_force = |exemption: &&Exemption| exemption.until.is_none_or(|until| until > at);
        for exemption in district.exemptions().filter(in_force) {
            let id = self.next_exemption();
            self.exempted(&Exemption {
                id,
                ..exemption.clone()
            });
        }
    }

    pub(crate) fn exempted(&mut self, exemption: &Exemption) {
        self.exempt.entry(exemption.person).or_default().push(exemption.id);
        self.exemptions.push(exemption.clone());
    }

    pub(crate) fn exemption_ended(&mut self, exemption: ExemptionId, at: Timestamp) {
        let row = (exemption.0 as usize).checked_sub(1);
        if let Some(row) = row.and_then(|index| self.exemptions.get_mut(index)) {
            row.until = Some(row.until.map_or(at, |until| until.min(at)));
        }
    }

    pub(crate) fn registered(&mut self, registration: &PreRegistration, changed: Revision) {
        let person = registration.person;
        if let Some(before) = self.registrations.insert(person, registration.clone())
            && let Some(there) = self.registered_in.get_mut(&before.village)
        {
            there.remove(&person);
            if there.is_empty() {
                self.registered_in.remove(&before.village);
            }
        }
        self.registered_in
            .entry(registration.village)
            .or_default()
            .insert(person);
        let village = registration.village;
        for window in self.windows.iter_mut().filter(|window| window.is_open()) {
            if window.opening.village == village {
                window.changed = changed;
            }
        }
    }

    pub(crate) fn double_reported(&mut self, report: &DoubleReport, at: Timestamp) {
        let key = (report.subject, report.community, report.basis);
        let since = self.double_reports.get(&key).map_or(at, |before| before.since);
        let report = report.clone();
        self.double_reports.insert(key, KeptReport { report, since });
    }
}
