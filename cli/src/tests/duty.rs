//! Duty and the 20 % rule as people read them, in both languages.

use baiying_proto::v1 as pb;

use crate::export::samples;
use crate::i18n::{Lang, find};
use crate::output::duty::{self, Names};
use crate::output::{json_duty, json_team, quota};

#[test]
fn every_word_of_the_contract_has_words() {
    let groups = [
        ("position", "lead officer standby"),
        ("day_kind", "workday rest-day holiday"),
        ("calendar", "holiday workday week"),
        ("via", "rotation stand-in swap backup"),
        ("missing", "no-roster no-shift office-hours no-lead too-few-officers"),
        (
            "finding",
            "no-roster gap no-lead too-few-officers double-booking too-little-rest on-leave left backup-absent no-calendar",
        ),
        ("swap_status", "requested agreed refused approved denied"),
        ("quota_status", "ok short short-ineligible waived stale not-counted"),
        (
            "exclusion",
            "medical maternity leave study other-team key-post carer investigation retiring other over-age health non-party",
        ),
        ("role", "leader deputy member reserve"),
        (
            "selection",
            "continuity skill party age recent-call recent-night lot over-age excluded not-on-post",
        ),
        ("pattern", "two-shift whole-day after-hours blocks"),
        ("shift", "day night noon rest-day holiday whole-day after-hours"),
        ("every", "shift day week"),
        ("weekday", "1 2 3 4 5 6 7"),
    ];
    for (group, words) in groups {
        for word in words.split_whitespace() {
            for lang in Lang::ALL {
                assert!(
                    find(lang, &format!("word.{group}.{word}")).is_some(),
                    "{lang:?} {group} {word}"
                );
            }
        }
    }
    assert_eq!(duty::every(Lang::ZhCn, "2-weeks"), "2 周");
    assert_eq!(duty::every(Lang::ZhCn, "shift"), "班");
    assert_eq!(duty::every(Lang::En, "3-days"), "3 × day");
    assert_eq!(duty::every(Lang::En, "x-\u{1b}s"), "x-\u{fffd}s");
}

fn names() -> Names {
    Names::from([("440608-A01".to_owned(), "区应急管理局".to_owned())])
}

fn findings() -> Vec<pb::DutyFinding> {
    let finding = |kind: &str, person_id, other: &str| pb::DutyFinding {
        unit_code: "440608-A01".into(),
        kind: kind.into(),
        from_unix_ms: samples::BEGIN,
        until_unix_ms: samples::BEGIN + 1,
        person_id,
        masked_name: if person_id == 0 {
            String::new()
        } else {
            "张*\u{1b}".into()
        },
        other_unit_code: other.into(),
        times: 12,
        zone: String::new(),
    };
    vec![finding("gap", 0, ""), finding("double-booking", 7, "440608-A02")]
}

#[test]
fn the_tables_of_a_duty_desk() {
    let mut text = String::new();
    for lang in Lang::ALL {
        let export = samples::export(lang, 0);
        let on = |code: &str, holders: &[pb::Holder], missing: &[&str]| pb::UnitOnDuty {
            unit_code: code.into(),
            version: 3,
            holders: holders.to_vec(),
            missing: missing.iter().map(|word| (*word).to_owned()).collect(),
            zone: String::new(),
        };
        let units = [
            on("440608-A01", &export.shifts[0].holders, &[]),
            on("440608-A02", &[], &["no-roster"]),
            on("440608-A04", &[], &["office-hours"]),
            on(
                "440608-A03",
                &export.shifts[0].holders[1..2],
                &["no-lead", "too-few-officers"],
            ),
        ];
        text.push_str(&duty::on_duty(lang, &units, &names()));
        text.push('\n');
        text.push_str(&duty::shifts(lang, &export.shifts, &names(), false));
        text.push('\n');
        text.push_str(&duty::findings(lang, &findings(), &names()));
        text.push('\n');
    }
    assert!(!text.contains('\u{1b}'));
    insta::assert_snapshot!(samples::without_times(&text));
}

#[test]
fn times_of_duty_are_the_rosters() {
    let mut export = samples::export(Lang::En, 0);
    for (zone, time) in [("Asia/Shanghai", "08:30"), ("America/New_York", "20:30")] {
        let shift = &mut export.shifts[0];
        // 00:30 of a day in UTC.
        (shift.from_unix_ms, shift.zone) = (1_782_865_800_000, zone.into());
        assert!(
            duty::shifts(Lang::En, &export.shifts, &names(), false).contains(time),
            "{zone}"
        );
        let on = pb::UnitOnDuty {
            holders: vec![pb::Holder {
                from_unix_ms: 1_782_865_800_000,
                ..pb::Holder::default()
            }],
            zone: zone.into(),
            ..pb::UnitOnDuty::default()
        };
        assert!(duty::on_duty(Lang::En, &[on], &names()).contains(time), "{zone}");
    }
}

fn unit(code: &str, status: &str, numbers: [u32; 6]) -> pb::UnitQuota {
    let [established_on_post, required, eligible, selected, unfit, shortfall] = numbers;
    pb::UnitQuota {
        unit_code: code.into(),
        established_on_post,
        percent: 20,
        required,
        eligible,
        selected,
        unfit,
        shortfall,
        status: status.into(),
        ..pb::UnitQuota::default()
    }
}

fn quotas() -> pb::QuotaResponse {
    let mut stale = unit("440608-A03", "stale", [84, 17, 60, 17, 0, 0]);
    stale.confirmed_date = "2026-01-05".into();
    let mut waived = unit("440608-A04", "waived", [11, 3, 2, 2, 0, 1]);
    waived.waived_until = "2026-12-31".into();
    waived.waived_by = "P3".into();
    let mut short = unit("440608-A01", "short", [37, 8, 30, 5, 1, 3]);
    short.excluded = vec![
        pb::ReasonCount {
            reason: "maternity".into(),
            people: 2,
        },
        pb::ReasonCount {
            reason: "over-age".into(),
            people: 4,
        },
    ];
    let mut joint = unit("440608-A05", "ok", [6, 2, 5, 2, 0, 0]);
    joint.joint_with_code = "440608-A01".into();
    pb::QuotaResponse {
        units: vec![
            short,
            unit("440608-A02", "short-ineligible", [6, 2, 1, 1, 0, 1]),
            stale,
            waived,
            joint,
            unit("440608-A06", "not-counted", [0, 0, 0, 0, 0, 0]),
        ],
        at_date: "2026-10-01".into(),
        total: Some(pb::UnitQuota {
            percent: 0,
            ..unit("", "", [144, 32, 98, 27, 1, 5])
        }),
    }
}

#[test]
fn who_is_short_is_never_quiet_about_it() {
    let text: String = Lang::ALL.map(|lang| quota::table(lang, &quotas(), &names())).join("\n");
    insta::assert_snapshot!(text);
    let in_order: Vec<_> = quotas()
        .units
        .iter()
        .map(|unit| quota::is_in_order(&unit.status))
        .collect();
    assert_eq!(in_order, [false, false, false, true, true, true]);
    assert!(!quota::is_in_order("a word of a newer daemon"));
}

fn candidate(person_id: u32, role: &str, reasons: &[(&str, i32, &str)]) -> pb::Candidate {
    pb::Candidate {
        person_id,
        masked_name: "李*".into(),
        role: role.into(),
        reasons: reasons
            .iter()
            .map(|(reason, points, detail)| pb::Reason {
                reason: (*reason).to_owned(),
                points: *points,
                detail: (*detail).to_owned(),
            })
            .collect(),
        score: reasons.iter().map(|(_, points, _)| points).sum(),
    }
}

#[test]
fn a_proposal_with_its_reasons() {
    let proposal = pb::ProposeTeamResponse {
        proposal: "ab12".into(),
        team: vec![
            candidate(1, "leader", &[("continuity", 30, ""), ("skill", 12, "boat")]),
            candidate(2, "deputy", &[("recent-night", -5, "")]),
        ],
        reserve: vec![candidate(3, "reserve", &[("lot", 1, "")])],
        others: vec![candidate(4, "", &[("excluded", 0, "maternity")])],
        required: 3,
        kept_percent: 50,
        uncovered_skills: vec!["medic".into()],
        at_date: "2026-10-01".into(),
        team_code: "AG1".into(),
    };
    let text: String = Lang::ALL.map(|lang| quota::proposal(lang, &proposal, true)).join("\n");
    assert!(!quota::proposal(Lang::En, &proposal, false).contains("boat"));
    insta::assert_snapshot!(format!("{text}\n{:#}", json_team::proposal(&proposal)));
}

#[test]
fn documents_hold_every_field() {
    let export = samples::export(Lang::En, 0);
    let shift = export.shifts[1].clone();
    let swap = pb::Swap {
        swap_id: 4,
        person_id: 1,
        gives: Some(shift),
        with_person_id: 2,
        takes: None,
        status: "requested".into(),
        emergency: false,
        reason: "r".into(),
        requested_by: "P1".into(),
        decided_by: String::new(),
    };
    let roster = pb::DutyRoster {
        unit_code: "A".into(),
        version: 2,
        from_date: "2026-01-01".into(),
        pattern: "two-shift".into(),
        zone: "Asia/Shanghai".into(),
        shifts: vec![pb::PatternShift {
            name: "day".into(),
            days: vec!["workday".into()],
            start: "08:00".into(),
            end: "20:00".into(),
        }],
        layers: vec![pb::DutyLayer {
            position: "standby".into(),
            shifts: Vec::new(),
            every: "2-weeks".into(),
            crews: vec![
                pb::DutyCrew { person_ids: vec![1, 2] },
                pb::DutyCrew { person_ids: vec![3] },
            ],
            recall_minutes: 30,
        }],
    };
    let documents = [
        json_duty::roster(&roster),
        json_duty::swap(&swap),
        json_duty::holder(&export.shifts[0].holders[3]),
        json_duty::finding(&findings()[1]),
        json_team::quota(&quotas().units[0]),
    ];
    let text: Vec<_> = documents.iter().map(|document| format!("{document:#}")).collect();
    let table: String = Lang::ALL
        .map(|lang| duty::rosters(lang, std::slice::from_ref(&roster), &names()))
        .join("\n");
    insta::assert_snapshot!(format!("{}\n{table}", text.join("\n")));
}
