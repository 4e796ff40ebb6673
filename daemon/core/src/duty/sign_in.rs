//! Take over the post (接班).

use serde::{Deserialize, Serialize};

use super::Position;
use super::resolve::shifts;
use crate::calendar::Date;
use crate::command::Context;
use crate::decide::Decision;
use crate::event::Event;
use crate::id::{PersonId, Timestamp, UnitId};
use crate::policy::Policy;
use crate::rejection::Rejection;
use crate::state::State;

/// Somebody signed in for a shift.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignIn {
    /// Of which unit.
    pub unit: UnitId,
    /// The day on which the shift begins.
    pub date: Date,
    /// Its name in the pattern.
    pub shift: Box<str>,
    /// In which position.
    pub position: Position,
    /// Who.
    pub person: PersonId,
    /// When the shift begins.
    pub from: Timestamp,
    /// When it ends, not included.
    pub until: Timestamp,
    /// When they signed in.
    pub at: Timestamp,
    /// When they signed out; none: they have not.
    pub out_at: Option<Timestamp>,
}

/// Takes over the post, for the shift that runs or is about to begin. Only for who is on then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DutySignIn {
    /// Code of the unit.
    pub unit_code: Box<str>,
    /// Who.
    pub person: PersonId,
}

impl DutySignIn {
    pub(crate) fn decide(&self, state: &State, context: &Context, policy: &Policy) -> Result<Decision, Rejection> {
        let Self { unit_code, person } = self;
        let unit = super::unit_with_roster(state, unit_code)?;
        state
            .people
            .get(*person)
            .ok_or(Rejection::UnknownPerson { person: *person })?;
        let (now, early) = (context.at, context.at.plus_ms(policy.duty.sign_in_early_ms));
        let all = shifts(state.duty_view(), unit, now, early.plus_ms(1));
        let own = all
            .iter()
            .flat_map(|shift| shift.holders.iter().map(move |holder| (shift, holder)));
        let own = own.filter(|(_, holder)| holder.person == *person && holder.from <= early && now < holder.until);
        let mut was_on = false;
        for (shift, holder) in own {
            let before = state.rosters.sign_in(unit, shift.date, shift.name(), *person);
            if before.is_some_and(|before| before.out_at.is_none()) {
                was_on = true;
                continue;
            }
            return Ok(Decision::done(vec![Event::DutySignedIn(SignIn {
                unit,
                date: shift.date,
                shift: shift.name().into(),
                position: holder.position,
                person: *person,
                from: holder.from,
                until: holder.until,
                at: now,
                out_at: None,
            })]));
        }
        if was_on {
            return Ok(Decision::done(Vec::new()));
        }
        Err(Rejection::NotRostered {
            person: *person,
            unit: unit_code.clone(),
        })
    }
}
