//! Responses and their levels.

use baiying_core::command::Actor;
use baiying_core::event::Event;
use baiying_core::id::UnitId;
use baiying_core::response::{Level, LevelChange, ResponseSpec};
use baiying_proto::journal::v1 as pb;
use pb::event::Kind;

use super::EventError;
use super::common::{Word, id, ids, instant, required, version};

impl Word for Level {
    fn to_wire(self) -> i32 {
        (match self {
            Self::I => pb::Level::I,
            Self::II => pb::Level::Ii,
            Self::III => pb::Level::Iii,
            Self::IV => pb::Level::Iv,
        }) as i32
    }
    fn from_wire(field: &'static str, value: i32) -> Result<Self, EventError> {
        match pb::Level::try_from(value) {
            Ok(pb::Level::I) => Ok(Self::I),
            Ok(pb::Level::Ii) => Ok(Self::II),
            Ok(pb::Level::Iii) => Ok(Self::III),
            Ok(pb::Level::Iv) => Ok(Self::IV),
            Ok(pb::Level::Unspecified) => Err(EventError::Missing { field }),
            Err(_) => Err(EventError::Unknown { field, value }),
        }
    }
}

fn encode_spec(spec: &ResponseSpec) -> pb::ResponseSpec {
    let ResponseSpec {
        event,
        plan,
        jurisdiction,
        level,
        scope,
        reason,
        basis,
        plan_version,
    } = spec;
    pb::ResponseSpec {
        event: event.to_string(),
        plan: plan.to_string(),
        jurisdiction: jurisdiction.0,
        level: level.to_wire(),
        scope: units(scope),
        reason: reason.to_string(),
        basis: basis.to_string(),
        plan_version: *plan_version,
    }
}

fn decode_spec(message: pb::ResponseSpec) -> Result<ResponseSpec, EventError> {
    let pb::ResponseSpec {
        event,
        plan,
        jurisdiction,
        level,
        scope,
        reason,
        basis,
        plan_version,
    } = message;
    Ok(ResponseSpec {
        event: event.into(),
        plan: plan.into(),
        jurisdiction: id("response.jurisdiction", jurisdiction)?,
        level: Level::from_wire("response.level", level)?,
        scope: ids("response.scope", scope)?,
        reason: reason.into(),
        basis: basis.into(),
        plan_version,
    })
}

fn encode_change(change: &LevelChange) -> pb::LevelChange {
    let LevelChange {
        version,
        from,
        to,
        scope,
        reason,
        basis,
        by: Actor(by),
        at,
    } = change;
    pb::LevelChange {
        version: *version,
        from: from.map_or(pb::Level::Unspecified as i32, Level::to_wire),
        to: to.to_wire(),
        scope: units(scope),
        reason: reason.to_string(),
        basis: basis.to_string(),
        by: by.to_string(),
        at_unix_ms: at.unix_ms(),
    }
}

fn decode_change(message: pb::LevelChange) -> Result<LevelChange, EventError> {
    let pb::LevelChange {
        version: number,
        from,
        to,
        scope,
        reason,
        basis,
        by,
        at_unix_ms,
    } = message;
    let from = (from != pb::Level::Unspecified as i32)
        .then(|| Level::from_wire("level.from", from))
        .transpose()?;
    Ok(LevelChange {
        version: version("level.version", number)?,
        from,
        to: Level::from_wire("level.to", to)?,
        scope: ids("level.scope", scope)?,
        reason: reason.into(),
        basis: basis.into(),
        by: Actor(by.into()),
        at: instant("level.at", at_unix_ms)?,
    })
}

pub(super) fn decode_activated(message: pb::ResponseActivated) -> Result<Event, EventError> {
    let pb::ResponseActivated { response, spec } = message;
    let spec = decode_spec(required("response.spec", spec)?)?;
    Ok(Event::ResponseActivated {
        response: id("response.id", response)?,
        spec,
    })
}

pub(super) fn decode_level_changed(message: pb::ResponseLevelChanged) -> Result<Event, EventError> {
    let pb::ResponseLevelChanged { response, change } = message;
    let change = decode_change(required("response.change", change)?)?;
    Ok(Event::ResponseLevelChanged {
        response: id("response.id", response)?,
        change,
    })
}

pub(super) fn decode_terminated(message: pb::ResponseTerminated) -> Result<Event, EventError> {
    let pb::ResponseTerminated { response, reason } = message;
    Ok(Event::ResponseTerminated {
        response: id("response.id", response)?,
        reason: reason.into(),
    })
}

fn units(units: &[UnitId]) -> Vec<u32> {
    units.iter().map(|unit| unit.0).collect()
}

pub(super) fn encode_activated(response: u32, spec: &ResponseSpec) -> Kind {
    Kind::ResponseActivated(pb::ResponseActivated {
        response,
        spec: Some(encode_spec(spec)),
    })
}

pub(super) fn encode_level_changed(response: u32, change: &LevelChange) -> Kind {
    Kind::ResponseLevelChanged(pb::ResponseLevelChanged {
        response,
        change: Some(encode_change(change)),
    })
}
