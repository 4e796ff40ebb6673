//! Rule somebody out of teams for a while (不得入选): dated, with a coded reason and who approved it. Never a medical detail.

use serde::{Deserialize, Serialize};

use super::{Unfit, approver};
use crate::calendar::Date;
use crate::command::{Actor, Answer, Context};
use crate::decide::Decision;
use crate::event::Event;
use crate::id::{ExclusionId, PersonId};
use crate::policy::Policy;
use crate::rejection::Rejection;
use crate::state::State;

/// Somebody is ruled out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exclusion {
    /// Its id.
    pub id: ExclusionId,
    /// Who.
    pub person: PersonId,
    /// Why: one of [`Unfit::EXCLUSIONS`].
    pub reason: Unfit,
    /// The first day.
    pub from: Date,
    /// The last day; none: until ended. Before the first day: ended before it began.
    pub until: Option<Date>,
    /// Who approved it.
    pub approved_by: Actor,
}

impl Exclusion {
    /// Whether it counts on a day.
    pub fn is_in_force(&self, on: Date) -> bool {
        self.from <= on && self.until.is_none_or(|until| on <= until)
    }
    /// Whether both count on some day.
    fn overlaps(&self, from: Date, until: Option<Date>) -> bool {
        let is_empty = self.until.is_some_and(|until| until < self.from);
        !is_empty && self.until.is_none_or(|own| from <= own) && until.is_none_or(|until| self.from <= until)
    }
}

/// Rules somebody out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exclude {
    /// Who.
    pub person: PersonId,
    /// Why: one of [`Unfit::EXCLUSIONS`].
    pub reason: Unfit,
    /// The first day; none: today.
    pub from: Option<Date>,
    /// The last day; none: until ended.
    pub until: Option<Date>,
    /// Who approved it; neither the person nor who asks.
    pub approved_by: Box<str>,
}

impl Exclude {
    pub(crate) fn decide(&self, state: &State, context: &Context, policy: &Policy) -> Result<Decision, Rejection> {
        let Self {
            person,
            reason,
            from,
            until,
            approved_by,
        } = self;
        let person = *person;
        if state.people.get(person).is_none() {
            return Err(Rejection::UnknownPerson { person });
        }
        let approved_by = approver(approved_by)?;
        let is_the_person = approved_by.0.parse() == Ok(person) || approved_by.0 == state.people.personal(person).name;
        if is_the_person || approved_by == context.actor {
            return Err(Rejection::OwnApproval);
        }
        let from = from.unwrap_or_else(|| policy.team.zone.date(context.at));
        if until.is_some_and(|until| until < from) {
            let (field, problem) = ("until_date", "the last day is before the first");
            return Err(Rejection::BadDates { field, problem });
        }
        let same = |other: &&Exclusion| other.reason == *reason && other.overlaps(from, *until);
        if let Some(other) = state.quota.exclusions_of(person).find(same) {
            let exclusion = other.id;
            return Err(Rejection::ExclusionOverlaps { person, exclusion });
        }
        let exclusion = Exclusion {
            id: state.quota.next_exclusion(),
            person,
            reason: *reason,
            from,
            until: *until,
            approved_by,
        };
        let answer = Answer::Exclusion(exclusion.id);
        Ok(Decision::new(vec![Event::PersonExcluded(exclusion)], answer))
    }
}

/// Ends an exclusion, from today on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndExclusion {
    /// Which.
    pub exclusion: ExclusionId,
}

impl EndExclusion {
    pub(crate) fn decide(&self, state: &State, context: &Context, policy: &Policy) -> Result<Decision, Rejection> {
        let exclusion = self.exclusion;
        let known = state.quota.exclusion(exclusion);
        let known = known.ok_or(Rejection::UnknownExclusion { exclusion })?;
        let today = policy.team.zone.date(context.at);
        let is_over = known.until.is_some_and(|until| until < today);
        let ended = Event::ExclusionEnded {
            exclusion,
            until: today.plus_days(-1),
        };
        Ok(Decision::done(if is_over { Vec::new() } else { vec![ended] }))
    }
}
