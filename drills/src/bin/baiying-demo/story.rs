//! The story: peacetime, activation, order, answers, arrivals, stand-down.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Context;
use baiying_drills::load::{approval, import_all};
use baiying_drills::process::Daemon;
use baiying_drills::responders::{RunOptions, Target, run};
use baiying_drills::synth::{District, SynthOptions, rows, write};
use baiying_proto::v1::admin_service_client::AdminServiceClient;
use baiying_proto::v1::deadline::When;
use baiying_proto::v1::order_service_client::OrderServiceClient;
use baiying_proto::v1::response_service_client::ResponseServiceClient;
use baiying_proto::v1::roster_service_client::RosterServiceClient;
use baiying_proto::v1::watch_service_client::WatchServiceClient;
use baiying_proto::v1::{
    ActivateResponseRequest, Approval, BoardFilter, CloseOrderRequest, CommandContext, Counts,
    DeEscalateResponseRequest, Deadline, DecideLeaveRequest, GetBoardRequest, GetStatusRequest, LadderStep,
    ListLeaveRequest, OrderDraft, ReleasePeopleRequest, SignOffRequest, TerminateResponseRequest, WatchRequest,
};
use tonic::transport::Channel;

use crate::board::{Language, LiveBoard, adds_up};

/// Model time to real time: an hour in 40 seconds.
const COMPRESSION: f64 = 90.0;
/// 杨和镇、明城镇
const SCOPE: [&str; 2] = ["440608106", "440608107"];

/// Real time for so many minutes of the story.
fn minutes(count: f64) -> u64 {
    (count * 60_000.0 / COMPRESSION) as u64
}

/// A tale in one language, with request ids of its own.
struct Teller {
    language: Language,
    requests: u32,
}

impl Teller {
    fn say(&self, chinese: &str, english: &str) {
        eprintln!("{}", self.language.pick(chinese, english));
    }

    fn context(&mut self, actor: &str) -> Option<CommandContext> {
        self.requests += 1;
        Some(CommandContext {
            request_id: format!("demo-{}", self.requests),
            actor: actor.to_owned(),
        })
    }
}

/// Tells it; says whether every board on the way added up.
pub(crate) async fn tell(once: bool, language: Language) -> anyhow::Result<bool> {
    let mut teller = Teller { language, requests: 0 };
    let dir = tempfile::Builder::new().prefix("baiying-demo-").tempdir()?;
    let (data, files) = (dir.path().join("data"), dir.path().join("files"));
    teller.say(
        "── 百应演示：高明区一次防汛应急响应（人员均为虚构）──",
        "── Baiying demo: a flood response in Gaoming (nobody in it is real) ──",
    );
    let daemon = Daemon::start(&data, &["--tenant", "高明区（虚构）", "--synthetic"])?;
    teller.say(
        "1. 平时：守护进程已启动，导入行政区划、人员、队伍、集结点、岗位……",
        "1. Peacetime: the daemon runs; importing divisions, people, teams, muster points, posts …",
    );
    let options = SynthOptions::default();
    write(District::Gaoming, &options, &files)?;
    let district = rows(District::Gaoming, &options);
    let summary = import_all(&daemon.api, &district, "demo:roster").await?;
    eprintln!(
        "   {} {}  {} {}  {} {}  {} {}  {} {}",
        language.pick("组织单元", "units"),
        summary.units.added,
        language.pick("人员", "people"),
        summary.people.added,
        language.pick("队伍", "teams"),
        summary.teams.added,
        language.pick("集结点", "muster points"),
        summary.muster_points.added,
        language.pick("岗位", "posts"),
        summary.posts.added,
    );
    let channel = Channel::from_shared(daemon.api.clone())?.connect().await?;
    let approval = approval(&daemon.api).await?;
    let (response, order, due) = activate(&mut teller, channel.clone(), &district, approval).await?;
    teller.say(
        &format!("2. 平急转换：启动防汛Ⅱ级响应 R{response}，范围杨和镇、明城镇；指令 O{order} 发出，应到 {due} 人。"),
        &format!("2. The switch: flood response R{response} at level Ⅱ over two towns; order O{order} is out, {due} people are due."),
    );
    teller.say(
        "3. 叫应、出发、报到（时间压缩 90 倍；█ 实到，▒ 在途）：",
        "3. Answers, departures, arrivals (90 times as fast; █ present ▒ en route):",
    );
    let mut all_added_up = respond(&mut teller, &daemon, channel.clone(), order, district.check_in_codes()).await?;
    let mut orders = OrderServiceClient::new(channel.clone());
    let actor = "district:commander";
    orders
        .close_order(CloseOrderRequest {
            context: teller.context(actor),
            order_id: order,
        })
        .await?;
    let (_, total) = board(channel.clone(), response).await?;
    all_added_up &= adds_up(&total);
    teller.say(
        &format!(
            "4. 到位统计结束：实到 {}、请假 {}、缺席 {}；在途、待确认归零。",
            total.present, total.excused, total.absent
        ),
        &format!(
            "4. The count is closed: present {}, excused {}, absent {}; nobody is en route or unconfirmed.",
            total.present, total.excused, total.absent
        ),
    );
    stand_down(&mut teller, channel.clone(), (response, order), approval).await?;
    teller.say(
        "5. 响应逐级降低、人员解除、响应终止：回到平时。",
        "5. Step by step down, people released, response terminated: peacetime again.",
    );
    let status = AdminServiceClient::connect(daemon.admin.clone())
        .await?
        .get_status(GetStatusRequest { with_state_hash: true })
        .await?
        .into_inner();
    if !once {
        keep_serving(&teller, &daemon, &files, response, order).await?;
    }
    let Counts {
        due,
        present,
        en_route,
        excused,
        absent,
        unconfirmed,
        ..
    } = total;
    println!(
        "{}",
        serde_json::json!({
            "due": due, "present": present, "en_route": en_route, "excused": excused, "absent": absent,
            "unconfirmed": unconfirmed, "revision": status.revision, "state_hash": status.state_hash,
        })
    );
    Ok(all_added_up && due > 0)
}

async fn activate(
    teller: &mut Teller,
    channel: Channel,
    district: &baiying_drills::synth::SynthData,
    approval: Approval,
) -> anyhow::Result<(u32, u32, u32)> {
    let in_scope = |unit: &str| SCOPE.iter().any(|town| unit.starts_with(town));
    let muster_points = district.muster_points.iter().filter(|point| in_scope(&point.unit_code));
    let within = |time| {
        Some(Deadline {
            when: Some(When::WithinMs(minutes(time))),
        })
    };
    let step = |after, target: &str| LadderStep {
        after_ms: minutes(after),
        target: target.to_owned(),
    };
    let draft = OrderDraft {
        text: "西江水位超警戒，请各队 5 分钟内回令、60 分钟内到集结点报到，携带防汛装备。".to_owned(),
        muster_points: muster_points.map(|point| point.code.clone()).collect(),
        acknowledge: within(5.0),
        arrive: within(60.0),
        grace_ms: Some(minutes(30.0)),
        ladder: vec![
            step(1.0, "repeat"),
            step(2.0, "repeat"),
            step(3.0, "team-leader"),
            step(4.0, "deputy"),
            step(5.0, "superior"),
        ],
        sign_offs: vec!["装备清点".to_owned()],
        ..OrderDraft::default()
    };
    let request = ActivateResponseRequest {
        context: teller.context("district:commander"),
        plan: "flood".to_owned(),
        event: "西江洪水".to_owned(),
        level: 2,
        scope_codes: SCOPE.map(str::to_owned).to_vec(),
        reason: "水文部门通报超警戒水位".to_owned(),
        order: Some(draft),
        approval: Some(approval),
        ..ActivateResponseRequest::default()
    };
    let answer = ResponseServiceClient::new(channel)
        .activate_response(request)
        .await?
        .into_inner();
    let issued = answer.order.context("no order was issued")?;
    Ok((answer.response_id, issued.order_id, issued.due))
}

/// People answer while the board is watched and the duty desk decides on leave; ends when the time to arrive is over.
async fn respond(
    teller: &mut Teller,
    daemon: &Daemon,
    channel: Channel,
    order: u32,
    check_in_codes: BTreeMap<String, String>,
) -> anyhow::Result<bool> {
    let options = RunOptions {
        compression: COMPRESSION,
        check_in_codes,
        stop_after: Some(Duration::from_millis(minutes(95.0))),
        ..RunOptions::new(&daemon.api, Target::Order(order))
    };
    let mut responders = tokio::spawn(async move { run(&options, None).await });
    let filter = Some(BoardFilter {
        order_id: order,
        ..BoardFilter::default()
    });
    let request = WatchRequest {
        filter,
        resume_revision: 0,
        interval_ms: 200,
    };
    let mut watch = WatchServiceClient::new(channel.clone())
        .watch(request)
        .await?
        .into_inner();
    let mut board = LiveBoard::new(teller.language);
    let mut all_added_up = true;
    let draw_every = if std::io::IsTerminal::is_terminal(&std::io::stderr()) {
        250
    } else {
        4000
    };
    let mut draw = tokio::time::interval(Duration::from_millis(draw_every));
    let mut leave = tokio::time::interval(Duration::from_millis(minutes(2.0)));
    let report = loop {
        tokio::select! {
            message = watch.message() => match message? {
                Some(message) => all_added_up &= board.take(message),
                None => anyhow::bail!("the watch ended"),
            },
            _ = draw.tick() => board.draw(),
            _ = leave.tick() => decide_leave(teller, channel.clone(), order).await?,
            report = &mut responders => break report??,
        }
    };
    board.draw();
    teller.say(
        &format!(
            "   {} 人应答；回令延迟 p50 {:.0} ms、p99 {:.0} ms。",
            report.people, report.ack_latency.p50_ms, report.ack_latency.p99_ms
        ),
        &format!(
            "   {} people; answers took p50 {:.0} ms, p99 {:.0} ms.",
            report.people, report.ack_latency.p50_ms, report.ack_latency.p99_ms
        ),
    );
    Ok(all_added_up)
}

/// The duty desk: illness and other duty are approved, the rest is not.
async fn decide_leave(teller: &mut Teller, channel: Channel, order: u32) -> anyhow::Result<()> {
    let mut roster = RosterServiceClient::new(channel);
    let pending = ListLeaveRequest {
        status: "pending".to_owned(),
        order_id: order,
        page: None,
    };
    for leave in roster.list_leave(pending).await?.into_inner().leave {
        let approve = leave.reason == "medical" || leave.reason == "other-duty";
        let request = DecideLeaveRequest {
            context: teller.context("district:duty-desk"),
            leave_id: leave.leave_id,
            approve,
        };
        roster.decide_leave(request).await?;
    }
    Ok(())
}

async fn board(channel: Channel, response: u32) -> anyhow::Result<(u64, Counts)> {
    let filter = Some(BoardFilter {
        response_id: response,
        ..BoardFilter::default()
    });
    let board = WatchServiceClient::new(channel)
        .get_board(GetBoardRequest { filter, as_of: None })
        .await?
        .into_inner();
    let total = board
        .total
        .and_then(|total| total.counts)
        .context("the board has no total")?;
    Ok((board.revision, total))
}

async fn stand_down(
    teller: &mut Teller,
    channel: Channel,
    (response, order): (u32, u32),
    approval: Approval,
) -> anyhow::Result<()> {
    let mut responses = ResponseServiceClient::new(channel.clone());
    let mut orders = OrderServiceClient::new(channel);
    let actor = "district:commander";
    for level in [3, 4] {
        let request = DeEscalateResponseRequest {
            context: teller.context(actor),
            response_id: response,
            level,
            reason: "水位回落".to_owned(),
            approval: Some(approval),
            ..DeEscalateResponseRequest::default()
        };
        responses.de_escalate_response(request).await?;
    }
    let sign = SignOffRequest {
        context: teller.context("district:logistics"),
        order_id: order,
        name: "装备清点".to_owned(),
    };
    orders.sign_off(sign).await?;
    let release = ReleasePeopleRequest {
        context: teller.context(actor),
        order_id: order,
        all: true,
        person_ids: Vec::new(),
    };
    orders.release_people(release).await?;
    let terminate = TerminateResponseRequest {
        context: teller.context(actor),
        response_id: response,
        reason: String::new(),
    };
    responses.terminate_response(terminate).await?;
    Ok(())
}

async fn keep_serving(
    teller: &Teller,
    daemon: &Daemon,
    files: &std::path::Path,
    response: u32,
    order: u32,
) -> anyhow::Result<()> {
    let bin = baiying_drills::process::program("baiying");
    teller.say(
        "\n守护进程仍在运行，可在另一个终端试试（Ctrl-C 结束）：",
        "\nThe daemon keeps serving; try in another terminal (Ctrl-C ends):",
    );
    eprintln!("  export BAIYING_SERVER={} BAIYING_ADMIN={}", daemon.api, daemon.admin);
    for line in [
        "status --state-hash".to_owned(),
        format!("board --response R{response}"),
        format!("order show O{order}"),
        format!("order rows O{order} --bucket absent"),
        format!("response show R{response}"),
        "events --since 0 --limit 20".to_owned(),
        format!(
            "person import {}   # 再导一遍：没有变化 / again: nothing changes",
            files.join("people.csv").display()
        ),
    ] {
        eprintln!("  {} {line}", bin.display());
    }
    tokio::signal::ctrl_c().await?;
    eprintln!();
    Ok(())
}
