//! What clients ask for: every kind of change, drawn from what is likely to be there.

use baiying_e2e::api::{desk, draft, own};
use baiying_e2e::{Api, small};
use baiying_proto::v1;
use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;
use tonic::Status;

/// A change to ask for; the same again is a repeat.
#[derive(Debug, Clone)]
pub(super) enum Ask {
    Activate(v1::ActivateResponseRequest),
    Escalate(v1::EscalateResponseRequest),
    DeEscalate(v1::DeEscalateResponseRequest),
    Terminate(v1::TerminateResponseRequest),
    Issue(v1::IssueOrderRequest),
    Supersede(v1::SupersedeOrderRequest),
    Cancel(v1::CancelOrderRequest),
    Close(v1::CloseOrderRequest),
    SignOff(v1::SignOffRequest),
    Release(v1::ReleasePeopleRequest),
    Attempt(v1::RecordAttemptRequest),
    Delivery(v1::ReportDeliveryRequest),
    Acknowledge(v1::AcknowledgeRequest),
    Depart(v1::DepartRequest),
    CheckIn(v1::CheckInRequest),
    Decline(v1::DeclineRequest),
    Leave(v1::RequestLeaveRequest),
    Verdict(v1::DecideLeaveRequest),
    Enroll(v1::EnrollDeviceRequest),
    People(v1::ImportPeopleRequest),
}

/// What a change came to, if it was accepted.
pub(super) struct Done {
    pub(super) revision: u64,
    /// Whether something is said to have changed.
    pub(super) changed: bool,
    /// The answer without its receipt.
    pub(super) answer: String,
    /// An order that came of it.
    pub(super) order: u32,
    /// A response that came of it.
    pub(super) response: u32,
}

impl Ask {
    /// Something to ask for under this id, by a desk that knows of so many responses and orders.
    pub(super) fn draw(random: &mut ChaCha8Rng, id: &str, (responses, orders): (u32, u32)) -> Self {
        // Two, since deciding on leave is not for those who asked for it; one an id, since a repeat by another is a repeat.
        let actor = if id.bytes().last().is_some_and(|last| last % 2 == 0) {
            "test:one"
        } else {
            "test:two"
        }
        .to_owned();
        let request_id = id.to_owned();
        let context = Some(v1::CommandContext { request_id, actor });
        let response_id = responses.saturating_sub(random.random_range(0..2)).max(1);
        let order_id = orders.saturating_sub(random.random_range(0..3)).max(1);
        let person = random.random_range(1..=30);
        let person_ids = vec![person, random.random_range(1..=30)];
        let reason = "test".to_owned();
        let units = [small::ROOT, "440608-A01", "440608-A02", "440608001"];
        let unit = units[random.random_range(0..units.len())].to_owned();
        let audience = Some(v1::Audience {
            unit_codes: vec![unit],
            ..v1::Audience::default()
        });
        let order = v1::OrderDraft {
            reassign: true,
            sign_offs: vec!["logistics".to_owned()],
            ..draft(id)
        };
        match random.random_range(0..100) {
            0..4 => Self::Activate(v1::ActivateResponseRequest {
                context,
                plan: "flood".to_owned(),
                event: id.to_owned(),
                level: random.random_range(1..=3),
                reason,
                order: Some(order),
                approval: small::approval(),
                ..v1::ActivateResponseRequest::default()
            }),
            4..6 => Self::Escalate(v1::EscalateResponseRequest {
                context,
                response_id,
                level: random.random_range(1..=2),
                reason,
                approval: small::approval(),
                ..v1::EscalateResponseRequest::default()
            }),
            6..8 => Self::DeEscalate(v1::DeEscalateResponseRequest {
                context,
                response_id,
                level: random.random_range(2..=4),
                reason,
                approval: small::approval(),
                ..v1::DeEscalateResponseRequest::default()
            }),
            8..11 => Self::Terminate(v1::TerminateResponseRequest {
                context,
                response_id,
                reason,
            }),
            11..15 => Self::Issue(v1::IssueOrderRequest {
                context,
                response_id,
                audience,
                draft: Some(order),
            }),
            15..20 => Self::Supersede(v1::SupersedeOrderRequest {
                context,
                order_id,
                audience,
                draft: Some(order),
            }),
            20..22 => Self::Cancel(v1::CancelOrderRequest {
                context,
                order_id,
                reason,
            }),
            22..24 => Self::Close(v1::CloseOrderRequest { context, order_id }),
            24..26 => Self::SignOff(v1::SignOffRequest {
                context,
                order_id,
                name: "logistics".to_owned(),
            }),
            26..30 => Self::Release(v1::ReleasePeopleRequest {
                context,
                order_id,
                person_ids,
                all: false,
            }),
            30..33 => Self::Attempt(v1::RecordAttemptRequest {
                context,
                order_id,
                version: 1,
                number: 1,
                person_ids,
            }),
            33..36 => Self::Delivery(v1::ReportDeliveryRequest {
                context,
                order_id,
                version: 1,
                lead_id: [1, 13, 25][random.random_range(0..3)],
                state: "read".to_owned(),
            }),
            36..55 => Self::Acknowledge(v1::AcknowledgeRequest {
                context,
                order_id,
                reporter: desk(),
                person_ids,
                ..v1::AcknowledgeRequest::default()
            }),
            55..67 => Self::Depart(v1::DepartRequest {
                context,
                order_id,
                reporter: desk(),
                person_ids,
                ..v1::DepartRequest::default()
            }),
            67..80 => Self::CheckIn(v1::CheckInRequest {
                context,
                order_id,
                reporter: desk(),
                muster_point: "M1".to_owned(),
                person_ids,
                ..v1::CheckInRequest::default()
            }),
            80..84 => Self::Decline(v1::DeclineRequest {
                context,
                order_id,
                reporter: own(),
                person_id: person,
                reason: "medical".to_owned(),
                ..v1::DeclineRequest::default()
            }),
            84..88 => Self::Leave(v1::RequestLeaveRequest {
                context,
                person_id: person,
                reason: "medical".to_owned(),
                from_unix_ms: 1_900_000_000_000,
                until_unix_ms: 1_900_000_600_000,
                ..v1::RequestLeaveRequest::default()
            }),
            88..92 => Self::Verdict(v1::DecideLeaveRequest {
                context,
                leave_id: random.random_range(1..60),
                approve: random.random_bool(0.7),
            }),
            92..95 => Self::Enroll(v1::EnrollDeviceRequest {
                context,
                lead_id: person,
                public_key: ed25519_dalek::SigningKey::from_bytes(&random.random())
                    .verifying_key()
                    .to_bytes()
                    .to_vec()
                    .into(),
            }),
            _ => Self::People(v1::ImportPeopleRequest {
                header: Some(v1::ImportHeader {
                    context,
                    mode: v1::ImportMode::AllOrNothing.into(),
                }),
                rows: vec![v1::PersonRow {
                    address: id.to_owned(),
                    ..small::person(2, person, "440608-A01", "staff")
                }],
                ..v1::ImportPeopleRequest::default()
            }),
        }
    }

    /// Whether it is a report about people: refused if it counts for nobody, and journaled if it is evidence.
    pub(super) fn is_report(&self) -> bool {
        matches!(self, Self::Acknowledge(_) | Self::Depart(_) | Self::CheckIn(_))
    }

    /// Asks.
    pub(super) async fn of(self, api: &Api) -> Result<Done, Status> {
        /// Calls; takes the receipt out of the answer, and says what else is in it.
        macro_rules! call {
            ($client:expr, $method:ident, $request:expr) => {
                call!($client, $method, $request, |_answer| true, |_answer| (0, 0))
            };
            ($client:expr, $method:ident, $request:expr, $changed:expr) => {
                call!($client, $method, $request, $changed, |_answer| (0, 0))
            };
            ($client:expr, $method:ident, $request:expr, $changed:expr, $made:expr) => {{
                let mut answer = $client.$method($request).await?.into_inner();
                let receipt = answer.receipt.take().unwrap_or_default();
                let changed: fn(&_) -> bool = $changed;
                let made: fn(&_) -> (u32, u32) = $made;
                let (order, response) = made(&answer);
                Done {
                    revision: receipt.revision,
                    changed: changed(&answer),
                    answer: format!("{answer:?}"),
                    order,
                    response,
                }
            }};
        }
        Ok(match self {
            Self::Activate(it) => call!(
                api.response(),
                activate_response,
                it,
                |_| true,
                |answer: &v1::ActivateResponseResponse| {
                    (answer.order.map_or(0, |order| order.order_id), answer.response_id)
                }
            ),
            Self::Escalate(it) => call!(api.response(), escalate_response, it),
            Self::DeEscalate(it) => call!(api.response(), de_escalate_response, it),
            Self::Terminate(it) => call!(api.response(), terminate_response, it),
            Self::Issue(it) => call!(
                api.order(),
                issue_order,
                it,
                |_| true,
                |answer: &v1::IssueOrderResponse| { (answer.issued.map_or(0, |order| order.order_id), 0) }
            ),
            Self::Supersede(it) => call!(api.order(), supersede_order, it),
            Self::Cancel(it) => call!(api.order(), cancel_order, it),
            Self::Close(it) => call!(api.order(), close_order, it),
            // What is so already is done, and leaves nothing; the answer does not say which.
            Self::SignOff(it) => call!(api.order(), sign_off, it, |_| false),
            Self::Verdict(it) => call!(api.roster(), decide_leave, it, |_| false),
            Self::Decline(it) => call!(api.field(), decline, it, |_| false),
            Self::Leave(it) => call!(api.roster(), request_leave, it),
            Self::Enroll(it) => {
                // The number of its next batch is looked up when it is answered.
                let mut done = call!(api.field(), enroll_device, it);
                done.answer.truncate(0);
                done
            }
            Self::Release(it) => call!(
                api.order(),
                release_people,
                it,
                |answer: &v1::ReleasePeopleResponse| answer.applied > 0
            ),
            Self::Attempt(it) => call!(
                api.order(),
                record_attempt,
                it,
                |answer: &v1::RecordAttemptResponse| answer.applied > 0
            ),
            Self::Delivery(it) => call!(
                api.field(),
                report_delivery,
                it,
                |answer: &v1::ReportDeliveryResponse| answer.applied > 0
            ),
            Self::Acknowledge(it) => call!(api.field(), acknowledge, it, |answer: &v1::AcknowledgeResponse| answer
                .applied
                > 0),
            Self::Depart(it) => call!(api.field(), depart, it, |answer: &v1::DepartResponse| answer.applied
                > 0),
            Self::CheckIn(it) => call!(api.field(), check_in, it, |answer: &v1::CheckInResponse| answer.applied
                > 0),
            Self::People(it) => {
                let answer = api.roster().import_people(tokio_stream::iter([it])).await?.into_inner();
                let mut report = answer.report.unwrap_or_default();
                let receipt = report.receipt.take().unwrap_or_default();
                Done {
                    revision: receipt.revision,
                    changed: report.added + report.changed > 0,
                    answer: format!("{report:?}"),
                    order: 0,
                    response: 0,
                }
            }
        })
    }
}
