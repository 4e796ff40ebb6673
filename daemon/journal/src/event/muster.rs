//! Muster points.

use baiying_core::event::Event;
use baiying_core::muster::MusterPoint;
use baiying_proto::journal::v1 as pb;
use pb::event::Kind;

use super::EventError;
use super::common::id;

pub(super) fn encode(point: &MusterPoint) -> Kind {
    let MusterPoint {
        id,
        code,
        name,
        unit,
        check_in_code,
        address,
    } = point;
    Kind::MusterPointRecorded(pb::MusterPointRecorded {
        muster_point: id.0,
        code: code.to_string(),
        name: name.to_string(),
        unit: unit.0,
        check_in_code: check_in_code.to_string(),
        address: address.to_string(),
    })
}

pub(super) fn decode(message: pb::MusterPointRecorded) -> Result<Event, EventError> {
    let pb::MusterPointRecorded {
        muster_point,
        code,
        name,
        unit,
        check_in_code,
        address,
    } = message;
    Ok(Event::MusterPointRecorded(MusterPoint {
        id: id("muster_point.id", muster_point)?,
        code: code.into(),
        name: name.into(),
        unit: id("muster_point.unit", unit)?,
        check_in_code: check_in_code.into(),
        address: address.into(),
    }))
}
