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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::Command;
    use crate::testing::{activate, district};

    #[test]
    fn m6_a_repeated_switch_gets_the_first_answer_and_switches_nothing() {
        let mut district = district();
        let command = || Command::ActivateResponse(activate(3));
        district.under("switch-1", 7).accepts(command());
        let first = district.answer().clone();
        district
            .at(5)
            .under("switch-1", 7)
            .accepts(command())
            .changes_nothing()
            .answers(&first);
        assert_eq!(district.state.responses.iter().count(), 1);
        let request_id = "switch-1".into();
        district
            .under("switch-1", 8)
            .when(command())
            .rejects(Rejection::RequestIdReused { request_id });
    }

    fn keep(requests: &mut Requests, at: i64, request_id: &str) {
        let answer = Answer::Done;
        let answered = Answered {
            request_id: request_id.into(),
            digest: 1,
            answer,
        };
        requests.keep(Timestamp::from_unix_ms(at), Revision(1), &answered);
    }

    fn is_kept(requests: &Requests, request_id: &str) -> bool {
        requests.kept.contains_key(request_id)
    }

    #[test]
    fn answers_are_kept_for_a_day() {
        let mut requests = Requests::default();
        keep(&mut requests, 1, "a");
        keep(&mut requests, 1 + RETENTION_MS, "b");
        assert!(is_kept(&requests, "a") && is_kept(&requests, "b"));
        keep(&mut requests, 2 + RETENTION_MS, "c");
        assert!(!is_kept(&requests, "a") && is_kept(&requests, "b"));
        keep(&mut requests, i64::MAX, "d");
        assert_eq!((requests.kept.len(), requests.order.len()), (1, 1));
    }

    #[test]
    fn an_answer_that_is_kept_again_is_kept_from_then_on() {
        let mut requests = Requests::default();
        keep(&mut requests, 1, "a");
        keep(&mut requests, RETENTION_MS, "a");
        keep(&mut requests, RETENTION_MS + 10, "b");
        assert!(is_kept(&requests, "a"));
    }
}
