//! Reinforcement of the first town: asked for, allocated, declined by one agency, allocated again by itself, arrived, assigned.

use std::time::Duration;

use anyhow::Context as _;
use baiying_proto::v1::deadline::When;
use baiying_proto::v1::field_service_client::FieldServiceClient;
use baiying_proto::v1::reinforcement_service_client::ReinforcementServiceClient;
use baiying_proto::v1::reporter::Who;
use baiying_proto::v1::{
    AnswerRequisitionRequest, ApproveReinforcementRequest, AssignReinforcementRequest, CheckInRequest, Deadline,
    GetReinforcementRequest, GetReinforcementResponse, ProposeReinforcementRequest, Reporter,
    RequestReinforcementRequest, Requisition,
};
use tonic::transport::Channel;

use super::teller::Teller;
use super::{DISTRICT, FIRST};

/// How many the town asks for.
const NUMBER: u32 = 20;
const TOWN: &str = "town:440608106";
/// How often, and how many times, the second round is looked for: it comes by itself.
const LOOK_EVERY: Duration = Duration::from_millis(50);
const LOOKS: u32 = 200;

/// What came.
pub(super) struct Help {
    pub(super) rounds: usize,
    /// Who came, and under which order.
    pub(super) people: Vec<(u32, u32)>,
}

/// Asks, allocates, has it declined and accepted, and lets people arrive.
pub(super) async fn first_town(teller: &mut Teller, response: u32) -> anyhow::Result<Help> {
    let channel = teller.channel.clone();
    let point = teller
        .muster_points(FIRST)
        .into_iter()
        .next()
        .context("no muster point")?;
    let village = teller.district.units.iter().find(|unit| unit.parent_code == FIRST);
    let village = village.context("no village")?.code.clone();
    let id = request(teller, response, &point, &village).await?;
    let allocator = allocate(teller, id).await?;
    // One agency declines; the reserve is asked in its place, by itself.
    let shown = show(&channel, id).await?;
    let first = shown.rounds.first().context("no round")?.requisitions.clone();
    let declined = first.first().context("nobody is asked")?;
    answer(teller, id, declined, "decline", "正在执行防汛值守").await?;
    let second = second_round(&channel, id).await?;
    let accepting: Vec<_> = first.iter().skip(1).chain(&second).cloned().collect();
    for requisition in &accepting {
        answer(teller, id, requisition, "accept", "").await?;
    }
    let shown = show(&channel, id).await?;
    let people: Vec<_> = shown.people.iter().map(|it| (it.person_id, it.order_id)).collect();
    check_in(teller, &people, &point).await?;
    let assign = AssignReinforcementRequest {
        context: teller.context(TOWN),
        reinforcement_id: id,
        unit_code: village.clone(),
        all: true,
        ..AssignReinforcementRequest::default()
    };
    ReinforcementServiceClient::new(channel.clone())
        .assign_reinforcement(assign)
        .await?;
    let shown = show(&channel, id).await?;
    let counts = shown.reinforcement.and_then(|it| it.counts).unwrap_or_default();
    let (town, village, allocator) = (teller.name(FIRST), teller.name(&village), teller.name(&allocator));
    let names = |all: &[Requisition]| {
        let names = all.iter();
        let names = names.map(|it| format!("{} {}", teller.name(&it.agency_code), it.person_ids.len()));
        names.collect::<Vec<_>>()
    };
    let (asked, declined, second) = (names(&first), teller.name(&declined.agency_code), names(&second));
    teller.say(
        &format!(
            "3. 增援 Z{id}：{town}请求 {NUMBER} 人，{allocator}调配第 1 轮（{}）；{declined}谢绝，第 2 轮自动补足（{}）。",
            asked.join("、"),
            second.join("、")
        ),
        &format!(
            "3. Reinforcement Z{id}: {town} asks for {NUMBER}, {allocator} allocates round 1 ({}); {declined} declines, round 2 comes by itself ({}).",
            asked.join(", "),
            second.join(", ")
        ),
    );
    teller.say(
        &format!(
            "   到位 {} 人，缺口 {}，全部分配到{village}。",
            counts.there, counts.uncovered
        ),
        &format!(
            "   {} are there, {} lacking; all are assigned to {village}.",
            counts.there, counts.uncovered
        ),
    );
    Ok(Help {
        rounds: shown.rounds.len(),
        people,
    })
}

async fn request(teller: &mut Teller, response: u32, point: &str, village: &str) -> anyhow::Result<u32> {
    let request = RequestReinforcementRequest {
        context: teller.context(TOWN),
        response_id: response,
        town_code: FIRST.to_owned(),
        number: NUMBER,
        muster_point: point.to_owned(),
        village_code: village.to_owned(),
        arrive: Some(Deadline {
            when: Some(When::WithinMs(7_200_000)),
        }),
        task: "转移低洼地带群众，加固河堤".to_owned(),
        reason: "本镇力量不足".to_owned(),
        ..RequestReinforcementRequest::default()
    };
    let mut client = ReinforcementServiceClient::new(teller.channel.clone());
    Ok(client
        .request_reinforcement(request)
        .await?
        .into_inner()
        .reinforcement_id)
}

/// The organization department takes the proposal; says which agency it is: without a policy, that of the head of organization.
async fn allocate(teller: &mut Teller, id: u32) -> anyhow::Result<String> {
    let head = teller.post(DISTRICT, "organization-head").await?.acting_id;
    let homes = teller.homes().await?;
    let allocator = homes
        .get(&head)
        .context("nobody heads the organization department")?
        .clone();
    let asked = ProposeReinforcementRequest {
        reinforcement_ids: vec![id],
        ..ProposeReinforcementRequest::default()
    };
    let mut client = ReinforcementServiceClient::new(teller.channel.clone());
    let proposal = client.propose_reinforcement(asked.clone()).await?.into_inner().proposal;
    let approve = ApproveReinforcementRequest {
        context: teller.context("district:organization"),
        request: Some(asked),
        proposal,
        allocator_code: allocator.clone(),
        approved_by: format!("P{head}"),
        answer_within_ms: None,
    };
    client.approve_reinforcement(approve).await?;
    Ok(allocator)
}

async fn answer(
    teller: &mut Teller,
    id: u32,
    requisition: &Requisition,
    answer: &str,
    reason: &str,
) -> anyhow::Result<()> {
    let request = AnswerRequisitionRequest {
        context: teller.context("agency"),
        reinforcement_id: id,
        agency_code: requisition.agency_code.clone(),
        answered_by: requisition.lead_id,
        answer: answer.to_owned(),
        reason: reason.to_owned(),
        ..AnswerRequisitionRequest::default()
    };
    let mut client = ReinforcementServiceClient::new(teller.channel.clone());
    client.answer_requisition(request).await?;
    Ok(())
}

async fn show(channel: &Channel, id: u32) -> anyhow::Result<GetReinforcementResponse> {
    let request = GetReinforcementRequest { reinforcement_id: id };
    let mut client = ReinforcementServiceClient::new(channel.clone());
    Ok(client.get_reinforcement(request).await?.into_inner())
}

async fn second_round(channel: &Channel, id: u32) -> anyhow::Result<Vec<Requisition>> {
    for _ in 0..LOOKS {
        if let Some(round) = show(channel, id).await?.rounds.into_iter().nth(1) {
            return Ok(round.requisitions);
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
    anyhow::bail!("nobody was asked in the place of the agency that declined")
}

/// A desk at the muster point notes who arrived, order by order.
async fn check_in(teller: &mut Teller, people: &[(u32, u32)], point: &str) -> anyhow::Result<()> {
    let mut field = FieldServiceClient::new(teller.channel.clone());
    let mut orders: Vec<_> = people.iter().map(|(_, order)| *order).collect();
    orders.sort_unstable();
    orders.dedup();
    for order in orders {
        let here = people.iter().filter(|(_, its)| *its == order);
        let request = CheckInRequest {
            context: teller.context("town:desk"),
            order_id: order,
            reporter: Some(Reporter {
                who: Some(Who::Desk(true)),
            }),
            muster_point: point.to_owned(),
            person_ids: here.map(|(person, _)| *person).collect(),
            ..CheckInRequest::default()
        };
        field.check_in(request).await?;
    }
    Ok(())
}
