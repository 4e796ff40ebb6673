//! Who lives where: the village by the roster, or where the roster says nothing, the one somebody registered for.

use crate::id::{PersonId, PersonSet, UnitId};
use crate::org::UnitKind;
use crate::people::{Category, Person, PoliticalStatus, Standing};
use crate::state::State;

/// Whether somebody is called in place: a Party member, full or probationary, whatever their post, who has not left.
pub fn is_member(person: &Person) -> bool {
    let of_the_party = match person.political {
        PoliticalStatus::PartyMember | PoliticalStatus::ProbationaryMember => true,
        PoliticalStatus::LeagueMember | PoliticalStatus::Other => person.category == Category::Member,
    };
    of_the_party && person.standing != Standing::Left
}

/// The village or community in which somebody lives; none if that is not known, or lies in no village.
pub fn village_of(state: &State, person: &Person) -> Option<UnitId> {
    let registered = || state.in_place.registration(person.id).map(|row| row.village);
    let place = person.residence.or_else(registered)?;
    village_around(state, place)
}

/// The innermost village that a unit is or lies in.
pub(super) fn village_around(state: &State, unit: UnitId) -> Option<UnitId> {
    state
        .org
        .path(unit)
        .find(|above| state.org.get(*above).kind == UnitKind::Village)
}

/// The members who live in a village: everybody in just one.
pub fn members_of(state: &State, village: UnitId) -> PersonSet {
    let within = state.org.subtree(village);
    let own = within
        .iter()
        .filter(|unit| village_around(state, **unit) == Some(village));
    let by_roster = own
        .clone()
        .flat_map(|unit| state.people.resident(*unit).iter().copied());
    let by_registration = own.flat_map(|unit| state.in_place.registered_in(*unit));
    let lives_here = |person: &PersonId| {
        let person = state.people.get(*person);
        person.is_some_and(|person| is_member(person) && village_of(state, person) == Some(village))
    };
    by_roster.chain(by_registration).filter(lives_here).collect()
}
