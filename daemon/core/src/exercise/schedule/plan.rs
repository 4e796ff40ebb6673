//! The schedules that were laid down: what became of their occurrences, and what comes next.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::occur::SEARCH_MS;
use super::{Occurrence, Recurrence, ScheduleSpec, Watermark, Why, starting};
use crate::calendar::Calendar;
use crate::command::Actor;
use crate::id::{ExerciseId, ResponseId, Revision, ScheduleId, Timestamp};

/// Occurrences of a schedule that are kept with what became of them, the last ones; the journal has all.
pub const SETTLED_KEPT: usize = 400;

/// What became of an occurrence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// This run.
    Started(ExerciseId),
    /// Nothing, by the rule or by order.
    Missed(Why),
    /// Nothing: this response was in force there, and people who were not simulated would have been called away from it.
    RealResponse(ResponseId),
    /// It could not be started, and why.
    Refused(Box<str>),
}

/// An occurrence that is not to be started (跳过).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skip {
    /// Who said so.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: Box<str>,
    /// The schedule of one occurrence that takes its place, if it was postponed (推迟).
    pub instead: Option<ScheduleId>,
}

/// What happens to a schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScheduleChange {
    /// An occurrence is not to be started.
    Skipped {
        /// Its nominal instant.
        nominal: Timestamp,
        /// Why.
        reason: Box<str>,
        /// What takes its place.
        instead: Option<ScheduleId>,
    },
    /// It is, after all.
    Restored {
        /// Its nominal instant.
        nominal: Timestamp,
    },
    /// No more occurrences.
    Ended {
        /// Why.
        reason: Box<str>,
    },
    /// What became of what was due.
    Settled {
        /// Each occurrence with it, in the order of their starts.
        outcomes: Vec<(Occurrence, Outcome)>,
        /// Everything that starts at or before this is settled.
        until: Timestamp,
    },
}

/// One schedule with its past.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// Its id.
    pub id: ScheduleId,
    /// What was laid down.
    pub spec: Arc<ScheduleSpec>,
    /// Who laid it down.
    pub by: Actor,
    /// Up to when it is settled.
    pub watermark: Watermark,
    /// Occurrences that are not to be started, by nominal instant.
    pub skipped: BTreeMap<Timestamp, Skip>,
    /// When it was ended, by whom and why.
    pub ended: Option<(Timestamp, Actor, Box<str>)>,
    /// What became of the last [`SETTLED_KEPT`] occurrences.
    pub settled: Vec<(Occurrence, Outcome)>,
    /// Occurrences that became something or nothing, from the first on.
    pub settled_count: u64,
    /// The state at which it last changed.
    pub changed: Revision,
    /// What starts next; follows from the rule and the calendar.
    #[serde(skip)]
    next: Option<Occurrence>,
}

impl Schedule {
    /// What starts next, be it skipped; none: nothing within the years that are looked ahead, or it has ended.
    pub fn next(&self) -> Option<Occurrence> {
        self.next
    }
    /// What starts next, from the next on. Lazy.
    pub fn coming<'a>(&self, calendar: &'a Calendar) -> impl Iterator<Item = Occurrence> + use<'a> {
        let Watermark { since, until } = self.watermark;
        let coming = starting(&self.spec.rule, calendar, since, until, until.plus_ms(SEARCH_MS));
        let is_open = self.ended.is_none();
        coming.take_while(move |_| is_open)
    }
    /// Whether it starts nothing more: it was ended, or its one occurrence is settled.
    pub fn is_over(&self) -> bool {
        let is_once = matches!(self.spec.rule.recurrence, Recurrence::Once(_));
        self.ended.is_some() || (is_once && self.settled_count > 0)
    }
    /// Nominal instants that are not to be started.
    pub(super) fn skips(&self) -> BTreeSet<Timestamp> {
        self.skipped.keys().copied().collect()
    }
    fn reckon(&mut self, calendar: &Calendar) {
        self.next = self.coming(calendar).next();
    }
}

/// All schedules.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Schedules {
    all: Vec<Schedule>,
    /// When which starts next.
    #[serde(skip)]
    coming: BTreeSet<(Timestamp, ScheduleId)>,
}

impl Schedules {
    /// The schedule with this id.
    pub fn get(&self, schedule: ScheduleId) -> Option<&Schedule> {
        schedule.0.checked_sub(1).and_then(|index| self.all.get(index as usize))
    }
    /// Every schedule, in the order of their ids.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Schedule> {
        self.all.iter()
    }
    /// How many are not over.
    pub fn open(&self) -> usize {
        self.all.iter().filter(|schedule| !schedule.is_over()).count()
    }
    pub(crate) fn next_id(&self) -> ScheduleId {
        ScheduleId::from_index(self.all.len())
    }
    /// When the next one starts something.
    pub(crate) fn next_deadline(&self) -> Option<Timestamp> {
        self.coming.first().map(|(at, _)| *at)
    }
    /// The first that has something to start at `at`, or had it before.
    pub(super) fn due(&self, at: Timestamp) -> Option<&Schedule> {
        let (start, schedule) = self.coming.first()?;
        self.get(*schedule).filter(|_| *start <= at)
    }

    pub(crate) fn laid_down(
        &mut self,
        id: ScheduleId,
        spec: &Arc<ScheduleSpec>,
        by: &Actor,
        (at, revision): (Timestamp, Revision),
        calendar: &Calendar,
    ) {
        debug_assert_eq!(id, self.next_id(), "ids have no gaps");
        self.all.push(Schedule {
            id,
            spec: Arc::clone(spec),
            by: by.clone(),
            watermark: Watermark::new(at),
            skipped: BTreeMap::new(),
            ended: None,
            settled: Vec::new(),
            settled_count: 0,
            changed: revision,
            next: None,
        });
        self.reckon(id, calendar);
    }

    pub(crate) fn changed(
        &mut self,
        id: ScheduleId,
        change: &ScheduleChange,
        by: &Actor,
        (at, revision): (Timestamp, Revision),
        calendar: &Calendar,
    ) {
        let row = &mut self.all[id.index()];
        row.changed = revision;
        match change {
            ScheduleChange::Skipped {
                nominal,
                reason,
                instead,
            } => {
                let skip = Skip {
                    by: by.clone(),
                    at,
                    reason: reason.clone(),
                    instead: *instead,
                };
                row.skipped.insert(*nominal, skip);
            }
            ScheduleChange::Restored { nominal } => {
                row.skipped.remove(nominal);
            }
            ScheduleChange::Ended { reason } => {
                row.ended = Some((at, by.clone(), reason.clone()));
                self.reckon(id, calendar);
            }
            ScheduleChange::Settled { outcomes, until } => {
                row.watermark.until = row.watermark.until.max(*until);
                row.settled_count += outcomes.len() as u64;
                row.settled.extend(outcomes.iter().cloned());
                let old = row.settled.len().saturating_sub(SETTLED_KEPT);
                row.settled.drain(..old);
                // Why an occurrence was skipped is kept as long as the occurrence.
                let first = row.settled.first().map(|(occurrence, _)| occurrence.nominal);
                row.skipped
                    .retain(|nominal, _| first.is_none_or(|first| *nominal >= first));
                self.reckon(id, calendar);
            }
        }
    }

    fn reckon(&mut self, id: ScheduleId, calendar: &Calendar) {
        let row = &mut self.all[id.index()];
        let before = row.next.map(|next| next.start);
        row.reckon(calendar);
        let next = row.next.map(|next| next.start);
        if before != next {
            before.map(|at| self.coming.remove(&(at, id)));
            next.map(|at| self.coming.insert((at, id)));
        }
    }
    /// Looks at every rule anew: the calendar has other days, or the schedules were read from a snapshot.
    pub(crate) fn reckon_all(&mut self, calendar: &Calendar) {
        self.coming.clear();
        for row in &mut self.all {
            row.reckon(calendar);
            row.next.map(|next| self.coming.insert((next.start, row.id)));
        }
    }
    /// Whether what is reckoned follows from what is stored.
    pub(crate) fn are_reckoned(&self, calendar: &Calendar) -> bool {
        let mut anew = self.clone();
        anew.reckon_all(calendar);
        anew == *self
    }
}
