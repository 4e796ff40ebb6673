//! Every request that anybody made: what was asked, under which key, and what it met on its way.

use std::collections::BTreeMap;

use baiying_core::command::{Actor, Command, Context, Envelope};
use baiying_core::id::Timestamp;

use crate::tally::Fault;

/// One request, over all its repeats.
#[derive(Debug)]
pub(crate) struct Asked {
    /// Which client.
    pub(crate) client: usize,
    /// Under whose name.
    pub(crate) actor: Actor,
    /// Chosen by the client.
    pub(crate) request_id: Box<str>,
    /// Hash of what is asked.
    pub(crate) digest: u64,
    /// What.
    pub(crate) command: Command,
    /// How often it may be sent again before the client gives up.
    pub(crate) tries_left: u32,
    /// Whether the client has its answer, or has given up.
    pub(crate) is_over: bool,
    /// What it met, as bits of [`Fault`].
    pub(crate) met: u32,
}

impl Asked {
    /// As it goes to an engine.
    pub(crate) fn envelope(&self, at: Timestamp) -> Envelope {
        Envelope {
            context: Context {
                actor: self.actor.clone(),
                request_id: Some(self.request_id.clone()),
                digest: self.digest,
                at,
            },
            command: self.command.clone(),
        }
    }

    /// Remembers what it met.
    pub(crate) fn meets(&mut self, fault: Fault) {
        self.met |= fault.bit();
    }
}

/// All requests of a world.
#[derive(Debug, Default)]
pub(crate) struct Book {
    all: Vec<Asked>,
    by_key: BTreeMap<(Box<str>, u64), usize>,
}

impl Book {
    /// Takes a request down and says its place.
    pub(crate) fn add(&mut self, asked: Asked) -> usize {
        let key = (asked.request_id.clone(), asked.digest);
        self.by_key.entry(key).or_insert(self.all.len());
        self.all.push(asked);
        self.all.len() - 1
    }

    /// The request at a place.
    pub(crate) fn get(&self, place: usize) -> &Asked {
        &self.all[place]
    }

    /// The same, to be changed.
    pub(crate) fn get_mut(&mut self, place: usize) -> &mut Asked {
        &mut self.all[place]
    }

    /// The request that was made under a key.
    pub(crate) fn find(&self, request_id: &str, digest: u64) -> Option<&Asked> {
        self.by_key
            .get(&(request_id.into(), digest))
            .map(|place| &self.all[*place])
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }
}
