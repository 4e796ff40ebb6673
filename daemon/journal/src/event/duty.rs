//! Duty and the calendar it follows.

use baiying_core::calendar::{Date, DayKind, DayKinds, Minute, SpecialDay, Zone};
use baiying_core::command::Actor;
use baiying_core::duty::{
    Backup, Every, Layer, Leg, Needs, Office, PatternShift, Position, RosterVersion, SignIn, StandIn, SwapRecord,
    TurnUnit,
};
use baiying_core::event::Event;
use baiying_core::id::{SwapId, UnitId};
use baiying_proto::journal::v1 as pb;
use pb::event::Kind;

use super::EventError;
use super::common::{Word, id, ids, instant, optional_id, required, small, version, word};

word!(DayKind = DayKind { Workday RestDay Holiday });
word!(Position = DutyPosition { Lead Officer Standby });
word!(TurnUnit = TurnUnit { Shift Day Week });

fn date(field: &'static str, days: i32) -> Result<Date, EventError> {
    let date = Date::from_days(days);
    let invalid = EventError::Invalid {
        field,
        problem: "a day beyond the calendar",
    };
    if date.days() == days { Ok(date) } else { Err(invalid) }
}

fn minute(field: &'static str, minutes: u32) -> Result<Minute, EventError> {
    let invalid = EventError::Invalid {
        field,
        problem: "a time after the end of the day",
    };
    let minute = u16::try_from(minutes).map(Minute::new);
    minute
        .ok()
        .filter(|minute| u32::from(minute.minutes()) == minutes)
        .ok_or(invalid)
}

pub(super) fn encode_calendar(days: &[(Date, Option<SpecialDay>)]) -> Kind {
    let day = |(date, day): &(Date, Option<SpecialDay>)| pb::CalendarDay {
        date: date.days(),
        kind: day.as_ref().map(|day| day.kind.to_wire()),
        name: day.as_ref().map_or_else(String::new, |day| day.name.to_string()),
    };
    Kind::CalendarChanged(pb::CalendarChanged {
        days: days.iter().map(day).collect(),
    })
}

pub(super) fn decode_calendar(message: pb::CalendarChanged) -> Result<Event, EventError> {
    let day = |pb::CalendarDay { date: day, kind, name }| {
        let kind = kind.map(|kind| DayKind::from_wire("calendar.kind", kind)).transpose()?;
        Ok((
            date("calendar.date", day)?,
            kind.map(|kind| SpecialDay {
                kind,
                name: name.into(),
            }),
        ))
    };
    Ok(Event::CalendarChanged {
        days: message.days.into_iter().map(day).collect::<Result<_, EventError>>()?,
    })
}

pub(super) fn encode_roster(roster: &RosterVersion) -> Kind {
    let RosterVersion {
        unit,
        version,
        from_date,
        since,
        pattern,
        zone,
        shifts,
        office,
        needs,
        layers,
    } = roster;
    let Needs {
        leads,
        officers,
        rest_ms,
    } = *needs;
    let time = |minute: Minute| u32::from(minute.minutes());
    let shift = |PatternShift { name, days, start, end }: &PatternShift| pb::PatternShift {
        name: name.to_string(),
        days: days.iter().map(Word::to_wire).collect(),
        start: time(*start),
        end: time(*end),
    };
    let layer = |Layer {
                     position,
                     shifts,
                     every,
                     crews,
                     recall_minutes,
                 }: &Layer| pb::DutyLayer {
        position: position.to_wire(),
        shifts: shifts.iter().map(|shift| u32::from(*shift)).collect(),
        every: u32::from(every.count),
        every_unit: every.unit.to_wire(),
        crews: crews
            .iter()
            .map(|crew| pb::DutyCrew {
                people: crew.iter().map(|person| person.0).collect(),
            })
            .collect(),
        recall_minutes: *recall_minutes,
    };
    Kind::DutyRosterRecorded(pb::DutyRosterRecorded {
        unit: unit.0,
        version: *version,
        from_date: from_date.days(),
        since_unix_ms: since.unix_ms(),
        pattern: pattern.to_string(),
        zone: zone.name().to_owned(),
        shifts: shifts.iter().map(shift).collect(),
        office: office.map(|Office { start, end }| pb::OfficeHours {
            start: time(start),
            end: time(end),
        }),
        leads_min: leads,
        officers_min: officers,
        rest_min_ms: rest_ms,
        layers: layers.iter().map(layer).collect(),
    })
}

pub(super) fn decode_roster(message: pb::DutyRosterRecorded) -> Result<Event, EventError> {
    let pb::DutyRosterRecorded {
        unit,
        version: number,
        from_date,
        since_unix_ms,
        pattern,
        zone,
        shifts,
        office,
        leads_min,
        officers_min,
        rest_min_ms,
        layers,
    } = message;
    let shifts = shifts.into_iter().map(decode_shift).collect::<Result<Vec<_>, _>>()?;
    let places = shifts.len();
    let office = office.map(|pb::OfficeHours { start, end }| {
        let (start, end) = (minute("roster.office", start)?, minute("roster.office", end)?);
        Ok::<_, EventError>(Office { start, end })
    });
    Ok(Event::DutyRosterRecorded(RosterVersion {
        unit: id("roster.unit", unit)?,
        version: version("roster.version", number)?,
        from_date: date("roster.from_date", from_date)?,
        since: instant("roster.since", since_unix_ms)?,
        pattern: pattern.into(),
        zone: Zone::stored(&zone),
        shifts,
        office: office.transpose()?,
        needs: Needs {
            leads: leads_min,
            officers: officers_min,
            rest_ms: rest_min_ms,
        },
        layers: layers
            .into_iter()
            .map(|layer| decode_layer(layer, places))
            .collect::<Result<_, _>>()?,
    }))
}

fn decode_shift(message: pb::PatternShift) -> Result<PatternShift, EventError> {
    let pb::PatternShift { name, days, start, end } = message;
    let days = days.into_iter().map(|kind| DayKind::from_wire("roster.days", kind));
    Ok(PatternShift {
        name: name.into(),
        days: days.collect::<Result<DayKinds, _>>()?,
        start: minute("roster.start", start)?,
        end: minute("roster.end", end)?,
    })
}

fn decode_layer(message: pb::DutyLayer, places: usize) -> Result<Layer, EventError> {
    let pb::DutyLayer {
        position,
        shifts,
        every,
        every_unit,
        crews,
        recall_minutes,
    } = message;
    let invalid = |problem| EventError::Invalid {
        field: "roster.layer",
        problem,
    };
    let shifts = shifts
        .into_iter()
        .map(|shift| small("roster.layer", shift))
        .collect::<Result<Vec<_>, _>>()?;
    if shifts.iter().any(|shift| usize::from(*shift) >= places) {
        return Err(invalid("covers a shift that the pattern does not have"));
    }
    let count = u16::try_from(every).ok().filter(|count| *count > 0);
    let crews = crews.into_iter().map(|crew| ids("roster.people", crew.people));
    Ok(Layer {
        position: Position::from_wire("roster.position", position)?,
        shifts,
        every: Every {
            count: count.ok_or(invalid("a turn of no length"))?,
            unit: TurnUnit::from_wire("roster.every_unit", every_unit)?,
        },
        crews: crews.collect::<Result<_, _>>()?,
        recall_minutes,
    })
}

pub(super) fn encode_stand_in(stand_in: &StandIn) -> Kind {
    let StandIn {
        id,
        unit,
        position,
        person,
        instead_of,
        from,
        until,
        reason,
        set_by,
    } = stand_in;
    Kind::StandInSet(pb::StandInSet {
        stand_in: id.0,
        unit: unit.0,
        position: position.to_wire(),
        person: person.0,
        instead_of: instead_of.map(|person| person.0),
        from_unix_ms: from.unix_ms(),
        until_unix_ms: until.unix_ms(),
        reason: reason.to_string(),
        set_by: set_by.0.to_string(),
    })
}

pub(super) fn decode_stand_in(message: pb::StandInSet) -> Result<Event, EventError> {
    let pb::StandInSet {
        stand_in,
        unit,
        position,
        person,
        instead_of,
        from_unix_ms,
        until_unix_ms,
        reason,
        set_by,
    } = message;
    Ok(Event::StandInSet(StandIn {
        id: id("stand_in.id", stand_in)?,
        unit: id("stand_in.unit", unit)?,
        position: Position::from_wire("stand_in.position", position)?,
        person: id("stand_in.person", person)?,
        instead_of: optional_id("stand_in.instead_of", instead_of)?,
        from: instant("stand_in.from", from_unix_ms)?,
        until: instant("stand_in.until", until_unix_ms)?,
        reason: reason.into(),
        set_by: Actor(set_by.into()),
    }))
}

fn encode_leg(leg: &Leg) -> pb::SwapLeg {
    let Leg {
        unit,
        date,
        shift,
        position,
        from,
        to,
    } = leg;
    pb::SwapLeg {
        unit: unit.0,
        date: date.days(),
        shift: shift.to_string(),
        position: position.to_wire(),
        from: from.0,
        to: to.0,
    }
}

fn decode_leg(message: pb::SwapLeg) -> Result<Leg, EventError> {
    let pb::SwapLeg {
        unit,
        date: day,
        shift,
        position,
        from,
        to,
    } = message;
    Ok(Leg {
        unit: id("swap.unit", unit)?,
        date: date("swap.date", day)?,
        shift: shift.into(),
        position: Position::from_wire("swap.position", position)?,
        from: id("swap.from", from)?,
        to: id("swap.to", to)?,
    })
}

pub(super) fn encode_swap(swap: SwapId, record: &SwapRecord) -> Kind {
    let SwapRecord { gives, takes, reason } = record;
    Kind::SwapRequested(pb::SwapRequested {
        swap: swap.0,
        gives: Some(encode_leg(gives)),
        takes: takes.as_ref().map(encode_leg),
        reason: reason.to_string(),
    })
}

pub(super) fn decode_swap(message: pb::SwapRequested) -> Result<Event, EventError> {
    let pb::SwapRequested {
        swap,
        gives,
        takes,
        reason,
    } = message;
    let record = SwapRecord {
        gives: decode_leg(required("swap.gives", gives)?)?,
        takes: takes.map(decode_leg).transpose()?,
        reason: reason.into(),
    };
    Ok(Event::SwapRequested {
        swap: id("swap.id", swap)?,
        record,
    })
}

pub(super) fn encode_signed_in(sign_in: &SignIn) -> Kind {
    // Who signs in has not signed out.
    let SignIn {
        unit,
        date,
        shift,
        position,
        person,
        from,
        until,
        at,
        out_at: _,
    } = sign_in;
    Kind::DutySignedIn(pb::DutySignedIn {
        unit: unit.0,
        date: date.days(),
        shift: shift.to_string(),
        position: position.to_wire(),
        person: person.0,
        from_unix_ms: from.unix_ms(),
        until_unix_ms: until.unix_ms(),
        at_unix_ms: at.unix_ms(),
    })
}

pub(super) fn decode_signed_in(message: pb::DutySignedIn) -> Result<Event, EventError> {
    let pb::DutySignedIn {
        unit,
        date: day,
        shift,
        position,
        person,
        from_unix_ms,
        until_unix_ms,
        at_unix_ms,
    } = message;
    Ok(Event::DutySignedIn(SignIn {
        unit: id("sign_in.unit", unit)?,
        date: date("sign_in.date", day)?,
        shift: shift.into(),
        position: Position::from_wire("sign_in.position", position)?,
        person: id("sign_in.person", person)?,
        from: instant("sign_in.from", from_unix_ms)?,
        until: instant("sign_in.until", until_unix_ms)?,
        at: instant("sign_in.at", at_unix_ms)?,
        out_at: None,
    }))
}

pub(super) fn decode_signed_out(message: pb::DutySignedOut) -> Result<Event, EventError> {
    let pb::DutySignedOut {
        unit,
        date: day,
        shift,
        person,
    } = message;
    Ok(Event::DutySignedOut {
        unit: id("sign_out.unit", unit)?,
        date: date("sign_out.date", day)?,
        shift: shift.into(),
        person: id("sign_out.person", person)?,
    })
}

pub(super) fn encode_backup(unit: UnitId, post: &str, backup: &Backup) -> Kind {
    let Backup { since, roles } = backup;
    Kind::BackupSet(pb::BackupSet {
        unit: unit.0,
        post: post.to_owned(),
        since_unix_ms: since.unix_ms(),
        roles: roles.map(|(a, b)| pb::BackupRoles { a: a.0, b: b.0 }),
    })
}

pub(super) fn decode_backup(message: pb::BackupSet) -> Result<Event, EventError> {
    let pb::BackupSet {
        unit,
        post,
        since_unix_ms,
        roles,
    } = message;
    let roles = roles.map(|pb::BackupRoles { a, b }| Ok::<_, EventError>((id("backup.a", a)?, id("backup.b", b)?)));
    let backup = Backup {
        since: instant("backup.since", since_unix_ms)?,
        roles: roles.transpose()?,
    };
    Ok(Event::BackupSet {
        unit: id("backup.unit", unit)?,
        post: post.into(),
        backup,
    })
}
