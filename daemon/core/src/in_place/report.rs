//! Report in place.

use std::sync::Arc;

use super::{Window, village_of};
use crate::command::{Answer, Context, ExceptionKind, FieldReport, Reporter};
use crate::decide::Decision;
use crate::deployment::CheckIn;
use crate::id::{PersonId, ResponseId, UnitId};
use crate::order::Excuse;
use crate::org::UnitKind;
use crate::rejection::Rejection;
use crate::state::State;

/// Members report to the village where they live (就地报到): a check-in to the village's order, found by the village.
///
/// On their own or their lead's word it waits for the village's confirmation; the village's desk has seen them, and confirms at
/// once. Only who lives there is due (C1); who is on a duty that goes first is not (C3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportInPlace {
    /// Code of the village.
    pub village: Box<str>,
    /// In which response; none: the one under which they are due.
    pub response: Option<ResponseId>,
    /// On whose word.
    pub reporter: Reporter,
    /// Where: id or code; empty: the village's point that has the code given, else its first.
    pub muster_point: Box<str>,
    /// The code on the sheet at the village; needed on people's own word.
    pub check_in_code: Box<str>,
    /// Who; ignored if all.
    pub people: Vec<PersonId>,
    /// All of the lead's people who are due there.
    pub all: bool,
    /// By the device's clock; none: now.
    pub observed_at: Option<i64>,
}

impl ReportInPlace {
    pub(crate) fn decide(&self, state: &State, context: &Context) -> Result<Decision, Rejection> {
        let village = village(state, &self.village)?;
        let window = self.window(state, village);
        if self.reporter == Reporter::Own && !self.all {
            self.own(state, context, village, window)?;
        }
        let window = window.ok_or_else(|| Rejection::NoWindow {
            unit: self.village.clone(),
        })?;
        let check_in = CheckIn {
            order: window.opening.order,
            version: 0,
            reporter: self.reporter.clone(),
            muster_point: self.muster_point(state, window),
            check_in_code: self.check_in_code.clone(),
            people: self.people.clone(),
            all: self.all,
            observed_at: self.observed_at,
        };
        let mut decision = check_in.decide(state, context)?;
        if let Answer::Field(report) = &decision.answer {
            decision.answer = Answer::Field(Arc::new(explained(state, report)));
        }
        Ok(decision)
    }

    /// The open window in which they are due; else the last one opened.
    fn window<'s>(&self, state: &'s State, village: UnitId) -> Option<&'s Window> {
        let wanted = |window: &&Window| self.response.is_none_or(|response| window.opening.response == response);
        let is_due = |window: &&Window| {
            let order = state.orders.get(window.opening.order);
            let row = |person: &PersonId| order.and_then(|order| order.current().ledger.row(*person));
            let mut rows = self.people.iter().filter_map(row);
            rows.any(|row| row.excuse.is_none() && row.released_at.is_none())
        };
        let mut open = state.in_place.open_in(village).filter(wanted);
        open.clone().find(is_due).or_else(|| open.next_back())
    }

    /// On their own word people are told why it cannot be, and what they can do.
    fn own(&self, state: &State, context: &Context, village: UnitId, window: Option<&Window>) -> Result<(), Rejection> {
        for person in self.people.iter().copied() {
            let row = state.people.get(person).ok_or(Rejection::UnknownPerson { person })?;
            let lives_in = village_of(state, row);
            if lives_in != Some(village) {
                return Err(match lives_in.filter(|unit| is_open(state, *unit)) {
                    Some(_) => Rejection::OtherVillage {
                        person,
                        unit: self.village.clone(),
                    },
                    None => Rejection::OutsideKeyArea { person },
                });
            }
            let Some(window) = window else { continue };
            let order = window.opening.order;
            let row = state
                .orders
                .get(order)
                .and_then(|order| order.current().ledger.row(person));
            let Some(row) = row.filter(|row| row.arrived_at.is_none()) else {
                continue;
            };
            let is_elsewhere = state.duty(person).is_some_and(|other| other != order);
            if is_elsewhere && row.excuse == Some(Excuse::OtherDuty) {
                return Err(Rejection::OnOtherDuty { person });
            }
            if state.in_place.is_exempt(person, context.at) {
                return Err(Rejection::PersonExcused { order, person });
            }
        }
        Ok(())
    }

    fn muster_point(&self, state: &State, window: &Window) -> Box<str> {
        if !self.muster_point.is_empty() {
            return self.muster_point.clone();
        }
        let order = state.orders.get(window.opening.order);
        let points = order.map_or(&[][..], |order| &order.current().spec.muster_points);
        let has_code =
            |point: &&crate::id::MusterPointId| state.muster_points.get(**point).check_in_code == self.check_in_code;
        let point = points.iter().find(has_code).or_else(|| points.first());
        point.map_or_else(|| "".into(), |point| point.to_string().into())
    }
}

fn is_open(state: &State, village: UnitId) -> bool {
    state.in_place.open_in(village).next().is_some()
}

/// The village with this code.
pub(super) fn village(state: &State, code: &str) -> Result<UnitId, Rejection> {
    let unit = state.org.by_code(code);
    let unit = unit.ok_or_else(|| Rejection::UnknownUnit { code: code.into() })?;
    if unit.kind == UnitKind::Village {
        Ok(unit.id)
    } else {
        Err(Rejection::NotVillage { unit: code.into() })
    }
}

/// Who is not due because they live outside of every key area is named as such (C1).
fn explained(state: &State, report: &FieldReport) -> FieldReport {
    let mut report = report.clone();
    for exception in &mut report.exceptions {
        let lives_in = || {
            state
                .people
                .get(exception.person)
                .and_then(|row| village_of(state, row))
        };
        if exception.kind == ExceptionKind::NotAddressed && !lives_in().is_some_and(|unit| is_open(state, unit)) {
            exception.kind = ExceptionKind::OutsideKeyArea;
        }
    }
    report
}
