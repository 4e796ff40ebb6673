//! The typhoon at level Ⅳ in one town: rehearsed, asked for, approved.

use std::collections::BTreeMap;

use baiying_proto::v1::order_service_client::OrderServiceClient;
use baiying_proto::v1::response_service_client::ResponseServiceClient;
use baiying_proto::v1::{
    ActivateResponseRequest, Approval, ApproveResponseRequest, ListOrdersRequest, PlanOrders, RehearsalFinding,
    RehearseResponseRequest, RequestResponseRequest,
};

use super::teller::{Teller, whole_page};
use super::{COMMANDER, DISTRICT, FIRST};

const EVENT: &str = "台风海葵";
const REASON: &str = "气象部门发布台风蓝色预警";

/// A finding's word in Chinese and in English.
const FINDINGS: [(&str, &str, &str); 9] = [
    ("no-commander", "无人指挥", "no commander"),
    ("no-backup", "无人接替", "no backup"),
    ("two-places", "一人指挥两处", "one person commands two places"),
    ("village-uncovered", "村（社区）无人指挥", "village without a commander"),
    (
        "village-without-muster-point",
        "村（社区）没有集结点",
        "village without a muster point",
    ),
    (
        "agency-not-linked",
        "机关没有挂钩村（社区）",
        "agency linked to no village",
    ),
    ("under-quota", "应急队缺员", "team short of its quota"),
    ("unreachable", "没有电话号码", "no phone number"),
    ("on-other-duty", "已有其他任务", "on another duty"),
];

/// The response, and what the rehearsal said.
pub(super) struct Typhoon {
    pub(super) response: u32,
    pub(super) called: u32,
    pub(super) findings: usize,
}

/// Rehearses it, asks for it and has it approved.
pub(super) async fn typhoon(teller: &mut Teller, approval: Approval) -> anyhow::Result<Typhoon> {
    let mut responses = ResponseServiceClient::new(teller.channel.clone());
    let by_plan = PlanOrders {
        muster_point_codes: teller.muster_points(FIRST),
    };
    let activation = ActivateResponseRequest {
        plan: "typhoon".to_owned(),
        event: EVENT.to_owned(),
        level: 4,
        scope_codes: vec![FIRST.to_owned()],
        reason: REASON.to_owned(),
        approval: Some(approval),
        plan_orders: Some(by_plan.clone()),
        ..ActivateResponseRequest::default()
    };
    let rehearsal = RehearseResponseRequest {
        activation: Some(activation),
    };
    let rehearsed = responses.rehearse_response(rehearsal).await?.into_inner();
    anyhow::ensure!(rehearsed.refusal_reason.is_empty(), "{}", rehearsed.refusal);
    let (town, called, commands) = (teller.name(FIRST), rehearsed.called, rehearsed.commands);
    let (chinese, english) = findings(&rehearsed.findings);
    teller.say(
        &format!("2. 推演：防台风Ⅳ级，{town}。可以启动，应召 {called} 人，设指挥岗 {commands} 个；发现：{chinese}。"),
        &format!("2. Rehearsed: typhoon, level Ⅳ, {town}. It can start; {called} people called, {commands} commands; found: {english}."),
    );
    let request = RequestResponseRequest {
        context: teller.context("district:office"),
        plan: "typhoon".to_owned(),
        event: EVENT.to_owned(),
        level: 4,
        scope_codes: vec![FIRST.to_owned()],
        reason: REASON.to_owned(),
        requested_by_id: approval.requested_by_id,
        ..RequestResponseRequest::default()
    };
    let response = responses.request_response(request).await?.into_inner().response_id;
    let request = ApproveResponseRequest {
        context: teller.context(COMMANDER),
        response_id: response,
        approved_by_id: approval.approved_by_id,
        order: None,
        plan_orders: Some(by_plan),
    };
    responses.approve_response(request).await?;
    say_started(teller, response, approval).await?;
    Ok(Typhoon {
        response,
        called,
        findings: rehearsed.findings.len(),
    })
}

async fn say_started(teller: &Teller, response: u32, approval: Approval) -> anyhow::Result<()> {
    let orders = ListOrdersRequest {
        response_id: response,
        page: whole_page(),
        ..ListOrdersRequest::default()
    };
    let orders = OrderServiceClient::new(teller.channel.clone())
        .list_orders(orders)
        .await?;
    let orders: Vec<_> = orders.into_inner().orders.iter().map(due).collect();
    let (district, town) = (teller.command(DISTRICT).await?, teller.command(FIRST).await?);
    let (district, town, name) = (district.acting(), town.acting(), teller.name(FIRST));
    let Approval {
        requested_by_id: asked,
        approved_by_id: approved,
    } = approval;
    let orders = |separator: &str| orders.join(separator);
    teller.say(
        &format!(
            "   P{asked} 申请、P{approved} 批准，R{response} 启动：先指挥员、后队伍，指令 {}。",
            orders("、")
        ),
        &format!(
            "   Asked for by P{asked}, approved by P{approved}: R{response} is active. First who commands, then the teams: {}.",
            orders(", ")
        ),
    );
    teller.say(
        &format!("   指挥体系：全区 {district}；{name} {town}。"),
        &format!("   In command: of the district {district}, of {name} {town}."),
    );
    Ok(())
}

/// An order and how many are due.
fn due(order: &baiying_proto::v1::Order) -> String {
    let total = order.versions.last().and_then(|version| version.total);
    format!("O{} ({})", order.order_id, total.map_or(0, |total| total.due))
}

/// How many of each kind, in both languages.
fn findings(found: &[RehearsalFinding]) -> (String, String) {
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in found {
        *kinds.entry(&finding.kind).or_default() += 1;
    }
    let words = |kind: &str| FINDINGS.iter().find(|(known, ..)| *known == kind);
    let chinese = kinds.iter().map(|(kind, count)| {
        let word = words(kind).map_or(*kind, |(_, chinese, _)| chinese);
        format!("{word} {count} 处")
    });
    let english = kinds.iter().map(|(kind, count)| {
        let word = words(kind).map_or(*kind, |(.., english)| english);
        format!("{word} {count}")
    });
    let (chinese, english) = (chinese.collect::<Vec<_>>(), english.collect::<Vec<_>>());
    (chinese.join("，"), english.join(", "))
}
