//! Hand over a command (指挥权交接).

use crate::command::Context;
use crate::decide::{Decision, at_most, needed};
use crate::event::Event;
use crate::id::{PersonId, ResponseId};
use crate::rejection::Rejection;
use crate::state::State;

/// Gives a command to somebody else. Whoever had it backs them up, if nobody else does. Nobody commands two places of which neither
/// stands under the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandOver {
    /// In which response.
    pub response: ResponseId,
    /// Code of the unit at which the node stands.
    pub unit_code: Box<str>,
    /// Its role; empty: the one that commands there.
    pub role: Box<str>,
    /// Who commands from now on.
    pub to: PersonId,
    /// Why.
    pub reason: Box<str>,
}

impl HandOver {
    pub(crate) fn decide(&self, state: &State, context: &Context) -> Result<Decision, Rejection> {
        let Self {
            response,
            unit_code,
            role,
            to,
            reason,
        } = self;
        needed("reason", reason)?;
        at_most("reason", reason, 500)?;
        let row = state.active_response(*response)?;
        let unit = state
            .org
            .by_code(unit_code)
            .ok_or_else(|| Rejection::UnknownUnit {
                code: unit_code.clone(),
            })?
            .id;
        let mut here = row.commands.iter().filter(|command| command.unit == unit);
        let node = here.find(|command| role.is_empty() || command.role == *role);
        let node = node.ok_or_else(|| Rejection::NoCommandPost {
            response: *response,
            unit: unit_code.clone(),
        })?;
        state.people.get(*to).ok_or(Rejection::UnknownPerson { person: *to })?;
        if !state.can_hold(*to, context.at) {
            return Err(Rejection::CannotCommand { person: *to });
        }
        let is_apart =
            |other: crate::id::UnitId| !state.org.is_within(other, unit) && !state.org.is_within(unit, other);
        let elsewhere = state.commands_of(*to).find(|(_, command)| is_apart(command.unit));
        if let Some((_, command)) = elsewhere {
            return Err(Rejection::CommandsElsewhere {
                person: *to,
                unit: state.org.get(command.unit).code.clone(),
            });
        }
        if node.commander == Some(*to) {
            return Ok(Decision::done(Vec::new()));
        }
        let backup = match node.backup {
            Some(backup) if backup != *to => Some(backup),
            Some(_) | None => node.commander,
        };
        Ok(Decision::done(vec![Event::CommandHandedOver {
            response: *response,
            unit,
            role: node.role.clone(),
            commander: *to,
            backup,
            reason: reason.clone(),
        }]))
    }
}
