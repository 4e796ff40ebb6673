//! Who has something to do outside an exercise, and can be called by nothing in it (E1).

use std::collections::BTreeSet;
use std::sync::Arc;

use super::run::{Run, RunSpec};
use crate::command::{Answer, Exception, ExceptionKind, FieldReport, Issued};
use crate::decide::Decision;
use crate::event::Event;
use crate::id::{ExerciseId, PersonId, PersonSet};
use crate::order::Excuse;
use crate::state::State;

/// Who has something to do in exercises that go on. It follows from their worlds and is not stored.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Players(BTreeSet<(PersonId, ExerciseId)>);

impl Players {
    /// The exercises in which a person has something to do.
    pub(super) fn of(&self, person: PersonId) -> impl Iterator<Item = ExerciseId> + '_ {
        let theirs = (person, ExerciseId(0))..=(person, ExerciseId(u32::MAX));
        self.0.range(theirs).map(|(_, run)| *run)
    }
    /// What somebody has to do in a run has changed.
    pub(super) fn put(&mut self, person: PersonId, run: ExerciseId, is_playing: bool) {
        if is_playing {
            self.0.insert((person, run));
        } else {
            self.0.remove(&(person, run));
        }
    }
}

/// A run, as to whom it cannot call.
pub(super) struct Outside<'a> {
    pub(super) state: &'a State,
    pub(super) run: ExerciseId,
    pub(super) spec: &'a RunSpec,
    pub(super) world: &'a State,
}

impl<'a> Outside<'a> {
    pub(super) fn of(state: &'a State, (run, spec): (ExerciseId, &'a RunSpec), world: &'a State) -> Self {
        Self {
            state,
            run,
            spec,
            world,
        }
    }
    /// Whether a person has a duty of the district, or in another exercise that goes on, or was taken out of this one. Who is only simulated
    /// is not there.
    fn has(&self, person: PersonId) -> bool {
        let Self {
            state,
            run,
            spec,
            world,
        } = self;
        let plays = |other: &Run| other.id != *run && !other.spec.simulates(state, person);
        let is_called = state.duty(person).is_some()
            || world.elsewhere.contains(&person)
            || state.exercises.played_by(person).any(plays);
        is_called && !spec.simulates(state, person)
    }

    /// What was decided in the world, without those who are elsewhere: an order excuses them, and nobody is counted who is not free.
    pub(super) fn excuse(&self, decision: Decision) -> Decision {
        let Decision { events, mut answer } = decision;
        let events = events.into_iter().filter_map(|event| self.without(event, &mut answer));
        let events = events.collect();
        Decision { events, answer }
    }

    fn without(&self, mut event: Event, answer: &mut Answer) -> Option<Event> {
        if let Event::OrderIssued {
            order,
            version,
            audience,
            excused,
            carried,
            ..
        } = &mut event
        {
            let is_free = |person: &PersonId| {
                !carried.contains(*person) && !excused.iter().any(|(_, people)| people.contains(*person))
            };
            let gone: Vec<PersonId> = audience
                .iter()
                .filter(is_free)
                .filter(|person| self.has(*person))
                .collect();
            let ours = issued(answer).filter(|issued| (issued.order, issued.version) == (*order, *version));
            if let Some(issued) = ours {
                issued.excused += gone.len() as u32;
            }
            add(excused, gone);
        } else if let Event::CheckedIn { people, .. } = &mut event {
            let gone: PersonSet = people.iter().filter(|person| self.has(*person)).collect();
            *people = people.iter().filter(|person| !gone.contains(*person)).collect();
            if let Answer::Field(report) = answer {
                refuse(report, &gone);
            }
            if people.is_empty() {
                return None;
            }
        }
        Some(event)
    }
}

fn issued(answer: &mut Answer) -> Option<&mut Issued> {
    if let Answer::Issued(issued) = answer {
        return Some(issued);
    }
    if let Answer::Activated { order, .. } | Answer::ExerciseStarted { order, .. } = answer {
        return order.as_mut();
    }
    None
}

/// Excuses these, because they have another duty. Excuses stand in the order of their kinds.
fn add(excused: &mut Vec<(Excuse, PersonSet)>, gone: Vec<PersonId>) {
    if gone.is_empty() {
        return;
    }
    match excused.iter_mut().find(|(excuse, _)| *excuse == Excuse::OtherDuty) {
        Some((_, people)) => *people = people.iter().chain(gone).collect(),
        None => {
            excused.push((Excuse::OtherDuty, gone.into_iter().collect()));
            excused.sort_by_key(|(excuse, _)| *excuse);
        }
    }
}

fn refuse(report: &mut Arc<FieldReport>, gone: &PersonSet) {
    if gone.is_empty() {
        return;
    }
    let report = Arc::make_mut(report);
    // Somebody may have been counted with a remark, such as one on the device's clock.
    report.exceptions.retain(|exception| !gone.contains(exception.person));
    report.applied = report.applied.saturating_sub(gone.len() as u32);
    report.exceptions.extend(gone.iter().map(|person| Exception {
        person,
        kind: ExceptionKind::Excused,
    }));
    report.exceptions.sort_by_key(|exception| exception.person);
}
