//! First inputs, made of real values: what the product itself writes and is asked.

use baiying_journal::{Commit, Head, Journal, MemoryJournal, event};
use baiying_proto::v1;
use bytes::Bytes;

use crate::district::{self, Call, context};
use crate::input::piece;
use crate::world::{START, World};

/// The first inputs of a target, with their names.
///
/// # Panics
/// If there is no such target.
pub fn of(target: &str) -> Vec<(String, Vec<u8>)> {
    match target {
        "record" => record(),
        "snapshot" => snapshot(),
        "entries" => vec![("district".into(), event::encode(&everything().0).to_vec())],
        "imports" => imports(),
        "sheet" => sheet(),
        "batch" => batch(),
        "api" => api(),
        "queue" => queue(),
        other => panic!("there is no target {other}"),
    }
}

/// What becomes of the district when everything is asked of it.
fn everything() -> (Vec<baiying_core::event::Entry>, baiying_core::State) {
    let mut world = World::new();
    for call in calls() {
        let endless = call.path.ends_with("/Receive") || call.path.ends_with("/Watch");
        world.call(call.path, &call.messages, endless);
        world.pass(60_000);
    }
    world.finish()
}

/// A response that is asked for.
fn requested(event: &str) -> Call {
    let request = v1::RequestResponseRequest {
        context: context(&format!("request-{event}")),
        plan: "flood".into(),
        event: event.into(),
        level: 2,
        reason: "rain".into(),
        requested_by_id: 9,
        ..Default::default()
    };
    Call::of("/baiying.v1.ResponseService/RequestResponse", &request)
}

fn record() -> Vec<(String, Vec<u8>)> {
    let mut journal = MemoryJournal::new();
    for (count, size) in [(1, 10), (3, 7000), (1, 0)] {
        let payload = Bytes::from(vec![b'x'; size]);
        let commit = Commit {
            epoch: 1,
            count,
            payload,
        };
        let head: Head = journal.head();
        journal.append(&head, &commit).map(drop).expect("memory takes it");
    }
    let (mut plain, mut mended) = (vec![1], vec![1]);
    for record in journal.reader().records_from(1) {
        let (_, bytes) = record.expect("whole");
        plain.extend([&[0], piece(&bytes).as_slice()].concat());
        mended.extend([&[1], piece(&bytes).as_slice()].concat());
    }
    let commits = [
        &[0, 9, 1, 4, 0, 2, 3][..],
        &piece(b"payload"),
        &[1, 0, 15],
        &piece(&[7; 30]),
    ]
    .concat();
    vec![
        ("plain".into(), plain),
        ("mended".into(), mended),
        ("commits".into(), commits),
    ]
}

fn snapshot() -> Vec<(String, Vec<u8>)> {
    let (_, state) = everything();
    let state = postcard::to_stdvec(&(1_u32, &state)).expect("serialised");
    let empty = postcard::to_stdvec(&(1_u32, baiying_core::State::default())).expect("serialised");
    vec![
        ("state".into(), [&[2], state.as_slice()].concat()),
        ("empty".into(), [&[2], empty.as_slice()].concat()),
        ("damaged".into(), [&[1, 70, 0, 1, 2, 3], empty.as_slice()].concat()),
        (
            "file".into(),
            [&[0], b"BYSN\x01\x00\x00\x00".as_slice(), &[0; 150]].concat(),
        ),
    ]
}

/// Bytes that choose: the generator of values eats them one by one.
fn imports() -> Vec<(String, Vec<u8>)> {
    (0..6_u8)
        .map(|seed| {
            (
                format!("rows-{seed}"),
                (0..400_u32).map(|at| (at * 37 + u32::from(seed) * 101) as u8).collect(),
            )
        })
        .collect()
}

fn sheet() -> Vec<(String, Vec<u8>)> {
    let people = "姓名,身份证号,电话,单位代码,类别,政治面貌\n张三,990101199001010015,13900000001,A1,在编在岗,中共党员\n李四,,\"1\n2\",A2,编外,\n";
    let units =
        "code\tname\tparent_code\tkind\r\nD\tone\t\tdistrict\r\nA1\t\"a \"\"b\"\"\"\tD\tagency\r\n\r\nT1\ttwo\tD\n";
    let teams = "队伍代码;队伍名称;类型;单位代码;角色;人员\nAG1;team;机关应急队;A1;队长;1\nAG1;team;机关应急队;A1;队员;2;extra\n";
    let muster = "code,name,unit_code,check_in_code,address\nEAST,east,T1,EAST1,here\n";
    let utf16: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain(people.encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    // 姓名,电话 and a row, as spreadsheets in China save them (GBK).
    let gbk = b"\xd0\xd5\xc3\xfb,\xc9\xed\xb7\xdd\xd6\xa4\xba\xc5,\xb5\xa5\xce\xbb\xb4\xfa\xc2\xeb,\xc0\xe0\xb1\xf0\n\xd5\xc5\xc8\xfd,1,A1,\xb1\xe0\xcd\xe2\n";
    let all: [(&str, u8, u8, &[u8]); 7] = [
        ("people", 0, 0, people.as_bytes()),
        ("units", 1, 0, units.as_bytes()),
        ("teams", 2, 0, teams.as_bytes()),
        ("muster", 3, 0, muster.as_bytes()),
        ("persons", 4, 0, b"person\n1\n2\n"),
        ("people-utf16", 0, 0, &utf16),
        ("people-gbk", 0, 2, gbk),
    ];
    all.into_iter()
        .map(|(name, columns, encoding, text)| (name.into(), [&[columns, encoding], text].concat()))
        .collect()
}

fn batch() -> Vec<(String, Vec<u8>)> {
    (0..6_u8)
        .map(|seed| {
            (
                format!("batches-{seed}"),
                (0..300_u32)
                    .map(|at| (at * 29 + u32::from(seed) * 53 + at / 7) as u8)
                    .collect(),
            )
        })
        .collect()
}

fn queue() -> Vec<(String, Vec<u8>)> {
    use prost::Message;
    let item = |number: u64| {
        let item = v1::OfflineItem {
            kind: "check-in".into(),
            order_id: 1,
            muster_point: "EAST".into(),
            person_ids: vec![1, 2],
            observed_at_unix_ms: START,
            ..v1::OfflineItem::default()
        };
        [&number.to_le_bytes(), item.encode_to_vec().as_slice()].concat()
    };
    let log: Vec<u8> = (1..4)
        .flat_map(|number| [&[1], piece(&item(number)).as_slice()].concat())
        .collect();
    let batch = v1::OfflineBatch {
        device_id: 3,
        sequence: 1,
        items: Vec::new(),
    }
    .encode_to_vec();
    let frozen = [&[1, 2], batch.as_slice()].concat();
    let answer = br#"{"sequence":1,"first":1,"last":2,"revision":5,"repeated":false,"items":[{"applied":1,"exceptions":[[1,1]]}]}"#;
    let device = br#"{"device_id":3,"next_sequence":2}"#;
    vec![
        ("log".into(), [&[0], log.as_slice()].concat()),
        (
            "torn".into(),
            [&[0], log.as_slice(), &[0], &piece(b"\x05\x00\x00\x00abc")].concat(),
        ),
        ("frozen".into(), [&[4, 2, 1], piece(&frozen).as_slice(), &log].concat()),
        (
            "settled".into(),
            [&[8, 2, 1], piece(&frozen).as_slice(), &[1, 1], &piece(answer), &log].concat(),
        ),
        (
            "device".into(),
            [&[3], piece(&[b'0'; 64]).as_slice(), &piece(device), &log].concat(),
        ),
    ]
}

fn api() -> Vec<(String, Vec<u8>)> {
    let calls = calls();
    let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let mut seeds: Vec<_> = (1..)
        .zip(&calls)
        .map(|(at, call)| {
            (
                format!("{at:02}-{}", name(call.path)),
                crate::api::encode(std::slice::from_ref(call)),
            )
        })
        .collect();
    let chunks = calls.chunks(12).enumerate();
    seeds.extend(chunks.map(|(at, calls)| (format!("story-{at}"), crate::api::encode(calls))));
    seeds
}

/// A request of every kind that the district takes.
fn calls() -> Vec<Call> {
    use ed25519_dalek::Signer;
    use prost::Message;
    let own = || {
        Some(v1::Reporter {
            who: Some(v1::reporter::Who::Own(true)),
        })
    };
    let lead = || {
        Some(v1::Reporter {
            who: Some(v1::reporter::Who::LeadId(1)),
        })
    };
    let desk = || {
        Some(v1::Reporter {
            who: Some(v1::reporter::Who::Desk(true)),
        })
    };
    let page = || {
        Some(v1::PageRequest {
            page_size: 2,
            page_token: String::new(),
        })
    };
    let (order_id, response_id) = (1, 1);
    let ack = v1::AcknowledgeRequest {
        context: context("ack"),
        order_id,
        reporter: own(),
        person_ids: vec![1],
        ..Default::default()
    };
    let depart = v1::DepartRequest {
        context: context("depart"),
        order_id,
        version: 1,
        reporter: lead(),
        all: true,
        ..Default::default()
    };
    let check_in = v1::CheckInRequest {
        context: context("check-in"),
        order_id,
        reporter: desk(),
        muster_point: "EAST".into(),
        check_in_code: "EAST1".into(),
        person_ids: vec![2, 3],
        observed_at_unix_ms: START + 60_000,
        ..Default::default()
    };
    let report = |tag, report| v1::ReportRequest {
        tag,
        report: Some(report),
    };
    let reports = Call {
        path: "/baiying.v1.FieldService/Report",
        messages: [
            report(
                1,
                v1::report_request::Report::Acknowledge(v1::AcknowledgeRequest {
                    context: context("s1"),
                    ..ack.clone()
                }),
            ),
            report(
                2,
                v1::report_request::Report::Depart(v1::DepartRequest {
                    context: context("s2"),
                    ..depart.clone()
                }),
            ),
            report(
                3,
                v1::report_request::Report::CheckIn(v1::CheckInRequest {
                    context: context("s3"),
                    ..check_in.clone()
                }),
            ),
        ]
        .iter()
        .map(|message| message.encode_to_vec().into())
        .collect(),
    };
    let item = v1::OfflineItem {
        kind: "check-in".into(),
        order_id,
        muster_point: "EAST".into(),
        all: true,
        observed_at_unix_ms: START + 1,
        ..Default::default()
    };
    let batch = v1::OfflineBatch {
        device_id: 1,
        sequence: 1,
        items: vec![item],
    }
    .encode_to_vec();
    let signature = district::key().sign(&batch).to_bytes().to_vec().into();
    let submit = v1::SubmitBatchRequest {
        batch: batch.into(),
        signature,
    };
    let audience = || v1::Audience {
        unit_codes: vec!["A2".into()],
        teams: vec!["VO1".into()],
        person_ids: vec![5],
        call_out: false,
    };
    let issue = v1::IssueOrderRequest {
        context: context("issue"),
        response_id,
        audience: Some(audience()),
        draft: Some(district::draft("second")),
    };
    let supersede = v1::SupersedeOrderRequest {
        context: context("supersede"),
        order_id,
        audience: Some(audience()),
        draft: Some(district::draft("newer")),
    };
    let escalate = v1::EscalateResponseRequest {
        context: context("up"),
        response_id,
        level: 2,
        reason: "rain".into(),
        approval: district::approval(),
        ..Default::default()
    };
    let de_escalate = v1::DeEscalateResponseRequest {
        context: context("down"),
        response_id,
        level: 3,
        reason: "less".into(),
        approval: district::approval(),
        ..Default::default()
    };
    let release = v1::ReleasePeopleRequest {
        context: context("release"),
        order_id,
        person_ids: vec![2],
        all: false,
    };
    let attempt = v1::RecordAttemptRequest {
        context: context("attempt"),
        order_id,
        version: 1,
        number: 2,
        person_ids: vec![4],
    };
    let decline = v1::DeclineRequest {
        context: context("decline"),
        order_id,
        reporter: own(),
        person_id: 4,
        reason: "medical".into(),
        ..Default::default()
    };
    let delivery = v1::ReportDeliveryRequest {
        context: context("read"),
        order_id,
        version: 1,
        lead_id: 1,
        state: "read".into(),
    };
    let leave = v1::RequestLeaveRequest {
        context: context("leave"),
        person_id: 8,
        reason: "medical".into(),
        from_unix_ms: START,
        until_unix_ms: START + 86_400_000,
        ..Default::default()
    };
    let verdict = v1::DecideLeaveRequest {
        context: Some(v1::CommandContext {
            request_id: "verdict".into(),
            actor: "chief".into(),
        }),
        leave_id: 1,
        approve: true,
    };
    let mut units = district::units();
    let mut people = district::people();
    let mut teams = district::teams();
    let mut points = district::points();
    for header in [
        &mut units.header,
        &mut people.header,
        &mut teams.header,
        &mut points.header,
    ]
    .into_iter()
    .flatten()
    {
        header.mode = v1::ImportMode::SkipBad.into();
        header.context = context(&format!(
            "again-{}",
            header.context.take().unwrap_or_default().request_id
        ));
    }
    units.rows[1].name = "renamed".into();
    people.rows[0].unit_code = "nowhere".into();
    vec![
        Call::of(
            "/baiying.v1.FieldService/Receive",
            &v1::ReceiveRequest { lead_id: 1, cursor: 0 },
        ),
        Call::of("/baiying.v1.FieldService/ReportDelivery", &delivery),
        Call::of("/baiying.v1.FieldService/Acknowledge", &ack),
        Call::of("/baiying.v1.FieldService/Depart", &depart),
        Call::of("/baiying.v1.FieldService/CheckIn", &check_in),
        reports,
        Call::of("/baiying.v1.FieldService/Decline", &decline),
        Call::of("/baiying.v1.FieldService/SubmitBatch", &submit),
        Call::of(
            "/baiying.v1.FieldService/EnrollDevice",
            &v1::EnrollDeviceRequest {
                context: context("enroll-2"),
                ..district::enroll()
            },
        ),
        Call::of("/baiying.v1.RosterService/RequestLeave", &leave),
        Call::of("/baiying.v1.RosterService/DecideLeave", &verdict),
        Call::of(
            "/baiying.v1.RosterService/ListLeave",
            &v1::ListLeaveRequest {
                status: "approved".into(),
                page: page(),
                ..Default::default()
            },
        ),
        Call::of("/baiying.v1.OrderService/RecordAttempt", &attempt),
        Call::of("/baiying.v1.OrderService/IssueOrder", &issue),
        Call::of(
            "/baiying.v1.OrderService/GetOrder",
            &v1::GetOrderRequest { order_id, as_of: None },
        ),
        Call::of(
            "/baiying.v1.OrderService/ListOrders",
            &v1::ListOrdersRequest {
                response_id,
                open_only: true,
                page: page(),
                as_of: None,
            },
        ),
        Call::of(
            "/baiying.v1.OrderService/ListDeliveries",
            &v1::ListDeliveriesRequest {
                order_id,
                page: page(),
                ..Default::default()
            },
        ),
        Call::of(
            "/baiying.v1.OrderService/SignOff",
            &v1::SignOffRequest {
                context: context("sign"),
                order_id,
                name: "logistics".into(),
            },
        ),
        Call::of("/baiying.v1.OrderService/ReleasePeople", &release),
        Call::of("/baiying.v1.OrderService/SupersedeOrder", &supersede),
        Call::of(
            "/baiying.v1.CommandService/ListCommandTree",
            &v1::ListCommandTreeRequest::default(),
        ),
        Call::of(
            "/baiying.v1.CommandService/HandOverCommand",
            &v1::HandOverCommandRequest {
                context: context("hand-over"),
                response_id,
                unit_code: "D".into(),
                to_id: 9,
                reason: "relief".into(),
                ..Default::default()
            },
        ),
        Call::of("/baiying.v1.ResponseService/EscalateResponse", &escalate),
        Call::of("/baiying.v1.ResponseService/DeEscalateResponse", &de_escalate),
        Call::of(
            "/baiying.v1.ResponseService/GetResponse",
            &v1::GetResponseRequest {
                response_id,
                as_of: Some(v1::AsOf {
                    when: Some(v1::as_of::When::Revision(3)),
                }),
            },
        ),
        Call::of(
            "/baiying.v1.ResponseService/ListResponses",
            &v1::ListResponsesRequest {
                active_only: true,
                page: page(),
            },
        ),
        Call::of("/baiying.v1.WatchService/GetBoard", &v1::GetBoardRequest::default()),
        Call::of("/baiying.v1.WatchService/Watch", &v1::WatchRequest::default()),
        Call::of("/baiying.v1.WatchService/ListEvents", &v1::ListEventsRequest::default()),
        Call::of(
            "/baiying.v1.OrderService/CancelOrder",
            &v1::CancelOrderRequest {
                context: context("cancel"),
                order_id: 2,
                reason: "no".into(),
            },
        ),
        Call::of(
            "/baiying.v1.OrderService/CloseOrder",
            &v1::CloseOrderRequest {
                context: context("close"),
                order_id,
            },
        ),
        Call::of(
            "/baiying.v1.ResponseService/TerminateResponse",
            &v1::TerminateResponseRequest {
                context: context("end"),
                response_id,
                reason: "over".into(),
            },
        ),
        Call::of(
            "/baiying.v1.ResponseService/ActivateResponse",
            &v1::ActivateResponseRequest {
                context: context("next"),
                event: "east".into(),
                ..district::activate()
            },
        ),
        Call::of(
            "/baiying.v1.ResponseService/RehearseResponse",
            &v1::RehearseResponseRequest {
                activation: Some(v1::ActivateResponseRequest {
                    event: "west".into(),
                    ..district::activate()
                }),
            },
        ),
        Call::of(
            "/baiying.v1.ResponseService/ActivateResponse",
            &v1::ActivateResponseRequest {
                context: context("provisional"),
                event: "west".into(),
                level: 1,
                order: None,
                provisional: true,
                plan_orders: Some(v1::PlanOrders {
                    muster_point_codes: vec!["EAST".into()],
                }),
                ..district::activate()
            },
        ),
        Call::of(
            "/baiying.v1.ResponseService/ConfirmResponse",
            &v1::ConfirmResponseRequest {
                context: context("confirm"),
                response_id: 3,
                approved_by_id: 5,
            },
        ),
        requested("north"),
        Call::of(
            "/baiying.v1.ResponseService/ApproveResponse",
            &v1::ApproveResponseRequest {
                context: context("approve"),
                response_id: 4,
                approved_by_id: 5,
                ..Default::default()
            },
        ),
        requested("south"),
        Call::of(
            "/baiying.v1.ResponseService/RejectResponse",
            &v1::RejectResponseRequest {
                context: context("reject"),
                response_id: 5,
                rejected_by_id: 5,
                reason: "no rain".into(),
            },
        ),
        Call::of("/baiying.v1.OrgService/ImportUnits", &units),
        Call::of("/baiying.v1.RosterService/ImportPeople", &people),
        Call::of("/baiying.v1.RosterService/ImportTeams", &teams),
        Call::of("/baiying.v1.OrgService/ImportMusterPoints", &points),
        Call::of(
            "/baiying.v1.OrgService/ListUnits",
            &v1::ListUnitsRequest {
                within_code: "D".into(),
                page: page(),
                ..Default::default()
            },
        ),
        Call::of(
            "/baiying.v1.OrgService/GetUnit",
            &v1::GetUnitRequest { code: "A1".into() },
        ),
        Call::of(
            "/baiying.v1.OrgService/ListMusterPoints",
            &v1::ListMusterPointsRequest::default(),
        ),
        Call::of(
            "/baiying.v1.RosterService/ListPeople",
            &v1::ListPeopleRequest {
                team: "AG1".into(),
                page: page(),
                ..Default::default()
            },
        ),
        Call::of("/baiying.v1.RosterService/ListTeams", &v1::ListTeamsRequest::default()),
    ]
}
