//! A temporary branch at the front: proposed where reinforcement arrived, approved, under strength, full again.

use anyhow::Context as _;
use baiying_proto::v1::branch_service_client::BranchServiceClient;
use baiying_proto::v1::order_service_client::OrderServiceClient;
use baiying_proto::v1::{
    ApproveBranchRequest, Branch, BranchMember, BranchOfficers, GetBranchRequest, IssueFeedbackRequest,
    JoinBranchRequest, ListBranchMembersRequest, ListDeliveriesRequest, ProposeBranchesRequest, ReleasePeopleRequest,
};

use super::reinforce::Help;
use super::teller::{Teller, whole_page};
use super::{COMMANDER, FIRST};

/// Full members that a branch needs.
const STRENGTH: usize = 3;
/// Full members with whom a committee is appointed.
const COMMITTEE_FROM: usize = 7;
const DOCUMENT: &str = "杨党〔2026〕7号";

/// The branch that the town approved.
pub(super) struct Approved {
    pub(super) id: u32,
    secretary: u32,
    /// Its full members, the secretary first.
    full: Vec<u32>,
}

/// The switch proposes branches where members have arrived; the town approves one.
pub(super) async fn approve(teller: &mut Teller, response: u32) -> anyhow::Result<Approved> {
    let mut client = BranchServiceClient::new(teller.channel.clone());
    let propose = ProposeBranchesRequest {
        context: teller.context("district:organization"),
        response_id: response,
    };
    let proposed = client.propose_branches(propose).await?.into_inner().branch_ids;
    let mut chosen = None;
    for id in &proposed {
        let full: Vec<_> = members(teller, *id).await?.into_iter().filter(is_full).collect();
        if full.len() > STRENGTH {
            chosen = Some((*id, full));
            break;
        }
    }
    let (id, full) = chosen.context("no branch was proposed")?;
    let full: Vec<_> = full.iter().map(|member| member.person_id).collect();
    let secretary = *full.first().context("nobody can be its secretary")?;
    // A committee from seven full members on, of three at least; else a secretary alone.
    let committee = if full.len() < COMMITTEE_FROM {
        &[][..]
    } else {
        &full[1..STRENGTH]
    };
    let request = ApproveBranchRequest {
        context: teller.context("town:440608106"),
        branch_id: id,
        unit_code: FIRST.to_owned(),
        document: DOCUMENT.to_owned(),
        officers: Some(BranchOfficers {
            secretary_id: secretary,
            deputy_id: 0,
            committee_ids: committee.to_vec(),
        }),
    };
    client.approve_branch(request).await?;
    let Branch {
        full: count,
        probationary,
        ..
    } = get(teller, id).await?.0;
    let town = teller.name(FIRST);
    teller.say(
        &format!("   临时党支部：人员到位后拟建 {} 个；{town}批复 B{id}（{DOCUMENT}），正式党员 {count} 名、预备党员 {probationary} 名，书记 P{secretary}。", proposed.len()),
        &format!("   Temporary branches: {} proposed after the arrivals; {town} approved B{id} ({DOCUMENT}): {count} full members, {probationary} probationary, secretary P{secretary}.", proposed.len()),
    );
    Ok(Approved { id, secretary, full })
}

/// Members are released until the branch is under strength; somebody who arrived under another order joins it.
pub(super) async fn under_strength(
    teller: &mut Teller,
    branch: &mut Approved,
    help: &Help,
    order: u32,
) -> anyhow::Result<()> {
    let id = branch.id;
    let leaving = branch.full.split_off(STRENGTH - 1);
    let mut orders: Vec<_> = help.people.iter().map(|(_, order)| *order).collect();
    orders.sort_unstable();
    orders.dedup();
    let mut client = OrderServiceClient::new(teller.channel.clone());
    let mut released = 0;
    for order in orders {
        let under = |person: &u32| help.people.contains(&(*person, order));
        let request = ReleasePeopleRequest {
            context: teller.context(COMMANDER),
            order_id: order,
            person_ids: leaving.iter().copied().filter(under).collect(),
            all: false,
        };
        if !request.person_ids.is_empty() {
            released += client.release_people(request).await?.into_inner().applied;
        }
    }
    let (weak, _) = get(teller, id).await?;
    anyhow::ensure!(weak.status == "under-strength", "B{id} is {}", weak.status);
    let joining = arrived_member(teller, order).await?;
    let request = JoinBranchRequest {
        context: teller.context("town:440608106"),
        branch_id: id,
        person_ids: vec![joining],
        applicant_ids: Vec::new(),
    };
    BranchServiceClient::new(teller.channel.clone())
        .join_branch(request)
        .await?;
    let (again, _) = get(teller, id).await?;
    anyhow::ensure!(again.status == "active", "B{id} is {}", again.status);
    teller.say(
        &format!("7. 党支部 B{id}：{released} 名党员解除归建，正式党员剩 {} 名，不足 3 名，提示调整；P{joining} 编入，{} 名，恢复正常。", weak.full, again.full),
        &format!("7. Branch B{id}: {released} members are released and {} full members stay: under strength, fewer than 3. P{joining} joins, {} now, and it works again.", weak.full, again.full),
    );
    Ok(())
}

/// Its secretary tells every home unit that waits how its people did: with the last one the record is sealed. Says how many.
pub(super) async fn feedback(teller: &mut Teller, branch: &Approved) -> anyhow::Result<usize> {
    let id = branch.id;
    let mut client = BranchServiceClient::new(teller.channel.clone());
    let shown = client
        .get_branch(GetBranchRequest { branch_id: id })
        .await?
        .into_inner();
    for unit_code in &shown.owed_unit_codes {
        let request = IssueFeedbackRequest {
            context: teller.context("town:440608106"),
            branch_id: id,
            unit_code: unit_code.clone(),
            written_by_id: branch.secretary,
            note: "服从安排，完成任务。".to_owned(),
        };
        client.issue_feedback(request).await?;
    }
    Ok(shown.owed_unit_codes.len())
}

/// Every status it had.
pub(super) async fn statuses(teller: &Teller, id: u32) -> anyhow::Result<Vec<String>> {
    Ok(get(teller, id).await?.1)
}

async fn get(teller: &Teller, id: u32) -> anyhow::Result<(Branch, Vec<String>)> {
    let mut client = BranchServiceClient::new(teller.channel.clone());
    let answer = client
        .get_branch(GetBranchRequest { branch_id: id })
        .await?
        .into_inner();
    let steps = answer.steps.into_iter().map(|step| step.status).collect();
    Ok((answer.branch.context("no branch")?, steps))
}

async fn members(teller: &Teller, id: u32) -> anyhow::Result<Vec<BranchMember>> {
    let request = ListBranchMembersRequest {
        branch_id: id,
        present: true,
        page: whole_page(),
    };
    let mut client = BranchServiceClient::new(teller.channel.clone());
    Ok(client.list_branch_members(request).await?.into_inner().members)
}

fn is_full(member: &BranchMember) -> bool {
    member.role == "member"
}

/// A full member who has arrived in the first town under this order.
async fn arrived_member(teller: &Teller, order: u32) -> anyhow::Result<u32> {
    let request = ListDeliveriesRequest {
        order_id: order,
        unit_code: FIRST.to_owned(),
        bucket: "present".to_owned(),
        page: whole_page(),
        ..ListDeliveriesRequest::default()
    };
    let mut client = OrderServiceClient::new(teller.channel.clone());
    let rows = client.list_deliveries(request).await?.into_inner().deliveries;
    let people = teller.people(FIRST).await?;
    let is_member = |id: u32| {
        people
            .iter()
            .any(|it| it.person_id == id && it.political == "party-member")
    };
    let found = rows.iter().map(|row| row.person_id).find(|id| is_member(*id));
    found.context("no member has arrived")
}
