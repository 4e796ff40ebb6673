//! Laws over random sequences of what is decided on responses, with what comes between: see `laws`. The switch twice is the switch
//! once (M6), and after the end of every response the district is as it was in peacetime.

use proptest::prelude::*;
use proptest::sample::select;

use super::with_posts;
use crate::State;
use crate::command::Command;
use crate::command_post::{HandOver, tree};
use crate::id::{LeaveId, OrderId, PersonId, ResponseId};
use crate::in_place::{OpenWindows, tests::members};
use crate::leave::{DecideLeave, LeaveReason, LeaveVerdict, RequestLeave};
use crate::order::Deadline;
use crate::reinforcement::RequestReinforcement;
use crate::response::{
    ActivateResponse, Approval, ApproveResponse, Asked, ChangeLevel, ConfirmResponse, Phase, RejectResponse,
    RequestResponse, TemplateOrders, TerminateResponse,
};
use crate::testing::{COMMANDER, DEPUTY, District, EAST, WEST, activate, check_in, draft, minute};

/// Mostly those who may: the commander, the deputy, a town's secretary.
fn who() -> impl Strategy<Value = PersonId> {
    prop_oneof![
        8 => Just(COMMANDER.0),
        4 => Just(DEPUTY.0),
        2 => Just(25),
        1 => 1..=30u32,
        1 => select(vec![0, 31]),
    ]
    .prop_map(PersonId)
}

fn approval() -> impl Strategy<Value = Approval> {
    (prop::option::weighted(0.9, who()), prop::option::weighted(0.95, who())).prop_map(|(requested_by, approved_by)| {
        Approval {
            requested_by,
            approved_by,
        }
    })
}

fn scope() -> impl Strategy<Value = Vec<Box<str>>> {
    select(vec![
        vec![],
        vec![],
        vec!["T1"],
        vec!["T1", "T2"],
        vec!["V12"],
        vec!["V11", "V22"],
        vec!["X"],
    ])
    .prop_map(|codes| codes.into_iter().map(Into::into).collect())
}

fn asked() -> impl Strategy<Value = Asked> {
    let event = select(vec!["", "", "surge", "outbreak"]);
    let jurisdiction = select(vec!["", "", "", "T1"]);
    let plan = select(vec!["typhoon", "typhoon", "flood", "epidemic"]);
    (event, jurisdiction, plan, 0..=5u32, scope()).prop_map(|(event, jurisdiction, plan, level, scope)| Asked {
        plan: plan.into(),
        event: event.into(),
        jurisdiction: jurisdiction.into(),
        scope,
        ..activate(level).asked
    })
}

fn template() -> impl Strategy<Value = Option<TemplateOrders>> {
    let points = select(vec![EAST, EAST, WEST, "nowhere"]);
    prop::option::weighted(
        0.7,
        points.prop_map(|point| TemplateOrders {
            muster_points: vec![point.into()],
        }),
    )
}

fn response() -> impl Strategy<Value = ResponseId> {
    prop_oneof![12 => 1..=3u32, 1 => select(vec![0, 9])].prop_map(ResponseId)
}

/// What turns peacetime into emergency, if it is accepted.
fn begins() -> impl Strategy<Value = Command> {
    let activates = (
        asked(),
        approval(),
        any::<bool>(),
        prop::bool::weighted(0.3),
        template(),
    )
        .prop_map(|(asked, approval, has_order, provisional, template)| {
            Command::ActivateResponse(ActivateResponse {
                asked,
                approval,
                provisional,
                order: (has_order && template.is_none()).then(draft),
                template,
            })
        });
    let approves = (response(), who(), template()).prop_map(|(response, approved_by, template)| {
        Command::ApproveResponse(ApproveResponse {
            response,
            approved_by,
            order: None,
            template,
        })
    });
    prop_oneof![3 => activates, 2 => approves]
}

fn decides() -> impl Strategy<Value = Command> {
    let requests = (asked(), who())
        .prop_map(|(asked, requested_by)| Command::RequestResponse(RequestResponse { asked, requested_by }));
    let rejects = (response(), who()).prop_map(|(response, by)| {
        let reason = "no rain".into();
        Command::RejectResponse(RejectResponse { response, by, reason })
    });
    let confirms = (response(), who())
        .prop_map(|(response, approved_by)| Command::ConfirmResponse(ConfirmResponse { response, approved_by }));
    let changes = (response(), any::<bool>(), 0..=5u32, scope(), approval(), template()).prop_map(
        |(response, up, level, scope, approval, template)| {
            Command::ChangeLevel(ChangeLevel {
                response,
                up,
                level,
                scope,
                reason: "the water".into(),
                basis: "".into(),
                approval,
                template,
            })
        },
    );
    let hands =
        (response(), select(vec!["D", "T1", "T2", "V11", "V22", "X"]), 1..=31u32).prop_map(|(response, unit, to)| {
            Command::HandOver(HandOver {
                response,
                unit_code: unit.into(),
                role: "".into(),
                to: PersonId(to),
                reason: "relief".into(),
            })
        });
    let ends = (response(), select(vec!["", "over"])).prop_map(|(response, reason)| {
        let reason = reason.into();
        Command::TerminateResponse(TerminateResponse { response, reason })
    });
    prop_oneof![2 => requests, 1 => rejects, 3 => confirms, 5 => changes, 2 => hands, 2 => ends]
}

/// What people and towns do meanwhile.
fn meanwhile() -> impl Strategy<Value = Command> {
    let arrives = (1..=6u32, prop::collection::vec(1..=30u32, 1..6))
        .prop_map(|(order, who)| Command::CheckIn(check_in(OrderId(order), who)));
    let leaves = (1..=30u32, 0..200i64).prop_map(|(person, from)| {
        Command::RequestLeave(RequestLeave {
            person: PersonId(person),
            reason: LeaveReason::Medical,
            note: "".into(),
            from: minute(from).unix_ms(),
            until: minute(from + 120).unix_ms(),
        })
    });
    let opens = (response(), select(vec!["V12", "T2"])).prop_map(|(response, area)| {
        Command::OpenWindows(OpenWindows {
            response,
            key_area: vec![area.into()],
            mobilized_by: "A1".into(),
            deadline: Deadline::WithinMs(30 * 60_000),
            text: "".into(),
        })
    });
    let asks = (response(), 1..=5u32).prop_map(|(response, number)| {
        Command::RequestReinforcement(RequestReinforcement {
            response,
            town_code: "T1".into(),
            number,
            skills: Vec::new(),
            muster_point: EAST.into(),
            village_code: "".into(),
            arrive: Deadline::WithinMs(60 * 60_000),
            task: "sandbags".into(),
            reason: "the water rises".into(),
            sign_offs: Vec::new(),
        })
    });
    let verdicts = (1..=4u32).prop_map(|leave| {
        Command::DecideLeave(DecideLeave {
            leave: LeaveId(leave),
            verdict: LeaveVerdict::Approved,
        })
    });
    prop_oneof![4 => arrives, 2 => leaves, 2 => verdicts, 1 => opens, 1 => asks]
}

fn step() -> impl Strategy<Value = (i64, bool, Command)> {
    let command = prop_oneof![4 => begins(), 6 => decides(), 4 => meanwhile()];
    // Often at the instant at which a provisional start lapses.
    let pause = select(vec![0, 0, 1, 7, 15, 29, 30, 30, 60, 750]);
    (pause, prop::bool::weighted(0.6), command)
}

/// Asks again: under the same request id it is answered as before, under another one it is refused; nothing changes either way.
fn again(district: &mut District, command: &Command, number: usize) {
    let (before, answer) = (district.state.clone(), district.answer().clone());
    district
        .under(&format!("request {number}"), 1)
        .when(command.clone())
        .answers(&answer);
    assert_eq!(district.state, before, "a repeat is no second switch (M6)");
    district.when(command.clone());
    assert!(!district.is_accepted(), "the switch twice (M6): {command:?}");
    assert_eq!(district.state, before);
}

/// Ends whatever goes on, and says what there is to see of peacetime.
fn stand_down(district: &mut District) {
    let all: Vec<_> = district
        .state
        .responses
        .iter()
        .map(|row| (row.id, row.phase.clone(), row.is_active()))
        .collect();
    for (response, phase, is_active) in all {
        if is_active {
            let reason = "over".into();
            district.accepts(Command::TerminateResponse(TerminateResponse { response, reason }));
        } else if phase == Phase::Requested {
            district.accepts(Command::RejectResponse(RejectResponse {
                response,
                by: COMMANDER,
                reason: "over".into(),
            }));
        }
    }
}

/// People with their homes, teams, posts and rosters: what the switch must not touch.
fn peacetime(state: &State) -> impl PartialEq + use<> {
    let people: Vec<_> = state.people.iter().cloned().collect();
    (
        people,
        state.org.clone(),
        state.teams.clone(),
        state.posts.clone(),
        state.rosters.clone(),
    )
}

fn run(steps: Vec<(i64, bool, Command)>) {
    let mut district = with_posts(members());
    let before = peacetime(&district.state);
    let mut now = 0;
    for (number, (pause, is_fired, command)) in steps.into_iter().enumerate() {
        now += pause;
        district.at(now);
        if is_fired {
            district.fire();
            district.fire().changes_nothing();
        }
        // Nobody approves leave that they asked for themselves.
        let is_verdict = matches!(command, Command::DecideLeave(_));
        district.by(if is_verdict { "approver" } else { "centre" });
        let begins = matches!(command, Command::ActivateResponse(_) | Command::ApproveResponse(_));
        let is_accepted = district
            .under(&format!("request {number}"), 1)
            .when(command.clone())
            .is_accepted();
        if begins && is_accepted {
            again(&mut district, &command, number);
        }
        assert!(peacetime(&district.state) == before, "home relations stay as they are");
    }
    stand_down(&mut district);
    let state = &district.state;
    assert!(peacetime(state) == before, "home relations stay as they are");
    assert!(
        state.people.iter().all(|person| state.duty(person.id).is_none()),
        "everybody is back"
    );
    assert!(state.orders.iter().all(|order| !order.current().is_open()));
    assert!(
        tree(state, None, None, minute(now)).is_empty(),
        "nobody commands in peacetime"
    );
    district.at(now + 2_000).fire();
    district.fire().changes_nothing();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_decided_the_laws_hold_and_peacetime_comes_back(steps in prop::collection::vec(step(), 1..30)) {
        run(steps);
    }
}
