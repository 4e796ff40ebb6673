//! What earlier items of an offline batch leave to say: every item is decided on the state before the batch.

use std::collections::{BTreeMap, BTreeSet};

use crate::command::{Exception, ExceptionKind, FieldReport};
use crate::event::Event;
use crate::id::{ExerciseId, MusterPointId, OrderId, PersonId, PersonSet, Timestamp};
use crate::order::EvidenceReason;

/// What the items so far came to.
#[derive(Default)]
pub(super) struct Earlier {
    reached: BTreeMap<(Under, PersonId), Stage>,
    /// Under which order people arrived: nobody arrives under two (A6).
    arrived: BTreeMap<PersonId, Under>,
    /// Check-ins that were said, word for word.
    said: BTreeSet<(Under, PersonId, MusterPointId, Timestamp)>,
}

/// An order of the district, or of an exercise.
type Under = (Option<ExerciseId>, OrderId);

/// How far somebody got.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Acknowledged,
    Departed,
    Arrived,
}

impl Earlier {
    /// Adds an event to `events`, without those of whom an earlier item said as much.
    #[expect(clippy::wildcard_enum_match_arm, reason = "every other event passes as it is")]
    pub(super) fn settle(
        &mut self,
        exercise: Option<ExerciseId>,
        mut event: Event,
        report: &mut FieldReport,
        events: &mut Vec<Event>,
    ) {
        let mut noted = Vec::new();
        let people = match &mut event {
            Event::Acknowledged { order, people, .. } => {
                *people = self.first((exercise, *order), people, Stage::Acknowledged, report);
                people
            }
            Event::Departed { order, people, .. } => {
                *people = self.first((exercise, *order), people, Stage::Departed, report);
                people
            }
            Event::CheckedIn {
                order,
                version,
                people,
                muster_point,
                method,
                proxy,
                observed_at,
            } => {
                let elsewhere = self.elsewhere((exercise, *order), people);
                let here: PersonSet = people.iter().filter(|person| !elsewhere.contains(*person)).collect();
                take_back(report, &elsewhere, ExceptionKind::Excused);
                *people = self.first((exercise, *order), &here, Stage::Arrived, report);
                let again: PersonSet = here.iter().filter(|person| !people.contains(*person)).collect();
                self.arrived
                    .extend(people.iter().map(|person| (person, (exercise, *order))));
                self.unsaid((exercise, *order), people, *muster_point, *observed_at);
                for (reason, people) in [(EvidenceReason::Later, again), (EvidenceReason::NotDue, elsewhere)] {
                    let people = self.unsaid((exercise, *order), &people, *muster_point, *observed_at);
                    if !people.is_empty() {
                        noted.push(Event::CheckInNoted {
                            order: *order,
                            version: *version,
                            people,
                            muster_point: *muster_point,
                            method: *method,
                            proxy: *proxy,
                            observed_at: *observed_at,
                            reason,
                        });
                    }
                }
                people
            }
            Event::InPlaceReported { order, people, .. } => {
                let elsewhere = self.elsewhere((exercise, *order), people);
                let here: PersonSet = people.iter().filter(|person| !elsewhere.contains(*person)).collect();
                take_back(report, &elsewhere, ExceptionKind::Excused);
                *people = self.first((exercise, *order), &here, Stage::Arrived, report);
                people
            }
            Event::CheckInNoted {
                order,
                people,
                muster_point,
                observed_at,
                ..
            } => {
                *people = self.unsaid((exercise, *order), people, *muster_point, *observed_at);
                people
            }
            _other => return events.push(event),
        };
        if !people.is_empty() {
            events.push(event);
        }
        events.extend(noted);
    }

    /// Those who arrived under another order.
    fn elsewhere(&self, under: Under, people: &PersonSet) -> PersonSet {
        let is_elsewhere = |person: &PersonId| self.arrived.get(person).is_some_and(|other| *other != under);
        people.iter().filter(is_elsewhere).collect()
    }

    /// Those whom no earlier item got as far; for the others it was so already.
    fn first(&mut self, under: Under, people: &PersonSet, stage: Stage, report: &mut FieldReport) -> PersonSet {
        let is_again = |person: &PersonId| {
            let reached = self.reached.get(&(under, *person));
            reached.is_some_and(|reached| *reached >= stage)
        };
        let again: PersonSet = people.iter().filter(is_again).collect();
        let first: PersonSet = people.iter().filter(|person| !again.contains(*person)).collect();
        self.reached.extend(first.iter().map(|person| ((under, person), stage)));
        take_back(report, &again, ExceptionKind::AlreadyDone);
        first
    }

    /// Those of whom just this was not said before.
    fn unsaid(&mut self, under: Under, people: &PersonSet, point: MusterPointId, at: Timestamp) -> PersonSet {
        let is_new = |person: &PersonId| self.said.insert((under, *person, point, at));
        people.iter().filter(is_new).collect()
    }
}

/// Reports people as exceptions after all. Answers after the end of an order were not counted as applied in the first place.
fn take_back(report: &mut FieldReport, people: &PersonSet, kind: ExceptionKind) {
    report.applied = report.applied.saturating_sub(people.len() as u32);
    let exceptions = people.iter().map(|person| Exception { person, kind });
    report.exceptions.extend(exceptions);
}
