//! Level Ⅱ over both towns, decided by two persons, and the order that calls everybody out.

use anyhow::Context as _;
use baiying_proto::v1::deadline::When;
use baiying_proto::v1::order_service_client::OrderServiceClient;
use baiying_proto::v1::response_service_client::ResponseServiceClient;
use baiying_proto::v1::{
    Approval, Audience, Deadline, EscalateResponseRequest, IssueOrderRequest, LadderStep, OrderDraft,
};

use super::teller::Teller;
use super::{COMMANDER, FIRST, SECOND, minutes};

/// The order, and who acts for the secretary who is away.
pub(super) struct Raised {
    pub(super) order: u32,
    pub(super) acting_for_absent: u32,
}

/// Raises the level and issues the order.
pub(super) async fn both_towns(
    teller: &mut Teller,
    response: u32,
    approval: Approval,
    away: u32,
) -> anyhow::Result<Raised> {
    let scope = [FIRST, SECOND];
    let request = EscalateResponseRequest {
        context: teller.context(COMMANDER),
        response_id: response,
        level: 2,
        scope_codes: scope.map(str::to_owned).to_vec(),
        reason: "台风路径南移，风圈扩大".to_owned(),
        approval: Some(approval),
        ..EscalateResponseRequest::default()
    };
    let mut responses = ResponseServiceClient::new(teller.channel.clone());
    responses.escalate_response(request).await?;
    let muster_points = scope.iter().flat_map(|town| teller.muster_points(town)).collect();
    let request = IssueOrderRequest {
        context: teller.context(COMMANDER),
        response_id: response,
        audience: Some(Audience {
            call_out: true,
            ..Audience::default()
        }),
        draft: Some(draft(muster_points)),
    };
    let mut orders = OrderServiceClient::new(teller.channel.clone());
    let issued = orders.issue_order(request).await?.into_inner().issued;
    let issued = issued.context("no order was issued")?;
    let command = teller.command(SECOND).await?;
    let (first, second, acting) = (teller.name(FIRST), teller.name(SECOND), command.acting());
    let (order, due, excused) = (issued.order_id, issued.due, issued.excused);
    let Approval {
        requested_by_id: asked,
        approved_by_id: approved,
    } = approval;
    anyhow::ensure!(command.holder.acting_id != away, "who is on leave commands {second}");
    teller.say(
        &format!("4. 升级：R{response} 由Ⅳ级升为Ⅱ级，范围扩大到{first}、{second}（P{asked} 申请、P{approved} 批准，须两人）。{second}书记 P{away} 请假，由 B 角 {acting} 指挥。"),
        &format!("4. Raised: R{response} from level Ⅳ to Ⅱ over {first} and {second} (P{asked} asked, P{approved} approved: it takes two). The secretary of {second}, P{away}, is on leave: B, {acting}, commands."),
    );
    teller.say(
        &format!("   指令 O{order} 发出，应到 {due} 人；其中 {excused} 人已在执行任务或请假。"),
        &format!("   Order O{order} is out: {due} people are due, {excused} of them on another duty or on leave."),
    );
    Ok(Raised {
        order,
        acting_for_absent: command.holder.acting_id,
    })
}

fn draft(muster_points: Vec<String>) -> OrderDraft {
    let within = |time| {
        Some(Deadline {
            when: Some(When::WithinMs(minutes(time))),
        })
    };
    let step = |after, target: &str| LadderStep {
        after_ms: minutes(after),
        target: target.to_owned(),
    };
    OrderDraft {
        text: "台风即将登陆，请各队 5 分钟内回令、60 分钟内到集结点报到，携带防汛装备。".to_owned(),
        muster_points,
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
    }
}
