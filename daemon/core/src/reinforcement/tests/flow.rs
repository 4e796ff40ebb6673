//! The flow, step by step, and what is refused.

use super::*;
use crate::order::{DutyClass, Release, SignOff};
use crate::testing::{O1, O2, minute};

fn commander(district: &District, who: u32) -> OperationalCommander {
    operational_commander(&district.state, PersonId(who)).unwrap()
}

fn unit(district: &District, code: &str) -> UnitId {
    district.state.org.by_code(code).unwrap().id
}

#[test]
fn from_the_request_to_the_last_one_back() {
    let mut district = given();
    district.accepts(ask(4)).answers(&Answer::Reinforcement(Z1));
    assert_eq!(counts(&district, Z1).uncovered, 4);
    district.accepts(approve()).answers(&Answer::Allocated {
        people: 4,
        agencies: 2,
        uncovered: 0,
    });
    // Half of a team of six and one of the other: nobody gives more than half while the other gives none.
    assert_eq!(asked(&district, Z1), has(&[("A1", 3), ("A2", 1)]));
    assert_eq!(counts(&district, Z1).pending, 4);
    district.accepts(accept("A1", 1, &[])).accepts(accept("A2", 10, &[]));
    let row = district.state.reinforcement.get(Z1).unwrap();
    let going: Vec<u32> = whereabouts(&district.state.orders, row)
        .map(|(_, _, person, _)| person.0)
        .collect();
    assert_eq!(going, [3, 4, 5, 11], "leaders stay where few go");
    assert_eq!(district.current(O1).spec.duty, DutyClass::AgencyTeam);
    // One operational commander: the team's leader on the way, the town from arrival on, home again after release.
    let (a1, t1) = (unit(&district, "A1"), unit(&district, "T1"));
    assert_eq!(
        commander(&district, 3),
        OperationalCommander::EnRoute {
            unit: a1,
            lead: Some(PersonId(1)),
        }
    );
    district.at(30).check_in(O1, [3, 4, 5]).check_in(O2, [11]);
    assert_eq!(commander(&district, 3), OperationalCommander::Receiving(t1));
    assert_eq!(counts(&district, Z1).there, 4);
    district.accepts(assign("V11", &[3, 4])).accepts(assign("G111", &[]));
    let row = district.state.reinforcement.get(Z1).unwrap();
    let places: Vec<_> = row.assigned.iter().map(|(who, (unit, _))| (who.0, *unit)).collect();
    let (village, grid) = (unit(&district, "V11"), unit(&district, "G111"));
    assert_eq!(places, [(3, village), (4, village), (5, grid), (11, grid)]);
    district.accepts(assign("V11", &[3])).changes_nothing();
    district.at(300).release(O1, [3, 4, 5]);
    assert!(district.state.reinforcement.get(Z1).unwrap().is_open());
    assert_eq!(commander(&district, 3), OperationalCommander::Home(a1));
    district.release(O2, [11]);
    settle(&mut district);
    let row = district.state.reinforcement.get(Z1).unwrap();
    assert_eq!(row.ended.as_ref().map(|(ending, ..)| *ending), Some(Ending::Returned));
    district
        .when(assign("V12", &[3]))
        .rejects(Rejection::ReinforcementEnded { reinforcement: Z1 });
}

#[test]
fn only_the_organization_department_allocates_and_a_person_approves() {
    let mut district = given();
    district.accepts(ask(2));
    for unit in ["A1", "T1", "D"] {
        let mut command = approves(&[]);
        command.allocator_code = unit.into();
        district
            .when(Command::ApproveReinforcement(command))
            .rejects(Rejection::NotTheAllocator {
                unit: unit.into(),
                allocators: "ORG".into(),
            });
    }
    let mut command = approves(&[]);
    command.approved_by = " ".into();
    district
        .when(Command::ApproveReinforcement(command))
        .rejects(Rejection::Missing { field: "approved_by" });
    let mut command = approves(&[]);
    command.proposal = "of yesterday".into();
    district
        .when(Command::ApproveReinforcement(command))
        .rejects(Rejection::AllocationStale);
    // Named by the policy, and not an agency of the district: not either.
    district.policy.reinforcement.allocators = vec!["T1".into()];
    let mut command = approves(&[]);
    command.allocator_code = "T1".into();
    let refused = Rejection::NotTheAllocator {
        unit: "T1".into(),
        allocators: "".into(),
    };
    district.when(Command::ApproveReinforcement(command)).rejects(refused);
}

#[test]
fn numbers_can_be_set_but_not_beyond_half_while_another_agency_is_idle_nor_below_the_minimum() {
    let mut district = given();
    district.accepts(ask(5));
    let set = |set| Command::ApproveReinforcement(approves(set));
    district
        .when(set(&[("A1", 4), ("A2", 0)]))
        .rejects(Rejection::HalfOfTeam {
            unit: "A1".into(),
            unused: "A2".into(),
        });
    district.when(set(&[("A1", 5)])).rejects(Rejection::TooFewPeople {
        unit: "A1".into(),
        asked: 5,
        available: 4,
    });
    district.when(set(&[("T1", 1)])).rejects(Rejection::TooFewPeople {
        unit: "T1".into(),
        asked: 1,
        available: 0,
    });
    district
        .when(set(&[("A1", 3), ("A2", 3)]))
        .rejects(Rejection::ReinforcementNumber {
            field: "set",
            number: 6,
            max: 5,
        });
    district
        .accepts(set(&[("A1", 2), ("A2", 2)]))
        .answers(&Answer::Allocated {
            people: 4,
            agencies: 2,
            uncovered: 1,
        });
    assert_eq!(asked(&district, Z1), has(&[("A1", 2), ("A2", 2)]));
    // What nobody approved is not filled up by itself.
    settle(&mut district);
    assert_eq!(counts(&district, Z1).uncovered, 1);
}

#[test]
fn links_and_travel_decide_who_goes_first() {
    let mut district = given();
    let row = |row, agency: &str, village: &str| AgencyLinkRow {
        row,
        agency_code: agency.into(),
        village_code: village.into(),
    };
    let import = |rows| {
        Command::ImportAgencyLinks(ImportAgencyLinks {
            mode: ImportMode::AllOrNothing,
            rows,
        })
    };
    district.accepts(import(vec![row(1, "A2", "V11"), row(2, "A2", "V21")]));
    district
        .accepts(import(vec![row(1, "A2", "V11"), row(2, "A2", "V21")]))
        .changes_nothing();
    district
        .accepts(import(vec![row(1, "T1", "V11"), row(2, "A1", "T1")]))
        .changes_nothing();
    district.accepts(ask(2)).accepts(approve());
    assert_eq!(asked(&district, Z1), has(&[("A2", 2)]));
    let travel = &mut district.policy.reinforcement.travel_minutes;
    travel.insert(("A2".into(), "T1".into()), 600);
    district.accepts(ask(1)).accepts(approve());
    assert_eq!(asked(&district, Z2), has(&[("A1", 1)]));
}

#[test]
fn a_refusal_is_made_good_from_the_reserve_by_itself_and_what_is_left_is_shown() {
    let mut district = given();
    district.accepts(ask(3)).accepts(approve());
    assert_eq!(asked(&district, Z1), has(&[("A1", 3)]));
    let refused = Rejection::NotTeamLead {
        person: PersonId(9),
        unit: "A1".into(),
    };
    district.when(decline("A1", 9)).rejects(refused);
    district.accepts(decline("A1", 2));
    settle(&mut district);
    let row = district.state.reinforcement.get(Z1).unwrap();
    let (round, ..) = row.rounds.last().unwrap();
    assert!(round.automatic && round.approved_by.is_empty());
    assert_eq!(asked(&district, Z1), has(&[("A2", 3)]));
    // Two of three, one of them another than proposed.
    district.accepts(accept("A2", 9, &[9, 13]));
    settle(&mut district);
    let counted = counts(&district, Z1);
    assert_eq!((counted.declined, counted.coming, counted.uncovered), (4, 2, 1));
    assert_eq!(district.state.reinforcement.get(Z1).unwrap().missing, 1);
    district.when(accept("A2", 9, &[])).rejects(Rejection::NoRequisition {
        reinforcement: Z1,
        unit: "A2".into(),
    });
}

#[test]
fn silence_is_no_answer_and_absence_is_made_good() {
    let mut district = given();
    district.accepts(ask(2)).accepts(approve());
    assert_eq!(asked(&district, Z1), has(&[("A1", 2)]));
    district.at(29).fire();
    assert_eq!(counts(&district, Z1).pending, 2);
    district.at(30);
    settle(&mut district);
    assert_eq!(
        (counts(&district, Z1).unanswered, asked(&district, Z1)),
        (2, has(&[("A2", 2)]))
    );
    district.accepts(accept("A2", 9, &[9, 10])).at(50).check_in(O1, [9]);
    // The time to arrive and its grace have passed: who is not there is made good, and who comes late is more than was asked for.
    district.at(60 + 31);
    settle(&mut district);
    assert_eq!(
        (counts(&district, Z1).lost, asked(&district, Z1)),
        (1, has(&[("A2", 1)]))
    );
    district.check_in(O1, [10]);
    let counted = counts(&district, Z1);
    assert_eq!((counted.surplus, counted.uncovered, counted.lost), (1, 0, 0));
}

#[test]
fn towns_share_what_there_is_and_skills_are_not_filled_with_others() {
    let mut district = given();
    let west = RequestReinforcement {
        town_code: "T2".into(),
        muster_point: "MP-WEST".into(),
        skills: vec![("medical".into(), 2)],
        ..asks(8)
    };
    district.accepts(ask(8)).accepts(Command::RequestReinforcement(west));
    let proposal = approves(&[])
        .request
        .propose(&district.state, &district.policy.reinforcement, minute(0))
        .unwrap();
    // Seven may leave; nobody is a medic.
    let got: Vec<_> = proposal
        .gaps
        .iter()
        .map(|gap| (gap.proposed, gap.skills.clone()))
        .collect();
    assert!(got == [(4, vec![]), (3, has(&[("medical", 2)]))] || got == [(3, vec![]), (4, has(&[("medical", 2)]))]);
}

#[test]
fn who_cannot_go_is_refused_by_name_and_sign_offs_hold() {
    let mut district = given();
    let signed = RequestReinforcement {
        sign_offs: vec!["town".into()],
        ..asks(2)
    };
    district
        .accepts(Command::RequestReinforcement(signed))
        .accepts(approve());
    let refused = |who, why| Rejection::CannotBeSent {
        person: PersonId(who),
        why,
    };
    district.when(accept("A1", 1, &[9])).rejects(refused(9, "not-in-team"));
    district
        .when(accept("A1", 1, &[3, 4, 5]))
        .rejects(Rejection::ReinforcementNumber {
            field: "person_ids",
            number: 3,
            max: 2,
        });
    district
        .issue([6])
        .when(accept("A1", 1, &[6]))
        .rejects(refused(6, "deployed"));
    district.accepts(accept("A1", 1, &[1, 2])).check_in(O2, [1, 2]);
    let release = Release {
        order: O2,
        people: people([1]),
        all: false,
    };
    district
        .when(Command::Release(release.clone()))
        .rejects(Rejection::SignOffOpen {
            order: O2,
            name: "town".into(),
        });
    let name = "town".into();
    district
        .accepts(Command::SignOff(SignOff { order: O2, name }))
        .accepts(Command::Release(release));
    district.when(assign("V11", &[1])).rejects(Rejection::NotArrived {
        reinforcement: Z1,
        person: PersonId(1),
    });
}

#[test]
fn requests_that_cannot_be_are_refused() {
    let mut district = given();
    let refuses = |district: &mut District, request: RequestReinforcement, rejection| {
        district.when(Command::RequestReinforcement(request)).rejects(rejection);
    };
    for number in [0, NUMBER_MAX + 1] {
        let (field, max) = ("number", NUMBER_MAX);
        refuses(
            &mut district,
            asks(number),
            Rejection::ReinforcementNumber { field, number, max },
        );
    }
    let town = RequestReinforcement {
        town_code: "V11".into(),
        ..asks(1)
    };
    let outside = Rejection::TownOutsideResponse {
        unit: "V11".into(),
        response: R1,
    };
    refuses(&mut district, town, outside);
    let place = RequestReinforcement {
        village_code: "V21".into(),
        ..asks(1)
    };
    let elsewhere = Rejection::PlaceOutsideTown {
        unit: "V21".into(),
        town: "T1".into(),
    };
    refuses(&mut district, place, elsewhere);
    let skilled = RequestReinforcement {
        skills: has(&[("boat", 1), ("boat", 2)]),
        ..asks(2)
    };
    let (field, number, max) = ("skills", 3, 2);
    refuses(
        &mut district,
        skilled,
        Rejection::ReinforcementNumber { field, number, max },
    );
    district.accepts(ask(1));
    let Command::ApproveReinforcement(mut unknown) = approve() else {
        unreachable!()
    };
    unknown.request.requests = vec![Z2];
    district
        .when(Command::ApproveReinforcement(unknown))
        .rejects(Rejection::UnknownReinforcement { reinforcement: Z2 });
}

#[test]
fn the_end_of_the_response_or_of_the_need_leaves_nothing_open() {
    let mut district = given();
    district.accepts(ask(2)).accepts(ask(1)).accepts(approve());
    district.accepts(Command::WithdrawReinforcement(WithdrawReinforcement {
        reinforcement: Z2,
        reason: "the water falls".into(),
    }));
    assert_eq!((counts(&district, Z2).withdrawn, counts(&district, Z2).pending), (1, 0));
    district.accepts(accept("A1", 1, &[3])).terminate("over");
    settle(&mut district);
    let ended = |id| district.state.reinforcement.get(id).and_then(|row| row.ended.clone());
    assert_eq!(ended(Z1).map(|(ending, ..)| ending), Some(Ending::ResponseEnded));
    assert_eq!(ended(Z2).map(|(ending, ..)| ending), Some(Ending::Withdrawn));
    assert_eq!(district.state.reinforcement.next_deadline(), None);
    district
        .when(ask(1))
        .rejects(Rejection::ResponseTerminated { response: R1 });
    district.counts(O1, 3, Bucket::Excused);
}

#[test]
fn without_a_policy_the_agency_of_who_holds_the_allocators_role_allocates() {
    let mut district = crate::testing::district();
    let plan = district.policy.plans.get_mut("typhoon").expect("the plan");
    std::sync::Arc::make_mut(plan).command.push(crate::plan::CommandRow {
        role: "allocator".into(),
        at: crate::org::UnitKind::District,
        primary: "organization-head".into(),
        backup: None,
    });
    district.accepts(crate::post::tests::import_posts(
        crate::import::ImportMode::AllOrNothing,
        vec![crate::post::tests::post_row(1, "D", "organization-head", "", 9)],
    ));
    let allowed = |district: &District| {
        let response = district.state.responses.get(R1).expect("the response");
        let all = crate::reinforcement::pool::allocators(&district.state, &district.policy.reinforcement, response);
        let codes = all.iter().map(|unit| district.state.org.get(*unit).code.to_string());
        codes.collect::<Vec<_>>()
    };
    district.activate();
    assert_eq!(allowed(&district), ["A2"]);
    district.policy.reinforcement.allocators = vec!["A1".into()];
    assert_eq!(allowed(&district), ["A1"]);
}

#[test]
fn whoever_commands_a_place_stays_there() {
    let mut district = given();
    district.accepts(Command::HandOver(crate::command_post::HandOver {
        response: R1,
        unit_code: "T2".into(),
        role: "".into(),
        to: PersonId(3),
        reason: "relief".into(),
    }));
    district.accepts(ask(7)).accepts(approve());
    let row = district.state.reinforcement.get(Z1).expect("the request");
    let asked: Vec<_> = row.requisitions().flat_map(|(_, it, _)| it.people.iter()).collect();
    assert!(!asked.is_empty() && !asked.contains(&PersonId(3)), "{asked:?}");
    district.when(accept("A1", 1, &[3]));
    assert!(
        matches!(district.outcome(), Err(Rejection::CannotBeSent { .. })),
        "{:?}",
        district.outcome()
    );
}

#[test]
fn an_agency_that_a_person_spared_is_not_asked_by_itself_either() {
    let mut district = given();
    district.accepts(ask(3));
    district.accepts(Command::ApproveReinforcement(approves(&[("A2", 0)])));
    assert_eq!(asked(&district, Z1), has(&[("A1", 3)]));
    district.accepts(decline("A1", 2));
    settle(&mut district);
    assert_eq!(counts(&district, Z1).pending, 0);
    assert_eq!(district.state.reinforcement.get(Z1).expect("it").missing, 3);
    // Whoever approves may think better of it.
    district.accepts(approve());
    assert_eq!(asked(&district, Z1), has(&[("A2", 3)]));
}
