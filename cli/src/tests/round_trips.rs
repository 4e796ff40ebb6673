//! The command line against a fake daemon: imports, reports, and the way from offline to synchronized.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;
use std::sync::{Arc, Mutex};

use baiying_proto::v1 as pb;
use pb::field_service_server::{FieldService, FieldServiceServer};
use pb::org_service_server::{OrgService, OrgServiceServer};
use prost::Message;
use tokio_stream::wrappers::TcpListenerStream;
use tokio_stream::{Stream, StreamExt};
use tonic::{Request, Response, Status, Streaming};
use tonic_types::{ErrorDetails, StatusExt};

use crate::output::Ui;

/// What the daemon was told.
#[derive(Debug, Default)]
struct Told {
    units: Vec<pb::UnitRow>,
    messages: usize,
    request_ids: Vec<String>,
    check_ins: Vec<pb::CheckInRequest>,
    keys: Vec<Vec<u8>>,
    batches: BTreeMap<u64, Vec<u8>>,
    submits: usize,
    /// Answers still to be lost after the work was done.
    lose: usize,
}

#[derive(Debug, Clone, Default)]
struct Fake(Arc<Mutex<Told>>);

type Boxed<T> = std::pin::Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

fn refuse(reason: &str) -> Status {
    Status::with_error_details(
        tonic::Code::FailedPrecondition,
        "no",
        ErrorDetails::with_error_info(reason, "baiying", [("value".to_owned(), "x".to_owned())]),
    )
}

impl Fake {
    fn lost(&self) -> Result<(), Status> {
        let mut told = self.0.lock().unwrap();
        if told.lose > 0 {
            told.lose -= 1;
            return Err(Status::unavailable("lost"));
        }
        Ok(())
    }
}

#[tonic::async_trait]
impl OrgService for Fake {
    async fn import_units(
        &self,
        request: Request<Streaming<pb::ImportUnitsRequest>>,
    ) -> Result<Response<pb::ImportUnitsResponse>, Status> {
        let mut stream = request.into_inner();
        let mut units = Vec::new();
        while let Some(message) = stream.next().await {
            let message = message?;
            assert!(message.encoded_len() < 200 * 1024 && message.rows.len() <= 500);
            let mut told = self.0.lock().unwrap();
            told.messages += 1;
            told.request_ids
                .extend(message.header.and_then(|header| header.context).map(|it| it.request_id));
            units.extend(message.rows);
        }
        let added = units.len() as u32;
        self.0.lock().unwrap().units = units;
        self.lost()?;
        let bad = vec![pb::RowError {
            row: 9,
            field: "kind".into(),
            value: "x".into(),
            problem: "invalid".into(),
            ..Default::default()
        }];
        let receipt = Some(pb::Receipt {
            revision: 7,
            repeated: false,
        });
        let report = pb::ImportReport {
            receipt,
            applied: true,
            added,
            bad,
            ..Default::default()
        };
        Ok(Response::new(pb::ImportUnitsResponse { report: Some(report) }))
    }
    async fn list_units(&self, _: Request<pb::ListUnitsRequest>) -> Result<Response<pb::ListUnitsResponse>, Status> {
        Ok(Response::new(pb::ListUnitsResponse::default()))
    }
    async fn get_unit(&self, _: Request<pb::GetUnitRequest>) -> Result<Response<pb::GetUnitResponse>, Status> {
        Err(refuse("UNKNOWN_UNIT"))
    }
    async fn import_muster_points(
        &self,
        _: Request<Streaming<pb::ImportMusterPointsRequest>>,
    ) -> Result<Response<pb::ImportMusterPointsResponse>, Status> {
        Err(Status::unimplemented(""))
    }
    async fn list_muster_points(
        &self,
        _: Request<pb::ListMusterPointsRequest>,
    ) -> Result<Response<pb::ListMusterPointsResponse>, Status> {
        Err(Status::unimplemented(""))
    }
}

#[tonic::async_trait]
impl FieldService for Fake {
    type ReceiveStream = Boxed<pb::ReceiveResponse>;
    type ReportStream = Boxed<pb::ReportResponse>;

    async fn receive(&self, request: Request<pb::ReceiveRequest>) -> Result<Response<Self::ReceiveStream>, Status> {
        assert_eq!(request.into_inner().lead_id, 12);
        let order = pb::FieldOrder {
            order_id: 7,
            version: 1,
            status: "open".into(),
            text: "集结\u{1b}[2J".into(),
            ..Default::default()
        };
        let messages = [
            Ok(pb::ReceiveResponse {
                cursor: 3,
                order: Some(order),
                conflated: 0,
                ..pb::ReceiveResponse::default()
            }),
            Ok(pb::ReceiveResponse {
                cursor: 4,
                order: None,
                conflated: 0,
                ..pb::ReceiveResponse::default()
            }),
        ];
        Ok(Response::new(Box::pin(tokio_stream::iter(messages))))
    }
    async fn report_delivery(
        &self,
        request: Request<pb::ReportDeliveryRequest>,
    ) -> Result<Response<pb::ReportDeliveryResponse>, Status> {
        let request = request.into_inner();
        self.0
            .lock()
            .unwrap()
            .request_ids
            .push(format!("{} O{}", request.state, request.order_id));
        Ok(Response::new(pb::ReportDeliveryResponse::default()))
    }
    async fn acknowledge(
        &self,
        _: Request<pb::AcknowledgeRequest>,
    ) -> Result<Response<pb::AcknowledgeResponse>, Status> {
        Err(refuse("LEADS_NOBODY"))
    }
    async fn decline(&self, _: Request<pb::DeclineRequest>) -> Result<Response<pb::DeclineResponse>, Status> {
        Err(Status::unimplemented(""))
    }
    async fn depart(&self, _: Request<pb::DepartRequest>) -> Result<Response<pb::DepartResponse>, Status> {
        Err(Status::unimplemented(""))
    }
    async fn check_in(&self, request: Request<pb::CheckInRequest>) -> Result<Response<pb::CheckInResponse>, Status> {
        self.0.lock().unwrap().check_ins.push(request.into_inner());
        self.lost()?;
        let exceptions = vec![pb::PersonException {
            person_id: 5,
            kind: pb::ExceptionKind::NotLed.into(),
        }];
        Ok(Response::new(pb::CheckInResponse {
            receipt: Some(pb::Receipt {
                revision: 9,
                repeated: false,
            }),
            applied: 2,
            exceptions,
        }))
    }
    async fn report(&self, _: Request<Streaming<pb::ReportRequest>>) -> Result<Response<Self::ReportStream>, Status> {
        Err(Status::unimplemented(""))
    }
    async fn enroll_device(
        &self,
        request: Request<pb::EnrollDeviceRequest>,
    ) -> Result<Response<pb::EnrollDeviceResponse>, Status> {
        let mut told = self.0.lock().unwrap();
        told.keys.push(request.into_inner().public_key.to_vec());
        Ok(Response::new(pb::EnrollDeviceResponse {
            receipt: None,
            device_id: 4,
            next_sequence: 1,
        }))
    }
    async fn submit_batch(
        &self,
        request: Request<pb::SubmitBatchRequest>,
    ) -> Result<Response<pb::SubmitBatchResponse>, Status> {
        let request = request.into_inner();
        let batch = pb::OfflineBatch::decode(request.batch.clone()).unwrap();
        {
            let mut told = self.0.lock().unwrap();
            told.submits += 1;
            let key: [u8; 32] = told.keys.last().unwrap().as_slice().try_into().unwrap();
            let key = ed25519_dalek::VerifyingKey::from_bytes(&key).unwrap();
            let signature = ed25519_dalek::Signature::from_slice(&request.signature).unwrap();
            key.verify_strict(&request.batch, &signature)
                .expect("signed by the enrolled key");
            let known = told
                .batches
                .entry(batch.sequence)
                .or_insert_with(|| request.batch.to_vec());
            assert_eq!(*known, request.batch.to_vec(), "other content under the same number");
        }
        self.lost()?;
        let results = batch.items.iter().map(|item| pb::ItemResult {
            applied: item.person_ids.len() as u32 - 1,
            exceptions: vec![pb::PersonException {
                person_id: item.person_ids[0],
                kind: pb::ExceptionKind::OrderClosed.into(),
            }],
        });
        Ok(Response::new(pb::SubmitBatchResponse {
            receipt: None,
            results: results.collect(),
        }))
    }
}

/// A daemon on a port of its own.
fn daemon() -> (Fake, String, tokio::runtime::Runtime) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let fake = Fake::default();
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let service = fake.clone();
    runtime.spawn(async move {
        tonic::transport::Server::builder()
            .add_service(OrgServiceServer::new(service.clone()))
            .add_service(FieldServiceServer::new(service))
            .serve_with_incoming(TcpListenerStream::new(listener))
            .await
    });
    (fake, url, runtime)
}

/// Code, stdout, stderr of one command line.
fn baiying(server: &str, args: &[&str]) -> (u8, String, String) {
    let (ui, out, err) = Ui::captured();
    let head = ["baiying", "--lang", "zh-CN", "--server", server];
    let args: Vec<OsString> = head.iter().chain(args).map(OsString::from).collect();
    let code = crate::run(args, ui);
    let text = |bytes: &Arc<Mutex<Vec<u8>>>| String::from_utf8(bytes.lock().unwrap().clone()).unwrap();
    (code, text(&out), text(&err))
}

/// Nobody listens there.
const NOWHERE: &str = "unix:/nonexistent/baiying.sock";

fn write(dir: &Path, name: &str, text: impl AsRef<[u8]>) -> String {
    let path = dir.join(name);
    std::fs::write(&path, text).unwrap();
    path.to_string_lossy().into_owned()
}

#[test]
fn an_import_is_sent_in_pieces_and_repeated_under_its_key() {
    let (fake, url, _runtime) = daemon();
    fake.0.lock().unwrap().lose = 1;
    let dir = tempfile::tempdir().unwrap();
    let mut text = String::from("代码,名称,上级代码,类型\n440608,高明区,4406,区县\n");
    (1..1200).for_each(|n| text.push_str(&format!("440608{n:04},网格,440608,网格\n")));
    text.push_str("bad\n");
    let file = write(dir.path(), "divisions.csv", encoding_rs::GBK.encode(&text).0);
    let (code, out, err) = baiying(&url, &["org", "import", &file]);
    assert_eq!(code, 3, "{err}");
    assert!(out.contains("1202") && err.contains("没有发送任何行"), "{out}{err}");
    assert!(fake.0.lock().unwrap().units.is_empty(), "all or nothing sends nothing");

    let report = dir.path().join("bad.csv");
    let (code, out, err) = baiying(
        &url,
        &[
            "org",
            "import",
            &file,
            "--skip-bad",
            "-o",
            "json",
            "--report",
            &report.to_string_lossy(),
        ],
    );
    assert_eq!(code, 3, "{err}");
    assert!(
        err.contains("GBK") && err.contains("4406") && err.contains("正在重试"),
        "{err}"
    );
    let document: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(document["revision"], 7);
    assert_eq!(document["added"], 1200);
    let rows: Vec<_> = document["bad"]
        .as_array()
        .unwrap()
        .iter()
        .map(|bad| bad["row"].as_u64().unwrap())
        .collect();
    assert_eq!(rows, [9, 1202], "the daemon's bad rows and ours, sorted");
    assert_eq!(std::fs::read_to_string(report).unwrap().lines().count(), 3);
    let told = fake.0.lock().unwrap();
    assert_eq!(told.units[0].parent_code, "", "the root was found");
    assert_eq!(told.units[1].kind, "grid");
    assert_eq!(
        (told.units.len(), told.messages),
        (1200, 2 * 4),
        "header and three pieces, twice"
    );
    assert_eq!(told.request_ids.len(), 2);
    assert_eq!(told.request_ids[0], told.request_ids[1], "the same key");
}

#[test]
fn a_file_that_is_cut_off_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let file = write(dir.path(), "people.csv", "身份证号,姓名,单位代码,人员类别\n1,\"张三");
    let (code, out, err) = baiying(NOWHERE, &["person", "import", &file]);
    assert_eq!((code, out.as_str()), (3, ""));
    assert!(
        err.contains("第 2 行") && err.contains("姓名") && err.contains("张三"),
        "{err}"
    );
}

#[test]
fn refusals_and_silence_have_their_codes() {
    let (_fake, url, _runtime) = daemon();
    let (code, out, err) = baiying(&url, &["org", "show", "nowhere"]);
    assert_eq!((code, out.as_str()), (4, ""));
    assert!(
        err.contains("UNKNOWN_UNIT") && err.contains("deploy/docs/errors/UNKNOWN_UNIT.md"),
        "{err}"
    );
    let (code, _, err) = baiying(NOWHERE, &["order", "close", "O1"]);
    assert_eq!(code, 5);
    assert!(err.contains("--request-id cli-"), "the key to repeat under: {err}");
    let (code, ..) = baiying(&url, &["order", "show", "R1"]);
    assert_eq!(code, 2);
    let (code, ..) = baiying(&url, &["field", "ack", "O7", "--all", "--lead", "P12"]);
    assert_eq!(code, 4, "a refusal is not queued");
}

#[test]
fn orders_are_shown_and_reported_as_delivered() {
    let (fake, url, _runtime) = daemon();
    let (code, out, err) = baiying(&url, &["field", "receive", "--lead", "P12", "--once"]);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("O7 v1") && !out.contains('\u{1b}'), "{out}");
    assert_eq!(fake.0.lock().unwrap().request_ids, ["delivered O7"]);
    let (_, out, _) = baiying(&url, &["field", "receive", "--lead", "12", "--once", "-o", "json"]);
    let documents: Vec<serde_json::Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(documents.len(), 2);
    assert_eq!(documents[1]["cursor"], 4);
}

#[test]
fn a_report_online_tells_whom_it_did_not_count() {
    let (fake, url, _runtime) = daemon();
    let dir = tempfile::tempdir().unwrap();
    let list = write(dir.path(), "list.csv", "人员\nP5\np6\n7\n");
    let queue = dir.path().to_string_lossy();
    let args = [
        "field", "check-in", "O7", "--muster", "m1", "--file", &list, "--lead", "P12", "--queue", &queue,
    ];
    let (code, out, _) = baiying(&url, &args);
    assert_eq!(code, 3, "people were not counted");
    assert!(out.contains("P5") && out.contains("所带队伍"), "{out}");
    let told = fake.0.lock().unwrap();
    assert_eq!(told.check_ins[0].person_ids, [5, 6, 7]);
    assert_eq!(told.check_ins[0].muster_point, "M1");
    assert!(told.check_ins[0].observed_at_unix_ms > 1_700_000_000_000);
}

#[test]
fn out_of_reach_is_kept_and_synchronized_once() {
    let dir = tempfile::tempdir().unwrap();
    let queue = dir.path().to_string_lossy().into_owned();
    let check_in = [
        "field", "check-in", "O7", "--muster", "M1", "--person", "P5,P6", "--lead", "P12", "--queue", &queue,
    ];
    let (code, out, err) = baiying(NOWHERE, &check_in);
    assert_eq!(code, 0, "{err}");
    assert!(
        out.contains("1 项待同步") && out.contains("field sync --lead P12"),
        "{out}"
    );
    let (code, ..) = baiying(NOWHERE, &[&check_in[..], &["--offline"]].concat());
    assert_eq!(code, 0);
    let (code, _, err) = baiying(NOWHERE, &["field", "sync", "--lead", "P12", "--queue", &queue]);
    assert_eq!(code, 5, "{err}");

    let (fake, url, _runtime) = daemon();
    // Every answer of the first synchronization is lost.
    fake.0.lock().unwrap().lose = 4;
    let (code, ..) = baiying(&url, &["field", "sync", "--queue", &queue]);
    assert_eq!(code, 5);
    let (code, out, _) = baiying(&url, &["field", "queue", "--queue", &queue, "-o", "json"]);
    let document: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(code, 0);
    assert_eq!(document["leads"][0]["waiting"].as_array().unwrap().len(), 2);
    assert_eq!(document["leads"][0]["waiting"][0]["batch"], 1, "frozen");

    let (code, out, err) = baiying(&url, &["field", "sync", "--queue", &queue]);
    assert_eq!(code, 3, "{err}");
    assert!(
        out.contains("P6") && out.contains("已计入") && out.contains("统计已关闭"),
        "{out}"
    );
    let (code, out, _) = baiying(&url, &["field", "sync", "--queue", &queue, "-o", "json"]);
    let document: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &document["leads"][0]["waiting"]), (0, &serde_json::json!(0)));
    let told = fake.0.lock().unwrap();
    assert_eq!(
        (told.batches.len(), told.submits, told.keys.len()),
        (1, 5, 1),
        "one number, the same bytes each time"
    );
}
