//! Reject reports (不予确认).

use std::collections::BTreeSet;

use super::confirm::Asked;
use super::report::village;
use crate::command::{Answer, Context, FieldReport};
use crate::decide::{Decision, at_most, needed};
use crate::event::Event;
use crate::id::{PersonId, ResponseId};
use crate::quota::approver;
use crate::rejection::Rejection;
use crate::state::State;

/// A village does not confirm what members reported, and says why. They count as before, and may report again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectReports {
    /// Code of the village.
    pub village: Box<str>,
    /// In which response; none: whichever has such reports.
    pub response: Option<ResponseId>,
    /// Whose.
    pub people: Vec<PersonId>,
    /// Why; no medical detail.
    pub reason: Box<str>,
    /// Who says so for the village: not the person.
    pub rejected_by: Box<str>,
}

impl RejectReports {
    pub(crate) fn decide(&self, state: &State, context: &Context) -> Result<Decision, Rejection> {
        let unit = village(state, &self.village)?;
        needed("reason", &self.reason)?;
        at_most("reason", &self.reason, 200)?;
        let by = approver(&self.rejected_by)?;
        let asked = Asked {
            response: self.response,
            people: &self.people,
            all: false,
            // Who was not seen was not seen, however many windows they reported to.
            everywhere: true,
            by: &by,
        };
        let mut report = FieldReport::default();
        let mut events = Vec::new();
        let mut rejected: BTreeSet<PersonId> = BTreeSet::new();
        for (window, people) in asked.sort(state, context, unit, &self.village, &mut report)? {
            rejected.extend(people.iter());
            events.push(Event::InPlaceRejected {
                window: window.opening.window,
                people,
                reason: self.reason.clone(),
                by: by.clone(),
            });
        }
        report.applied += rejected.len() as u32;
        Ok(Decision::new(events, Answer::Field(report.into())))
    }
}
