//! The story, a file a step: peacetime, a typhoon at level Ⅳ, reinforcement, level Ⅱ over two towns, arrivals, an epidemic on top of it, a branch
//! under strength, step by step back.

mod arrivals;
mod branch;
mod end;
mod outbreak;
pub(crate) mod peacetime;
mod raise;
mod reinforce;
mod serve;
mod start;
mod teller;

use baiying_drills::load::approval;
use baiying_drills::process::Daemon;
use baiying_proto::v1::GetStatusRequest;
use baiying_proto::v1::admin_service_client::AdminServiceClient;

use crate::board::{Language, adds_up};
use teller::Teller;

/// Model time to real time: an hour in 40 seconds.
const COMPRESSION: f64 = 90.0;
/// The district.
const DISTRICT: &str = "440608";
/// 杨和镇, where it begins.
const FIRST: &str = "440608106";
/// 明城镇, whose secretary is away, and where the epidemic is.
const SECOND: &str = "440608107";
/// Who enters what the district decides.
const COMMANDER: &str = "district:commander";

/// Real time for so many minutes of the story.
fn minutes(count: f64) -> u64 {
    (count * 60_000.0 / COMPRESSION) as u64
}

/// Tells it; says whether every board on the way added up and everything ended.
pub(crate) async fn tell(once: bool, language: Language) -> anyhow::Result<bool> {
    let dir = tempfile::Builder::new().prefix("baiying-demo-").tempdir()?;
    let (data, files) = (dir.path().join("data"), dir.path().join("files"));
    let title = language.pick(
        "── 百应演示：高明区一次防台风应急响应，叠加一次疫情处置（人员均为虚构）──",
        "── Baiying demo: a typhoon in Gaoming, and an epidemic on top of it (nobody in it is real) ──",
    );
    eprintln!("{title}");
    let daemon = Daemon::start(&data, &["--tenant", "高明区（虚构）", "--synthetic"])?;
    let district = peacetime::import(language, &daemon.api, &files).await?;
    let mut teller = Teller::new(language, &daemon.api, district).await?;
    let approval = approval(&daemon.api).await?;
    let homes = teller.homes().await?;
    peacetime::links(&mut teller).await?;
    let away = peacetime::leave(&mut teller).await?;
    let typhoon = start::typhoon(&mut teller, approval).await?;
    let help = reinforce::first_town(&mut teller, typhoon.response).await?;
    let mut branch = branch::approve(&mut teller, typhoon.response).await?;
    let raised = raise::both_towns(&mut teller, typhoon.response, approval, away).await?;
    let mut all_added_up = arrivals::watch(&mut teller, &daemon.api, raised.order).await?;
    let total = arrivals::close(&mut teller, raised.order).await?;
    all_added_up &= adds_up(&total);
    let outbreak = outbreak::second_town(&mut teller, approval).await?;
    branch::under_strength(&mut teller, &mut branch, &help, raised.order).await?;
    let responses = (typhoon.response, outbreak.response);
    let end = end::step_by_step(&mut teller, responses, raised.order, &branch, approval).await?;
    let home_units_unchanged = teller.homes().await? == homes;
    teller.say(
        &format!(
            "   {} 人的原单位与启动前{}；回到平时。",
            homes.len(),
            if home_units_unchanged {
                "完全一致"
            } else {
                "不一致"
            }
        ),
        &format!(
            "   The home units of all {} people are {}: peacetime again.",
            homes.len(),
            if home_units_unchanged {
                "what they were"
            } else {
                "not what they were"
            }
        ),
    );
    let statuses = branch::statuses(&teller, branch.id).await?;
    let status = AdminServiceClient::connect(daemon.admin.clone())
        .await?
        .get_status(GetStatusRequest { with_state_hash: true })
        .await?
        .into_inner();
    if !once {
        serve::until_ctrl_c(
            &teller,
            &daemon,
            &files,
            (responses, raised.order, branch.id, end.before_revision),
        )
        .await?;
    }
    println!(
        "{}",
        serde_json::json!({
            "due": total.due, "present": total.present, "en_route": total.en_route, "excused": total.excused,
            "absent": total.absent, "unconfirmed": total.unconfirmed,
            "levels": end.levels, "rehearsed": typhoon.called, "findings": typhoon.findings,
            "reinforcement_rounds": help.rounds, "reinforced": help.people.len(),
            "acting_for_absent": raised.acting_for_absent,
            "windows": outbreak.windows, "in_place_due": outbreak.due, "in_place_excused": outbreak.excused,
            "in_place_confirmed": outbreak.confirmed, "branch_statuses": statuses,
            "open_before": end.open_before, "open_after": end.open_after, "deployed_after": end.deployed_after,
            "home_units_unchanged": home_units_unchanged,
            "revision": status.revision, "state_hash": status.state_hash,
        })
    );
    Ok(all_added_up && total.due > 0 && end.open_after == 0 && home_units_unchanged)
}
