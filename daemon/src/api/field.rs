//! `FieldService`.

use std::pin::Pin;

use baiying_core::Rejection;
use baiying_core::State;
use baiying_core::command::{Answer, Command, Reply};
use baiying_core::deployment::{CheckIn, Depart};
use baiying_core::field::{BatchItem, BatchItemKind, EnrollDevice, SubmitBatch, batch_request_id};
use baiying_core::id::{DeviceId, ExerciseId, OrderId, Revision};
use baiying_core::order::{Acknowledge, Decline, DeliveryState, ReportDelivery};
use baiying_proto::v1;
use ed25519_dalek::{Signature, VerifyingKey};
use prost::Message;
use sha2::{Digest, Sha256};
use tokio_stream::wrappers::ReceiverStream;
use tokio_stream::{Stream, StreamExt};
use tonic::{Code, Request, Response, Status, Streaming};

use super::convert::{exceptions, order_id, parse, person_id, person_ids, receipt, reporter};
use super::order::{field_report, leave_reason};
use super::refusal::{Shown, invalid, nobody_applied, refusal};
use super::server::{ApiContext, stream_of};
use super::submit::{Asked, asked, digest, submit, wrong_answer};
use crate::engine::{EngineHandle, Pending, Priority, Refusal};
use crate::telemetry::metrics;

mod hand_on;
mod receive;

use hand_on::{Unread, hand_on, stalled};
use receive::news;

/// Serves [`v1::field_service_server::FieldService`].
pub(super) struct FieldApi(pub(super) ApiContext);

/// Messages a stream may have on the way to a lead: beyond, it reads on from the state when there is room.
const RECEIVE_BUFFER: usize = 8;
/// Reports of one stream being decided at a time: read eagerly, so that the connection's window never fills with small frames.
const REPORTS_UNDER_WAY: usize = 256;

const DELIVERY_WORDS: [(DeliveryState, &str); 2] =
    [(DeliveryState::Delivered, "delivered"), (DeliveryState::Read, "read")];

fn acknowledge(request: v1::AcknowledgeRequest) -> Result<Acknowledge, Status> {
    let v1::AcknowledgeRequest {
        context: _,
        order_id: order,
        version,
        reporter: by,
        person_ids: people,
        all,
    } = request;
    Ok(Acknowledge {
        order: order_id(order)?,
        version,
        reporter: reporter(by)?,
        people: person_ids(&people)?,
        all,
    })
}

fn depart(request: v1::DepartRequest) -> Result<Depart, Status> {
    let v1::DepartRequest {
        context: _,
        order_id: order,
        version,
        reporter: by,
        person_ids: people,
        all,
    } = request;
    Ok(Depart {
        order: order_id(order)?,
        version,
        reporter: reporter(by)?,
        people: person_ids(&people)?,
        all,
    })
}

fn check_in(request: v1::CheckInRequest) -> Result<CheckIn, Status> {
    let v1::CheckInRequest {
        context: _,
        order_id: order,
        version,
        reporter: by,
        muster_point,
        check_in_code,
        person_ids: people,
        all,
        observed_at_unix_ms,
    } = request;
    if muster_point.is_empty() {
        return Err(invalid("muster_point", "muster_point is missing: where?"));
    }
    Ok(CheckIn {
        order: order_id(order)?,
        version,
        reporter: reporter(by)?,
        muster_point: muster_point.into(),
        check_in_code: check_in_code.into(),
        people: person_ids(&people)?,
        all,
        observed_at: (observed_at_unix_ms != 0).then_some(observed_at_unix_ms),
    })
}

/// A report of a stream, made a command.
fn command_of(report: v1::report_request::Report) -> Result<(Asked, (u64, usize), Command), Status> {
    use v1::report_request::Report;
    match report {
        Report::Acknowledge(mut request) => {
            let asked = asked(request.context.take())?;
            let digest = digest("acknowledge", [&request]);
            Ok((asked, digest, Command::Acknowledge(acknowledge(request)?)))
        }
        Report::Depart(mut request) => {
            let asked = asked(request.context.take())?;
            let digest = digest("depart", [&request]);
            Ok((asked, digest, Command::Depart(depart(request)?)))
        }
        Report::CheckIn(mut request) => {
            let asked = asked(request.context.take())?;
            let digest = digest("check-in", [&request]);
            Ok((asked, digest, Command::CheckIn(check_in(request)?)))
        }
    }
}

impl FieldApi {
    /// Takes a unary report; an error if nobody could be taken.
    async fn unary(&self, order: u32, report: v1::report_request::Report) -> Result<Reply, Status> {
        let (asked, digest, command) = command_of(report)?;
        let reply = submit(&self.0.engine, Priority::Field, asked, digest, command).await?;
        let report = field_report(&reply)?;
        match nobody_applied(order, &report.exceptions) {
            Some(status) if report.applied == 0 => Err(status),
            Some(_) | None => Ok(reply),
        }
    }
}

/// Verifies a batch's signature.
fn verify(state: &State, device: DeviceId, batch: &[u8], signature: &[u8]) -> Result<(), Status> {
    let known = state.devices.get(device);
    let known = known.ok_or_else(|| refusal(Refusal::Rejected(Rejection::UnknownDevice { device })))?;
    let wrong = || {
        Status::from(Shown {
            code: Code::Unauthenticated,
            reason: "WRONG_SIGNATURE",
            metadata: vec![("device", device.to_string())],
            field: "signature",
            message: format!("the batch is not signed by device {device}"),
        })
    };
    let key = VerifyingKey::from_bytes(&known.device.public_key).map_err(|_| wrong())?;
    let signature = Signature::from_slice(signature).map_err(|_| wrong())?;
    key.verify_strict(batch, &signature).map_err(|_| wrong())
}

fn batch_item(item: v1::OfflineItem) -> Result<BatchItem, Status> {
    let v1::OfflineItem {
        kind,
        order_id: order,
        version,
        muster_point,
        person_ids: people,
        all,
        observed_at_unix_ms,
        exercise_id,
    } = item;
    let kind = match kind.as_str() {
        "acknowledge" => BatchItemKind::Acknowledge,
        "depart" => BatchItemKind::Depart,
        "check-in" => BatchItemKind::CheckIn(muster_point.into()),
        other => {
            return Err(invalid(
                "items.kind",
                format!("kind {other:?} is not one of acknowledge, depart, check-in"),
            ));
        }
    };
    if observed_at_unix_ms == 0 {
        return Err(invalid(
            "items.observed_at_unix_ms",
            "observed_at_unix_ms is missing: when?",
        ));
    }
    Ok(BatchItem {
        kind,
        order: OrderId(order),
        version,
        people: person_ids(&people)?,
        all,
        observed_at: observed_at_unix_ms,
        exercise: (exercise_id != 0).then_some(ExerciseId(exercise_id)),
    })
}

type ReceiveStream = Pin<Box<dyn Stream<Item = Result<v1::ReceiveResponse, Status>> + Send>>;
type ReportStream = Pin<Box<dyn Stream<Item = Result<v1::ReportResponse, Status>> + Send>>;

#[tonic::async_trait]
impl v1::field_service_server::FieldService for FieldApi {
    type ReceiveStream = ReceiveStream;
    type ReportStream = ReportStream;

    async fn receive(&self, request: Request<v1::ReceiveRequest>) -> Result<Response<ReceiveStream>, Status> {
        let v1::ReceiveRequest { lead_id, cursor } = request.into_inner();
        let lead = person_id("lead_id", lead_id)?;
        let context = self.0.clone();
        // Subscribed before the first look, so that nothing falls between.
        let mut announced = context.engine.published().watch_announced();
        {
            let state = context.engine.read();
            state
                .people
                .get(lead)
                .ok_or_else(|| refusal(Refusal::Rejected(Rejection::UnknownPerson { person: lead })))?;
            if cursor > state.revision().0 {
                return Err(invalid(
                    "cursor",
                    format!("cursor {cursor} lies ahead of revision {}", state.revision()),
                ));
            }
        }
        let (sender, receiver, last) = stream_of(RECEIVE_BUFFER)?;
        tokio::spawn(async move {
            let stopped = context.stopped();
            tokio::pin!(stopped);
            let _open = metrics::field_stream_opened(&context.field_streams);
            let mut cursor = Revision(cursor);
            let mut is_new = true;
            let end = 'stream: loop {
                announced.mark_unchanged();
                // Few at a time: a slow reader gets the rest as it stands when there is room.
                let now = news(&context.engine.read(), lead, cursor, RECEIVE_BUFFER);
                let mut messages = now.messages;
                if now.is_all && std::mem::take(&mut is_new) {
                    let up_to_date = v1::ReceiveResponse {
                        cursor: now.cursor.0,
                        ..v1::ReceiveResponse::default()
                    };
                    messages.push((up_to_date, None));
                }
                for (message, sent) in messages {
                    let handed_on = tokio::select! {
                        handed_on = hand_on(message, &sender, context.stalled_stream) => handed_on,
                        () = &mut stopped => break 'stream refusal(Refusal::Stopped),
                    };
                    match handed_on {
                        Ok(()) => sent.into_iter().for_each(|sent| context.attempts.sent(sent)),
                        Err(Unread::Gone) => return,
                        Err(Unread::Stalled) => break 'stream stalled(lead, context.stalled_stream),
                    }
                }
                cursor = now.cursor;
                if !now.is_all {
                    continue;
                }
                tokio::select! {
                    changed = announced.changed() => if changed.is_err() { break refusal(Refusal::Stopped) },
                    () = sender.closed() => return,
                    () = &mut stopped => break refusal(Refusal::Stopped),
                }
            };
            last.send(Err(end));
        });
        Ok(Response::new(Box::pin(ReceiverStream::new(receiver))))
    }

    async fn report_delivery(
        &self,
        request: Request<v1::ReportDeliveryRequest>,
    ) -> Result<Response<v1::ReportDeliveryResponse>, Status> {
        let mut request = request.into_inner();
        let asked = asked(request.context.take())?;
        let digest = digest("report-delivery", [&request]);
        let report = ReportDelivery {
            order: order_id(request.order_id)?,
            version: request.version,
            lead: person_id("lead_id", request.lead_id)?,
            state: parse("state", &DELIVERY_WORDS, &request.state)?,
        };
        let command = Command::ReportDelivery(report);
        let reply = submit(&self.0.engine, Priority::Field, asked, digest, command).await?;
        let applied = field_report(&reply)?.applied;
        Ok(Response::new(v1::ReportDeliveryResponse {
            receipt: receipt(&reply),
            applied,
        }))
    }

    async fn acknowledge(
        &self,
        request: Request<v1::AcknowledgeRequest>,
    ) -> Result<Response<v1::AcknowledgeResponse>, Status> {
        let request = request.into_inner();
        let reply = self
            .unary(request.order_id, v1::report_request::Report::Acknowledge(request))
            .await?;
        let report = field_report(&reply)?;
        Ok(Response::new(v1::AcknowledgeResponse {
            receipt: receipt(&reply),
            applied: report.applied,
            exceptions: exceptions(&report.exceptions),
        }))
    }

    async fn decline(&self, request: Request<v1::DeclineRequest>) -> Result<Response<v1::DeclineResponse>, Status> {
        let mut request = request.into_inner();
        let asked = asked(request.context.take())?;
        let digest = digest("decline", [&request]);
        let decline = Decline {
            order: order_id(request.order_id)?,
            version: request.version,
            reporter: reporter(request.reporter)?,
            person: person_id("person_id", request.person_id)?,
            reason: leave_reason(&request.reason)?,
            note: request.note.into(),
        };
        let reply = submit(
            &self.0.engine,
            Priority::Field,
            asked,
            digest,
            Command::Decline(decline),
        )
        .await?;
        let Answer::Leave(leave) = reply.answer else {
            return Err(wrong_answer());
        };
        Ok(Response::new(v1::DeclineResponse {
            receipt: receipt(&reply),
            leave_id: leave.0,
        }))
    }

    async fn depart(&self, request: Request<v1::DepartRequest>) -> Result<Response<v1::DepartResponse>, Status> {
        let request = request.into_inner();
        let reply = self
            .unary(request.order_id, v1::report_request::Report::Depart(request))
            .await?;
        let report = field_report(&reply)?;
        Ok(Response::new(v1::DepartResponse {
            receipt: receipt(&reply),
            applied: report.applied,
            exceptions: exceptions(&report.exceptions),
        }))
    }

    async fn check_in(&self, request: Request<v1::CheckInRequest>) -> Result<Response<v1::CheckInResponse>, Status> {
        let request = request.into_inner();
        let reply = self
            .unary(request.order_id, v1::report_request::Report::CheckIn(request))
            .await?;
        let report = field_report(&reply)?;
        Ok(Response::new(v1::CheckInResponse {
            receipt: receipt(&reply),
            applied: report.applied,
            exceptions: exceptions(&report.exceptions),
        }))
    }

    async fn report(&self, request: Request<Streaming<v1::ReportRequest>>) -> Result<Response<ReportStream>, Status> {
        let engine = self.0.engine.clone();
        let stopped = self.0.stopped();
        let mut reports = request.into_inner();
        let (sender, receiver, last) = stream_of(REPORTS_UNDER_WAY)?;
        // Each report is read and handed over at once, in order; the answers wait for the engine in the channel.
        tokio::spawn(async move {
            tokio::pin!(stopped);
            let end = loop {
                let message = tokio::select! {
                    message = reports.message() => message,
                    () = &mut stopped => break refusal(Refusal::Stopped),
                };
                let answer = match message {
                    Ok(Some(message)) => hand_over(&engine, message),
                    Ok(None) => return,
                    Err(status) => break status,
                };
                tokio::select! {
                    sent = sender.send(Ok(answer)) => if sent.is_err() { return },
                    () = &mut stopped => break refusal(Refusal::Stopped),
                }
            };
            last.send(Err(end));
        });
        let answers = ReceiverStream::new(receiver).then(|report| async {
            let (tag, pending) = report?;
            Ok(match pending {
                Ok(pending) => reported(tag, pending.await.map_err(super::refusal::shown)),
                Err(shown) => reported(tag, Err(shown)),
            })
        });
        Ok(Response::new(Box::pin(answers)))
    }

    async fn enroll_device(
        &self,
        request: Request<v1::EnrollDeviceRequest>,
    ) -> Result<Response<v1::EnrollDeviceResponse>, Status> {
        let mut request = request.into_inner();
        let asked = asked(request.context.take())?;
        let digest = digest("enroll", [&request]);
        let public_key: [u8; 32] = request
            .public_key
            .as_ref()
            .try_into()
            .map_err(|_| invalid("public_key", "public_key is an Ed25519 key of 32 bytes"))?;
        VerifyingKey::from_bytes(&public_key).map_err(|_| invalid("public_key", "public_key is no Ed25519 key"))?;
        let enroll = EnrollDevice {
            lead: person_id("lead_id", request.lead_id)?,
            public_key,
        };
        let reply = submit(
            &self.0.engine,
            Priority::Command,
            asked,
            digest,
            Command::EnrollDevice(enroll),
        )
        .await?;
        let Answer::Device(device) = reply.answer else {
            return Err(wrong_answer());
        };
        let state = self.0.engine.read();
        let last = state
            .devices
            .get(device)
            .and_then(|device| device.last.as_ref().map(|last| last.sequence));
        Ok(Response::new(v1::EnrollDeviceResponse {
            receipt: receipt(&reply),
            device_id: device.0,
            next_sequence: last.unwrap_or(0) + 1,
        }))
    }

    async fn submit_batch(
        &self,
        request: Request<v1::SubmitBatchRequest>,
    ) -> Result<Response<v1::SubmitBatchResponse>, Status> {
        let v1::SubmitBatchRequest { batch, signature } = request.into_inner();
        let decoded = v1::OfflineBatch::decode(batch.clone())
            .map_err(|error| invalid("batch", format!("batch is no encoded OfflineBatch: {error}")))?;
        if decoded.device_id == 0 {
            return Err(invalid("batch", "device_id is missing"));
        }
        let device = DeviceId(decoded.device_id);
        let lead = {
            let state = self.0.engine.read();
            verify(&state, device, &batch, &signature)?;
            state.devices.get(device).map(|device| device.device.lead)
        };
        let hash: [u8; 32] = Sha256::digest(&batch).into();
        let items = decoded.items.into_iter().map(batch_item).collect::<Result<_, _>>()?;
        let command = Command::SubmitBatch(SubmitBatch {
            device,
            sequence: decoded.sequence,
            digest: hash,
            items,
        });
        let actor = lead.map_or_else(|| device.to_string(), |lead| format!("{lead}:{device}"));
        let request_id = batch_request_id(device, decoded.sequence);
        let digest = (
            u64::from_le_bytes(hash[..8].try_into().expect("a hash has 8 bytes")),
            batch.len(),
        );
        let asked = Asked {
            actor: baiying_core::command::Actor(actor.into()),
            request_id,
        };
        let reply = match submit(&self.0.engine, Priority::Field, asked, digest, command).await {
            // The kept answer knows only that the content differs; say it in the words of batches.
            Err(status) if status.code() == Code::AlreadyExists && is_reused(&status) => {
                let sequence = decoded.sequence;
                return Err(refusal(Refusal::Rejected(Rejection::BatchChanged { device, sequence })));
            }
            other => other?,
        };
        let Answer::Batch(reports) = &reply.answer else {
            return Err(wrong_answer());
        };
        let results = reports.iter().map(|report| v1::ItemResult {
            applied: report.applied,
            exceptions: exceptions(&report.exceptions),
        });
        Ok(Response::new(v1::SubmitBatchResponse {
            receipt: receipt(&reply),
            results: results.collect(),
        }))
    }
}

fn is_reused(status: &Status) -> bool {
    use tonic_types::StatusExt;
    status
        .get_details_error_info()
        .is_some_and(|info| info.reason == "REQUEST_ID_REUSED")
}

/// Hands a report to the engine: its tag, and the answer to wait for or the refusal.
fn hand_over(engine: &EngineHandle, message: v1::ReportRequest) -> (u64, Result<Pending, Shown>) {
    let v1::ReportRequest { tag, report } = message;
    let malformed = |status: Status| Shown {
        code: Code::InvalidArgument,
        reason: "INVALID_ARGUMENT",
        metadata: Vec::new(),
        field: "",
        message: status.message().to_owned(),
    };
    let command = report
        .ok_or_else(|| invalid("report", "the report is empty"))
        .and_then(command_of);
    let pending = command
        .map_err(malformed)
        .and_then(|(Asked { actor, request_id }, digest, command)| {
            let pending = engine.enqueue(Priority::Field, actor, Some(request_id), digest, command);
            pending.map_err(super::refusal::shown)
        });
    (tag, pending)
}

/// The answer to a report of a stream.
fn reported(tag: u64, outcome: Result<Reply, Shown>) -> v1::ReportResponse {
    let empty = v1::ReportResponse {
        tag,
        ..v1::ReportResponse::default()
    };
    match outcome {
        Err(Shown { reason, message, .. }) => v1::ReportResponse {
            refused_reason: reason.to_owned(),
            refused_message: message,
            ..empty
        },
        Ok(reply) => match field_report(&reply) {
            Ok(report) => v1::ReportResponse {
                receipt: receipt(&reply),
                applied: report.applied,
                exceptions: exceptions(&report.exceptions),
                ..empty
            },
            Err(status) => v1::ReportResponse {
                refused_message: status.message().to_owned(),
                ..empty
            },
        },
    }
}
