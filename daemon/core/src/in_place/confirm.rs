//! Confirm reports (确认报到).

use std::collections::BTreeMap;

use super::Window;
use super::report::village;
use crate::command::{Actor, Answer, Context, ExceptionKind, FieldReport, Reporter};
use crate::decide::Decision;
use crate::deployment::{Seen, evidence_only};
use crate::event::Event;
use crate::id::{MusterPointId, PersonId, PersonSet, ResponseId, Timestamp, WindowId};
use crate::order::{CheckInMethod, EvidenceReason, FieldCommand, Verdict};
use crate::quota::approver;
use crate::rejection::Rejection;
use crate::state::{State, plausible};

/// A village confirms what members reported: they are present, from the time at which they reported it counts whether they were
/// late. After the count was closed it is evidence only, and the report is settled all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfirmReports {
    /// Code of the village.
    pub village: Box<str>,
    /// In which response; none: whichever has such reports.
    pub response: Option<ResponseId>,
    /// Whose; ignored if all.
    pub people: Vec<PersonId>,
    /// Everybody whose report waits.
    pub all: bool,
    /// Who confirms for the village: not the person.
    pub confirmed_by: Box<str>,
}

impl ConfirmReports {
    pub(crate) fn decide(&self, state: &State, context: &Context) -> Result<Decision, Rejection> {
        let unit = village(state, &self.village)?;
        let by = approver(&self.confirmed_by)?;
        let asked = Asked {
            response: self.response,
            people: &self.people,
            all: self.all,
            everywhere: false,
            by: &by,
        };
        let mut events = Vec::new();
        let mut report = FieldReport::default();
        for (window, people) in asked.sort(state, context, unit, &self.village, &mut report)? {
            confirm(state, context, window, &people, &by, &mut events, &mut report);
        }
        Ok(Decision::new(events, Answer::Field(report.into())))
    }
}

/// Whose reports somebody settles for a village.
pub(super) struct Asked<'a> {
    pub(super) response: Option<ResponseId>,
    pub(super) people: &'a [PersonId],
    pub(super) all: bool,
    /// Whether somebody's reports in all windows are meant, and not only the first.
    pub(super) everywhere: bool,
    pub(super) by: &'a Actor,
}

impl Asked<'_> {
    /// Windows of the village with the people whose reports wait there; who has none goes to the report.
    pub(super) fn sort<'s>(
        &self,
        state: &'s State,
        context: &Context,
        unit: crate::id::UnitId,
        code: &str,
        report: &mut FieldReport,
    ) -> Result<Vec<(&'s Window, PersonSet)>, Rejection> {
        let wanted = |window: &&Window| self.response.is_none_or(|response| window.opening.response == response);
        let of_village = state.in_place.windows().filter(|window| window.opening.village == unit);
        let windows: Vec<&Window> = of_village.filter(wanted).collect();
        if windows.is_empty() {
            return Err(Rejection::NoWindow { unit: code.into() });
        }
        if !self.all && self.people.is_empty() {
            return Err(Rejection::Missing { field: "person_ids" });
        }
        let is_own =
            |person: PersonId| is_themselves(state, person, self.by) || is_themselves(state, person, &context.actor);
        let mut sorted: BTreeMap<WindowId, Vec<PersonId>> = BTreeMap::new();
        if self.all {
            for window in &windows {
                let pending = window
                    .reports
                    .keys()
                    .copied()
                    .filter(|person| window.pending(*person).is_some());
                // Their own word is not the village's: it stays open.
                let others = pending.filter(|person| !is_own(*person)).collect();
                sorted.insert(window.opening.window, others);
            }
        } else {
            let people: PersonSet = self.people.iter().copied().collect();
            let (_, refused) = FieldCommand::sort(&people, |person| {
                let pending = windows.iter().filter(|window| window.pending(person).is_some());
                let meant = pending.take(if self.everywhere { usize::MAX } else { 1 });
                let meant: Vec<WindowId> = meant.map(|window| window.opening.window).collect();
                if meant.is_empty() {
                    return Verdict::Refuse(nothing_to_settle(state, &windows, person));
                }
                for window in meant {
                    sorted.entry(window).or_default().push(person);
                }
                Verdict::Apply
            });
            if people
                .iter()
                .any(|person| state.people.get(person).is_some() && is_own(person))
            {
                return Err(Rejection::OwnApproval);
            }
            report.exceptions.extend(refused.exceptions);
        }
        let of = |window: &&'s Window| {
            sorted
                .get(&window.opening.window)
                .map(|people| people.iter().copied().collect())
        };
        let sorted = windows.iter().filter_map(|window| Some((*window, of(window)?)));
        Ok(sorted
            .filter(|(_, people): &(_, PersonSet)| !people.is_empty())
            .collect())
    }
}

/// Why there is nothing to settle for somebody.
fn nothing_to_settle(state: &State, windows: &[&Window], person: PersonId) -> ExceptionKind {
    if state.people.get(person).is_none() {
        return ExceptionKind::UnknownPerson;
    }
    let row = |window: &&Window| {
        let order = state.orders.get(window.opening.order)?;
        order.current().ledger.row(person).cloned()
    };
    let rows: Vec<_> = windows.iter().filter_map(row).collect();
    if rows.is_empty() {
        ExceptionKind::NotAddressed
    } else if rows.iter().any(|row| row.arrived_at.is_some()) {
        ExceptionKind::AlreadyDone
    } else {
        ExceptionKind::NotReported
    }
}

fn is_themselves(state: &State, person: PersonId, who: &Actor) -> bool {
    who.0.parse() == Ok(person) || who.0 == state.people.personal(person).name
}

/// Reports that came to the same, and are one arrival.
type Same = (MusterPointId, CheckInMethod, Option<PersonId>, Timestamp);

fn confirm(
    state: &State,
    context: &Context,
    window: &Window,
    people: &PersonSet,
    by: &Actor,
    events: &mut Vec<Event>,
    report: &mut FieldReport,
) {
    let order = window.opening.order;
    let Some(current) = state.orders.get(order).map(crate::order::Order::current) else {
        return;
    };
    let reporter = Reporter::Desk;
    let command = FieldCommand {
        order,
        version: 0,
        reporter: &reporter,
        people: &[],
        all: false,
    };
    let mut arrived: BTreeMap<Same, Vec<PersonId>> = BTreeMap::new();
    let mut noted: BTreeMap<(EvidenceReason, Same), Vec<PersonId>> = BTreeMap::new();
    let mut settled = Vec::new();
    let (_, sorted) = FieldCommand::sort(people, |person| {
        let row = match command.row(state, current, person) {
            Err(kind) => return Verdict::Refuse(kind),
            Ok(row) => row,
        };
        let Some(pending) = window.pending(person) else {
            return Verdict::Refuse(ExceptionKind::NotReported);
        };
        let claim = &pending.claim;
        // When they reported: by their device's clock, if that could be true when they did (A4).
        let observed_at = plausible(claim.observed_at, current.issued_at, pending.at);
        let seen = Seen {
            muster_point: claim.muster_point,
            method: claim.method,
            proxy: claim.proxy,
            observed_at,
        };
        let same = (claim.muster_point, claim.method, claim.proxy, observed_at);
        settled.push(person);
        match evidence_only(state, current, row, &seen, context.at) {
            Some((reason, kind)) => {
                noted.entry((reason, same)).or_default().push(person);
                Verdict::Refuse(kind)
            }
            None => {
                arrived.entry(same).or_default().push(person);
                Verdict::Apply
            }
        }
    });
    report.applied += sorted.applied;
    report.exceptions.extend(sorted.exceptions);
    let version = current.version;
    for ((muster_point, method, proxy, observed_at), people) in arrived {
        let people = people.into_iter().collect();
        events.push(Event::CheckedIn {
            order,
            version,
            people,
            muster_point,
            method,
            proxy,
            observed_at,
        });
    }
    for ((reason, (muster_point, method, proxy, observed_at)), people) in noted {
        let people = people.into_iter().collect();
        events.push(Event::CheckInNoted {
            order,
            version,
            people,
            muster_point,
            method,
            proxy,
            observed_at,
            reason,
        });
    }
    if !settled.is_empty() {
        events.push(Event::InPlaceConfirmed {
            window: window.opening.window,
            people: settled.into_iter().collect(),
            by: by.clone(),
        });
    }
}
