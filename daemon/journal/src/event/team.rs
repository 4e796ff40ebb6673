//! Teams.

use baiying_core::event::Event;
use baiying_core::team::{Team, TeamKind};
use baiying_proto::journal::v1 as pb;
use pb::event::Kind;

use super::EventError;
use super::common::{Word, id, optional_id, people, runs, word};

word!(TeamKind = TeamKind { Agency Support Volunteer Special });

pub(super) fn encode(team: &Team) -> Kind {
    let Team {
        id,
        code,
        name,
        kind,
        unit,
        leader,
        deputy,
        members,
    } = team;
    Kind::TeamRecorded(pb::TeamRecorded {
        team: id.0,
        code: code.to_string(),
        name: name.to_string(),
        kind: kind.to_wire(),
        unit: unit.0,
        leader: leader.0,
        deputy: deputy.map(|deputy| deputy.0),
        members: runs(members),
    })
}

pub(super) fn decode(message: pb::TeamRecorded) -> Result<Event, EventError> {
    let pb::TeamRecorded {
        team,
        code,
        name,
        kind,
        unit,
        leader,
        deputy,
        members,
    } = message;
    Ok(Event::TeamRecorded(Team {
        id: id("team.id", team)?,
        code: code.into(),
        name: name.into(),
        kind: TeamKind::from_wire("team.kind", kind)?,
        unit: id("team.unit", unit)?,
        leader: id("team.leader", leader)?,
        deputy: optional_id("team.deputy", deputy)?,
        members: people("team.members", &members)?,
    }))
}
