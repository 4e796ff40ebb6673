//! The timeline of a response (时间线): what happened in it, in order, read from the journal.
//!
//! What people report themselves is one item a minute, order and reason. Which events are about a response is said in one
//! exhaustive match: a new event fails to compile here until it is.

use std::collections::{BTreeMap, BTreeSet};

use baiying_core::event::{Entry, Event};
use baiying_core::id::{
    BranchId, ExerciseId, LeaveId, OrderId, PersonId, PersonSet, ReinforcementId, ResponseId, Timestamp, WindowId,
};
use baiying_core::leave::{LeaveReason, LeaveVerdict};
use baiying_core::order::{Channel, DeliveryState, EvidenceReason, Excuse, StepTarget};
use baiying_core::response::Response;
use baiying_core::situation::{Clock, ReportKind};
use baiying_core::{Rejection, State, word};
use baiying_journal::event::decode;
use baiying_journal::{JournalError, JournalReader};
use baiying_proto::v1;
use tonic::Status;

use super::convert::response_id;
use super::page::Page;
use super::refusal::{invalid, refusal, unreadable};
use super::server::ApiContext;
use super::watch::describe::kind;
use crate::engine::{Refusal, revision_at};

/// Events read for one page: a page of a quiet response in a busy journal ends with what was found so far.
const SCANNED_MAX: usize = 200_000;
/// A page goes on to the end of its minute, up to so many times its size.
const LONGER_MAX: usize = 4;

const VERDICTS: [(LeaveVerdict, &str); 2] = [(LeaveVerdict::Approved, "approved"), (LeaveVerdict::Denied, "denied")];

const EVIDENCE: [(EvidenceReason, &str); 4] = [
    (EvidenceReason::Later, "later"),
    (EvidenceReason::AfterClose, "after-close"),
    (EvidenceReason::WrongSite, "wrong-site"),
    (EvidenceReason::NotDue, "not-due"),
];

const DELIVERIES: [(DeliveryState, &str); 5] = [
    (DeliveryState::Pending, "pending"),
    (DeliveryState::Sent, "sent"),
    (DeliveryState::Delivered, "delivered"),
    (DeliveryState::Read, "read"),
    (DeliveryState::Acked, "acked"),
];

/// What a response's events are known by.
struct About {
    /// In which exercise; none: in the district.
    exercise: Option<ExerciseId>,
    response: ResponseId,
    orders: BTreeSet<OrderId>,
    branches: BTreeSet<BranchId>,
    reinforcements: BTreeSet<ReinforcementId>,
    /// Windows for in-place reports, with their orders.
    windows: BTreeMap<WindowId, OrderId>,
    /// Leave that concerns one of its orders.
    leave: BTreeMap<LeaveId, (OrderId, u32)>,
}

impl About {
    fn of(state: &State, response: &Response) -> Self {
        let orders: BTreeSet<OrderId> = response.orders.iter().copied().collect();
        let leave = state.leave.iter().filter_map(|leave| {
            let about = match leave.record.order {
                Some((order, version)) => orders.contains(&order).then_some((order, version)),
                None => {
                    let (_, _, at) = leave.decided.as_ref()?;
                    excused_from(state, &orders, leave.record.person, *at)
                }
            };
            Some((leave.id, about?))
        });
        let branches = state.branches.iter().filter(|branch| branch.response == response.id);
        let requests = state
            .reinforcement
            .iter()
            .filter(|request| request.need.response == response.id);
        let windows = state
            .in_place
            .windows()
            .filter(|window| window.opening.response == response.id);
        Self {
            exercise: state.world_of(),
            response: response.id,
            leave: leave.collect(),
            branches: branches.map(|branch| branch.id).collect(),
            reinforcements: requests.map(|request| request.id).collect(),
            windows: windows
                .map(|window| (window.opening.window, window.opening.order))
                .collect(),
            orders,
        }
    }
}

impl About {
    /// The event as it happened where the response is; none: it happened somewhere else.
    fn own<'a>(&self, event: &'a Event) -> Option<&'a Event> {
        match (event, self.exercise) {
            (Event::InExercise { run, event }, Some(exercise)) if *run == exercise => Some(event),
            (Event::InExercise { .. }, _) | (_, Some(_)) => None,
            (event, None) => Some(event),
        }
    }
}

/// The order that somebody was excused from when leave that they had asked for ahead was approved.
fn excused_from(state: &State, orders: &BTreeSet<OrderId>, person: PersonId, at: Timestamp) -> Option<(OrderId, u32)> {
    let versions = orders.iter().filter_map(|order| state.orders.get(*order));
    let mut versions = versions.flat_map(|order| order.versions.iter().map(|version| (order.id, version)));
    let (order, version) = versions.find(|(_, version)| {
        let was_open = version.issued_at <= at && version.ended_at.is_none_or(|ended| at <= ended);
        let row = || version.ledger.row(person);
        was_open && row().is_some_and(|row| row.excuse == Some(Excuse::Leave) && row.declined.is_none())
    })?;
    Some((order, version.version))
}

/// An item, and whether it is joined with others of its minute.
struct Found {
    item: v1::TimelineItem,
    joins: bool,
}

fn found(joins: bool) -> impl Fn(v1::TimelineItem) -> Option<Found> {
    move |item| Some(Found { item, joins })
}

fn of_order(order: OrderId, version: u32, people: &PersonSet) -> v1::TimelineItem {
    v1::TimelineItem {
        order_id: order.0,
        version,
        people: people.len() as u32,
        person_ids: people.iter().map(|person| person.0).collect(),
        ..v1::TimelineItem::default()
    }
}

/// Of a branch, a request for reinforcement or a window.
fn of(subject: impl std::fmt::Display, people: usize) -> v1::TimelineItem {
    v1::TimelineItem {
        subject: subject.to_string(),
        people: people as u32,
        ..v1::TimelineItem::default()
    }
}

fn level(change: (u32, u32), text: &str) -> v1::TimelineItem {
    v1::TimelineItem {
        from_level: change.0,
        to_level: change.1,
        text: text.to_owned(),
        ..v1::TimelineItem::default()
    }
}

/// What an event is in the timeline of a response; none if it is about something else.
#[allow(clippy::too_many_lines, reason = "one arm an event")]
fn shown(about: &About, event: &Event) -> Option<Found> {
    let (alone, joined) = (found(false), found(true));
    let mine = |order: &OrderId| about.orders.contains(order);
    match event {
        Event::ResponseActivated { response, spec } if *response == about.response => {
            alone(level((0, spec.level.number()), &spec.reason))
        }
        Event::ResponseLevelChanged { response, change } if *response == about.response => {
            let from = change.from.map_or(0, |level| level.number());
            alone(level((from, change.to.number()), &change.reason))
        }
        Event::ResponseRequested {
            response,
            spec,
            requested_by,
        } if *response == about.response => alone(v1::TimelineItem {
            people: 1,
            person_ids: vec![requested_by.0],
            ..level((0, spec.level.number()), &spec.reason)
        }),
        Event::ResponseRejected { response, by, reason } if *response == about.response => alone(v1::TimelineItem {
            people: 1,
            person_ids: vec![by.0],
            ..level((0, 0), reason)
        }),
        Event::LevelAuthorized {
            response,
            authorization,
        } if *response == about.response => alone(v1::TimelineItem {
            version: authorization.version,
            people: 1,
            person_ids: vec![authorization.approved_by.0],
            ..level((0, authorization.level.number()), &authorization.post)
        }),
        Event::ProvisionallyStarted { response, until } if *response == about.response => alone(v1::TimelineItem {
            due_unix_ms: until.unix_ms(),
            ..v1::TimelineItem::default()
        }),
        Event::ResponseLapsed { response } if *response == about.response => alone(v1::TimelineItem::default()),
        Event::CommandSet {
            response,
            roster: _,
            commands,
        } if *response == about.response => {
            let who: PersonSet = commands.iter().filter_map(|command| command.commander).collect();
            alone(v1::TimelineItem {
                people: who.len() as u32,
                person_ids: who.iter().map(|person| person.0).collect(),
                times: commands.len() as u32,
                ..v1::TimelineItem::default()
            })
        }
        Event::CommandHandedOver {
            response,
            unit: _,
            role,
            commander,
            backup: _,
            reason,
        } if *response == about.response => alone(v1::TimelineItem {
            people: 1,
            person_ids: vec![commander.0],
            subject: role.to_string(),
            text: reason.to_string(),
            ..v1::TimelineItem::default()
        }),
        Event::ResponseTerminated { response, reason } if *response == about.response => alone(level((0, 0), reason)),
        Event::OrderIssued {
            order,
            version,
            spec,
            audience,
            excused,
            carried: _,
        } if mine(order) => alone(v1::TimelineItem {
            excused: excused.iter().map(|(_, people)| people.len() as u32).sum(),
            text: spec.text.to_string(),
            ..of_order(*order, *version, audience)
        }),
        Event::Preempted {
            order,
            version,
            people,
            by: _,
        } if mine(order) => alone(of_order(*order, *version, people)),
        Event::OrderCancelled { order, reason } if mine(order) => alone(v1::TimelineItem {
            text: reason.to_string(),
            ..of_order(*order, 0, &PersonSet::default())
        }),
        Event::OrderClosed { order } if mine(order) => alone(of_order(*order, 0, &PersonSet::default())),
        Event::SignedOff { order, name } if mine(order) => alone(v1::TimelineItem {
            text: name.to_string(),
            ..of_order(*order, 0, &PersonSet::default())
        }),
        Event::AttemptRecorded {
            order,
            version,
            channel,
            number: _,
            people,
        } if mine(order) => joined(v1::TimelineItem {
            reason: word::of(&Channel::ALL, *channel).to_owned(),
            ..of_order(*order, *version, people)
        }),
        Event::DeliveryReported {
            order,
            version,
            state,
            people,
        } if mine(order) => joined(v1::TimelineItem {
            reason: word::of(&DELIVERIES, *state).to_owned(),
            ..of_order(*order, *version, people)
        }),
        Event::Acknowledged {
            order,
            version,
            people,
            proxy: _,
            observed_at: _,
        }
        | Event::Departed {
            order,
            version,
            people,
            proxy: _,
            observed_at: _,
        }
        | Event::CheckedIn {
            order,
            version,
            people,
            muster_point: _,
            method: _,
            proxy: _,
            observed_at: _,
        }
        | Event::Released { order, version, people }
            if mine(order) =>
        {
            joined(of_order(*order, *version, people))
        }
        Event::Declined {
            order,
            version,
            person,
            leave: _,
            reason,
            note: _,
        } if mine(order) => joined(v1::TimelineItem {
            reason: word::of(&LeaveReason::ALL, *reason).to_owned(),
            ..of_order(*order, *version, &one(*person))
        }),
        Event::CheckInNoted {
            order,
            version,
            people,
            muster_point: _,
            method: _,
            proxy: _,
            observed_at: _,
            reason,
        } if mine(order) => joined(v1::TimelineItem {
            reason: word::of(&EVIDENCE, *reason).to_owned(),
            ..of_order(*order, *version, people)
        }),
        Event::EscalationStepped {
            order,
            version,
            step,
            target,
            people,
        } if mine(order) => alone(v1::TimelineItem {
            step: u32::from(*step) + 1,
            target: word::of(&StepTarget::ALL, *target).to_owned(),
            ..of_order(*order, *version, people)
        }),
        Event::AckDeadlinePassed { order, version, people }
        | Event::ArrivalDeadlinePassed { order, version, people }
            if mine(order) =>
        {
            alone(of_order(*order, *version, people))
        }
        Event::LeaveRequested { leave, record } => {
            let (order, version) = about.leave.get(leave)?;
            joined(v1::TimelineItem {
                reason: word::of(&LeaveReason::ALL, record.reason).to_owned(),
                ..of_order(*order, *version, &one(record.person))
            })
        }
        Event::LeaveDecided { leave, verdict } => {
            let (order, version) = about.leave.get(leave)?;
            joined(v1::TimelineItem {
                reason: word::of(&VERDICTS, *verdict).to_owned(),
                people: 1,
                ..of_order(*order, *version, &PersonSet::default())
            })
        }
        Event::SituationReportFiled {
            response,
            report,
            settings: _,
        } if *response == about.response => alone(v1::TimelineItem {
            report_seq: report.seq,
            report_kind: word::of(&ReportKind::ALL, report.kind).to_owned(),
            report_number: report.number,
            late: report.is_late(),
            to_level: report.level.number(),
            ..v1::TimelineItem::default()
        }),
        Event::SituationReportMissed {
            response,
            clock,
            due,
            times,
            next: _,
        } if *response == about.response => alone(v1::TimelineItem {
            clock: word::of(&Clock::ALL, *clock).to_owned(),
            due_unix_ms: due.unix_ms(),
            times: *times,
            ..v1::TimelineItem::default()
        }),
        Event::BranchProposed { branch, spec } if about.branches.contains(branch) => {
            alone(of(branch, spec.people.len()))
        }
        Event::BranchChanged { branch, change: _ } if about.branches.contains(branch) => alone(of(branch, 0)),
        Event::ReinforcementRequested { reinforcement, need: _ }
        | Event::ReinforcementAllocated {
            reinforcement,
            round: _,
        }
        | Event::RequisitionSettled {
            reinforcement,
            round: _,
            agency: _,
            commitment: _,
        }
        | Event::ReinforcementEnded {
            reinforcement,
            ending: _,
            reason: _,
        } if about.reinforcements.contains(reinforcement) => alone(of(reinforcement, 0)),
        Event::ReinforcementShort { reinforcement, missing } if about.reinforcements.contains(reinforcement) => {
            alone(of(reinforcement, *missing as usize))
        }
        Event::ReinforcementAssigned {
            reinforcement,
            unit: _,
            people,
        } if about.reinforcements.contains(reinforcement) => alone(v1::TimelineItem {
            person_ids: people.iter().map(|person| person.0).collect(),
            ..of(reinforcement, people.len())
        }),
        Event::InPlaceWindowOpened(opening) if opening.response == about.response => alone(v1::TimelineItem {
            order_id: opening.order.0,
            ..of(opening.window, 0)
        }),
        Event::InPlaceWindowClosed { window, why: _ } if about.windows.contains_key(window) => alone(of(window, 0)),
        Event::InPlaceReported {
            window: _,
            order,
            version,
            people,
            claim: _,
        } if mine(order) => joined(of_order(*order, *version, people)),
        Event::InPlaceConfirmed { window, people, by: _ }
        | Event::InPlaceRejected {
            window,
            people,
            reason: _,
            by: _,
        } => {
            let order = about.windows.get(window)?;
            joined(of_order(*order, 0, people))
        }
        Event::InPlaceTasked {
            window,
            person,
            task: _,
        } => {
            let order = about.windows.get(window)?;
            joined(of_order(*order, 0, &one(*person)))
        }
        // Why somebody is exempt, and that they are, is shown to nobody here.
        Event::InPlaceExempted { .. } | Event::InPlaceExemptionEnded { .. } => None,
        // Of another response.
        Event::BranchProposed { .. }
        | Event::BranchChanged { .. }
        | Event::ReinforcementRequested { .. }
        | Event::ReinforcementAllocated { .. }
        | Event::RequisitionSettled { .. }
        | Event::ReinforcementShort { .. }
        | Event::ReinforcementAssigned { .. }
        | Event::ReinforcementEnded { .. }
        | Event::InPlaceWindowOpened(_)
        | Event::InPlaceWindowClosed { .. }
        | Event::InPlaceReported { .. }
        | Event::ResponseActivated { .. }
        | Event::ResponseLevelChanged { .. }
        | Event::ResponseTerminated { .. }
        | Event::OrderIssued { .. }
        | Event::Preempted { .. }
        | Event::OrderCancelled { .. }
        | Event::OrderClosed { .. }
        | Event::SignedOff { .. }
        | Event::AttemptRecorded { .. }
        | Event::DeliveryReported { .. }
        | Event::Acknowledged { .. }
        | Event::Departed { .. }
        | Event::CheckedIn { .. }
        | Event::Released { .. }
        | Event::Declined { .. }
        | Event::CheckInNoted { .. }
        | Event::EscalationStepped { .. }
        | Event::AckDeadlinePassed { .. }
        | Event::ArrivalDeadlinePassed { .. }
        | Event::SituationReportFiled { .. }
        | Event::SituationReportMissed { .. } => None,
        // Deadlines follow from what is shown.
        Event::SituationClocksSet { .. } => None,
        // Of no response.
        Event::TenantInitialized(_)
        | Event::UnitRecorded(_)
        | Event::PersonRecorded { .. }
        | Event::TeamRecorded(_)
        | Event::MusterPointRecorded(_)
        | Event::DeviceEnrolled(_)
        | Event::BatchReceived { .. }
        | Event::SpotChecksPlanned { .. }
        | Event::SpotCheckAsked { .. }
        | Event::SpotCheckAnswered { .. }
        | Event::SpotCheckEnded { .. }
        | Event::SpotCheckCancelled { .. }
        | Event::SpotCheckRecorded { .. }
        | Event::ReadinessEvaluated { .. }
        | Event::CalendarChanged { .. }
        | Event::DutyRosterRecorded(_)
        | Event::StandInSet(_)
        | Event::StandInEnded { .. }
        | Event::SwapRequested { .. }
        | Event::SwapConsented { .. }
        | Event::SwapDecided { .. }
        | Event::DutySignedIn(_)
        | Event::DutySignedOut { .. }
        | Event::BackupSet { .. }
        | Event::PhonesVerified { .. }
        | Event::RosterConfirmed { .. }
        | Event::PersonalDataShown { .. }
        | Event::CountPolicySet { .. }
        | Event::PersonExcluded(_)
        | Event::ExclusionEnded { .. }
        | Event::WaiverGranted { .. }
        | Event::WaiverRevoked { .. }
        | Event::QuotaEvaluated { .. }
        | Event::TeamShort { .. }
        | Event::TeamShortEnded { .. }
        | Event::TeamChosen { .. }
        | Event::PlanImported { .. }
        | Event::PostFilled { .. }
        | Event::ResponseRequested { .. }
        | Event::ResponseRejected { .. }
        | Event::LevelAuthorized { .. }
        | Event::ProvisionallyStarted { .. }
        | Event::ResponseLapsed { .. }
        | Event::CommandSet { .. }
        | Event::CommandHandedOver { .. }
        | Event::AgencyLinked { .. }
        | Event::PreRegistered(_)
        | Event::DoubleReported(_)
        | Event::ScenarioImported { .. }
        | Event::ExerciseStarted { .. }
        | Event::InExercise { .. }
        | Event::ExerciseChanged { .. }
        | Event::ExerciseScheduled { .. }
        | Event::ScheduleChanged { .. }
        | Event::ActionRaised { .. }
        | Event::ActionChanged { .. } => None,
    }
}

fn one(person: PersonId) -> PersonSet {
    [person].into_iter().collect()
}

/// Items of a run of events, joined by minute.
struct Items {
    with_people: bool,
    items: Vec<v1::TimelineItem>,
    minute: i64,
    joined: BTreeMap<(&'static str, u32, u32, String), usize>,
}

impl Items {
    fn push(&mut self, revision: u64, entry: &Entry, event: &Event, found: Found) {
        let Found { mut item, joins } = found;
        if !self.with_people {
            item.person_ids.clear();
        }
        let minute = entry.at.unix_ms().div_euclid(60_000);
        if minute != self.minute {
            self.minute = minute;
            self.joined.clear();
        }
        let word = kind(event);
        let key = (word, item.order_id, item.version, item.reason.clone());
        if let Some(known) = joins.then(|| self.joined.get(&key)).flatten() {
            let known = &mut self.items[*known];
            known.until_revision = revision;
            known.people += item.people;
            known.events += 1;
            known.person_ids.append(&mut item.person_ids);
            if *known.actor != *entry.actor.0 {
                known.actor.clear();
            }
            return;
        }
        if joins {
            self.joined.insert(key, self.items.len());
        }
        self.items.push(v1::TimelineItem {
            revision,
            until_revision: revision,
            at_unix_ms: entry.at.unix_ms(),
            kind: word.to_owned(),
            actor: entry.actor.0.to_string(),
            events: 1,
            ..item
        });
    }
}

/// A page of what happened after a revision, and where the next one goes on; none: that was all.
fn read(
    journal: &dyn JournalReader,
    about: &About,
    (after, head): (u64, u64),
    with_people: bool,
    size: usize,
    scanned_max: usize,
) -> Result<(Vec<v1::TimelineItem>, Option<u64>), JournalError> {
    let mut all = Items {
        with_people,
        items: Vec::new(),
        minute: i64::MIN,
        joined: BTreeMap::new(),
    };
    let mut scanned = 0;
    for commit in journal.commits_after(after) {
        let commit = commit?;
        let mut revision = commit.first_revision - 1;
        for entry in decode(&commit.payload)? {
            let minute = entry.at.unix_ms().div_euclid(60_000);
            for event in &entry.events {
                revision += 1;
                if revision <= after {
                    continue;
                }
                if revision > head {
                    return Ok((all.items, None));
                }
                let is_full = all.items.len() >= size && minute != all.minute || all.items.len() >= size * LONGER_MAX;
                scanned += 1;
                if is_full || scanned > scanned_max {
                    return Ok((all.items, Some(revision - 1)));
                }
                let Some(event) = about.own(event) else { continue };
                if let Some(found) = shown(about, event) {
                    all.push(revision, &entry, event, found);
                }
            }
        }
    }
    Ok((all.items, None))
}

/// Answers `ResponseService.ListTimeline`.
pub(super) async fn list(
    context: &ApiContext,
    request: v1::ListTimelineRequest,
) -> Result<v1::ListTimelineResponse, Status> {
    let v1::ListTimelineRequest {
        response_id: id,
        with_people,
        page,
    } = request;
    let response = response_id(id)?;
    let page = Page::of(page);
    let after: Option<u64> = match page.after.as_str() {
        "" => None,
        token => Some(token.parse().map_err(|_| {
            invalid(
                "page.page_token",
                "page_token does not come from an answer of this list",
            )
        })?),
    };
    let engine = context.engine.clone();
    // Reads the disk: off the threads that serve everybody.
    let read = tokio::task::spawn_blocking(move || {
        let (about, began, head) = {
            let state = engine.read();
            let unknown = || refusal(Refusal::Rejected(Rejection::UnknownResponse { response }));
            let row = state.responses.get(response).ok_or_else(unknown)?;
            let began = row.began;
            (About::of(&state, row), began, engine.published().read().revision().0)
        };
        let journal = &**engine.published().journal();
        let unreadable = |error: JournalError| unreadable(&error);
        let after = match after {
            Some(after) => after,
            // Nothing of a response comes before it is asked for.
            None => revision_at(
                journal,
                Timestamp::from_unix_ms(began.unix_ms().saturating_sub(1)),
                head,
            )
            .map_err(unreadable)?,
        };
        let (items, next) =
            read(journal, &about, (after, head), with_people, page.size, SCANNED_MAX).map_err(unreadable)?;
        Ok(v1::ListTimelineResponse {
            items,
            next_page_token: next.map_or_else(String::new, |next| next.to_string()),
            head_revision: head,
        })
    });
    read.await
        .map_err(|_| Status::internal("reading the journal was interrupted"))?
}

#[cfg(test)]
mod tests;
