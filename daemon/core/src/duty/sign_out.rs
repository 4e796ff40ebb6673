//! Leave the post (交班): not before the relief has signed in (D5).

use std::collections::BTreeSet;

use super::resolve::{on_duty, shifts};
use super::{Position, SignIn};
use crate::command::Context;
use crate::decide::Decision;
use crate::event::Event;
use crate::id::{PersonId, Timestamp};
use crate::rejection::Rejection;
use crate::state::State;

/// Leaves the post.
///
/// While a shift runs, as many leads, or officers, as are needed and rostered must remain signed in without the person: of the same
/// shift, or of one after it. Who forgot to sign out of an older shift waits for those of the shift that runs, and for nobody else.
/// Nobody waits for a relief that is not to come: when no shift runs, everybody is free to go. Standby is not at the post, and ends by
/// itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DutySignOut {
    /// Code of the unit.
    pub unit_code: Box<str>,
    /// Who.
    pub person: PersonId,
}

impl DutySignOut {
    pub(crate) fn decide(&self, state: &State, context: &Context) -> Result<Decision, Rejection> {
        let Self { unit_code, person } = self;
        let (person, now) = (*person, context.at);
        let unit = super::unit_with_roster(state, unit_code)?;
        state.people.get(person).ok_or(Rejection::UnknownPerson { person })?;
        let own = state
            .rosters
            .open_sign_in(unit, person)
            .ok_or_else(|| Rejection::NotSignedIn {
                person,
                unit: unit_code.clone(),
            })?;
        if own.position.is_post() {
            let (needed, there) = (needed(state, own, now), there(state, own, now));
            if there < needed {
                let position = own.position;
                return Err(Rejection::ReliefMissing {
                    person,
                    unit: unit_code.clone(),
                    position,
                    needed,
                    there,
                });
            }
        }
        Ok(Decision::done(vec![Event::DutySignedOut {
            unit,
            date: own.date,
            shift: own.shift.clone(),
            person,
        }]))
    }
}

/// How many people must remain in the position: as many as are rostered for the shift that runs, and no more than are needed.
fn needed(state: &State, own: &SignIn, now: Timestamp) -> u32 {
    let view = state.duty_view();
    let running = on_duty(view, own.unit, now);
    let Some(version) = running
        .version
        .filter(|_| !shifts(view, own.unit, now, now.plus_ms(1)).is_empty())
    else {
        return 0;
    };
    let rostered = running.holders.iter().filter(|holder| holder.position == own.position);
    let rostered = rostered.map(|holder| holder.person).collect::<BTreeSet<_>>().len() as u32;
    match own.position {
        Position::Lead => rostered.min(version.needs.leads),
        Position::Officer => rostered.min(version.needs.officers),
        Position::Standby => 0,
    }
}

/// How many others are signed in in the position for the same shift or a later one; where the shift that runs is not the one after
/// it any more, for the one that runs. Who forgot to sign out of an earlier one does not count.
fn there(state: &State, own: &SignIn, now: Timestamp) -> u32 {
    let running = on_duty(state.duty_view(), own.unit, now).holders;
    let running = || running.iter().filter(|holder| holder.position == own.position);
    let is_handover = running()
        .map(|holder| holder.from)
        .min()
        .is_none_or(|from| from <= own.until);
    let (first, since) = if is_handover {
        (own.date, own.from)
    } else {
        (running().map(|holder| holder.date).min().unwrap_or(own.date), now)
    };
    let others = state.rosters.signed_in(own.unit, first, first.plus_days(3));
    let others = others.filter(|other| other.person != own.person && other.position == own.position);
    let others = others.filter(|other| other.until > since);
    others.map(|other| other.person).collect::<BTreeSet<PersonId>>().len() as u32
}
