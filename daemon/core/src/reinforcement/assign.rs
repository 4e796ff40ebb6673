//! The town assigns people who have arrived to a village or grid (分配到村).

use super::coverage::{Whereabouts, whereabouts};
use super::propose::open;
use super::request::place;
use crate::decide::Decision;
use crate::event::Event;
use crate::id::{PersonId, PersonSet, ReinforcementId};
use crate::rejection::Rejection;
use crate::state::State;

/// Says where in the town's area people are, from now on. Changes no count: their order's ledger goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssignReinforcement {
    /// Which request.
    pub reinforcement: ReinforcementId,
    /// Code of the village, community or grid; the town itself takes them back.
    pub unit_code: Box<str>,
    /// Who; ignored if all.
    pub people: Vec<PersonId>,
    /// Everybody who is there and was not assigned yet.
    pub all: bool,
}

impl AssignReinforcement {
    pub(crate) fn decide(&self, state: &State) -> Result<Decision, Rejection> {
        let Self {
            reinforcement,
            unit_code,
            people,
            all,
        } = self;
        let row = open(state, *reinforcement)?;
        let unit = place(state, unit_code, row.need.town)?;
        let there = whereabouts(&state.orders, row).filter(|(.., it)| *it == Whereabouts::There);
        let there: PersonSet = there.map(|(_, _, person, _)| person).collect();
        let people: PersonSet = match (all, people.as_slice()) {
            (true, _) => there
                .iter()
                .filter(|person| !row.assigned.contains_key(person))
                .collect(),
            (false, []) => return Err(Rejection::Missing { field: "person_ids" }),
            (false, people) => people.iter().copied().collect(),
        };
        let reinforcement = *reinforcement;
        if let Some(person) = people.iter().find(|person| !there.contains(*person)) {
            return Err(Rejection::NotArrived { reinforcement, person });
        }
        let is_new = |person: &PersonId| row.assigned.get(person).is_none_or(|(before, _)| *before != unit);
        let people: PersonSet = people.iter().filter(is_new).collect();
        if people.is_empty() {
            return Ok(Decision::done(Vec::new()));
        }
        Ok(Decision::done(vec![Event::ReinforcementAssigned {
            reinforcement,
            unit,
            people,
        }]))
    }
}
