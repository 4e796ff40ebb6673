//! `OrderService`.

use baiying_core::command::{Answer, Command, FieldReport, Reply};
use baiying_core::duty::Position;
use baiying_core::id::{OrderId, PersonId};
use baiying_core::leave::LeaveReason;
use baiying_core::order::{
    Address, Bucket, CancelOrder, Channel, CheckInMethod, CloseOrder, DeliveryState, DutyClass, Excuse, IssueOrder,
    Order, OrderStatus, OrderVersion, RecordAttempt, Release, Row, SignOff, StepTarget, SupersedeOrder,
};
use baiying_core::{Rejection, State, word};
use baiying_proto::v1;
use tonic::{Request, Response, Status};

use super::convert::{
    audience, counts, draft, exceptions, issued, order_id, parse_optional, person_ids, receipt, response_id, unix_ms,
};
use super::mask;
use super::org::within;
use super::page::Page;
use super::refusal::{invalid, refusal};
use super::server::ApiContext;
use super::submit::{asked, command, digest, wrong_answer};
use super::view::{past, view};
use crate::engine::Refusal;

/// Serves [`v1::order_service_server::OrderService`].
pub(super) struct OrderApi(pub(super) ApiContext);

const BUCKETS: [(Bucket, &str); 5] = [
    (Bucket::Present, "present"),
    (Bucket::EnRoute, "en-route"),
    (Bucket::Excused, "excused"),
    (Bucket::Absent, "absent"),
    (Bucket::Unconfirmed, "unconfirmed"),
];

const DELIVERY_STATES: [(DeliveryState, &str); 5] = [
    (DeliveryState::Pending, "pending"),
    (DeliveryState::Sent, "sent"),
    (DeliveryState::Delivered, "delivered"),
    (DeliveryState::Read, "read"),
    (DeliveryState::Acked, "acked"),
];

pub(super) const EXCUSES: [(Excuse, &str); 4] = [
    (Excuse::Leave, "leave"),
    (Excuse::OtherDuty, "other-duty"),
    (Excuse::OrderWithdrawn, "order-withdrawn"),
    (Excuse::Exempt, "exempt"),
];

/// The word for where somebody counts.
pub(super) fn bucket_word(bucket: Bucket) -> String {
    word::of(&BUCKETS, bucket).to_owned()
}

/// The word for where an order stands.
pub(super) fn status_word(status: &OrderStatus) -> String {
    match status {
        OrderStatus::Open => "open",
        OrderStatus::Superseded => "superseded",
        OrderStatus::Cancelled(_) => "cancelled",
        OrderStatus::Closed => "closed",
    }
    .to_owned()
}

/// Why it was cancelled, if it was.
pub(super) fn cancel_reason(status: &OrderStatus) -> String {
    match status {
        OrderStatus::Cancelled(reason) => reason.to_string(),
        OrderStatus::Open | OrderStatus::Superseded | OrderStatus::Closed => String::new(),
    }
}

/// The order with an id, or a refusal.
pub(super) fn order_by_id(state: &State, order: OrderId) -> Result<&Order, Status> {
    state
        .orders
        .get(order)
        .ok_or_else(|| refusal(Refusal::Rejected(Rejection::UnknownOrder { order })))
}

fn shown(state: &State, order: &Order) -> v1::Order {
    v1::Order {
        order_id: order.id.0,
        response_id: order.current().spec.response.0,
        versions: order
            .versions
            .iter()
            .map(|version| shown_version(state, version))
            .collect(),
    }
}

fn shown_version(state: &State, version: &OrderVersion) -> v1::OrderVersion {
    let spec = &version.spec;
    let ladder = spec.ladder.iter().map(|step| v1::LadderStep {
        after_ms: step.at.ms_since(version.issued_at).unsigned_abs(),
        target: word::of(&StepTarget::ALL, step.target).to_owned(),
    });
    let addressed = spec.addressed.iter().map(|address| match address {
        Address::Unit(unit) => state.org.get(*unit).code.to_string(),
        Address::Team(team) => team.to_string(),
        Address::Person(person) => person.to_string(),
        Address::CallOut => "call-out".to_owned(),
        Address::Residents(village) => format!("residents:{}", state.org.get(*village).code),
    });
    let on_duty = spec.on_duty.iter().map(|(unit, position, person)| v1::OnDutyAtIssue {
        unit_code: state.org.get(*unit).code.to_string(),
        position: word::of(&Position::ALL, *position).to_owned(),
        person_id: person.0,
    });
    v1::OrderVersion {
        version: version.version,
        text: spec.text.to_string(),
        muster_point_ids: spec.muster_points.iter().map(|point| point.0).collect(),
        issued_by: version.issued_by.0.to_string(),
        issued_at_unix_ms: version.issued_at.unix_ms(),
        status: status_word(&version.status),
        cancel_reason: cancel_reason(&version.status),
        ended_at_unix_ms: unix_ms(version.ended_at),
        duty: word::of(&DutyClass::ALL, spec.duty).to_owned(),
        ack_deadline_unix_ms: unix_ms(spec.ack_deadline),
        arrive_deadline_unix_ms: unix_ms(spec.arrive_deadline),
        grace_ms: spec.grace_ms,
        ladder: ladder.collect(),
        steps_done: u32::from(version.steps_done),
        total: Some(counts(&version.ledger.total())),
        sign_offs: spec.sign_offs.iter().map(ToString::to_string).collect(),
        signed: version.signed.iter().map(|(name, _, _)| name.to_string()).collect(),
        evidence: version.evidence.values().map(Vec::len).sum::<usize>() as u32,
        addressed_to: addressed.collect(),
        on_duty: on_duty.collect(),
    }
}

fn shown_row(state: &State, version: &OrderVersion, row: &Row) -> v1::Delivery {
    let (muster_point, method, proxy) = match row.arrival {
        Some((point, method, proxy)) => (
            point.0,
            word::of(&CheckInMethod::ALL, method),
            proxy.map_or(0, |lead| lead.0),
        ),
        None => (0, "", 0),
    };
    let unit = version.ledger.unit_of(row);
    v1::Delivery {
        person_id: row.person.0,
        masked_name: mask::name(&state.people.personal(row.person).name),
        unit_code: state.org.get(unit).code.to_string(),
        delivery: word::of(&DELIVERY_STATES, row.delivery).to_owned(),
        bucket: bucket_word(row.bucket()),
        excuse: row.excuse.map_or("", |excuse| word::of(&EXCUSES, excuse)).to_owned(),
        leave_id: row.declined.map_or(0, |leave| leave.0),
        acked_at_unix_ms: unix_ms(row.acked_at),
        departed_at_unix_ms: unix_ms(row.departed_at),
        arrived_at_unix_ms: unix_ms(row.arrived_at),
        observed_at_unix_ms: unix_ms(row.observed_at),
        muster_point_id: muster_point,
        method: method.to_owned(),
        proxy_id: proxy,
        late: row.late,
        unreached: row.unreached,
        step: u32::from(row.step),
        released_at_unix_ms: unix_ms(row.released_at),
        attempts: row.attempts.iter().map(|count| u32::from(*count)).sum(),
        is_simulated: state.simulates_unit(unit),
    }
}

/// The report that a field command is answered with.
pub(super) fn field_report(reply: &Reply) -> Result<&FieldReport, Status> {
    match &reply.answer {
        Answer::Field(report) => Ok(report),
        Answer::Done
        | Answer::Imported(_)
        | Answer::Activated { .. }
        | Answer::Issued(_)
        | Answer::Batch(_)
        | Answer::Leave(_)
        | Answer::Device(_)
        | Answer::SpotChecks(_)
        | Answer::SpotCheck(..)
        | Answer::StandIn(_)
        | Answer::Swap(_)
        | Answer::Team(_)
        | Answer::Exclusion(_)
        | Answer::Plan(_)
        | Answer::SituationReport { .. }
        | Answer::Branches(_)
        | Answer::Reinforcement(_)
        | Answer::Allocated { .. }
        | Answer::WindowsOpened(_)
        | Answer::Exempted(_)
        | Answer::Scenario { .. }
        | Answer::ExerciseStarted { .. }
        | Answer::Schedule(_)
        | Answer::Action(_) => Err(wrong_answer()),
    }
}

#[tonic::async_trait]
impl v1::order_service_server::OrderService for OrderApi {
    async fn issue_order(
        &self,
        request: Request<v1::IssueOrderRequest>,
    ) -> Result<Response<v1::IssueOrderResponse>, Status> {
        let mut request = request.into_inner();
        let asked = asked(request.context.take())?;
        let digest = digest("issue", [&request]);
        let issue = IssueOrder {
            response: response_id(request.response_id)?,
            audience: audience(request.audience.unwrap_or_default())?,
            draft: draft(request.draft)?,
        };
        let reply = command(&self.0.engine, asked, digest, Command::IssueOrder(issue)).await?;
        let Answer::Issued(order) = &reply.answer else {
            return Err(wrong_answer());
        };
        Ok(Response::new(v1::IssueOrderResponse {
            receipt: receipt(&reply),
            issued: Some(issued(order)),
        }))
    }

    async fn supersede_order(
        &self,
        request: Request<v1::SupersedeOrderRequest>,
    ) -> Result<Response<v1::SupersedeOrderResponse>, Status> {
        let mut request = request.into_inner();
        let asked = asked(request.context.take())?;
        let digest = digest("supersede", [&request]);
        let supersede = SupersedeOrder {
            order: order_id(request.order_id)?,
            audience: request.audience.map(audience).transpose()?,
            draft: draft(request.draft)?,
        };
        let reply = command(&self.0.engine, asked, digest, Command::SupersedeOrder(supersede)).await?;
        let Answer::Issued(order) = &reply.answer else {
            return Err(wrong_answer());
        };
        Ok(Response::new(v1::SupersedeOrderResponse {
            receipt: receipt(&reply),
            issued: Some(issued(order)),
        }))
    }

    async fn cancel_order(
        &self,
        request: Request<v1::CancelOrderRequest>,
    ) -> Result<Response<v1::CancelOrderResponse>, Status> {
        let mut request = request.into_inner();
        let asked = asked(request.context.take())?;
        let digest = digest("cancel", [&request]);
        let cancel = CancelOrder {
            order: order_id(request.order_id)?,
            reason: request.reason.into(),
        };
        let reply = command(&self.0.engine, asked, digest, Command::CancelOrder(cancel)).await?;
        Ok(Response::new(v1::CancelOrderResponse {
            receipt: receipt(&reply),
        }))
    }

    async fn close_order(
        &self,
        request: Request<v1::CloseOrderRequest>,
    ) -> Result<Response<v1::CloseOrderResponse>, Status> {
        let mut request = request.into_inner();
        let asked = asked(request.context.take())?;
        let digest = digest("close", [&request]);
        let close = CloseOrder {
            order: order_id(request.order_id)?,
        };
        let reply = command(&self.0.engine, asked, digest, Command::CloseOrder(close)).await?;
        Ok(Response::new(v1::CloseOrderResponse {
            receipt: receipt(&reply),
        }))
    }

    async fn sign_off(&self, request: Request<v1::SignOffRequest>) -> Result<Response<v1::SignOffResponse>, Status> {
        let mut request = request.into_inner();
        let asked = asked(request.context.take())?;
        let digest = digest("sign-off", [&request]);
        let sign = SignOff {
            order: order_id(request.order_id)?,
            name: request.name.into(),
        };
        let reply = command(&self.0.engine, asked, digest, Command::SignOff(sign)).await?;
        Ok(Response::new(v1::SignOffResponse {
            receipt: receipt(&reply),
        }))
    }

    async fn release_people(
        &self,
        request: Request<v1::ReleasePeopleRequest>,
    ) -> Result<Response<v1::ReleasePeopleResponse>, Status> {
        let mut request = request.into_inner();
        let asked = asked(request.context.take())?;
        let digest = digest("release", [&request]);
        let people = person_ids(&request.person_ids)?;
        let release = Release {
            order: order_id(request.order_id)?,
            people,
            all: request.all,
        };
        let reply = command(&self.0.engine, asked, digest, Command::Release(release)).await?;
        let report = field_report(&reply)?;
        Ok(Response::new(v1::ReleasePeopleResponse {
            receipt: receipt(&reply),
            applied: report.applied,
            exceptions: exceptions(&report.exceptions),
        }))
    }

    async fn record_attempt(
        &self,
        request: Request<v1::RecordAttemptRequest>,
    ) -> Result<Response<v1::RecordAttemptResponse>, Status> {
        let mut request = request.into_inner();
        let asked = asked(request.context.take())?;
        let digest = digest("record-attempt", [&request]);
        let number = u8::try_from(request.number).map_err(|_| invalid("number", "number is 1 to 255"))?;
        let attempt = RecordAttempt {
            order: order_id(request.order_id)?,
            version: request.version,
            channel: Channel::Manual,
            number,
            people: person_ids(&request.person_ids)?,
        };
        let reply = command(&self.0.engine, asked, digest, Command::RecordAttempt(attempt)).await?;
        let report = field_report(&reply)?;
        Ok(Response::new(v1::RecordAttemptResponse {
            receipt: receipt(&reply),
            applied: report.applied,
            exceptions: exceptions(&report.exceptions),
        }))
    }

    async fn get_order(&self, request: Request<v1::GetOrderRequest>) -> Result<Response<v1::GetOrderResponse>, Status> {
        let v1::GetOrderRequest { order_id: id, as_of } = request.into_inner();
        let id = order_id(id)?;
        let past = past(&self.0, as_of).await?;
        let state = view(&self.0.engine, past);
        let order = shown(&state, order_by_id(&state, id)?);
        Ok(Response::new(v1::GetOrderResponse { order: Some(order) }))
    }

    async fn list_orders(
        &self,
        request: Request<v1::ListOrdersRequest>,
    ) -> Result<Response<v1::ListOrdersResponse>, Status> {
        let v1::ListOrdersRequest {
            response_id: response,
            open_only,
            page,
            as_of,
        } = request.into_inner();
        let page = Page::of(page);
        let after = OrderId(page.after_number()?);
        let past = past(&self.0, as_of).await?;
        let state = view(&self.0.engine, past);
        let orders = state.orders.iter().filter(|order| {
            order.id > after
                && (response == 0 || order.current().spec.response.0 == response)
                && (!open_only || order.current().is_open())
        });
        let (orders, next_page_token) = page.take(orders.map(|order| (order.id.0, shown(&state, order))));
        Ok(Response::new(v1::ListOrdersResponse {
            orders,
            next_page_token,
        }))
    }

    async fn list_deliveries(
        &self,
        request: Request<v1::ListDeliveriesRequest>,
    ) -> Result<Response<v1::ListDeliveriesResponse>, Status> {
        let v1::ListDeliveriesRequest {
            order_id: id,
            version,
            unit_code,
            bucket,
            page,
        } = request.into_inner();
        let page = Page::of(page);
        let after = PersonId(page.after_number()?);
        let bucket = parse_optional("bucket", &BUCKETS, &bucket)?;
        let state = self.0.engine.read();
        let order = order_by_id(&state, order_id(id)?)?;
        let version = match version {
            0 => order.current(),
            version => order.version(version).ok_or_else(|| {
                let current = order.current().version;
                refusal(Refusal::Rejected(Rejection::UnknownOrderVersion {
                    order: order.id,
                    version,
                    current,
                }))
            })?,
        };
        let within = within(&state, &unit_code)?;
        let rows = version.ledger.rows();
        let first = rows.partition_point(|row| row.person <= after);
        let rows = rows[first..].iter().filter(|row| {
            bucket.is_none_or(|bucket| row.bucket() == bucket)
                && within.is_none_or(|within| state.org.is_within(version.ledger.unit_of(row), within))
        });
        let (deliveries, next_page_token) = page.take(rows.map(|row| (row.person.0, shown_row(&state, version, row))));
        Ok(Response::new(v1::ListDeliveriesResponse {
            deliveries,
            next_page_token,
        }))
    }
}

/// The word for why somebody cannot come.
pub(super) fn leave_reason(text: &str) -> Result<LeaveReason, Status> {
    super::convert::parse("reason", &LeaveReason::ALL, text)
}
