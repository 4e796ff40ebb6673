//! The columns of the sheets that Baiying writes: what `roster import` reads back.

use baiying_proto::v1 as pb;

/// A column: its header and its width in characters.
pub(super) struct Column {
    pub(super) header: &'static str,
    pub(super) width: f64,
    /// Kept as text: digits would be lost.
    pub(super) text: bool,
    /// What may be chosen.
    pub(super) choices: &'static [&'static str],
}

const fn column(header: &'static str, width: f64) -> Column {
    Column {
        header,
        width,
        text: false,
        choices: &[],
    }
}

impl Column {
    const fn text(mut self) -> Self {
        self.text = true;
        self
    }

    const fn choices(mut self, choices: &'static [&'static str]) -> Self {
        self.choices = choices;
        self
    }
}

const CATEGORIES: &[&str] = &["在编", "编外", "就地报到党员", "志愿者"];
const POLITICAL: &[&str] = &["中共党员", "中共预备党员", "共青团员", "群众", "民主党派", "无党派人士"];
const STANDINGS: &[&str] = &["在岗", "借调", "学习", "长期休假", "退休", "调出"];
const ROLES: &[&str] = &["队长", "副队长", "队员"];

/// The sheet to fill in.
pub(super) static TEMPLATE: [Column; 19] = [
    column("序号", 6.0),
    column("单位", 22.0),
    column("内设机构", 14.0),
    column("姓名", 12.0),
    column("性别", 6.0).choices(&["男", "女"]),
    column("出生日期", 13.0).text(),
    column("身份证号", 22.0).text(),
    column("政治面貌", 14.0).choices(POLITICAL),
    column("编制类型", 12.0).choices(CATEGORIES),
    column("在岗情况", 12.0).choices(STANDINGS),
    column("借调单位", 18.0),
    column("职务", 14.0),
    column("联系电话", 15.0).text(),
    column("家庭住址", 28.0),
    column("居住社区", 16.0).text(),
    column("特长", 16.0),
    column("队内职务", 10.0).choices(ROLES),
    column("A/B角", 8.0).choices(&["A角", "B角"]),
    column("备注", 18.0),
];

/// The sheet that is exported.
pub(super) static EXPORT: [Column; 16] = [
    column("人员编号", 10.0),
    column("单位代码", 16.0).text(),
    column("单位名称", 22.0),
    column("内设机构", 14.0),
    column("姓名", 12.0),
    column("身份证号", 22.0).text(),
    column("政治面貌", 14.0).choices(POLITICAL),
    column("编制类型", 12.0).choices(CATEGORIES),
    column("在岗情况", 12.0).choices(STANDINGS),
    column("借调单位", 18.0).text(),
    column("职务", 14.0),
    column("联系电话", 15.0).text(),
    column("家庭住址", 28.0),
    column("居住社区", 16.0).text(),
    column("特长", 16.0),
    column("队内职务", 10.0).choices(ROLES),
];

/// 编制类型, for the wire's word.
pub(super) fn category(word: &str) -> &str {
    match word {
        "staff" => "在编",
        "contract" => "编外",
        "member" => "就地报到党员",
        "volunteer" => "志愿者",
        other => other,
    }
}

/// 政治面貌, for the wire's word.
pub(super) fn political(word: &str) -> &str {
    match word {
        "party-member" => "中共党员",
        "probationary-member" => "中共预备党员",
        "league-member" => "共青团员",
        "other" => "群众",
        other => other,
    }
}

/// 在岗情况, for the wire's word.
pub(super) fn standing(word: &str) -> &str {
    match word {
        "on-post" => "在岗",
        "seconded-out" => "借调",
        "study" => "学习",
        "long-leave" => "长期休假",
        "retired" => "退休",
        "left" => "调出",
        other => other,
    }
}

/// 队内职务 in the agency team of the person's own unit.
pub(super) fn role(person: &pb::Person, teams: &[pb::Team]) -> &'static str {
    let own = teams
        .iter()
        .find(|team| team.unit_code == person.unit_code && person.team_ids.contains(&team.team_id));
    match own {
        None => "",
        Some(team) if team.leader_id == person.person_id => "队长",
        Some(team) if team.deputy_id == person.person_id => "副队长",
        Some(_) => "队员",
    }
}
