//! Plans as people read them: every problem with its place, every word in both languages, nothing that could be taken for another.

use baiying_proto::v1 as pb;

use crate::i18n::{Lang, find};
use crate::output::{json_plan, plan};

fn problem(line: u32, key: &str, value: &str, problem: &str, detail: &str) -> pb::FileProblem {
    pb::FileProblem {
        file_name: "flood.toml".into(),
        line,
        key: key.into(),
        value: value.into(),
        problem: problem.into(),
        detail: detail.into(),
    }
}

#[test]
fn every_problem_warning_post_and_role_has_words() {
    let groups = [
        (
            "plan_problem",
            "missing unreadable unknown-key wrong-type not-one-of not-a-word too-long out-of-range twice same-as-primary \
             arrive-before-acknowledge written-before-phone ladder-goes-back ladder-too-late second-person-needed \
             unknown-placeholder denies-exercise label-comes-by-itself after-end tabletop-calls audience-needed order-needed \
             plan-needed nobody-arrives nobody-answers injects-needed wrong-target wrong-number before-above unknown-objective \
             one-of-keys",
        ),
        ("plan_warning", "unknown-muster-point nobody-holds"),
        ("word.plan_type", "text integer boolean list section time percent"),
        (
            "word.post",
            "commander executive-deputy-commander deputy-commander office-director organization-head organization-deputy \
             town-secretary town-mayor sector-lead deputy-sector-lead deputy-sector-lead-team deputy-sector-lead-agency \
             deputy-sector-lead-police village-secretary grid-lead dual-deputy",
        ),
        (
            "word.command_role",
            "district-commander allocator town-commander sector-commander grid-lead group-leader",
        ),
        ("word.gap", "team-slot"),
        ("event", "plan-imported post-filled"),
    ];
    for (group, words) in groups {
        for word in words.split_whitespace() {
            for lang in Lang::ALL {
                assert!(
                    find(lang, &format!("{group}.{word}")).is_some(),
                    "{lang:?} {group}.{word}"
                );
            }
        }
    }
}

#[test]
fn a_bad_plan_is_told_with_file_line_key_and_reason() {
    let problems = [
        problem(3, "kind", "Flood", "not-a-word", ""),
        problem(40, "level.4.order.acknowledge_minutes", "5", "wrong-type", "integer"),
        problem(
            61,
            "level.2.order.text",
            "{evnt}",
            "unknown-placeholder",
            "{event}, {plan}",
        ),
        problem(
            70,
            "level.1.authority.second_person",
            "false",
            "second-person-needed",
            "",
        ),
        problem(0, "level.3", "", "missing", ""),
    ];
    assert_eq!(
        plan::problems(Lang::ZhCn, "flood.toml", &problems),
        "没有导入：flood.toml 有 5 处问题\n  \
         flood.toml:3: kind: 应为小写字母开头的词（小写字母、数字、-）：“Flood”\n  \
         flood.toml:40: level.4.order.acknowledge_minutes: 类型不对：“5”，应为不小于 0 的整数\n  \
         flood.toml:61: level.2.order.text: 没有这个占位符：“{evnt}”，可用：{event}, {plan}\n  \
         flood.toml:70: level.1.authority.second_person: 一、二级响应必须两人批准，预案不能改变：“false”\n  \
         flood.toml: level.3: 缺少\n"
    );
    let english = plan::problems(Lang::En, "flood.toml", &problems[1..2]);
    assert_eq!(
        english,
        "nothing was imported: flood.toml has 1 problem(s)\n  flood.toml:40: level.4.order.acknowledge_minutes: is of the wrong \
         type: \"5\"; expected a whole number, 0 or more\n"
    );
    let hostile = problem(1, "kind\u{1b}[2J", "\u{1b}[0m", "twice", "a\u{1b}b");
    assert!(!plan::problems(Lang::En, "x\u{1b}.toml", &[hostile]).contains('\u{1b}'));
}

#[test]
fn a_plan_says_everything_it_holds() {
    let level = pb::PlanLevel {
        level: 2,
        teams: vec!["agency".into(), "special".into()],
        on_duty: vec!["standby".into()],
        staff: true,
        members: true,
        text: "{event}：集结".into(),
        acknowledge_ms: 300_000,
        arrive_ms: 3_600_000,
        grace_ms: Some(600_000),
        ladder: vec![pb::PlanStep {
            after_ms: 60_000,
            target: "deputy".into(),
        }],
        muster_points: vec!["MP-1".into()],
        sign_offs: vec!["后勤".into()],
        first_phone_ms: 1_200_000,
        first_written_ms: 2_400_000,
        follow_up_ms: 7_200_000,
        daily_at: "17:00".into(),
        zero_report: true,
        in_place_ms: Some(43_200_000),
        authority: vec!["commander".into(), "my-own".into()],
        second_person: true,
    };
    let shown = pb::GetPlanResponse {
        summary: Some(pb::PlanSummary {
            kind: "flood".into(),
            name: "防汛应急预案".into(),
            basis: "高府办〔2026〕7号".into(),
            version: 2,
            imported_by: "desk:1".into(),
            imported_unix_ms: 1_760_000_000_000,
        }),
        provisional_ms: 1_800_000,
        command: vec![pb::PlanCommandRow {
            role: "town-commander".into(),
            at: "town".into(),
            primary: "town-secretary".into(),
            backup: "town-mayor".into(),
        }],
        levels: vec![level],
        warnings: vec![pb::PlanWarning {
            warning: "nobody-holds".into(),
            key: String::new(),
            value: "town-mayor".into(),
        }],
    };
    let text = plan::text(Lang::ZhCn, &shown);
    for part in [
        "防汛应急预案",
        "v2",
        "高府办〔2026〕7号",
        "30m",
        "镇街指挥",
        "镇街党（工）委书记",
        "Ⅱ级",
        "机关应急队、专业队、备勤、全体在编在岗人员、范围内居住的党员",
        "{event}：集结",
        "1m 副队长",
        "MP-1",
        "后勤",
        "电话 20m，书面 40m",
        "17:00，无事也报（零报告）",
        "12h",
        "总指挥、my-own",
        "没有人任此岗位：镇长（街道办主任）",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    let document = json_plan::plan(&shown).to_string();
    assert!(
        !document.contains("镇街指挥") && document.contains("town-commander"),
        "{document}"
    );
}
