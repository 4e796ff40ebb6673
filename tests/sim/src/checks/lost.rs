//! Nothing lost: what was answered is in the journal, with one effect per request id, and a repeat gets the first answer (M6).

use std::collections::BTreeMap;

use baiying_core::command::{Answer, Reply};
use baiying_core::event::Entry;
use baiying_core::id::{Revision, Timestamp};
use baiying_core::request::RETENTION_MS;
use baiying_core::{Rejection, State};
use baiying_journal::{JournalReader, SharedLog};
use baiyingd::engine::Refusal;

use super::{Broken, Held, hold};
use crate::book::Asked;

const CHECK: &str = "lost";

/// What is journaled under a request id.
struct Logged {
    digest: u64,
    answer: Answer,
    revision: Revision,
    at: Timestamp,
    /// Whether it was answered as the first time; only one answer is.
    is_answered: bool,
}

/// Whether an answer is of a copy that was decided in the commit that journaled the request id, but before that: the state was
/// another one then, and the copy was refused or had nothing to do. No copy is once the one that took effect was answered.
fn is_earlier_copy(logged: &Logged, answer: &Result<Reply, Refusal>, before: Revision) -> bool {
    logged.revision > before
        && !logged.is_answered
        && match answer {
            Ok(reply) => !reply.repeated && reply.revision < logged.revision,
            Err(Refusal::Rejected(_)) => true,
            Err(Refusal::DiskFull { .. } | Refusal::QueueFull { .. } | Refusal::Stopped) => false,
        }
}

/// What was journaled and what was promised.
#[derive(Default)]
pub(super) struct Lost {
    logged: BTreeMap<Box<str>, Logged>,
    /// Revisions that an answer named, with the request's id.
    promised: BTreeMap<u64, Box<str>>,
}

impl Lost {
    /// An entry was read from the journal; `after` is the state with it.
    pub(super) fn entry(&mut self, after: &State, entry: &Entry) -> Held {
        let Some(request) = &entry.request else { return Ok(()) };
        let logged = Logged {
            digest: request.digest,
            answer: request.answer.clone(),
            revision: after.revision(),
            at: entry.at,
            is_answered: false,
        };
        let before = self.logged.insert(request.request_id.clone(), logged);
        let is_kept = before.is_some_and(|before| entry.at.ms_since(before.at) <= RETENTION_MS);
        hold(CHECK, !is_kept, || format!("{} took effect twice", request.request_id))
    }

    /// An engine answered; its answers come in the order of their batch. `doubled`: another request with its id was decided in
    /// the same commit, after this revision.
    pub(super) fn answered(
        &mut self,
        state: &State,
        asked: &Asked,
        answer: &Result<Reply, Refusal>,
        doubled: Option<Revision>,
    ) -> Held {
        let id = &asked.request_id;
        // A kept answer may be forgotten by the journal's time.
        let is_kept = |logged: &&mut Logged| state.at().is_none_or(|now| now.ms_since(logged.at) <= RETENTION_MS);
        let logged = self.logged.get_mut(id).filter(is_kept);
        if let (Some(logged), Some(before)) = (&logged, doubled)
            && is_earlier_copy(logged, answer, before)
        {
            return Ok(());
        }
        match answer {
            Ok(reply) => {
                hold(CHECK, reply.revision <= state.revision(), || {
                    format!(
                        "{id} was answered with revision {} and {} is durable",
                        reply.revision,
                        state.revision()
                    )
                })?;
                let Some(logged) = logged else {
                    return hold(CHECK, !reply.repeated || self.logged.contains_key(id), || {
                        format!("{id} was answered as repeated and is not journaled")
                    });
                };
                hold(CHECK, logged.digest == asked.digest, || {
                    format!("{id} was answered, and had been used for something else")
                })?;
                hold(
                    CHECK,
                    (&logged.answer, logged.revision) == (&reply.answer, reply.revision),
                    || {
                        format!(
                            "{id} was answered {:?} at {} and first {:?} at {}",
                            reply.answer, reply.revision, logged.answer, logged.revision
                        )
                    },
                )?;
                let is_first = !reply.repeated;
                hold(CHECK, !(is_first && logged.is_answered), || {
                    format!("{id} was answered as new twice")
                })?;
                logged.is_answered |= is_first;
                self.promised.insert(reply.revision.0, id.clone());
                Ok(())
            }
            Err(Refusal::Rejected(Rejection::RequestIdReused { .. })) => {
                let is_other = logged.is_none_or(|logged| logged.digest != asked.digest);
                let is_known = self.logged.contains_key(id);
                hold(CHECK, is_other && is_known, || {
                    format!("{id} was refused as used for something else, and was not")
                })
            }
            Err(Refusal::Rejected(rejection)) => {
                let is_same = logged.is_some_and(|logged| logged.digest == asked.digest);
                hold(CHECK, !is_same, || {
                    format!("{id} had taken effect and was refused: {rejection}")
                })
            }
            Err(Refusal::DiskFull { .. }) => {
                let is_same = logged.is_some_and(|logged| logged.digest == asked.digest);
                hold(CHECK, !is_same, || {
                    format!("{id} had taken effect and was refused for want of room")
                })
            }
            Err(Refusal::QueueFull { .. } | Refusal::Stopped) => {
                Err(Broken::new(CHECK, format!("{id} was answered {answer:?} by a desk")))
            }
        }
    }

    /// Everything that was promised is in the journal, read once more from its start.
    pub(super) fn finish(&self, log: &SharedLog) -> Held {
        let mut ends = BTreeMap::new();
        let mut revision = 0;
        for commit in log.commits_after(0) {
            let commit = commit.map_err(|error| Broken::new(CHECK, error.to_string()))?;
            let entries = baiying_journal::event::decode(&commit.payload)
                .map_err(|error| Broken::new(CHECK, error.to_string()))?;
            for entry in entries {
                revision += entry.len();
                ends.insert(revision, entry.request.map(|request| request.request_id));
            }
        }
        for (revision, id) in &self.promised {
            let found = ends.get(revision).and_then(Option::as_ref);
            hold(CHECK, found == Some(id), || {
                format!("{id} was answered with revision {revision}, and the journal has {found:?} there")
            })?;
        }
        Ok(())
    }
}
