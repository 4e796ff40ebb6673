//! States inside the state: the worlds of exercises. What they share with the district, and what happens in them.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Duties, State};
use crate::branch::Branches;
use crate::command::Actor;
use crate::event::{Event, Tenant};
use crate::exercise::run::simulates_unit;
use crate::id::{ExerciseId, OrderId, PersonId, Revision, Timestamp, UnitId};
use crate::in_place::InPlace;
use crate::leave::Leaves;
use crate::order::Orders;
use crate::reinforcement::Reinforcements;
use crate::response::Responses;
use crate::situation::Situations;

/// What a world has of its own, as it is stored: without what it shares with the district, and without worlds, so that nothing that is
/// read goes deeper than this.
#[derive(Serialize, Deserialize)]
pub(crate) struct Own {
    revision: Revision,
    at: Option<Timestamp>,
    tenant: Option<Tenant>,
    responses: Responses,
    orders: Orders,
    leave: Leaves,
    duty: Duties,
    timers: BTreeSet<(Timestamp, OrderId)>,
    timer_of: BTreeMap<OrderId, Timestamp>,
    situations: Situations,
    branches: Branches,
    reinforcement: Reinforcements,
    in_place: InPlace,
    world_of: Option<ExerciseId>,
    simulated: Vec<UnitId>,
    elsewhere: BTreeSet<PersonId>,
}

impl State {
    /// Makes an empty state the world of an exercise.
    pub(crate) fn begin_world(&mut self, run: ExerciseId, simulated: &[UnitId], district: &Self, at: Timestamp) {
        self.world_of = Some(run);
        self.simulated = simulated.to_vec();
        self.revision = district.revision;
        self.at = Some(at);
        self.tenant.clone_from(&district.tenant);
        self.link_tables(district);
    }

    /// The exercise whose world this is; none: it is the district.
    pub fn world_of(&self) -> Option<ExerciseId> {
        self.world_of
    }

    /// Whether the people of a unit are simulated here; nobody real ever is.
    pub fn simulates_unit(&self, unit: UnitId) -> bool {
        simulates_unit(&self.simulated, self, unit)
    }

    /// The units under this one whose people are simulated, and none that is under another of them.
    pub(crate) fn simulated_under(&self, unit: UnitId) -> Vec<UnitId> {
        let is_outermost = |inner: &UnitId| {
            self.org
                .path(*inner)
                .skip(1)
                .all(|above| !self.simulated.contains(&above))
        };
        let under = self
            .simulated
            .iter()
            .copied()
            .filter(|inner| self.org.is_within(*inner, unit));
        under.filter(is_outermost).collect()
    }

    /// Takes over the tables that are the district's.
    pub(crate) fn link_tables(&mut self, district: &Self) {
        self.org = district.org.clone();
        self.people = district.people.clone();
        self.teams = district.teams.clone();
        self.muster_points = district.muster_points.clone();
        self.calendar = district.calendar.clone();
        self.rosters = district.rosters.clone();
        self.plans = district.plans.clone();
        self.posts = district.posts.clone();
    }

    /// Whether it has them as they are.
    pub(crate) fn has_tables_of(&self, district: &Self) -> bool {
        self.org.is(&district.org)
            && self.people.is(&district.people)
            && self.teams.is(&district.teams)
            && self.muster_points.is(&district.muster_points)
            && self.calendar.is(&district.calendar)
            && self.rosters.is(&district.rosters)
            && self.plans.is(&district.plans)
            && self.posts.is(&district.posts)
    }

    /// What is stored of a world.
    pub(crate) fn own(&self) -> Own {
        Own {
            revision: self.revision,
            at: self.at,
            tenant: self.tenant.clone(),
            responses: self.responses.clone(),
            orders: self.orders.clone(),
            leave: self.leave.clone(),
            duty: self.duty.clone(),
            timers: self.timers.clone(),
            timer_of: self.timer_of.clone(),
            situations: self.situations.clone(),
            branches: self.branches.clone(),
            reinforcement: self.reinforcement.clone(),
            in_place: self.in_place.clone(),
            world_of: self.world_of,
            simulated: self.simulated.clone(),
            elsewhere: self.elsewhere.clone(),
        }
    }

    /// A world as it was stored. It has no people yet: [`Self::complete`].
    pub(crate) fn of_own(own: Own) -> Self {
        let Own {
            revision,
            at,
            tenant,
            responses,
            orders,
            leave,
            duty,
            timers,
            timer_of,
            situations,
            branches,
            reinforcement,
            in_place,
            world_of,
            simulated,
            elsewhere,
        } = own;
        Self {
            revision,
            at,
            tenant,
            responses,
            orders,
            leave,
            duty,
            timers,
            timer_of,
            situations,
            branches,
            reinforcement,
            in_place,
            world_of,
            simulated,
            elsewhere,
            ..Self::default()
        }
    }

    /// Everybody who has a duty under an order of this state, ascending.
    pub fn on_duty_anywhere(&self) -> impl Iterator<Item = PersonId> + '_ {
        self.duty.iter().map(|(person, _)| person)
    }

    /// An event happens in this world.
    pub(crate) fn apply_in_world(
        &mut self,
        event: &Event,
        at: Timestamp,
        revision: Revision,
        actor: &Actor,
    ) -> Vec<PersonId> {
        self.at = Some(at);
        self.revision = revision;
        self.apply(event, at, actor);
        std::mem::take(&mut self.stirred)
    }

    /// What follows from the rest and is not stored. Needed after a state was read from a snapshot; [`State::evolve`] does it by itself.
    pub fn complete(&mut self) {
        self.link_worlds();
        self.exercises.reckon(&self.calendar);
    }

    /// Gives the worlds the tables as they are now.
    pub(super) fn link_worlds(&mut self) {
        if self.exercises.are_linked(self) {
            return;
        }
        let mut exercises = std::mem::take(&mut self.exercises);
        exercises.link(self);
        self.exercises = exercises;
    }
}
