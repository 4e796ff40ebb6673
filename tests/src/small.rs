//! A district that fits on a page: two agencies, two towns, 48 people, three teams, two muster points.
//!
//! People get their ids in the order of the rows: P1–P12 and P13–P24 staff of two agencies, P25–P36 volunteers of a village,
//! P37–P48 contract staff of a town. T1 = P1–P10, T2 = P13–P22, T3 = P25–P34; of each team the first leads, the second is
//! the deputy. A flood of level Ⅲ calls out the 30 people of the three teams, level Ⅰ the other four staff as well. P47 is the
//! district's commander, P48 the deputy commander.

use baiying_drills::load::import_all;
use baiying_drills::synth::{SynthData, SynthReport};
use baiying_proto::v1::{
    Approval, CheckInRequest, MusterPointRow, PersonRow, PostRow, TakeSnapshotRequest, TeamMemberRow, UnitRow,
};

use crate::api::{desk, fresh};
use crate::{Admin, Api, Serve};

/// Code of its root.
pub const ROOT: &str = "440608";
/// People a flood of level Ⅲ calls out.
pub const CALLED_OUT: u32 = 30;
/// Who may put every level in force.
pub const COMMANDER: u32 = 47;
/// Who may put levels Ⅲ and Ⅳ in force, and asks for the others.
pub const DEPUTY: u32 = 48;
/// The code on the sheet at M1.
pub const CODE_OF_M1: &str = "HECHENG1";

/// The district in the directory of this daemon, at work and then dead: the hash of its state.
///
/// # Errors
/// If the daemon refuses anything.
pub async fn dead(serve: &Serve, gracefully: bool) -> anyhow::Result<String> {
    let mut running = serve.serving()?;
    import_all(&running.url(), &district(), "test").await?;
    let (api, admin) = (Api::at(&running.url())?, Admin::at(&running.admin_url())?);
    let order_id = api.activate(3, "请立即回令").await?.order.unwrap_or_default().order_id;
    for person_id in (1..=10).chain(13..=22) {
        api.acknowledge(order_id, person_id).await?;
    }
    admin.client().take_snapshot(TakeSnapshotRequest {}).await?;
    for person_id in 1..=10 {
        let request = CheckInRequest {
            context: fresh(),
            order_id,
            reporter: desk(),
            muster_point: "M1".to_owned(),
            person_ids: vec![person_id],
            ..CheckInRequest::default()
        };
        api.field().check_in(request).await?;
    }
    let hash = admin.status().await?.state_hash;
    if gracefully {
        anyhow::ensure!(running.stop()?.success(), "{}", running.log());
    } else {
        running.kill();
    }
    Ok(hash)
}

/// An ID number of area 990101, which does not exist, with a right check digit.
#[must_use]
pub fn id_number(number: u32) -> String {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let digits = format!("99010119{:02}0101{:03}", 50 + number / 1000, number % 1000);
    let sum: u32 = digits
        .bytes()
        .zip(WEIGHTS)
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .sum();
    let check = b"10X98765432"[(sum % 11) as usize];
    format!("{digits}{}", char::from(check))
}

/// One unit.
#[must_use]
pub fn unit(row: u32, code: &str, name: &str, parent: &str, kind: &str) -> UnitRow {
    UnitRow {
        row,
        code: code.into(),
        name: name.into(),
        parent_code: parent.into(),
        kind: kind.into(),
    }
}

/// One person.
#[must_use]
pub fn person(row: u32, number: u32, unit: &str, category: &str) -> PersonRow {
    PersonRow {
        row,
        id_number: id_number(number),
        name: format!("测试{number}"),
        phone: format!("1390000{number:04}"),
        unit_code: unit.into(),
        category: category.into(),
        ..PersonRow::default()
    }
}

/// One membership.
#[must_use]
pub fn member(row: u32, team: &str, kind: &str, unit: &str, role: &str, person: &str) -> TeamMemberRow {
    TeamMemberRow {
        row,
        team_code: team.into(),
        team_name: format!("{team}队"),
        kind: kind.into(),
        unit_code: unit.into(),
        role: role.into(),
        person: person.into(),
    }
}

/// The commander approves what the deputy asks for.
#[must_use]
pub fn approval() -> Option<Approval> {
    Some(Approval {
        requested_by_id: DEPUTY,
        approved_by_id: COMMANDER,
    })
}

/// Who holds a post of the district's.
#[must_use]
pub fn post(row: u32, post: &str, person: u32) -> PostRow {
    PostRow {
        row,
        unit_code: ROOT.into(),
        post: post.into(),
        role: String::new(),
        person: id_number(person),
    }
}

/// All of it.
#[must_use]
pub fn district() -> SynthData {
    let units = vec![
        unit(2, ROOT, "高明区", "", "district"),
        unit(3, "440608001", "荷城街道", ROOT, "town"),
        unit(4, "440608106", "明城镇", ROOT, "town"),
        unit(5, "440608001201", "沧江社区", "440608001", "village"),
        unit(6, "440608001201-G1", "沧江一网格", "440608001201", "grid"),
        unit(7, "440608106201", "明西村", "440608106", "village"),
        unit(8, "440608-A01", "区应急管理局", ROOT, "agency"),
        unit(9, "440608-A02", "区水利局", ROOT, "agency"),
    ];
    let homes = [
        ("440608-A01", "staff"),
        ("440608-A02", "staff"),
        ("440608001201", "volunteer"),
        ("440608106", "contract"),
    ];
    let people = (1..=48).map(|number| {
        let (unit, category) = homes[(number as usize - 1) / 12];
        person(number + 1, number, unit, category)
    });
    let forces = [
        ("T-A01", "agency", "440608-A01", 1),
        ("T-A02", "agency", "440608-A02", 13),
        ("T-S01", "support", "440608001201", 25),
    ];
    let members = forces.into_iter().flat_map(|(team, kind, unit, first)| {
        (0..10).map(move |index| {
            let role = ["leader", "deputy"].get(index as usize).copied().unwrap_or("member");
            member(0, team, kind, unit, role, &id_number(first + index))
        })
    });
    let muster_points = [
        ("440608001-M1", "荷城集结点", "440608001", CODE_OF_M1),
        ("440608106-M1", "明城集结点", "440608106", "MINGCHENG1"),
    ];
    let muster_points = muster_points
        .into_iter()
        .enumerate()
        .map(|(index, (code, name, unit_code, check_in_code))| MusterPointRow {
            row: index as u32 + 2,
            code: code.into(),
            name: name.into(),
            unit_code: unit_code.into(),
            check_in_code: check_in_code.into(),
            address: "文化广场".into(),
        });
    let teams = members
        .zip(2..)
        .map(|(member, row)| TeamMemberRow { row, ..member })
        .collect();
    let report = SynthReport {
        units: units.len() as u32,
        people: 48,
        teams: 3,
        ..SynthReport::default()
    };
    SynthData {
        units,
        people: people.collect(),
        teams,
        muster_points: muster_points.collect(),
        duty: Vec::new(),
        posts: vec![post(2, "commander", COMMANDER), post(3, "deputy-commander", DEPUTY)],
        dirty: Vec::new(),
        report,
        seed: 1,
    }
}
