//! The words people write into cells, and the wire's words for them.

use super::columns::key;

/// 编制类型: the category, and the standing where one word says both.
pub(super) fn category(text: &str) -> Option<(&'static str, Option<&'static str>)> {
    let staff = Some(("staff", None));
    let contract = Some(("contract", None));
    match key(text).as_str() {
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
    match key(text).as_str() {
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
    match key(text).as_str() {
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
    match key(text).as_str() {
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
    match key(text).as_str() {
        "男" | "男性" | "m" | "male" | "1" => Some(true),
        "女" | "女性" | "f" | "female" | "2" => Some(false),
        _ => None,
    }
}

/// 队内职务; empty text for who is in no team.
pub(super) fn role(text: &str) -> Option<&'static str> {
    match key(text).as_str() {
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
}
