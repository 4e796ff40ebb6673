//! `CommandService`.

use std::collections::BTreeMap;

use baiying_core::State;
use baiying_core::command::Command;
use baiying_core::command_post::{self, HandOver, TreeNode, tree};
use baiying_core::id::{PersonId, Timestamp};
use baiying_core::org::UnitKind;
use baiying_core::word;
use baiying_proto::v1;
use tonic::{Request, Response, Status};

use super::convert::{person_id, receipt, response_id};
use super::mask;
use super::org::within;
use super::page::Page;
use super::refusal::invalid;
use super::server::ApiContext;
use super::submit::{asked, command, digest};
use super::view::{past, view};

/// Serves [`v1::command_service_server::CommandService`].
pub(super) struct CommandApi(pub(super) ApiContext);

#[tonic::async_trait]
impl v1::command_service_server::CommandService for CommandApi {
    async fn list_command_tree(
        &self,
        request: Request<v1::ListCommandTreeRequest>,
    ) -> Result<Response<v1::ListCommandTreeResponse>, Status> {
        let v1::ListCommandTreeRequest {
            unit_code,
            response_id: id,
            page,
            as_of,
        } = request.into_inner();
        let only = if id == 0 { None } else { Some(response_id(id)?) };
        let page = Page::of(page);
        let after = page.after_number()?;
        let then = past(&self.0, as_of).await?;
        let now = then
            .as_ref()
            .map_or_else(|| Some(self.0.clock.now()), |state| state.at());
        let now = now.unwrap_or(Timestamp::from_unix_ms(0));
        let state = view(&self.0.engine, then);
        let within = within(&state, &unit_code)?;
        if let Some(response) = only {
            let known = state.responses.get(response);
            known.ok_or_else(|| invalid("response_id", format!("there is no response {response}")))?;
        }
        let nodes = tree(&state, within, only, now);
        let mut depths: BTreeMap<_, u32> = BTreeMap::new();
        for node in &nodes {
            let above = node.under.and_then(|under| depths.get(&under)).map(|depth| depth + 1);
            depths.insert(node.unit, above.unwrap_or(0));
        }
        // In the order of the tree, not of the ids: a place in the list is its number.
        let rest = nodes.iter().enumerate().skip(after as usize);
        let (units, next_page_token) = page.take(rest.map(|(index, node)| {
            let depth = depths.get(&node.unit).copied().unwrap_or(0);
            (index as u32 + 1, shown(&state, node, depth))
        }));
        Ok(Response::new(v1::ListCommandTreeResponse {
            units,
            next_page_token,
            revision: state.revision().0,
        }))
    }

    async fn hand_over_command(
        &self,
        request: Request<v1::HandOverCommandRequest>,
    ) -> Result<Response<v1::HandOverCommandResponse>, Status> {
        let mut request = request.into_inner();
        let asked = asked(request.context.take())?;
        let digest = digest("hand-over-command", [&request]);
        let v1::HandOverCommandRequest {
            context: _,
            response_id: id,
            unit_code,
            role,
            to_id,
            reason,
        } = request;
        let hand_over = HandOver {
            response: response_id(id)?,
            unit_code: unit_code.into(),
            role: role.into(),
            to: person_id("to_id", to_id)?,
            reason: reason.into(),
        };
        let reply = command(&self.0.engine, asked, digest, Command::HandOver(hand_over)).await?;
        Ok(Response::new(v1::HandOverCommandResponse {
            receipt: receipt(&reply),
        }))
    }
}

fn shown(state: &State, node: &TreeNode, depth: u32) -> v1::CommandUnit {
    let TreeNode {
        unit,
        under,
        response,
        level,
        commands,
        acting,
    } = node;
    let unit = state.org.get(*unit);
    let holders = commands.iter().zip(acting);
    v1::CommandUnit {
        unit_code: unit.code.to_string(),
        unit_name: unit.name.to_string(),
        unit_kind: word::of(&UnitKind::ALL, unit.kind).to_owned(),
        under_code: under.map_or_else(String::new, |under| state.org.get(under).code.to_string()),
        response_id: response.0,
        level: level.number(),
        commands: holders
            .map(|(command, acting)| shown_command(state, command, *acting))
            .collect(),
        depth,
    }
}

fn shown_command(state: &State, command: &command_post::Command, acting: Option<PersonId>) -> v1::CommandNodeHolder {
    let command_post::Command {
        unit: _,
        role,
        post,
        commander,
        backup,
    } = command;
    let number = |person: Option<PersonId>| person.map_or(0, |person| person.0);
    v1::CommandNodeHolder {
        role: role.to_string(),
        post: post.to_string(),
        commander_id: number(*commander),
        commander_masked_name: mask::person(state, *commander),
        backup_id: number(*backup),
        backup_masked_name: mask::person(state, *backup),
        acting_id: number(acting),
    }
}
