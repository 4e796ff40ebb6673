//! The switch against a fake daemon: what is asked for, what is shown afterwards, and which exit code tells what.

use std::ffi::OsString;
use std::sync::{Arc, Mutex};

use baiying_proto::v1 as pb;
use pb::command_service_server::{CommandService, CommandServiceServer};
use pb::response_service_server::{ResponseService, ResponseServiceServer};
use tokio_stream::wrappers::TcpListenerStream;
use tonic::{Request, Response, Status};

use crate::i18n::{Lang, find};
use crate::output::Ui;

/// What the daemon was told, and how it answers.
#[derive(Debug, Default)]
struct Told {
    activations: Vec<pb::ActivateResponseRequest>,
    rehearsals: Vec<pb::RehearseResponseRequest>,
    requests: Vec<pb::RequestResponseRequest>,
    approvals: Vec<pb::ApproveResponseRequest>,
    rejections: Vec<pb::RejectResponseRequest>,
    confirmations: Vec<pb::ConfirmResponseRequest>,
    escalations: Vec<pb::EscalateResponseRequest>,
    de_escalations: Vec<pb::DeEscalateResponseRequest>,
    handed_over: Vec<pb::HandOverCommandRequest>,
    trees: Vec<pb::ListCommandTreeRequest>,
    /// The answer to a rehearsal.
    rehearsed: pb::RehearseResponseResponse,
    /// Nobody can look at what stands.
    blind: bool,
}

#[derive(Debug, Clone, Default)]
struct Fake(Arc<Mutex<Told>>);

type Answer<T> = Result<Response<T>, Status>;

fn none<T>() -> Answer<T> {
    Err(Status::unimplemented(""))
}

fn issued() -> Option<pb::Issued> {
    Some(pb::Issued {
        order_id: 2,
        version: 1,
        due: 120,
        ..pb::Issued::default()
    })
}

#[tonic::async_trait]
impl ResponseService for Fake {
    async fn rehearse_response(
        &self,
        request: Request<pb::RehearseResponseRequest>,
    ) -> Answer<pb::RehearseResponseResponse> {
        let mut told = self.0.lock().unwrap();
        told.rehearsals.push(request.into_inner());
        Ok(Response::new(told.rehearsed.clone()))
    }
    async fn request_response(
        &self,
        request: Request<pb::RequestResponseRequest>,
    ) -> Answer<pb::RequestResponseResponse> {
        self.0.lock().unwrap().requests.push(request.into_inner());
        Ok(Response::new(pb::RequestResponseResponse {
            receipt: None,
            response_id: 1,
        }))
    }
    async fn approve_response(
        &self,
        request: Request<pb::ApproveResponseRequest>,
    ) -> Answer<pb::ApproveResponseResponse> {
        self.0.lock().unwrap().approvals.push(request.into_inner());
        Ok(Response::new(pb::ApproveResponseResponse {
            receipt: None,
            order: issued(),
        }))
    }
    async fn reject_response(&self, request: Request<pb::RejectResponseRequest>) -> Answer<pb::RejectResponseResponse> {
        self.0.lock().unwrap().rejections.push(request.into_inner());
        Ok(Response::new(pb::RejectResponseResponse::default()))
    }
    async fn activate_response(
        &self,
        request: Request<pb::ActivateResponseRequest>,
    ) -> Answer<pb::ActivateResponseResponse> {
        self.0.lock().unwrap().activations.push(request.into_inner());
        Ok(Response::new(pb::ActivateResponseResponse {
            receipt: None,
            response_id: 1,
            order: issued(),
        }))
    }
    async fn confirm_response(
        &self,
        request: Request<pb::ConfirmResponseRequest>,
    ) -> Answer<pb::ConfirmResponseResponse> {
        self.0.lock().unwrap().confirmations.push(request.into_inner());
        Ok(Response::new(pb::ConfirmResponseResponse::default()))
    }
    async fn escalate_response(
        &self,
        request: Request<pb::EscalateResponseRequest>,
    ) -> Answer<pb::EscalateResponseResponse> {
        self.0.lock().unwrap().escalations.push(request.into_inner());
        Ok(Response::new(pb::EscalateResponseResponse::default()))
    }
    async fn de_escalate_response(
        &self,
        request: Request<pb::DeEscalateResponseRequest>,
    ) -> Answer<pb::DeEscalateResponseResponse> {
        self.0.lock().unwrap().de_escalations.push(request.into_inner());
        Ok(Response::new(pb::DeEscalateResponseResponse::default()))
    }
    async fn terminate_response(
        &self,
        _: Request<pb::TerminateResponseRequest>,
    ) -> Answer<pb::TerminateResponseResponse> {
        none()
    }
    async fn get_response(&self, _: Request<pb::GetResponseRequest>) -> Answer<pb::GetResponseResponse> {
        let told = self.0.lock().unwrap();
        if told.blind {
            return Err(Status::permission_denied("no"));
        }
        let is_provisional = told.activations.last().is_some_and(|last| last.provisional);
        let response = pb::Response {
            response_id: 1,
            event: "台风".into(),
            active: true,
            phase: if is_provisional { "provisional" } else { "active" }.into(),
            lapses_at_unix_ms: if is_provisional { 1_790_812_800_000 } else { 0 },
            order_ids: vec![1, 2],
            open_windows: 12,
            open_branches: 3,
            ..pb::Response::default()
        };
        Ok(Response::new(pb::GetResponseResponse {
            response: Some(response),
            ..pb::GetResponseResponse::default()
        }))
    }
    async fn list_responses(&self, _: Request<pb::ListResponsesRequest>) -> Answer<pb::ListResponsesResponse> {
        none()
    }
    async fn list_timeline(&self, _: Request<pb::ListTimelineRequest>) -> Answer<pb::ListTimelineResponse> {
        none()
    }
}

#[tonic::async_trait]
impl CommandService for Fake {
    /// Two pages of one unit each; the command at the second is vacant.
    async fn list_command_tree(
        &self,
        request: Request<pb::ListCommandTreeRequest>,
    ) -> Answer<pb::ListCommandTreeResponse> {
        let request = request.into_inner();
        let is_second = request.page.as_ref().is_some_and(|page| page.page_token == "2");
        self.0.lock().unwrap().trees.push(request);
        let node = pb::CommandNodeHolder {
            role: "town-commander".into(),
            commander_id: if is_second { 0 } else { 7 },
            acting_id: if is_second { 0 } else { 7 },
            ..pb::CommandNodeHolder::default()
        };
        let unit = pb::CommandUnit {
            unit_code: if is_second { "440608107" } else { "440608106" }.into(),
            unit_name: "镇街".into(),
            unit_kind: "town".into(),
            response_id: 1,
            level: 2,
            commands: vec![node],
            ..pb::CommandUnit::default()
        };
        Ok(Response::new(pb::ListCommandTreeResponse {
            units: vec![unit],
            next_page_token: if is_second { String::new() } else { "2".into() },
            revision: 60,
        }))
    }
    async fn hand_over_command(
        &self,
        request: Request<pb::HandOverCommandRequest>,
    ) -> Answer<pb::HandOverCommandResponse> {
        self.0.lock().unwrap().handed_over.push(request.into_inner());
        Ok(Response::new(pb::HandOverCommandResponse::default()))
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
            .add_service(ResponseServiceServer::new(service.clone()))
            .add_service(CommandServiceServer::new(service))
            .serve_with_incoming(TcpListenerStream::new(listener))
            .await
            .unwrap();
    });
    (fake, url, runtime)
}

fn baiying(server: &str, line: &str) -> (u8, String, String) {
    let (ui, out, err) = Ui::captured();
    let head = ["baiying", "--lang", "zh-CN", "--server", server];
    let args: Vec<OsString> = head.into_iter().chain(line.split(' ')).map(OsString::from).collect();
    let code = crate::run(args, ui);
    let text = |bytes: &Arc<Mutex<Vec<u8>>>| String::from_utf8(bytes.lock().unwrap().clone()).unwrap();
    (code, text(&out), text(&err))
}

#[test]
fn an_activation_names_both_persons_and_shows_what_stands() {
    let (fake, url, _runtime) = daemon();
    let line = "response activate --plan flood --level 2 --event 内涝 --requested-by P12 --approved-by 3 --by-plan --muster M1,M2";
    let (code, out, err) = baiying(&url, line);
    assert_eq!(code, 0, "{err}");
    {
        let told = fake.0.lock().unwrap();
        let asked = &told.activations[0];
        let approval = pb::Approval {
            requested_by_id: 12,
            approved_by_id: 3,
        };
        assert_eq!((asked.approval, asked.provisional), (Some(approval), false));
        assert_eq!((&asked.order, asked.plan_orders.is_some()), (&None, true));
        assert_eq!(asked.plan_orders.as_ref().unwrap().muster_point_codes, ["M1", "M2"]);
        assert_eq!(told.trees.len(), 2, "all pages");
        assert!(told.trees.iter().all(|tree| tree.response_id == 1));
    }
    for part in [
        "R1",
        "Ⅱ级",
        "O2",
        "共下达指令 2 份，其中 O2 v1：应到 120",
        "指挥岗 2 个",
        "指令 2 条",
        "窗口 12 个",
        "临时党支部 3 个",
        "!! 1 个指挥岗无人履职",
    ] {
        assert!(out.contains(part), "{part} is not in\n{out}");
    }
    let (code, out, _) = baiying(&url, &format!("{line} -o json"));
    let document: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &document["now"]["vacant_commands"]), (0, &1.into()));
    assert_eq!(document["now"]["response"]["open_windows"], 12);
}

#[test]
fn a_provisional_start_says_that_it_lapses() {
    let (fake, url, _runtime) = daemon();
    let (code, out, err) = baiying(
        &url,
        "response activate --plan flood --level 4 --requested-by P12 --provisional",
    );
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(fake.0.lock().unwrap().activations[0].provisional);
    assert!(
        out.contains("先期启动") && out.contains("失效") && out.contains("response confirm R1"),
        "{out}"
    );
    let line = "response activate --plan flood --level 4 --requested-by P12 --approved-by P3 --provisional";
    let (code, _, err) = baiying(&url, line);
    assert!(code == 0 && err.contains("不计批准人"), "{err}");
}

#[test]
fn what_stands_is_not_seen_and_the_change_is_done_all_the_same() {
    let (fake, url, _runtime) = daemon();
    fake.0.lock().unwrap().blind = true;
    let (code, out, err) = baiying(&url, "response approve R1 --by P3 --by-plan");
    assert_eq!(code, 0, "{err}");
    assert!(
        out.contains("R1 已批准") && err.contains("response show R1"),
        "{out}{err}"
    );
    let (code, out, _) = baiying(&url, "response approve R1 --by P3 -o json");
    let document: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &document["now"]), (0, &serde_json::Value::Null));
}

#[test]
fn each_step_says_who() {
    let (fake, url, _runtime) = daemon();
    for line in [
        "response request --plan flood --level 2 --requested-by P12 --reason 水位超警戒",
        "response approve R1 --by P3 --call-out --muster M1 --text 集结 --ack-within 5m",
        "response reject R1 --by P3 --reason 雨停",
        "response confirm R1 --by P3",
        "response escalate R1 --level 1 --reason r --requested-by P12 --approved-by P3 --by-plan --muster M1",
        "response de-escalate R1 --level 2 --reason r --approved-by P3",
        "command hand-over R1 440608106 --to P15 --reason 换班 --role town-commander",
    ] {
        let (code, out, err) = baiying(&url, line);
        assert!(code == 0 && out.contains("R1"), "{line}: {out}{err}");
    }
    let told = fake.0.lock().unwrap();
    assert_eq!((told.requests[0].requested_by_id, told.requests[0].level), (12, 2));
    let approval = &told.approvals[0];
    assert_eq!((approval.response_id, approval.approved_by_id), (1, 3));
    assert!(approval.order.is_some() && approval.plan_orders.is_none());
    assert_eq!(
        (told.rejections[0].rejected_by_id, told.rejections[0].reason.as_str()),
        (3, "雨停")
    );
    assert_eq!(told.confirmations[0].approved_by_id, 3);
    let (up, down) = (&told.escalations[0], &told.de_escalations[0]);
    assert_eq!(
        up.approval.map(|it| (it.requested_by_id, it.approved_by_id)),
        Some((12, 3))
    );
    assert_eq!(up.plan_orders.as_ref().map(|it| it.muster_point_codes.len()), Some(1));
    assert_eq!(
        down.approval.map(|it| (it.requested_by_id, it.approved_by_id)),
        Some((0, 3))
    );
    assert!(down.plan_orders.is_none(), "nobody asked for the plan's orders");
    let handed = &told.handed_over[0];
    assert_eq!(
        (handed.to_id, handed.unit_code.as_str(), handed.role.as_str()),
        (15, "440608106", "town-commander")
    );
    assert!(
        handed
            .context
            .as_ref()
            .is_some_and(|context| !context.request_id.is_empty())
    );
}

#[test]
fn a_rehearsal_says_by_its_exit_code_whether_anything_is_wrong() {
    let (fake, url, _runtime) = daemon();
    let line = "response rehearse --plan flood --level 2 --event 内涝 --approved-by P3 --by-plan";
    assert_eq!(baiying(&url, line).0, 0, "nothing found");
    fake.0.lock().unwrap().rehearsed.findings = vec![pb::RehearsalFinding {
        kind: "no-commander".into(),
        ..pb::RehearsalFinding::default()
    }];
    let (code, out, _) = baiying(&url, line);
    assert!(code == 6 && out.contains("无人指挥"), "{out}");
    fake.0.lock().unwrap().rehearsed = pb::RehearseResponseResponse {
        refusal_reason: "APPROVER_MISSING".into(),
        ..pb::RehearseResponseResponse::default()
    };
    let (code, out, _) = baiying(&url, line);
    assert!(
        code == 6 && out.contains("会被拒绝") && out.contains("没有批准人"),
        "{out}"
    );
    let told = fake.0.lock().unwrap();
    let activation = told.rehearsals[0].activation.clone().unwrap();
    assert!(activation.context.is_none() && activation.plan_orders.is_some());
    assert!(told.activations.is_empty(), "a rehearsal changes nothing");
}

/// The words of a line as a shell has them.
fn words(line: &str) -> Vec<String> {
    let quoted = line.split('"').enumerate();
    let words = quoted.flat_map(|(index, part)| match index % 2 {
        0 => part.split_whitespace().map(str::to_owned).collect::<Vec<_>>(),
        _ => vec![part.to_owned()],
    });
    words.collect()
}

#[test]
fn the_examples_of_the_switch_are_taken_as_they_stand() {
    let (_fake, url, _runtime) = daemon();
    for lang in Lang::ALL {
        for verb in ["activate", "rehearse", "request", "approve", "escalate", "de-escalate"] {
            let examples = find(lang, &format!("example.response.{verb}")).expect(verb);
            for example in examples.lines() {
                let mut args = words(example);
                args.splice(1..1, ["--server".to_owned(), url.clone()]);
                let (ui, _, err) = Ui::captured();
                let code = crate::run(args.into_iter().map(OsString::from).collect(), ui);
                let err = String::from_utf8(err.lock().unwrap().clone()).unwrap();
                assert_eq!(code, 0, "{example}: {err}");
            }
        }
    }
}

#[test]
fn drills_are_the_districts_and_are_not_looked_for_in_an_exercise() {
    let (_fake, url, _runtime) = daemon();
    for line in ["drill show Y4", "drill list", "drill action list", "drill end Y4"] {
        let (code, _, err) = baiying(&url, &format!("--exercise Y4 {line}"));
        assert!(code == 2 && err.contains("--exercise Y4"), "{line}: {err}");
    }
}

#[test]
fn a_schedule_needs_a_rule_or_an_instant() {
    let (code, _, err) = baiying("http://127.0.0.1:1", "drill schedule typhoon --director P3");
    assert!(code == 2 && err.contains("--cron") && err.contains("--once"), "{err}");
    let both = "drill schedule typhoon --director P3 --cron * --once 2027-01-01T08:00:00Z";
    assert_eq!(baiying("http://127.0.0.1:1", both).0, 2);
}

#[test]
fn options_that_have_no_effect_are_told() {
    let (fake, url, _runtime) = daemon();
    for (options, named) in [
        ("--by-plan", "--event"),
        ("--by-plan --text t", "--text"),
        ("--by-plan --ack-within 5m", "--ack-within"),
        ("--muster M1", "--by-plan"),
        ("--text t", "--call-out"),
        ("--call-out --text t", "--muster"),
        ("--call-out --muster M1", "--text"),
    ] {
        let line = format!("response activate --plan flood --level 2 --approved-by P3 {options}");
        let (code, _, err) = baiying(&url, &line);
        assert!(code == 2 && err.contains(named), "{options}: {err}");
    }
    assert!(fake.0.lock().unwrap().activations.is_empty());
}

#[test]
fn a_form_goes_to_a_file_or_to_stdout() {
    let (fake, url, _runtime) = daemon();
    let (code, page, err) = baiying(&url, "command export --format 203 --at r60");
    assert_eq!(code, 0, "{err}");
    assert!(
        page.starts_with("<!DOCTYPE html>") && page.contains("440608107") && page.contains("台风"),
        "{page}"
    );
    assert!(fake.0.lock().unwrap().trees[0].as_of.is_some());
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.html");
    let (code, out, _) = baiying(&url, &format!("command export --format 207 --out {}", path.display()));
    assert!(code == 0 && out.contains("ICS 207") && out.contains("版本 60"), "{out}");
    assert!(std::fs::read_to_string(&path).unwrap().contains("class=\"chart\""));
    let (_, out, _) = baiying(&url, "command export --format 207 -o json");
    let document: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(document["units"].as_array().map(Vec::len), Some(2));
}

#[test]
fn the_tree_is_shown_whole() {
    let (_fake, url, _runtime) = daemon();
    let (code, out, _) = baiying(&url, "command tree --unit 440608");
    assert!(
        code == 0 && out.contains("440608106") && out.contains("440608107"),
        "{out}"
    );
    let (_, out, _) = baiying(&url, "command tree -o json --limit 1");
    let document: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        (&document["revision"], document["units"].as_array().map(Vec::len)),
        (&60.into(), Some(1))
    );
}
