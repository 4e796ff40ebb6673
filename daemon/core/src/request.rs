//! Requests that were answered, so that a repeat gets the first answer.
//!
//! Kept for [`RETENTION_MS`], and of each sort at most so many, oldest first; both are decided on journaled time and so the same
//! on every replica. Reports from the field come by the hundred thousand and are idempotent by themselves: they have a bound of
//! their own, so that a flood of them never makes the daemon forget that it has issued an order.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use crate::command::{Answer, Context, Reply};
use crate::id::{Revision, Timestamp};
use crate::rejection::Rejection;

/// How long an answer is kept: a field lead's phone may be off for a day.
pub const RETENTION_MS: i64 = 24 * 60 * 60 * 1000;
/// How many answers to reports from the field are kept: some 25 MB at most.
pub const FIELD_RETAINED_MAX: usize = 100_000;
/// How many answers to everything else are kept: months of a busy command centre.
pub const COMMAND_RETAINED_MAX: usize = 100_000;

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
    field: Ages,
    command: Ages,
}

/// Ids of kept answers with their time, oldest first.
type Ages = VecDeque<(Timestamp, Box<str>)>;

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
        let is_field = matches!(answer, Answer::Field(_) | Answer::Batch(_));
        if self.kept.insert(request_id.clone(), kept).is_some() {
            self.field.retain(|(_, other)| other != request_id);
            self.command.retain(|(_, other)| other != request_id);
        }
        let ages = if is_field { &mut self.field } else { &mut self.command };
        ages.push_back((at, request_id.clone()));
        for (ages, max) in [
            (&mut self.field, FIELD_RETAINED_MAX),
            (&mut self.command, COMMAND_RETAINED_MAX),
        ] {
            while let Some((kept_at, _)) = ages.front()
                && (at.ms_since(*kept_at) > RETENTION_MS || ages.len() > max)
            {
                let (_, oldest) = ages.pop_front().expect("there is a front");
                self.kept.remove(&oldest);
            }
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
        assert_eq!((requests.kept.len(), requests.command.len()), (1, 1));
    }

    #[test]
    fn a_flood_of_reports_does_not_push_out_the_answer_to_an_order() {
        let mut requests = Requests::default();
        keep(&mut requests, 1, "order");
        for number in 0..=FIELD_RETAINED_MAX {
            let request_id = format!("ack-{number}").into();
            let answered = Answered {
                request_id,
                digest: 1,
                answer: Answer::Field(std::sync::Arc::default()),
            };
            requests.keep(Timestamp::from_unix_ms(2), Revision(2), &answered);
        }
        assert!(is_kept(&requests, "order") && !is_kept(&requests, "ack-0") && is_kept(&requests, "ack-1"));
        assert_eq!(requests.kept.len(), FIELD_RETAINED_MAX + 1);
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
