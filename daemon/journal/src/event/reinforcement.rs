//! Reinforcement.

use baiying_core::event::Event;
use baiying_core::id::{ReinforcementId, Timestamp, UnitId};
use baiying_core::reinforcement::{Commitment, Ending, Ground, Need, Requisition, Round};
use baiying_proto::journal::v1 as pb;
use pb::event::Kind;
use pb::requisition_settled::Outcome;

use super::EventError;
use super::common::{Word, id, ids, instant, optional_id, people, required, runs, version, word};

word!(Ground = AllocationGround {
    Team Out Free OnPost Keep Travel LinkedVillage LinkedTown RecentCalls BeyondHalf LeadGoes LeadMissing Set Refused
});
word!(Ending = ReinforcementEnding { Returned Withdrawn ResponseEnded });

pub(super) fn encode_requested(reinforcement: ReinforcementId, need: &Need) -> Kind {
    let Need {
        response,
        town,
        number,
        skills,
        muster_point,
        village,
        arrive_by,
        task,
        reason,
        sign_offs,
    } = need;
    let skills = skills.iter().map(|(skill, number)| pb::SkillNeed {
        skill: skill.to_string(),
        number: *number,
    });
    Kind::ReinforcementRequested(pb::ReinforcementRequested {
        reinforcement: reinforcement.0,
        response: response.0,
        town: town.0,
        number: *number,
        skills: skills.collect(),
        muster_point: muster_point.0,
        village: village.map(|unit| unit.0),
        arrive_by_unix_ms: arrive_by.unix_ms(),
        task: task.to_string(),
        reason: reason.to_string(),
        sign_offs: sign_offs.iter().map(ToString::to_string).collect(),
    })
}

pub(super) fn decode_requested(message: pb::ReinforcementRequested) -> Result<Event, EventError> {
    let pb::ReinforcementRequested {
        reinforcement,
        response,
        town,
        number,
        skills,
        muster_point,
        village,
        arrive_by_unix_ms,
        task,
        reason,
        sign_offs,
    } = message;
    let skills = skills
        .into_iter()
        .map(|pb::SkillNeed { skill, number }| (skill.into(), number));
    let need = Need {
        response: id("reinforcement.response", response)?,
        town: id("reinforcement.town", town)?,
        number,
        skills: skills.collect(),
        muster_point: id("reinforcement.muster_point", muster_point)?,
        village: optional_id("reinforcement.village", village)?,
        arrive_by: instant("reinforcement.arrive_by", arrive_by_unix_ms)?,
        task: task.into(),
        reason: reason.into(),
        sign_offs: sign_offs.into_iter().map(Into::into).collect(),
    };
    Ok(Event::ReinforcementRequested {
        reinforcement: id("reinforcement.id", reinforcement)?,
        need,
    })
}

pub(super) fn encode_allocated(reinforcement: ReinforcementId, round: &Round) -> Kind {
    let Round {
        number,
        automatic,
        allocator,
        approved_by,
        target,
        answer_by,
        requisitions,
        spared,
    } = round;
    Kind::ReinforcementAllocated(pb::ReinforcementAllocated {
        reinforcement: reinforcement.0,
        round: *number,
        automatic: *automatic,
        allocator: allocator.0,
        approved_by: approved_by.to_string(),
        target: *target,
        answer_by_unix_ms: answer_by.unix_ms(),
        requisitions: requisitions.iter().map(encode_requisition).collect(),
        spared: spared.iter().map(|agency| agency.0).collect(),
    })
}

fn encode_requisition(requisition: &Requisition) -> pb::StoredRequisition {
    let Requisition {
        agency,
        lead,
        people,
        grounds,
    } = requisition;
    let grounds = grounds.iter().map(|(ground, number)| pb::StoredGround {
        ground: ground.to_wire(),
        number: *number,
    });
    pb::StoredRequisition {
        agency: agency.0,
        lead: lead.0,
        people: runs(people),
        grounds: grounds.collect(),
    }
}

pub(super) fn decode_allocated(message: pb::ReinforcementAllocated) -> Result<Event, EventError> {
    let pb::ReinforcementAllocated {
        reinforcement,
        round,
        automatic,
        allocator,
        approved_by,
        target,
        answer_by_unix_ms,
        requisitions,
        spared,
    } = message;
    let requisitions = requisitions.into_iter().map(decode_requisition);
    Ok(Event::ReinforcementAllocated {
        reinforcement: id("reinforcement.id", reinforcement)?,
        round: Round {
            number: version("reinforcement.round", round)?,
            automatic,
            allocator: id("reinforcement.allocator", allocator)?,
            approved_by: approved_by.into(),
            target,
            answer_by: instant("reinforcement.answer_by", answer_by_unix_ms)?,
            requisitions: requisitions.collect::<Result<_, _>>()?,
            spared: spared
                .into_iter()
                .map(|agency| id("reinforcement.spared", agency))
                .collect::<Result<_, _>>()?,
        },
    })
}

fn decode_requisition(message: pb::StoredRequisition) -> Result<Requisition, EventError> {
    let pb::StoredRequisition {
        agency,
        lead,
        people: who,
        grounds,
    } = message;
    let ground = |pb::StoredGround { ground, number }| Ok((Ground::from_wire("requisition.ground", ground)?, number));
    Ok(Requisition {
        agency: id("requisition.agency", agency)?,
        lead: id("requisition.lead", lead)?,
        people: people("requisition.people", &who)?,
        grounds: grounds.into_iter().map(ground).collect::<Result<_, EventError>>()?,
    })
}

pub(super) fn encode_settled(
    reinforcement: ReinforcementId,
    round: u32,
    agency: UnitId,
    commitment: &Commitment,
) -> Kind {
    let (at, outcome) = match commitment {
        // Never an event of its own: a requisition waits from being sent on.
        Commitment::Pending => (None, None),
        Commitment::Accepted {
            people,
            order,
            by,
            at,
            reason,
        } => {
            let accepted = pb::RequisitionAccepted {
                people: runs(people),
                order: order.0,
                by: by.0,
                reason: reason.to_string(),
            };
            (Some(*at), Some(Outcome::Accepted(accepted)))
        }
        Commitment::Declined { by, at, reason } => {
            let (by, reason) = (by.0, reason.to_string());
            (
                Some(*at),
                Some(Outcome::Declined(pb::RequisitionDeclined { by, reason })),
            )
        }
        Commitment::Lapsed(at) => (Some(*at), Some(Outcome::Lapsed(pb::RequisitionLapsed {}))),
        Commitment::Withdrawn(at) => (Some(*at), Some(Outcome::Withdrawn(pb::RequisitionWithdrawn {}))),
    };
    Kind::RequisitionSettled(pb::RequisitionSettled {
        reinforcement: reinforcement.0,
        round,
        agency: agency.0,
        at_unix_ms: at.map_or(0, Timestamp::unix_ms),
        outcome,
    })
}

pub(super) fn decode_settled(message: pb::RequisitionSettled) -> Result<Event, EventError> {
    let pb::RequisitionSettled {
        reinforcement,
        round,
        agency,
        at_unix_ms,
        outcome,
    } = message;
    let at = instant("requisition.at", at_unix_ms)?;
    let commitment = match required("requisition.outcome", outcome)? {
        Outcome::Accepted(pb::RequisitionAccepted {
            people: who,
            order,
            by,
            reason,
        }) => Commitment::Accepted {
            people: people("requisition.people", &who)?,
            order: id("requisition.order", order)?,
            by: id("requisition.by", by)?,
            at,
            reason: reason.into(),
        },
        Outcome::Declined(pb::RequisitionDeclined { by, reason }) => Commitment::Declined {
            by: id("requisition.by", by)?,
            at,
            reason: reason.into(),
        },
        Outcome::Lapsed(pb::RequisitionLapsed {}) => Commitment::Lapsed(at),
        Outcome::Withdrawn(pb::RequisitionWithdrawn {}) => Commitment::Withdrawn(at),
    };
    Ok(Event::RequisitionSettled {
        reinforcement: id("reinforcement.id", reinforcement)?,
        round: version("requisition.round", round)?,
        agency: id("requisition.agency", agency)?,
        commitment,
    })
}

pub(super) fn decode_short(message: pb::ReinforcementShort) -> Result<Event, EventError> {
    let pb::ReinforcementShort { reinforcement, missing } = message;
    Ok(Event::ReinforcementShort {
        reinforcement: id("reinforcement.id", reinforcement)?,
        missing,
    })
}

pub(super) fn decode_assigned(message: pb::ReinforcementAssigned) -> Result<Event, EventError> {
    let pb::ReinforcementAssigned {
        reinforcement,
        unit,
        people: who,
    } = message;
    Ok(Event::ReinforcementAssigned {
        reinforcement: id("reinforcement.id", reinforcement)?,
        unit: id("reinforcement.unit", unit)?,
        people: people("reinforcement.people", &who)?,
    })
}

pub(super) fn decode_ended(message: pb::ReinforcementEnded) -> Result<Event, EventError> {
    let pb::ReinforcementEnded {
        reinforcement,
        ending,
        reason,
    } = message;
    Ok(Event::ReinforcementEnded {
        reinforcement: id("reinforcement.id", reinforcement)?,
        ending: Ending::from_wire("reinforcement.ending", ending)?,
        reason: reason.into(),
    })
}

pub(super) fn decode_linked(message: pb::AgencyLinked) -> Result<Event, EventError> {
    let pb::AgencyLinked { agency, villages } = message;
    Ok(Event::AgencyLinked {
        agency: id("links.agency", agency)?,
        villages: ids("links.villages", villages)?,
    })
}
