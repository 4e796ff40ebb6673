//! Messages about reinforcement as JSON: every field, in the words of the wire.

use baiying_proto::v1 as pb;
use serde_json::{Value, json};

use super::json_duty::list;

fn counts(counts: &pb::ReinforcementCounts) -> Value {
    let pb::ReinforcementCounts {
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
    } = counts;
    json!({ "asked": asked, "target": target, "allocated": allocated, "pending": pending, "coming": coming,
        "there": there, "back": back, "declined": declined, "unanswered": unanswered, "withdrawn": withdrawn,
        "lost": lost, "stood_down": stood_down, "uncovered": uncovered, "surplus": surplus })
}

fn skill(skill: &pb::SkillNumber) -> Value {
    let pb::SkillNumber { skill, number } = skill;
    json!({ "skill": skill, "number": number })
}

fn ground(ground: &pb::Ground) -> Value {
    let pb::Ground { kind, number } = ground;
    json!({ "kind": kind, "number": number })
}

/// A request.
pub(crate) fn request(row: &pb::Reinforcement) -> Value {
    let pb::Reinforcement {
        reinforcement_id,
        response_id,
        town_code,
        skills,
        muster_point_id,
        village_code,
        arrive_by_unix_ms,
        task,
        reason,
        requested_by,
        requested_at_unix_ms,
        counts: stands,
        rounds,
        ending,
        ended_at_unix_ms,
        missing,
    } = row;
    json!({ "reinforcement_id": reinforcement_id, "response_id": response_id, "town_code": town_code,
        "skills": list(skills, skill), "muster_point_id": muster_point_id, "village_code": village_code,
        "arrive_by_unix_ms": arrive_by_unix_ms, "task": task, "reason": reason, "requested_by": requested_by,
        "requested_at_unix_ms": requested_at_unix_ms, "counts": counts(&stands.unwrap_or_default()), "rounds": rounds,
        "ending": ending, "ended_at_unix_ms": ended_at_unix_ms, "missing": missing })
}

fn requisition(it: &pb::Requisition) -> Value {
    let pb::Requisition {
        agency_code,
        lead_id,
        person_ids,
        grounds,
        status,
        committed_ids,
        order_id,
        answered_by,
        answered_at_unix_ms,
        reason,
    } = it;
    json!({ "agency_code": agency_code, "lead_id": lead_id, "person_ids": person_ids,
        "grounds": list(grounds, ground), "status": status, "committed_ids": committed_ids, "order_id": order_id,
        "answered_by": answered_by, "answered_at_unix_ms": answered_at_unix_ms, "reason": reason })
}

/// A request with its rounds, and who is where.
pub(crate) fn whole(answer: &pb::GetReinforcementResponse) -> Value {
    let pb::GetReinforcementResponse {
        reinforcement,
        rounds,
        people,
    } = answer;
    let rounds = list(rounds, |round| {
        let pb::AllocationRound {
            number,
            automatic,
            allocator_code,
            approved_by,
            at_unix_ms,
            answer_by_unix_ms,
            requisitions,
        } = round;
        json!({ "number": number, "automatic": automatic, "allocator_code": allocator_code,
            "approved_by": approved_by, "at_unix_ms": at_unix_ms, "answer_by_unix_ms": answer_by_unix_ms,
            "requisitions": list(requisitions, requisition) })
    });
    let people = list(people, |it| {
        let pb::ReinforcementPerson {
            person_id,
            agency_code,
            order_id,
            whereabouts,
            assigned_code,
            commander_code,
        } = it;
        json!({ "person_id": person_id, "agency_code": agency_code, "order_id": order_id,
            "whereabouts": whereabouts, "assigned_code": assigned_code, "commander_code": commander_code })
    });
    json!({ "reinforcement": request(&reinforcement.clone().unwrap_or_default()), "rounds": rounds, "people": people })
}

/// Who could go.
pub(crate) fn proposal(answer: &pb::ProposeReinforcementResponse) -> Value {
    let pb::ProposeReinforcementResponse {
        proposal,
        gaps,
        agencies,
    } = answer;
    let gaps = list(gaps, |gap| {
        let pb::ReinforcementGap {
            reinforcement_id,
            uncovered,
            proposed,
            missing_skills,
        } = gap;
        json!({ "reinforcement_id": reinforcement_id, "uncovered": uncovered, "proposed": proposed,
            "missing_skills": list(missing_skills, skill) })
    });
    let agencies = list(agencies, |share| {
        let pb::AgencyShare {
            agency_code,
            gives,
            grounds,
            why_not,
        } = share;
        let gives = list(gives, |gift| {
            let it = gift.requisition.clone().unwrap_or_default();
            json!({ "reinforcement_id": gift.reinforcement_id, "requisition": requisition(&it) })
        });
        json!({ "agency_code": agency_code, "gives": gives, "grounds": list(grounds, ground),
            "why_not": list(why_not, ground) })
    });
    json!({ "proposal": proposal, "gaps": gaps, "agencies": agencies })
}
