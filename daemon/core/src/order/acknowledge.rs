//! Acknowledge an order (回令).

use super::{FieldCommand, Verdict};
use crate::command::{ExceptionKind, Reporter};
use crate::decide::Decision;
use crate::event::Event;
use crate::id::{OrderId, PersonId, Timestamp};
use crate::rejection::Rejection;
use crate::state::State;

/// Says that people got an order and are coming.
///
/// An answer belongs to a person and an order's version (DESIGN §8.2); a repeat changes nothing. An answer that comes after
/// the order ended is recorded as such and moves nobody on the board (O6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acknowledge {
    /// Which order.
    pub order: OrderId,
    /// Its version as read; 0: the one in force.
    pub version: u32,
    /// On whose word.
    pub reporter: Reporter,
    /// Who; ignored if all.
    pub people: Vec<PersonId>,
    /// All of the lead's people in the order who are neither excused nor have declined.
    pub all: bool,
}

impl Acknowledge {
    pub(crate) fn decide(&self, state: &State, observed_at: Option<Timestamp>) -> Result<Decision, Rejection> {
        let Self {
            order,
            version,
            reporter,
            people,
            all,
        } = self;
        let command = FieldCommand {
            order: *order,
            version: *version,
            reporter,
            people,
            all: *all,
        };
        let current = command.order(state)?.current();
        let people = command.people(state, current, |row| row.excuse.is_none() && row.declined.is_none())?;
        let mut late = Vec::new();
        let (applied, mut report) = FieldCommand::sort(&people, |person| match command.row(state, current, person) {
            Err(kind) => Verdict::Refuse(kind),
            Ok(_) if command.is_stale(current) => Verdict::Refuse(ExceptionKind::StaleVersion),
            Ok(row) if row.acked_at.is_some() && row.declined.is_none() => Verdict::Refuse(ExceptionKind::AlreadyDone),
            Ok(_) if !current.is_open() => {
                late.push(person);
                Verdict::ApplyWith(ExceptionKind::OrderClosed)
            }
            Ok(row) if row.released_at.is_some() => Verdict::Refuse(ExceptionKind::Released),
            Ok(row) if row.excuse.is_some() => Verdict::Refuse(ExceptionKind::Excused),
            Ok(_) => Verdict::Apply,
        });
        report.applied -= late.len() as u32;
        let mut events = Vec::new();
        if !applied.is_empty() {
            events.push(Event::Acknowledged {
                order: *order,
                version: current.version,
                people: applied,
                proxy: reporter.proxy(),
                observed_at,
            });
        }
        Ok(Decision::field(events, report))
    }
}
