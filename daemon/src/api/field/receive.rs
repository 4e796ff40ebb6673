//! What a lead's stream says: the orders that concern their people, each as it stands, since a cursor.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use baiying_core::State;
use baiying_core::id::{PersonId, PersonSet, Revision};
use baiying_core::order::{Channel, Order, Row, StepTarget, led_by};
use baiying_proto::v1;
use tokio::sync::watch;
use tokio_stream::Stream;
use tokio_stream::wrappers::WatchStream;
use tonic::Status;

use crate::api::attempts::Sent;
use crate::api::convert::unix_ms;
use crate::api::order::{bucket_word, cancel_reason, status_word};
use crate::api::refusal::refusal;
use crate::api::server::ApiContext;
use crate::engine::Refusal;
use crate::telemetry::metrics::{self, OpenStream};

/// A lead's stream: a cursor, read on from the state when something was announced and the connection asks for more.
///
/// No task and no queue of its own: ten thousand of them are woken by one order, and each further step a message takes is taken ten
/// thousand times.
pub(super) struct Receiving {
    context: ApiContext,
    lead: PersonId,
    cursor: Revision,
    announced: WatchStream<Revision>,
    stopping: WatchStream<bool>,
    /// What was read and not handed over yet.
    messages: VecDeque<v1::ReceiveResponse>,
    /// What is recorded when the last of them is.
    sent: Vec<Sent>,
    has_ended: bool,
    _open: OpenStream,
}

impl Receiving {
    /// A stream that first says what stands, and then that it is up to date. `announced` was subscribed before the caller looked at the
    /// state.
    pub(super) fn new(
        context: ApiContext,
        lead: PersonId,
        cursor: Revision,
        announced: watch::Receiver<Revision>,
    ) -> Self {
        let mut receiving = Self {
            lead,
            cursor,
            announced: WatchStream::from_changes(announced),
            stopping: WatchStream::from_changes(context.stopping.clone()),
            messages: VecDeque::new(),
            sent: Vec::new(),
            has_ended: false,
            _open: metrics::field_stream_opened(&context.field_streams),
            context,
        };
        receiving.look();
        receiving.messages.push_back(v1::ReceiveResponse {
            cursor: receiving.cursor.0,
            order: None,
            conflated: 0,
        });
        receiving
    }

    fn look(&mut self) {
        let (messages, sent, revision) = news(&self.context.engine.published().read(), self.lead, self.cursor);
        self.messages.extend(messages);
        self.sent
            .extend(sent.into_iter().filter(|sent| !sent.people.is_empty()));
        self.cursor = revision;
    }
}

impl Stream for Receiving {
    type Item = Result<v1::ReceiveResponse, Status>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            if let Some(message) = this.messages.pop_front() {
                if this.messages.is_empty() {
                    this.sent.drain(..).for_each(|sent| this.context.attempts.sent(sent));
                }
                return Poll::Ready(Some(Ok(message)));
            }
            if this.has_ended {
                return Poll::Ready(None);
            }
            let stops = Pin::new(&mut this.stopping).poll_next(cx).is_ready();
            if stops || ready!(Pin::new(&mut this.announced).poll_next(cx)).is_none() {
                this.has_ended = true;
                return Poll::Ready(Some(Err(refusal(Refusal::Stopped))));
            }
            this.look();
        }
    }
}

/// An order as a lead sees it, whose people have these rows.
fn field_order(state: &State, lead: PersonId, rows: &[&Row], order: &Order) -> v1::FieldOrder {
    let current = order.current();
    let people = rows.iter().map(|row| v1::FieldPerson {
        person_id: row.person.0,
        name: state.people.personal(row.person).name.to_string(),
        bucket: bucket_word(row.bucket()),
        acked: row.acked_at.is_some(),
    });
    let muster_points = current.spec.muster_points.iter().map(|id| {
        let point = state.muster_points.get(*id);
        v1::FieldMusterPoint {
            muster_point_id: id.0,
            code: point.code.to_string(),
            name: point.name.to_string(),
            address: point.address.to_string(),
        }
    });
    let leads_a_team = |target| {
        state
            .people
            .teams(lead)
            .iter()
            .map(|team| state.teams.get(*team))
            .any(|team| match target {
                StepTarget::Repeat => true,
                StepTarget::TeamLeader => team.leader == lead,
                StepTarget::Deputy => team.deputy == Some(lead),
                StepTarget::Superior => false,
            })
    };
    let climbed = current.spec.ladder.iter().take(usize::from(current.steps_done));
    let awaited = rows.iter().any(|row| row.awaits_answer());
    let escalations = climbed.filter(|step| awaited && leads_a_team(step.target)).count() as u32;
    v1::FieldOrder {
        order_id: order.id.0,
        version: current.version,
        status: status_word(&current.status),
        text: current.spec.text.to_string(),
        muster_points: muster_points.collect(),
        issued_at_unix_ms: current.issued_at.unix_ms(),
        ack_deadline_unix_ms: unix_ms(current.spec.ack_deadline),
        arrive_deadline_unix_ms: unix_ms(current.spec.arrive_deadline),
        cancel_reason: cancel_reason(&current.status),
        people: people.collect(),
        escalations,
    }
}

/// The rows of people. Both are in the order of people, so that each search goes on where the one before ended, which for the members
/// of a team is nearly always where the next row is.
fn rows_of<'a>(order: &'a Order, people: &PersonSet) -> Vec<&'a Row> {
    let mut rest = order.current().ledger.rows();
    let find = |person: PersonId| {
        if rest.first().is_some_and(|row| row.person < person) {
            rest = &rest[rest.partition_point(|row| row.person < person)..];
        }
        rest.first().filter(|row| row.person == person)
    };
    people.iter().filter_map(find).collect()
}

/// What a lead is to be told that they have not been told up to `cursor`, and the cursor after it.
fn news(state: &State, lead: PersonId, cursor: Revision) -> (Vec<v1::ReceiveResponse>, Vec<Sent>, Revision) {
    let revision = state.revision();
    let mut messages = Vec::new();
    let mut sent = Vec::new();
    let fresh = state.orders.iter().filter(|order| {
        let current = order.current();
        current.announced > cursor && (cursor.0 > 0 || current.is_open())
    });
    let mut people = None;
    for order in fresh {
        let people = people.get_or_insert_with(|| led_by(state, lead));
        let current = order.current();
        let rows = rows_of(order, people);
        if rows.is_empty() {
            continue;
        }
        // A step of the ladder repeats an order only to leads of whom an answer is awaited.
        let was_told = current.is_open() && cursor.0 > 0 && current.issued <= cursor;
        if was_told && !rows.iter().any(|row| row.awaits_answer()) {
            continue;
        }
        let conflated = order
            .versions
            .iter()
            .rev()
            .skip(1)
            .filter(|version| version.announced > cursor)
            .count() as u64;
        if current.is_open() {
            // Numbered by what was announced: the order itself, then each step that repeated it.
            let repeats = current.spec.ladder.iter().take(usize::from(current.steps_done));
            let number = 1 + repeats.filter(|step| step.target == StepTarget::Repeat).count() as u8;
            let is_untried = |row: &&&Row| row.awaits_answer() && row.attempts[Channel::Stream as usize] < number;
            sent.push(Sent {
                order: order.id,
                version: current.version,
                number,
                people: rows.iter().filter(is_untried).map(|row| row.person).collect(),
            });
        }
        messages.push(v1::ReceiveResponse {
            cursor: revision.0,
            order: Some(field_order(state, lead, &rows, order)),
            conflated,
        });
    }
    (messages, sent, revision)
}
