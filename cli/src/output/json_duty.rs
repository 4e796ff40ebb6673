//! Messages of duty and the statutory calendar as JSON: every field, in the words of the wire.

use baiying_proto::v1 as pb;
use serde_json::{Value, json};

/// All of them.
pub(crate) fn list<T>(items: &[T], document: impl Fn(&T) -> Value) -> Vec<Value> {
    items.iter().map(document).collect()
}

/// A day of the calendar.
pub(crate) fn calendar_day(day: &pb::CalendarRow) -> Value {
    let pb::CalendarRow {
        row: _,
        date,
        kind,
        name,
    } = day;
    json!({ "date": date, "kind": kind, "name": name })
}

/// A version of a unit's roster.
pub(crate) fn roster(roster: &pb::DutyRoster) -> Value {
    let pb::DutyRoster {
        unit_code,
        version,
        from_date,
        pattern,
        zone,
        shifts,
        layers,
    } = roster;
    json!({ "unit_code": unit_code, "version": version, "from_date": from_date, "pattern": pattern, "zone": zone,
        "shifts": list(shifts, pattern_shift), "layers": list(layers, layer) })
}

fn pattern_shift(shift: &pb::PatternShift) -> Value {
    let pb::PatternShift { name, days, start, end } = shift;
    json!({ "name": name, "days": days, "start": start, "end": end })
}

fn layer(layer: &pb::DutyLayer) -> Value {
    let pb::DutyLayer {
        position,
        shifts,
        every,
        crews,
        recall_minutes,
    } = layer;
    let crews: Vec<_> = crews
        .iter()
        .map(|crew| {
            let pb::DutyCrew { person_ids } = crew;
            json!({ "person_ids": person_ids })
        })
        .collect();
    json!({ "position": position, "shifts": shifts, "every": every, "crews": crews, "recall_minutes": recall_minutes })
}

/// Who is on in a unit.
pub(crate) fn unit_on_duty(unit: &pb::UnitOnDuty) -> Value {
    let pb::UnitOnDuty {
        unit_code,
        version,
        holders,
        missing,
        zone,
    } = unit;
    json!({ "unit_code": unit_code, "version": version, "holders": list(holders, holder), "missing": missing,
        "zone": zone })
}

/// Somebody on duty.
pub(crate) fn holder(holder: &pb::Holder) -> Value {
    let pb::Holder {
        person_id,
        masked_name,
        masked_phone,
        position,
        shift,
        from_unix_ms,
        until_unix_ms,
        via,
        instead_of,
        recall_minutes,
        signed_in_unix_ms,
        on_leave,
    } = holder;
    json!({ "person_id": person_id, "masked_name": masked_name, "masked_phone": masked_phone, "position": position,
        "shift": shift, "from_unix_ms": from_unix_ms, "until_unix_ms": until_unix_ms, "via": via,
        "instead_of": instead_of, "recall_minutes": recall_minutes, "signed_in_unix_ms": signed_in_unix_ms,
        "on_leave": on_leave })
}

/// A shift with who is on.
pub(crate) fn shift(shift: &pb::Shift) -> Value {
    let pb::Shift {
        unit_code,
        name,
        date,
        day_kind,
        from_unix_ms,
        until_unix_ms,
        holders,
        zone,
    } = shift;
    json!({ "unit_code": unit_code, "name": name, "date": date, "day_kind": day_kind, "from_unix_ms": from_unix_ms,
        "until_unix_ms": until_unix_ms, "zone": zone, "holders": list(holders, holder) })
}

/// Something that is wrong with duty.
pub(crate) fn finding(finding: &pb::DutyFinding) -> Value {
    let pb::DutyFinding {
        unit_code,
        kind,
        from_unix_ms,
        until_unix_ms,
        person_id,
        masked_name,
        other_unit_code,
        times,
        zone,
    } = finding;
    json!({ "unit_code": unit_code, "kind": kind, "from_unix_ms": from_unix_ms, "until_unix_ms": until_unix_ms,
        "person_id": person_id, "masked_name": masked_name, "other_unit_code": other_unit_code, "times": times, "zone": zone })
}

/// A stand-in.
pub(crate) fn stand_in(stand_in: &pb::StandIn) -> Value {
    let pb::StandIn {
        stand_in_id,
        unit_code,
        position,
        person_id,
        instead_of,
        from_unix_ms,
        until_unix_ms,
        reason,
        set_by,
        zone,
    } = stand_in;
    json!({ "stand_in_id": stand_in_id, "unit_code": unit_code, "position": position, "person_id": person_id,
        "instead_of": instead_of, "from_unix_ms": from_unix_ms, "until_unix_ms": until_unix_ms, "reason": reason,
        "set_by": set_by, "zone": zone })
}

/// A swap. Nothing taken in return is null.
pub(crate) fn swap(swap: &pb::Swap) -> Value {
    let pb::Swap {
        swap_id,
        person_id,
        gives,
        with_person_id,
        takes,
        status,
        emergency,
        reason,
        requested_by,
        decided_by,
    } = swap;
    json!({ "swap_id": swap_id, "person_id": person_id, "gives": gives.as_ref().map(shift),
        "with_person_id": with_person_id, "takes": takes.as_ref().map(shift), "status": status, "emergency": emergency,
        "reason": reason, "requested_by": requested_by, "decided_by": decided_by })
}

/// An A/B role.
pub(crate) fn backup(backup: &pb::Backup) -> Value {
    let pb::Backup {
        unit_code,
        post,
        a_person_id,
        b_person_id,
        acting_person_id,
    } = backup;
    json!({ "unit_code": unit_code, "post": post, "a_person_id": a_person_id, "b_person_id": b_person_id,
        "acting_person_id": acting_person_id })
}
