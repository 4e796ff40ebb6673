//! What is to be done with the occurrences that are due: started, or missed and why.
//!
//! A schedule keeps one thing, up to when its occurrences are settled. An occurrence is settled by the first call that is told of a time
//! at or after its start; so each is settled once, however time is cut into calls, and a clock that goes back repeats nothing.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::occur::{SEARCH_MS, starting};
use super::{CatchUp, Occurrence, Rule};
use crate::calendar::Calendar;
use crate::id::Timestamp;

/// How late a start may be and still be no catching up: three ticks, which come once a minute.
pub const ON_TIME_MS: u64 = 3 * 60 * 1000;

/// Most occurrences that one call settles, but for those that start in the same millisecond as the last: what one entry of the journal
/// should hold, and not years of downtime of a rule that comes round every hour.
pub const SETTLED_MAX: usize = 1000;

/// Up to when a schedule is settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watermark {
    /// When this rule was laid down. What came round before is not its own, so that a rule with another spread or seed repeats
    /// nothing that the rule before it started.
    pub since: Timestamp,
    /// Everything that starts at or before this instant is settled. Never goes back.
    pub until: Timestamp,
}

impl Watermark {
    /// That of a rule that was laid down at this instant.
    pub fn new(at: Timestamp) -> Self {
        Self { since: at, until: at }
    }
}

/// Why an occurrence was not started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Why {
    /// It was skipped by order (跳过).
    Skipped,
    /// More than the rule's `max_lateness_ms` had passed.
    TooLate,
    /// Nobody saw it in time, and the rule makes up for none.
    NotMadeUp,
    /// Nobody saw it in time, and the rule makes up for the last one only.
    NotLatest,
}

impl Why {
    /// Every reason with the word for it in files and on the wire.
    pub const ALL: [(Self, &'static str); 4] = [
        (Self::Skipped, "skipped"),
        (Self::TooLate, "too-late"),
        (Self::NotMadeUp, "not-made-up"),
        (Self::NotLatest, "not-latest"),
    ];
}

/// What follows from the time that was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settlement {
    /// To be started now, in order of their starts.
    pub start: Vec<Occurrence>,
    /// Missed, in order of their starts.
    pub missed: Vec<(Occurrence, Why)>,
    /// Up to when the schedule is settled now.
    pub watermark: Watermark,
    /// The next one to start. If it has started already, there was more than one call settles: call again.
    pub next: Option<Occurrence>,
}

impl Settlement {
    /// Whether there is more to settle at `now`: the same call again, with the new watermark, goes on.
    pub fn has_more(&self, now: Timestamp) -> bool {
        self.next.is_some_and(|next| next.start <= now)
    }
}

/// Settles what starts after the watermark and not after `now`; `skipped` are nominal instants of occurrences not to be started.
///
/// An occurrence that is not skipped, and no later than `max_lateness_ms` after its start, is started when it is on time
/// ([`ON_TIME_MS`]) or the policy makes up for it: every one, or only the last of all that are due. Until a calendar with other days
/// or another rule comes, nothing changes before `next` starts.
pub fn settle(
    rule: &Rule,
    calendar: &Calendar,
    watermark: Watermark,
    now: Timestamp,
    skipped: &BTreeSet<Timestamp>,
) -> Settlement {
    let until = watermark.until.max(now);
    let horizon = until.plus_ms(SEARCH_MS);
    let mut coming = starting(rule, calendar, watermark.since, watermark.until, horizon).peekable();
    let mut due: Vec<Occurrence> = Vec::new();
    while let Some(occurrence) = coming.next_if(|next| {
        let is_with_last = due.last().is_some_and(|last| last.start == next.start);
        next.start <= until && (due.len() < SETTLED_MAX || is_with_last)
    }) {
        due.push(occurrence);
    }
    let next = coming.peek().copied();
    let is_whole = next.is_none_or(|next| next.start > until);
    let reached = match due.last() {
        Some(last) if !is_whole => last.start,
        Some(_) | None => until,
    };
    // The last one that the policy may make up for is not among these if one to be started is due after them.
    let is_skipped = |occurrence: &Occurrence| skipped.contains(&occurrence.nominal);
    let is_followed = coming
        .take_while(|later| later.start <= until)
        .any(|later| !is_skipped(&later));
    let latest = due
        .iter()
        .rfind(|occurrence| !is_followed && !is_skipped(occurrence))
        .copied();
    let (mut start, mut missed) = (Vec::new(), Vec::new());
    for occurrence in due {
        let late_ms = until.ms_since(occurrence.start).unsigned_abs();
        let is_latest = latest == Some(occurrence);
        match verdict(rule, is_skipped(&occurrence), is_latest, late_ms) {
            None => start.push(occurrence),
            Some(why) => missed.push((occurrence, why)),
        }
    }
    Settlement {
        start,
        missed,
        watermark: Watermark {
            since: watermark.since,
            until: reached,
        },
        next,
    }
}

/// Why an occurrence is missed; none: it starts.
fn verdict(rule: &Rule, is_skipped: bool, is_latest: bool, late_ms: u64) -> Option<Why> {
    if is_skipped {
        return Some(Why::Skipped);
    }
    if late_ms > rule.max_lateness_ms {
        return Some(Why::TooLate);
    }
    if late_ms <= ON_TIME_MS {
        return None;
    }
    match rule.catch_up {
        CatchUp::All => None,
        CatchUp::Latest => (!is_latest).then_some(Why::NotLatest),
        CatchUp::None => Some(Why::NotMadeUp),
    }
}
