//! Temporary Party branches as JSON: every field, in the words of the wire.

use baiying_proto::v1 as pb;
use serde_json::{Value, json};

use super::json_duty::list;

/// A branch.
pub(crate) fn branch(branch: &pb::Branch) -> Value {
    let pb::Branch {
        branch_id,
        response_id,
        unit_code,
        muster_point_id,
        front,
        name,
        status,
        full,
        probationary,
        applicants,
        secretary_id,
        authority_code,
        approved_unix_ms,
        document,
        expected_days,
        strength_until_unix_ms,
        merged_into,
        warnings,
    } = branch;
    json!({ "branch_id": branch_id, "response_id": response_id, "unit_code": unit_code,
        "muster_point_id": muster_point_id, "front": front, "name": name, "status": status, "full": full,
        "probationary": probationary, "applicants": applicants, "secretary_id": secretary_id,
        "authority_code": authority_code, "approved_unix_ms": approved_unix_ms, "document": document,
        "expected_days": expected_days, "strength_until_unix_ms": strength_until_unix_ms, "merged_into": merged_into,
        "warnings": warnings })
}

fn member(member: &pb::BranchMember) -> Value {
    let pb::BranchMember {
        person_id,
        masked_name,
        home_unit_code,
        role,
        joined_unix_ms,
        left_unix_ms,
        left_reason,
    } = member;
    json!({ "person_id": person_id, "masked_name": masked_name, "home_unit_code": home_unit_code, "role": role,
        "joined_unix_ms": joined_unix_ms, "left_unix_ms": left_unix_ms, "left_reason": left_reason })
}

fn step(step: &pb::BranchStep) -> Value {
    let pb::BranchStep {
        status,
        at_unix_ms,
        actor,
        unit_code,
        note,
    } = step;
    json!({ "status": status, "at_unix_ms": at_unix_ms, "actor": actor, "unit_code": unit_code, "note": note })
}

fn feedback(feedback: &pb::BranchFeedback) -> Value {
    let pb::BranchFeedback {
        unit_code,
        person_ids,
        written_by_id,
        note,
        actor,
        at_unix_ms,
    } = feedback;
    json!({ "unit_code": unit_code, "person_ids": person_ids, "written_by_id": written_by_id, "note": note,
        "actor": actor, "at_unix_ms": at_unix_ms })
}

fn activity(activity: &pb::BranchActivity) -> Value {
    let pb::BranchActivity {
        on_date,
        text,
        actor,
        at_unix_ms,
    } = activity;
    json!({ "on_date": on_date, "text": text, "actor": actor, "at_unix_ms": at_unix_ms })
}

/// A branch with its whole record, its people by their ids only.
pub(crate) fn record_by_id(
    head: &pb::GetBranchResponse,
    members: &[pb::BranchMember],
    activities: &[pb::BranchActivity],
) -> Value {
    let mut record = record(head, members, activities);
    for member in record["members"].as_array_mut().into_iter().flatten() {
        if let Some(member) = member.as_object_mut() {
            member.remove("masked_name");
        }
    }
    record
}

/// A branch with its whole record.
pub(crate) fn record(
    head: &pb::GetBranchResponse,
    members: &[pb::BranchMember],
    activities: &[pb::BranchActivity],
) -> Value {
    let pb::GetBranchResponse {
        branch: of,
        steps,
        feedback: told,
        owed_unit_codes,
        seal,
    } = head;
    let seal = seal.as_ref().map(|seal| {
        let pb::BranchSeal {
            digest,
            without_feedback,
        } = seal;
        json!({ "digest": digest, "without_feedback": without_feedback })
    });
    json!({ "branch": branch(of.as_ref().unwrap_or(&pb::Branch::default())), "members": list(members, member),
        "steps": list(steps, step), "activities": list(activities, activity), "feedback": list(told, feedback),
        "owed_unit_codes": owed_unit_codes, "seal": seal })
}
