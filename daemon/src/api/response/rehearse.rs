//! `ResponseService.RehearseResponse`.

use std::sync::Arc;

use baiying_core::State;
use baiying_core::command::{Actor, Context};
use baiying_core::response::{Channel, ChannelTime, Finding, Rehearsal};
use baiying_proto::v1;
use tonic::Status;

use super::activation;
use crate::api::refusal;
use crate::api::server::ApiContext;
use crate::engine::Refusal;

/// Decides on the activation as the engine would, on what is published, and keeps nothing of it.
pub(super) async fn rehearse(
    context: &ApiContext,
    request: v1::RehearseResponseRequest,
) -> Result<v1::RehearseResponseResponse, Status> {
    let activation = activation(request.activation.unwrap_or_default())?;
    let engine = context.engine.clone();
    let (policy, now) = (Arc::clone(&context.policy), context.clock.now());
    let rehearsed = tokio::task::spawn_blocking(move || {
        let state = engine.read();
        let decided = Context {
            at: state.at().map_or(now, |last| last.max(now)),
            actor: Actor("rehearsal".into()),
            request_id: None,
            digest: 0,
        };
        let rehearsal = activation.rehearse(&state, &decided, &policy);
        shown(&state, rehearsal)
    });
    rehearsed
        .await
        .map_err(|_| Status::internal("the rehearsal failed; please report this"))
}

fn shown(state: &State, rehearsal: Rehearsal) -> v1::RehearseResponseResponse {
    let Rehearsal {
        refusal,
        called,
        excused,
        preempted,
        unreachable,
        commands,
        windows,
        branches,
        findings,
        channels,
    } = rehearsal;
    let (refusal_reason, refusal) = refusal.map_or_else(Default::default, |rejection| {
        let shown = refusal::shown(Refusal::Rejected(rejection));
        (shown.reason.to_owned(), shown.message)
    });
    v1::RehearseResponseResponse {
        refusal_reason,
        refusal,
        called: called.len() as u32,
        excused,
        preempted,
        unreachable,
        commands: commands.len() as u32,
        windows,
        branches,
        findings: findings
            .into_iter()
            .map(|finding| shown_finding(state, finding))
            .collect(),
        channels: channels.into_iter().map(shown_channel).collect(),
        revision: state.revision().0,
    }
}

fn shown_finding(state: &State, finding: Finding) -> v1::RehearsalFinding {
    let Finding {
        kind,
        unit,
        role,
        person,
        people,
    } = finding;
    let unit = state.org.get(unit);
    v1::RehearsalFinding {
        kind: kind.word().to_owned(),
        unit_code: unit.code.to_string(),
        unit_name: unit.name.to_string(),
        role: role.into(),
        person_id: person.map_or(0, |person| person.0),
        people,
    }
}

fn shown_channel(time: ChannelTime) -> v1::ChannelTime {
    let ChannelTime {
        channel,
        people,
        expected_ms,
    } = time;
    let channel = match channel {
        Channel::Stream => "stream",
        Channel::Call => "call",
    };
    v1::ChannelTime {
        channel: channel.to_owned(),
        people,
        expected_ms,
    }
}
