//! Plans: what is refused, what a level comes to, which version counts, who would command.

mod laws;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::*;
use crate::calendar::Minute;
use crate::command::{Answer, Command};
use crate::id::{PersonId, ResponseId};
use crate::import::ImportMode;
use crate::order::{AddressList, Deadline, IssueOrder};
use crate::post::tests::{import_posts, post_row};
use crate::response::TerminateResponse;
use crate::testing::{District, MINUTE, R1, activate, district, draft};
use crate::{Rejection, duty};

/// A plan whose levels, Ⅳ first, call out what is given.
pub(crate) fn plan(kind: &str, call_out: [CallOut; 4]) -> Plan {
    let row = |role: &str, at, primary: &str, backup: Option<&str>| CommandRow {
        role: role.into(),
        at,
        primary: primary.into(),
        backup: backup.map(Into::into),
    };
    let level = |(level, call_out): (Level, CallOut)| LevelPlan {
        level,
        call_out,
        order: OrderTemplate {
            text: "{event}: {level} in {scope}".into(),
            acknowledge_ms: 5 * MINUTE as u64,
            arrive_ms: 60 * MINUTE as u64,
            grace_ms: None,
            ladder: vec![
                (60_000, StepTarget::Repeat),
                (120_000, StepTarget::Deputy),
                (300_000, StepTarget::Superior),
            ],
            muster_points: Vec::new(),
            sign_offs: vec!["logistics".into()],
        },
        reports: ReportClocks {
            first_phone_ms: 20 * MINUTE as u64,
            first_written_ms: 40 * MINUTE as u64,
            follow_up_ms: 120 * MINUTE as u64,
            daily_at: Some(Minute::new(8 * 60)),
            zero_report: true,
        },
        in_place_ms: (level >= Level::II).then_some(720 * MINUTE as u64),
        authority: Authority {
            posts: match level {
                Level::I => vec!["commander".into()],
                Level::II | Level::III | Level::IV => vec!["commander".into(), "deputy-commander".into()],
            },
            second_person: level >= Level::II,
        },
    };
    Plan {
        kind: kind.into(),
        name: format!("plan for {kind}").into(),
        basis: "".into(),
        provisional_ms: 30 * MINUTE as u64,
        command: vec![
            row(
                "district-commander",
                UnitKind::District,
                "commander",
                Some("deputy-commander"),
            ),
            row("town-commander", UnitKind::Town, "town-secretary", Some("town-mayor")),
            row("sector-commander", UnitKind::Village, "sector-lead", None),
        ],
        levels: LEVELS.into_iter().zip(call_out).map(level).collect(),
    }
}

/// What the plans that ship call out.
fn flood() -> [CallOut; 4] {
    let teams = |teams: &[TeamKind]| CallOut {
        teams: teams.to_vec(),
        ..CallOut::default()
    };
    let all = CallOut {
        staff: true,
        members: true,
        ..CallOut::default()
    };
    [
        teams(&[TeamKind::Support, TeamKind::Special]),
        teams(&[TeamKind::Agency]),
        teams(&[TeamKind::Volunteer]),
        all,
    ]
}

/// Plans in the place of those that ship: the core has no files.
pub(crate) fn shipped() -> BTreeMap<Box<str>, Arc<Plan>> {
    let kinds = ["earthquake", "epidemic", "flood", "generic", "typhoon"];
    let one = |kind: &str| (kind.into(), Arc::new(plan(kind, flood())));
    kinds.into_iter().map(one).collect()
}

fn import(plan: Plan) -> Command {
    Command::ImportPlan(ImportPlan { plan: Arc::new(plan) })
}

fn report(district: &District) -> PlanReport {
    let Answer::Plan(report) = district.answer() else {
        panic!("no report")
    };
    (**report).clone()
}

/// Keys and words of what is wrong.
fn problems(change: impl FnOnce(&mut Plan)) -> Vec<(String, &'static str)> {
    let mut bad = plan("flood", flood());
    change(&mut bad);
    let found = check(&bad);
    found
        .iter()
        .map(|problem| (problem.key.to_string(), problem.fault.word()))
        .collect()
}

#[test]
fn a_good_plan_has_no_problem() {
    assert_eq!(problems(|_| {}), []);
}

#[test]
fn every_problem_is_found_with_its_key() {
    type Change = fn(&mut Plan);
    let cases: [(Change, &str, &str); 23] = [
        (|it| it.kind = "Flood".into(), "kind", "not-a-word"),
        (|it| it.name = " ".into(), "name", "missing"),
        (|it| it.basis = "x".repeat(201).into(), "basis", "too-long"),
        (
            |it| it.levels[0].order.text = "x".repeat(2001).into(),
            "level.4.order.text",
            "too-long",
        ),
        (|it| it.provisional_ms = 0, "provisional_minutes", "out-of-range"),
        (|it| it.command.clear(), "command", "missing"),
        (
            |it| it.command[1].role = "district-commander".into(),
            "command[1].role",
            "twice",
        ),
        (
            |it| it.command[1].backup = Some("town-secretary".into()),
            "command[1].backup",
            "same-as-primary",
        ),
        (
            |it| {
                it.command[2] = CommandRow {
                    role: "other".into(),
                    ..it.command[1].clone()
                }
            },
            "command[2].primary",
            "twice",
        ),
        (|it| it.command[2].primary = "".into(), "command[2].primary", "missing"),
        (|it| drop(it.levels.remove(1)), "level.3", "missing"),
        (|it| it.levels[1] = it.levels[0].clone(), "level.4", "twice"),
        (
            |it| it.levels[0].call_out.teams = vec![TeamKind::Agency; 2],
            "level.4.call_out.teams[1]",
            "twice",
        ),
        (
            |it| it.levels[2].order.text = "{evnt}".into(),
            "level.2.order.text",
            "unknown-placeholder",
        ),
        (
            |it| it.levels[2].order.acknowledge_ms = 61 * 60_000,
            "level.2.order.arrive_minutes",
            "arrive-before-acknowledge",
        ),
        (
            |it| it.levels[3].order.ladder[1].0 = 60_000,
            "level.1.order.ladder[1]",
            "ladder-goes-back",
        ),
        (
            |it| it.levels[3].order.ladder[2].1 = StepTarget::Repeat,
            "level.1.order.ladder[2]",
            "ladder-goes-back",
        ),
        (
            |it| it.levels[3].order.ladder[2].0 = 300_001,
            "level.1.order.ladder[2]",
            "ladder-too-late",
        ),
        (
            |it| it.levels[0].order.muster_points = vec!["A".into(), "A".into()],
            "level.4.order.muster_points[1]",
            "twice",
        ),
        (
            |it| it.levels[0].reports.first_written_ms = 60_000,
            "level.4.reports.first_written_minutes",
            "written-before-phone",
        ),
        (
            |it| it.levels[0].in_place_ms = Some(DEADLINE_MAX_MS + 1),
            "level.4.in_place_minutes",
            "out-of-range",
        ),
        (
            |it| it.levels[0].authority.posts.clear(),
            "level.4.authority.posts",
            "missing",
        ),
        (
            |it| it.levels[2].authority.second_person = false,
            "level.2.authority.second_person",
            "second-person-needed",
        ),
    ];
    for (change, key, word) in cases {
        let found = problems(change);
        assert!(found.contains(&(key.to_owned(), word)), "{key} {word}: {found:?}");
    }
    let several = problems(|it| {
        it.name = "".into();
        it.levels[0].authority.posts.clear();
        it.levels[3].order.text = "".into();
    });
    assert_eq!(several.len(), 3, "{several:?}");
}

#[test]
fn levels_out_of_order_are_refused() {
    assert_eq!(problems(|it| it.levels.reverse()), [("level".to_owned(), "missing")]);
}

#[test]
fn m2_no_plan_can_do_without_the_second_person_of_the_two_highest_levels() {
    let mut lax = plan("flood", flood());
    lax.levels
        .iter_mut()
        .for_each(|row| row.authority.second_person = false);
    let needs = LEVELS.map(|level| lax.needs_second_person(level));
    assert_eq!(needs, [false, false, true, true]);
    let mut district = district();
    district.when(import(lax));
    assert!(matches!(district.outcome(), Err(Rejection::BadPlan { problems }) if problems.len() == 2));
}

#[test]
fn each_level_calls_out_what_the_lower_ones_do() {
    let plan = plan("flood", flood());
    let at = |level| plan.call_out(level);
    assert_eq!(at(Level::IV).teams, [TeamKind::Support, TeamKind::Special]);
    let two = at(Level::II);
    assert_eq!((two.teams.len(), two.staff, two.members), (4, false, false));
    assert!(at(Level::I).staff && at(Level::I).members && at(Level::I).teams.len() == 4);
}

#[test]
fn the_order_names_what_happened_and_leaves_other_braces_alone() {
    let words = Words {
        event: "“{level}”".into(),
        scope: vec!["荷城".into(), "明城".into()],
        jurisdiction: "高明区".into(),
    };
    let mut flood = plan("flood", flood());
    flood.levels[2].order.text = "{jurisdiction} {plan} {event} {level}级 {scope} { ".into();
    let draft = flood.draft(Level::II, &words).expect("a level");
    assert_eq!(&*draft.text, "高明区 plan for flood “{level}” Ⅱ级 荷城、明城 { ");
    assert_eq!(draft.acknowledge, Deadline::WithinMs(300_000));
    assert_eq!((draft.ladder.len(), draft.sign_offs.len()), (3, 1));
    // An order stays readable however many villages it is about.
    flood.levels[2].order.text = "{scope}".into();
    let words = Words {
        scope: (1..=79).map(|number| format!("村{number}").into()).collect(),
        ..words
    };
    let draft = flood.draft(Level::II, &words).expect("a level");
    assert!(
        draft.text.starts_with("村1、村2、") && draft.text.ends_with("、村20等79处"),
        "{}",
        draft.text
    );
}

#[test]
fn an_import_makes_a_version_and_the_same_again_none() {
    let mut district = district();
    district.accepts(import(plan("flood", flood())));
    assert_eq!(
        (report(&district).version, report(&district).changed),
        (1, true),
        "it pins what ships"
    );
    district.accepts(import(plan("flood", flood()))).changes_nothing();
    assert_eq!((report(&district).version, report(&district).changed), (1, false));
    let mut other = plan("flood", flood());
    other.basis = "区府办〔2026〕7号".into();
    district.accepts(import(other.clone()));
    assert_eq!(report(&district).version, 2);
    let kinds = district.state.plan_kinds(&district.policy);
    assert_eq!(kinds, ["earthquake", "epidemic", "flood", "generic", "typhoon"]);
    let in_force = |kind| {
        district
            .state
            .plan(kind, &district.policy)
            .map(|(version, plan)| (version, &*plan.basis))
    };
    assert_eq!(in_force("flood"), Some((2, &*other.basis)));
    assert_eq!(in_force("typhoon"), Some((0, "")));
    assert_eq!(in_force("war"), None);
    let version = |number| district.state.plan_version("flood", number, &district.policy).is_some();
    assert_eq!([0, 1, 2, 3].map(version), [true, true, true, false]);
}

#[test]
fn what_the_district_does_not_have_is_a_warning() {
    let mut district = district();
    let mut flood = plan("flood", flood());
    flood.levels[0].order.muster_points = vec!["MP-EAST".into(), "MP-NORTH".into()];
    // A level that takes it over is no second warning.
    flood.levels[1].order.muster_points = vec!["MP-NORTH".into()];
    district.accepts(import_posts(
        ImportMode::AllOrNothing,
        vec![post_row(1, "D", "commander", "", 29)],
    ));
    district.accepts(import(flood));
    let warnings = report(&district).warnings;
    let first = PlanWarning::UnknownMusterPoint {
        key: "level.4.order.muster_points[1]".into(),
        code: "MP-NORTH".into(),
    };
    let posts = ["sector-lead", "town-mayor", "town-secretary"];
    let nobody = posts.map(|post| PlanWarning::NobodyHolds { post: post.into() });
    assert_eq!(warnings, [vec![first], nobody.to_vec()].concat());
}

#[test]
fn an_active_response_keeps_the_version_it_was_activated_with() {
    let mut district = district();
    let due = |district: &mut District, response| {
        let audience = AddressList {
            call_out: true,
            ..AddressList::default()
        };
        district.accepts(Command::IssueOrder(IssueOrder {
            response,
            audience,
            draft: draft(),
        }));
        let Answer::Issued(issued) = district.answer() else {
            panic!("no order")
        };
        issued.due
    };
    district.activate();
    let mut calm = flood();
    calm[0].teams = vec![TeamKind::Special];
    district.accepts(import(plan("typhoon", calm)));
    assert_eq!(
        due(&mut district, R1),
        7,
        "support and special teams, as when it was activated"
    );
    district.accepts(Command::TerminateResponse(TerminateResponse {
        response: R1,
        reason: "over".into(),
    }));
    district.accepts(Command::ActivateResponse(activate(4)));
    let second = ResponseId(2);
    assert_eq!(
        district.state.responses.get(second).map(|it| it.spec.plan_version),
        Some(1)
    );
    assert_eq!(due(&mut district, second), 2, "the special team only");
    let mut war = activate(4);
    war.asked.plan = "war".into();
    district.when(Command::ActivateResponse(war));
    assert!(matches!(district.outcome(), Err(Rejection::UnknownPlan { .. })));
}

#[test]
fn those_on_standby_are_called_out_within_the_scope_when_the_plan_says_so() {
    let mut district = duty::tests::peacetime();
    let members = [
        ("lead", "", 1, "", 1),
        ("officer", "", 1, "", 2),
        ("officer", "", 1, "", 3),
        ("standby", "", 1, "", 4),
    ];
    district.accepts(duty::tests::import(duty::tests::rows(
        "A1",
        "two-shift",
        "2026-08-31",
        &members,
    )));
    let mut standby: [CallOut; 4] = std::array::from_fn(|_| CallOut::default());
    standby[0].on_duty = vec![duty::Position::Standby];
    district.start_at(duty::tests::at("2026-09-01 12:00"));
    district.accepts(import(plan("typhoon", standby)));
    let mut command = activate(4);
    command.order = Some(draft());
    district.accepts(Command::ActivateResponse(command.clone()));
    let ledger = &district.current(crate::testing::O1).ledger;
    let called: Vec<_> = ledger.rows().iter().map(|row| row.person).collect();
    assert_eq!(called, [PersonId(4)]);
    command.asked.scope = vec!["T1".into()];
    command.asked.event = "elsewhere".into();
    district
        .when(Command::ActivateResponse(command))
        .rejects(Rejection::EmptyAudience);
}

#[test]
fn the_overlay_names_who_would_command_and_who_would_take_over() {
    let mut district = district();
    district.accepts(import_posts(
        ImportMode::AllOrNothing,
        vec![
            post_row(1, "D", "commander", "primary", 29),
            post_row(2, "D", "deputy-commander", "", 30),
            post_row(3, "T1", "town-secretary", "primary", 15),
            post_row(4, "T1", "town-secretary", "backup", 16),
            post_row(5, "T1", "town-mayor", "primary", 16),
            post_row(6, "T2", "town-mayor", "primary", 25),
            post_row(7, "V11", "sector-lead", "primary", 15),
        ],
    ));
    let plan = plan("flood", flood());
    let unit = |code: &str| district.state.org.by_code(code).expect("the unit").id;
    let nodes = nodes(
        &district.state,
        &plan,
        unit("D"),
        &[unit("T1")],
        crate::testing::minute(1),
    );
    let shown: Vec<_> = nodes
        .iter()
        .map(|node| {
            let who = |person: Option<PersonId>| person.map_or(0, |person| person.0);
            (
                node.row,
                &*district.state.org.get(node.unit).code,
                who(node.commander()),
                who(node.backup()),
            )
        })
        .collect();
    let expected = [(0, "D", 29, 30), (1, "T1", 15, 16), (2, "V11", 15, 0), (2, "V12", 0, 0)];
    assert_eq!(shown, expected, "nothing of T2, which is not in the scope");
}
