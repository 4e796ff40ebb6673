//! Record a spot check that people made.

use super::{Asked, Method, Planned, SpotAnswer, SpotCheckResult, at_post};
use crate::command::{Answer, Context};
use crate::decide::{Decision, at_most};
use crate::event::Event;
use crate::id::{PersonId, Timestamp};
use crate::policy::Policy;
use crate::rejection::Rejection;
use crate::state::State;

/// A check by phone, video or visit. How it came out follows from the roster and the rules, not from who writes it down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordSpotCheck {
    /// Code of the unit.
    pub unit_code: Box<str>,
    /// How; not over the stream.
    pub method: Method,
    /// When it was asked.
    pub asked: i64,
    /// When it was answered; 0: it was not.
    pub answered: i64,
    /// Who answered, if that is known.
    pub person: Option<PersonId>,
    /// Whether they were at the post.
    pub on_post: bool,
    /// At most 200 bytes.
    pub note: Box<str>,
}

impl RecordSpotCheck {
    pub(crate) fn decide(&self, state: &State, context: &Context, policy: &Policy) -> Result<Decision, Rejection> {
        let Self {
            unit_code,
            method,
            asked,
            answered,
            person,
            on_post,
            note,
        } = self;
        at_most("note", note, 200)?;
        if *method == Method::Stream {
            return Err(Rejection::Missing { field: "method" });
        }
        let unit = state.org.by_code(unit_code).ok_or_else(|| Rejection::UnknownUnit {
            code: unit_code.clone(),
        })?;
        if let Some(person) = person {
            state
                .people
                .get(*person)
                .ok_or(Rejection::UnknownPerson { person: *person })?;
        }
        let at = Timestamp::from_unix_ms(*asked);
        let answered = (*answered != 0).then(|| Timestamp::from_unix_ms(*answered));
        let is_ordered = at <= answered.unwrap_or(at) && answered.unwrap_or(at) <= context.at;
        if *asked == 0 || !is_ordered {
            return Err(Rejection::SpotCheckTimes);
        }
        let rules = &policy.spot_check;
        let asked = Asked {
            at,
            rostered: at_post(state, unit.id, at),
            pass_until: at.plus_ms(rules.pass_ms),
            late_until: at.plus_ms(rules.late_ms),
        };
        let answer = answered
            .filter(|answered| *answered <= asked.late_until)
            .map(|answered| SpotAnswer {
                person: *person,
                at: answered,
                result: SpotCheckResult::of(&asked.rostered, *person, *on_post, answered.ms_since(at), rules),
                note: note.clone(),
            });
        let result = answer
            .as_ref()
            .map_or(SpotCheckResult::NoAnswer, |answer| answer.result);
        let id = state.spot_checks.next_id();
        let plan = Planned {
            id,
            unit: unit.id,
            from: at,
            until: at,
            at,
        };
        let recorded = Event::SpotCheckRecorded {
            plan,
            method: *method,
            asked,
            answer,
            result,
        };
        Ok(Decision::new(vec![recorded], Answer::SpotCheck(id, result)))
    }
}
