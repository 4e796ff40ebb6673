//! The world of a run: a state of its own, in which the same commands do the same things to nobody outside.
//!
//! What is real and what is exercised never touch (M8): nothing of a world can be named from outside it, and a world knows of the district
//! no more than its people, units, rosters, plans and posts. These it shares; all else is its own from the start of the run on.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::command::Actor;
use crate::event::Event;
use crate::id::{ExerciseId, PersonId, PersonSet, Revision, Timestamp, UnitId};
use crate::leave::Leave;
use crate::state::{Own, State};

/// A state inside the state.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct World(Box<State>);

impl World {
    /// As a run finds it: leave that was approved, exemptions and links of agencies are known, and nobody is called.
    pub(crate) fn begin(run: ExerciseId, simulated: &[UnitId], district: &State, at: Timestamp) -> Self {
        let mut state = State::default();
        state.begin_world(run, simulated, district, at);
        for leave in district
            .leave
            .iter()
            .filter(|leave| leave.is_approved() && leave.record.until > at)
        {
            let id = state.leave.next_id();
            let copied = Leave { id, ..leave.clone() };
            state.leave.taken_over(copied);
        }
        state.in_place.take_over(&district.in_place, at);
        state.reinforcement.take_over_links(&district.reinforcement);
        Self(Box::new(state))
    }
    /// What is in it.
    pub fn state(&self) -> &State {
        &self.0
    }
    /// Something happens in it, at an instant of its own time. Comes to the people who were given something to do, or had something taken
    /// from them.
    pub(crate) fn apply(&mut self, event: &Event, at: Timestamp, revision: Revision, actor: &Actor) -> Vec<PersonId> {
        self.0.apply_in_world(event, at, revision, actor)
    }
    /// These have something else to do from now on.
    pub(crate) fn take(&mut self, people: &PersonSet) {
        self.0.elsewhere.extend(people.iter());
    }
    /// Knows the district's people and units as they are now.
    pub(crate) fn link(&mut self, district: &State) {
        self.0.link_tables(district);
    }
    /// Whether it knows them already.
    pub(crate) fn is_linked(&self, district: &State) -> bool {
        self.0.has_tables_of(district)
    }
}

/// Only what is its own; the tables of the district it is given again: [`State::complete`].
impl Serialize for World {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.own().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for World {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Own::deserialize(deserializer).map(|own| Self(Box::new(State::of_own(own))))
    }
}
