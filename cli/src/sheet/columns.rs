//! The columns of each kind of file: their names on the wire, the names people give them, and the words people use in them.

/// One column.
#[derive(Debug)]
pub(crate) struct Column {
    /// Its name in the schema.
    pub(crate) name: &'static str,
    /// Other headers it may have.
    pub(super) synonyms: &'static [&'static str],
    /// Whether the file must have it.
    pub(super) needed: bool,
    /// Words of people and the word of the wire.
    pub(super) words: &'static [(&'static str, &'static str)],
}

const fn needed(name: &'static str, synonyms: &'static [&'static str]) -> Column {
    Column {
        name,
        synonyms,
        needed: true,
        words: &[],
    }
}

const fn optional(name: &'static str, synonyms: &'static [&'static str]) -> Column {
    Column {
        name,
        synonyms,
        needed: false,
        words: &[],
    }
}

impl Column {
    const fn words(mut self, words: &'static [(&'static str, &'static str)]) -> Self {
        self.words = words;
        self
    }

    /// Whether a header names this column.
    pub(super) fn is_named(&self, header: &str) -> bool {
        let plain = |text: &str| -> String {
            text.chars()
                .filter(|c| !c.is_whitespace() && !matches!(c, '_' | '-' | '*' | '＊'))
                .flat_map(char::to_lowercase)
                .collect()
        };
        let header = plain(header);
        header == plain(self.name) || self.synonyms.iter().any(|synonym| plain(synonym) == header)
    }

    /// A value in the wire's words.
    pub(super) fn word<'a>(&self, value: &'a str) -> &'a str
    where
        'static: 'a,
    {
        self.words
            .iter()
            .find(|(word, _)| *word == value)
            .map_or(value, |(_, word)| word)
    }
}

const UNIT_KINDS: &[(&str, &str)] = &[
    ("省", "province"),
    ("市", "city"),
    ("区", "district"),
    ("县", "district"),
    ("区县", "district"),
    ("单位", "agency"),
    ("机关", "agency"),
    ("区直单位", "agency"),
    ("镇", "town"),
    ("街道", "town"),
    ("镇街", "town"),
    ("乡镇", "town"),
    ("村", "village"),
    ("社区", "village"),
    ("村居", "village"),
    ("网格", "grid"),
];
const CATEGORIES: &[(&str, &str)] = &[
    ("在编在岗", "staff"),
    ("在编", "staff"),
    ("编外", "contract"),
    ("就地报到党员", "member"),
    ("党员", "member"),
    ("志愿者", "volunteer"),
];
const POLITICAL: &[(&str, &str)] = &[
    ("中共党员", "party-member"),
    ("党员", "party-member"),
    ("中共预备党员", "probationary-member"),
    ("预备党员", "probationary-member"),
    ("共青团员", "league-member"),
    ("团员", "league-member"),
    ("群众", "other"),
    ("其他", "other"),
];
const TEAM_KINDS: &[(&str, &str)] = &[
    ("机关应急队", "agency"),
    ("应急支援队", "support"),
    ("支援队", "support"),
    ("志愿服务队", "volunteer"),
    ("志愿队", "volunteer"),
    ("专业队", "special"),
];
const ROLES: &[(&str, &str)] = &[
    ("队长", "leader"),
    ("带队负责人", "leader"),
    ("组长", "leader"),
    ("副队长", "deputy"),
    ("副组长", "deputy"),
    ("队员", "member"),
    ("成员", "member"),
    ("组员", "member"),
];

/// Divisions and other units.
pub(crate) static DIVISIONS: [Column; 4] = [
    needed(
        "code",
        &["代码", "编码", "区划代码", "行政区划代码", "单位代码", "unit_code"],
    ),
    needed("name", &["名称", "单位名称", "区划名称"]),
    needed(
        "parent_code",
        &["上级代码", "上级编码", "上级单位代码", "父级代码", "parent"],
    ),
    needed("kind", &["类型", "类别", "层级", "单位类型"]).words(UNIT_KINDS),
];

/// Muster points.
pub(crate) static MUSTER: [Column; 5] = [
    needed("code", &["代码", "编码", "集结点代码", "集结点编码"]),
    needed("name", &["名称", "集结点", "集结点名称"]),
    needed("unit_code", &["单位代码", "所在单位代码", "所属单位代码", "区划代码"]),
    needed("check_in_code", &["报到码", "签到码"]),
    optional("address", &["地址", "位置"]),
];

/// Agencies and the villages they are linked to.
pub(crate) static AGENCY_LINKS: [Column; 2] = [
    needed("agency_code", &["机关代码", "单位代码", "机关单位代码", "挂钩单位代码"]),
    needed(
        "village_code",
        &["村代码", "村居代码", "村（社区）代码", "社区代码", "挂钩村代码"],
    ),
];

/// People.
pub(crate) static PEOPLE: [Column; 8] = [
    needed("id_number", &["身份证号", "身份证号码", "身份证", "公民身份号码"]),
    needed("name", &["姓名"]),
    optional("phone", &["电话", "联系电话", "手机", "手机号", "手机号码"]),
    needed("unit_code", &["单位代码", "单位编码", "所在单位代码", "工作单位代码"]),
    optional(
        "residence_code",
        &["居住地代码", "居住村居代码", "居住社区代码", "居住地编码"],
    ),
    needed("category", &["人员类别", "类别", "身份类别", "编制"]).words(CATEGORIES),
    optional("political", &["政治面貌"]).words(POLITICAL),
    optional("address", &["住址", "家庭住址", "地址", "居住地址"]),
];

/// Teams, a membership a row.
pub(crate) static TEAMS: [Column; 6] = [
    needed("team_code", &["队伍代码", "队伍编码", "队伍编号"]),
    needed("team_name", &["队伍名称", "队伍"]),
    needed("kind", &["队伍类型", "类型", "类别"]).words(TEAM_KINDS),
    needed("unit_code", &["单位代码", "派出单位代码", "所属单位代码"]),
    needed("role", &["角色", "职务", "队内职务"]).words(ROLES),
    needed(
        "person",
        &["人员", "身份证号", "人员编号", "身份证号码", "id_number", "person_id"],
    ),
];

/// Registrations of peacetime, a member a row.
pub(crate) static REGISTRATIONS: [Column; 5] = [
    needed(
        "person",
        &["人员", "身份证号", "人员编号", "身份证号码", "id_number", "person_id"],
    ),
    needed(
        "village_code",
        &[
            "居住地代码",
            "居住村居代码",
            "居住社区代码",
            "村居代码",
            "社区代码",
            "residence_code",
        ],
    ),
    optional("skills", &["特长", "专长", "技能"]),
    optional("service", &["服务类型", "服务项目", "服务意向"]),
    optional("hours", &["可服务时间", "服务时间"]),
];

/// People by their ids, for a check-in.
pub(crate) static PERSONS: [Column; 1] = [needed("person", &["人员", "人员编号", "编号", "person_id", "id"])];

const CALENDAR_KINDS: &[(&str, &str)] = &[
    ("节假日", "holiday"),
    ("法定节假日", "holiday"),
    ("放假", "holiday"),
    ("假", "holiday"),
    ("休", "holiday"),
    ("调休上班", "workday"),
    ("调休", "workday"),
    ("补班", "workday"),
    ("上班", "workday"),
    ("班", "workday"),
    ("正常", "week"),
    ("取消", "week"),
];
const POSITIONS: &[(&str, &str)] = &[
    ("带班领导", "lead"),
    ("带班", "lead"),
    ("领导", "lead"),
    ("值班员", "officer"),
    ("值班", "officer"),
    ("值班人员", "officer"),
    ("备勤", "standby"),
    ("备班", "standby"),
    ("备勤人员", "standby"),
];

const PATTERNS: &[(&str, &str)] = &[
    ("两班制", "two-shift"),
    ("两班倒", "two-shift"),
    ("12小时制", "two-shift"),
    ("全天制", "whole-day"),
    ("24小时制", "whole-day"),
    ("下班后制", "after-hours"),
    ("下班后", "after-hours"),
    ("分段制", "blocks"),
];

/// Days of the statutory calendar.
pub(crate) static CALENDAR: [Column; 3] = [
    needed("date", &["日期"]),
    needed("kind", &["类型", "类别"]).words(CALENDAR_KINDS),
    optional("name", &["名称", "节日", "说明"]),
];

/// Duty, a member of a crew a row.
pub(crate) static DUTY: [Column; 9] = [
    needed("unit_code", &["单位代码", "单位编码"]),
    needed("pattern", &["班制", "班次制度"]).words(PATTERNS),
    optional("from_date", &["起始日期", "开始日期", "生效日期"]),
    needed("position", &["岗位", "值班岗位"]).words(POSITIONS),
    optional("shifts", &["班次"]),
    needed("turn", &["轮次", "组别", "班组"]),
    optional("every", &["轮换周期", "周期"]),
    needed("person", &["人员", "人员编号", "身份证号", "person_id", "id_number"]),
    optional(
        "recall_minutes",
        &["到岗时限(分钟)", "到岗时限（分钟）", "到岗时限", "备勤到岗时限(分钟)"],
    ),
];

const POST_WORDS: &[(&str, &str)] = &[
    ("总指挥", "commander"),
    ("常务副总指挥", "executive-deputy-commander"),
    ("副总指挥", "deputy-commander"),
    ("办公室主任", "office-director"),
    ("指挥部办公室主任", "office-director"),
    ("组织部部长", "organization-head"),
    ("区委组织部部长", "organization-head"),
    ("组织部副部长", "organization-deputy"),
    ("区委组织部副部长", "organization-deputy"),
    ("镇党委书记", "town-secretary"),
    ("党工委书记", "town-secretary"),
    ("镇街书记", "town-secretary"),
    ("镇长", "town-mayor"),
    ("街道办主任", "town-mayor"),
    ("片长", "sector-lead"),
    ("副片长", "deputy-sector-lead"),
    ("驻村工作队队长", "deputy-sector-lead-team"),
    ("挂钩单位副职", "deputy-sector-lead-agency"),
    ("驻村民警", "deputy-sector-lead-police"),
    ("村党组织书记", "village-secretary"),
    ("社区党组织书记", "village-secretary"),
    ("村书记", "village-secretary"),
    ("网格长", "grid-lead"),
    ("双副组长", "dual-deputy"),
];
const POST_ROLES: &[(&str, &str)] = &[
    ("A角", "primary"),
    ("A", "primary"),
    ("正职", "primary"),
    ("B角", "backup"),
    ("B", "backup"),
    ("替补", "backup"),
];

/// Posts, a holding a row.
pub(crate) static POSTS: [Column; 4] = [
    needed("unit_code", &["单位代码", "单位编码", "区划代码"]),
    needed("post", &["岗位", "职务", "岗位名称"]).words(POST_WORDS),
    optional("role", &["角色", "AB角", "A/B角"]).words(POST_ROLES),
    needed(
        "person",
        &["人员", "身份证号", "人员编号", "身份证号码", "id_number", "person_id"],
    ),
];
