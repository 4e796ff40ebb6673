//! Whatever is asked in whatever order, the laws hold (see `laws/reinforcement.rs`), timers come to rest, and nobody's agency is
//! left with fewer than its minimum on post by a requisition.

use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::command::Reporter;
use crate::id::{LeaveId, OrderId};
use crate::leave::{DecideLeave, LeaveReason, LeaveVerdict};
use crate::order::{CancelOrder, CheckIn, CloseOrder, Decline, Release, SupersedeOrder};
use crate::response::TerminateResponse;
use crate::testing::{draft, issue};

fn id() -> impl Strategy<Value = ReinforcementId> {
    prop_oneof![10 => 1..4u32, 1 => select(vec![0, u32::MAX])].prop_map(ReinforcementId)
}

fn some_people() -> impl Strategy<Value = Vec<PersonId>> {
    prop::collection::vec((1..16u32).prop_map(PersonId), 0..5)
}

fn order() -> impl Strategy<Value = OrderId> {
    (1..6u32).prop_map(OrderId)
}

fn request() -> impl Strategy<Value = Command> {
    let town = select(vec![
        ("T1", EAST, "V11"),
        ("T1", EAST, ""),
        ("T2", "MP-WEST", "V22"),
        ("T2", EAST, ""),
    ]);
    let skills = select(vec![
        vec![],
        vec![],
        vec![("medical", 1)],
        vec![("boat", 1), ("medical", 1)],
    ]);
    (town, 1..9u32, skills, 1..120u64).prop_map(|((town, point, village), number, skills, minutes)| {
        Command::RequestReinforcement(RequestReinforcement {
            town_code: town.into(),
            muster_point: point.into(),
            village_code: village.into(),
            skills: has(&skills),
            arrive: Deadline::WithinMs(minutes * 60_000),
            ..asks(number)
        })
    })
}

fn approval() -> impl Strategy<Value = Command> {
    let set = select(vec![
        vec![],
        vec![],
        vec![("A1", 1)],
        vec![("A1", 4)],
        vec![("A1", 0), ("A2", 2)],
    ]);
    (prop::collection::vec(id(), 0..3), set, 1..90u64).prop_map(|(requests, set, minutes)| {
        let mut command = approves(&set);
        command.request.requests = requests;
        command.answer_within_ms = Some(minutes * 60_000);
        Command::ApproveReinforcement(command)
    })
}

fn answer() -> impl Strategy<Value = Command> {
    let agency = select(vec![("A1", 1), ("A2", 9), ("A1", 2), ("A2", 10), ("A1", 9)]);
    let reply = prop_oneof![
        4 => Just(RequisitionReply::Accept(Vec::new())),
        3 => some_people().prop_map(RequisitionReply::Accept),
        2 => Just(RequisitionReply::Decline),
    ];
    (id(), agency, reply).prop_map(|(reinforcement, (agency, by), reply)| {
        Command::AnswerRequisition(AnswerRequisition {
            reinforcement,
            ..answers(agency, by, reply)
        })
    })
}

fn field() -> impl Strategy<Value = Command> {
    let arrive = (order(), any::<bool>(), some_people()).prop_map(|(order, all, people)| {
        Command::CheckIn(CheckIn {
            all,
            people,
            ..crate::testing::check_in(order, [])
        })
    });
    let west = order().prop_map(|order| {
        let mut all = crate::testing::check_in(order, []);
        (all.all, all.muster_point) = (true, "MP-WEST".into());
        Command::CheckIn(all)
    });
    let release = (order(), some_people(), any::<bool>())
        .prop_map(|(order, people, all)| Command::Release(Release { order, people, all }));
    let decline = (order(), 1..14u32).prop_map(|(order, person)| {
        Command::Decline(Decline {
            order,
            version: 0,
            reporter: Reporter::Own,
            person: PersonId(person),
            reason: LeaveReason::Medical,
            note: "".into(),
        })
    });
    let leave = (1..5u32).prop_map(|leave| {
        Command::DecideLeave(DecideLeave {
            leave: LeaveId(leave),
            verdict: LeaveVerdict::Approved,
        })
    });
    prop_oneof![4 => arrive, 2 => west, 3 => release, 2 => decline, 1 => leave]
}

fn centre() -> impl Strategy<Value = Command> {
    let other = (1..16u32).prop_map(|person| issue([person], draft()));
    let close = order().prop_map(|order| Command::CloseOrder(CloseOrder { order }));
    let cancel = order().prop_map(|order| {
        let reason = "over".into();
        Command::CancelOrder(CancelOrder { order, reason })
    });
    let supersede = order().prop_map(|order| {
        Command::SupersedeOrder(SupersedeOrder {
            order,
            audience: None,
            draft: draft(),
        })
    });
    let withdraw = id().prop_map(|reinforcement| {
        let reason = "the water falls".into();
        Command::WithdrawReinforcement(WithdrawReinforcement { reinforcement, reason })
    });
    let units = select(vec!["V11", "V22", "G111", "T1", "D"]);
    let assign = (id(), units, some_people(), any::<bool>()).prop_map(|(reinforcement, unit, people, all)| {
        Command::AssignReinforcement(AssignReinforcement {
            reinforcement,
            unit_code: unit.into(),
            people,
            all,
        })
    });
    let terminate = Just(Command::TerminateResponse(TerminateResponse {
        response: R1,
        reason: "over".into(),
    }));
    prop_oneof![3 => other, 2 => close, 1 => cancel, 1 => supersede, 1 => withdraw, 5 => assign, 1 => terminate]
}

/// Established staff of a unit who are neither deployed nor on leave nor named in a requisition.
fn at_their_posts(district: &District, code: &str) -> usize {
    let state = &district.state;
    let unit = state.org.by_code(code).unwrap().id;
    let named: Vec<PersonId> = state.reinforcement.pending().collect();
    let at = state.at().unwrap();
    let staff = state
        .people
        .iter()
        .filter(|it| it.home_unit == unit && it.is_established_on_post());
    staff
        .filter(|it| state.duty(it.id).is_none() && !named.contains(&it.id) && !state.leave.is_on_leave(it.id, at))
        .count()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_laws_hold_whatever_is_asked(
        steps in prop::collection::vec(
            (0..25i64, prop_oneof![3 => request(), 5 => approval(), 5 => answer(), 7 => field(), 3 => centre()]),
            1..30,
        ),
    ) {
        let mut district = given();
        district.accepts(ask(4)).accepts(approve());
        let mut now = 0;
        for (pause, command) in steps {
            now += pause;
            district.at(now);
            settle(&mut district);
            let allocates = matches!(command, Command::ApproveReinforcement(_));
            let decides = matches!(command, Command::DecideLeave(_));
            district.by(if decides { "approver" } else { "centre" });
            let before = [asked_of(&district, "A1"), asked_of(&district, "A2")];
            district.when(command);
            if allocates {
                // Whoever was asked for more people keeps its minimum.
                prop_assert!(asked_of(&district, "A1") == before[0] || at_their_posts(&district, "A1") >= 4);
                prop_assert!(asked_of(&district, "A2") == before[1] || at_their_posts(&district, "A2") >= 3);
            }
        }
        settle(&mut district);
    }
}

/// How many an agency was asked for by all rounds.
fn asked_of(district: &District, code: &str) -> usize {
    let state = &district.state;
    let unit = state.org.by_code(code).unwrap().id;
    let asked = state.reinforcement.iter().flat_map(Reinforcement::requisitions);
    let asked = asked.filter(|(_, it, _)| it.agency == unit);
    asked.map(|(_, it, _)| it.people.len()).sum()
}
