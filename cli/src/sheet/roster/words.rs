//! The words people write into cells, and the wire's words for them.
//!
//! A remark in brackets counts: 在编（编外） is no word at all, 事业编制（全额） is 事业编制.

use super::columns::{key, parts};

/// What a cell says: as a whole, or before its brackets if what stands in them says nothing else. `stems` are pieces of words
/// that tell of a meaning.
fn read<T: PartialEq>(text: &str, word: impl Fn(&str) -> Option<T>, stems: &[(&str, T)]) -> Option<T> {
    let (outside, inside) = parts(text);
    let Some(inside) = inside else {
        return word(&outside);
    };
    if let Some(whole) = word(&key(&text.replace(BRACKETS, ""))) {
        return Some(whole);
    }
    if outside.is_empty() {
        return None;
    }
    let meaning = word(&outside)?;
    let is_other = match word(&inside) {
        Some(remark) => remark != meaning,
        None => stems
            .iter()
            .any(|(stem, tells)| inside.contains(stem) && *tells != meaning),
    };
    (!is_other).then_some(meaning)
}

/// Every kind that is written.
const BRACKETS: [char; 12] = ['(', ')', '（', '）', '[', ']', '［', '］', '【', '】', '〔', '〕'];

/// 编制类型: the category, and the standing where one word says both.
type Category = (&'static str, Option<&'static str>);

const CATEGORY_STEMS: [(&str, Category); 24] = [
    ("编外", ("contract", None)),
    ("非编", ("contract", None)),
    ("无编", ("contract", None)),
    ("聘", ("contract", None)),
    ("派遣", ("contract", None)),
    ("合同", ("contract", None)),
    ("临时", ("contract", None)),
    ("雇员", ("contract", None)),
    ("辅警", ("contract", None)),
    ("公益", ("contract", None)),
    ("购买", ("contract", None)),
    ("在编", ("staff", None)),
    ("公务员", ("staff", None)),
    ("参公", ("staff", None)),
    ("事业编", ("staff", None)),
    ("行政编", ("staff", None)),
    ("退休", ("staff", Some("retired"))),
    ("退二线", ("staff", Some("retired"))),
    ("借", ("staff", Some("seconded-out"))),
    ("抽调", ("staff", Some("seconded-out"))),
    ("挂职", ("staff", Some("seconded-out"))),
    ("病", ("staff", Some("long-leave"))),
    ("假", ("staff", Some("long-leave"))),
    ("志愿", ("volunteer", None)),
];

const STANDING_STEMS: [(&str, &str); 26] = [
    ("在岗", "on-post"),
    ("在职", "on-post"),
    ("借", "seconded-out"),
    ("抽调", "seconded-out"),
    ("挂职", "seconded-out"),
    ("外派", "seconded-out"),
    ("援", "seconded-out"),
    ("驻村", "seconded-out"),
    ("跟班", "seconded-out"),
    ("学习", "study"),
    ("培训", "study"),
    ("进修", "study"),
    ("病", "long-leave"),
    ("假", "long-leave"),
    ("哺乳", "long-leave"),
    ("退休", "retired"),
    ("已退", "retired"),
    ("内退", "retired"),
    ("退二线", "retired"),
    ("调出", "left"),
    ("调离", "left"),
    ("调走", "left"),
    ("离职", "left"),
    ("辞", "left"),
    ("去世", "left"),
    ("开除", "left"),
];

const POLITICAL_STEMS: [(&str, &str); 9] = [
    ("预备", "probationary-member"),
    ("正式", "party-member"),
    ("转正", "party-member"),
    ("团员", "league-member"),
    ("群众", "other"),
    ("党派", "other"),
    ("退党", "other"),
    ("党籍", "other"),
    ("党员", "party-member"),
];

const ROLE_STEMS: [(&str, &str); 5] = [
    ("副", "deputy"),
    ("队长", "leader"),
    ("组长", "leader"),
    ("队员", "member"),
    ("非", ""),
];

/// 编制类型: the category, and the standing where one word says both.
pub(super) fn category(text: &str) -> Option<Category> {
    read(text, category_word, &CATEGORY_STEMS)
}

fn category_word(key: &str) -> Option<Category> {
    let staff = Some(("staff", None));
    let contract = Some(("contract", None));
    match key {
        "staff" | "在编" | "在编人员" | "公务员" | "行政" | "行政编" | "行政编制" | "参公" | "参公人员"
        | "参公事业" | "参照公务员" | "参公管理" | "事业" | "事业编" | "事业编制" | "事业人员" | "工勤"
        | "机关工勤" | "工勤编制" | "工勤人员" | "全额事业" | "全额拨款" | "差额拨款" | "政法编" | "政法专项"
        | "政法专项编制" | "有编" | "选调生" | "是" | "√" | "✓" | "✔" => staff,
        "在编在岗" | "在职在编" | "在编在职" | "在岗在编" => Some(("staff", Some("on-post"))),
        "contract" | "编外" | "编外人员" | "劳务派遣" | "派遣" | "派遣制" | "合同工" | "合同制" | "合同制工人"
        | "聘用" | "聘用制" | "聘员" | "临聘" | "临聘人员" | "临时工" | "政府雇员" | "雇员" | "公益性岗位"
        | "公益岗" | "辅警" | "购买服务" | "非编" | "无编" | "否" | "×" | "x" => contract,
        "member" | "就地报到党员" | "报到党员" => Some(("member", None)),
        "volunteer" | "志愿者" | "志愿" => Some(("volunteer", None)),
        "退休" | "退休人员" | "离退休" | "离休" => Some(("staff", Some("retired"))),
        "借调" | "借出" | "在编借出" | "在编不在岗借调" => Some(("staff", Some("seconded-out"))),
        _ => None,
    }
}

/// What 编制类型 may say.
pub(super) const CATEGORIES: &str =
    "在编、公务员、参公、事业编、工勤；编外、劳务派遣、合同工、临聘、政府雇员；志愿者；就地报到党员";

/// 在岗情况
pub(super) fn standing(text: &str) -> Option<&'static str> {
    read(text, standing_word, &STANDING_STEMS)
}

fn standing_word(key: &str) -> Option<&'static str> {
    match key {
        "onpost" | "在岗" | "在职" | "在编在岗" | "在职在岗" | "正常" | "是" | "√" | "✓" | "✔" => {
            Some("on-post")
        }
        "secondedout" | "借调" | "借出" | "借调出" | "外借" | "借用" | "抽调" | "挂职" | "外派" | "援派" | "驻村"
        | "跟班学习" => Some("seconded-out"),
        "study" | "学习" | "脱产学习" | "长期学习" | "培训" | "脱产培训" | "进修" => Some("study"),
        "longleave" | "病假" | "长期病假" | "长病假" | "产假" | "哺乳假" | "事假" | "长期事假" | "长假"
        | "长期休假" | "休假" => Some("long-leave"),
        "retired" | "退休" | "已退休" | "离休" | "内退" | "提前退休" | "退二线" => Some("retired"),
        "left" | "调出" | "调离" | "已调离" | "已调出" | "离职" | "已离职" | "辞职" | "调走" | "去世" | "开除" => {
            Some("left")
        }
        _ => None,
    }
}

/// What 在岗情况 may say.
pub(super) const STANDINGS: &str = "在岗、借调、挂职、学习、病假、产假、事假、退休、调出";

/// 政治面貌, by name or by code (GB/T 4762).
pub(super) fn political(text: &str) -> Option<&'static str> {
    // 党员（预备）
    if let (outside, Some(inside)) = parts(text)
        && political_word(&outside) == Some("party-member")
        && inside.starts_with("预备")
    {
        return Some("probationary-member");
    }
    read(text, political_word, &POLITICAL_STEMS)
}

fn political_word(key: &str) -> Option<&'static str> {
    match key {
        "partymember"
        | "中共党员"
        | "党员"
        | "中国共产党党员"
        | "正式党员"
        | "共产党员"
        | "01"
        | "1"
        | "√"
        | "✓"
        | "✔"
        | "是" => Some("party-member"),
        "probationarymember" | "中共预备党员" | "预备党员" | "中国共产党预备党员" | "02" | "2" => {
            Some("probationary-member")
        }
        "leaguemember" | "共青团员" | "团员" | "中国共产主义青年团团员" | "03" | "3" => {
            Some("league-member")
        }
        "other" | "群众" | "其他" | "无党派" | "无党派人士" | "民主党派" | "积极分子" | "入党积极分子" | "发展对象"
        | "04" | "4" | "05" | "5" | "06" | "6" | "07" | "7" | "08" | "8" | "09" | "9" | "10" | "11" | "12" | "13"
        | "民革党员" | "民革会员" | "民盟盟员" | "民建会员" | "民进会员" | "农工党党员" | "农工党员" | "致公党党员"
        | "致公党员" | "九三学社社员" | "台盟盟员" | "民革" | "民盟" | "民建" | "民进" | "农工党" | "致公党"
        | "九三学社" | "台盟" | "否" | "×" => Some("other"),
        _ => None,
    }
}

/// What 政治面貌 may say.
pub(super) const POLITICAL: &str = "中共党员、中共预备党员、共青团员、群众、民主党派、无党派人士";

/// A tick in the column 党员: yes, probationary, or no.
pub(super) fn tick(text: &str) -> Option<Option<&'static str>> {
    // √（预备）
    if let (outside, Some(inside)) = parts(text)
        && tick_word(&outside) == Some(Some("party-member"))
        && inside.starts_with("预备")
    {
        return Some(Some("probationary-member"));
    }
    read(
        text,
        tick_word,
        &POLITICAL_STEMS.map(|(stem, word)| {
            (
                stem,
                if word.ends_with("-member") && word != "league-member" {
                    Some(word)
                } else {
                    None
                },
            )
        }),
    )
}

fn tick_word(key: &str) -> Option<Option<&'static str>> {
    match key {
        "√" | "✓" | "✔" | "☑" | "是" | "党员" | "中共党员" | "正式党员" | "y" | "yes" | "1" | "有" | "v" | "对" => {
            Some(Some("party-member"))
        }
        "预备" | "预备党员" | "中共预备党员" => Some(Some("probationary-member")),
        "" | "否" | "×" | "x" | "不是" | "非党员" | "群众" | "n" | "no" | "0" | "无" | "团员" | "共青团员" => {
            Some(None)
        }
        _ => None,
    }
}

/// 性别: whether male.
pub(super) fn male(text: &str) -> Option<bool> {
    read(text, male_word, &[])
}

fn male_word(key: &str) -> Option<bool> {
    match key {
        "男" | "男性" | "m" | "male" | "1" => Some(true),
        "女" | "女性" | "f" | "female" | "2" => Some(false),
        _ => None,
    }
}

/// 队内职务; empty text for who is in no team.
pub(super) fn role(text: &str) -> Option<&'static str> {
    read(text, role_word, &ROLE_STEMS)
}

fn role_word(key: &str) -> Option<&'static str> {
    match key {
        "" | "无" | "否" | "非队员" | "×" => Some(""),
        "leader" | "队长" | "带队负责人" | "组长" | "负责人" | "应急队长" => Some("leader"),
        "deputy" | "副队长" | "副组长" | "应急副队长" => Some("deputy"),
        "member" | "队员" | "成员" | "组员" | "应急队员" | "是" | "√" | "✓" | "✔" | "a角" | "b角" | "a" | "b" => {
            Some("member")
        }
        _ => None,
    }
}

/// What 队内职务 may say.
pub(super) const ROLES: &str = "队长、副队长、队员";

/// A/B 角: whether it says that somebody is in the team at all.
pub(super) fn turn(text: &str) -> bool {
    let key = |text: &str| key(&text.replace(BRACKETS, ""));
    matches!(key(text).as_str(), "a" | "b" | "a角" | "b角" | "a岗" | "b岗" | "ab角")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fields_own_words_are_understood() {
        for word in ["在编", "公务员", "参公", "事业编", "事业编制（全额）"] {
            assert_eq!(category(word).map(|(category, _)| category), Some("staff"), "{word}");
        }
        for word in ["编外", "劳务派遣", "合同工", "临聘", "政府雇员"] {
            assert_eq!(category(word), Some(("contract", None)), "{word}");
        }
        assert_eq!(category("在编在岗"), Some(("staff", Some("on-post"))));
        for (word, wire) in [
            ("在岗", "on-post"),
            ("借调", "seconded-out"),
            ("挂职", "seconded-out"),
            ("学习", "study"),
            ("病假", "long-leave"),
            ("产假", "long-leave"),
            ("退休", "retired"),
            ("调出", "left"),
        ] {
            assert_eq!(standing(word), Some(wire), "{word}");
        }
        assert_eq!(political("党 员"), Some("party-member"));
        assert_eq!(political("02"), Some("probationary-member"));
        assert_eq!(political("民盟盟员"), Some("other"));
        assert_eq!(political("很好"), None);
        assert_eq!(tick("√"), Some(Some("party-member")));
        assert_eq!(tick(""), Some(None));
        assert_eq!(role("队 长"), Some("leader"));
        assert_eq!(role("厨师"), None);
        assert!(turn("B角") && !turn("李四"));
    }

    #[test]
    fn what_an_error_offers_is_understood() {
        let words = |list: &str| -> Vec<String> { list.split(['、', '；']).map(str::to_owned).collect() };
        assert!(words(CATEGORIES).iter().all(|word| category(word).is_some()));
        assert!(words(STANDINGS).iter().all(|word| standing(word).is_some()));
        assert!(words(POLITICAL).iter().all(|word| political(word).is_some()));
        assert!(words(ROLES).iter().all(|word| role(word).is_some()));
    }

    #[test]
    fn what_stands_in_brackets_is_not_thrown_away() {
        for text in [
            "在编（编外）",
            "事业（编外聘用）",
            "在编(劳务派遣)",
            "编外（在编）",
            "公务员【退休】",
            "在编（借调省厅）",
        ] {
            assert_eq!(category(text), None, "{text}");
        }
        for text in [
            "在岗（借调）",
            "在岗（长期病假）",
            "在岗（已退休）",
            "借调（在岗）",
            "在职（挂职区应急局）",
            "病假（退休）",
        ] {
            assert_eq!(standing(text), None, "{text}");
        }
        for text in ["党员（预备）", "党员（预备期）", "中共（预备）党员", "预备党员（中共）"]
        {
            assert_eq!(political(text), Some("probationary-member"), "{text}");
        }
        for text in ["党员（民革）", "群众（党员）", "预备党员（正式）", "党员（已退党）"] {
            assert_eq!(political(text), None, "{text}");
        }
        assert_eq!(tick("√（预备）"), Some(Some("probationary-member")));
        assert_eq!(tick("（√）"), Some(Some("party-member")));
        assert_eq!(tick("√（否）"), None);
        assert_eq!(role("（队长）"), Some("leader"));
        assert_eq!((role("队长（副）"), role("队员（副队长）")), (None, None));
        assert_eq!(male("男（女）"), None);
        // What says nothing else is no harm.
        for (text, word) in [
            ("事业编制（全额）", "staff"),
            ("公务员（参公）", "staff"),
            ("编外（购买服务）", "contract"),
        ] {
            assert_eq!(category(text).map(|(category, _)| category), Some(word), "{text}");
        }
        assert_eq!(standing("借调（省应急厅）"), Some("seconded-out"));
        assert_eq!(standing("休假（产假）"), Some("long-leave"));
        assert_eq!(political("中共党员（2001.6）"), Some("party-member"));
        assert_eq!(role("副队长（兼）"), Some("deputy"));
    }
}
