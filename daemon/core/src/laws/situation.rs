//! Situation reports: numbers are the ledger's, deadlines are kept or said to be missed, nothing is edited.

use super::{Held, holds};
use crate::State;
use crate::event::{Entry, Event};
use crate::id::{ResponseId, Timestamp};
use crate::situation::{Clock, Situation, SituationReport, numbers};

/// What an entry says about situation reports is so, and what was filed stays.
///
/// # Errors
/// What is not.
pub fn situation(before: &State, entry: &Entry, after: &State) -> Held {
    holds(after.situations.is_consistent(), || {
        "the timers of situation reports are not those of their clocks".into()
    })?;
    for (response, row) in after.situations.iter() {
        clocks_fit(after, response, row)?;
        let old = before.situations.get(response).map_or(&[][..], Situation::reports);
        holds(row.reports().starts_with(old), || {
            format!("a report of {response} was edited")
        })?;
        let numbered = row
            .reports()
            .iter()
            .map(|filed| filed.report.seq)
            .eq(1..=row.reports().len() as u32);
        let follow_ups = row
            .reports()
            .iter()
            .map(|filed| filed.report.number)
            .filter(|number| *number > 0);
        holds(
            numbered && follow_ups.zip(1..).all(|(number, expected)| number == expected),
            || format!("the reports of {response} are numbered with gaps"),
        )?;
    }
    for event in &entry.events {
        if let Event::SituationReportFiled { response, report, .. } = event {
            report_is_so(before, after, *response, report, entry.at)?;
        }
    }
    Ok(())
}

fn clocks_fit(after: &State, response: ResponseId, row: &Situation) -> Held {
    let is_active = after
        .responses
        .get(response)
        .is_some_and(crate::response::Response::is_active);
    for (clock, _) in row.clocks().iter() {
        let fits = match clock {
            Clock::FirstPhone | Clock::FirstWritten => true,
            Clock::FollowUp | Clock::Daily | Clock::Zero => is_active,
            Clock::Final => !is_active,
        };
        holds(fits, || format!("{clock:?} of {response} runs at the wrong time"))?;
    }
    Ok(())
}

fn report_is_so(before: &State, after: &State, response: ResponseId, report: &SituationReport, at: Timestamp) -> Held {
    let known = [before, after].map(|state| numbers(state, response));
    holds(known == [report.numbers; 2] && report.numbers.adds_up(), || {
        format!(
            "a report of {response} says {:?}, and the ledger {known:?}",
            report.numbers
        )
    })?;
    holds(report.as_of == before.revision(), || {
        format!("a report of {response} is of {}", report.as_of)
    })?;
    let says_so = report
        .answered
        .iter()
        .all(|answered| answered.late == (answered.due < at));
    holds(says_so, || {
        format!("a report of {response} at {at:?} hides that it is late: {report:?}")
    })
}
