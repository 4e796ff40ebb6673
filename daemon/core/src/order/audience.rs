//! Who an order is for: addresses become people, each once.

use serde::{Deserialize, Serialize};

use crate::id::{PersonId, PersonSet, TeamId, UnitId};
use crate::rejection::Rejection;
use crate::state::State;

/// What an order can be addressed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Address {
    /// Everybody whose home unit is this one or under it.
    Unit(UnitId),
    /// A team's members.
    Team(TeamId),
    /// One person.
    Person(PersonId),
    /// Whoever the response's plan calls out at its level.
    CallOut,
    /// The Party members who live in this village (就地报到).
    Residents(UnitId),
}

/// What an order is to be addressed to, in the users' words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AddressList {
    /// Unit codes.
    pub units: Vec<Box<str>>,
    /// Team ids or codes.
    pub teams: Vec<Box<str>>,
    /// Person ids.
    pub people: Vec<PersonId>,
    /// Whoever the response calls out.
    pub call_out: bool,
}

impl AddressList {
    /// The addresses behind the words.
    ///
    /// # Errors
    /// The first unknown one, or [`Rejection::EmptyAudience`] if there is none at all.
    pub(crate) fn resolve(&self, state: &State) -> Result<Vec<Address>, Rejection> {
        let mut addresses = Vec::new();
        for code in &self.units {
            let unit = state
                .org
                .by_code(code)
                .ok_or_else(|| Rejection::UnknownUnit { code: code.clone() })?;
            addresses.push(Address::Unit(unit.id));
        }
        for text in &self.teams {
            let team = state
                .teams
                .resolve(text)
                .ok_or_else(|| Rejection::UnknownTeam { team: text.clone() })?;
            addresses.push(Address::Team(team.id));
        }
        for person in &self.people {
            state
                .people
                .get(*person)
                .ok_or(Rejection::UnknownPerson { person: *person })?;
            addresses.push(Address::Person(*person));
        }
        if self.call_out {
            addresses.push(Address::CallOut);
        }
        addresses.sort_unstable();
        addresses.dedup();
        if addresses.is_empty() {
            Err(Rejection::EmptyAudience)
        } else {
            Ok(addresses)
        }
    }
}

/// Everybody in a unit and under it, by home.
pub fn people_of_unit(state: &State, unit: UnitId) -> impl Iterator<Item = PersonId> + '_ {
    state
        .org
        .subtree(unit)
        .into_iter()
        .flat_map(|under| state.people.at_home(under).iter().copied())
}

/// The people behind addresses, each once (O2). `call_out` stands for [`Address::CallOut`].
pub(crate) fn expand(state: &State, addresses: &[Address], call_out: &PersonSet) -> PersonSet {
    let mut people = Vec::new();
    for address in addresses {
        match address {
            Address::Unit(unit) => people.extend(people_of_unit(state, *unit)),
            Address::Team(team) => people.extend(state.teams.get(*team).members.iter()),
            Address::Person(person) => people.push(*person),
            Address::CallOut => people.extend(call_out.iter()),
            Address::Residents(village) => people.extend(crate::in_place::members_of(state, *village).iter()),
        }
    }
    people.into_iter().collect()
}
