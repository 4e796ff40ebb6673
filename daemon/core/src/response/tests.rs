//! The life of a response: asked for, approved, provisional, switched, lapsed, and who may.

mod properties;

use super::*;
use crate::Rejection;
use crate::command::Command;
use crate::event::Event;
use crate::order::{Deadline, DutyClass};
use crate::post::tests::{import_posts, post_row};
use crate::testing::{COMMANDER, DEPUTY, District, EAST, O1, O2, R1, activate, approval, district, minute};

const ALL: crate::import::ImportMode = crate::import::ImportMode::AllOrNothing;

/// Towns have secretaries and mayors, V11 a sector lead.
fn commanded() -> District {
    with_posts(district())
}

fn with_posts(mut district: District) -> District {
    let rows = vec![
        post_row(1, "T1", "town-secretary", "", 25),
        post_row(2, "T1", "town-mayor", "", 26),
        post_row(3, "T2", "town-secretary", "", 27),
        post_row(4, "T2", "town-secretary", "backup", 28),
        post_row(5, "V11", "sector-lead", "", 17),
    ];
    district.accepts(import_posts(ALL, rows));
    district
}

fn switch(change: impl FnOnce(&mut ActivateResponse)) -> Command {
    let mut activation = activate(4);
    activation.template = Some(TemplateOrders {
        muster_points: vec![EAST.into()],
    });
    change(&mut activation);
    Command::ActivateResponse(activation)
}

fn phase(district: &District) -> Phase {
    district.state.responses.get(R1).expect("the response").phase.clone()
}

fn commander(district: &District, code: &str) -> Option<u32> {
    let unit = district.state.org.by_code(code).expect("the unit").id;
    let (_, command) = district.state.command_at(unit)?;
    command
        .acting(&district.state, district.state.at().expect("a time"))
        .map(|person| person.0)
}

#[test]
fn m2_who_approves_holds_a_post_that_may_and_two_persons_differ() {
    let mut district = district();
    let with = |level, requested_by, approved_by| {
        let mut activation = activate(level);
        activation.approval = Approval {
            requested_by,
            approved_by,
        };
        Command::ActivateResponse(activation)
    };
    let both: Box<str> = "commander, deputy-commander".into();
    let (level, unit): (_, Box<str>) = (Level::IV, "D".into());
    district
        .when(with(4, Some(COMMANDER), None))
        .rejects(Rejection::ApproverMissing {
            level,
            posts: both.clone(),
        });
    district
        .when(with(4, None, Some(PersonId(1))))
        .rejects(Rejection::NoAuthority {
            person: PersonId(1),
            unit: unit.clone(),
            level,
            posts: both,
        });
    // The deputy may put Ⅱ in force and not Ⅰ.
    district
        .when(with(1, Some(COMMANDER), Some(DEPUTY)))
        .rejects(Rejection::NoAuthority {
            person: DEPUTY,
            unit,
            level: Level::I,
            posts: "commander".into(),
        });
    let level = Level::II;
    district
        .when(with(2, None, Some(DEPUTY)))
        .rejects(Rejection::SecondPersonMissing { level });
    district
        .when(with(2, Some(DEPUTY), Some(DEPUTY)))
        .rejects(Rejection::SameTwoPersons { person: DEPUTY, level });
    district.accepts(with(2, Some(PersonId(1)), Some(DEPUTY)));
    let row = district.state.responses.get(R1).expect("the response");
    let kept: Vec<_> = row
        .authorizations
        .iter()
        .map(|it| (it.version, it.approved_by, &*it.post))
        .collect();
    assert_eq!(kept, [(1, DEPUTY, "deputy-commander")]);
    assert_eq!(
        (row.requested_by, row.phase.clone()),
        (Some(PersonId(1)), Phase::Active)
    );
}

#[test]
fn b_approves_while_a_is_on_leave_and_not_before() {
    let mut district = district();
    district.accepts(import_posts(ALL, vec![post_row(1, "D", "commander", "backup", 5)]));
    let command = || {
        let mut activation = activate(1);
        activation.approval.approved_by = Some(PersonId(5));
        Command::ActivateResponse(activation)
    };
    district.when(command());
    assert!(matches!(district.outcome(), Err(Rejection::NoAuthority { .. })));
    district.on_leave(COMMANDER.0, -1, 600);
    district.accepts(command());
}

#[test]
fn a_response_is_asked_for_then_approved_and_only_then_anything_happens() {
    let mut district = commanded();
    let request = || {
        Command::RequestResponse(RequestResponse {
            asked: activate(2).asked,
            requested_by: PersonId(1),
        })
    };
    district.accepts(request());
    assert_eq!(phase(&district), Phase::Requested);
    let root = district.state.org.root().expect("the district").id;
    assert_eq!(
        district.state.responses.effective_level(&district.state.org, root),
        None
    );
    district.when(request()).rejects(Rejection::ResponseActive {
        event: "plan for typhoon".into(),
        response: R1,
    });
    district
        .when(crate::testing::issue([1], crate::testing::draft()))
        .rejects(Rejection::ResponseNotActive { response: R1 });
    let approve = |approved_by| {
        Command::ApproveResponse(ApproveResponse {
            response: R1,
            approved_by,
            order: None,
            template: Some(TemplateOrders {
                muster_points: vec![EAST.into()],
            }),
        })
    };
    district.when(approve(PersonId(1)));
    assert!(matches!(district.outcome(), Err(Rejection::NoAuthority { .. })));
    district.accepts(approve(COMMANDER));
    assert_eq!(phase(&district), Phase::Active);
    assert_eq!(district.state.responses.get(R1).map(|row| row.epoch), Some(1));
    district
        .when(approve(COMMANDER))
        .rejects(Rejection::ResponseNotRequested { response: R1 });
}

#[test]
fn what_was_turned_down_is_over_and_can_be_asked_for_again() {
    let mut district = district();
    let request = || {
        Command::RequestResponse(RequestResponse {
            asked: activate(3).asked,
            requested_by: PersonId(1),
        })
    };
    let reject = Command::RejectResponse(RejectResponse {
        response: R1,
        by: COMMANDER,
        reason: "no rain".into(),
    });
    district.accepts(request());
    // Whoever could not approve it cannot turn it down either.
    let mut other = reject.clone();
    if let Command::RejectResponse(command) = &mut other {
        command.by = PersonId(2);
    }
    district.when(other);
    assert!(matches!(district.outcome(), Err(Rejection::NoAuthority { .. })));
    district.accepts(reject.clone());
    assert!(matches!(phase(&district), Phase::Rejected { .. }));
    district
        .when(reject)
        .rejects(Rejection::ResponseNotRequested { response: R1 });
    district.accepts(request());
    // Who asked takes it back.
    district.accepts(Command::RejectResponse(RejectResponse {
        response: ResponseId(2),
        by: PersonId(1),
        reason: "a mistake".into(),
    }));
}

#[test]
fn a_provisional_start_lapses_unless_it_is_confirmed() {
    let over = |by, scope: &str| {
        switch(|it| {
            it.provisional = true;
            it.asked.scope = vec![scope.into()];
            it.approval = Approval {
                requested_by: by,
                approved_by: None,
            };
        })
    };
    let provisional = |by| over(by, "T1");
    let mut district = commanded();
    // Nobody in particular; and a town's secretary over more than the town.
    for (person, scope) in [(PersonId(3), "T1"), (PersonId(25), "D"), (PersonId(25), "T2")] {
        district
            .when(over(Some(person), scope))
            .rejects(Rejection::NotADutyLead {
                person,
                unit: "D".into(),
            });
    }
    // A town's secretary starts; support and special teams are called out at once.
    district.accepts(provisional(Some(PersonId(25))));
    assert_eq!(phase(&district), Phase::Provisional { until: minute(30) });
    assert_eq!(district.state.duty(PersonId(18)), Some(O2));
    district.at(29).fire();
    assert!(matches!(phase(&district), Phase::Provisional { .. }));
    district.at(30).fire();
    assert_eq!(phase(&district), Phase::Lapsed);
    assert_eq!(district.state.duty(PersonId(18)), None);
    let confirm = |response, approved_by| Command::ConfirmResponse(ConfirmResponse { response, approved_by });
    district
        .when(confirm(R1, COMMANDER))
        .rejects(Rejection::ResponseTerminated { response: R1 });
    // Again, and confirmed in time.
    let second = ResponseId(2);
    district.accepts(provisional(Some(PersonId(25))));
    district.when(confirm(second, PersonId(25)));
    assert!(matches!(district.outcome(), Err(Rejection::NoAuthority { .. })));
    district.accepts(confirm(second, DEPUTY));
    district
        .when(confirm(second, DEPUTY))
        .rejects(Rejection::ResponseNotProvisional { response: second });
    district.at(120).fire();
    let row = district.state.responses.get(second).expect("the second");
    assert!(row.is_active() && row.phase == Phase::Active);
}

#[test]
fn a_provisional_start_of_a_high_level_is_confirmed_by_somebody_else() {
    let mut district = commanded();
    let start = |by| {
        switch(|it| {
            it.asked.level = 2;
            it.provisional = true;
            it.approval = Approval {
                requested_by: Some(by),
                approved_by: None,
            };
        })
    };
    district.accepts(start(DEPUTY));
    let confirm = |approved_by| {
        Command::ConfirmResponse(ConfirmResponse {
            response: R1,
            approved_by,
        })
    };
    let (person, level) = (DEPUTY, Level::II);
    district
        .when(confirm(DEPUTY))
        .rejects(Rejection::SameTwoPersons { person, level });
    district.accepts(confirm(COMMANDER));
    let row = district.state.responses.get(R1).expect("the response");
    assert_eq!((row.requested_by, row.phase.clone()), (Some(DEPUTY), Phase::Active));
    assert_eq!(row.authorizations[0].requested_by, Some(DEPUTY));
}

/// The window of a village ends at the instant at which the start lapses: it is closed once.
#[test]
fn what_a_lapse_closes_is_not_closed_again_by_its_own_timer() {
    let mut district = with_posts(crate::in_place::tests::members());
    district.policy.in_place.confirm_ms = 10 * 60_000;
    district.accepts(switch(|it| {
        it.provisional = true;
        it.approval.approved_by = None;
    }));
    district.accepts(Command::OpenWindows(crate::in_place::OpenWindows {
        response: R1,
        key_area: vec!["V12".into()],
        mobilized_by: "A1".into(),
        deadline: Deadline::WithinMs(20 * 60_000),
        text: "".into(),
    }));
    let window_order = OrderId(3);
    assert!(district.current(window_order).is_open());
    district.at(30).fire();
    assert_eq!(phase(&district), Phase::Lapsed);
    district.then(|events| {
        let closed = |event: &&Event| matches!(event, Event::OrderCancelled { order, .. } if *order == window_order);
        assert_eq!(events.iter().filter(closed).count(), 1);
        let windows = |event: &&Event| matches!(event, Event::InPlaceWindowClosed { .. });
        assert_eq!(events.iter().filter(windows).count(), 1);
    });
}

#[test]
fn whom_another_response_kept_is_called_once_that_is_over() {
    let mut district = commanded();
    district.accepts(switch(|_| {}));
    district.accepts(switch(|it| it.asked.event = "outbreak".into()));
    let kept = PersonId(18);
    assert_eq!(district.state.duty(kept), Some(O2));
    district.terminate("over");
    assert_eq!(district.state.duty(kept), None);
    district.accepts(Command::ChangeLevel(ChangeLevel {
        response: ResponseId(2),
        up: true,
        level: 3,
        scope: Vec::new(),
        reason: "more cases".into(),
        basis: "".into(),
        approval: approval(),
        template: Some(TemplateOrders {
            muster_points: vec![EAST.into()],
        }),
    }));
    assert!(district.state.duty(kept).is_some());
}

#[test]
fn the_windows_of_villages_that_leave_the_scope_close_and_the_others_stay() {
    let mut district = with_posts(crate::in_place::tests::members());
    district.accepts(switch(|_| {}));
    district.accepts(Command::OpenWindows(crate::in_place::OpenWindows {
        response: R1,
        key_area: Vec::new(),
        mobilized_by: "A1".into(),
        deadline: Deadline::WithinMs(20 * 60_000),
        text: "".into(),
    }));
    let open = |district: &District| -> Vec<Box<str>> {
        let windows = district.state.in_place.windows().filter(|window| window.is_open());
        let villages = windows.map(|window| district.state.org.get(window.opening.village).code.clone());
        villages.collect()
    };
    let all = open(&district);
    assert!(
        all.iter().any(|code| code.starts_with("V1")) && all.iter().any(|code| code.starts_with("V2")),
        "{all:?}"
    );
    let level = district.state.responses.get(R1).expect("it").level().number();
    district.accepts(Command::ChangeLevel(ChangeLevel {
        response: R1,
        up: true,
        level,
        scope: vec!["T2".into()],
        reason: "the water turned".into(),
        basis: "".into(),
        approval: approval(),
        template: None,
    }));
    let left = open(&district);
    assert!(
        !left.is_empty() && left.iter().all(|code| code.starts_with("V2")),
        "{left:?}"
    );
    let closed = district.state.in_place.windows().filter(|window| !window.is_open());
    for window in closed {
        assert_eq!(
            window.closed.map(|(_, why)| why),
            Some(crate::in_place::CloseReason::LeftScope)
        );
        let order = district.current(window.opening.order);
        assert!(matches!(order.status, crate::order::OrderStatus::Cancelled(_)));
        assert_eq!(
            order.ledger.total().absent,
            0,
            "nobody failed to do what is asked no more"
        );
    }
}

#[test]
fn c3_a_team_that_an_escalation_calls_takes_its_members_from_their_villages() {
    let mut district = with_posts(crate::in_place::tests::members());
    let mut plan = crate::plan::tests::plan("typhoon", Default::default());
    for level in &mut plan.levels {
        level.call_out.teams = vec![crate::team::TeamKind::Agency];
    }
    let plan = std::sync::Arc::new(plan);
    district.accepts(Command::ImportPlan(crate::plan::ImportPlan { plan }));
    district
        .activate()
        .accepts(Command::OpenWindows(crate::in_place::OpenWindows {
            response: R1,
            key_area: vec!["V12".into()],
            mobilized_by: "A1".into(),
            deadline: Deadline::WithinMs(20 * 60_000),
            text: "".into(),
        }));
    district.duty(9, Some(O1));
    let due = |district: &District| {
        let root = district.state.org.root().expect("a root").id;
        let board = district.state.board(crate::board::Scope::Response(R1), root);
        board.total.counts.due
    };
    assert_eq!(due(&district), 8);
    district.accepts(Command::ChangeLevel(ChangeLevel {
        response: R1,
        up: true,
        level: 3,
        scope: Vec::new(),
        reason: "water rises".into(),
        basis: "".into(),
        approval: approval(),
        template: Some(TemplateOrders {
            muster_points: vec![EAST.into()],
        }),
    }));
    let now = district.state.duty(PersonId(9)).expect("called with the team");
    assert_ne!(now, O1);
    let row = district.current(O1).ledger.row(PersonId(9)).expect("a row").clone();
    assert_eq!(
        (row.excuse, row.elsewhere),
        (Some(crate::order::Excuse::OtherDuty), true)
    );
    let mut all: Vec<u32> = Vec::new();
    for order in district.state.board_orders(crate::board::Scope::Response(R1)) {
        all.extend(order.current().ledger.rows().iter().map(|row| row.person.0));
    }
    all.sort_unstable();
    all.dedup();
    assert_eq!(due(&district) as usize, all.len(), "each is due once");
}

#[test]
fn m5_an_event_that_nobody_named_stays_the_same_when_its_plan_gets_another_name() {
    let mut district = district();
    district.accepts(Command::ActivateResponse(activate(3)));
    let event = district.state.responses.get(R1).expect("it").spec.event.clone();
    let mut plan = crate::plan::tests::plan("typhoon", Default::default());
    plan.name = "another name".into();
    let plan = std::sync::Arc::new(plan);
    district.accepts(Command::ImportPlan(crate::plan::ImportPlan { plan }));
    district
        .when(Command::ActivateResponse(activate(3)))
        .rejects(Rejection::ResponseActive { event, response: R1 });
    district.terminate("over");
    district.accepts(Command::ActivateResponse(activate(3)));
    let event = |response| {
        let found = district.state.responses.get(ResponseId(response));
        &*found.expect("it").spec.event
    };
    assert_eq!(event(2), "another name");
}

#[test]
fn the_switch_sets_up_who_commands_where_and_tells_them_first() {
    let mut district = commanded();
    district.on_leave(27, -1, 600);
    district.accepts(switch(|_| {}));
    let all = ["D", "T1", "T2", "V11", "V12"].map(|code| commander(&district, code));
    assert_eq!(
        all,
        [Some(29), Some(25), Some(28), Some(17), None],
        "B where A is absent"
    );
    // Those who command are in one order, everybody else who is called out in the other; nobody in both.
    let (first, second) = (district.current(O1), district.current(O2));
    let people =
        |version: &crate::order::OrderVersion| version.ledger.rows().iter().map(|row| row.person.0).collect::<Vec<_>>();
    assert_eq!(people(first), [17, 25, 28, 29]);
    assert_eq!(first.spec.duty, DutyClass::Command);
    assert_eq!(people(second), [15, 16, 18, 19, 20, 24]);
    assert!(second.spec.text.contains("Ⅳ"), "{}", second.spec.text);
    let row = district.state.responses.get(R1).expect("the response");
    assert!(row.roster > Revision(0) && row.roster < district.state.revision());
    // Home units are what they were, and in peacetime nobody commands.
    district.terminate("over");
    assert_eq!(commander(&district, "T1"), None);
}

#[test]
fn m6_the_switch_twice_is_the_switch_once() {
    let mut district = commanded();
    district.accepts(switch(|_| {}));
    district.when(switch(|_| {})).rejects(Rejection::ResponseActive {
        event: "plan for typhoon".into(),
        response: R1,
    });
}

#[test]
fn the_highest_level_commands_where_responses_overlap() {
    let mut district = commanded();
    district.accepts(switch(|_| {}));
    district.accepts(import_posts(ALL, vec![post_row(1, "T1", "town-secretary", "", 20)]));
    district.accepts(switch(|it| {
        it.template = None;
        it.asked.event = "outbreak".into();
        it.asked.level = 2;
        it.asked.scope = vec!["T1".into()];
    }));
    assert_eq!(
        (commander(&district, "T1"), commander(&district, "T2")),
        (Some(20), Some(27))
    );
    district.accepts(Command::TerminateResponse(TerminateResponse {
        response: ResponseId(2),
        reason: "".into(),
    }));
    assert_eq!(commander(&district, "T1"), Some(25));
}

#[test]
fn a_higher_level_takes_more_authority_and_calls_out_only_who_was_not() {
    let mut district = commanded();
    district.accepts(switch(|it| it.asked.scope = vec!["T1".into()]));
    let raise = |approval: Approval, level: u32| {
        Command::ChangeLevel(ChangeLevel {
            response: R1,
            up: true,
            level,
            scope: vec!["T1".into(), "T2".into()],
            reason: "landfall".into(),
            basis: "".into(),
            approval,
            template: Some(TemplateOrders {
                muster_points: vec![EAST.into()],
            }),
        })
    };
    let alone = Approval {
        requested_by: None,
        approved_by: Some(DEPUTY),
    };
    district
        .when(raise(alone, 2))
        .rejects(Rejection::SecondPersonMissing { level: Level::II });
    let before: Vec<u32> = (1..=30)
        .filter(|number| district.state.duty(PersonId(*number)).is_some())
        .collect();
    district.accepts(raise(approval(), 2));
    let orders: Vec<_> = district.state.responses.get(R1).expect("it").orders.clone();
    let called: Vec<u32> = orders[2..]
        .iter()
        .flat_map(|order| district.current(*order).ledger.rows())
        .filter(|row| row.excuse.is_none())
        .map(|row| row.person.0)
        .collect();
    assert!(
        !called.is_empty() && called.iter().all(|number| !before.contains(number)),
        "{called:?}"
    );
    assert_eq!(
        (commander(&district, "T1"), commander(&district, "T2")),
        (Some(25), Some(27))
    );
    let versions: Vec<_> = district
        .state
        .responses
        .get(R1)
        .expect("it")
        .authorizations
        .iter()
        .map(|it| it.version)
        .collect();
    assert_eq!(versions, [1, 2]);
}

#[test]
fn the_switch_opens_windows_and_proposes_branches_and_the_end_leaves_nothing_open() {
    let mut district = with_posts(crate::in_place::tests::members());
    let homes = |district: &District| -> Vec<_> {
        let rows = district.state.people.iter();
        rows.map(|person| person.home_unit).collect()
    };
    let before = homes(&district);
    district.accepts(switch(|it| it.asked.level = 1));
    let windows = |district: &District| {
        district
            .state
            .in_place
            .windows()
            .filter(|window| window.is_open())
            .count()
    };
    let pending = |district: &District| {
        let branches = district.state.branches.iter();
        branches.filter(|branch| branch.status.is_pending()).count()
    };
    assert!(windows(&district) > 0 && pending(&district) > 0);
    // Nobody is called twice by what goes out in one step.
    for person in district.state.people.iter() {
        let orders = district.state.responses.get(R1).expect("it").orders.iter();
        let calls = orders.filter(|order| {
            let row = district.current(**order).ledger.row(person.id);
            row.is_some_and(|row| row.excuse.is_none())
        });
        assert!(calls.count() <= 1, "{:?}", person.id);
    }
    assert_eq!(homes(&district), before);
    district.accepts(Command::TerminateResponse(TerminateResponse {
        response: R1,
        reason: "the storm turned away".into(),
    }));
    assert_eq!((windows(&district), pending(&district)), (0, 0));
    let row = district.state.responses.get(R1).expect("it");
    assert!(row.orders.iter().all(|order| !district.current(*order).is_open()));
    assert!(
        district
            .state
            .people
            .iter()
            .all(|person| district.state.duty(person.id).is_none())
    );
    assert_eq!(commander(&district, "T1"), None);
    assert_eq!(homes(&district), before);
}

/// What rehearsing an activation of level Ⅳ by the plan finds, in short: kind and unit.
#[test]
fn g5_in_the_response_of_a_city_each_district_mobilizes_its_villages() {
    let rows = [("D", "", "city"), ("T1", "D", "district"), ("T2", "D", "town")];
    let rows = (1..)
        .zip(rows)
        .map(|(row, (code, above, kind))| crate::testing::unit_row(row, code, above, kind));
    let mut district = crate::in_place::tests::members();
    district.accepts(Command::ImportUnits(crate::org::ImportUnits {
        mode: ALL,
        rows: rows.collect(),
    }));
    district.accepts(switch(|it| it.asked.level = 1));
    let code = |unit| &*district.state.org.get(unit).code;
    let windows = district.state.in_place.windows();
    let mobilized: Vec<_> = windows
        .map(|window| (code(window.opening.village), code(window.opening.mobilized_by)))
        .collect();
    // Where there is no district, whoever responds.
    let by_town = |village: &str| if village.starts_with("V1") { "T1" } else { "D" };
    assert!(
        mobilized.iter().any(|(village, _)| village.starts_with("V1")),
        "{mobilized:?}"
    );
    assert!(
        mobilized.iter().any(|(village, _)| village.starts_with("V2")),
        "{mobilized:?}"
    );
    for (village, by) in mobilized {
        assert_eq!(by, by_town(village), "{village}");
    }
}

fn rehearse(district: &District, change: impl FnOnce(&mut ActivateResponse)) -> (Rehearsal, Vec<String>) {
    let Command::ActivateResponse(activation) = switch(change) else {
        unreachable!()
    };
    let context = crate::command::Context {
        at: district.state.at().expect("a time"),
        actor: crate::command::Actor("test".into()),
        request_id: None,
        digest: 0,
    };
    let rehearsal = activation.rehearse(&district.state, &context, &district.policy);
    let found = rehearsal.findings.iter();
    let found = found.map(|finding| {
        let unit = &district.state.org.get(finding.unit).code;
        format!("{} {unit} {}", finding.kind.word(), finding.role)
    });
    let found = found.collect();
    (rehearsal, found)
}

#[test]
fn a_rehearsal_names_what_the_switch_would_leave_open_and_changes_nothing() {
    let mut district = commanded();
    let before = district.state.clone();
    let (rehearsal, found) = rehearse(&district, |_| {});
    assert_eq!(rehearsal.refusal, None);
    assert_eq!(before, district.state);
    for expected in [
        "no-backup V11 sector-commander",
        "no-commander V12 sector-commander",
        "no-commander V21 sector-commander",
    ] {
        assert!(found.iter().any(|it| it == expected), "{expected}: {found:?}");
    }
    assert!(!found.iter().any(|it| it.starts_with("village-uncovered")), "{found:?}");
    // It is what the switch does then.
    district.accepts(switch(|_| {}));
    let row = district.state.responses.get(R1).expect("it");
    assert_eq!(rehearsal.commands, row.commands);
    let named: crate::id::PersonSet = row
        .orders
        .iter()
        .flat_map(|order| district.current(*order).ledger.rows().iter().map(|row| row.person))
        .collect();
    assert_eq!(rehearsal.called, named);
}

#[test]
fn a_rehearsal_finds_villages_nobody_commands_and_whoever_commands_two_places() {
    let mut district = commanded();
    let rows = vec![
        post_row(1, "T1", "town-secretary", "", 27),
        post_row(2, "T1", "town-secretary", "backup", 26),
    ];
    district.accepts(import_posts(ALL, rows));
    let (_, found) = rehearse(&district, |_| {});
    assert!(found.contains(&"two-places T2 town-commander".to_owned()), "{found:?}");
    let mut district = self::district();
    let (_, found) = rehearse(&district, |_| {});
    assert!(found.contains(&"village-uncovered V11 ".to_owned()), "{found:?}");
    // Whoever may not activate learns it here, and what it would come to all the same.
    let (rehearsal, _) = rehearse(&district, |it| it.approval.approved_by = None);
    assert!(matches!(rehearsal.refusal, Some(Rejection::ApproverMissing { .. })));
    assert!(!rehearsal.called.is_empty());
    district.accepts(switch(|_| {}));
    let (rehearsal, _) = rehearse(&district, |_| {});
    assert!(matches!(rehearsal.refusal, Some(Rejection::ResponseActive { .. })));
}

#[test]
fn m4_below_a_response_to_the_same_event_nothing_calmer_is_put_in_force() {
    let mut district = commanded();
    district.accepts(switch(|it| it.asked.level = 2));
    let below = |level: u32, event: &str, jurisdiction: &str| {
        let event = event.into();
        let jurisdiction = jurisdiction.into();
        switch(|it| {
            it.template = None;
            it.asked = Asked {
                event,
                jurisdiction,
                level,
                ..it.asked.clone()
            };
        })
    };
    district
        .when(below(3, "plan for typhoon", "T1"))
        .rejects(Rejection::CalmerThanAbove {
            response: R1,
            level: Level::II,
        });
    district.accepts(below(4, "outbreak", "T1"));
    district.accepts(below(2, "plan for typhoon", "T1"));
    let lower = Command::ChangeLevel(ChangeLevel {
        response: ResponseId(3),
        up: false,
        level: 3,
        scope: Vec::new(),
        reason: "calm".into(),
        basis: "".into(),
        approval: approval(),
        template: None,
    });
    district.when(lower).rejects(Rejection::CalmerThanAbove {
        response: R1,
        level: Level::II,
    });
}
