//! An epidemic on top of the typhoon: windows open in the second town, and one village confirms who reported.

use anyhow::Context as _;
use baiying_proto::v1::in_place_service_client::InPlaceServiceClient;
use baiying_proto::v1::reporter::Who;
use baiying_proto::v1::response_service_client::ResponseServiceClient;
use baiying_proto::v1::{
    ActivateResponseRequest, Approval, ConfirmReportsRequest, InPlaceWindow, ListInPlaceReportsRequest,
    ListWindowsRequest, PlanOrders, ReportInPlaceRequest, Reporter,
};

use super::teller::{Teller, page, whole_page};
use super::{COMMANDER, SECOND};

/// Members of the village who report.
const REPORTING: u32 = 60;

/// The response, its windows, and how one village did.
pub(super) struct Outbreak {
    pub(super) response: u32,
    pub(super) windows: usize,
    pub(super) due: u32,
    pub(super) excused: u32,
    pub(super) confirmed: u32,
}

/// Activates it by its plan; members of the village with the most of them report.
pub(super) async fn second_town(teller: &mut Teller, approval: Approval) -> anyhow::Result<Outbreak> {
    let muster_point_codes = teller.muster_points(SECOND);
    let point = muster_point_codes.first().context("no muster point")?.clone();
    let request = ActivateResponseRequest {
        context: teller.context(COMMANDER),
        plan: "epidemic".to_owned(),
        event: "登革热".to_owned(),
        level: 2,
        scope_codes: vec![SECOND.to_owned()],
        reason: "疾控部门报告聚集性疫情".to_owned(),
        approval: Some(approval),
        plan_orders: Some(PlanOrders { muster_point_codes }),
        ..ActivateResponseRequest::default()
    };
    let mut responses = ResponseServiceClient::new(teller.channel.clone());
    let response = responses.activate_response(request).await?.into_inner().response_id;
    let windows = windows(teller, response).await?;
    let sum = |count: fn(&baiying_proto::v1::InPlaceCounts) -> u32| -> u32 {
        windows.iter().filter_map(|it| it.counts.as_ref()).map(count).sum()
    };
    let (due, excused) = (sum(|counts| counts.due), sum(|counts| counts.excused));
    let town = teller.name(SECOND);
    let command = teller.command(SECOND).await?;
    let first = command.response;
    teller.say(
        &format!(
            "6. 叠加响应：疫情Ⅱ级 R{response}，{town}。{} 个村（社区）开启就地报到，应报到 {due} 人，其中 {excused} 人已在执行任务或请假，免到；同级以先启动的 R{first} 指挥。",
            windows.len()
        ),
        &format!(
            "6. On top of it: epidemic response R{response} at level Ⅱ over {town}. In-place reports open in {} villages: {due} members due, {excused} of them excused, being deployed already or on leave; of the same level, R{first} came first and commands.",
            windows.len()
        ),
    );
    let most = windows
        .iter()
        .max_by_key(|it| it.counts.map_or(0, |counts| counts.unanswered));
    let village = most.context("no window opened")?.village_code.clone();
    let confirmed = report(teller, response, &village, &point).await?;
    let after = self::windows(teller, response).await?;
    let after = after.iter().find(|it| it.village_code == village);
    let after = after.and_then(|it| it.counts).unwrap_or_default();
    let (name, due) = (teller.name(&village), after.due);
    teller.say(
        &format!("   {name}：{confirmed} 名党员扫码报到，村（社区）已确认 {}/{due}。", after.confirmed),
        &format!("   {name}: {confirmed} members reported with the code on the sheet, and the village confirmed them: {} of {due}.", after.confirmed),
    );
    Ok(Outbreak {
        response,
        windows: windows.len(),
        due: sum(|counts| counts.due),
        excused,
        confirmed: after.confirmed,
    })
}

async fn windows(teller: &Teller, response: u32) -> anyhow::Result<Vec<InPlaceWindow>> {
    let request = ListWindowsRequest {
        response_id: response,
        open_only: true,
        page: whole_page(),
        ..ListWindowsRequest::default()
    };
    let mut client = InPlaceServiceClient::new(teller.channel.clone());
    Ok(client.list_windows(request).await?.into_inner().windows)
}

/// Some report themselves with the code of the muster point, and the village confirms them; says how many.
async fn report(teller: &mut Teller, response: u32, village: &str, point: &str) -> anyhow::Result<u32> {
    let mut client = InPlaceServiceClient::new(teller.channel.clone());
    let unanswered = ListInPlaceReportsRequest {
        response_id: response,
        village_code: village.to_owned(),
        status: "unanswered".to_owned(),
        page: page(REPORTING, String::new()),
        ..ListInPlaceReportsRequest::default()
    };
    let members = client.list_in_place_reports(unanswered).await?.into_inner().reports;
    let codes = teller.district.check_in_codes();
    let request = ReportInPlaceRequest {
        context: teller.context("members"),
        village_code: village.to_owned(),
        response_id: response,
        reporter: Some(Reporter {
            who: Some(Who::Own(true)),
        }),
        check_in_code: codes.get(point).cloned().unwrap_or_default(),
        person_ids: members.iter().map(|member| member.person_id).collect(),
        ..ReportInPlaceRequest::default()
    };
    client.report_in_place(request).await?;
    let request = ConfirmReportsRequest {
        context: teller.context("village"),
        village_code: village.to_owned(),
        response_id: response,
        all: true,
        confirmed_by: "村（社区）党组织书记".to_owned(),
        ..ConfirmReportsRequest::default()
    };
    Ok(client.confirm_reports(request).await?.into_inner().applied)
}
