//! Take a batch that was collected offline.

use std::sync::Arc;

use super::earlier::Earlier;
use crate::command::{Answer, Context, Exception, ExceptionKind, FieldReport, Reporter};
use crate::decide::Decision;
use crate::deployment::{CheckIn, Depart};
use crate::event::Event;
use crate::exercise::{decided_in, in_world};
use crate::id::{DeviceId, ExerciseId, OrderId, PersonId, Timestamp};
use crate::order::Acknowledge;
use crate::rejection::Rejection;
use crate::state::State;

/// Takes a batch, item by item, in the order they happened. Each item is settled by the rules it would have been settled by
/// live (DESIGN §8.5); what cannot be counted is reported, not lost. Batches of a device have numbers without gaps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubmitBatch {
    /// Who signed; the edge has verified it.
    pub device: DeviceId,
    /// The batch's number.
    pub sequence: u64,
    /// Hash of the signed bytes.
    pub digest: [u8; 32],
    /// What happened.
    pub items: Vec<BatchItem>,
}

/// One thing that happened while the lead was out of reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchItem {
    /// What.
    pub kind: BatchItemKind,
    /// Which order.
    pub order: OrderId,
    /// Its version as read; 0: the one in force now.
    pub version: u32,
    /// Who; ignored if all.
    pub people: Vec<PersonId>,
    /// All of the lead's people in the order.
    pub all: bool,
    /// By the device's clock.
    pub observed_at: i64,
    /// The exercise that the order is of; none: it is real.
    pub exercise: Option<ExerciseId>,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BatchItemKind {
    /// People acknowledged.
    Acknowledge,
    /// People set out.
    Depart,
    /// People reached this muster point: id or code.
    CheckIn(Box<str>),
}

impl SubmitBatch {
    pub(crate) fn decide(&self, state: &State, context: &Context) -> Result<Decision, Rejection> {
        let Self {
            device,
            sequence,
            digest,
            items,
        } = self;
        let known = state
            .devices
            .get(*device)
            .ok_or(Rejection::UnknownDevice { device: *device })?;
        let expected = known.last.as_ref().map_or(1, |last| last.sequence + 1);
        if let Some(last) = &known.last
            && last.sequence == *sequence
            && last.digest != *digest
        {
            return Err(Rejection::BatchChanged {
                device: *device,
                sequence: *sequence,
            });
        }
        if *sequence < expected {
            return Err(Rejection::BatchTaken {
                device: *device,
                sequence: *sequence,
            });
        }
        if *sequence > expected {
            return Err(Rejection::BatchGap {
                device: *device,
                sequence: *sequence,
                expected,
            });
        }
        let reporter = Reporter::Lead(known.device.lead);
        let mut events = vec![Event::BatchReceived {
            device: *device,
            sequence: *sequence,
            digest: *digest,
        }];
        let mut reports = vec![FieldReport::default(); items.len()];
        let mut earlier = Earlier::default();
        // What is real comes first, whenever it happened: it goes before every exercise (E1).
        let (exercised, real): (Vec<_>, Vec<_>) = items
            .iter()
            .zip(&mut reports)
            .partition(|(item, _)| item.exercise.is_some());
        for (item, report) in real.into_iter().chain(exercised) {
            match item.decide_where_it_is(state, context, &reporter) {
                Ok((item_events, said)) => {
                    *report = said;
                    let mut settled = Vec::new();
                    for event in item_events {
                        earlier.settle(item.exercise, event, report, &mut settled);
                    }
                    match item.exercise {
                        Some(run) => events.extend(settled.into_iter().map(|event| in_world(run, event))),
                        None => events.append(&mut settled),
                    }
                }
                Err(kind) => *report = item.refused(kind),
            }
        }
        Ok(Decision::new(events, Answer::Batch(Arc::new(reports))))
    }
}

impl BatchItem {
    /// The report on an item that came to nothing: everybody it names, or nobody in particular.
    fn refused(&self, kind: ExceptionKind) -> FieldReport {
        let named = match self.people.as_slice() {
            named if !named.is_empty() && !self.all => named,
            _ => &[PersonId(0)],
        };
        FieldReport {
            applied: 0,
            exceptions: named.iter().map(|person| Exception { person: *person, kind }).collect(),
        }
    }

    /// What it comes to in the district, or in the world of its exercise and at the time of that.
    fn decide_where_it_is(
        &self,
        state: &State,
        context: &Context,
        reporter: &Reporter,
    ) -> Result<(Vec<Event>, FieldReport), ExceptionKind> {
        let observed = Timestamp::from_unix_ms(self.observed_at);
        let decision = match self.exercise {
            None => self.decide(state, context, reporter, observed),
            Some(run) => state.running(run).and_then(|run| {
                let observed = run.clock.shows(observed);
                decided_in(state, context, run, |world, context| {
                    self.decide(world, context, reporter, observed)
                })
            }),
        };
        match decision {
            Ok(Decision {
                events,
                answer: Answer::Field(report),
            }) => Ok((events, (*report).clone())),
            Ok(_) => unreachable!("field commands answer with a field report"),
            Err(Rejection::ExerciseEnded { .. }) => Err(ExceptionKind::ExerciseEnded),
            Err(Rejection::UnknownOrder { .. } | Rejection::UnknownExercise { .. }) => Err(ExceptionKind::UnknownOrder),
            Err(Rejection::UnknownMusterPoint { .. }) => Err(ExceptionKind::UnknownMusterPoint),
            Err(Rejection::LeadsNobody { .. }) => Err(ExceptionKind::NotLed),
            Err(Rejection::UnknownOrderVersion { .. }) => Err(ExceptionKind::StaleVersion),
            Err(_other) => Err(ExceptionKind::UnknownPerson),
        }
    }

    fn decide(
        &self,
        state: &State,
        context: &Context,
        reporter: &Reporter,
        observed_at: Timestamp,
    ) -> Result<Decision, Rejection> {
        let Self {
            kind,
            order,
            version,
            people,
            all,
            observed_at: _,
            exercise: _,
        } = self;
        let (order, version, all) = (*order, *version, *all);
        let (reporter, people) = (reporter.clone(), people.clone());
        let observed = Some(observed_at);
        match kind {
            BatchItemKind::Acknowledge => Acknowledge {
                order,
                version,
                reporter,
                people,
                all,
            }
            .decide(state, observed),
            BatchItemKind::Depart => Depart {
                order,
                version,
                reporter,
                people,
                all,
            }
            .decide(state, observed),
            BatchItemKind::CheckIn(muster_point) => CheckIn {
                order,
                version,
                reporter,
                muster_point: muster_point.clone(),
                check_in_code: "".into(),
                people,
                all,
                observed_at: Some(observed_at.unix_ms()),
            }
            .decide(state, context),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::Command;
    use crate::event::Event;
    use crate::field::EnrollDevice;
    use crate::leave::LeaveVerdict;
    use crate::order::Bucket;
    use crate::testing::{District, EAST, O1, O2, WEST, district, minute, people};

    const DEVICE: DeviceId = DeviceId(1);

    /// The first agency's team is out of reach, with its lead's device.
    fn out_of_reach() -> District {
        let mut district = district();
        let (lead, public_key) = (PersonId(1), [9; 32]);
        district
            .activate()
            .accepts(Command::EnrollDevice(EnrollDevice { lead, public_key }));
        district.answers(&Answer::Device(DEVICE));
        district.issue(1..=9);
        district
    }

    fn item(kind: BatchItemKind, order: OrderId, who: &[u32]) -> BatchItem {
        let people = people(who.iter().copied());
        BatchItem {
            kind,
            order,
            version: 0,
            people,
            all: false,
            observed_at: minute(3).unix_ms(),
            exercise: None,
        }
    }
    fn arrive(who: &[u32]) -> BatchItem {
        item(BatchItemKind::CheckIn(EAST.into()), O1, who)
    }
    fn batch(sequence: u64, digest: u8, items: Vec<BatchItem>) -> Command {
        Command::SubmitBatch(SubmitBatch {
            device: DEVICE,
            sequence,
            digest: [digest; 32],
            items,
        })
    }
    /// Of each item: how many it changed something for, and the exceptions.
    fn reports(district: &District) -> Vec<(u32, Vec<(u32, ExceptionKind)>)> {
        let Answer::Batch(reports) = district.answer() else {
            panic!("no reports")
        };
        let exceptions = |it: &FieldReport| it.exceptions.iter().map(|it| (it.person.0, it.kind)).collect();
        reports.iter().map(|it| (it.applied, exceptions(it))).collect()
    }

    #[test]
    fn a2_a_batch_counts_once_however_often_it_comes() {
        let mut district = out_of_reach();
        district
            .at(9)
            .accepts(batch(1, 1, vec![arrive(&[1, 2])]))
            .board(O1, [9, 2, 0, 0, 0, 7]);
        let first = district.answer().clone();
        district
            .at(10)
            .accepts(batch(1, 1, vec![arrive(&[1, 2])]))
            .changes_nothing()
            .answers(&first);
        assert_eq!(district.row(O1, 1).observed_at, Some(minute(3)));
        // Also when the first answer is not kept any more.
        let (device, sequence) = (DEVICE, 1);
        district
            .under("other", 1)
            .when(batch(1, 1, vec![]))
            .rejects(Rejection::BatchTaken { device, sequence });
        district
            .under("other", 1)
            .when(batch(1, 2, vec![]))
            .rejects(Rejection::BatchChanged { device, sequence });
        let (sequence, expected) = (3, 2);
        district.when(batch(3, 1, vec![])).rejects(Rejection::BatchGap {
            device,
            sequence,
            expected,
        });
        district
            .under("other", 1)
            .when(batch(0, 1, vec![]))
            .rejects(Rejection::BatchTaken { device, sequence: 0 });
        district.when(batch(u64::MAX, 1, vec![])).rejects(Rejection::BatchGap {
            device,
            sequence: u64::MAX,
            expected,
        });
        district
            .accepts(batch(2, 1, vec![arrive(&[1, 3])]))
            .board(O1, [9, 3, 0, 0, 0, 6]);
    }

    #[test]
    fn what_cannot_be_counted_is_reported_person_by_person() {
        let mut district = out_of_reach();
        let mut stale = item(BatchItemKind::Acknowledge, O1, &[4]);
        stale.version = 7;
        district.at(9).accepts(batch(
            1,
            1,
            vec![
                item(BatchItemKind::CheckIn("nowhere".into()), O1, &[2, 3]),
                item(BatchItemKind::CheckIn(WEST.into()), O1, &[2]),
                item(BatchItemKind::Depart, OrderId(77), &[2]),
                stale,
                arrive(&[0, 2, 9, 15]),
                BatchItem {
                    all: true,
                    ..item(BatchItemKind::Acknowledge, OrderId(0), &[])
                },
            ],
        ));
        let expected = [
            (
                0,
                vec![
                    (2, ExceptionKind::UnknownMusterPoint),
                    (3, ExceptionKind::UnknownMusterPoint),
                ],
            ),
            (0, vec![(2, ExceptionKind::WrongSite)]),
            (0, vec![(2, ExceptionKind::UnknownOrder)]),
            (0, vec![(4, ExceptionKind::StaleVersion)]),
            (
                1,
                vec![
                    (0, ExceptionKind::UnknownPerson),
                    (9, ExceptionKind::NotLed),
                    (15, ExceptionKind::NotAddressed),
                ],
            ),
            (0, vec![(0, ExceptionKind::UnknownOrder)]),
        ];
        assert_eq!(reports(&district), expected);
        district.board(O1, [9, 1, 0, 0, 0, 8]);
    }

    #[test]
    fn items_of_one_batch_count_nobody_twice() {
        let mut district = out_of_reach();
        let mut later = arrive(&[2, 3]);
        later.observed_at = minute(4).unix_ms();
        district.at(9).accepts(batch(
            1,
            1,
            vec![
                item(BatchItemKind::Acknowledge, O1, &[2]),
                arrive(&[2]),
                arrive(&[2]),
                later,
                item(BatchItemKind::Depart, O1, &[2]),
            ],
        ));
        let again = vec![(2, ExceptionKind::AlreadyDone)];
        assert_eq!(
            reports(&district),
            [
                (1, vec![]),
                (1, vec![]),
                (0, again.clone()),
                (1, again.clone()),
                (0, again)
            ]
        );
        district.board(O1, [9, 2, 0, 0, 0, 7]);
        assert_eq!(district.row(O1, 2).observed_at, Some(minute(3)));
        // What was said word for word before is not even evidence.
        assert_eq!(district.current(O1).evidence[&PersonId(2)].len(), 1);
    }

    #[test]
    fn answers_to_an_ended_order_said_twice_are_recorded_once() {
        let mut district = out_of_reach();
        let answer = || item(BatchItemKind::Acknowledge, O1, &[2, 3]);
        district
            .close(O1)
            .accepts(batch(1, 1, vec![answer(), answer(), arrive(&[2]), arrive(&[2])]));
        district.then(|events| {
            let kinds: Vec<_> = events
                .iter()
                .map(|event| matches!(event, Event::Acknowledged { .. }))
                .collect();
            assert_eq!(kinds, [false, true, false]);
        });
        assert!(reports(&district).iter().all(|(applied, _)| *applied == 0));
        district.board(O1, [9, 0, 0, 0, 9, 0]);
    }

    #[test]
    fn a6_nobody_arrives_under_two_orders_in_one_batch() {
        let mut district = out_of_reach();
        // On leave from both orders, and turns up at both.
        district.decline(O1, 2).verdict(1, LeaveVerdict::Approved).issue([2]);
        district.decline(O2, 2).verdict(2, LeaveVerdict::Approved);
        let second = item(BatchItemKind::CheckIn(EAST.into()), O2, &[2]);
        district.at(5).accepts(batch(1, 1, vec![arrive(&[2]), second]));
        assert_eq!(
            reports(&district),
            [(1, vec![]), (0, vec![(2, ExceptionKind::Excused)])]
        );
        district
            .counts(O1, 2, Bucket::Present)
            .counts(O2, 2, Bucket::Excused)
            .duty(2, Some(O1));
    }

    #[test]
    fn devices_are_enrolled_once_and_for_one_lead() {
        let mut district = out_of_reach();
        let enroll = |lead, key| {
            Command::EnrollDevice(EnrollDevice {
                lead: PersonId(lead),
                public_key: [key; 32],
            })
        };
        district
            .accepts(enroll(1, 9))
            .changes_nothing()
            .answers(&Answer::Device(DEVICE));
        district.when(enroll(2, 9)).rejects(Rejection::DeviceEnrolled {
            device: DEVICE,
            lead: PersonId(1),
        });
        district
            .when(enroll(0, 8))
            .rejects(Rejection::UnknownPerson { person: PersonId(0) });
        district.accepts(enroll(1, 8)).answers(&Answer::Device(DeviceId(2)));
        let command = SubmitBatch {
            device: DeviceId(0),
            sequence: 1,
            digest: [0; 32],
            items: Vec::new(),
        };
        district
            .when(Command::SubmitBatch(command))
            .rejects(Rejection::UnknownDevice { device: DeviceId(0) });
    }
}
