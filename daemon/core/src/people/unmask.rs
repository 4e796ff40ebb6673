//! Show personal data for a purpose: what is shown, to whom and what for stays on record (P2).

use serde::{Deserialize, Serialize};

use super::verify_phones::known;
use crate::command::{Actor, Context};
use crate::decide::{Decision, at_most, needed};
use crate::event::Event;
use crate::id::{PersonId, PersonSet, Timestamp};
use crate::rejection::Rejection;
use crate::state::State;

/// Longest purpose, in bytes.
const PURPOSE_MAX: u32 = 200;
/// Longest name of who approved something, in bytes.
pub(crate) const APPROVER_MAX: u32 = 64;

/// Asks for personal data. More than one person's needs somebody else's approval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmask {
    /// Whose.
    pub people: Vec<PersonId>,
    /// What for.
    pub purpose: Box<str>,
    /// Who else approved it; may be empty for one person.
    pub approved_by: Box<str>,
}

/// Personal data was shown to somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disclosure {
    /// When.
    pub at: Timestamp,
    /// To whom.
    pub actor: Actor,
    /// What for.
    pub purpose: Box<str>,
    /// Who else approved it.
    pub approved_by: Option<Actor>,
    /// Whose.
    pub people: PersonSet,
}

impl Unmask {
    pub(crate) fn decide(&self, state: &State, context: &Context) -> Result<Decision, Rejection> {
        let people = known(state, &self.people)?;
        needed("purpose", &self.purpose)?;
        at_most("purpose", &self.purpose, PURPOSE_MAX)?;
        at_most("approved_by", &self.approved_by, APPROVER_MAX)?;
        if people.len() > 1 {
            needed("approved_by", &self.approved_by)?;
        }
        let approved_by = match self.approved_by.trim() {
            "" => None,
            by if by == &*context.actor.0 => return Err(Rejection::OwnApproval),
            by => Some(Actor(by.into())),
        };
        Ok(Decision::done(vec![Event::PersonalDataShown {
            people,
            purpose: self.purpose.clone(),
            approved_by,
        }]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::Command;
    use crate::testing::district;

    fn unmask(people: &[u32], purpose: &str, approved_by: &str) -> Command {
        Command::Unmask(Unmask {
            people: people.iter().copied().map(PersonId).collect(),
            purpose: purpose.into(),
            approved_by: approved_by.into(),
        })
    }

    #[test]
    fn who_saw_whose_data_and_what_for_is_on_record() {
        let mut district = district();
        district
            .accepts(unmask(&[3], "call back", ""))
            .accepts(unmask(&[4, 3], "print the list", "chief"));
        let shown: Vec<_> = district
            .state
            .people
            .disclosures()
            .iter()
            .map(|it| (&*it.actor.0, &*it.purpose, it.approved_by.clone(), it.people.len()))
            .collect();
        let chief = Some(Actor("chief".into()));
        assert_eq!(
            shown,
            [("centre", "call back", None, 1), ("centre", "print the list", chief, 2)]
        );
    }

    #[test]
    fn a_purpose_is_needed_and_for_several_somebody_elses_approval() {
        let mut district = district();
        district
            .when(unmask(&[3], " ", ""))
            .rejects(Rejection::Missing { field: "purpose" });
        district
            .when(unmask(&[3, 4], "x", ""))
            .rejects(Rejection::Missing { field: "approved_by" });
        let own = Rejection::OwnApproval;
        district.when(unmask(&[3, 4], "x", "centre")).rejects(own);
        let person = PersonId(77);
        district
            .when(unmask(&[77], "x", ""))
            .rejects(Rejection::UnknownPerson { person });
        assert!(district.state.people.disclosures().is_empty());
    }
}
