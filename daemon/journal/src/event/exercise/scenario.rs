//! Scenarios.

use std::sync::Arc;

use baiying_core::duty::Position;
use baiying_core::event::Event;
use baiying_core::exercise::scenario::{Content, ExerciseKind, Notice, Scenario, ScenarioAudience, ScenarioOrder};
use baiying_core::response::Level;
use baiying_core::team::TeamKind;
use baiying_proto::journal::v1 as pb;
use pb::event::Kind;

use super::{inject, objective};
use crate::event::EventError;
use crate::event::common::{Word, required, version, word};
use crate::event::plan::{boxed, read_words, texts, words};

word!(ExerciseKind = ExerciseKind { CallOut Muster Tabletop Functional Full });
word!(Content = ExerciseContent { Single Comprehensive });
word!(Notice = ExerciseNotice { Full Partial None });

pub(in crate::event) fn encode_imported(version: u32, scenario: &Scenario) -> Kind {
    Kind::ScenarioImported(pb::ScenarioImported {
        version,
        scenario: Some(encode(scenario)),
    })
}

pub(in crate::event) fn decode_imported(message: pb::ScenarioImported) -> Result<Event, EventError> {
    let pb::ScenarioImported {
        version: number,
        scenario,
    } = message;
    Ok(Event::ScenarioImported {
        version: version("scenario.version", number)?,
        scenario: Arc::new(decode(scenario)?),
    })
}

pub(super) fn encode(scenario: &Scenario) -> pb::Scenario {
    let Scenario {
        code,
        name,
        name_en,
        purpose,
        outline,
        kind,
        content,
        notice,
        plan,
        level,
        audience,
        order,
        window_ms,
        ends_when_complete,
        objectives,
        injects,
        unit_min,
        behaviour,
    } = scenario;
    pb::Scenario {
        code: code.to_string(),
        name: name.to_string(),
        name_en: name_en.to_string(),
        purpose: purpose.to_string(),
        outline: outline.to_string(),
        kind: kind.to_wire(),
        content: content.to_wire(),
        notice: notice.to_wire(),
        plan: plan.to_string(),
        level: level.to_wire(),
        audience: Some(encode_audience(audience)),
        order: order.as_ref().map(encode_order),
        window_ms: *window_ms,
        ends_when_complete: *ends_when_complete,
        objectives: objectives.iter().map(objective::encode).collect(),
        injects: injects.iter().map(inject::encode).collect(),
        unit_min: *unit_min,
        behaviour: behaviour.to_string(),
    }
}

pub(super) fn decode(message: Option<pb::Scenario>) -> Result<Scenario, EventError> {
    let pb::Scenario {
        code,
        name,
        name_en,
        purpose,
        outline,
        kind,
        content,
        notice,
        plan,
        level,
        audience,
        order,
        window_ms,
        ends_when_complete,
        objectives,
        injects,
        unit_min,
        behaviour,
    } = required("scenario.scenario", message)?;
    Ok(Scenario {
        code: code.into(),
        name: name.into(),
        name_en: name_en.into(),
        purpose: purpose.into(),
        outline: outline.into(),
        kind: ExerciseKind::from_wire("scenario.kind", kind)?,
        content: Content::from_wire("scenario.content", content)?,
        notice: Notice::from_wire("scenario.notice", notice)?,
        plan: plan.into(),
        level: Level::from_wire("scenario.level", level)?,
        audience: decode_audience(required("scenario.audience", audience)?)?,
        order: order.map(decode_order),
        window_ms,
        ends_when_complete,
        objectives: objectives
            .into_iter()
            .map(objective::decode)
            .collect::<Result<_, _>>()?,
        injects: injects.into_iter().map(inject::decode).collect::<Result<_, _>>()?,
        unit_min,
        behaviour: behaviour.into(),
    })
}

fn encode_audience(audience: &ScenarioAudience) -> pb::ScenarioAudience {
    let ScenarioAudience {
        teams,
        on_duty,
        staff,
        members,
    } = audience;
    pb::ScenarioAudience {
        teams: words(teams),
        on_duty: words(on_duty),
        staff: *staff,
        members: *members,
    }
}

fn decode_audience(message: pb::ScenarioAudience) -> Result<ScenarioAudience, EventError> {
    let pb::ScenarioAudience {
        teams,
        on_duty,
        staff,
        members,
    } = message;
    Ok(ScenarioAudience {
        teams: read_words::<TeamKind>("scenario.teams", teams)?,
        on_duty: read_words::<Position>("scenario.on_duty", on_duty)?,
        staff,
        members,
    })
}

fn encode_order(order: &ScenarioOrder) -> pb::ScenarioOrder {
    let ScenarioOrder {
        text,
        acknowledge_ms,
        arrive_ms,
        grace_ms,
        muster_points,
    } = order;
    pb::ScenarioOrder {
        text: text.to_string(),
        acknowledge_ms: *acknowledge_ms,
        arrive_ms: *arrive_ms,
        grace_ms: *grace_ms,
        muster_points: texts(muster_points),
    }
}

fn decode_order(message: pb::ScenarioOrder) -> ScenarioOrder {
    let pb::ScenarioOrder {
        text,
        acknowledge_ms,
        arrive_ms,
        grace_ms,
        muster_points,
    } = message;
    ScenarioOrder {
        text: text.into(),
        acknowledge_ms,
        arrive_ms,
        grace_ms,
        muster_points: boxed(muster_points),
    }
}
