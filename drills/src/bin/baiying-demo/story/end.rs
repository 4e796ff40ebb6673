//! Step by step down, and back: what was open before, and that nothing is.

use baiying_proto::v1::order_service_client::OrderServiceClient;
use baiying_proto::v1::reinforcement_service_client::ReinforcementServiceClient;
use baiying_proto::v1::response_service_client::ResponseServiceClient;
use baiying_proto::v1::{
    Approval, DeEscalateResponseRequest, GetResponseRequest, GetResponseResponse, ListOrdersRequest,
    ListReinforcementsRequest, SignOffRequest, TerminateResponseRequest,
};

use super::branch::Approved;
use super::teller::{Teller, level, whole_page};
use super::{COMMANDER, SECOND};

/// What the end came to.
pub(super) struct End {
    pub(super) levels: Vec<u32>,
    /// The state before the responses ended.
    pub(super) before_revision: u64,
    pub(super) open_before: u32,
    pub(super) open_after: u32,
    pub(super) deployed_after: usize,
}

/// What of two responses is open.
#[derive(Default)]
struct Open {
    orders: usize,
    windows: u32,
    branches: u32,
    requests: usize,
}

impl Open {
    fn sum(&self) -> u32 {
        let Self {
            orders,
            windows,
            branches,
            requests,
        } = self;
        windows + branches + (orders + requests) as u32
    }

    fn chinese(&self) -> String {
        format!(
            "指令 {}、就地报到窗口 {}、临时党支部 {}、增援请求 {}",
            self.orders, self.windows, self.branches, self.requests
        )
    }

    fn english(&self) -> String {
        format!(
            "orders {}, windows {}, branches {}, requests for reinforcement {}",
            self.orders, self.windows, self.branches, self.requests
        )
    }
}

/// Ⅱ → Ⅲ → Ⅳ, then both responses end.
pub(super) async fn step_by_step(
    teller: &mut Teller,
    (typhoon, outbreak): (u32, u32),
    order: u32,
    branch: &Approved,
    approval: Approval,
) -> anyhow::Result<End> {
    let mut responses = ResponseServiceClient::new(teller.channel.clone());
    for level in [3, 4] {
        let request = DeEscalateResponseRequest {
            context: teller.context(COMMANDER),
            response_id: typhoon,
            level,
            reason: "风力减弱".to_owned(),
            approval: Some(approval),
            ..DeEscalateResponseRequest::default()
        };
        responses.de_escalate_response(request).await?;
    }
    let command = teller.command(SECOND).await?;
    let (second, by, rank) = (teller.name(SECOND), command.response, level(command.level));
    teller.say(
        &format!("8. 逐级降低：R{typhoon} Ⅱ → Ⅲ → Ⅳ；{second}改由级别更高的 R{by}（{rank}级）指挥。"),
        &format!("8. Step by step down: R{typhoon} Ⅱ → Ⅲ → Ⅳ; {second} is now under R{by}, which has the higher level ({rank})."),
    );
    let sign = SignOffRequest {
        context: teller.context("district:logistics"),
        order_id: order,
        name: "装备清点".to_owned(),
    };
    OrderServiceClient::new(teller.channel.clone()).sign_off(sign).await?;
    let (before, deployed_before) = (open(teller, [typhoon, outbreak]).await?, deployed(teller).await?);
    let before_revision = get(teller, typhoon).await?.revision;
    for (response, reason) in [(typhoon, "台风警报解除"), (outbreak, "疫情得到控制")] {
        let request = TerminateResponseRequest {
            context: teller.context(COMMANDER),
            response_id: response,
            reason: reason.to_owned(),
        };
        responses.terminate_response(request).await?;
    }
    let (told, id) = (super::branch::feedback(teller, branch).await?, branch.id);
    let (after, deployed_after) = (open(teller, [typhoon, outbreak]).await?, deployed(teller).await?);
    teller.say(
        &format!(
            "   终止 R{typhoon}、R{outbreak}：此前未结 {}，在任务中 {deployed_before} 人；",
            before.chinese()
        ),
        &format!(
            "   R{typhoon} and R{outbreak} end. Open before: {}; {deployed_before} people on duty.",
            before.english()
        ),
    );
    teller.say(
        &format!("   党支部 B{id} 向 {told} 个原单位反馈表现，档案封存。现在未结 {}，在任务中 {deployed_after} 人。", after.chinese()),
        &format!("   Branch B{id} told {told} home units how their people did; its record is sealed. Open now: {}; {deployed_after} people on duty.", after.english()),
    );
    let ended = get(teller, typhoon).await?.response.unwrap_or_default();
    Ok(End {
        levels: ended.history.iter().map(|change| change.to_level).collect(),
        before_revision,
        open_before: before.sum(),
        open_after: after.sum(),
        deployed_after,
    })
}

async fn get(teller: &Teller, response: u32) -> anyhow::Result<GetResponseResponse> {
    let request = GetResponseRequest {
        response_id: response,
        as_of: None,
    };
    let mut client = ResponseServiceClient::new(teller.channel.clone());
    Ok(client.get_response(request).await?.into_inner())
}

async fn open(teller: &Teller, responses: [u32; 2]) -> anyhow::Result<Open> {
    let mut open = Open::default();
    let mut orders = OrderServiceClient::new(teller.channel.clone());
    let mut reinforcements = ReinforcementServiceClient::new(teller.channel.clone());
    for response_id in responses {
        let shown = get(teller, response_id).await?.response.unwrap_or_default();
        open.windows += shown.open_windows;
        open.branches += shown.open_branches;
        let request = ListOrdersRequest {
            response_id,
            open_only: true,
            page: whole_page(),
            as_of: None,
        };
        open.orders += orders.list_orders(request).await?.into_inner().orders.len();
        let request = ListReinforcementsRequest {
            response_id,
            open: true,
            page: whole_page(),
        };
        let requests = reinforcements.list_reinforcements(request).await?.into_inner();
        open.requests += requests.reinforcements.len();
    }
    Ok(open)
}

/// How many people are deployed under any order.
async fn deployed(teller: &Teller) -> anyhow::Result<usize> {
    let people = teller.people("").await?;
    Ok(people.iter().filter(|person| person.active_order_id != 0).count())
}
