//! Entries about reinforcement.

use baiying_core::reinforcement::{Commitment, Ending, Ground, Need, Requisition, Round};

use super::*;

/// How many kinds of event there are about reinforcement.
pub(super) const KINDS: usize = 7;

fn request() -> impl Strategy<Value = ReinforcementId> {
    num().prop_map(ReinforcementId)
}

fn need() -> impl Strategy<Value = Need> {
    let place = (num(), unit(), option::of(unit()), num());
    let words = (text(), text(), vec(text(), 0..3));
    (place, num(), vec((text(), num()), 0..3), at(), words).prop_map(
        |((response, town, village, muster_point), number, skills, arrive_by, (task, reason, sign_offs))| Need {
            response: ResponseId(response),
            town,
            number,
            skills,
            muster_point: MusterPointId(muster_point),
            village,
            arrive_by,
            task,
            reason,
            sign_offs,
        },
    )
}

fn requisition() -> impl Strategy<Value = Requisition> {
    (unit(), person(), people(), vec((one(&Ground::ALL), any::<u32>()), 0..4)).prop_map(
        |(agency, lead, people, grounds)| Requisition {
            agency,
            lead,
            people,
            grounds,
        },
    )
}

fn round() -> impl Strategy<Value = Round> {
    let who = (any::<bool>(), unit(), text());
    (
        num(),
        who,
        any::<u32>(),
        at(),
        vec(requisition(), 0..3),
        vec(unit(), 0..3),
    )
        .prop_map(
            |(number, (automatic, allocator, approved_by), target, answer_by, requisitions, spared)| Round {
                number,
                automatic,
                allocator,
                approved_by,
                target,
                answer_by,
                requisitions,
                spared,
            },
        )
}

fn commitment() -> impl Strategy<Value = Commitment> {
    let accepted = (people(), num(), person(), at(), text());
    prop_oneof![
        accepted.prop_map(|(people, order, by, at, reason)| Commitment::Accepted {
            people,
            order: OrderId(order),
            by,
            at,
            reason,
        }),
        (person(), at(), text()).prop_map(|(by, at, reason)| Commitment::Declined { by, at, reason }),
        at().prop_map(Commitment::Lapsed),
        at().prop_map(Commitment::Withdrawn),
    ]
}

/// Any event about reinforcement.
pub(super) fn events() -> impl Strategy<Value = Event> {
    prop_oneof![
        (request(), need()).prop_map(|(reinforcement, need)| Event::ReinforcementRequested { reinforcement, need }),
        (request(), round()).prop_map(|(reinforcement, round)| Event::ReinforcementAllocated { reinforcement, round }),
        (request(), num(), unit(), commitment()).prop_map(|(reinforcement, round, agency, commitment)| {
            Event::RequisitionSettled {
                reinforcement,
                round,
                agency,
                commitment,
            }
        }),
        (request(), any::<u32>())
            .prop_map(|(reinforcement, missing)| Event::ReinforcementShort { reinforcement, missing }),
        (request(), unit(), people()).prop_map(|(reinforcement, unit, people)| Event::ReinforcementAssigned {
            reinforcement,
            unit,
            people,
        }),
        (request(), one(&Ending::ALL), text()).prop_map(|(reinforcement, ending, reason)| Event::ReinforcementEnded {
            reinforcement,
            ending,
            reason,
        }),
        (unit(), vec(unit(), 0..4)).prop_map(|(agency, villages)| Event::AgencyLinked { agency, villages }),
    ]
}

/// Any answer about reinforcement.
pub(super) fn answers() -> impl Strategy<Value = Answer> {
    prop_oneof![
        request().prop_map(Answer::Reinforcement),
        any::<[u32; 3]>().prop_map(|[people, agencies, uncovered]| Answer::Allocated {
            people,
            agencies,
            uncovered,
        }),
    ]
}

/// A round in which agencies were set to nobody.
pub(super) fn spared() -> Event {
    Event::ReinforcementAllocated {
        reinforcement: ReinforcementId(3),
        round: Round {
            number: 2,
            automatic: false,
            allocator: UnitId(2),
            approved_by: "陈某".into(),
            target: 3,
            answer_by: Timestamp::from_unix_ms(1_760_001_800_000),
            requisitions: Vec::new(),
            spared: vec![UnitId(6), UnitId(9)],
        },
    }
}

/// One entry a kind of event, always the same.
pub(super) fn examples() -> Vec<Entry> {
    let reinforcement = ReinforcementId(3);
    let at = |minutes: i64| Timestamp::from_unix_ms(1_760_000_000_000 + minutes * 60_000);
    let people: PersonSet = [4, 5, 9].into_iter().map(PersonId).collect();
    let agency = UnitId(6);
    let requisition = Requisition {
        agency,
        lead: PersonId(4),
        people: people.clone(),
        grounds: vec![(Ground::Team, 8), (Ground::Keep, 10), (Ground::LinkedVillage, 1)],
    };
    let events = [
        Event::ReinforcementRequested {
            reinforcement,
            need: Need {
                response: ResponseId(1),
                town: UnitId(40),
                number: 20,
                skills: vec![("boat".into(), 3), ("medical".into(), 2)],
                muster_point: MusterPointId(7),
                village: Some(UnitId(41)),
                arrive_by: at(90),
                task: "加固堤段".into(),
                reason: "水位上涨".into(),
                sign_offs: vec!["town".into()],
            },
        },
        Event::ReinforcementAllocated {
            reinforcement,
            round: Round {
                number: 1,
                automatic: false,
                allocator: UnitId(2),
                approved_by: "陈某".into(),
                target: 3,
                answer_by: at(30),
                requisitions: vec![requisition],
                spared: Vec::new(),
            },
        },
        Event::RequisitionSettled {
            reinforcement,
            round: 1,
            agency,
            commitment: Commitment::Accepted {
                people: people.clone(),
                order: OrderId(5),
                by: PersonId(4),
                at: at(5),
                reason: "".into(),
            },
        },
        Event::RequisitionSettled {
            reinforcement,
            round: 2,
            agency,
            commitment: Commitment::Declined {
                by: PersonId(4),
                at: at(6),
                reason: "值班".into(),
            },
        },
        Event::RequisitionSettled {
            reinforcement,
            round: 3,
            agency,
            commitment: Commitment::Lapsed(at(60)),
        },
        Event::ReinforcementShort {
            reinforcement,
            missing: 2,
        },
        Event::ReinforcementAssigned {
            reinforcement,
            unit: UnitId(41),
            people,
        },
        Event::ReinforcementEnded {
            reinforcement,
            ending: Ending::Returned,
            reason: "".into(),
        },
        Event::AgencyLinked {
            agency,
            villages: vec![UnitId(41), UnitId(42)],
        },
    ];
    let answers = [
        Answer::Reinforcement(reinforcement),
        Answer::Allocated {
            people: 18,
            agencies: 3,
            uncovered: 2,
        },
    ];
    let entry = |(event, answer): (Event, &Answer)| Entry {
        at: at(0),
        actor: Actor("town:duty-desk".into()),
        request: Some(Answered {
            request_id: "req-100".into(),
            digest: 100,
            answer: answer.clone(),
        }),
        events: vec![event],
    };
    events.into_iter().zip(answers.iter().cycle()).map(entry).collect()
}
