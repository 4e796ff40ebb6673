//! Set out (出发).

use crate::command::{ExceptionKind, Reporter};
use crate::decide::Decision;
use crate::event::Event;
use crate::id::{OrderId, PersonId, Timestamp};
use crate::order::{FieldCommand, Verdict};
use crate::rejection::Rejection;
use crate::state::State;

/// Says that people set out. Implies that they acknowledged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Depart {
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

impl Depart {
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
        let (applied, report) = FieldCommand::sort(&people, |person| match command.row(state, current, person) {
            Err(kind) => Verdict::Refuse(kind),
            Ok(_) if command.is_stale(current) => Verdict::Refuse(ExceptionKind::StaleVersion),
            Ok(row) if row.departed_at.is_some() || row.arrived_at.is_some() => {
                Verdict::Refuse(ExceptionKind::AlreadyDone)
            }
            Ok(_) if !current.is_open() => Verdict::Refuse(ExceptionKind::OrderClosed),
            Ok(row) if row.released_at.is_some() => Verdict::Refuse(ExceptionKind::Released),
            Ok(row) if row.excuse.is_some() => Verdict::Refuse(ExceptionKind::Excused),
            Ok(_) => Verdict::Apply,
        });
        let mut events = Vec::new();
        if !applied.is_empty() {
            events.push(Event::Departed {
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
