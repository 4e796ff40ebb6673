//! Requests, rounds and proposals as they are shown.

use baiying_core::State;
use baiying_core::id::{PersonSet, UnitId};
use baiying_core::reinforcement::{
    AgencyShare, Commitment, Coverage, Ending, Ground, Reinforcement, ReinforcementProposal, Requisition, Round,
    Whereabouts, WhyNot, coverage, operational_commander, whereabouts,
};
use baiying_core::word;
use baiying_proto::v1;

fn code(state: &State, unit: UnitId) -> String {
    state.org.get(unit).code.to_string()
}

fn ids(people: &PersonSet) -> Vec<u32> {
    people.iter().map(|person| person.0).collect()
}

fn skills(skills: &[(Box<str>, u32)]) -> Vec<v1::SkillNumber> {
    let shown = |(skill, number): &(Box<str>, u32)| v1::SkillNumber {
        skill: skill.to_string(),
        number: *number,
    };
    skills.iter().map(shown).collect()
}

fn counts(counts: &Coverage) -> v1::ReinforcementCounts {
    let Coverage {
        asked,
        target,
        allocated,
        pending,
        coming,
        there,
        back,
        declined,
        unanswered,
        withdrawn,
        lost,
        stood_down,
        uncovered,
        surplus,
    } = *counts;
    v1::ReinforcementCounts {
        asked,
        target,
        allocated,
        pending,
        coming,
        there,
        back,
        declined,
        unanswered,
        withdrawn,
        lost,
        stood_down,
        uncovered,
        surplus,
    }
}

pub(super) fn request(state: &State, row: &Reinforcement) -> v1::Reinforcement {
    let need = &row.need;
    v1::Reinforcement {
        reinforcement_id: row.id.0,
        response_id: need.response.0,
        town_code: code(state, need.town),
        skills: skills(&need.skills),
        muster_point_id: need.muster_point.0,
        village_code: need.village.map_or_else(String::new, |unit| code(state, unit)),
        arrive_by_unix_ms: need.arrive_by.unix_ms(),
        task: need.task.to_string(),
        reason: need.reason.to_string(),
        requested_by: row.requested.0.0.to_string(),
        requested_at_unix_ms: row.requested.1.unix_ms(),
        counts: Some(counts(&coverage(&state.orders, row))),
        rounds: row.rounds.len() as u32,
        ending: row
            .ended
            .as_ref()
            .map_or_else(String::new, |(ending, ..)| word::of(&Ending::ALL, *ending).to_owned()),
        ended_at_unix_ms: row.ended.as_ref().map_or(0, |(_, at, _)| at.unix_ms()),
        missing: row.missing,
    }
}

pub(super) fn whole(state: &State, row: &Reinforcement) -> v1::GetReinforcementResponse {
    let rounds = row.rounds.iter().map(|(round, at, _, commitments)| {
        let Round {
            number,
            automatic,
            allocator,
            approved_by,
            target: _,
            answer_by,
            requisitions,
            spared: _,
        } = round;
        let each = requisitions.iter().zip(commitments);
        v1::AllocationRound {
            number: *number,
            automatic: *automatic,
            allocator_code: code(state, *allocator),
            approved_by: approved_by.to_string(),
            at_unix_ms: at.unix_ms(),
            answer_by_unix_ms: answer_by.unix_ms(),
            requisitions: each.map(|(it, commitment)| answered(state, it, commitment)).collect(),
        }
    });
    let people = whereabouts(&state.orders, row).map(|(agency, order, person, it)| {
        let assigned = row.assigned.get(&person).map(|(unit, _)| code(state, *unit));
        let commander = operational_commander(state, person).map(|it| code(state, it.unit()));
        v1::ReinforcementPerson {
            person_id: person.0,
            agency_code: code(state, agency),
            order_id: order.0,
            whereabouts: word::of(&Whereabouts::ALL, it).to_owned(),
            assigned_code: assigned.unwrap_or_default(),
            commander_code: commander.unwrap_or_default(),
        }
    });
    v1::GetReinforcementResponse {
        reinforcement: Some(request(state, row)),
        rounds: rounds.collect(),
        people: people.collect(),
    }
}

fn grounds(grounds: &[(Ground, u32)]) -> Vec<v1::Ground> {
    let shown = |(ground, number): &(Ground, u32)| v1::Ground {
        kind: word::of(&Ground::ALL, *ground).to_owned(),
        number: *number,
    };
    grounds.iter().map(shown).collect()
}

fn requisition(state: &State, requisition: &Requisition) -> v1::Requisition {
    v1::Requisition {
        agency_code: code(state, requisition.agency),
        lead_id: requisition.lead.0,
        person_ids: ids(&requisition.people),
        grounds: grounds(&requisition.grounds),
        ..v1::Requisition::default()
    }
}

fn answered(state: &State, asked: &Requisition, commitment: &Commitment) -> v1::Requisition {
    let shown = requisition(state, asked);
    match commitment {
        Commitment::Pending => v1::Requisition {
            status: "pending".to_owned(),
            ..shown
        },
        Commitment::Accepted {
            people,
            order,
            by,
            at,
            reason,
        } => v1::Requisition {
            status: "accepted".to_owned(),
            committed_ids: ids(people),
            order_id: order.0,
            answered_by: by.0,
            answered_at_unix_ms: at.unix_ms(),
            reason: reason.to_string(),
            ..shown
        },
        Commitment::Declined { by, at, reason } => v1::Requisition {
            status: "declined".to_owned(),
            answered_by: by.0,
            answered_at_unix_ms: at.unix_ms(),
            reason: reason.to_string(),
            ..shown
        },
        Commitment::Lapsed(at) => v1::Requisition {
            status: "lapsed".to_owned(),
            answered_at_unix_ms: at.unix_ms(),
            ..shown
        },
        Commitment::Withdrawn(at) => v1::Requisition {
            status: "withdrawn".to_owned(),
            answered_at_unix_ms: at.unix_ms(),
            ..shown
        },
    }
}

pub(super) fn proposal(state: &State, proposal: &ReinforcementProposal) -> v1::ProposeReinforcementResponse {
    let ReinforcementProposal {
        name,
        gaps,
        agencies,
        cost: _,
    } = proposal;
    let gaps = gaps.iter().map(|gap| v1::ReinforcementGap {
        reinforcement_id: gap.reinforcement.0,
        uncovered: gap.uncovered,
        proposed: gap.proposed,
        missing_skills: skills(&gap.skills),
    });
    v1::ProposeReinforcementResponse {
        proposal: name.to_string(),
        gaps: gaps.collect(),
        agencies: agencies.iter().map(|share| agency(state, share)).collect(),
    }
}

fn agency(state: &State, share: &AgencyShare) -> v1::AgencyShare {
    let gives = share.gives.iter().map(|(to, it)| v1::AgencyGift {
        reinforcement_id: to.0,
        requisition: Some(requisition(state, it)),
    });
    let why_not = share.why_not.iter().map(|(why, number)| v1::Ground {
        kind: word::of(&WhyNot::ALL, *why).to_owned(),
        number: *number,
    });
    v1::AgencyShare {
        agency_code: code(state, share.agency),
        gives: gives.collect(),
        grounds: grounds(&share.grounds),
        why_not: why_not.collect(),
    }
}
