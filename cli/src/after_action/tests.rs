//! The report of a small response, pinned; hostile text stays text.

use super::*;
use crate::i18n::Lang;

fn counts(due: u32, present: u32, excused: u32, absent: u32) -> pb::Counts {
    pb::Counts {
        due,
        present,
        excused,
        absent,
        acked: present,
        ..pb::Counts::default()
    }
}

fn item(minute: i64, kind: &str, people: u32) -> pb::TimelineItem {
    pb::TimelineItem {
        revision: 10 + minute as u64,
        until_revision: 10 + minute as u64,
        at_unix_ms: BEGAN + minute * 60_000,
        kind: kind.into(),
        actor: "区应急指挥部".into(),
        order_id: 1,
        version: 1,
        people,
        events: 1,
        ..pb::TimelineItem::default()
    }
}

/// 2026-10-01 00:00 UTC.
const BEGAN: i64 = 1_790_812_800_000;

/// A small response with one of everything.
fn sample() -> History {
    let change = pb::LevelChange {
        version: 1,
        to_level: 4,
        scope_codes: vec!["440608106".into()],
        reason: "台风登陆".into(),
        basis: "高防〔2026〕3号".into(),
        actor: "区应急指挥部".into(),
        at_unix_ms: BEGAN,
        ..pb::LevelChange::default()
    };
    let raised = pb::LevelChange {
        version: 2,
        from_level: 4,
        to_level: 2,
        reason: "水位超警戒".into(),
        at_unix_ms: BEGAN + 20 * 60_000,
        ..change.clone()
    };
    let version = pb::OrderVersion {
        version: 1,
        text: "到西江大堤报到".into(),
        issued_by: "区应急指挥部".into(),
        issued_at_unix_ms: BEGAN + 60_000,
        status: "closed".into(),
        addressed_to: vec!["T3".into()],
        total: Some(counts(6, 3, 2, 1)),
        ..pb::OrderVersion::default()
    };
    let report = pb::SituationReport {
        response_id: 1,
        seq: 1,
        kind: "first".into(),
        form: "phone".into(),
        actor: "荷城街道".into(),
        filed_at_unix_ms: BEGAN + 35 * 60_000,
        received_at_unix_ms: BEGAN + 30 * 60_000,
        words: Some(pb::SituationWords {
            source: "荷城街道值班室".into(),
            place: "西江大堤".into(),
            nature: "管涌".into(),
            ..pb::SituationWords::default()
        }),
        level: 2,
        numbers: Some(pb::SituationNumbers {
            due: 6,
            present: 3,
            excused: 2,
            absent: 1,
            deployed: 3,
            ..pb::SituationNumbers::default()
        }),
        as_of_revision: 40,
        late: true,
        ..pb::SituationReport::default()
    };
    let no_show = |person_id, bucket: &str, reason: &str, decided: &str| NoShow {
        order_id: 1,
        bucket: bucket.into(),
        reason: reason.into(),
        decided: decided.into(),
        person_id,
    };
    let mut filed = item(35, "situation-report-filed", 0);
    (filed.order_id, filed.version, filed.report_seq, filed.late) = (0, 0, 1, true);
    filed.report_kind = "first".into();
    History {
        response: pb::Response {
            response_id: 1,
            event: "台风“海葵”".into(),
            plan: "typhoon".into(),
            jurisdiction_code: "440608".into(),
            level: 2,
            scope_codes: vec!["440608106".into()],
            history: vec![change, raised],
            order_ids: vec![1],
            terminated_at_unix_ms: BEGAN + 90 * 60_000,
            phase: "terminated".into(),
            requested_by_id: 12,
            authorizations: vec![pb::Authorization {
                version: 2,
                level: 2,
                requested_by_id: 12,
                approved_by_id: 3,
                post: "commander".into(),
                at_unix_ms: BEGAN + 20 * 60_000,
            }],
            ..pb::Response::default()
        },
        revision: 60,
        at_unix_ms: BEGAN + 90 * 60_000,
        made_unix_ms: BEGAN + 100 * 60_000,
        timeline: vec![
            item(1, "order-issued", 6),
            item(3, "acknowledged", 3),
            item(12, "checked-in", 1),
            item(15, "checked-in", 2),
            filed,
            item(80, "order-closed", 0),
        ],
        orders: vec![pb::Order {
            order_id: 1,
            response_id: 1,
            versions: vec![version],
        }],
        no_shows: vec![
            no_show(4, "absent", "", ""),
            no_show(5, "excused", "medical", "approved"),
            no_show(6, "excused", "other-duty", ""),
        ],
        reports: vec![report],
        clocks: pb::ResponseClocks {
            response_id: 1,
            missed: vec![pb::MissedReport {
                clock: "first-phone".into(),
                due_unix_ms: BEGAN + 30 * 60_000,
                times: 1,
                made_up_by_seq: 1,
            }],
            ..pb::ResponseClocks::default()
        },
        command_tree: tree(),
        branches: vec![branch()],
        windows: vec![window()],
        reinforcements: vec![reinforcement()],
    }
}

/// A branch with one of everything, dissolved with the response.
fn branch() -> Record {
    let member = |person_id, role: &str, left_reason: &str| pb::BranchMember {
        person_id,
        masked_name: "陈*".into(),
        home_unit_code: "440608-A007".into(),
        role: role.into(),
        joined_unix_ms: BEGAN + 20 * 60_000,
        left_unix_ms: BEGAN + 90 * 60_000,
        left_reason: left_reason.into(),
    };
    let step = |minute: i64, status: &str, unit: &str, note: &str| pb::BranchStep {
        status: status.into(),
        at_unix_ms: BEGAN + minute * 60_000,
        actor: "荷城街道".into(),
        unit_code: unit.into(),
        note: note.into(),
    };
    Record {
        head: pb::GetBranchResponse {
            branch: Some(pb::Branch {
                branch_id: 2,
                response_id: 1,
                unit_code: "440608106".into(),
                muster_point_id: 1,
                front: "西江大堤".into(),
                name: "西江大堤临时党支部".into(),
                status: "dissolving".into(),
                authority_code: "440608106".into(),
                approved_unix_ms: BEGAN + 22 * 60_000,
                document: "荷工委〔2026〕7号".into(),
                expected_days: 10,
                warnings: vec!["feedback-owed".into()],
                ..pb::Branch::default()
            }),
            steps: vec![
                step(20, "proposed", "", ""),
                step(22, "approved", "440608106", "荷工委〔2026〕7号"),
                step(90, "dissolving", "", "响应终止"),
            ],
            feedback: vec![pb::BranchFeedback {
                unit_code: "440608-A007".into(),
                person_ids: vec![3, 4],
                written_by_id: 3,
                note: "全程在岗，值守两夜".into(),
                actor: "荷城街道".into(),
                at_unix_ms: BEGAN + 95 * 60_000,
            }],
            owed_unit_codes: vec!["440608-A010".into()],
            seal: None,
        },
        members: vec![
            member(9, "secretary", "role-changed"),
            member(3, "secretary", "ended"),
            member(9, "member", "ended"),
            member(4, "committee", "ended"),
            member(5, "probationary", "released"),
        ],
        activities: vec![pb::BranchActivity {
            on_date: "2026-10-01".into(),
            text: "成立大会，重温入党誓词".into(),
            actor: "荷城街道".into(),
            at_unix_ms: BEGAN + 40 * 60_000,
        }],
    }
}

fn window() -> pb::InPlaceWindow {
    pb::InPlaceWindow {
        window_id: 1,
        response_id: 1,
        village_code: "440608106001".into(),
        order_id: 2,
        mobilized_by_code: "440608-A002".into(),
        opened_at_unix_ms: BEGAN + 60_000,
        closed_at_unix_ms: BEGAN + 90 * 60_000,
        closed_why: "response-ended".into(),
        counts: Some(pb::InPlaceCounts {
            due: 590,
            released: 540,
            reported: 3,
            coming: 7,
            declined: 5,
            excused: 15,
            unanswered: 18,
            absent: 2,
            ..pb::InPlaceCounts::default()
        }),
        ..pb::InPlaceWindow::default()
    }
}

/// Twelve asked for: nine agreed, seven of them arrived, one of those went back.
fn reinforcement() -> pb::Reinforcement {
    pb::Reinforcement {
        reinforcement_id: 1,
        response_id: 1,
        town_code: "440608106".into(),
        task: "装填沙袋".into(),
        reason: "水位上涨".into(),
        requested_by: "荷城街道".into(),
        requested_at_unix_ms: BEGAN + 30 * 60_000,
        counts: Some(pb::ReinforcementCounts {
            asked: 12,
            target: 12,
            allocated: 12,
            there: 6,
            back: 1,
            declined: 3,
            lost: 1,
            stood_down: 1,
            uncovered: 5,
            ..pb::ReinforcementCounts::default()
        }),
        rounds: 1,
        ending: "response-ended".into(),
        ended_at_unix_ms: BEGAN + 90 * 60_000,
        ..pb::Reinforcement::default()
    }
}

/// A town under the district; nobody can act in the town.
fn tree() -> Vec<pb::CommandUnit> {
    let node = |role: &str, commander_id, acting_id| pb::CommandNodeHolder {
        role: role.into(),
        post: "town-secretary".into(),
        commander_id,
        commander_masked_name: "陈*".into(),
        backup_id: 8,
        acting_id,
        ..pb::CommandNodeHolder::default()
    };
    let unit = |code: &str, name: &str, depth, node| pb::CommandUnit {
        unit_code: code.into(),
        unit_name: name.into(),
        response_id: 1,
        level: 2,
        commands: vec![node],
        depth,
        ..pb::CommandUnit::default()
    };
    vec![
        unit("440608", "高明区", 0, node("district-commander", 3, 3)),
        unit("440608106", "荷城街道", 1, node("town-commander", 7, 0)),
    ]
}

/// Times stand in the zone of the machine: what is pinned holds everywhere.
fn without_times(text: &str) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some(start) = rest.find("2026-") {
        let end = rest[start..].find(|c: char| !(c.is_ascii_digit() || "- :".contains(c)));
        let end = end.map_or(rest.len(), |end| start + end);
        let is_time = rest[start..end].matches(':').count() > 0;
        out.push_str(&rest[..start]);
        out.push_str(if is_time { "<time>" } else { &rest[start..end] });
        rest = &rest[end..];
    }
    out + rest
}

#[test]
fn the_page_of_a_small_response() {
    for lang in Lang::ALL {
        let page = html::document(lang, &sample()).expect("a page");
        insta::assert_snapshot!(format!("the_page_{}", lang.code()), without_times(&page));
    }
}

#[test]
fn the_document_of_a_small_response() {
    assert!(
        !json::document(&sample()).to_string().contains("陈*"),
        "people by id only"
    );
    insta::assert_snapshot!(format!("{:#}", json::document(&sample())));
}

#[test]
fn the_curve_counts_up() {
    let points = sample().curve();
    let points: Vec<_> = points.iter().map(|point| (point.acknowledged, point.arrived)).collect();
    assert_eq!(points, [(3, 0), (3, 1), (3, 3)]);
    assert_eq!(History::default().curve(), []);
}

#[test]
fn what_people_write_stays_text() {
    let evil = "<script>alert(1)</script>\"'><img src=x onerror=y>\u{202e}&amp;\u{1b}[31m";
    let mut history = sample();
    history.response.event = evil.into();
    history.response.termination_reason = evil.into();
    history.response.jurisdiction_code = evil.into();
    for change in &mut history.response.history {
        (change.reason, change.basis, change.actor) = (evil.into(), evil.into(), evil.into());
        change.scope_codes = vec![evil.into()];
    }
    for version in history.orders.iter_mut().flat_map(|order| &mut order.versions) {
        (version.text, version.status) = (evil.into(), evil.into());
        version.addressed_to = vec![evil.into()];
    }
    for item in &mut history.timeline {
        (item.kind, item.text, item.reason, item.actor) = (evil.into(), evil.into(), evil.into(), evil.into());
        (item.clock, item.target, item.step) = (evil.into(), evil.into(), 1);
    }
    for row in &mut history.no_shows {
        (row.bucket, row.reason, row.decided) = (evil.into(), evil.into(), evil.into());
    }
    for report in &mut history.reports {
        (report.kind, report.form, report.actor) = (evil.into(), evil.into(), evil.into());
        let texts = || evil.to_owned();
        report.words = Some(pb::SituationWords {
            source: texts(),
            place: texts(),
            nature: texts(),
            scope: texts(),
            loss: texts(),
            trend: texts(),
            measures: texts(),
            requests: texts(),
        });
    }
    history.clocks.missed[0].clock = evil.into();
    history.response.phase = evil.into();
    history.response.authorizations[0].post = evil.into();
    for unit in &mut history.command_tree {
        (unit.unit_code, unit.unit_name) = (evil.into(), evil.into());
        unit.commands[0].role = evil.into();
    }
    let record = &mut history.branches[0];
    let branch = record.head.branch.as_mut().expect("a branch");
    (branch.name, branch.front, branch.document) = (evil.into(), evil.into(), evil.into());
    (record.head.steps[0].note, record.head.steps[0].actor) = (evil.into(), evil.into());
    (record.head.feedback[0].note, record.activities[0].text) = (evil.into(), evil.into());
    history.windows[0].closed_why = evil.into();
    let request = &mut history.reinforcements[0];
    (request.task, request.reason, request.requested_by) = (evil.into(), evil.into(), evil.into());
    for lang in Lang::ALL {
        let page = html::document(lang, &history).expect("a page");
        for bad in ["<script", "<img", "\u{202e}", "\u{1b}"] {
            assert!(!page.contains(bad), "{bad:?} got through");
        }
        assert!(page.matches("&lt;script&gt;").count() > 20, "it is there, as text");
    }
}

#[test]
fn nothing_happened_and_the_page_stands() {
    let page = html::document(Lang::En, &History::default()).expect("a page");
    for section in ["Temporary branches", "In-place windows", "Reinforcement"] {
        assert!(!page.contains(section), "{section} is empty and left out");
    }
    assert!(!page.contains("<svg") && page.contains("</html>"));
}

#[test]
fn a_long_curve_is_a_small_picture() {
    let mut history = sample();
    history.timeline = (0..20_000).map(|minute| item(minute, "checked-in", 1)).collect();
    let svg = chart::svg(Lang::En, &history).expect("drawn").expect("a picture");
    assert!(svg.len() < 400_000, "{} bytes", svg.len());
}

#[test]
fn a_response_that_is_over_shows_who_commanded_before_its_end() {
    let mut response = sample().response;
    let before = before_its_end(&response).and_then(|as_of| as_of.when);
    assert_eq!(before, Some(pb::as_of::When::AtUnixMs(BEGAN + 90 * 60_000 - 1)));
    response.terminated_at_unix_ms = 0;
    assert_eq!(before_its_end(&response), None, "it is in force: as it is");
}
