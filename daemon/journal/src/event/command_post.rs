//! Who may decide on a response, and who commands in it.

use baiying_core::command_post::Command;
use baiying_core::event::Event;
use baiying_core::id::{PersonId, ResponseId, Revision};
use baiying_core::response::{Authorization, Level, ResponseSpec};
use baiying_proto::journal::v1 as pb;
use pb::event::Kind;

use super::EventError;
use super::common::{Word, id, instant, optional_id, required, version};
use super::response::{decode_spec, encode_spec};

pub(super) fn encode_requested(response: ResponseId, spec: &ResponseSpec, requested_by: PersonId) -> Kind {
    Kind::ResponseRequested(pb::ResponseRequested {
        response: response.0,
        spec: Some(encode_spec(spec)),
        requested_by: requested_by.0,
    })
}

pub(super) fn decode_requested(message: pb::ResponseRequested) -> Result<Event, EventError> {
    let pb::ResponseRequested {
        response,
        spec,
        requested_by,
    } = message;
    Ok(Event::ResponseRequested {
        response: id("response.id", response)?,
        spec: decode_spec(required("response.spec", spec)?)?,
        requested_by: id("response.requested_by", requested_by)?,
    })
}

pub(super) fn decode_rejected(message: pb::ResponseRejected) -> Result<Event, EventError> {
    let pb::ResponseRejected { response, by, reason } = message;
    Ok(Event::ResponseRejected {
        response: id("response.id", response)?,
        by: id("response.by", by)?,
        reason: reason.into(),
    })
}

pub(super) fn encode_authorized(response: ResponseId, authorization: &Authorization) -> Kind {
    let Authorization {
        version,
        level,
        requested_by,
        approved_by,
        post,
        at,
    } = authorization;
    Kind::LevelAuthorized(pb::LevelAuthorized {
        response: response.0,
        version: *version,
        level: level.to_wire(),
        requested_by: requested_by.map(|person| person.0),
        approved_by: approved_by.0,
        post: post.to_string(),
        at_unix_ms: at.unix_ms(),
    })
}

pub(super) fn decode_authorized(message: pb::LevelAuthorized) -> Result<Event, EventError> {
    let pb::LevelAuthorized {
        response,
        version: number,
        level,
        requested_by,
        approved_by,
        post,
        at_unix_ms,
    } = message;
    Ok(Event::LevelAuthorized {
        response: id("response.id", response)?,
        authorization: Authorization {
            version: version("authorization.version", number)?,
            level: Level::from_wire("authorization.level", level)?,
            requested_by: optional_id("authorization.requested_by", requested_by)?,
            approved_by: id("authorization.approved_by", approved_by)?,
            post: post.into(),
            at: instant("authorization.at", at_unix_ms)?,
        },
    })
}

pub(super) fn decode_provisional(message: pb::ProvisionallyStarted) -> Result<Event, EventError> {
    let pb::ProvisionallyStarted {
        response,
        until_unix_ms,
    } = message;
    Ok(Event::ProvisionallyStarted {
        response: id("response.id", response)?,
        until: instant("response.until", until_unix_ms)?,
    })
}

pub(super) fn decode_lapsed(message: pb::ResponseLapsed) -> Result<Event, EventError> {
    let pb::ResponseLapsed { response } = message;
    Ok(Event::ResponseLapsed {
        response: id("response.id", response)?,
    })
}

pub(super) fn encode_set(response: ResponseId, roster: Revision, commands: &[Command]) -> Kind {
    let node = |command: &Command| {
        let Command {
            unit,
            role,
            post,
            commander,
            backup,
        } = command;
        pb::CommandPost {
            unit: unit.0,
            role: role.to_string(),
            post: post.to_string(),
            commander: commander.map(|person| person.0),
            backup: backup.map(|person| person.0),
        }
    };
    Kind::CommandSet(pb::CommandSet {
        response: response.0,
        roster: roster.0,
        commands: commands.iter().map(node).collect(),
    })
}

pub(super) fn decode_set(message: pb::CommandSet) -> Result<Event, EventError> {
    let pb::CommandSet {
        response,
        roster,
        commands,
    } = message;
    let node = |message: pb::CommandPost| {
        let pb::CommandPost {
            unit,
            role,
            post,
            commander,
            backup,
        } = message;
        Ok(Command {
            unit: id("command.unit", unit)?,
            role: role.into(),
            post: post.into(),
            commander: optional_id("command.commander", commander)?,
            backup: optional_id("command.backup", backup)?,
        })
    };
    Ok(Event::CommandSet {
        response: id("response.id", response)?,
        roster: Revision(roster),
        commands: commands.into_iter().map(node).collect::<Result<_, EventError>>()?,
    })
}

pub(super) fn decode_handed_over(message: pb::CommandHandedOver) -> Result<Event, EventError> {
    let pb::CommandHandedOver {
        response,
        unit,
        role,
        commander,
        backup,
        reason,
    } = message;
    Ok(Event::CommandHandedOver {
        response: id("response.id", response)?,
        unit: id("command.unit", unit)?,
        role: role.into(),
        commander: id("command.commander", commander)?,
        backup: optional_id("command.backup", backup)?,
        reason: reason.into(),
    })
}
