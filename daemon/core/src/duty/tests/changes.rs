//! Changes of single shifts: stand-ins, swaps, A/B roles, leave; signing in and out.

use super::*;
use crate::Rejection;
use crate::duty::{
    ConsentSwap, DecideSwap, DutySignIn, DutySignOut, EndStandIn, RequestSwap, SetBackup, SetStandIn, ShiftRef,
    SwapStatus,
};
use crate::id::{StandInId, SwapId};

const MEMBERS: [Member; 6] = [
    ("lead", "", 1, "", 1),
    ("lead", "", 2, "", 2),
    ("officer", "", 1, "", 3),
    ("officer", "", 1, "", 4),
    ("officer", "", 2, "", 5),
    ("officer", "", 2, "", 6),
];
const DAY: &str = "lead P1, officer P3, officer P4";
const NIGHT: &str = "lead P2, officer P5, officer P6";

/// Two shifts a day from the 10th on: P1, P3 and P4 by day, P2, P5 and P6 by night.
fn rostered() -> District {
    let mut district = peacetime();
    district.accepts(import(rows(A1, "two-shift", "2026-09-10", &MEMBERS)));
    assert_eq!(
        (
            &*on_at(&district, A1, "2026-09-10 12:00"),
            &*on_at(&district, A1, "2026-09-10 21:00")
        ),
        (DAY, NIGHT)
    );
    district
}

fn stand_in(position: Position, person: u32, instead_of: u32, from: &str, until: &str) -> Command {
    Command::SetStandIn(SetStandIn {
        unit_code: A1.into(),
        position,
        person: PersonId(person),
        instead_of: (instead_of > 0).then_some(PersonId(instead_of)),
        from: at(from).unix_ms(),
        until: at(until).unix_ms(),
        reason: "training".into(),
    })
}

fn shift_ref(position: Position, when: &str) -> ShiftRef {
    ShiftRef {
        unit_code: A1.into(),
        position,
        at: at(when).unix_ms(),
    }
}

fn request(person: u32, gives: &str, with: u32, takes: Option<&str>) -> Command {
    Command::RequestSwap(RequestSwap {
        person: PersonId(person),
        gives: shift_ref(Position::Officer, gives),
        with: PersonId(with),
        takes: takes.map(|takes| shift_ref(Position::Officer, takes)),
        reason: "".into(),
    })
}

fn consent(swap: u32, person: u32) -> Command {
    Command::ConsentSwap(ConsentSwap {
        swap: SwapId(swap),
        person: PersonId(person),
        consent: true,
    })
}

fn decide(swap: u32, approve: bool, emergency: bool) -> Command {
    Command::DecideSwap(DecideSwap {
        swap: SwapId(swap),
        approve,
        emergency,
    })
}

fn sign_in(person: u32) -> Command {
    Command::DutySignIn(DutySignIn {
        unit_code: A1.into(),
        person: PersonId(person),
    })
}

fn sign_out(person: u32) -> Command {
    Command::DutySignOut(DutySignOut {
        unit_code: A1.into(),
        person: PersonId(person),
    })
}

#[test]
fn who_stands_in_is_on_for_the_time_and_no_longer() {
    let mut district = rostered();
    district.accepts(stand_in(
        Position::Officer,
        7,
        3,
        "2026-09-11 10:00",
        "2026-09-12 10:00",
    ));
    district.accepts(stand_in(
        Position::Officer,
        8,
        7,
        "2026-09-11 12:00",
        "2026-09-11 14:00",
    ));
    district.accepts(stand_in(Position::Lead, 9, 0, "2026-09-11 18:00", "2026-09-11 21:00"));
    for (when, who) in [
        ("2026-09-11 09:59", DAY),
        ("2026-09-11 10:00", "lead P1, officer P4, officer P7 stand-in P3"),
        ("2026-09-11 12:00", "lead P1, officer P4, officer P8 stand-in P3"),
        ("2026-09-11 14:00", "lead P1, officer P4, officer P7 stand-in P3"),
        (
            "2026-09-11 18:00",
            "lead P1, lead P9 stand-in besides, officer P4, officer P7 stand-in P3",
        ),
        (
            "2026-09-11 20:00",
            "lead P2, lead P9 stand-in besides, officer P5, officer P6",
        ),
        ("2026-09-11 21:00", NIGHT),
        ("2026-09-12 09:59", "lead P1, officer P4, officer P7 stand-in P3"),
        ("2026-09-12 10:00", DAY),
    ] {
        assert_eq!(on_at(&district, A1, when), who, "{when}");
    }
    district.start_at(at("2026-09-11 13:00"));
    let end = |id| {
        Command::EndStandIn(EndStandIn {
            stand_in: StandInId(id),
        })
    };
    district.accepts(end(2)).accepts(end(2)).changes_nothing();
    district
        .when(end(9))
        .rejects(Rejection::UnknownStandIn { stand_in: StandInId(9) });
    assert_eq!(
        on_at(&district, A1, "2026-09-11 12:30"),
        "lead P1, officer P4, officer P8 stand-in P3"
    );
    assert_eq!(
        on_at(&district, A1, "2026-09-11 13:00"),
        "lead P1, officer P4, officer P7 stand-in P3"
    );
}

#[test]
fn a_stand_in_that_makes_no_sense_is_refused() {
    let mut district = rostered();
    let not_rostered = Rejection::NotRostered {
        person: PersonId(1),
        unit: A1.into(),
    };
    district
        .when(stand_in(
            Position::Officer,
            7,
            1,
            "2026-09-11 10:00",
            "2026-09-12 10:00",
        ))
        .rejects(not_rostered);
    let same = Rejection::SamePerson { person: PersonId(3) };
    district
        .when(stand_in(
            Position::Officer,
            3,
            3,
            "2026-09-11 10:00",
            "2026-09-12 10:00",
        ))
        .rejects(same);
    let too_long = Rejection::DutyInterval { days_max: 92 };
    district
        .when(stand_in(
            Position::Officer,
            7,
            3,
            "2026-09-11 10:00",
            "2027-09-12 10:00",
        ))
        .rejects(too_long.clone());
    district
        .when(stand_in(
            Position::Officer,
            7,
            3,
            "2026-09-11 10:00",
            "2026-09-11 10:00",
        ))
        .rejects(too_long);
    district.start_at(at("2026-09-13 10:00"));
    let past = Rejection::DutyPast {
        at: at("2026-09-12 10:00"),
        now: at("2026-09-13 10:00"),
    };
    district
        .when(stand_in(
            Position::Officer,
            7,
            3,
            "2026-09-11 10:00",
            "2026-09-12 10:00",
        ))
        .rejects(past);
    // From now on, not before.
    district.accepts(stand_in(
        Position::Officer,
        7,
        3,
        "2026-09-11 10:00",
        "2026-09-15 10:00",
    ));
    assert_eq!(on_at(&district, A1, "2026-09-13 09:59"), DAY);
    assert_eq!(
        on_at(&district, A1, "2026-09-13 10:00"),
        "lead P1, officer P4, officer P7 stand-in P3"
    );
}

#[test]
fn d4_a_swap_is_agreed_on_and_approved_ahead_by_somebody_else() {
    let mut district = rostered();
    district
        .by("P3")
        .accepts(request(3, "2026-09-12 12:00", 5, Some("2026-09-13 21:00")));
    district
        .by("duty-lead")
        .when(decide(1, true, false))
        .rejects(Rejection::SwapStatus {
            swap: SwapId(1),
            status: SwapStatus::Requested,
        });
    district.when(consent(1, 6)).rejects(Rejection::NotSwapPartner {
        swap: SwapId(1),
        person: PersonId(6),
    });
    district.accepts(consent(1, 5)).accepts(consent(1, 5)).changes_nothing();
    for own in ["P3", "P5", "p5", "lead:P3"] {
        district
            .by(own)
            .when(decide(1, true, false))
            .rejects(Rejection::OwnSwap { swap: SwapId(1) });
    }
    assert_eq!(on_at(&district, A1, "2026-09-12 12:00"), DAY, "not yet");
    district.by("duty-lead").start_at(at("2026-09-11 08:01"));
    district.when(decide(1, true, false)).rejects(Rejection::SwapTooLate {
        swap: SwapId(1),
        ahead_ms: 86_400_000,
    });
    district.start_at(at("2026-09-11 08:02"));
    district
        .accepts(decide(1, true, true))
        .accepts(decide(1, true, false))
        .changes_nothing();
    assert_eq!(
        on_at(&district, A1, "2026-09-12 12:00"),
        "lead P1, officer P4, officer P5 swap P3"
    );
    assert_eq!(
        on_at(&district, A1, "2026-09-13 21:00"),
        "lead P2, officer P3 swap P5, officer P6"
    );
    assert_eq!(on_at(&district, A1, "2026-09-12 21:00"), NIGHT);
    let swap = &district.state.rosters.swaps()[0];
    assert!(
        swap.emergency
            && swap.consented.is_some()
            && swap.decided.as_ref().is_some_and(|(by, _)| &*by.0 == "duty-lead")
    );
    // What was swapped can be swapped on: the chain is kept.
    district
        .accepts(request(5, "2026-09-12 12:00", 7, None))
        .accepts(consent(2, 7))
        .accepts(decide(2, true, true));
    assert_eq!(
        on_at(&district, A1, "2026-09-12 12:00"),
        "lead P1, officer P4, officer P7 swap P3"
    );
}

#[test]
fn a_swap_in_time_needs_no_emergency_and_is_checked_again_when_approved() {
    let mut district = rostered();
    district
        .accepts(request(3, "2026-09-12 12:00", 7, None))
        .accepts(consent(1, 7));
    district.start_at(at("2026-09-11 08:00"));
    district.accepts(decide(1, true, false));
    assert_eq!(
        on_at(&district, A1, "2026-09-12 12:00"),
        "lead P1, officer P4, officer P7 swap P3"
    );
    let not_rostered = |person| Rejection::NotRostered {
        person: PersonId(person),
        unit: A1.into(),
    };
    district
        .when(request(3, "2026-09-12 12:00", 8, None))
        .rejects(not_rostered(3));
    let booked = Rejection::DoubleBooked {
        person: PersonId(4),
        unit: A1.into(),
        at: at("2026-09-12 08:00"),
    };
    district.when(request(7, "2026-09-12 12:00", 4, None)).rejects(booked);
    district
        .accepts(request(7, "2026-09-12 12:00", 8, None))
        .accepts(consent(2, 8));
    district.accepts(stand_in(
        Position::Officer,
        13,
        7,
        "2026-09-12 08:00",
        "2026-09-12 20:00",
    ));
    district.when(decide(2, true, true)).rejects(not_rostered(7));
    district.accepts(decide(2, false, false));
    district.start_at(at("2026-09-13 12:00"));
    let past = Rejection::DutyPast {
        at: at("2026-09-13 08:00"),
        now: at("2026-09-13 12:00"),
    };
    district.when(request(3, "2026-09-13 12:00", 8, None)).rejects(past);
}

#[test]
fn d3_b_acts_for_a_who_is_on_leave_unless_b_is_away_too() {
    let mut district = rostered();
    let backup = |a, b| {
        Command::SetBackup(SetBackup {
            unit_code: A1.into(),
            post: "带班".into(),
            roles: Some((PersonId(a), PersonId(b))),
        })
    };
    district
        .when(backup(1, 1))
        .rejects(Rejection::SamePerson { person: PersonId(1) });
    district.accepts(backup(1, 7)).accepts(backup(1, 7)).changes_nothing();
    let minutes = |text: &str| at(text).ms_since(crate::testing::minute(0)) / 60_000;
    district.on_leave(1, minutes("2026-09-11 10:00"), minutes("2026-09-13 10:00"));
    district.on_leave(7, minutes("2026-09-11 14:00"), minutes("2026-09-12 12:00"));
    for (when, who) in [
        ("2026-09-11 09:00", DAY),
        ("2026-09-11 10:00", "lead P7 backup P1, officer P3, officer P4"),
        ("2026-09-11 14:00", "lead P1 on leave, officer P3, officer P4"),
        ("2026-09-12 12:00", "lead P7 backup P1, officer P3, officer P4"),
        ("2026-09-13 10:00", DAY),
    ] {
        assert_eq!(on_at(&district, A1, when), who, "{when}");
    }
    // Another B from now on does not change who acted before.
    district.start_at(at("2026-09-13 08:30"));
    district.accepts(backup(1, 8));
    assert_eq!(
        on_at(&district, A1, "2026-09-13 08:29"),
        "lead P7 backup P1, officer P3, officer P4"
    );
    assert_eq!(
        on_at(&district, A1, "2026-09-13 08:30"),
        "lead P8 backup P1, officer P3, officer P4"
    );
}

#[test]
fn d5_the_relief_signs_in_before_the_holder_is_released() {
    let mut district = rostered();
    district.start_at(at("2026-09-11 06:59"));
    let stranger = |person| Rejection::NotRostered {
        person: PersonId(person),
        unit: A1.into(),
    };
    district.when(sign_in(1)).rejects(stranger(1));
    district.start_at(at("2026-09-11 07:50"));
    district
        .accepts(sign_in(1))
        .accepts(sign_in(3))
        .accepts(sign_in(4))
        .accepts(sign_in(4))
        .changes_nothing();
    district.when(sign_in(7)).rejects(stranger(7));
    district.when(sign_out(7)).rejects(Rejection::NotSignedIn {
        person: PersonId(7),
        unit: A1.into(),
    });
    let missing = |person, position, needed, there| Rejection::ReliefMissing {
        person: PersonId(person),
        unit: A1.into(),
        position,
        needed,
        there,
    };
    district.start_at(at("2026-09-11 20:10"));
    district.when(sign_out(1)).rejects(missing(1, Position::Lead, 1, 0));
    district.when(sign_out(3)).rejects(missing(3, Position::Officer, 2, 1));
    district
        .accepts(sign_in(2))
        .accepts(sign_out(1))
        .accepts(sign_in(5))
        .accepts(sign_out(3));
    district.when(sign_out(4)).rejects(missing(4, Position::Officer, 2, 1));
    district.accepts(sign_in(6)).accepts(sign_out(4));
    let found = on_duty(view(&district), unit(&district, A1), at("2026-09-11 21:00"));
    assert!(
        found
            .holders
            .iter()
            .all(|holder| holder.signed_in == Some(at("2026-09-11 20:10")))
    );
    district.when(sign_out(2)).rejects(missing(2, Position::Lead, 1, 0));
    // Who was let go can come back while the shift runs, and a stand-in relieves like anybody.
    district.accepts(stand_in(Position::Lead, 8, 2, "2026-09-11 20:15", "2026-09-12 08:00"));
    district.start_at(at("2026-09-11 20:20"));
    district.accepts(sign_in(8)).accepts(sign_out(2));
}

/// The ladder turns to who leads on duty at that instant, and an order keeps who was on when it was issued.
#[test]
fn o5_the_ladder_turns_to_the_duty_lead_and_the_order_keeps_who_was_on() {
    use crate::order::StepTarget::{DutyLead, Superior};
    let mut district = rostered();
    district.start_at(at("2026-09-11 07:30"));
    district.activate().issue_with([1, 3, 9], |draft| {
        (draft.no_ladder, draft.ladder) = (
            false,
            vec![(600_000, DutyLead), (3_600_000, DutyLead), (7_200_000, Superior)],
        );
    });
    let climbed = |events: &[crate::event::Event]| {
        let step = events.iter().filter_map(|event| {
            let crate::event::Event::EscalationStepped { target, people, .. } = event else {
                return None;
            };
            Some((*target, people.iter().map(|it| it.0).collect()))
        });
        step.collect::<Vec<(_, Vec<u32>)>>()
    };
    // By night P2 leads in A1; A2 has no roster. By day it is P1, who is not turned to for themselves.
    district
        .start_at(at("2026-09-11 07:40"))
        .fire()
        .then(|events| assert_eq!(climbed(events), [(DutyLead, vec![1, 3])]));
    district
        .start_at(at("2026-09-11 08:30"))
        .fire()
        .then(|events| assert_eq!(climbed(events), [(DutyLead, vec![3])]));
    // Each of them is told so, and of nobody else.
    let told = |lead| -> Vec<Vec<u32>> {
        let version = district.current(crate::testing::O1);
        let steps = crate::order::turned_to(&district.state, version, PersonId(lead));
        steps
            .iter()
            .map(|people| people.iter().map(|it| it.0).collect())
            .collect()
    };
    assert_eq!((told(2), told(1)), (vec![vec![1, 3]], vec![vec![3]]));
    assert!([3, 5, 9].into_iter().all(|person| told(person).is_empty()));
    let kept = &district.current(crate::testing::O1).spec.on_duty;
    let people: Vec<_> = kept.iter().map(|(_, position, person)| (*position, person.0)).collect();
    assert_eq!(
        people,
        [(Position::Lead, 2), (Position::Officer, 5), (Position::Officer, 6)]
    );
}

#[test]
fn when_the_offices_open_everybody_is_free_to_go() {
    let mut district = peacetime();
    let members = [
        ("lead", "", 1, "", 1),
        ("officer", "", 1, "", 3),
        ("officer", "", 1, "", 4),
        ("standby", "", 1, "", 5),
    ];
    district.accepts(import(rows(A1, "after-hours", "2026-09-10", &members)));
    district.start_at(at("2026-09-10 17:30"));
    district
        .accepts(sign_in(1))
        .accepts(sign_in(3))
        .accepts(sign_in(4))
        .accepts(sign_in(5))
        .accepts(sign_out(5));
    district.start_at(at("2026-09-11 08:29"));
    let (person, unit, position) = (PersonId(3), A1.into(), Position::Officer);
    district.when(sign_out(3)).rejects(Rejection::ReliefMissing {
        person,
        unit,
        position,
        needed: 2,
        there: 1,
    });
    district.start_at(at("2026-09-11 08:30"));
    district.accepts(sign_out(3)).accepts(sign_out(4)).accepts(sign_out(1));
}

#[test]
fn d5_who_forgot_to_sign_out_is_let_go_by_those_who_are_there_now() {
    let mut district = rostered();
    district.start_at(at("2026-09-11 08:00"));
    for person in [1, 3, 4] {
        district.accepts(sign_in(person));
    }
    // Nobody signed out. A week later the officers of the day are P3 and P4 again, and P7 stands in for P3.
    district.accepts(stand_in(
        Position::Officer,
        7,
        3,
        "2026-09-18 08:00",
        "2026-09-18 20:00",
    ));
    district.start_at(at("2026-09-18 08:30"));
    let missing = |there| Rejection::ReliefMissing {
        person: PersonId(3),
        unit: A1.into(),
        position: Position::Officer,
        needed: 2,
        there,
    };
    // Who forgot as well is not there.
    district.when(sign_out(3)).rejects(missing(0));
    district.accepts(sign_in(7)).when(sign_out(3)).rejects(missing(1));
    district.accepts(sign_in(4)).accepts(sign_out(3));
    // One shift later it is no handover any more: those who run it are asked for, whoever else forgot.
    district.start_at(at("2026-09-19 08:30"));
    let missing = Rejection::ReliefMissing {
        person: PersonId(7),
        unit: A1.into(),
        position: Position::Officer,
        needed: 2,
        there: 0,
    };
    district.when(sign_out(7)).rejects(missing);
    district.accepts(sign_in(3)).accepts(sign_in(4)).accepts(sign_out(7));
}
