//! Messages of in-place reports as JSON: every field, in the words of the wire.

use baiying_proto::v1 as pb;
use serde_json::{Value, json};

/// A village's window.
pub(crate) fn window(window: &pb::InPlaceWindow) -> Value {
    let pb::InPlaceWindow {
        window_id,
        response_id,
        village_code,
        order_id,
        mobilized_by_code,
        deadline_unix_ms,
        closes_at_unix_ms,
        opened_at_unix_ms,
        closed_at_unix_ms,
        closed_why,
        counts,
    } = window;
    let counts = counts.as_ref().map(|counts| {
        let pb::InPlaceCounts {
            due,
            confirmed,
            released,
            reported,
            coming,
            declined,
            excused,
            unanswered,
            absent,
        } = counts;
        json!({ "due": due, "confirmed": confirmed, "released": released, "reported": reported, "coming": coming,
            "declined": declined, "excused": excused, "unanswered": unanswered, "absent": absent })
    });
    json!({ "window_id": window_id, "response_id": response_id, "village_code": village_code, "order_id": order_id,
        "mobilized_by_code": mobilized_by_code, "deadline_unix_ms": deadline_unix_ms,
        "closes_at_unix_ms": closes_at_unix_ms, "opened_at_unix_ms": opened_at_unix_ms,
        "closed_at_unix_ms": closed_at_unix_ms, "closed_why": closed_why, "counts": counts })
}

/// One member in one window.
pub(crate) fn report(report: &pb::InPlaceReport) -> Value {
    let pb::InPlaceReport {
        window_id,
        village_code,
        person_id,
        masked_name,
        home_unit_code,
        status,
        reported_at_unix_ms,
        confirmed_at_unix_ms,
        late,
        rejected_reason,
        excuse,
        stated_reason,
        task,
        skills,
        registered,
        service,
        hours,
    } = report;
    json!({ "window_id": window_id, "village_code": village_code, "person_id": person_id, "masked_name": masked_name,
        "home_unit_code": home_unit_code, "status": status, "reported_at_unix_ms": reported_at_unix_ms,
        "confirmed_at_unix_ms": confirmed_at_unix_ms, "late": late, "rejected_reason": rejected_reason,
        "excuse": excuse, "stated_reason": stated_reason, "task": task, "skills": skills, "registered": registered,
        "service": service, "hours": hours })
}

/// A member of the mobile team.
pub(crate) fn mobile(member: &pb::MobileMember) -> Value {
    let pb::MobileMember {
        person_id,
        masked_name,
        home_unit_code,
        status,
        skills,
    } = member;
    json!({ "person_id": person_id, "masked_name": masked_name, "home_unit_code": home_unit_code, "status": status,
        "skills": skills })
}

/// An exemption.
pub(crate) fn exemption(exemption: &pb::Exemption) -> Value {
    let pb::Exemption {
        exemption_id,
        person_id,
        reason,
        from_unix_ms,
        until_unix_ms,
        approved_by,
    } = exemption;
    json!({ "exemption_id": exemption_id, "person_id": person_id, "reason": reason, "from_unix_ms": from_unix_ms,
        "until_unix_ms": until_unix_ms, "approved_by": approved_by })
}

/// A registration.
pub(crate) fn registration(row: &pb::PreRegistration) -> Value {
    let pb::PreRegistration {
        person_id,
        masked_name,
        village_code,
        skills,
        service,
        hours,
    } = row;
    json!({ "person_id": person_id, "masked_name": masked_name, "village_code": village_code, "skills": skills,
        "service": service, "hours": hours })
}

/// A village in numbers.
pub(crate) fn village(village: &pb::VillageMembers) -> Value {
    let pb::VillageMembers {
        village_code,
        members,
        registered,
        muster_points,
    } = village;
    json!({ "village_code": village_code, "members": members, "registered": registered,
        "muster_points": muster_points })
}

/// A double report.
pub(crate) fn double_report(report: &pb::DoubleReport) -> Value {
    use pb::double_report_subject::Who;
    let pb::DoubleReport {
        subject,
        community_code,
        basis,
        response_id,
        stands,
        since_unix_ms,
    } = report;
    let (unit, person) = match subject.as_ref().and_then(|subject| subject.who.as_ref()) {
        Some(Who::UnitCode(code)) => (code.as_str(), 0),
        Some(Who::PersonId(person)) => ("", *person),
        None => ("", 0),
    };
    json!({ "unit_code": unit, "person_id": person, "community_code": community_code, "basis": basis,
        "response_id": response_id, "stands": stands, "since_unix_ms": since_unix_ms })
}
