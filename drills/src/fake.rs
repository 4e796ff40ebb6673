//! A daemon for tests: a small order, the field's rules as far as they matter here, and a bad temper.
//!
//! It loses answers after taking the report, is busy before taking it, and breaks streams. Whoever asks it must do so again under the same
//! request id and with the same content.

use std::collections::{BTreeMap, BTreeSet};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};

use baiying_proto::v1::field_service_server::{FieldService, FieldServiceServer};
use baiying_proto::v1::order_service_server::{OrderService, OrderServiceServer};
use baiying_proto::v1::org_service_server::{OrgService, OrgServiceServer};
use baiying_proto::v1::post_service_server::{PostService, PostServiceServer};
use baiying_proto::v1::report_request::Report;
use baiying_proto::v1::roster_service_server::{RosterService, RosterServiceServer};
use baiying_proto::v1::*;
use ed25519_dalek::{Signature, Verifier as _, VerifyingKey};
use prost::Message as _;
use tokio::net::TcpListener;
use tokio_stream::wrappers::{ReceiverStream, TcpListenerStream};
use tokio_stream::{Stream, StreamExt as _};
use tonic::{Request, Response, Status, Streaming};

type Streamed<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

/// What became of the order.
#[derive(Default)]
pub(crate) struct World {
    pub(crate) teams: Vec<Team>,
    pub(crate) people: Vec<Person>,
    pub(crate) acked: BTreeSet<u32>,
    pub(crate) departed: BTreeSet<u32>,
    pub(crate) arrived: BTreeSet<u32>,
    pub(crate) declined: BTreeSet<u32>,
    pub(crate) delivered_by: BTreeSet<u32>,
    pub(crate) batches: BTreeMap<u32, u64>,
    pub(crate) wrong_sites: u32,
    /// Requests that used an id again for something else.
    pub(crate) reused: Vec<String>,
    pub(crate) imported: Vec<usize>,
    /// Exercises that reports were said to; "": the district.
    pub(crate) said_to: BTreeSet<String>,
    /// Who acted.
    pub(crate) actors: BTreeSet<String>,
    keys: Vec<VerifyingKey>,
    answered: BTreeMap<String, (Vec<u8>, u32, Vec<PersonException>)>,
    tries: u32,
    temper: bool,
}

impl World {
    /// Teams of 10 with a leader and a deputy, and as many people alone.
    fn with(teams: u32) -> Self {
        let mut world = Self {
            temper: true,
            ..Self::default()
        };
        for team in 1..=teams {
            let first = (team - 1) * 10 + 1;
            world.teams.push(Team {
                team_id: team,
                leader_id: first,
                deputy_id: first + 1,
                ..Team::default()
            });
        }
        for person_id in 1..=teams * 20 {
            let team_ids = if person_id <= teams * 10 {
                vec![(person_id - 1) / 10 + 1]
            } else {
                Vec::new()
            };
            world.people.push(Person {
                person_id,
                team_ids,
                unit_code: Self::unit_of(person_id).to_owned(),
                ..Person::default()
            });
        }
        world
    }

    /// Some of every team are of another unit, and so is the leader of every other team.
    pub(crate) fn unit_of(person: u32) -> &'static str {
        if person.is_multiple_of(4) || person % 20 == 11 {
            "B"
        } else {
            "A"
        }
    }

    /// How many requests were taken.
    pub(crate) fn taken(&self) -> usize {
        self.answered.len()
    }

    fn of_unit(&self, unit: &str) -> Vec<Person> {
        let of_unit = |person: &&Person| unit.is_empty() || person.unit_code == unit;
        self.people.iter().filter(of_unit).cloned().collect()
    }

    /// Takes a request once, and answers as at the first time. In a bad temper one in four is not taken, and one in four is taken and not
    /// answered.
    fn take(
        &mut self,
        context: Option<CommandContext>,
        content: Vec<u8>,
        apply: impl FnOnce(&mut Self) -> (u32, Vec<PersonException>),
    ) -> Result<(u32, Vec<PersonException>), Status> {
        let context = context.ok_or_else(|| Status::invalid_argument("context"))?;
        assert!(context.request_id.len() <= 64 && !context.actor.is_empty() && context.actor.len() <= 64);
        if let Some((known, applied, exceptions)) = self.answered.get(&context.request_id) {
            if *known != content {
                self.reused.push(context.request_id);
            }
            return Ok((*applied, exceptions.clone()));
        }
        self.actors.insert(context.actor.clone());
        self.tries += 1;
        if self.temper && self.tries % 4 == 1 {
            return Err(Status::resource_exhausted("busy"));
        }
        let (applied, exceptions) = apply(self);
        self.answered
            .insert(context.request_id, (content, applied, exceptions.clone()));
        if self.temper && self.tries % 4 == 3 {
            return Err(Status::unavailable("gone"));
        }
        Ok((applied, exceptions))
    }

    fn report(&mut self, report: Report) -> Result<(u32, Vec<PersonException>), Status> {
        match report {
            Report::Acknowledge(request) => {
                let content = request.encode_to_vec();
                self.take(request.context, content, |world| {
                    world.mark(&request.person_ids, |world| &mut world.acked)
                })
            }
            Report::Depart(request) => {
                let content = request.encode_to_vec();
                self.take(request.context, content, |world| {
                    world.mark(&request.person_ids, |world| &mut world.departed)
                })
            }
            Report::CheckIn(request) => {
                let content = request.encode_to_vec();
                let own = matches!(
                    request.reporter,
                    Some(Reporter {
                        who: Some(reporter::Who::Own(_))
                    })
                );
                assert!(!own || request.check_in_code == format!("code-{}", request.muster_point));
                self.take(request.context, content, |world| {
                    world.arrive(&request.muster_point, &request.person_ids)
                })
            }
        }
    }

    fn arrive(&mut self, muster_point: &str, people: &[u32]) -> (u32, Vec<PersonException>) {
        if muster_point != "P1-M1" {
            self.wrong_sites += people.len() as u32;
            let kind = ExceptionKind::WrongSite.into();
            return (
                0,
                people
                    .iter()
                    .map(|person_id| PersonException {
                        person_id: *person_id,
                        kind,
                    })
                    .collect(),
            );
        }
        self.mark(people, |world| &mut world.arrived)
    }

    fn mark(&mut self, people: &[u32], set: impl Fn(&mut Self) -> &mut BTreeSet<u32>) -> (u32, Vec<PersonException>) {
        let kind = ExceptionKind::AlreadyDone.into();
        let known = people.iter().filter(|person| !set(self).insert(**person));
        let exceptions: Vec<_> = known
            .map(|person_id| PersonException {
                person_id: *person_id,
                kind,
            })
            .collect();
        (people.len() as u32 - exceptions.len() as u32, exceptions)
    }
}

/// The daemon.
#[derive(Clone)]
pub(crate) struct Fake(Arc<Mutex<World>>);

impl Fake {
    /// Serves, and says where.
    pub(crate) async fn serve(teams: u32) -> (Self, String) {
        let fake = Self(Arc::new(Mutex::new(World::with(teams))));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
        let router = tonic::transport::Server::builder()
            .add_service(FieldServiceServer::new(fake.clone()))
            .add_service(OrderServiceServer::new(fake.clone()))
            .add_service(OrgServiceServer::new(fake.clone()))
            .add_service(PostServiceServer::new(fake.clone()))
            .add_service(RosterServiceServer::new(fake.clone()));
        tokio::spawn(router.serve_with_incoming(TcpListenerStream::new(listener)));
        (fake, endpoint)
    }
    pub(crate) fn calm(self) -> Self {
        self.world().temper = false;
        self
    }
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.0.lock().expect("the world")
    }
}

fn no<T>() -> Result<Response<T>, Status> {
    Err(Status::unimplemented("not in the fake"))
}

#[tonic::async_trait]
impl FieldService for Fake {
    type ReceiveStream = Streamed<ReceiveResponse>;
    type ReportStream = Streamed<ReportResponse>;

    async fn receive(&self, request: Request<ReceiveRequest>) -> Result<Response<Self::ReceiveStream>, Status> {
        let cursor = request.into_inner().cursor;
        let order = FieldOrder {
            order_id: 1,
            version: 1,
            ..FieldOrder::default()
        };
        // The first stream breaks before the order is there; the second stays.
        let messages: Streamed<ReceiveResponse> = if cursor == 0 {
            let nothing = ReceiveResponse {
                cursor: 1,
                order: None,
                conflated: 0,
                ..ReceiveResponse::default()
            };
            Box::pin(tokio_stream::iter([Ok(nothing), Err(Status::unavailable("stopping"))]))
        } else {
            let message = ReceiveResponse {
                cursor: 2,
                order: Some(order),
                conflated: 0,
                ..ReceiveResponse::default()
            };
            Box::pin(tokio_stream::iter([Ok(message)]).chain(tokio_stream::pending()))
        };
        Ok(Response::new(messages))
    }
    async fn report_delivery(
        &self,
        request: Request<ReportDeliveryRequest>,
    ) -> Result<Response<ReportDeliveryResponse>, Status> {
        let request = request.into_inner();
        let content = request.encode_to_vec();
        let lead = request.lead_id;
        let (applied, _) = self.world().take(request.context, content, |world| {
            world.delivered_by.insert(lead);
            (1, Vec::new())
        })?;
        Ok(Response::new(ReportDeliveryResponse { receipt: None, applied }))
    }
    async fn acknowledge(&self, request: Request<AcknowledgeRequest>) -> Result<Response<AcknowledgeResponse>, Status> {
        let exercise = request.metadata().get("baiying-exercise");
        let exercise = exercise.and_then(|number| number.to_str().ok()).unwrap_or_default();
        self.world().said_to.insert(exercise.to_owned());
        let (applied, exceptions) = self.world().report(Report::Acknowledge(request.into_inner()))?;
        Ok(Response::new(AcknowledgeResponse {
            receipt: None,
            applied,
            exceptions,
        }))
    }
    async fn decline(&self, request: Request<DeclineRequest>) -> Result<Response<DeclineResponse>, Status> {
        let request = request.into_inner();
        let (content, person) = (request.encode_to_vec(), request.person_id);
        self.world().take(request.context, content, |world| {
            world.mark(&[person], |world| &mut world.declined)
        })?;
        Ok(Response::new(DeclineResponse {
            receipt: None,
            leave_id: 1,
        }))
    }
    async fn depart(&self, request: Request<DepartRequest>) -> Result<Response<DepartResponse>, Status> {
        let (applied, exceptions) = self.world().report(Report::Depart(request.into_inner()))?;
        Ok(Response::new(DepartResponse {
            receipt: None,
            applied,
            exceptions,
        }))
    }
    async fn check_in(&self, request: Request<CheckInRequest>) -> Result<Response<CheckInResponse>, Status> {
        let (applied, exceptions) = self.world().report(Report::CheckIn(request.into_inner()))?;
        Ok(Response::new(CheckInResponse {
            receipt: None,
            applied,
            exceptions,
        }))
    }
    async fn report(&self, request: Request<Streaming<ReportRequest>>) -> Result<Response<Self::ReportStream>, Status> {
        let mut reports = request.into_inner();
        let fake = self.clone();
        let (sender, receiver) = tokio::sync::mpsc::channel(16);
        tokio::spawn(async move {
            while let Ok(Some(ReportRequest {
                tag,
                report: Some(report),
            })) = reports.message().await
            {
                let answer = match fake.world().report(report) {
                    Ok((applied, exceptions)) => Ok(ReportResponse {
                        tag,
                        applied,
                        exceptions,
                        ..Default::default()
                    }),
                    Err(status) if status.code() == tonic::Code::ResourceExhausted => {
                        let refused_reason = "QUEUE_FULL".to_owned();
                        Ok(ReportResponse {
                            tag,
                            refused_reason,
                            ..Default::default()
                        })
                    }
                    Err(status) => Err(status),
                };
                let is_over = answer.is_err();
                if sender.send(answer).await.is_err() || is_over {
                    return;
                }
            }
        });
        Ok(Response::new(Box::pin(ReceiverStream::new(receiver))))
    }
    async fn enroll_device(
        &self,
        request: Request<EnrollDeviceRequest>,
    ) -> Result<Response<EnrollDeviceResponse>, Status> {
        let request = request.into_inner();
        let key: [u8; 32] = request.public_key.as_ref().try_into().expect("32 bytes");
        let key = VerifyingKey::from_bytes(&key).expect("a key");
        let content = request.encode_to_vec();
        let (device_id, _) = self.world().take(request.context, content, |world| {
            world.keys.push(key);
            (world.keys.len() as u32, Vec::new())
        })?;
        Ok(Response::new(EnrollDeviceResponse {
            receipt: None,
            device_id,
            next_sequence: 1,
        }))
    }
    async fn submit_batch(
        &self,
        request: Request<SubmitBatchRequest>,
    ) -> Result<Response<SubmitBatchResponse>, Status> {
        let SubmitBatchRequest {
            batch: bytes,
            signature,
        } = request.into_inner();
        let batch = OfflineBatch::decode(bytes.clone()).expect("a batch");
        let mut world = self.world();
        let signature = Signature::from_slice(&signature).expect("64 bytes");
        world.keys[batch.device_id as usize - 1]
            .verify(&bytes, &signature)
            .expect("signed");
        let context = CommandContext {
            request_id: format!("batch:{}:{}", batch.device_id, batch.sequence),
            actor: "device".to_owned(),
        };
        let (applied, exceptions) = world.take(Some(context), bytes.to_vec(), |world| {
            let last = world.batches.insert(batch.device_id, batch.sequence).unwrap_or(0);
            assert_eq!(batch.sequence, last + 1, "no gaps");
            let mut sum = (0, Vec::new());
            for item in batch.items {
                let (applied, exceptions) = match item.kind.as_str() {
                    "depart" => world.mark(&item.person_ids, |world| &mut world.departed),
                    _ => world.arrive(&item.muster_point, &item.person_ids),
                };
                sum.0 += applied;
                sum.1.extend(exceptions);
            }
            sum
        })?;
        Ok(Response::new(SubmitBatchResponse {
            receipt: None,
            results: vec![ItemResult { applied, exceptions }],
        }))
    }
}

#[tonic::async_trait]
impl OrderService for Fake {
    async fn get_order(&self, _: Request<GetOrderRequest>) -> Result<Response<GetOrderResponse>, Status> {
        let version = OrderVersion {
            version: 1,
            muster_point_ids: vec![1],
            ..OrderVersion::default()
        };
        let order = Order {
            order_id: 1,
            response_id: 1,
            versions: vec![version],
        };
        Ok(Response::new(GetOrderResponse { order: Some(order) }))
    }
    async fn list_deliveries(
        &self,
        request: Request<ListDeliveriesRequest>,
    ) -> Result<Response<ListDeliveriesResponse>, Status> {
        let world = self.world();
        let row = |person: Person| Delivery {
            person_id: person.person_id,
            acked_at_unix_ms: world.acked.contains(&person.person_id).into(),
            departed_at_unix_ms: world.departed.contains(&person.person_id).into(),
            arrived_at_unix_ms: world.arrived.contains(&person.person_id).into(),
            leave_id: world.declined.contains(&person.person_id).into(),
            unit_code: person.unit_code,
            ..Delivery::default()
        };
        let people = world.of_unit(&request.into_inner().unit_code).into_iter();
        let deliveries = people.map(row).collect();
        Ok(Response::new(ListDeliveriesResponse {
            deliveries,
            next_page_token: String::new(),
        }))
    }
    async fn issue_order(&self, _: Request<IssueOrderRequest>) -> Result<Response<IssueOrderResponse>, Status> {
        no()
    }
    async fn supersede_order(
        &self,
        _: Request<SupersedeOrderRequest>,
    ) -> Result<Response<SupersedeOrderResponse>, Status> {
        no()
    }
    async fn cancel_order(&self, _: Request<CancelOrderRequest>) -> Result<Response<CancelOrderResponse>, Status> {
        no()
    }
    async fn close_order(&self, _: Request<CloseOrderRequest>) -> Result<Response<CloseOrderResponse>, Status> {
        no()
    }
    async fn sign_off(&self, _: Request<SignOffRequest>) -> Result<Response<SignOffResponse>, Status> {
        no()
    }
    async fn release_people(
        &self,
        _: Request<ReleasePeopleRequest>,
    ) -> Result<Response<ReleasePeopleResponse>, Status> {
        no()
    }
    async fn record_attempt(
        &self,
        _: Request<RecordAttemptRequest>,
    ) -> Result<Response<RecordAttemptResponse>, Status> {
        no()
    }
    async fn list_orders(&self, _: Request<ListOrdersRequest>) -> Result<Response<ListOrdersResponse>, Status> {
        no()
    }
}

#[tonic::async_trait]
impl RosterService for Fake {
    async fn list_people(&self, request: Request<ListPeopleRequest>) -> Result<Response<ListPeopleResponse>, Status> {
        // Two pages, so that tokens are followed.
        let request = request.into_inner();
        let all = self.world().of_unit(&request.unit_code);
        let half = all.len() / 2;
        let token = request.page.unwrap_or_default().page_token;
        let (people, next) = if token.is_empty() {
            (&all[..half], "2")
        } else {
            (&all[half..], "")
        };
        Ok(Response::new(ListPeopleResponse {
            people: people.to_vec(),
            next_page_token: next.to_owned(),
        }))
    }
    async fn list_teams(&self, _: Request<ListTeamsRequest>) -> Result<Response<ListTeamsResponse>, Status> {
        let teams = self.world().teams.clone();
        Ok(Response::new(ListTeamsResponse {
            teams,
            next_page_token: String::new(),
        }))
    }
    async fn import_people(
        &self,
        request: Request<Streaming<ImportPeopleRequest>>,
    ) -> Result<Response<ImportPeopleResponse>, Status> {
        let rows = rows(request.into_inner(), |message| {
            (message.header.is_some(), message.rows.len())
        })
        .await?;
        Ok(Response::new(ImportPeopleResponse {
            report: Some(self.import(rows)),
            ..ImportPeopleResponse::default()
        }))
    }
    async fn import_teams(
        &self,
        request: Request<Streaming<ImportTeamsRequest>>,
    ) -> Result<Response<ImportTeamsResponse>, Status> {
        let rows = rows(request.into_inner(), |message| {
            (message.header.is_some(), message.rows.len())
        })
        .await?;
        Ok(Response::new(ImportTeamsResponse {
            report: Some(self.import(rows)),
        }))
    }
    async fn verify_phones(&self, _: Request<VerifyPhonesRequest>) -> Result<Response<VerifyPhonesResponse>, Status> {
        no()
    }
    async fn unmask(&self, _: Request<UnmaskRequest>) -> Result<Response<UnmaskResponse>, Status> {
        no()
    }
    async fn list_disclosures(
        &self,
        _: Request<ListDisclosuresRequest>,
    ) -> Result<Response<ListDisclosuresResponse>, Status> {
        no()
    }
    async fn request_leave(&self, _: Request<RequestLeaveRequest>) -> Result<Response<RequestLeaveResponse>, Status> {
        no()
    }
    async fn decide_leave(&self, _: Request<DecideLeaveRequest>) -> Result<Response<DecideLeaveResponse>, Status> {
        no()
    }
    async fn list_leave(&self, _: Request<ListLeaveRequest>) -> Result<Response<ListLeaveResponse>, Status> {
        no()
    }
}

#[tonic::async_trait]
impl OrgService for Fake {
    async fn import_units(
        &self,
        request: Request<Streaming<ImportUnitsRequest>>,
    ) -> Result<Response<ImportUnitsResponse>, Status> {
        let rows = rows(request.into_inner(), |message| {
            (message.header.is_some(), message.rows.len())
        })
        .await?;
        Ok(Response::new(ImportUnitsResponse {
            report: Some(self.import(rows)),
        }))
    }
    async fn import_muster_points(
        &self,
        request: Request<Streaming<ImportMusterPointsRequest>>,
    ) -> Result<Response<ImportMusterPointsResponse>, Status> {
        let rows = rows(request.into_inner(), |message| {
            (message.header.is_some(), message.rows.len())
        })
        .await?;
        Ok(Response::new(ImportMusterPointsResponse {
            report: Some(self.import(rows)),
        }))
    }
    async fn list_muster_points(
        &self,
        _: Request<ListMusterPointsRequest>,
    ) -> Result<Response<ListMusterPointsResponse>, Status> {
        let point = |muster_point_id| MusterPoint {
            muster_point_id,
            code: format!("P{muster_point_id}-M1"),
            ..MusterPoint::default()
        };
        let answer = ListMusterPointsResponse {
            muster_points: vec![point(1), point(2)],
            next_page_token: String::new(),
        };
        Ok(Response::new(answer))
    }
    async fn list_units(&self, _: Request<ListUnitsRequest>) -> Result<Response<ListUnitsResponse>, Status> {
        no()
    }
    async fn get_unit(&self, _: Request<GetUnitRequest>) -> Result<Response<GetUnitResponse>, Status> {
        no()
    }
}

#[tonic::async_trait]
impl PostService for Fake {
    async fn import_posts(
        &self,
        request: Request<Streaming<ImportPostsRequest>>,
    ) -> Result<Response<ImportPostsResponse>, Status> {
        let rows = rows(request.into_inner(), |it| (it.header.is_some(), it.rows.len())).await?;
        let report = Some(self.import(rows));
        Ok(Response::new(ImportPostsResponse { report }))
    }
    async fn list_posts(&self, _: Request<ListPostsRequest>) -> Result<Response<ListPostsResponse>, Status> {
        no()
    }
    async fn end_post(&self, _: Request<EndPostRequest>) -> Result<Response<EndPostResponse>, Status> {
        no()
    }
}

impl Fake {
    fn import(&self, rows: usize) -> ImportReport {
        self.world().imported.push(rows);
        ImportReport {
            applied: true,
            added: rows as u32,
            ..ImportReport::default()
        }
    }
}

/// How many rows an import brought; its first message, and only that, is the header.
async fn rows<T>(mut messages: Streaming<T>, look: impl Fn(&T) -> (bool, usize)) -> Result<usize, Status> {
    let (mut rows, mut first) = (0, true);
    while let Some(message) = messages.message().await? {
        let (is_header, count) = look(&message);
        assert_eq!(is_header, first);
        assert!(count <= 500);
        (first, rows) = (false, rows + count);
    }
    Ok(rows)
}
