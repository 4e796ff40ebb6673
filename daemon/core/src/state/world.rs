//! States inside the state: the worlds of exercises. What they share with the district, and what happens in them.

use std::collections::BTreeSet;

use super::State;
use crate::command::Actor;
use crate::event::Event;
use crate::id::{ExerciseId, PersonId, Revision, Timestamp};
use crate::shared::Shared;

impl State {
    /// Makes an empty state the world of an exercise.
    pub(crate) fn begin_world(
        &mut self,
        run: ExerciseId,
        district: &Self,
        at: Timestamp,
        elsewhere: BTreeSet<PersonId>,
    ) {
        self.world_of = Some(run);
        self.revision = district.revision;
        self.at = Some(at);
        self.tenant.clone_from(&district.tenant);
        self.elsewhere = elsewhere;
        self.link_tables(district);
    }

    /// The exercise whose world this is; none: it is the district.
    pub fn world_of(&self) -> Option<ExerciseId> {
        self.world_of
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

    /// Itself without them: what is stored of a world.
    pub(crate) fn without_tables(&self) -> Self {
        Self {
            org: Shared::default(),
            people: Shared::default(),
            teams: Shared::default(),
            muster_points: Shared::default(),
            calendar: Shared::default(),
            rosters: Shared::default(),
            plans: Shared::default(),
            posts: Shared::default(),
            ..self.clone()
        }
    }

    /// Everybody who has a duty under an order of this state, ascending.
    pub fn on_duty_anywhere(&self) -> impl Iterator<Item = PersonId> + '_ {
        let deployed = self.duty.iter().enumerate().filter(|(_, order)| order.is_some());
        deployed.map(|(index, _)| PersonId::from_index(index))
    }

    /// An event happens in this world.
    pub(crate) fn apply_in_world(&mut self, event: &Event, at: Timestamp, revision: Revision, actor: &Actor) {
        self.at = Some(at);
        self.revision = revision;
        self.apply(event, at, actor);
    }

    /// Gives the worlds the tables as they are now. Needed after a state was read from a snapshot; [`State::evolve`] does it by itself.
    pub fn link_worlds(&mut self) {
        if self.exercises.are_linked(self) {
            return;
        }
        let mut exercises = std::mem::take(&mut self.exercises);
        exercises.link(self);
        self.exercises = exercises;
    }
}
