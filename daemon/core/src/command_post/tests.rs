//! The overlay in a response: who commands where, and how that changes hands.

use super::*;
use crate::Rejection;
use crate::command::Command as Asked;
use crate::import::ImportMode;
use crate::post::tests::{import_posts, post_row};
use crate::response::{ChangeLevel, TerminateResponse};
use crate::testing::{District, R1, activate, activate_other, approval, district, minute};

/// A typhoon of level Ⅳ in T1: 25 commands there, 26 backs up; 27 would command in T2. V11 has a sector lead (17), V12 nobody.
fn commanded() -> District {
    let mut district = district();
    let rows = vec![
        post_row(1, "T1", "town-secretary", "", 25),
        post_row(2, "T1", "town-secretary", "backup", 26),
        post_row(3, "T2", "town-secretary", "", 27),
        post_row(4, "V11", "sector-lead", "", 17),
    ];
    district.accepts(import_posts(ImportMode::AllOrNothing, rows));
    let mut activation = activate(4);
    activation.asked.scope = vec!["T1".into()];
    district.accepts(Asked::ActivateResponse(activation));
    district
}

fn hand_over(unit: &str, to: u32) -> Asked {
    Asked::HandOver(HandOver {
        response: R1,
        unit_code: unit.into(),
        role: "".into(),
        to: PersonId(to),
        reason: "relief".into(),
    })
}

/// Who commands at a unit, who takes over, and who of them acts.
fn node(district: &District, unit: &str) -> [Option<u32>; 3] {
    let state = &district.state;
    let unit = state.org.by_code(unit).expect("the unit").id;
    let (_, command) = state.command_at(unit).expect("a node");
    let acting = command.acting(state, state.at().expect("a time"));
    [command.commander, command.backup, acting].map(|person| person.map(|person| person.0))
}

fn scope(codes: &[&str]) -> Asked {
    Asked::ChangeLevel(ChangeLevel {
        response: R1,
        up: true,
        level: 4,
        scope: codes.iter().map(|code| (*code).into()).collect(),
        reason: "the water".into(),
        basis: "".into(),
        approval: approval(),
        template: None,
    })
}

#[test]
fn whoever_had_it_backs_up_and_the_same_again_changes_nothing() {
    let mut district = commanded();
    assert_eq!(node(&district, "T1"), [Some(25), Some(26), Some(25)]);
    // The backup takes over: the one before backs up.
    district.accepts(hand_over("T1", 26));
    assert_eq!(node(&district, "T1"), [Some(26), Some(25), Some(26)]);
    district.when(hand_over("T1", 26)).changes_nothing();
    // Somebody else: the backup stays.
    district.accepts(hand_over("T1", 3));
    assert_eq!(node(&district, "T1"), [Some(3), Some(25), Some(3)]);
    // Nobody was there.
    district.accepts(hand_over("V12", 4));
    assert_eq!(node(&district, "V12"), [Some(4), None, Some(4)]);
}

#[test]
fn the_backup_acts_while_the_commander_is_on_leave() {
    let mut district = commanded();
    district.on_leave(25, -1, 60);
    assert_eq!(node(&district, "T1"), [Some(25), Some(26), Some(26)]);
    district.on_leave(26, -1, 60);
    assert_eq!(node(&district, "T1"), [Some(25), Some(26), None]);
    // Back from leave.
    let root = district.state.org.by_code("T1").expect("the town").id;
    let over = district.state.commander_over(root, minute(61));
    assert_eq!(over.map(|(_, person)| person.0), Some(25));
}

#[test]
fn nobody_commands_two_places_of_which_neither_stands_under_the_other() {
    let mut district = commanded();
    let refused = Rejection::CommandsElsewhere {
        person: PersonId(17),
        unit: "V11".into(),
    };
    district.when(hand_over("V12", 17)).rejects(refused.clone());
    // A town and its own village go together.
    district.accepts(hand_over("T1", 17));
    // In another response as well.
    district.accepts(activate_other(|asked| {
        (asked.event, asked.scope) = ("outbreak".into(), vec!["T2".into()]);
    }));
    let mut other = hand_over("T2", 17);
    if let Asked::HandOver(command) = &mut other {
        command.response = ResponseId(2);
    }
    district.when(other);
    assert!(matches!(district.outcome(), Err(Rejection::CommandsElsewhere { .. })));
}

#[test]
fn who_cannot_act_and_where_there_is_no_node_is_refused() {
    let mut district = commanded();
    district.on_leave(3, -1, 60);
    let person = PersonId(3);
    district
        .when(hand_over("T1", 3))
        .rejects(Rejection::CannotCommand { person });
    let person = PersonId(99);
    district
        .when(hand_over("T1", 99))
        .rejects(Rejection::UnknownPerson { person });
    district.when(hand_over("T2", 4)).rejects(Rejection::NoCommandPost {
        response: R1,
        unit: "T2".into(),
    });
    let unknown = Rejection::UnknownUnit { code: "X".into() };
    district.when(hand_over("X", 4)).rejects(unknown);
    district
        .terminate("")
        .when(hand_over("T1", 4))
        .rejects(Rejection::ResponseTerminated { response: R1 });
}

#[test]
fn a_command_that_was_handed_over_stays_when_the_scope_widens_and_goes_with_its_unit() {
    let mut district = commanded();
    district.accepts(hand_over("T1", 3)).accepts(scope(&["T1", "T2"]));
    assert_eq!(node(&district, "T1"), [Some(3), Some(26), Some(3)]);
    assert_eq!(node(&district, "T2"), [Some(27), None, Some(27)]);
    district.accepts(scope(&["T2"]));
    let town = district.state.org.by_code("T1").expect("the town").id;
    assert_eq!(district.state.command_at(town), None);
}

#[test]
fn whoever_commands_now_is_told_when_the_level_rises_and_not_whom_the_posts_name() {
    let mut district = commanded();
    district.accepts(hand_over("T1", 3));
    let mut rise = scope(&[]);
    if let Asked::ChangeLevel(change) = &mut rise {
        change.level = 3;
        change.template = Some(crate::response::TemplateOrders {
            muster_points: vec![crate::testing::EAST.into()],
        });
    }
    district.accepts(rise);
    let told = district.current(crate::testing::O1);
    assert_eq!(told.spec.duty, crate::order::DutyClass::Command);
    let told: Vec<u32> = told.ledger.rows().iter().map(|row| row.person.0).collect();
    assert!(told.contains(&3) && !told.contains(&25), "{told:?}");
}

#[test]
fn the_tree_shows_each_unit_once_under_the_nearest_that_commands() {
    let mut district = commanded();
    let shown = |district: &District, at: i64| -> Vec<(String, Option<String>)> {
        let state = &district.state;
        let code = |unit| state.org.get(unit).code.to_string();
        let nodes = tree(state, None, None, minute(at));
        nodes
            .into_iter()
            .map(|node| (code(node.unit), node.under.map(code)))
            .collect()
    };
    let row = |unit: &str, under: &str| (unit.to_owned(), Some(under.to_owned()));
    let root = ("D".to_owned(), None);
    let of_t1 = vec![root, row("T1", "D"), row("V11", "T1"), row("V12", "T1")];
    assert_eq!(shown(&district, 0), of_t1);
    // A response of a village alone hangs it under what commands above it.
    district.accepts(activate_other(|asked| {
        (asked.event, asked.scope) = ("landslide".into(), vec!["V21".into()]);
    }));
    let both = [of_t1, vec![row("T2", "D"), row("V21", "T2")]].concat();
    assert_eq!(shown(&district, 0), both);
    let only = tree(&district.state, None, Some(ResponseId(2)), minute(0));
    assert_eq!(only.len(), 3);
    let levels = |response| -> Vec<u32> {
        let nodes = tree(&district.state, None, Some(response), minute(0));
        nodes.iter().map(|node| node.level.number()).collect()
    };
    assert_eq!((levels(R1), levels(ResponseId(2))), (vec![4; 4], vec![4; 3]));
    district.terminate("");
    assert!(
        tree(&district.state, None, Some(R1), minute(0)).is_empty(),
        "it was taken down"
    );
    district.accepts(Asked::TerminateResponse(TerminateResponse {
        response: ResponseId(2),
        reason: "".into(),
    }));
    assert!(shown(&district, 0).is_empty());
}
