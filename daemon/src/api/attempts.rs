//! Records that orders were sent over leads' streams: collected for a moment, so that ten thousand streams make a handful of
//! commands.

use std::collections::BTreeMap;
use std::time::Duration;

use baiying_core::command::{Actor, Command};
use baiying_core::id::{ExerciseId, OrderId, PersonId};
use baiying_core::order::{Channel, RecordAttempt};
use tokio::sync::mpsc;

use crate::engine::{EngineHandle, Priority, Scope};

/// How many reports may wait: a stream whose report finds no place is still counted when the lead reports the delivery.
const WAITING_MAX: usize = 4096;
/// How long reports are collected.
const COLLECT: Duration = Duration::from_millis(100);

/// One order sent to some people over their lead's stream.
pub(super) struct Sent {
    /// In which exercise; none: it is real.
    pub(super) exercise: Option<ExerciseId>,
    pub(super) order: OrderId,
    pub(super) version: u32,
    pub(super) number: u8,
    pub(super) people: Vec<PersonId>,
}

/// Takes what streams report.
#[derive(Clone)]
pub struct Attempts(mpsc::Sender<Sent>);

impl Attempts {
    /// Starts collecting; ends when every stream and the engine are gone.
    pub fn spawn(engine: EngineHandle) -> Self {
        let (sender, receiver) = mpsc::channel(WAITING_MAX);
        tokio::spawn(collect(receiver, engine));
        Self(sender)
    }

    pub(super) fn sent(&self, sent: Sent) {
        // Lossy by design: an attempt is bookkeeping, the order itself is in the lead's hands.
        let _ = self.0.try_send(sent);
    }
}

async fn collect(mut receiver: mpsc::Receiver<Sent>, engine: EngineHandle) {
    while let Some(first) = receiver.recv().await {
        let mut collected: BTreeMap<(Option<ExerciseId>, OrderId, u32, u8), Vec<PersonId>> = BTreeMap::new();
        let mut add = |sent: Sent| {
            collected
                .entry((sent.exercise, sent.order, sent.version, sent.number))
                .or_default()
                .extend(sent.people);
        };
        add(first);
        tokio::time::sleep(COLLECT).await;
        while let Ok(sent) = receiver.try_recv() {
            add(sent);
        }
        for ((exercise, order, version, number), people) in collected {
            let attempt = RecordAttempt {
                order,
                version,
                channel: Channel::Stream,
                number,
                people,
            };
            let weight = attempt.people.len() * 4;
            let actor = Actor("baiyingd:stream".into());
            let engine = match exercise {
                None => engine.clone(),
                Some(run) => engine.of_exercise(Scope { run, kept: None }),
            };
            // Refused when the order has ended since: nothing to record then.
            let _ = engine
                .submit(
                    Priority::Field,
                    actor,
                    None,
                    (0, weight),
                    Command::RecordAttempt(attempt),
                )
                .await;
        }
    }
}
