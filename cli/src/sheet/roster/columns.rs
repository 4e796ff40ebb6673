//! The columns of rosters and the headers people give them (`domain.md` §7).

/// What a column is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Field {
    /// 单位: name or code.
    Unit,
    /// 单位代码
    UnitCode,
    /// 内设机构
    Department,
    /// 姓名
    Name,
    /// 性别: checked against the ID number, not kept.
    Sex,
    /// 出生日期: checked against the ID number, not kept.
    Birth,
    /// 身份证号
    IdNumber,
    /// 政治面貌
    Political,
    /// 党员, with a tick.
    PartyMember,
    /// 编制类型
    Category,
    /// 在岗情况
    Standing,
    /// 借调单位: name or code.
    SecondedTo,
    /// 职务
    Post,
    /// 联系电话
    Phone,
    /// 家庭住址
    Address,
    /// 居住社区: name or code.
    Residence,
    /// 特长
    Skills,
    /// 队内职务
    Role,
    /// A/B 角
    Turn,
}

impl Field {
    /// All of them.
    pub(crate) const ALL: [Self; 19] = [
        Self::Unit,
        Self::UnitCode,
        Self::Department,
        Self::Name,
        Self::Sex,
        Self::Birth,
        Self::IdNumber,
        Self::Political,
        Self::PartyMember,
        Self::Category,
        Self::Standing,
        Self::SecondedTo,
        Self::Post,
        Self::Phone,
        Self::Address,
        Self::Residence,
        Self::Skills,
        Self::Role,
        Self::Turn,
    ];

    /// What stays as it is of who is known when a file does not have the column.
    pub(crate) const KEPT: [Self; 10] = [
        Self::Department,
        Self::Political,
        Self::Category,
        Self::Standing,
        Self::SecondedTo,
        Self::Post,
        Self::Phone,
        Self::Address,
        Self::Residence,
        Self::Skills,
    ];

    /// The name of the wire; of what is not sent, a word of the same kind.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Unit => "unit",
            Self::UnitCode => "unit_code",
            Self::Department => "department",
            Self::Name => "name",
            Self::Sex => "sex",
            Self::Birth => "birth_date",
            Self::IdNumber => "id_number",
            Self::Political => "political",
            Self::PartyMember => "party_member",
            Self::Category => "category",
            Self::Standing => "standing",
            Self::SecondedTo => "seconded_to_code",
            Self::Post => "post",
            Self::Phone => "phone",
            Self::Address => "address",
            Self::Residence => "residence_code",
            Self::Skills => "skills",
            Self::Role => "role",
            Self::Turn => "turn",
        }
    }

    /// The field that a word of the wire is about.
    pub(crate) fn of_wire(word: &str) -> Option<Self> {
        // The unit's column may be either.
        if word == "unit_code" {
            return Some(Self::Unit);
        }
        Self::ALL.into_iter().find(|field| field.word() == word)
    }

    /// Headers it may have, the usual one first, as [`key`] leaves them.
    pub(crate) fn headers(self) -> &'static [&'static str] {
        match self {
            Self::Unit => &[
                "单位",
                "单位名称",
                "工作单位",
                "所在单位",
                "所属单位",
                "部门单位",
                "unit",
            ],
            Self::UnitCode => &["单位代码", "单位编码", "所在单位代码", "工作单位代码", "unitcode"],
            Self::Department => &[
                "内设机构",
                "科室",
                "部门",
                "所在科室",
                "所在部门",
                "处室",
                "股室",
                "department",
            ],
            Self::Name => &["姓名", "人员姓名", "队员姓名", "名字", "name"],
            Self::Sex => &["性别", "sex"],
            Self::Birth => &["出生日期", "出生年月", "出生年月日", "出生时间", "生日", "birthdate"],
            Self::IdNumber => &[
                "身份证号",
                "身份证号码",
                "身份证",
                "公民身份号码",
                "公民身份证号",
                "公民身份证号码",
                "居民身份证号",
                "居民身份证号码",
                "证件号码",
                "证件号",
                "idnumber",
            ],
            Self::Political => &["政治面貌", "政治面目", "political"],
            Self::PartyMember => &["党员", "是否党员", "中共党员", "是否中共党员", "党员标志"],
            Self::Category => &[
                "编制类型",
                "编制类别",
                "编制",
                "编制性质",
                "人员类别",
                "人员性质",
                "人员类型",
                "用工性质",
                "身份类别",
                "人员身份",
                "是否在编",
                "category",
            ],
            Self::Standing => &[
                "在岗情况",
                "在岗状态",
                "是否在岗",
                "人员状态",
                "在职状态",
                "在职情况",
                "状态",
                "standing",
            ],
            Self::SecondedTo => &[
                "借调单位",
                "借出单位",
                "借调至",
                "借调去向",
                "挂职单位",
                "现工作单位",
                "secondedtocode",
            ],
            Self::Post => &["职务", "行政职务", "现任职务", "岗位", "职务岗位", "post"],
            Self::Phone => &[
                "联系电话",
                "电话",
                "手机",
                "手机号",
                "手机号码",
                "联系方式",
                "电话号码",
                "移动电话",
                "联系手机",
                "phone",
            ],
            Self::Address => &[
                "家庭住址",
                "住址",
                "家庭地址",
                "居住地址",
                "现住址",
                "现居住地址",
                "地址",
                "address",
            ],
            Self::Residence => &[
                "居住地代码",
                "居住村居代码",
                "居住社区代码",
                "居住社区",
                "居住村居",
                "居住村社区",
                "所在社区",
                "双报到社区",
                "residencecode",
            ],
            Self::Skills => &["特长", "技能", "专业特长", "技能特长", "个人特长", "skills"],
            Self::Role => &["队内职务", "队内角色", "队内职责", "应急队职务", "角色", "role"],
            Self::Turn => &["ab角", "ab岗", "a角b角", "turn"],
        }
    }

    /// The field a header names.
    pub(super) fn of_header(text: &str) -> Option<Self> {
        let key = key(text);
        if key.is_empty() {
            return None;
        }
        Self::ALL
            .into_iter()
            .find(|field| field.headers().contains(&key.as_str()))
    }
}

/// A header without spaces, marks and what stands in brackets.
pub(super) fn key(text: &str) -> String {
    parts(text).0
}

/// A text without spaces and marks, and what stands in its brackets apart, if anything does.
pub(super) fn parts(text: &str) -> (String, Option<String>) {
    let text = super::super::grid::plain(text).to_lowercase();
    let mut depth = 0_usize;
    let mut outside = String::new();
    let mut inside = String::new();
    for c in text.chars() {
        match c {
            '(' | '[' | '【' | '〔' => depth += 1,
            ')' | ']' | '】' | '〕' => depth = depth.saturating_sub(1),
            c if c.is_whitespace() || "_-*/、:：,，.。·※★".contains(c) => {}
            c if depth > 0 => inside.push(c),
            c => outside.push(c),
        }
    }
    (outside, Some(inside).filter(|inside| !inside.is_empty()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn headers_are_known_however_they_are_written() {
        for (header, field) in [
            ("姓　名", Field::Name),
            ("*身份证\n号码", Field::IdNumber),
            ("出生年月（岁）", Field::Birth),
            ("联系电话（手机）：", Field::Phone),
            ("Ａ/Ｂ角", Field::Turn),
            ("居住村/社区", Field::Residence),
            ("id_number", Field::IdNumber),
        ] {
            assert_eq!(Field::of_header(header), Some(field), "{header}");
        }
        assert_eq!(Field::of_header("紧急联系人"), None);
        assert_eq!(Field::of_header("（）"), None);
    }

    #[test]
    fn no_header_means_two_things_and_each_is_as_it_is_looked_up() {
        let mut seen = BTreeSet::new();
        for field in Field::ALL {
            for header in field.headers() {
                assert!(seen.insert(*header), "{header} twice");
                assert_eq!(key(header), *header);
            }
        }
    }
}
