//! Situation reports (信息报告): the clocks that ask for them, the reports, and what was missed (`domain.md` §1.4).
//!
//! The words of a report are typed by people; the numbers in it are the ledger's at that revision, and nobody types them. Nothing
//! that was filed is edited: an amendment is another follow-up (续报). Here is what is known; `clock.rs` says what is due when,
//! `file.rs` files.

mod clock;
mod file;
mod numbers;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub use clock::{Clock, ClockState, Clocks, Setting};
pub(crate) use clock::{fire_timers, level_changed, open, wind_down};
pub use file::FileReport;
pub use numbers::{Numbers, numbers};

use crate::command::Actor;
use crate::id::{ResponseId, Revision, Timestamp};
use crate::response::Level;

/// What kind of report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ReportKind {
    /// 首报: what happened, as far as it is known.
    First,
    /// 续报: what has changed since; numbered.
    FollowUp,
    /// 日报: of a long event.
    Daily,
    /// 零报告: nothing new, said all the same.
    Zero,
    /// 终报: after the end.
    Final,
}

impl ReportKind {
    /// Every kind with the word for it on the wire.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::First, "first"),
        (Self::FollowUp, "follow-up"),
        (Self::Daily, "daily"),
        (Self::Zero, "zero"),
        (Self::Final, "final"),
    ];
}

/// How a report was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ReportForm {
    /// 电话
    Phone,
    /// 书面
    Written,
}

impl ReportForm {
    /// Every form with the word for it on the wire.
    pub const ALL: [(Self, &'static str); 2] = [(Self::Phone, "phone"), (Self::Written, "written")];
}

/// What people write in a report; each may be empty where its kind does not ask for it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Words {
    /// 信息来源: the unit or person the news came from.
    pub source: Box<str>,
    /// 地点
    pub place: Box<str>,
    /// 事件性质
    pub nature: Box<str>,
    /// 影响范围
    pub scope: Box<str>,
    /// 初步损失
    pub loss: Box<str>,
    /// 发展趋势
    pub trend: Box<str>,
    /// 现场负责人及采取措施: who leads on the scene, and what is being done.
    pub measures: Box<str>,
    /// 意见建议
    pub requests: Box<str>,
}

impl Words {
    /// Each text with its name.
    pub fn fields(&self) -> [(&'static str, &str); 8] {
        let Self {
            source,
            place,
            nature,
            scope,
            loss,
            trend,
            measures,
            requests,
        } = self;
        [
            ("source", source),
            ("place", place),
            ("nature", nature),
            ("scope", scope),
            ("loss", loss),
            ("trend", trend),
            ("measures", measures),
            ("requests", requests),
        ]
    }
}

/// A clock that a report answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnsweredClock {
    /// Which.
    pub clock: Clock,
    /// The deadline that counted: the first one that was missed, if one was.
    pub due: Timestamp,
    /// Whether the report came after it (迟报).
    pub late: bool,
}

/// A report as it was filed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SituationReport {
    /// Counts the reports of a response from 1.
    pub seq: u32,
    /// What kind.
    pub kind: ReportKind,
    /// How it was given.
    pub form: ReportForm,
    /// 续报一, 续报二 …: counts follow-ups from 1; 0 for every other kind.
    pub number: u32,
    /// When the news was received (接报时间).
    pub received_at: Timestamp,
    /// When the event happened; none if it is not known or nothing new did.
    pub event_at: Option<Timestamp>,
    /// What people wrote.
    pub words: Words,
    /// The earlier report that this one corrects.
    pub amends: Option<u32>,
    /// The level then.
    pub level: Level,
    /// The ledger's numbers.
    pub numbers: Numbers,
    /// The state that the numbers are of.
    pub as_of: Revision,
    /// What it answered.
    pub answered: Vec<AnsweredClock>,
}

impl SituationReport {
    /// Whether any deadline had passed.
    pub fn is_late(&self) -> bool {
        self.answered.iter().any(|answered| answered.late)
    }
}

/// A report, by whom and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filed {
    /// The report.
    pub report: SituationReport,
    /// Who filed it.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
}

/// Deadlines of a clock that passed in a row with nothing said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missed {
    /// Which clock.
    pub clock: Clock,
    /// The first of the deadlines.
    pub due: Timestamp,
    /// How many.
    pub times: u32,
    /// The report that came late; none if none did.
    pub made_up_by: Option<u32>,
}

/// What is known of one response.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Situation {
    clocks: Clocks,
    reports: Vec<Filed>,
    missed: Vec<Missed>,
}

impl Situation {
    /// What is due when.
    pub fn clocks(&self) -> &Clocks {
        &self.clocks
    }
    /// Every report, in the order of their numbers.
    pub fn reports(&self) -> &[Filed] {
        &self.reports
    }
    /// The report with this number.
    pub fn report(&self, seq: u32) -> Option<&Filed> {
        self.reports.get((seq as usize).checked_sub(1)?)
    }
    /// Everything that was missed, in order.
    pub fn missed(&self) -> &[Missed] {
        &self.missed
    }
    /// Whether a report of this kind and form was filed.
    pub fn has(&self, kind: ReportKind, form: Option<ReportForm>) -> bool {
        let mut reports = self.reports.iter().map(|filed| &filed.report);
        reports.any(|report| report.kind == kind && form.is_none_or(|form| report.form == form))
    }
    fn follow_ups(&self) -> u32 {
        self.reports.last().map_or(0, |_| {
            let numbers = self.reports.iter().map(|filed| filed.report.number);
            numbers.max().unwrap_or(0)
        })
    }
}

/// Reports and clocks of every response.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Situations {
    rows: BTreeMap<ResponseId, Situation>,
    timers: BTreeSet<(Timestamp, ResponseId, Clock)>,
    overdue: BTreeSet<(ResponseId, Clock)>,
    missed: u64,
}

impl Situations {
    /// What is known of a response; none if it has neither a clock nor a report.
    pub fn get(&self, response: ResponseId) -> Option<&Situation> {
        self.rows.get(&response)
    }
    /// Every response with a clock or a report.
    pub fn iter(&self) -> impl Iterator<Item = (ResponseId, &Situation)> {
        self.rows.iter().map(|(response, row)| (*response, row))
    }
    /// How many deadlines were ever missed.
    pub fn missed(&self) -> u64 {
        self.missed
    }
    /// How many clocks wait for a report that is late already.
    pub fn overdue(&self) -> usize {
        self.overdue.len()
    }
    /// When the next deadline will have been missed: an instant after it.
    pub fn next_deadline(&self) -> Option<Timestamp> {
        let due = self.timers.first().map(|(due, _, _)| *due);
        due.filter(|due| *due < Timestamp::MAX).map(|due| due.plus_ms(1))
    }
    /// Deadlines that have been missed at `at`, and were not said to be yet.
    fn due(&self, at: Timestamp) -> impl Iterator<Item = (Timestamp, ResponseId, Clock)> + '_ {
        self.timers.iter().take_while(move |(due, _, _)| *due < at).copied()
    }

    fn change(&mut self, response: ResponseId, change: impl FnOnce(&mut Situation)) {
        let row = self.rows.entry(response).or_default();
        for (clock, state) in row.clocks.iter() {
            state.due.map(|due| self.timers.remove(&(due, response, clock)));
            self.overdue.remove(&(response, clock));
        }
        change(row);
        for (clock, state) in row.clocks.iter() {
            state.due.map(|due| self.timers.insert((due, response, clock)));
            if state.overdue.is_some() {
                self.overdue.insert((response, clock));
            }
        }
    }

    pub(crate) fn clocks_set(&mut self, response: ResponseId, settings: &[Setting]) {
        self.change(response, |row| row.clocks.set(settings));
    }

    pub(crate) fn filed(
        &mut self,
        response: ResponseId,
        report: &SituationReport,
        settings: &[Setting],
        by: &Actor,
        at: Timestamp,
    ) {
        self.change(response, |row| {
            for answered in &report.answered {
                row.clocks.answered(answered.clock);
                let missed = row
                    .missed
                    .iter_mut()
                    .rev()
                    .find(|missed| missed.clock == answered.clock);
                if let Some(missed) = missed.filter(|missed| answered.late && missed.made_up_by.is_none()) {
                    missed.made_up_by = Some(report.seq);
                }
            }
            row.clocks.set(settings);
            row.reports.push(Filed {
                report: report.clone(),
                by: by.clone(),
                at,
            });
        });
    }

    pub(crate) fn missed_one(
        &mut self,
        response: ResponseId,
        clock: Clock,
        due: Timestamp,
        times: u32,
        next: Option<Timestamp>,
    ) {
        self.missed += u64::from(times);
        self.change(response, |row| {
            let is_first = row.clocks.missed(clock, due, next);
            let open = row.missed.iter_mut().rev().find(|missed| missed.clock == clock);
            match open {
                Some(open) if !is_first && open.made_up_by.is_none() => open.times = open.times.saturating_add(times),
                Some(_) | None => row.missed.push(Missed {
                    clock,
                    due,
                    times,
                    made_up_by: None,
                }),
            }
        });
    }

    /// Whether timers and open shortcomings are those of the clocks: for the laws.
    pub(crate) fn is_consistent(&self) -> bool {
        let clocks = || {
            self.rows
                .iter()
                .flat_map(|(response, row)| row.clocks.iter().map(move |clock| (*response, clock)))
        };
        let timers = clocks().filter_map(|(response, (clock, state))| Some((state.due?, response, clock)));
        let overdue = clocks().filter_map(|(response, (clock, state))| state.overdue.map(|_| (response, clock)));
        timers.collect::<BTreeSet<_>>() == self.timers && overdue.collect::<BTreeSet<_>>() == self.overdue
    }
}
