//! Requests that were answered, so that a repeat gets the first answer.
//!
//! Kept for [`RETENTION_MS`] and at most [`RETAINED_MAX`], oldest first; both are decided on journaled time and so the same
//! on every replica. Field facts are idempotent by themselves as well and do not depend on this table.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use crate::command::{Answer, Context, Reply};
use crate::id::{Revision, Timestamp};
use crate::rejection::Rejection;

/// How long an answer is kept: a field lead's phone may be off for a day.
pub const RETENTION_MS: i64 = 24 * 60 * 60 * 1000;
/// How many answers are kept: about 100 MB at most.
pub const RETAINED_MAX: usize = 500_000;

/// The key and the answer of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// As chosen by the caller.
    pub request_id: Box<str>,
    /// Hash of what was asked.
    pub digest: u64,
    /// What was answered.
    pub answer: Answer,
}

/// One kept answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Kept {
    digest: u64,
    revision: Revision,
    answer: Answer,
}

/// The table of kept answers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Requests {
    kept: BTreeMap<Box<str>, Kept>,
    order: VecDeque<(Timestamp, Box<str>)>,
}

impl Requests {
    /// The first answer, if this request was answered before.
    ///
    /// # Errors
    /// [`Rejection::RequestIdReused`] if the id was used for something else.
    pub fn find(&self, context: &Context) -> Result<Option<Reply>, Rejection> {
        let Some(request_id) = &context.request_id else {
            return Ok(None);
        };
        let Some(kept) = self.kept.get(request_id) else {
            return Ok(None);
        };
        if kept.digest != context.digest {
            return Err(Rejection::RequestIdReused {
                request_id: request_id.clone(),
            });
        }
        Ok(Some(Reply {
            revision: kept.revision,
            answer: kept.answer.clone(),
            repeated: true,
        }))
    }

    /// Keeps an answer, and lets go of those that are too old.
    pub(crate) fn keep(&mut self, at: Timestamp, revision: Revision, answered: &Answered) {
        let Answered {
            request_id,
            digest,
            answer,
        } = answered;
        let kept = Kept {
            digest: *digest,
            revision,
            answer: answer.clone(),
        };
        if self.kept.insert(request_id.clone(), kept).is_some() {
            self.order.retain(|(_, other)| other != request_id);
        }
        self.order.push_back((at, request_id.clone()));
        while let Some((kept_at, _)) = self.order.front()
            && (at.ms_since(*kept_at) > RETENTION_MS || self.order.len() > RETAINED_MAX)
        {
            let (_, oldest) = self.order.pop_front().expect("there is a front");
            self.kept.remove(&oldest);
        }
    }
}
