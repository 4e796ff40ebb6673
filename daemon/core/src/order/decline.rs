//! Decline an order: a request to be excused from it.

use super::FieldCommand;
use crate::command::{Answer, Context, ExceptionKind, Reporter};
use crate::decide::{Decision, at_most};
use crate::event::Event;
use crate::id::{OrderId, PersonId};
use crate::leave::LeaveReason;
use crate::rejection::Rejection;
use crate::state::State;

/// Says that a person cannot come.
///
/// Counts as unconfirmed until somebody else approves the leave; without approval by the time to arrive it counts as absence (A1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decline {
    /// Which order.
    pub order: OrderId,
    /// Its version as read; 0: the one in force.
    pub version: u32,
    /// On whose word.
    pub reporter: Reporter,
    /// Who cannot come.
    pub person: PersonId,
    /// Why.
    pub reason: LeaveReason,
    /// What they wrote; at most 200 bytes.
    pub note: Box<str>,
}

impl Decline {
    pub(crate) fn decide(&self, state: &State, _context: &Context) -> Result<Decision, Rejection> {
        let Self {
            order,
            version,
            reporter,
            person,
            reason,
            note,
        } = self;
        at_most("note", note, 200)?;
        let people = [*person];
        let command = FieldCommand {
            order: *order,
            version: *version,
            reporter,
            people: &people,
            all: false,
        };
        let current = command.order(state)?.current();
        let row = command
            .row(state, current, *person)
            .map_err(|kind| match (kind, reporter.proxy()) {
                (ExceptionKind::UnknownPerson, _) => Rejection::UnknownPerson { person: *person },
                (ExceptionKind::NotLed, Some(lead)) => Rejection::LeadsNobody { lead, order: *order },
                _ => Rejection::NotAddressed {
                    order: *order,
                    person: *person,
                },
            })?;
        if command.is_stale(current) {
            let current = current.version;
            return Err(Rejection::UnknownOrderVersion {
                order: *order,
                version: *version,
                current,
            });
        }
        if !current.is_open() {
            return Err(Rejection::OrderNotOpen { order: *order });
        }
        if row.arrived_at.is_some() {
            return Err(Rejection::AlreadyArrived {
                order: *order,
                person: *person,
            });
        }
        if row.excuse.is_some() {
            return Err(Rejection::PersonExcused {
                order: *order,
                person: *person,
            });
        }
        if let Some(leave) = row.declined {
            return Ok(Decision::new(Vec::new(), Answer::Leave(leave)));
        }
        let leave = state.leave.next_id();
        let event = Event::Declined {
            order: *order,
            version: current.version,
            person: *person,
            leave,
            reason: *reason,
            note: note.clone(),
        };
        Ok(Decision::new(vec![event], Answer::Leave(leave)))
    }
}
