//! Who knows of a schedule before it starts something (E3), and who may change it.

use super::{Schedule, Schedules};
use crate::command::Actor;
use crate::exercise::run::Role;
use crate::exercise::scenario::Notice;
use crate::id::PersonId;
use crate::policy::Policy;
use crate::rejection::Rejection;
use crate::state::State;

impl Schedules {
    /// Who laid it down. Of what takes the place of a postponed occurrence: who laid down the schedule that the occurrence was of, as to
    /// postpone a drill is not to conduct it.
    pub fn laid_down_by<'s>(&'s self, schedule: &'s Schedule) -> &'s Actor {
        let before = |of: &&Schedule| {
            let (instead_of, _) = of.spec.instead_of?;
            self.get(instead_of).filter(|first| first.id < of.id)
        };
        let chain = std::iter::successors(Some(schedule), before);
        chain.last().map_or(&schedule.by, |first| &first.by)
    }
    /// Whether somebody, in the words they call themselves by, conducts what it starts: directs it, controls it, or laid it down.
    pub fn conducts(&self, schedule: &Schedule, somebody: &str) -> bool {
        if *self.laid_down_by(schedule).0 == *somebody {
            return true;
        }
        let Ok(person) = somebody.parse::<PersonId>() else {
            return false;
        };
        let spec = &schedule.spec;
        let controls = |member: &(Role, PersonId)| *member == (Role::Controller, person);
        spec.director == person || spec.staff.iter().any(controls)
    }
}

impl State {
    /// How much players may know before it starts: the least of what its scenario said when it was laid down and what it says now, so that
    /// a new version of the scenario makes nothing public that was kept from people. A scenario that is not there tells nothing.
    pub fn notice(&self, schedule: &Schedule, policy: &Policy) -> Notice {
        let scenarios = &self.exercises.scenarios;
        let spec = &schedule.spec;
        let laid_down = spec.notice.or_else(|| {
            let scenario = scenarios.in_force_at(&spec.scenario, schedule.watermark.since, policy)?;
            Some(scenario.notice)
        });
        let now = scenarios.in_force(&spec.scenario, policy);
        let now = now.map(|(_, scenario)| scenario.notice);
        let of = |notice: Option<Notice>| notice.unwrap_or(Notice::None);
        of(laid_down).max(of(now))
    }
    /// Whether somebody may know when it starts what: everybody, or those who conduct it.
    pub fn sees_all(&self, schedule: &Schedule, somebody: &str, policy: &Policy) -> bool {
        self.notice(schedule, policy) == Notice::Full || self.exercises.schedules.conducts(schedule, somebody)
    }
}

/// Nobody changes what is kept from them; and the refusal tells them nothing of it.
pub(super) fn may_change(state: &State, schedule: &Schedule, by: &Actor, policy: &Policy) -> Result<(), Rejection> {
    if state.sees_all(schedule, &by.0, policy) {
        return Ok(());
    }
    let schedule = schedule.id;
    Err(Rejection::NotConducting { schedule })
}
