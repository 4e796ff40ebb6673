//! Leave.

use baiying_core::event::Event;
use baiying_core::id::LeaveId;
use baiying_core::leave::{LeaveReason, LeaveRecord, LeaveVerdict};
use baiying_proto::journal::v1 as pb;
use pb::event::Kind;

use super::EventError;
use super::common::{Word, id, instant, version, word};

word!(LeaveReason = LeaveReason { OtherDuty Medical OutOfTown Maternity Other });
word!(LeaveVerdict = LeaveVerdict { Approved Denied });

pub(super) fn encode_requested(leave: LeaveId, record: &LeaveRecord) -> Kind {
    let LeaveRecord {
        person,
        reason,
        note,
        from,
        until,
        order,
    } = record;
    Kind::LeaveRequested(pb::LeaveRequested {
        leave: leave.0,
        person: person.0,
        reason: reason.to_wire(),
        note: note.to_string(),
        from_unix_ms: from.unix_ms(),
        until_unix_ms: until.unix_ms(),
        declined: order.map(|(order, version)| pb::DeclinedOrder {
            order: order.0,
            version,
        }),
    })
}

pub(super) fn decode_requested(message: pb::LeaveRequested) -> Result<Event, EventError> {
    let pb::LeaveRequested {
        leave,
        person,
        reason,
        note,
        from_unix_ms,
        until_unix_ms,
        declined,
    } = message;
    let order = match declined {
        Some(pb::DeclinedOrder { order, version: number }) => {
            Some((id("leave.order", order)?, version("leave.version", number)?))
        }
        None => None,
    };
    let record = LeaveRecord {
        person: id("leave.person", person)?,
        reason: LeaveReason::from_wire("leave.reason", reason)?,
        note: note.into(),
        from: instant("leave.from", from_unix_ms)?,
        until: instant("leave.until", until_unix_ms)?,
        order,
    };
    Ok(Event::LeaveRequested {
        leave: id("leave.id", leave)?,
        record,
    })
}

pub(super) fn encode_decided(leave: LeaveId, verdict: LeaveVerdict) -> Kind {
    Kind::LeaveDecided(pb::LeaveDecided {
        leave: leave.0,
        verdict: verdict.to_wire(),
    })
}

pub(super) fn decode_decided(message: pb::LeaveDecided) -> Result<Event, EventError> {
    let pb::LeaveDecided { leave, verdict } = message;
    let verdict = LeaveVerdict::from_wire("leave.verdict", verdict)?;
    Ok(Event::LeaveDecided {
        leave: id("leave.id", leave)?,
        verdict,
    })
}
