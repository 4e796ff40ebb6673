//! Duty on the wire. Names and phones are masked.

use baiying_core::calendar::{DayKind, SpecialDay};
use baiying_core::duty::{
    Finding, FindingKind, Holder, Layer, Leg, Missing, OnDuty, PatternShift, Position, RosterVersion, Shift, StandIn,
    Swap, SwapStatus, Via, shift_named,
};
use baiying_core::id::{PersonId, UnitId};
use baiying_core::{State, word};
use baiying_proto::v1;

use crate::api::convert::unix_ms;
use crate::api::mask;

fn code(state: &State, unit: UnitId) -> String {
    state.org.get(unit).code.to_string()
}

/// Zone of the unit's newest roster; empty without one.
fn zone(state: &State, unit: UnitId) -> String {
    let newest = state.rosters.versions(unit).last();
    newest.map_or_else(String::new, |version| version.zone.to_string())
}

fn position(position: Position) -> String {
    word::of(&Position::ALL, position).to_owned()
}

pub(super) fn day(date: baiying_core::calendar::Date, day: &SpecialDay) -> v1::CalendarRow {
    v1::CalendarRow {
        row: 0,
        date: date.to_string(),
        kind: word::of(&DayKind::ALL, day.kind).to_owned(),
        name: day.name.to_string(),
    }
}

pub(super) fn roster(state: &State, roster: &RosterVersion) -> v1::DutyRoster {
    let shift = |PatternShift { name, days, start, end }: &PatternShift| v1::PatternShift {
        name: name.to_string(),
        days: days
            .iter()
            .map(|kind| word::of(&DayKind::ALL, kind).to_owned())
            .collect(),
        start: start.to_string(),
        end: end.to_string(),
    };
    let layer = |layer: &Layer| {
        let name = |place: &u8| roster.shifts[usize::from(*place)].name.to_string();
        let covers_all = layer.shifts.len() == roster.shifts.len();
        v1::DutyLayer {
            position: position(layer.position),
            shifts: if covers_all {
                Vec::new()
            } else {
                layer.shifts.iter().map(name).collect()
            },
            every: layer.every.to_string(),
            crews: layer
                .crews
                .iter()
                .map(|crew| v1::DutyCrew {
                    person_ids: crew.iter().map(|it| it.0).collect(),
                })
                .collect(),
            recall_minutes: layer.recall_minutes,
        }
    };
    v1::DutyRoster {
        unit_code: code(state, roster.unit),
        version: roster.version,
        from_date: roster.from_date.to_string(),
        pattern: roster.pattern.to_string(),
        zone: roster.zone.to_string(),
        shifts: roster.shifts.iter().map(shift).collect(),
        layers: roster.layers.iter().map(layer).collect(),
    }
}

fn holder(state: &State, holder: &Holder<'_>) -> v1::Holder {
    let personal = state.people.personal(holder.person);
    v1::Holder {
        person_id: holder.person.0,
        masked_name: mask::name(&personal.name),
        masked_phone: mask::phone(&personal.phone),
        position: position(holder.position),
        shift: holder.shift.to_owned(),
        from_unix_ms: holder.from.unix_ms(),
        until_unix_ms: holder.until.unix_ms(),
        via: word::of(&Via::ALL, holder.via).to_owned(),
        instead_of: holder.instead_of.map_or(0, |person| person.0),
        recall_minutes: holder.recall_minutes,
        signed_in_unix_ms: unix_ms(holder.signed_in),
        on_leave: holder.on_leave,
    }
}

pub(super) fn unit_on_duty(state: &State, found: &OnDuty<'_>) -> v1::UnitOnDuty {
    v1::UnitOnDuty {
        unit_code: code(state, found.unit),
        version: found.version.map_or(0, |version| version.version),
        holders: found.holders.iter().map(|it| holder(state, it)).collect(),
        missing: found
            .missing
            .iter()
            .map(|missing| word::of(&Missing::ALL, *missing).to_owned())
            .collect(),
        zone: match found.version {
            Some(version) => version.zone.to_string(),
            None => zone(state, found.unit),
        },
    }
}

pub(super) fn shift(state: &State, shift: &Shift<'_>) -> v1::Shift {
    v1::Shift {
        unit_code: code(state, shift.unit),
        name: shift.name().to_owned(),
        date: shift.date.to_string(),
        day_kind: word::of(&DayKind::ALL, shift.day).to_owned(),
        from_unix_ms: shift.from.unix_ms(),
        until_unix_ms: shift.until.unix_ms(),
        holders: shift.holders.iter().map(|it| holder(state, it)).collect(),
        zone: shift.version.zone.to_string(),
    }
}

/// The shift that a leg is about; without times if no roster has it any more.
fn leg(state: &State, leg: &Leg) -> v1::Shift {
    match shift_named(state.duty_view(), leg.unit, leg.date, &leg.shift) {
        Some(found) => shift(state, &found),
        None => v1::Shift {
            unit_code: code(state, leg.unit),
            name: leg.shift.to_string(),
            date: leg.date.to_string(),
            day_kind: word::of(&DayKind::ALL, state.calendar.kind(leg.date)).to_owned(),
            ..v1::Shift::default()
        },
    }
}

pub(super) fn swap(state: &State, swap: &Swap) -> v1::Swap {
    let record = &swap.record;
    v1::Swap {
        swap_id: swap.id.0,
        person_id: record.gives.from.0,
        gives: Some(leg(state, &record.gives)),
        with_person_id: record.gives.to.0,
        takes: record.takes.as_ref().map(|takes| leg(state, takes)),
        status: word::of(&SwapStatus::ALL, swap.status).to_owned(),
        emergency: swap.emergency,
        reason: record.reason.to_string(),
        requested_by: swap.requested.0.0.to_string(),
        decided_by: swap
            .decided
            .as_ref()
            .map_or_else(String::new, |(by, _)| by.0.to_string()),
    }
}

pub(super) fn stand_in(state: &State, stand_in: &StandIn) -> v1::StandIn {
    v1::StandIn {
        stand_in_id: stand_in.id.0,
        unit_code: code(state, stand_in.unit),
        position: position(stand_in.position),
        person_id: stand_in.person.0,
        instead_of: stand_in.instead_of.map_or(0, |person| person.0),
        from_unix_ms: stand_in.from.unix_ms(),
        until_unix_ms: stand_in.until.unix_ms(),
        reason: stand_in.reason.to_string(),
        set_by: stand_in.set_by.0.to_string(),
        zone: zone(state, stand_in.unit),
    }
}

pub(super) fn finding(state: &State, finding: &Finding) -> v1::DutyFinding {
    let name = |person: PersonId| mask::name(&state.people.personal(person).name);
    v1::DutyFinding {
        unit_code: code(state, finding.unit),
        kind: word::of(&FindingKind::ALL, finding.kind).to_owned(),
        from_unix_ms: finding.from.unix_ms(),
        until_unix_ms: finding.until.unix_ms(),
        person_id: finding.person.map_or(0, |person| person.0),
        masked_name: finding.person.map_or_else(String::new, name),
        other_unit_code: finding.other.map_or_else(String::new, |unit| code(state, unit)),
        times: finding.times,
        zone: zone(state, finding.unit),
    }
}
