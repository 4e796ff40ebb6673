//! From a request to a command on its way: context, digest, priority.

use baiying_core::command::{Actor, Command, Reply};
use baiying_proto::v1;
use prost::Message;
use sha2::{Digest, Sha256};
use tonic::Status;

use super::refusal::invalid;
use crate::engine::{EngineHandle, Priority};

/// Longest request id and actor.
const KEY_MAX: usize = 64;

/// Who asks, under which key.
pub(super) struct Asked {
    pub(super) actor: Actor,
    pub(super) request_id: Box<str>,
}

/// Checks the context of a command.
pub(super) fn asked(context: Option<v1::CommandContext>) -> Result<Asked, Status> {
    let v1::CommandContext { request_id, actor } =
        context.ok_or_else(|| invalid("context", "context is missing: request_id and actor"))?;
    for (field, text) in [("context.request_id", &request_id), ("context.actor", &actor)] {
        if text.is_empty() {
            return Err(invalid(field, format!("{field} is missing")));
        }
        if text.len() > KEY_MAX || text.chars().any(char::is_control) {
            return Err(invalid(
                field,
                format!("{field} is at most {KEY_MAX} bytes, without control characters"),
            ));
        }
    }
    if request_id.starts_with("batch:") {
        return Err(invalid(
            "context.request_id",
            "request ids that start with \"batch:\" belong to offline batches",
        ));
    }
    Ok(Asked {
        actor: Actor(actor.into()),
        request_id: request_id.into(),
    })
}

/// Hash and size of a request; the context does not count, so that a repeat by another actor is a repeat.
pub(super) fn digest<'a, M: Message + 'a>(kind: &str, parts: impl IntoIterator<Item = &'a M>) -> (u64, usize) {
    let mut hash = Sha256::new();
    hash.update(kind);
    let mut size = 0;
    for part in parts {
        let bytes = part.encode_to_vec();
        size += bytes.len();
        hash.update((bytes.len() as u64).to_le_bytes());
        hash.update(&bytes);
    }
    let full = hash.finalize();
    (
        u64::from_le_bytes(full[..8].try_into().expect("a hash has 8 bytes")),
        size,
    )
}

/// A command of the command centre.
pub(super) async fn command(
    engine: &EngineHandle,
    asked: Asked,
    digest: (u64, usize),
    command: Command,
) -> Result<Reply, Status> {
    submit(engine, Priority::Command, asked, digest, command).await
}

/// A command of any priority.
pub(super) async fn submit(
    engine: &EngineHandle,
    priority: Priority,
    Asked { actor, request_id }: Asked,
    digest: (u64, usize),
    command: Command,
) -> Result<Reply, Status> {
    engine
        .submit(priority, actor, Some(request_id), digest, command)
        .await
        .map_err(super::refusal::refusal)
}

/// An answer of another kind than the command has: a defect of ours.
pub(super) fn wrong_answer() -> Status {
    Status::internal("the engine answered another question; please report this")
}
