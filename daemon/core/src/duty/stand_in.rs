//! Somebody stands in for a while (顶班): in somebody's place, or besides.

use serde::{Deserialize, Serialize};

use super::Position;
use super::resolve::shifts;
use super::rosters::STAND_IN_MAX_MS;
use crate::command::{Actor, Answer, Context};
use crate::decide::{Decision, at_most, needed};
use crate::event::Event;
use crate::id::{PersonId, StandInId, Timestamp, UnitId};
use crate::rejection::Rejection;
use crate::state::State;

/// Somebody stands in, in every shift within the time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandIn {
    /// Its id.
    pub id: StandInId,
    /// Of which unit.
    pub unit: UnitId,
    /// In which position.
    pub position: Position,
    /// Who comes.
    pub person: PersonId,
    /// In whose place; none: besides.
    pub instead_of: Option<PersonId>,
    /// From when.
    pub from: Timestamp,
    /// Until when, not included; earlier than was said if it was ended.
    pub until: Timestamp,
    /// Why.
    pub reason: Box<str>,
    /// Who set it.
    pub set_by: Actor,
}

/// Puts a person into a position for a while. Whom it is to replace must be on in that time; the past is not changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetStandIn {
    /// Code of the unit.
    pub unit_code: Box<str>,
    /// In which position.
    pub position: Position,
    /// Who comes.
    pub person: PersonId,
    /// In whose place; none: besides.
    pub instead_of: Option<PersonId>,
    /// From when.
    pub from: i64,
    /// Until when, not included.
    pub until: i64,
    /// Why; at most 200 bytes; needed.
    pub reason: Box<str>,
}

impl SetStandIn {
    pub(crate) fn decide(&self, state: &State, context: &Context) -> Result<Decision, Rejection> {
        let Self {
            unit_code,
            position,
            person,
            instead_of,
            from,
            until,
            reason,
        } = self;
        needed("reason", reason)?;
        at_most("reason", reason, 200)?;
        let unit = super::unit_with_roster(state, unit_code)?;
        for person in [Some(*person), *instead_of].into_iter().flatten() {
            state.people.get(person).ok_or(Rejection::UnknownPerson { person })?;
        }
        if *instead_of == Some(*person) {
            return Err(Rejection::SamePerson { person: *person });
        }
        let (from, until) = (Timestamp::from_unix_ms(*from), Timestamp::from_unix_ms(*until));
        if until <= from || until.ms_since(from) > STAND_IN_MAX_MS {
            return Err(Rejection::DutyInterval {
                days_max: (STAND_IN_MAX_MS / 86_400_000) as u32,
            });
        }
        if until <= context.at {
            return Err(Rejection::DutyPast {
                at: until,
                now: context.at,
            });
        }
        // What is asked for now counts from now on.
        let from = from.max(context.at);
        if let Some(instead_of) = instead_of {
            let mut holders = shifts(state.duty_view(), unit, from, until)
                .into_iter()
                .flat_map(|shift| shift.holders);
            let is_held = holders.any(|holder| {
                (holder.person, holder.position) == (*instead_of, *position)
                    && holder.from < until
                    && from < holder.until
            });
            if !is_held {
                return Err(Rejection::NotRostered {
                    person: *instead_of,
                    unit: unit_code.clone(),
                });
            }
        }
        let stand_in = StandIn {
            id: state.rosters.next_stand_in(),
            unit,
            position: *position,
            person: *person,
            instead_of: *instead_of,
            from,
            until,
            reason: reason.clone(),
            set_by: context.actor.clone(),
        };
        let answer = Answer::StandIn(stand_in.id);
        Ok(Decision::new(vec![Event::StandInSet(stand_in)], answer))
    }
}

/// Takes a stand-in back, from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndStandIn {
    /// Which.
    pub stand_in: StandInId,
}

impl EndStandIn {
    pub(crate) fn decide(&self, state: &State, context: &Context) -> Result<Decision, Rejection> {
        let stand_in = self.stand_in;
        let row = state
            .rosters
            .stand_in(stand_in)
            .ok_or(Rejection::UnknownStandIn { stand_in })?;
        let has_ended = row.until <= context.at.max(row.from);
        Ok(Decision::done(if has_ended {
            Vec::new()
        } else {
            vec![Event::StandInEnded { stand_in }]
        }))
    }
}
