//! Plans and posts.

use baiying_core::calendar::Minute;
use baiying_core::duty::Position;
use baiying_core::plan::{
    Authority, CallOut, CommandRow, LevelPlan, OrderTemplate, Plan, PlanReport, PlanWarning, ReportClocks,
};
use baiying_core::post::Holders;

use super::*;

/// How many kinds of event there are here.
pub(super) const KINDS: usize = 2;

fn call_out() -> impl Strategy<Value = CallOut> {
    (
        vec(one(&TeamKind::ALL), 0..3),
        vec(one(&Position::ALL), 0..3),
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(|(teams, on_duty, staff, members)| CallOut {
            teams,
            on_duty,
            staff,
            members,
        })
}

fn template() -> impl Strategy<Value = OrderTemplate> {
    (
        text(),
        any::<[u64; 2]>(),
        option::of(any::<u64>()),
        vec((any::<u64>(), one(&StepTarget::ALL)), 0..3),
        vec(text(), 0..3),
        vec(text(), 0..3),
    )
        .prop_map(
            |(text, [acknowledge_ms, arrive_ms], grace_ms, ladder, muster_points, sign_offs)| OrderTemplate {
                text,
                acknowledge_ms,
                arrive_ms,
                grace_ms,
                ladder,
                muster_points,
                sign_offs,
            },
        )
}

fn clocks() -> impl Strategy<Value = ReportClocks> {
    (any::<[u64; 3]>(), option::of(0..=1440_u16), any::<bool>()).prop_map(
        |([first_phone_ms, first_written_ms, follow_up_ms], daily_at, zero_report)| ReportClocks {
            first_phone_ms,
            first_written_ms,
            follow_up_ms,
            daily_at: daily_at.map(Minute::new),
            zero_report,
        },
    )
}

fn level_plan() -> impl Strategy<Value = LevelPlan> {
    (
        level(),
        call_out(),
        template(),
        clocks(),
        option::of(any::<u64>()),
        (vec(text(), 0..3), any::<bool>()),
    )
        .prop_map(
            |(level, call_out, order, reports, in_place_ms, (posts, second_person))| LevelPlan {
                level,
                call_out,
                order,
                reports,
                in_place_ms,
                authority: Authority { posts, second_person },
            },
        )
}

fn plan() -> impl Strategy<Value = Plan> {
    let row =
        (text(), one(&UnitKind::ALL), text(), option::of(text())).prop_map(|(role, at, primary, backup)| CommandRow {
            role,
            at,
            primary,
            backup,
        });
    (
        text(),
        text(),
        text(),
        any::<u64>(),
        vec(row, 0..3),
        vec(level_plan(), 0..3),
    )
        .prop_map(|(kind, name, basis, provisional_ms, command, levels)| Plan {
            kind,
            name,
            basis,
            provisional_ms,
            command,
            levels,
        })
}

/// Any event of these kinds.
pub(super) fn events() -> impl Strategy<Value = Event> {
    prop_oneof![
        (num(), plan()).prop_map(|(version, plan)| Event::PlanImported {
            version,
            plan: Arc::new(plan)
        }),
        (unit(), text(), option::of(person()), option::of(person())).prop_map(|(unit, post, primary, backup)| {
            Event::PostFilled {
                unit,
                post,
                holders: Holders { primary, backup },
            }
        }),
    ]
}

/// Any answer about plans.
pub(super) fn answers() -> impl Strategy<Value = Answer> {
    let warning = prop_oneof![
        (text(), text()).prop_map(|(key, code)| PlanWarning::UnknownMusterPoint { key, code }),
        text().prop_map(|post| PlanWarning::NobodyHolds { post }),
    ];
    (text(), num(), any::<bool>(), vec(warning, 0..3)).prop_map(|(kind, version, changed, warnings)| {
        Answer::Plan(Arc::new(PlanReport {
            kind,
            version,
            changed,
            warnings,
        }))
    })
}

/// One entry of each kind, one with the answer, and a response that follows a version, with every field set to something that is not its default.
pub(super) fn examples() -> Vec<Entry> {
    let order = OrderTemplate {
        text: "{event}{level}级响应".into(),
        acknowledge_ms: 300_000,
        arrive_ms: 3_600_000,
        grace_ms: Some(600_000),
        ladder: vec![(60_000, StepTarget::Repeat), (120_000, StepTarget::DutyLead)],
        muster_points: vec!["MP-1".into()],
        sign_offs: vec!["logistics".into()],
    };
    let level = LevelPlan {
        level: Level::II,
        call_out: CallOut {
            teams: vec![TeamKind::Agency, TeamKind::Special],
            on_duty: vec![Position::Standby],
            staff: true,
            members: true,
        },
        order,
        reports: ReportClocks {
            first_phone_ms: 1_200_000,
            first_written_ms: 2_400_000,
            follow_up_ms: 7_200_000,
            daily_at: Some(Minute::new(480)),
            zero_report: true,
        },
        in_place_ms: Some(43_200_000),
        authority: Authority {
            posts: vec!["commander".into()],
            second_person: true,
        },
    };
    let plan = Plan {
        kind: "flood".into(),
        name: "防汛应急预案".into(),
        basis: "高府办〔2026〕7号".into(),
        provisional_ms: 1_800_000,
        command: vec![CommandRow {
            role: "town-commander".into(),
            at: UnitKind::Town,
            primary: "town-secretary".into(),
            backup: Some("town-mayor".into()),
        }],
        levels: vec![level],
    };
    let report = PlanReport {
        kind: "flood".into(),
        version: 3,
        changed: true,
        warnings: vec![
            PlanWarning::UnknownMusterPoint {
                key: "level.4.order.muster_points[0]".into(),
                code: "MP-9".into(),
            },
            PlanWarning::NobodyHolds {
                post: "grid-lead".into(),
            },
        ],
    };
    let entry = |event, answer| Entry {
        at: Timestamp::from_unix_ms(1_760_000_000_000),
        actor: Actor("desk:1".into()),
        request: Some(Answered {
            request_id: "req-2".into(),
            digest: 0x0102_0304_0506_0708,
            answer,
        }),
        events: vec![event],
    };
    vec![
        entry(
            Event::PlanImported {
                version: 3,
                plan: Arc::new(plan),
            },
            Answer::Plan(Arc::new(report)),
        ),
        entry(
            Event::PostFilled {
                unit: UnitId(5),
                post: "town-secretary".into(),
                holders: Holders {
                    primary: Some(PersonId(3)),
                    backup: Some(PersonId(4)),
                },
            },
            Answer::Done,
        ),
        entry(
            Event::ResponseActivated {
                response: ResponseId(2),
                spec: ResponseSpec {
                    event: "台风“海葵”".into(),
                    plan: "typhoon".into(),
                    jurisdiction: UnitId(1),
                    level: Level::II,
                    scope: vec![UnitId(5)],
                    reason: "登陆".into(),
                    basis: "高防〔2026〕9号".into(),
                    plan_version: 3,
                },
            },
            Answer::Done,
        ),
    ]
}
