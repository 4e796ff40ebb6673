//! File a situation report (报送信息).

use super::clock::{after_report, fire_one};
use super::{ReportForm, ReportKind, Situation, SituationReport, Words, numbers};
use crate::command::{Answer, Context};
use crate::decide::{Decision, at_most, needed};
use crate::event::Event;
use crate::id::{ResponseId, Timestamp};
use crate::policy::Policy;
use crate::rejection::Rejection;
use crate::state::State;

/// Files a report. The words are the caller's, the numbers the ledger's. What was filed is never edited: to correct it, a follow-up
/// says which report it amends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileReport {
    /// Of which response.
    pub response: ResponseId,
    /// What kind.
    pub kind: ReportKind,
    /// How it is given.
    pub form: ReportForm,
    /// When the news was received; none: now.
    pub received_at: Option<Timestamp>,
    /// When the event happened.
    pub event_at: Option<Timestamp>,
    /// What people wrote.
    pub words: Words,
    /// The report that this follow-up corrects.
    pub amends: Option<u32>,
}

/// Longest text of a field, in bytes: a page.
const TEXT_MAX: u32 = 3000;

impl FileReport {
    pub(crate) fn decide(&self, state: &State, context: &Context, policy: &Policy) -> Result<Decision, Rejection> {
        let Self {
            response,
            kind,
            form,
            received_at,
            event_at,
            words,
            amends,
        } = self;
        let row = state
            .responses
            .get(*response)
            .ok_or(Rejection::UnknownResponse { response: *response })?;
        self.check_words()?;
        let at = context.at;
        for (field, given) in [("received_at", received_at), ("event_at", event_at)] {
            if given.is_some_and(|given| given > at) {
                return Err(Rejection::ReportInFuture { field });
            }
        }
        let none = Situation::default();
        let known = state.situations.get(*response).unwrap_or(&none);
        self.check_order(known, row.is_active())?;
        if let Some(amends) = amends
            && (*kind != ReportKind::FollowUp || known.report(*amends).is_none())
        {
            return Err(Rejection::ReportAmends {
                response: *response,
                seq: *amends,
            });
        }
        let clocks = state.report_clocks(*response, policy);
        let mut events = fire_one(state, *response, at, &clocks);
        let (answered, settings) = after_report(
            known,
            &events,
            (*kind, *form),
            (row.level(), row.is_active()),
            at,
            &clocks,
        );
        let seq = known.reports().len() as u32 + 1;
        let number = match kind {
            ReportKind::FollowUp => known.follow_ups() + 1,
            ReportKind::First | ReportKind::Daily | ReportKind::Zero | ReportKind::Final => 0,
        };
        let report = SituationReport {
            seq,
            kind: *kind,
            form: *form,
            number,
            received_at: received_at.unwrap_or(at),
            event_at: *event_at,
            words: words.clone(),
            amends: *amends,
            level: row.level(),
            numbers: numbers(state, *response),
            as_of: state.revision(),
            answered,
        };
        assert!(report.numbers.adds_up(), "the numbers of {response} do not add up (A1)");
        let late = report.is_late();
        events.push(Event::SituationReportFiled {
            response: *response,
            report: Box::new(report),
            settings,
        });
        let answer = Answer::SituationReport {
            response: *response,
            seq,
            number,
            late,
        };
        Ok(Decision::new(events, answer))
    }

    /// A first report says where it comes from, and what happened where; a zero report needs no words; every other says something.
    fn check_words(&self) -> Result<(), Rejection> {
        for (field, text) in self.words.fields() {
            at_most(field, text, TEXT_MAX)?;
        }
        match self.kind {
            ReportKind::First => {
                needed("source", &self.words.source)?;
                needed("place", &self.words.place)?;
                needed("nature", &self.words.nature)
            }
            ReportKind::FollowUp | ReportKind::Daily | ReportKind::Final => {
                let says_something = self.words.fields().iter().any(|(_, text)| !text.trim().is_empty());
                if says_something {
                    Ok(())
                } else {
                    Err(Rejection::Missing { field: "trend" })
                }
            }
            ReportKind::Zero => Ok(()),
        }
    }

    /// First the first report, in each form once; daily and zero reports until the end, the final one after it, once.
    fn check_order(&self, known: &Situation, is_active: bool) -> Result<(), Rejection> {
        let (response, kind) = (self.response, self.kind);
        match kind {
            ReportKind::First => {
                let is_done = known.has(kind, Some(self.form)) || known.has(kind, Some(ReportForm::Written));
                if known.has(ReportKind::Final, None) {
                    let kind = ReportKind::Final;
                    return Err(Rejection::ReportFiled { response, kind });
                }
                if is_done {
                    return Err(Rejection::ReportFiled { response, kind });
                }
            }
            ReportKind::FollowUp | ReportKind::Daily => {
                if !known.has(ReportKind::First, None) {
                    return Err(Rejection::NoFirstReport { response });
                }
            }
            ReportKind::Zero | ReportKind::Final => {}
        }
        match kind {
            ReportKind::Daily | ReportKind::Zero if !is_active => Err(Rejection::ResponseTerminated { response }),
            ReportKind::Final if is_active => Err(Rejection::ResponseNotTerminated { response }),
            ReportKind::Final if known.has(kind, None) => Err(Rejection::ReportFiled { response, kind }),
            ReportKind::First | ReportKind::FollowUp | ReportKind::Daily | ReportKind::Zero | ReportKind::Final => {
                Ok(())
            }
        }
    }
}
