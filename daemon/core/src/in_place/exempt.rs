//! Exempt members from in-place reports (免于报到): dated, with a coded reason and who approved it. Never a medical detail (C2).

use serde::{Deserialize, Serialize};

use crate::calendar::{Date, Minute};
use crate::command::{Actor, Answer, Context};
use crate::decide::Decision;
use crate::event::Event;
use crate::id::{ExemptionId, OrderId, PersonId, Timestamp};
use crate::order::DutyClass;
use crate::policy::Policy;
use crate::quota::approver;
use crate::rejection::Rejection;
use crate::state::State;

/// Why somebody is exempt. Categories only; the village is not told which (C4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ExemptReason {
    /// 已在一线岗位
    FrontLine,
    /// 隔离管控
    Quarantined,
    /// 孕期
    Pregnant,
    /// 产假
    Maternity,
    /// 重病
    SevereIllness,
    /// 指挥部工作
    CommandPost,
}

impl ExemptReason {
    /// Every reason with the word for it in files and on the wire.
    pub const ALL: [(Self, &'static str); 6] = [
        (Self::FrontLine, "front-line"),
        (Self::Quarantined, "quarantined"),
        (Self::Pregnant, "pregnant"),
        (Self::Maternity, "maternity"),
        (Self::SevereIllness, "severe-illness"),
        (Self::CommandPost, "command-post"),
    ];
}

/// Somebody is exempt for a while.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exemption {
    /// Its id.
    pub id: ExemptionId,
    /// Who.
    pub person: PersonId,
    /// Why.
    pub reason: ExemptReason,
    /// From when.
    pub from: Timestamp,
    /// Until when, not included; none: until ended.
    pub until: Option<Timestamp>,
    /// Who approved it.
    pub approved_by: Actor,
}

impl Exemption {
    /// Whether it counts at an instant.
    pub fn is_in_force(&self, at: Timestamp) -> bool {
        self.from <= at && self.until.is_none_or(|until| at < until)
    }
    /// Whether it has begun, or begins before a deadline.
    pub(super) fn begins_before(&self, at: Timestamp, deadline: Option<Timestamp>) -> bool {
        self.from <= at || deadline.is_some_and(|deadline| self.from < deadline)
    }
    fn overlaps(&self, from: Timestamp, until: Option<Timestamp>) -> bool {
        let is_empty = self.until.is_some_and(|until| until <= self.from);
        !is_empty && self.until.is_none_or(|own| from < own) && until.is_none_or(|until| self.from < until)
    }
}

/// Exempts somebody. Who is due in a village by an order whose time to arrive ends after the exemption begins, and has not arrived,
/// is excused at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExemptMember {
    /// Who.
    pub person: PersonId,
    /// Why.
    pub reason: ExemptReason,
    /// The first day; none: from now on.
    pub from: Option<Date>,
    /// The last day; none: until ended.
    pub until: Option<Date>,
    /// Who approved it; not the person.
    pub approved_by: Box<str>,
}

impl ExemptMember {
    pub(crate) fn decide(&self, state: &State, context: &Context, policy: &Policy) -> Result<Decision, Rejection> {
        let Self {
            person,
            reason,
            from,
            until,
            approved_by,
        } = self;
        let person = *person;
        if state.people.get(person).is_none() {
            return Err(Rejection::UnknownPerson { person });
        }
        let approved_by = approver(approved_by)?;
        if approved_by.0.parse() == Ok(person) || approved_by.0 == state.people.personal(person).name {
            return Err(Rejection::OwnApproval);
        }
        let zone = &policy.duty.zone;
        let start_of = |date: Date| zone.instant(date, Minute::new(0));
        let today = zone.date(context.at);
        // Of a day that has begun, the rest counts: what happened stays so.
        let from = from.filter(|from| *from > today).map_or(context.at, start_of);
        let until = until.map(|until| start_of(until.plus_days(1)));
        if until.is_some_and(|until| until <= from) {
            let (field, problem) = ("until_date", "the last day is before the first, or has passed");
            return Err(Rejection::BadDates { field, problem });
        }
        let same = |other: &&Exemption| other.reason == *reason && other.overlaps(from, until);
        if let Some(other) = state.in_place.exemptions_of(person).find(same) {
            let exemption = other.id;
            return Err(Rejection::ExemptionOverlaps { person, exemption });
        }
        let exemption = Exemption {
            id: state.in_place.next_exemption(),
            person,
            reason: *reason,
            from,
            until,
            approved_by,
        };
        let excuses = due_in_place(state, &exemption, context.at);
        let answer = Answer::Exempted(exemption.id);
        Ok(Decision::new(
            vec![Event::InPlaceExempted { exemption, excuses }],
            answer,
        ))
    }
}

/// The in-place order under which somebody is due, if the exemption counts before the time to arrive ends.
fn due_in_place(state: &State, exemption: &Exemption, at: Timestamp) -> Option<(OrderId, u32)> {
    let order = state.duty(exemption.person)?;
    let current = state.orders.get(order)?.current();
    let is_in_place = current.is_open() && current.spec.duty == DutyClass::InPlace;
    let row = current.ledger.row(exemption.person)?;
    let is_due = row.arrived_at.is_none() && row.excuse.is_none() && !row.missed;
    let counts = exemption.begins_before(at, current.spec.arrive_deadline);
    (is_in_place && is_due && counts).then_some((order, current.version))
}

/// Ends an exemption, from now on. Who was excused by it stays excused, and may report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndExemption {
    /// Which.
    pub exemption: ExemptionId,
}

impl EndExemption {
    pub(crate) fn decide(&self, state: &State, context: &Context) -> Result<Decision, Rejection> {
        let exemption = self.exemption;
        let known = state.in_place.exemption(exemption);
        let known = known.ok_or(Rejection::UnknownExemption { exemption })?;
        let is_over = known.until.is_some_and(|until| until <= context.at);
        let ended = Event::InPlaceExemptionEnded { exemption };
        Ok(Decision::done(if is_over { Vec::new() } else { vec![ended] }))
    }
}
