//! Answer a spot check.

use super::{Phase, SpotAnswer, SpotCheckResult};
use crate::command::{Answer, Context};
use crate::decide::{Decision, at_most};
use crate::event::Event;
use crate::id::{PersonId, SpotCheckId};
use crate::policy::Policy;
use crate::rejection::Rejection;
use crate::state::State;

/// Somebody answers for the post. Who is not on duty leaves a trace and decides nothing; the first answer of who is, counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerSpotCheck {
    /// Which check.
    pub check: SpotCheckId,
    /// Who answers.
    pub person: PersonId,
    /// Whether they are at the post.
    pub on_post: bool,
    /// At most 200 bytes.
    pub note: Box<str>,
}

impl AnswerSpotCheck {
    pub(crate) fn decide(&self, state: &State, context: &Context, policy: &Policy) -> Result<Decision, Rejection> {
        let Self {
            check,
            person,
            on_post,
            note,
        } = self;
        at_most("note", note, 200)?;
        let unknown = Rejection::UnknownSpotCheck { check: *check };
        let row = state.spot_checks.get(*check).ok_or_else(|| unknown.clone())?;
        state
            .people
            .get(*person)
            .ok_or(Rejection::UnknownPerson { person: *person })?;
        let asked = match (row.phase, &row.asked) {
            (Phase::Asked, Some(asked)) if context.at <= asked.late_until => asked,
            // Said twice, it is said once.
            (Phase::Ended(result), _) if row.answer().is_some_and(|answer| answer.person == Some(*person)) => {
                return Ok(Decision::new(Vec::new(), Answer::SpotCheck(*check, result)));
            }
            // What was not asked yet is not there for who asks: no instant can be found out by trying.
            (Phase::Planned, _) => return Err(unknown),
            (Phase::Asked | Phase::Ended(_) | Phase::Cancelled, _) => {
                return Err(Rejection::SpotCheckClosed { check: *check });
            }
        };
        let took = context.at.ms_since(asked.at);
        let result = SpotCheckResult::of(&asked.rostered, Some(*person), *on_post, took, &policy.spot_check);
        let answer = SpotAnswer {
            person: Some(*person),
            at: context.at,
            result,
            note: note.clone(),
        };
        let was_noted = result == SpotCheckResult::WrongPerson
            && (row.answers.len() >= super::ANSWERS_MAX
                || row.answers.iter().any(|other| other.person == Some(*person)));
        let events = if was_noted {
            Vec::new()
        } else {
            vec![Event::SpotCheckAnswered { check: *check, answer }]
        };
        Ok(Decision::new(events, Answer::SpotCheck(*check, result)))
    }
}
