//! Take a batch that was collected offline.

use std::sync::Arc;

use super::earlier::Earlier;
use crate::command::{Answer, Context, Exception, ExceptionKind, FieldReport, Reporter};
use crate::decide::Decision;
use crate::deployment::{CheckIn, Depart};
use crate::event::Event;
use crate::id::{DeviceId, OrderId, PersonId, Timestamp};
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
        let mut reports = Vec::with_capacity(items.len());
        let mut earlier = Earlier::default();
        for item in items {
            match item.decide(state, context, &reporter) {
                Ok((item_events, mut report)) => {
                    for event in item_events {
                        earlier.settle(event, &mut report, &mut events);
                    }
                    reports.push(report);
                }
                Err(kind) => reports.push(item.refused(kind)),
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

    fn decide(
        &self,
        state: &State,
        context: &Context,
        reporter: &Reporter,
    ) -> Result<(Vec<Event>, FieldReport), ExceptionKind> {
        let Self {
            kind,
            order,
            version,
            people,
            all,
            observed_at,
        } = self;
        let (order, version, all) = (*order, *version, *all);
        let (reporter, people) = (reporter.clone(), people.clone());
        let observed = Some(Timestamp::from_unix_ms(*observed_at));
        let decision = match kind {
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
                observed_at: Some(*observed_at),
            }
            .decide(state, context),
        };
        match decision {
            Ok(Decision {
                events,
                answer: Answer::Field(report),
            }) => Ok((events, (*report).clone())),
            Ok(_) => unreachable!("field commands answer with a field report"),
            Err(Rejection::UnknownOrder { .. }) => Err(ExceptionKind::UnknownOrder),
            Err(Rejection::UnknownMusterPoint { .. }) => Err(ExceptionKind::UnknownMusterPoint),
            Err(Rejection::LeadsNobody { .. }) => Err(ExceptionKind::NotLed),
            Err(Rejection::UnknownOrderVersion { .. }) => Err(ExceptionKind::StaleVersion),
            Err(_other) => Err(ExceptionKind::UnknownPerson),
        }
    }
}
