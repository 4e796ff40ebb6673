//! Record that phone numbers work: somebody answered there.

use crate::decide::Decision;
use crate::event::Event;
use crate::id::{PersonId, PersonSet};
use crate::rejection::Rejection;
use crate::state::State;

/// Phone numbers that were tried and work. A number that changes has to be verified again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifyPhones {
    /// Whose.
    pub people: Vec<PersonId>,
}

impl VerifyPhones {
    pub(crate) fn decide(&self, state: &State) -> Result<Decision, Rejection> {
        let people = known(state, &self.people)?;
        if let Some(person) = people
            .iter()
            .find(|person| state.people.personal(*person).phone.is_empty())
        {
            return Err(Rejection::NoPhone { person });
        }
        Ok(Decision::done(vec![Event::PhonesVerified { people }]))
    }
}

/// The people named: at least one, all of them known.
pub(super) fn known(state: &State, people: &[PersonId]) -> Result<PersonSet, Rejection> {
    if people.is_empty() {
        return Err(Rejection::Missing { field: "person_ids" });
    }
    match people.iter().find(|person| state.people.get(**person).is_none()) {
        Some(person) => Err(Rejection::UnknownPerson { person: *person }),
        None => Ok(people.iter().copied().collect()),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::command::Command;
    use crate::import::ImportMode;
    use crate::people::{ImportPeople, PersonRow};
    use crate::testing::{district, minute, person_row};

    fn with_phone(phone: &str) -> PersonRow {
        let mut row = person_row(1, "A1", "", "staff");
        Arc::make_mut(&mut row.personal).phone = phone.into();
        row
    }

    fn import(row: PersonRow) -> Command {
        Command::ImportPeople(ImportPeople {
            mode: ImportMode::AllOrNothing,
            rows: vec![row],
            whole_roster_of: "".into(),
        })
    }

    #[test]
    fn a_number_that_changes_has_to_be_verified_again() {
        let mut district = district();
        let verify = || {
            Command::VerifyPhones(VerifyPhones {
                people: vec![PersonId(1)],
            })
        };
        let verified = |district: &crate::testing::District| district.state.people.phone_verified(PersonId(1));
        district
            .when(verify())
            .rejects(Rejection::NoPhone { person: PersonId(1) });
        district
            .accepts(import(with_phone("13800000001")))
            .at(3)
            .accepts(verify());
        assert_eq!(verified(&district), Some(minute(3)));
        let mut moved = with_phone("13800000001");
        moved.unit_code = "A2".into();
        district.accepts(import(moved));
        assert_eq!(verified(&district), Some(minute(3)), "the number is the same");
        district.accepts(import(with_phone("13800000002")));
        assert_eq!(verified(&district), None);
    }

    #[test]
    fn nobody_and_strangers_are_refused() {
        let mut district = district();
        district
            .when(Command::VerifyPhones(VerifyPhones { people: vec![] }))
            .rejects(Rejection::Missing { field: "person_ids" });
        let person = PersonId(99);
        district
            .when(Command::VerifyPhones(VerifyPhones { people: vec![person] }))
            .rejects(Rejection::UnknownPerson { person });
    }
}
