//! Plans, posts and slots as documents for programs: the same in every language.

use baiying_proto::v1 as pb;
use serde_json::{Value, json};

/// Something wrong with a plan's file.
pub(crate) fn problem(problem: &pb::FileProblem) -> Value {
    let pb::FileProblem {
        file_name,
        line,
        key,
        value,
        problem,
        detail,
    } = problem;
    json!({ "file": file_name, "line": line, "key": key, "value": value, "problem": problem, "detail": detail })
}

/// Something that a plan names and the district does not have.
pub(crate) fn warning(warning: &pb::PlanWarning) -> Value {
    let pb::PlanWarning { warning, key, value } = warning;
    json!({ "warning": warning, "key": key, "value": value })
}

/// A version in short.
pub(crate) fn summary(summary: &pb::PlanSummary) -> Value {
    let pb::PlanSummary {
        kind,
        name,
        basis,
        version,
        imported_by,
        imported_unix_ms,
    } = summary;
    json!({ "kind": kind, "name": name, "basis": basis, "version": version, "imported_by": imported_by,
        "imported_unix_ms": imported_unix_ms })
}

fn level(level: &pb::PlanLevel) -> Value {
    let pb::PlanLevel {
        level,
        teams,
        on_duty,
        staff,
        members,
        text,
        acknowledge_ms,
        arrive_ms,
        grace_ms,
        ladder,
        muster_points,
        sign_offs,
        first_phone_ms,
        first_written_ms,
        follow_up_ms,
        daily_at,
        zero_report,
        in_place_ms,
        authority,
        second_person,
    } = level;
    let ladder = ladder
        .iter()
        .map(|step| json!({ "after_ms": step.after_ms, "target": step.target }));
    json!({
        "level": level,
        "call_out": { "teams": teams, "on_duty": on_duty, "staff": staff, "members": members },
        "order": { "text": text, "acknowledge_ms": acknowledge_ms, "arrive_ms": arrive_ms, "grace_ms": grace_ms,
            "ladder": ladder.collect::<Vec<_>>(), "muster_points": muster_points, "sign_offs": sign_offs },
        "reports": { "first_phone_ms": first_phone_ms, "first_written_ms": first_written_ms, "follow_up_ms": follow_up_ms,
            "daily_at": daily_at, "zero_report": zero_report },
        "in_place_ms": in_place_ms,
        "authority": { "posts": authority, "second_person": second_person },
    })
}

/// A plan, whole.
pub(crate) fn plan(plan: &pb::GetPlanResponse) -> Value {
    let pb::GetPlanResponse {
        summary: head,
        provisional_ms,
        command,
        levels,
        warnings,
    } = plan;
    let row = |row: &pb::PlanCommandRow| {
        let pb::PlanCommandRow {
            role,
            at,
            primary,
            backup,
        } = row;
        json!({ "role": role, "at": at, "primary": primary, "backup": backup })
    };
    json!({
        "plan": head.as_ref().map(summary),
        "provisional_ms": provisional_ms,
        "command": command.iter().map(row).collect::<Vec<_>>(),
        "levels": levels.iter().map(level).collect::<Vec<_>>(),
        "warnings": warnings.iter().map(warning).collect::<Vec<_>>(),
    })
}

/// A post and who holds it.
pub(crate) fn post(post: &pb::Post) -> Value {
    let pb::Post {
        unit_code,
        post,
        primary_id,
        backup_id,
        acting_id,
        since_unix_ms,
        primary_masked_name,
        backup_masked_name,
    } = post;
    json!({ "unit_code": unit_code, "post": post, "primary_id": primary_id, "primary_masked_name": primary_masked_name,
        "backup_id": backup_id, "backup_masked_name": backup_masked_name, "acting_id": acting_id,
        "since_unix_ms": since_unix_ms })
}

/// A slot of a 1+1+N.
pub(crate) fn slot(slot: &pb::TeamSlot) -> Value {
    let pb::TeamSlot {
        unit_code,
        kind,
        min,
        max,
        size_min,
        teams,
        small,
        people,
        open,
        over,
    } = slot;
    json!({ "unit_code": unit_code, "kind": kind, "min": min, "max": max, "size_min": size_min, "teams": teams,
        "small": small, "people": people, "open": open, "over": over })
}
