//! Who commands a person now (统一指挥): exactly one at any time. Computed from what is known, never kept.

use crate::id::{OrderId, PersonId, UnitId};

use crate::org::UnitKind;
use crate::state::State;
use crate::team::TeamKind;

/// Who commands somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OperationalCommander {
    /// Their home unit: they are on no duty, or have been released.
    Home(UnitId),
    /// Between order and arrival: whoever leads their team, for the home unit (带队负责人).
    EnRoute {
        /// Their home unit.
        unit: UnitId,
        /// Who leads their team; none if they are in none.
        lead: Option<PersonId>,
    },
    /// From arrival to release: the receiving town, or the unit of the muster point if no town stands above it.
    Receiving(UnitId),
}

impl OperationalCommander {
    /// The unit that commands.
    pub fn unit(self) -> UnitId {
        match self {
            Self::Home(unit) | Self::EnRoute { unit, .. } | Self::Receiving(unit) => unit,
        }
    }
}

/// Who commands a person now; none if there is no such person.
pub fn operational_commander(state: &State, person: PersonId) -> Option<OperationalCommander> {
    let home = state.people.get(person)?.home_unit;
    let Some(order) = state.duty(person) else {
        return Some(OperationalCommander::Home(home));
    };
    let row = state
        .orders
        .get(order)
        .and_then(|order| order.current().ledger.row(person));
    let arrival = row.and_then(|row| row.arrival);
    Some(match arrival {
        None => OperationalCommander::EnRoute {
            unit: home,
            lead: lead_of(state, person),
        },
        Some((point, ..)) => OperationalCommander::Receiving(receiving(state, order, point)),
    })
}

fn receiving(state: &State, order: OrderId, point: crate::id::MusterPointId) -> UnitId {
    if let Some((request, _)) = state.reinforcement.of_order(order) {
        return request.need.town;
    }
    let unit = state.muster_points.get(point).unit;
    let town = state
        .org
        .path(unit)
        .find(|above| state.org.get(*above).kind == UnitKind::Town);
    town.unwrap_or(unit)
}

/// Who leads somebody's team: their agency's if they are in one, else the first.
fn lead_of(state: &State, person: PersonId) -> Option<PersonId> {
    let teams = || state.people.teams(person).iter().map(|team| state.teams.get(*team));
    let agency = teams().find(|team| team.kind == TeamKind::Agency);
    agency.or_else(|| teams().next()).map(|team| team.leader)
}
