//! Messages of the 20 % rule as JSON: every field, in the words of the wire.

use baiying_proto::v1 as pb;
use serde_json::{Value, json};

use super::json_duty::list;

/// What a unit owes and has.
pub(crate) fn quota(quota: &pb::UnitQuota) -> Value {
    let pb::UnitQuota {
        unit_code,
        established_on_post,
        percent,
        required,
        eligible,
        selected,
        unfit,
        shortfall,
        status,
        party_percent,
        verified,
        excluded,
        confirmed_date,
        waived_until,
        waived_by,
        joint_with_code,
        ages,
    } = quota;
    let excluded = list(excluded, |count| {
        let pb::ReasonCount { reason, people } = count;
        json!({ "reason": reason, "people": people })
    });
    json!({ "unit_code": unit_code, "established_on_post": established_on_post, "percent": percent,
        "required": required, "eligible": eligible, "selected": selected, "unfit": unfit, "shortfall": shortfall,
        "status": status, "party_percent": party_percent, "verified": verified, "excluded": excluded,
        "confirmed_date": confirmed_date, "waived_until": waived_until, "waived_by": waived_by,
        "joint_with_code": joint_with_code, "ages": ages })
}

/// An exclusion.
pub(crate) fn exclusion(exclusion: &pb::Exclusion) -> Value {
    let pb::Exclusion {
        exclusion_id,
        person_id,
        reason,
        from_date,
        until_date,
        approved_by,
    } = exclusion;
    json!({ "exclusion_id": exclusion_id, "person_id": person_id, "reason": reason, "from_date": from_date,
        "until_date": until_date, "approved_by": approved_by })
}

/// A team that could be.
pub(crate) fn proposal(proposal: &pb::ProposeTeamResponse) -> Value {
    let pb::ProposeTeamResponse {
        proposal,
        team,
        reserve,
        others,
        required,
        kept_percent,
        uncovered_skills,
        at_date,
        team_code,
    } = proposal;
    json!({ "proposal": proposal, "team_code": team_code, "team": list(team, candidate), "reserve": list(reserve, candidate),
        "others": list(others, candidate), "required": required, "kept_percent": kept_percent,
        "uncovered_skills": uncovered_skills, "at_date": at_date })
}

fn candidate(candidate: &pb::Candidate) -> Value {
    let pb::Candidate {
        person_id,
        masked_name,
        role,
        reasons,
        score,
    } = candidate;
    let reasons = list(reasons, |reason| {
        let pb::Reason { reason, points, detail } = reason;
        json!({ "reason": reason, "points": points, "detail": detail })
    });
    json!({ "person_id": person_id, "masked_name": masked_name, "role": role, "reasons": reasons, "score": score })
}
