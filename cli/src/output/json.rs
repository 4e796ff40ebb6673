//! Messages as JSON: names of the schemas in snake_case, ids as numbers, words of the wire; the same in every language.

use baiying_proto::v1 as pb;
use serde_json::{Value, json};

/// The answer to a change, with more beside it.
pub(crate) fn receipt(receipt: Option<&pb::Receipt>, more: Value) -> Value {
    let mut document = json!({
        "revision": receipt.map_or(0, |receipt| receipt.revision),
        "repeated": receipt.is_some_and(|receipt| receipt.repeated),
    });
    if let (Some(document), Value::Object(more)) = (document.as_object_mut(), more) {
        document.extend(more);
    }
    document
}

/// Counts.
pub(crate) fn counts(counts: Option<&pb::Counts>) -> Value {
    let pb::Counts {
        due,
        present,
        en_route,
        excused,
        absent,
        unconfirmed,
        delivered,
        acked,
        departed,
        late,
        unreached,
    } = counts.copied().unwrap_or_default();
    json!({
        "due": due, "present": present, "en_route": en_route, "excused": excused, "absent": absent,
        "unconfirmed": unconfirmed, "delivered": delivered, "acked": acked, "departed": departed, "late": late,
        "unreached": unreached,
    })
}

/// A unit.
pub(crate) fn unit(unit: &pb::Unit) -> Value {
    let pb::Unit {
        code,
        name,
        parent_code,
        kind,
        people,
        effective_level,
    } = unit;
    json!({ "code": code, "name": name, "parent_code": parent_code, "kind": kind, "people": people,
        "effective_level": effective_level })
}

/// A muster point.
pub(crate) fn muster_point(point: &pb::MusterPoint) -> Value {
    let pb::MusterPoint {
        muster_point_id,
        code,
        name,
        unit_code,
        address,
    } = point;
    json!({ "muster_point_id": muster_point_id, "code": code, "name": name, "unit_code": unit_code, "address": address })
}

/// A person.
pub(crate) fn person(person: &pb::Person) -> Value {
    let pb::Person {
        person_id,
        masked_name,
        masked_phone,
        unit_code,
        residence_code,
        category,
        political,
        team_ids,
        active_order_id,
        standing,
        seconded_to_code,
        skills,
        department,
        post,
        masked_id_number,
        age,
        phone_verified_unix_ms,
    } = person;
    json!({ "person_id": person_id, "masked_name": masked_name, "masked_phone": masked_phone, "unit_code": unit_code,
        "residence_code": residence_code, "category": category, "political": political, "team_ids": team_ids,
        "active_order_id": active_order_id, "standing": standing, "seconded_to_code": seconded_to_code,
        "skills": skills, "department": department, "post": post, "masked_id_number": masked_id_number, "age": age,
        "phone_verified_unix_ms": phone_verified_unix_ms })
}

/// A person's own data, after it was asked for on record.
pub(crate) fn unmasked_person(person: &pb::UnmaskedPerson) -> Value {
    let pb::UnmaskedPerson {
        person_id,
        name,
        phone,
        id_number,
        address,
    } = person;
    json!({ "person_id": person_id, "name": name, "phone": phone, "id_number": id_number, "address": address })
}

/// A disclosure.
pub(crate) fn disclosure(disclosure: &pb::Disclosure) -> Value {
    let pb::Disclosure {
        disclosure_id,
        at_unix_ms,
        actor,
        purpose,
        approved_by,
        people,
    } = disclosure;
    json!({ "disclosure_id": disclosure_id, "at_unix_ms": at_unix_ms, "actor": actor, "purpose": purpose,
        "approved_by": approved_by, "people": people })
}

/// A team.
pub(crate) fn team(team: &pb::Team) -> Value {
    let pb::Team {
        team_id,
        code,
        name,
        kind,
        unit_code,
        leader_id,
        deputy_id,
        members,
    } = team;
    json!({ "team_id": team_id, "code": code, "name": name, "kind": kind, "unit_code": unit_code,
        "leader_id": leader_id, "deputy_id": deputy_id, "members": members })
}

/// What units miss.
pub(crate) fn readiness(answer: &pb::ReadinessResponse) -> Value {
    let pb::ReadinessResponse {
        at_unix_ms,
        units,
        looked_at,
        ready,
        evaluated_unix_ms,
        due_unix_ms,
        last_exercise_unix_ms,
        drills,
        forecast,
        open_actions,
        overdue_actions,
    } = answer;
    let units: Vec<_> = units
        .iter()
        .map(|unit| {
            let pb::UnitReadiness {
                unit_code,
                gaps,
                last_spot_check_unix_ms,
                last_spot_check_result,
            } = unit;
            json!({ "unit_code": unit_code, "gaps": gaps.iter().map(gap).collect::<Vec<_>>(),
                "last_spot_check_unix_ms": last_spot_check_unix_ms, "last_spot_check_result": last_spot_check_result })
        })
        .collect();
    json!({ "at_unix_ms": at_unix_ms, "units": units, "looked_at": looked_at, "ready": ready,
        "evaluated_unix_ms": evaluated_unix_ms, "due_unix_ms": due_unix_ms, "last_exercise_unix_ms": last_exercise_unix_ms,
        "drills": drills.iter().map(super::readiness_drills::json).collect::<Vec<_>>(),
        "forecast": forecast.as_ref().map(super::readiness_drills::forecast_json), "open_actions": open_actions,
        "overdue_actions": overdue_actions })
}

fn gap(gap: &pb::ReadinessGap) -> Value {
    let pb::ReadinessGap {
        kind,
        serious,
        count,
        from_unix_ms,
        since_unix_ms,
    } = gap;
    json!({ "kind": kind, "serious": serious, "count": count, "from_unix_ms": from_unix_ms,
        "since_unix_ms": since_unix_ms })
}

/// A daily evaluation of readiness.
pub(crate) fn evaluation(evaluation: &pb::Evaluation) -> Value {
    let pb::Evaluation {
        evaluation_id,
        at_unix_ms,
        came_up,
        mended,
    } = evaluation;
    let gaps = |gaps: &[pb::UnitGap]| -> Vec<Value> {
        let gap = |pb::UnitGap { unit_code, kind }: &pb::UnitGap| json!({ "unit_code": unit_code, "kind": kind });
        gaps.iter().map(gap).collect()
    };
    json!({ "evaluation_id": evaluation_id, "at_unix_ms": at_unix_ms, "came_up": gaps(came_up), "mended": gaps(mended) })
}

/// A spot check.
pub(crate) fn spot_check(check: &pb::SpotCheck) -> Value {
    let pb::SpotCheck {
        spot_check_id,
        unit_code,
        method,
        from_unix_ms,
        until_unix_ms,
        asked_unix_ms,
        rostered_person_ids,
        answered_unix_ms,
        answered_by,
        status,
        note,
        planned_by,
    } = check;
    json!({ "spot_check_id": spot_check_id, "unit_code": unit_code, "method": method, "from_unix_ms": from_unix_ms,
        "until_unix_ms": until_unix_ms, "asked_unix_ms": asked_unix_ms, "rostered_person_ids": rostered_person_ids,
        "answered_unix_ms": answered_unix_ms, "answered_by": answered_by, "status": status, "note": note,
        "planned_by": planned_by })
}

/// A spot check as who is on duty is asked.
pub(crate) fn spot_check_call(call: Option<&pb::SpotCheckCall>) -> Value {
    let Some(call) = call else { return Value::Null };
    let pb::SpotCheckCall {
        spot_check_id,
        unit_code,
        asked_unix_ms,
        pass_until_unix_ms,
        late_until_unix_ms,
        status,
    } = call;
    json!({ "spot_check_id": spot_check_id, "unit_code": unit_code, "asked_unix_ms": asked_unix_ms,
        "pass_until_unix_ms": pass_until_unix_ms, "late_until_unix_ms": late_until_unix_ms, "status": status })
}

/// Leave.
pub(crate) fn leave(leave: &pb::Leave) -> Value {
    let pb::Leave {
        leave_id,
        person_id,
        reason,
        note,
        from_unix_ms,
        until_unix_ms,
        order_id,
        status,
        requested_by,
        decided_by,
    } = leave;
    json!({ "leave_id": leave_id, "person_id": person_id, "reason": reason, "note": note,
        "from_unix_ms": from_unix_ms, "until_unix_ms": until_unix_ms, "order_id": order_id, "status": status,
        "requested_by": requested_by, "decided_by": decided_by })
}

/// A response.
pub(crate) fn response(response: &pb::Response) -> Value {
    let pb::Response {
        response_id,
        event,
        plan,
        jurisdiction_code,
        epoch,
        level,
        scope_codes,
        active,
        history,
        order_ids,
        terminated_at_unix_ms,
        termination_reason,
        phase,
        lapses_at_unix_ms,
        requested_by_id,
        authorizations,
        rejected_by_id,
        rejection_reason,
        plan_version,
        roster_revision,
        open_windows,
        open_branches,
    } = response;
    json!({ "response_id": response_id, "event": event, "plan": plan, "jurisdiction_code": jurisdiction_code,
        "epoch": epoch, "level": level, "scope_codes": scope_codes, "active": active,
        "history": history.iter().map(level_change).collect::<Vec<_>>(), "order_ids": order_ids,
        "terminated_at_unix_ms": terminated_at_unix_ms, "termination_reason": termination_reason, "phase": phase,
        "lapses_at_unix_ms": lapses_at_unix_ms, "requested_by_id": requested_by_id,
        "authorizations": authorizations.iter().map(authorization).collect::<Vec<_>>(), "rejected_by_id": rejected_by_id,
        "rejection_reason": rejection_reason, "plan_version": plan_version, "roster_revision": roster_revision,
        "open_windows": open_windows, "open_branches": open_branches })
}

fn authorization(authorization: &pb::Authorization) -> Value {
    let pb::Authorization {
        version,
        level,
        requested_by_id,
        approved_by_id,
        post,
        at_unix_ms,
    } = authorization;
    json!({ "version": version, "level": level, "requested_by_id": requested_by_id, "approved_by_id": approved_by_id,
        "post": post, "at_unix_ms": at_unix_ms })
}

fn level_change(change: &pb::LevelChange) -> Value {
    let pb::LevelChange {
        version,
        from_level,
        to_level,
        scope_codes,
        reason,
        basis,
        actor,
        at_unix_ms,
    } = change;
    json!({ "version": version, "from_level": from_level, "to_level": to_level, "scope_codes": scope_codes,
        "reason": reason, "basis": basis, "actor": actor, "at_unix_ms": at_unix_ms })
}

/// What an issued order came to; null if there is none.
pub(crate) fn issued(issued: Option<&pb::Issued>) -> Value {
    issued.map_or(Value::Null, |issued| {
        let pb::Issued {
            order_id,
            version,
            due,
            excused,
            preempted,
        } = issued;
        json!({ "order_id": order_id, "version": version, "due": due, "excused": excused, "preempted": preempted })
    })
}

/// An order with its versions.
pub(crate) fn order(order: &pb::Order) -> Value {
    let pb::Order {
        order_id,
        response_id,
        versions,
    } = order;
    json!({ "order_id": order_id, "response_id": response_id,
        "versions": versions.iter().map(order_version).collect::<Vec<_>>() })
}

fn order_version(version: &pb::OrderVersion) -> Value {
    let pb::OrderVersion {
        version,
        text,
        muster_point_ids,
        issued_by,
        issued_at_unix_ms,
        status,
        cancel_reason,
        ended_at_unix_ms,
        duty,
        ack_deadline_unix_ms,
        arrive_deadline_unix_ms,
        grace_ms,
        ladder,
        steps_done,
        total,
        sign_offs,
        signed,
        evidence,
        addressed_to,
        on_duty,
    } = version;
    let on_duty: Vec<_> = on_duty
        .iter()
        .map(|it| json!({ "unit_code": it.unit_code, "position": it.position, "person_id": it.person_id }))
        .collect();
    let ladder: Vec<_> = ladder
        .iter()
        .map(|step| json!({ "after_ms": step.after_ms, "target": step.target }))
        .collect();
    json!({ "version": version, "text": text, "muster_point_ids": muster_point_ids, "issued_by": issued_by,
        "issued_at_unix_ms": issued_at_unix_ms, "status": status, "cancel_reason": cancel_reason,
        "ended_at_unix_ms": ended_at_unix_ms, "duty": duty, "ack_deadline_unix_ms": ack_deadline_unix_ms,
        "arrive_deadline_unix_ms": arrive_deadline_unix_ms, "grace_ms": grace_ms, "ladder": ladder,
        "steps_done": steps_done, "total": counts(total.as_ref()), "sign_offs": sign_offs, "signed": signed,
        "evidence": evidence, "addressed_to": addressed_to, "on_duty": on_duty })
}

/// A row of the ledger.
pub(crate) fn delivery(delivery: &pb::Delivery) -> Value {
    let pb::Delivery {
        person_id,
        masked_name,
        unit_code,
        delivery,
        bucket,
        excuse,
        leave_id,
        acked_at_unix_ms,
        departed_at_unix_ms,
        arrived_at_unix_ms,
        observed_at_unix_ms,
        muster_point_id,
        method,
        proxy_id,
        late,
        unreached,
        step,
        released_at_unix_ms,
        attempts,
        is_simulated,
    } = delivery;
    json!({ "person_id": person_id, "masked_name": masked_name, "unit_code": unit_code, "delivery": delivery,
        "bucket": bucket, "excuse": excuse, "leave_id": leave_id, "acked_at_unix_ms": acked_at_unix_ms,
        "departed_at_unix_ms": departed_at_unix_ms, "arrived_at_unix_ms": arrived_at_unix_ms,
        "observed_at_unix_ms": observed_at_unix_ms, "muster_point_id": muster_point_id, "method": method,
        "proxy_id": proxy_id, "late": late, "unreached": unreached, "step": step,
        "released_at_unix_ms": released_at_unix_ms, "attempts": attempts, "is_simulated": is_simulated })
}

/// An order as a lead sees it; null in a message without one.
pub(crate) fn field_order(order: Option<&pb::FieldOrder>) -> Value {
    let Some(order) = order else { return Value::Null };
    let pb::FieldOrder {
        order_id,
        version,
        status,
        text,
        muster_points,
        issued_at_unix_ms,
        ack_deadline_unix_ms,
        arrive_deadline_unix_ms,
        cancel_reason,
        people,
        escalations,
    } = order;
    let muster_points: Vec<_> = muster_points
        .iter()
        .map(|point| {
            let pb::FieldMusterPoint {
                muster_point_id,
                code,
                name,
                address,
            } = point;
            json!({ "muster_point_id": muster_point_id, "code": code, "name": name, "address": address })
        })
        .collect();
    let people: Vec<_> = people
        .iter()
        .map(|person| {
            let pb::FieldPerson {
                person_id,
                name,
                bucket,
                acked,
            } = person;
            json!({ "person_id": person_id, "name": name, "bucket": bucket, "acked": acked })
        })
        .collect();
    json!({ "order_id": order_id, "version": version, "status": status, "text": text,
        "muster_points": muster_points, "issued_at_unix_ms": issued_at_unix_ms,
        "ack_deadline_unix_ms": ack_deadline_unix_ms, "arrive_deadline_unix_ms": arrive_deadline_unix_ms,
        "cancel_reason": cancel_reason, "people": people, "escalations": escalations })
}

/// A line of the board.
pub(crate) fn board_row(row: Option<&pb::BoardRow>) -> Value {
    let Some(row) = row else { return Value::Null };
    let pb::BoardRow {
        unit_code,
        unit_name,
        unit_kind,
        counts: row_counts,
        simulated_due,
    } = row;
    json!({ "unit_code": unit_code, "unit_name": unit_name, "unit_kind": unit_kind,
        "counts": counts(row_counts.as_ref()), "simulated_due": simulated_due })
}

/// The board.
pub(crate) fn board(board: &pb::GetBoardResponse) -> Value {
    let pb::GetBoardResponse {
        revision,
        total,
        rows,
        effective_level,
        at_unix_ms,
        highest_level,
    } = board;
    json!({ "revision": revision, "total": board_row(total.as_ref()),
        "rows": rows.iter().map(|row| board_row(Some(row))).collect::<Vec<_>>(),
        "effective_level": effective_level, "highest_level": highest_level, "at_unix_ms": at_unix_ms })
}

/// A message of a watched board.
pub(crate) fn watched(message: &pb::WatchResponse) -> Value {
    let pb::WatchResponse {
        revision,
        conflated,
        snapshot,
        total,
        rows,
        responses,
        orders,
        at_unix_ms,
    } = message;
    let responses: Vec<_> = responses
        .iter()
        .map(|response| {
            let pb::WatchedResponse {
                response_id,
                event,
                level,
                active,
            } = response;
            json!({ "response_id": response_id, "event": event, "level": level, "active": active })
        })
        .collect();
    let orders: Vec<_> = orders
        .iter()
        .map(|order| {
            let pb::WatchedOrder {
                order_id,
                version,
                status,
                total,
            } = order;
            json!({ "order_id": order_id, "version": version, "status": status, "total": counts(total.as_ref()) })
        })
        .collect();
    json!({ "revision": revision, "conflated": conflated, "snapshot": snapshot, "total": board_row(total.as_ref()),
        "rows": rows.iter().map(|row| board_row(Some(row))).collect::<Vec<_>>(), "responses": responses,
        "orders": orders, "at_unix_ms": at_unix_ms })
}

/// An event, its detail as JSON if it is some.
pub(crate) fn event(event: &pb::JournalEvent) -> Value {
    let pb::JournalEvent {
        revision,
        at_unix_ms,
        actor,
        request_id,
        kind,
        subject,
        people,
        detail_json,
    } = event;
    let detail = serde_json::from_str(detail_json).unwrap_or_else(|_| Value::String(detail_json.clone()));
    json!({ "revision": revision, "at_unix_ms": at_unix_ms, "actor": actor, "request_id": request_id, "kind": kind,
        "subject": subject, "people": people, "detail": detail })
}

/// What the daemon is and holds.
pub(crate) fn status(status: &pb::GetStatusResponse) -> Value {
    let pb::GetStatusResponse {
        version,
        tenant,
        synthetic,
        revision,
        journal_sequence,
        journal_epoch,
        journal_hash,
        state_hash,
        units,
        people,
        teams,
        muster_points,
        active_responses,
        open_orders,
        field_streams,
        queue_depth,
        started_at_unix_ms,
        at_unix_ms,
        highest_level,
        disk_level: _,
        disk_free_bytes,
    } = status;
    json!({ "version": version, "tenant": tenant, "synthetic": synthetic, "revision": revision,
        "journal_sequence": journal_sequence, "journal_epoch": journal_epoch, "journal_hash": journal_hash,
        "state_hash": state_hash, "units": units, "people": people, "teams": teams, "muster_points": muster_points,
        "active_responses": active_responses, "open_orders": open_orders, "field_streams": field_streams,
        "queue_depth": queue_depth, "started_at_unix_ms": started_at_unix_ms, "at_unix_ms": at_unix_ms,
        "highest_level": highest_level, "disk_level": status.disk_level().as_str_name(), "disk_free_bytes": disk_free_bytes })
}

/// What became of people.
pub(crate) fn exceptions(exceptions: &[pb::PersonException]) -> Value {
    exceptions
        .iter()
        .map(|exception| {
            json!({ "person_id": exception.person_id, "kind": super::exceptions::kind_word(exception.kind) })
        })
        .collect()
}
