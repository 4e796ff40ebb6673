//! Check in (报到).

use std::collections::BTreeMap;

use super::SKEW_MS;
use crate::command::{Context, ExceptionKind, Reporter};
use crate::decide::Decision;
use crate::event::Event;
use crate::id::{MusterPointId, OrderId, PersonId, Timestamp};
use crate::order::{CheckInMethod, EVIDENCE_MAX, EvidenceReason, Excuse, FieldCommand, OrderVersion, Row, Verdict};
use crate::rejection::Rejection;
use crate::state::State;

/// Confirms that people reached a muster point.
///
/// Implies an acknowledgement, also of a version they have not read: they are there. A repeat changes nothing and succeeds; the
/// first arrival wins and a later one is kept as evidence (A2, A3). The journal's time counts, the device's is kept beside it and
/// decides whether somebody was late, if it can be true (A4). A check-in after the count was closed is evidence only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckIn {
    /// Which order.
    pub order: OrderId,
    /// Its version as read; 0: the one in force.
    pub version: u32,
    /// On whose word.
    pub reporter: Reporter,
    /// Where: id or code.
    pub muster_point: Box<str>,
    /// The code on the sheet at the place; needed on people's own word.
    pub check_in_code: Box<str>,
    /// Who; ignored if all.
    pub people: Vec<PersonId>,
    /// All of the lead's people in the order that are coming.
    pub all: bool,
    /// By the device's clock; none: now.
    pub observed_at: Option<i64>,
}

impl CheckIn {
    pub(crate) fn decide(&self, state: &State, context: &Context) -> Result<Decision, Rejection> {
        let Self {
            order,
            version,
            reporter,
            muster_point,
            check_in_code,
            people,
            all,
            observed_at,
        } = self;
        let command = FieldCommand {
            order: *order,
            version: *version,
            reporter,
            people,
            all: *all,
        };
        let current = command.order(state)?.current();
        let point = state
            .muster_points
            .resolve(muster_point)
            .ok_or_else(|| Rejection::UnknownMusterPoint {
                muster_point: muster_point.clone(),
            })?;
        let method = match reporter {
            Reporter::Own => CheckInMethod::OwnCode,
            Reporter::Lead(_) => CheckInMethod::Lead,
            Reporter::Desk => CheckInMethod::Desk,
        };
        let proves_presence = method != CheckInMethod::OwnCode || *check_in_code == point.check_in_code;
        let people = command.people(state, current, |row| {
            row.arrived_at.is_none() && row.excuse.is_none() && row.declined.is_none()
        })?;
        let observed_at = observed_at.map_or(context.at, Timestamp::from_unix_ms);
        let clock = clock_exception(observed_at, current, context.at);
        let seen = Seen {
            muster_point: point.id,
            method,
            proxy: reporter.proxy(),
            observed_at,
        };
        let mut noted: BTreeMap<EvidenceReason, Vec<PersonId>> = BTreeMap::new();
        let (applied, report) = FieldCommand::sort(&people, |person| {
            let row = match command.row(state, current, person) {
                Err(kind) => return Verdict::Refuse(kind),
                Ok(_) if !proves_presence => return Verdict::Refuse(ExceptionKind::WrongCode),
                Ok(row) => row,
            };
            match evidence_only(state, current, row, &seen) {
                Some((reason, kind)) => {
                    if seen.is_news(current, row) {
                        noted.entry(reason).or_default().push(person);
                    }
                    Verdict::Refuse(kind)
                }
                None => clock.map_or(Verdict::Apply, Verdict::ApplyWith),
            }
        });
        let Seen {
            muster_point,
            method,
            proxy,
            observed_at,
        } = seen;
        let (order, version) = (*order, current.version);
        let mut events = Vec::new();
        if !applied.is_empty() {
            let people = applied;
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
        for (reason, people) in noted {
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
        Ok(Decision::field(events, report))
    }
}

/// What a check-in says, for whomever.
struct Seen {
    muster_point: MusterPointId,
    method: CheckInMethod,
    proxy: Option<PersonId>,
    observed_at: Timestamp,
}

impl Seen {
    /// Whether it is to be kept: just this was not said of the person before, and there is room for it.
    fn is_news(&self, version: &OrderVersion, row: &Row) -> bool {
        let arrival = (self.muster_point, self.method, self.proxy);
        let noted = version.evidence.get(&row.person).map_or(&[][..], Vec::as_slice);
        let is_known = (row.arrival == Some(arrival) && row.observed_at == Some(self.observed_at))
            || noted.iter().any(|evidence| {
                (evidence.muster_point, evidence.method, evidence.proxy) == arrival
                    && evidence.observed_at == self.observed_at
            });
        !is_known && noted.len() < EVIDENCE_MAX
    }
}

/// Why a check-in does not count, if it does not.
fn evidence_only(
    state: &State,
    current: &OrderVersion,
    row: &Row,
    seen: &Seen,
) -> Option<(EvidenceReason, ExceptionKind)> {
    if row.arrived_at.is_some() {
        return Some((EvidenceReason::Later, ExceptionKind::AlreadyDone));
    }
    if !current.is_open() {
        return Some((EvidenceReason::AfterClose, ExceptionKind::OrderClosed));
    }
    if !current.spec.muster_points.contains(&seen.muster_point) {
        return Some((EvidenceReason::WrongSite, ExceptionKind::WrongSite));
    }
    if row.released_at.is_some() {
        return Some((EvidenceReason::NotDue, ExceptionKind::Released));
    }
    // Who is on leave and comes all the same is there; who is deployed elsewhere is not ours to count.
    match row.excuse {
        None => None,
        Some(Excuse::Leave) if state.duty(row.person).is_none() => None,
        Some(Excuse::Leave | Excuse::OtherDuty | Excuse::OrderWithdrawn) => {
            Some((EvidenceReason::NotDue, ExceptionKind::Excused))
        }
    }
}

fn clock_exception(observed_at: Timestamp, current: &OrderVersion, now: Timestamp) -> Option<ExceptionKind> {
    if observed_at.ms_since(current.issued_at) < -SKEW_MS {
        Some(ExceptionKind::BeforeOrder)
    } else if observed_at.ms_since(now) > SKEW_MS {
        Some(ExceptionKind::InFuture)
    } else {
        None
    }
}
