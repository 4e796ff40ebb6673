//! The switch as people read it: responses, rehearsals, the command tree and its forms; hostile text stays text.

use baiying_proto::v1 as pb;

use crate::i18n::{Lang, find};
use crate::output::ics::{self, Form, Overlay};
use crate::output::{command, json, json_command, rehearsal, response, situation};

/// 2026-10-01 00:00 UTC.
const BEGAN: i64 = 1_790_812_800_000;

fn node(role: &str, commander: (u32, &str), backup: (u32, &str), acting_id: u32) -> pb::CommandNodeHolder {
    pb::CommandNodeHolder {
        role: role.into(),
        post: "town-secretary".into(),
        commander_id: commander.0,
        commander_masked_name: commander.1.into(),
        backup_id: backup.0,
        backup_masked_name: backup.1.into(),
        acting_id,
    }
}

fn unit(code: &str, name: &str, kind: &str, depth: u32, commands: Vec<pb::CommandNodeHolder>) -> pb::CommandUnit {
    pb::CommandUnit {
        unit_code: code.into(),
        unit_name: name.into(),
        unit_kind: kind.into(),
        under_code: String::new(),
        response_id: 1,
        level: 2,
        commands,
        depth,
    }
}

/// District, two towns, a village of the first; a backup acts, a command is vacant, a role is the district's own word.
fn tree() -> Vec<pb::CommandUnit> {
    let district = vec![
        node("district-commander", (3, "陈*"), (4, "李*"), 3),
        node("allocator", (5, "黄*"), (0, ""), 5),
    ];
    vec![
        unit("440608", "高明区", "district", 0, district),
        unit(
            "440608106",
            "荷城街道",
            "town",
            1,
            vec![node("town-commander", (7, "何*"), (8, "梁*"), 8)],
        ),
        unit(
            "440608106201",
            "中山社区",
            "village",
            2,
            vec![node("levee-warden", (0, ""), (0, ""), 0)],
        ),
        unit(
            "440608107",
            "杨和镇",
            "town",
            1,
            vec![node("town-commander", (9, "区*"), (0, ""), 0)],
        ),
    ]
}

fn sample() -> pb::Response {
    let first = pb::LevelChange {
        version: 1,
        to_level: 4,
        scope_codes: vec!["440608106".into()],
        reason: "台风登陆".into(),
        actor: "desk".into(),
        at_unix_ms: BEGAN,
        ..pb::LevelChange::default()
    };
    let second = pb::LevelChange {
        version: 2,
        from_level: 4,
        to_level: 2,
        basis: "高防〔2026〕3号".into(),
        at_unix_ms: BEGAN + 1_200_000,
        ..first.clone()
    };
    let decided = |version, level, post: &str| pb::Authorization {
        version,
        level,
        requested_by_id: 12,
        approved_by_id: 3,
        post: post.into(),
        at_unix_ms: BEGAN,
    };
    pb::Response {
        response_id: 1,
        event: "台风“海葵”".into(),
        plan: "typhoon".into(),
        jurisdiction_code: "440608".into(),
        epoch: 2,
        level: 2,
        scope_codes: vec!["440608106".into()],
        active: true,
        history: vec![first, second],
        order_ids: vec![1, 2],
        phase: "active".into(),
        requested_by_id: 12,
        authorizations: vec![decided(1, 4, "office-director"), decided(2, 2, "levee-boss")],
        plan_version: 2,
        roster_revision: 40,
        open_windows: 12,
        open_branches: 3,
        ..pb::Response::default()
    }
}

fn provisional() -> pb::Response {
    let mut response = sample();
    response.response_id = 2;
    response.phase = "provisional".into();
    response.lapses_at_unix_ms = BEGAN + 1_800_000;
    response.history.truncate(1);
    (response.authorizations, response.order_ids) = (Vec::new(), Vec::new());
    response
}

fn rejected() -> pb::Response {
    pb::Response {
        response_id: 3,
        active: false,
        history: Vec::new(),
        authorizations: Vec::new(),
        order_ids: Vec::new(),
        phase: "rejected".into(),
        open_windows: 0,
        open_branches: 0,
        roster_revision: 0,
        rejected_by_id: 3,
        rejection_reason: "降雨已停".into(),
        terminated_at_unix_ms: 0,
        ..sample()
    }
}

fn finding(kind: &str, role: &str, person_id: u32, people: u32) -> pb::RehearsalFinding {
    pb::RehearsalFinding {
        kind: kind.into(),
        unit_code: "440608106".into(),
        unit_name: "荷城街道".into(),
        role: role.into(),
        person_id,
        people,
    }
}

fn rehearsed() -> pb::RehearseResponseResponse {
    pb::RehearseResponseResponse {
        called: 120,
        excused: 3,
        preempted: 2,
        unreachable: 4,
        commands: 95,
        windows: 12,
        branches: 2,
        findings: vec![
            finding("no-commander", "town-commander", 0, 0),
            finding("two-places", "sector-commander", 9, 0),
            finding("under-quota", "", 0, 5),
        ],
        channels: vec![
            pb::ChannelTime {
                channel: "stream".into(),
                people: 116,
                expected_ms: 2_300,
            },
            pb::ChannelTime {
                channel: "call".into(),
                people: 4,
                expected_ms: 480_000,
            },
        ],
        revision: 60,
        ..pb::RehearseResponseResponse::default()
    }
}

fn refused() -> pb::RehearseResponseResponse {
    pb::RehearseResponseResponse {
        refusal_reason: "SECOND_PERSON_MISSING".into(),
        refusal: "level II needs a second person".into(),
        revision: 60,
        ..pb::RehearseResponseResponse::default()
    }
}

fn overlay() -> Overlay {
    Overlay {
        tree: tree(),
        revision: 60,
        responses: vec![sample(), provisional()],
        at_unix_ms: BEGAN,
        made_unix_ms: BEGAN + 60_000,
        made_by: "desk".into(),
    }
}

fn words() -> [String; 3] {
    ["typhoon", "II", "440608106"].map(str::to_owned)
}

/// Times stand in the zone of the machine: what is pinned holds everywhere.
fn without_times(text: &str) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some(start) = rest.find("2026-") {
        let end = rest[start..].find(|c: char| !(c.is_ascii_digit() || "-: ".contains(c)));
        let time = &rest[start..end.map_or(rest.len(), |end| start + end)];
        let end = start + time.trim_end().len();
        out.push_str(&rest[..start]);
        // Tables are as wide as the instant was.
        out.push_str(if rest[start..end].contains(':') {
            "<time>"
        } else {
            &rest[start..end]
        });
        rest = &rest[end..];
    }
    out + rest
}

#[test]
fn every_word_of_the_switch_has_words() {
    let groups = [
        ("word.phase", "requested rejected provisional active lapsed terminated"),
        (
            "word.rehearsal",
            "no-commander no-backup two-places village-uncovered village-without-muster-point agency-not-linked under-quota \
             unreachable on-other-duty",
        ),
        ("word.channel", "stream call"),
        (
            "event",
            "response-requested response-rejected level-authorized provisionally-started response-lapsed command-set \
             command-handed-over",
        ),
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
fn what_was_not_counted_is_no_nought() {
    let refused = pb::RehearseResponseResponse {
        commands: 109,
        findings: vec![finding("no-commander", "town-commander", 0, 0)],
        ..refused()
    };
    let text = rehearsal::text(Lang::ZhCn, words(), &refused);
    assert!(
        text.contains("109") && text.contains("未推算") && text.contains("无人指挥"),
        "{text}"
    );
    assert!(!text.contains("临时党支部") && !text.contains("通知"), "{text}");
    let counted = pb::RehearseResponseResponse { called: 5, ..refused };
    assert!(!rehearsal::text(Lang::ZhCn, words(), &counted).contains("未推算"));
}

#[test]
fn a_response_with_many_orders_is_one_short_row() {
    let mut many = sample();
    many.order_ids = (1..=83).collect();
    let list = response::list(Lang::ZhCn, &[many.clone()]);
    assert!(list.contains("O1 … O83（共 83 份）") && !list.contains("O42"), "{list}");
    assert!(
        response::show(Lang::ZhCn, &many).contains("O42"),
        "shown alone, all of them"
    );
    many.order_ids.truncate(4);
    assert!(response::list(Lang::ZhCn, &[many]).contains("O1 O2 O3 O4"));
}

#[test]
fn another_scope_is_not_shown_as_another_level() {
    let change = pb::LevelChange {
        from_level: 4,
        to_level: 4,
        ..pb::LevelChange::default()
    };
    assert_eq!(response::change(Lang::ZhCn, &change), "Ⅳ级（调整范围）");
}

#[test]
fn the_tables_of_the_switch() {
    let mut text = String::new();
    for lang in Lang::ALL {
        let parts = [
            command::tree(lang, &tree()),
            command::tree(lang, &[]),
            response::show(lang, &sample()),
            response::show(lang, &provisional()),
            response::show(lang, &rejected()),
            response::list(lang, &[sample(), provisional(), rejected()]),
            rehearsal::text(lang, words(), &rehearsed()),
            rehearsal::text(lang, words(), &refused()),
        ];
        text.push_str(&format!("=== {}\n{}", lang.code(), parts.join("\n")));
    }
    insta::assert_snapshot!(without_times(&text));
}

#[test]
fn vacant_commands_are_seen_at_once() {
    for lang in Lang::ALL {
        let text = command::tree(lang, &tree());
        let loud = text.lines().filter(|line| line.contains("!!")).count();
        assert_eq!(loud, 2, "a vacant command, and one whose commander is away:\n{text}");
    }
    assert_eq!(command::nodes(&tree()), (5, 2));
}

#[test]
fn a_part_of_the_tree_begins_at_the_left() {
    let part = &tree()[1..];
    let text = command::tree(Lang::En, part);
    let first = text.lines().nth(2).unwrap_or_default().trim_start();
    assert!(first.starts_with("荷城街道"), "{text}");
    let indent = |name: &str| {
        text.lines()
            .find(|line| line.contains(name))
            .map(|line| line.len() - line.trim_start().len())
    };
    assert_eq!(indent("中山社区"), indent("荷城街道").map(|left| left + 2), "{text}");
    assert_eq!(
        part.iter().map(|unit| command::depth(part, unit)).collect::<Vec<_>>(),
        [0, 1, 0]
    );
    let mut deep = tree();
    deep[3].depth = u32::MAX;
    assert!(command::tree(Lang::En, &deep).len() < 4_000, "a depth that no tree has");
}

#[test]
fn the_forms_of_incident_command() {
    for (name, form) in [("203", Form::Assignments), ("207", Form::Chart)] {
        for lang in Lang::ALL {
            let page = ics::page(lang, form, &overlay());
            let (_, body) = page.split_once("<body>").expect("a page");
            insta::assert_snapshot!(format!("ics_{name}_{}", lang.code()), without_times(body));
        }
    }
    let document = ics::document(Form::Chart, &overlay());
    assert_eq!(
        (&document["form"], &document["units"][3]["commands"][0]["acting_id"]),
        (&"ICS 207".into(), &0.into())
    );
}

#[test]
fn the_chart_closes_what_it_opens() {
    let mut jumps = tree();
    for (unit, depth) in jumps.iter_mut().zip([1, 4, 2, 0]) {
        unit.depth = depth;
    }
    for tree in [tree(), jumps, Vec::new()] {
        let page = ics::page(
            Lang::En,
            Form::Chart,
            &Overlay {
                tree: tree.clone(),
                ..Overlay::default()
            },
        );
        for tag in ["ul", "li", "div", "section"] {
            let opened = page.matches(&format!("<{tag}>")).count() + page.matches(&format!("<{tag} ")).count();
            assert_eq!(opened, page.matches(&format!("</{tag}>")).count(), "{tag}");
        }
        assert_eq!(page.matches("class=\"post\"").count(), tree.len());
    }
}

#[test]
fn documents_of_the_switch_are_language_free() {
    let documents = serde_json::json!({
        "response": json::response(&provisional()),
        "tree": json_command::units(&tree()),
        "rehearsal": rehearsal::document(&rehearsed()),
    });
    insta::assert_snapshot!(format!("{documents:#}"));
}

#[test]
fn what_people_write_stays_text() {
    let evil = "<script>alert(1)</script>\"'><img src=x onerror=y>\u{202e}&amp;\u{1b}[31m";
    let mut overlay = overlay();
    overlay.made_by = evil.into();
    for unit in &mut overlay.tree {
        (unit.unit_code, unit.unit_name, unit.unit_kind) = (evil.into(), evil.into(), evil.into());
        for node in &mut unit.commands {
            (node.role, node.post) = (evil.into(), evil.into());
            (node.commander_masked_name, node.backup_masked_name) = (evil.into(), evil.into());
        }
    }
    for response in &mut overlay.responses {
        (response.event, response.plan, response.phase) = (evil.into(), evil.into(), evil.into());
        (response.rejection_reason, response.jurisdiction_code) = (evil.into(), evil.into());
        for decided in &mut response.authorizations {
            decided.post = evil.into();
        }
    }
    let mut rehearsed = rehearsed();
    (rehearsed.refusal_reason, rehearsed.refusal) = (evil.into(), evil.into());
    rehearsed.channels[0].channel = evil.into();
    for finding in &mut rehearsed.findings {
        (finding.kind, finding.unit_code, finding.unit_name, finding.role) =
            (evil.into(), evil.into(), evil.into(), evil.into());
    }
    for lang in Lang::ALL {
        for form in [Form::Assignments, Form::Chart] {
            let page = ics::page(lang, form, &overlay);
            for bad in ["<script", "<img", "\u{202e}", "\u{1b}"] {
                assert!(!page.contains(bad), "{bad:?} got through");
            }
            assert!(page.matches("&lt;script&gt;").count() > 10, "it is there, as text");
        }
        let texts = [
            command::tree(lang, &overlay.tree),
            response::show(lang, &overlay.responses[0]),
            response::list(lang, &overlay.responses),
            rehearsal::text(lang, [evil, evil, evil].map(crate::text::line), &rehearsed),
        ];
        assert!(
            !texts.concat().contains(['\u{202e}', '\u{1b}']),
            "hostile text reached the terminal"
        );
    }
}

#[test]
fn the_timeline_of_a_switch_says_who_and_what() {
    let item = |kind: &str| pb::TimelineItem {
        kind: kind.into(),
        at_unix_ms: BEGAN,
        ..pb::TimelineItem::default()
    };
    let items = [
        pb::TimelineItem {
            due_unix_ms: BEGAN,
            ..item("provisionally-started")
        },
        pb::TimelineItem {
            version: 1,
            people: 1,
            person_ids: vec![3],
            to_level: 2,
            text: "office-director".into(),
            ..item("level-authorized")
        },
        pb::TimelineItem {
            people: 40,
            times: 95,
            ..item("command-set")
        },
        pb::TimelineItem {
            people: 1,
            subject: "town-commander".into(),
            text: "换班".into(),
            ..item("command-handed-over")
        },
    ];
    let text = situation::timeline(Lang::ZhCn, &items);
    for part in ["失效", "Ⅱ级；指挥部办公室主任；P3", "指挥岗 95 个", "镇街指挥", "换班"] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    let english = situation::timeline(Lang::En, &items);
    assert!(
        english.contains("commands: 95") && english.contains("town commander"),
        "{english}"
    );
}
