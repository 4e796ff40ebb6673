//! The clocks of situation reports: what is due when, and what follows when it is missed.
//!
//! Deadlines are resolved when they are set and stand in the events: a later policy moves none that was set before.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{AnsweredClock, ReportForm, ReportKind, Situation};
use crate::calendar::Minute;
use crate::event::Event;
use crate::id::{ResponseId, Timestamp};
use crate::policy::{Policy, SituationPolicy};
use crate::response::Level;
use crate::state::State;

/// What asks for a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Clock {
    /// 首报（电话）: so long after the activation. A written first report answers it too.
    FirstPhone,
    /// 首报（书面）: so long after the activation.
    FirstWritten,
    /// 续报: so long after the last written report, by level; runs from the written first report on.
    FollowUp,
    /// 日报: at a time of the day, for long events.
    Daily,
    /// 零报告: every day has a report, if only one that says that nothing is new. Any report of that day answers it.
    Zero,
    /// 终报: so long after the end.
    Final,
}

impl Clock {
    /// Every clock with the word for it on the wire.
    pub const ALL: [(Self, &'static str); 6] = [
        (Self::FirstPhone, "first-phone"),
        (Self::FirstWritten, "first-written"),
        (Self::FollowUp, "follow-up"),
        (Self::Daily, "daily"),
        (Self::Zero, "zero"),
        (Self::Final, "final"),
    ];
}

/// One clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ClockState {
    /// The next deadline.
    pub due: Option<Timestamp>,
    /// The first deadline that was missed and not made up for.
    pub overdue: Option<Timestamp>,
}

/// A clock and its next deadline; none: it asks for nothing any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setting {
    /// Which.
    pub clock: Clock,
    /// Its next deadline.
    pub due: Option<Timestamp>,
}

/// The clocks of a response that ask for something.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Clocks(BTreeMap<Clock, ClockState>);

impl Clocks {
    /// The clock, if it asks for something.
    pub fn get(&self, clock: Clock) -> Option<ClockState> {
        self.0.get(&clock).copied()
    }
    /// Every clock that asks for something.
    pub fn iter(&self) -> impl Iterator<Item = (Clock, ClockState)> + '_ {
        self.0.iter().map(|(clock, state)| (*clock, *state))
    }

    pub(super) fn set(&mut self, settings: &[Setting]) {
        for Setting { clock, due } in settings {
            match due {
                Some(due) => self.0.entry(*clock).or_default().due = Some(*due),
                None => {
                    self.0.remove(clock);
                }
            }
        }
    }
    /// A report came. The deadline stands until it is set anew.
    pub(super) fn answered(&mut self, clock: Clock) {
        if let Some(state) = self.0.get_mut(&clock) {
            state.overdue = None;
        }
    }
    /// A deadline passed; says whether it is the first in a row.
    pub(super) fn missed(&mut self, clock: Clock, due: Timestamp, next: Option<Timestamp>) -> bool {
        let state = self.0.entry(clock).or_default();
        let is_first = state.overdue.is_none();
        state.overdue.get_or_insert(due);
        state.due = next;
        is_first
    }
}

/// The first instant after `at` when the wall clock shows `minute`.
fn next_daily(policy: &SituationPolicy, minute: Minute, at: Timestamp) -> Option<Timestamp> {
    let today = policy.zone.date(at);
    let days = (-1..=2).map(|days| policy.zone.instant(today.plus_days(days), minute));
    days.filter(|due| *due > at).min()
}

/// A millisecond earlier.
fn before(at: Timestamp) -> Timestamp {
    Timestamp::from_unix_ms(at.unix_ms().saturating_sub(1))
}

/// The deadlines that an activation sets.
pub(crate) fn open(response: ResponseId, at: Timestamp, policy: &SituationPolicy) -> Vec<Event> {
    let first = policy.first();
    let long = at.plus_ms(policy.daily_after_ms);
    let due = [
        (Clock::FirstPhone, first.map(|first| at.plus_ms(first.phone_ms))),
        (Clock::FirstWritten, first.map(|first| at.plus_ms(first.written_ms))),
        (
            Clock::Daily,
            policy.daily_at.and_then(|minute| next_daily(policy, minute, long)),
        ),
        (
            Clock::Zero,
            policy.zero_at.and_then(|minute| next_daily(policy, minute, at)),
        ),
    ];
    set(
        response,
        due.into_iter()
            .filter(|(_, due)| due.is_some())
            .map(|(clock, due)| Setting { clock, due }),
    )
}

fn set(response: ResponseId, settings: impl Iterator<Item = Setting>) -> Vec<Event> {
    let settings: Vec<_> = settings.collect();
    if settings.is_empty() {
        return Vec::new();
    }
    vec![Event::SituationClocksSet { response, settings }]
}

/// What a change of level does to the follow-ups: a higher level asks for the next one sooner, a lower one later.
pub(crate) fn level_changed(
    state: &State,
    response: ResponseId,
    (from, to): (Level, Level),
    at: Timestamp,
    policy: &SituationPolicy,
) -> Vec<Event> {
    let running = state
        .situations
        .get(response)
        .and_then(|row| row.clocks().get(Clock::FollowUp));
    let Some(due) = running.and_then(|clock| clock.due).filter(|_| from != to) else {
        return Vec::new();
    };
    if due < at {
        return fire_one(state, response, at, policy);
    }
    let fresh = policy.follow_up_ms(to).map(|ms| at.plus_ms(ms));
    let due = if to > from {
        fresh.map(|fresh| fresh.min(due))
    } else {
        fresh
    };
    let setting = Setting {
        clock: Clock::FollowUp,
        due,
    };
    set(
        response,
        std::iter::once(setting).filter(|_| running.is_some_and(|clock| clock.due != due)),
    )
}

/// What the end of a response does: what comes again and again stops, the final report is asked for, and a first report that was
/// never filed stays due.
pub(crate) fn wind_down(state: &State, response: ResponseId, at: Timestamp, policy: &SituationPolicy) -> Vec<Event> {
    let mut events = fire_one(state, response, at, policy);
    let row = state.situations.get(response);
    let runs = |clock: Clock| row.is_some_and(|row| row.clocks().get(clock).is_some());
    let stopped = [Clock::FollowUp, Clock::Daily, Clock::Zero]
        .into_iter()
        .filter(|clock| runs(*clock));
    let stopped = stopped.map(|clock| Setting { clock, due: None });
    let last = policy.final_ms.map(|ms| at.plus_ms(ms));
    let last = last.map(|due| Setting {
        clock: Clock::Final,
        due: Some(due),
    });
    events.extend(set(response, stopped.chain(last)));
    events
}

/// Deadlines that have been missed.
pub(crate) fn fire_timers(state: &State, at: Timestamp, policy: &Policy) -> Vec<Event> {
    let due = state.situations.due(at);
    due.map(|(due, response, clock)| {
        let clocks = state.report_clocks(response, policy);
        missed(state, (due, response, clock), at, &clocks)
    })
    .collect()
}

/// Deadlines of one response that have been missed.
pub(super) fn fire_one(state: &State, response: ResponseId, at: Timestamp, policy: &SituationPolicy) -> Vec<Event> {
    let due = state.situations.due(at).filter(|(_, of, _)| *of == response);
    due.map(|due| missed(state, due, at, policy)).collect()
}

fn missed(
    state: &State,
    (due, response, clock): (Timestamp, ResponseId, Clock),
    at: Timestamp,
    policy: &SituationPolicy,
) -> Event {
    let level = state
        .responses
        .get(response)
        .map_or(Level::IV, crate::response::Response::level);
    let (times, next) = match clock {
        Clock::FirstPhone | Clock::FirstWritten | Clock::Final => (1, None),
        Clock::FollowUp => policy
            .follow_up_ms(level)
            .map_or((1, None), |ms| again_every(due, ms, at)),
        Clock::Daily => every_day(policy, policy.daily_at, due, at),
        Clock::Zero => every_day(policy, policy.zero_at, due, at),
    };
    Event::SituationReportMissed {
        response,
        clock,
        due,
        times,
        // Beyond the last instant there is, nothing is due.
        next: next.filter(|next| *next >= at),
    }
}

/// How many of the deadlines every `ms` from `due` on were missed before `at`, and the first that was not. Where the
/// daemon was down, many are one event.
fn again_every(due: Timestamp, ms: u64, at: Timestamp) -> (u32, Option<Timestamp>) {
    let ms = ms.max(1);
    let passed = at.ms_since(due).unsigned_abs().div_ceil(ms).max(1);
    (
        u32::try_from(passed).unwrap_or(u32::MAX),
        Some(due.plus_ms(passed.saturating_mul(ms))),
    )
}

fn every_day(
    policy: &SituationPolicy,
    minute: Option<Minute>,
    due: Timestamp,
    at: Timestamp,
) -> (u32, Option<Timestamp>) {
    let next = minute.and_then(|minute| next_daily(policy, minute, before(at)));
    let days = next.map_or(1, |next| policy.zone.date(next).days() - policy.zone.date(due).days());
    (u32::try_from(days).unwrap_or(1).max(1), next)
}

/// Which clocks a report answers, if they run.
fn answers(kind: ReportKind, form: ReportForm) -> &'static [Clock] {
    match (kind, form) {
        (ReportKind::First, ReportForm::Phone) => &[Clock::FirstPhone, Clock::Zero],
        (ReportKind::First, ReportForm::Written) => &[Clock::FirstPhone, Clock::FirstWritten, Clock::Zero],
        (ReportKind::FollowUp, _) => &[Clock::FollowUp, Clock::Zero],
        (ReportKind::Daily, _) => &[Clock::FollowUp, Clock::Daily, Clock::Zero],
        (ReportKind::Zero, _) => &[Clock::Zero],
        (ReportKind::Final, _) => &[Clock::FirstPhone, Clock::FirstWritten, Clock::Final],
    }
}

/// What a report at `at` answers, and what is due after it.
pub(super) fn after_report(
    row: &Situation,
    missed: &[Event],
    (kind, form): (ReportKind, ReportForm),
    (level, is_active): (Level, bool),
    at: Timestamp,
    policy: &SituationPolicy,
) -> (Vec<AnsweredClock>, Vec<Setting>) {
    let mut clocks = row.clocks().clone();
    for event in missed {
        if let Event::SituationReportMissed { clock, due, next, .. } = event {
            clocks.missed(*clock, *due, *next);
        }
    }
    let (mut answered, mut settings) = (Vec::new(), Vec::new());
    for clock in answers(kind, form) {
        let Some(state) = clocks.get(*clock) else { continue };
        let Some(due) = state.overdue.or(state.due) else {
            continue;
        };
        answered.push(AnsweredClock {
            clock: *clock,
            due,
            late: due < at,
        });
        let next = match clock {
            Clock::FirstPhone | Clock::FirstWritten | Clock::Final => None,
            Clock::FollowUp => policy.follow_up_ms(level).map(|ms| at.plus_ms(ms)),
            Clock::Daily => next_day(policy, policy.daily_at, state, at),
            Clock::Zero => next_day(policy, policy.zero_at, state, at),
        };
        settings.push(Setting {
            clock: *clock,
            due: next,
        });
    }
    let starts = matches!((kind, form), (ReportKind::First, ReportForm::Written)) || kind == ReportKind::FollowUp;
    if is_active && starts && clocks.get(Clock::FollowUp).is_none() {
        let due = policy.follow_up_ms(level).map(|ms| at.plus_ms(ms));
        settings.extend(due.map(|due| Setting {
            clock: Clock::FollowUp,
            due: Some(due),
        }));
    }
    (answered, settings)
}

/// A day's report answers that day; one that came late answers only what was missed.
fn next_day(policy: &SituationPolicy, minute: Option<Minute>, state: ClockState, at: Timestamp) -> Option<Timestamp> {
    let minute = minute?;
    if state.overdue.is_some() {
        return next_daily(policy, minute, at);
    }
    let this = next_daily(policy, minute, before(at))?;
    let next = next_daily(policy, minute, this)?;
    Some(state.due.map_or(next, |due| due.max(next)))
}
