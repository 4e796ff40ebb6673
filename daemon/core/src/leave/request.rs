//! Ask for leave ahead of any order.

use super::{LeaveReason, LeaveRecord};
use crate::command::{Answer, Context};
use crate::decide::{Decision, at_most};
use crate::event::Event;
use crate::id::{PersonId, Timestamp};
use crate::rejection::Rejection;
use crate::state::State;

/// Asks for leave over an interval. Once approved, orders issued in it count the person as excused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestLeave {
    /// Whose.
    pub person: PersonId,
    /// Why.
    pub reason: LeaveReason,
    /// What they write; at most 200 bytes.
    pub note: Box<str>,
    /// From when.
    pub from: i64,
    /// Until when, not included.
    pub until: i64,
}

impl RequestLeave {
    pub(crate) fn decide(&self, state: &State, context: &Context) -> Result<Decision, Rejection> {
        let Self {
            person,
            reason,
            note,
            from,
            until,
        } = self;
        at_most("note", note, 200)?;
        state
            .people
            .get(*person)
            .ok_or(Rejection::UnknownPerson { person: *person })?;
        let (from, until) = (Timestamp::from_unix_ms(*from), Timestamp::from_unix_ms(*until));
        if until <= from || until <= context.at {
            return Err(Rejection::LeaveInterval);
        }
        let leave = state.leave.next_id();
        let record = LeaveRecord {
            person: *person,
            reason: *reason,
            note: note.clone(),
            from,
            until,
            order: None,
        };
        Ok(Decision::new(
            vec![Event::LeaveRequested { leave, record }],
            Answer::Leave(leave),
        ))
    }
}
