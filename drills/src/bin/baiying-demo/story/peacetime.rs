//! Peacetime: the district is imported, agencies are linked to villages, and one town's secretary goes on leave.

use std::path::Path;

use baiying_drills::load::import_all;
use baiying_drills::synth::{District, SynthData, SynthOptions, rows, write};
use baiying_proto::v1::reinforcement_service_client::ReinforcementServiceClient;
use baiying_proto::v1::roster_service_client::RosterServiceClient;
use baiying_proto::v1::{
    AgencyLinkRow, DecideLeaveRequest, ImportAgencyLinksRequest, ImportHeader, ImportMode, RequestLeaveRequest,
};

use super::teller::Teller;
use super::{FIRST, SECOND};
use crate::board::Language;

/// Three days, in milliseconds.
const LEAVE_MS: i64 = 3 * 24 * 3_600_000;

/// Writes the district's files and imports the same rows.
pub(crate) async fn import(language: Language, api: &str, files: &Path) -> anyhow::Result<SynthData> {
    let line = language.pick(
        "1. 平时：守护进程已启动，导入行政区划、人员、队伍、集结点、岗位……",
        "1. Peacetime: the daemon runs; importing divisions, people, teams, muster points, posts …",
    );
    eprintln!("{line}");
    let options = SynthOptions::default();
    write(District::Gaoming, &options, files)?;
    let district = rows(District::Gaoming, &options);
    let summary = import_all(api, &district, "demo:roster").await?;
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
    Ok(district)
}

/// Links every agency to a village of the first town, in turn (区直挂钩).
pub(super) async fn links(teller: &mut Teller) -> anyhow::Result<()> {
    let units = &teller.district.units;
    let agencies = units.iter().filter(|unit| unit.code.starts_with("440608-A"));
    let villages: Vec<_> = units.iter().filter(|unit| unit.parent_code == FIRST).collect();
    let rows: Vec<_> = (1..)
        .zip(agencies.zip(villages.iter().cycle()))
        .map(|(row, (agency, village))| AgencyLinkRow {
            row,
            agency_code: agency.code.clone(),
            village_code: village.code.clone(),
        })
        .collect();
    let header = ImportHeader {
        context: teller.context("demo:roster"),
        mode: ImportMode::SkipBad.into(),
    };
    let messages = [ImportAgencyLinksRequest {
        header: Some(header),
        rows,
    }];
    let mut client = ReinforcementServiceClient::new(teller.channel.clone());
    client.import_agency_links(tokio_stream::iter(messages)).await?;
    Ok(())
}

/// The second town's secretary asks for leave, and somebody else approves it.
pub(super) async fn leave(teller: &mut Teller) -> anyhow::Result<u32> {
    let mut roster = RosterServiceClient::new(teller.channel.clone());
    let post = teller.post(SECOND, "town-secretary").await?;
    let request = RequestLeaveRequest {
        context: teller.context("town:440608107"),
        person_id: post.primary_id,
        reason: "out-of-town".to_owned(),
        from_unix_ms: post.since_unix_ms,
        until_unix_ms: post.since_unix_ms + LEAVE_MS,
        ..RequestLeaveRequest::default()
    };
    let leave = roster.request_leave(request).await?.into_inner().leave_id;
    let request = DecideLeaveRequest {
        context: teller.context("district:superior"),
        leave_id: leave,
        approve: true,
    };
    roster.decide_leave(request).await?;
    let (town, who) = (
        teller.name(SECOND),
        format!("{} P{}", post.primary_masked_name, post.primary_id),
    );
    teller.say(
        &format!("   {town}党委书记 {who} 外出，请假 L{leave} 已批准。"),
        &format!("   The secretary of {town}, {who}, is away: leave L{leave} is approved."),
    );
    Ok(post.primary_id)
}
