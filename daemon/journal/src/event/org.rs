//! Units.

use baiying_core::event::Event;
use baiying_core::org::{OrgUnit, UnitKind};
use baiying_proto::journal::v1 as pb;
use pb::event::Kind;

use super::EventError;
use super::common::{Word, id, optional_id, word};

word!(UnitKind = UnitKind { Province City District Agency Town Village Grid });

pub(super) fn encode(unit: &OrgUnit) -> Kind {
    let OrgUnit {
        id,
        code,
        name,
        kind,
        parent,
    } = unit;
    Kind::UnitRecorded(pb::UnitRecorded {
        unit: id.0,
        code: code.to_string(),
        name: name.to_string(),
        kind: kind.to_wire(),
        parent: parent.map(|parent| parent.0),
    })
}

pub(super) fn decode(message: pb::UnitRecorded) -> Result<Event, EventError> {
    let pb::UnitRecorded {
        unit,
        code,
        name,
        kind,
        parent,
    } = message;
    Ok(Event::UnitRecorded(OrgUnit {
        id: id("unit.id", unit)?,
        code: code.into(),
        name: name.into(),
        kind: UnitKind::from_wire("unit.kind", kind)?,
        parent: optional_id("unit.parent", parent)?,
    }))
}
