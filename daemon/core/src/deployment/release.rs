//! Release people (解除).

use crate::command::{ExceptionKind, Reporter};
use crate::decide::Decision;
use crate::event::Event;
use crate::id::{OrderId, PersonId};
use crate::order::{FieldCommand, Verdict};
use crate::rejection::Rejection;
use crate::state::State;

/// Ends deployments. Nobody is released while a sign-off is open (A7, ICS 221). Who had arrived still counts as present.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// Which order.
    pub order: OrderId,
    /// Who; ignored if all.
    pub people: Vec<PersonId>,
    /// Everybody deployed under the order.
    pub all: bool,
}

impl Release {
    pub(crate) fn decide(&self, state: &State) -> Result<Decision, Rejection> {
        let Self { order, people, all } = self;
        let reporter = Reporter::Desk;
        let command = FieldCommand {
            order: *order,
            version: 0,
            reporter: &reporter,
            people,
            all: *all,
        };
        let current = command.order(state)?.current();
        let open = current
            .spec
            .sign_offs
            .iter()
            .find(|name| !current.signed.iter().any(|(signed, _, _)| signed == *name));
        if let Some(name) = open {
            return Err(Rejection::SignOffOpen {
                order: *order,
                name: name.clone(),
            });
        }
        let people = command.people(state, current, |row| state.duty(row.person) == Some(*order))?;
        let (applied, report) = FieldCommand::sort(&people, |person| match command.row(state, current, person) {
            Err(kind) => Verdict::Refuse(kind),
            Ok(_) if state.duty(person) == Some(*order) => Verdict::Apply,
            Ok(row) if row.released_at.is_some() => Verdict::Refuse(ExceptionKind::AlreadyDone),
            Ok(row) if row.excuse.is_some() => Verdict::Refuse(ExceptionKind::Excused),
            Ok(_) => Verdict::Refuse(ExceptionKind::Released),
        });
        let mut events = Vec::new();
        if !applied.is_empty() {
            events.push(Event::Released {
                order: *order,
                version: current.version,
                people: applied,
            });
        }
        Ok(Decision::field(events, report))
    }
}
