//! Reinforcement reads as the domain: a town asks, the organization department allocates, agencies answer, people go and come back.

mod flow;
mod properties;

use super::*;
use crate::command::{Answer, Command};
use crate::import::ImportMode;
use crate::order::{Bucket, Deadline};
use crate::org::ImportUnits;
use crate::rejection::Rejection;
use crate::testing::{District, EAST, MINUTE, R1, district, people, unit_row};

const Z1: ReinforcementId = ReinforcementId(1);
const Z2: ReinforcementId = ReinforcementId(2);

/// The small district with an organization department, and a typhoon response. Agency A1 has 8 staff and a team of 6, of whom 4 may
/// leave; A2 has 6 and 5, of whom 3 may.
fn given() -> District {
    let mut district = district();
    district.accepts(Command::ImportUnits(ImportUnits {
        mode: ImportMode::AllOrNothing,
        rows: vec![unit_row(1, "ORG", "D", "agency"), unit_row(2, "G111", "V11", "grid")],
    }));
    district.policy.reinforcement.allocators = vec!["ORG".into()];
    district.activate();
    district
}

/// So many for the first town, at the eastern muster point, in an hour.
fn asks(number: u32) -> RequestReinforcement {
    RequestReinforcement {
        response: R1,
        town_code: "T1".into(),
        number,
        skills: Vec::new(),
        muster_point: EAST.into(),
        village_code: "".into(),
        arrive: Deadline::WithinMs(60 * MINUTE as u64),
        task: "sandbags at the dyke".into(),
        reason: "the water rises".into(),
        sign_offs: Vec::new(),
    }
}

fn ask(number: u32) -> Command {
    Command::RequestReinforcement(asks(number))
}

fn approves(set: &[(&str, u32)]) -> ApproveReinforcement {
    ApproveReinforcement {
        request: ProposeReinforcement {
            set: set.iter().map(|(code, number)| ((*code).into(), *number)).collect(),
            ..ProposeReinforcement::default()
        },
        proposal: "".into(),
        allocator_code: "ORG".into(),
        approved_by: "Chen".into(),
        answer_within_ms: None,
    }
}

fn approve() -> Command {
    Command::ApproveReinforcement(approves(&[]))
}

fn answers(agency: &str, by: u32, reply: RequisitionReply) -> AnswerRequisition {
    AnswerRequisition {
        reinforcement: Z1,
        agency_code: agency.into(),
        by: PersonId(by),
        reply,
        reason: "duty at home".into(),
    }
}

fn accept(agency: &str, by: u32, who: &[u32]) -> Command {
    let reply = RequisitionReply::Accept(people(who.iter().copied()));
    Command::AnswerRequisition(answers(agency, by, reply))
}

fn decline(agency: &str, by: u32) -> Command {
    Command::AnswerRequisition(answers(agency, by, RequisitionReply::Decline))
}

fn assign(unit: &str, who: &[u32]) -> Command {
    Command::AssignReinforcement(AssignReinforcement {
        reinforcement: Z1,
        unit_code: unit.into(),
        people: people(who.iter().copied()),
        all: who.is_empty(),
    })
}

/// How many each agency was asked for in the last round.
fn asked(district: &District, request: ReinforcementId) -> Vec<(Box<str>, u32)> {
    let row = district.state.reinforcement.get(request).unwrap();
    let (round, ..) = row.rounds.last().unwrap();
    let each = round.requisitions.iter();
    each.map(|it| (district.state.org.get(it.agency).code.clone(), it.people.len() as u32))
        .collect()
}

fn counts(district: &District, request: ReinforcementId) -> Coverage {
    coverage(
        &district.state.orders,
        district.state.reinforcement.get(request).unwrap(),
    )
}

/// Fires until nothing is due.
fn settle(district: &mut District) {
    for _ in 0..10 {
        district.fire();
        if district
            .state
            .reinforcement
            .next_deadline()
            .is_none_or(|due| district.state.at() < Some(due))
        {
            return;
        }
    }
    panic!("reinforcement does not come to rest");
}

fn has(pairs: &[(&str, u32)]) -> Vec<(Box<str>, u32)> {
    pairs.iter().map(|(code, number)| ((*code).into(), *number)).collect()
}
