//! Entries to stored bytes and back: `baiying.journal.v1.Batch`.
//!
//! One file an aggregate. Everything is destructured, so that a new field or variant of the core fails to compile here until it
//! is stored; everything read is checked, so that damaged or newer bytes are an error and never a panic or a wrong fact.

mod branch;
mod command_post;
mod common;
mod decode;
mod deployment;
mod duty;
mod encode;
mod error;
mod exercise;
mod field;
mod in_place;
mod leave;
mod muster;
mod order;
mod org;
mod people;
mod plan;
mod quota;
mod readiness;
mod reinforcement;
mod request;
mod response;
mod situation;
mod team;
mod tenant;
#[cfg(test)]
mod tests;

use baiying_core::command::Actor;
use baiying_core::event::Entry;
use baiying_proto::journal::v1 as pb;
use bytes::Bytes;
use prost::Message;

pub use error::EventError;

use self::common::{instant, required};

/// The payload of a commit that holds these entries.
pub fn encode(entries: &[Entry]) -> Bytes {
    pb::Batch {
        entries: entries.iter().map(encode_entry).collect(),
    }
    .encode_to_vec()
    .into()
}

/// The entries of a commit's payload.
///
/// # Errors
/// If the bytes are damaged, or hold something this release does not know.
pub fn decode(payload: &[u8]) -> Result<Vec<Entry>, EventError> {
    pb::Batch::decode(payload)?
        .entries
        .into_iter()
        .map(decode_entry)
        .collect()
}

fn encode_entry(entry: &Entry) -> pb::Entry {
    let Entry {
        at,
        actor: Actor(actor),
        request,
        events,
    } = entry;
    pb::Entry {
        at_unix_ms: at.unix_ms(),
        actor: actor.to_string(),
        request: request.as_ref().map(request::encode),
        events: events
            .iter()
            .map(|event| pb::Event {
                kind: Some(encode::event(event)),
            })
            .collect(),
    }
}

fn decode_entry(entry: pb::Entry) -> Result<Entry, EventError> {
    let pb::Entry {
        at_unix_ms,
        actor,
        request,
        events,
    } = entry;
    let decode = |event: pb::Event| decode::event(required("event.kind", event.kind)?);
    Ok(Entry {
        at: instant("entry.at", at_unix_ms)?,
        actor: Actor(actor.into()),
        request: request.map(request::decode).transpose()?,
        events: events.into_iter().map(decode).collect::<Result<_, _>>()?,
    })
}
