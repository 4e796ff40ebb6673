//! Skip or postpone an occurrence, or end a schedule.

use std::sync::Arc;

use super::secrecy::may_change;
use super::{Occurrence, Recurrence, Rule, Schedule, ScheduleChange, ScheduleSpec, Skip};
use crate::calendar::DayKinds;
use crate::command::{Answer, Context};
use crate::decide::{Decision, at_most, needed};
use crate::event::Event;
use crate::exercise::scenario::Notice;
use crate::id::{ScheduleId, Timestamp};
use crate::policy::Policy;
use crate::rejection::Rejection;
use crate::state::State;

/// Occurrences of a schedule that can be skipped in all.
pub const SKIPPED_MAX: usize = 800;
/// How far ahead an occurrence is looked for that is to be skipped.
const AHEAD_MAX: usize = 20_000;

/// What becomes of a schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScheduleTo {
    /// An occurrence is not started (跳过).
    Skip {
        /// Its nominal instant; none: the next one that is not skipped yet.
        nominal: Option<Timestamp>,
        /// Why.
        reason: Box<str>,
    },
    /// An occurrence is started later (推迟).
    Postpone {
        /// Its nominal instant; none: the next one that is not skipped yet.
        nominal: Option<Timestamp>,
        /// When it is started instead.
        to: Timestamp,
        /// Why.
        reason: Box<str>,
    },
    /// An occurrence that was to be skipped is started after all. So is one that was postponed, once what took its place is skipped or
    /// ended: before, both would run.
    Restore {
        /// Its nominal instant.
        nominal: Timestamp,
    },
    /// Nothing more is started.
    End {
        /// Why.
        reason: Box<str>,
    },
}

/// Changes a schedule. What is not announced in full is changed only by who conducts it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeSchedule {
    /// Which.
    pub schedule: ScheduleId,
    /// How.
    pub to: ScheduleTo,
}

impl ChangeSchedule {
    pub(crate) fn decide(&self, state: &State, context: &Context, policy: &Policy) -> Result<Decision, Rejection> {
        let Self { schedule, to } = self;
        let schedule = *schedule;
        let found = state
            .exercises
            .schedules
            .get(schedule)
            .ok_or(Rejection::UnknownSchedule { schedule })?;
        may_change(state, found, &context.actor, policy)?;
        if found.ended.is_some() {
            return match to {
                ScheduleTo::End { .. } => Ok(Decision::new(Vec::new(), Answer::Schedule(schedule))),
                ScheduleTo::Skip { .. } | ScheduleTo::Postpone { .. } | ScheduleTo::Restore { .. } => {
                    Err(Rejection::ScheduleEnded { schedule })
                }
            };
        }
        let changed = |change| Event::ScheduleChanged { schedule, change };
        let events = match to {
            ScheduleTo::Skip { nominal, reason } => {
                given(reason)?;
                let Some(nominal) = to_skip(state, found, *nominal)? else {
                    return Ok(Decision::new(Vec::new(), Answer::Schedule(schedule)));
                };
                vec![changed(ScheduleChange::Skipped {
                    nominal: nominal.nominal,
                    reason: reason.trim().into(),
                    instead: None,
                })]
            }
            ScheduleTo::Postpone { nominal, to, reason } => {
                given(reason)?;
                let Some(occurrence) = to_skip(state, found, *nominal)? else {
                    let nominal = nominal.unwrap_or(context.at);
                    return Err(Rejection::NoOccurrence { schedule, nominal });
                };
                if *to <= context.at || *to <= occurrence.start {
                    return Err(Rejection::PostponedToPast { schedule });
                }
                let instead = state.exercises.schedules.next_id();
                let spec = Arc::new(once(found, occurrence, *to, state.notice(found, policy)));
                let laid_down = Event::ExerciseScheduled {
                    schedule: instead,
                    spec,
                };
                let skipped = changed(ScheduleChange::Skipped {
                    nominal: occurrence.nominal,
                    reason: reason.trim().into(),
                    instead: Some(instead),
                });
                return Ok(Decision::new(vec![laid_down, skipped], Answer::Schedule(instead)));
            }
            ScheduleTo::Restore { nominal } => {
                let nominal = *nominal;
                let is_to_come = to_come(state, found, nominal).is_some();
                let skip = found.skipped.get(&nominal).filter(|_| is_to_come);
                let skip = skip.ok_or(Rejection::NoOccurrence { schedule, nominal })?;
                let mut events = given_up(state, found, skip)?;
                events.push(changed(ScheduleChange::Restored { nominal }));
                events
            }
            ScheduleTo::End { reason } => {
                given(reason)?;
                vec![changed(ScheduleChange::Ended {
                    reason: reason.trim().into(),
                })]
            }
        };
        Ok(Decision::new(events, Answer::Schedule(schedule)))
    }
}

fn given(reason: &str) -> Result<(), Rejection> {
    needed("reason", reason)?;
    at_most("reason", reason, 500)
}

fn to_come(state: &State, schedule: &Schedule, nominal: Timestamp) -> Option<Occurrence> {
    let mut coming = schedule.coming(&state.calendar).take(AHEAD_MAX);
    coming.find(|occurrence| occurrence.nominal == nominal)
}

/// The occurrence that is meant, if it is not skipped already.
fn to_skip(state: &State, found: &Schedule, nominal: Option<Timestamp>) -> Result<Option<Occurrence>, Rejection> {
    let schedule = found.id;
    let is_skipped = |occurrence: &Occurrence| found.skipped.contains_key(&occurrence.nominal);
    let occurrence = match nominal {
        Some(nominal) => {
            let Some(occurrence) = to_come(state, found, nominal) else {
                return Err(Rejection::NoOccurrence { schedule, nominal });
            };
            if is_skipped(&occurrence) {
                return Ok(None);
            }
            occurrence
        }
        None => {
            let mut coming = found.coming(&state.calendar).take(AHEAD_MAX);
            coming
                .find(|occurrence| !is_skipped(occurrence))
                .ok_or(Rejection::NothingToCome { schedule })?
        }
    };
    if found.skipped.len() >= SKIPPED_MAX {
        return Err(Rejection::TooManySkipped {
            schedule,
            max: SKIPPED_MAX as u32,
        });
    }
    Ok(Some(occurrence))
}

/// What took the place of an occurrence, if it starts nothing any more: it is ended, so that it cannot be taken up again beside the
/// occurrence. It may have been postponed in its turn.
fn given_up(state: &State, found: &Schedule, skip: &Skip) -> Result<Vec<Event>, Rejection> {
    let mut events = Vec::new();
    let mut next = skip.instead;
    while let Some(instead) = next {
        let Some(substitute) = state.exercises.schedules.get(instead) else {
            break;
        };
        let skip = substitute.skipped.values().next();
        if substitute.ended.is_none() {
            let Some(skip) = skip else {
                let schedule = found.id;
                return Err(Rejection::WasPostponed { schedule, instead });
            };
            let reason = skip.reason.clone();
            events.push(Event::ScheduleChanged {
                schedule: instead,
                change: ScheduleChange::Ended { reason },
            });
        }
        // What it was postponed to in its turn runs, even if it was ended since.
        next = skip.and_then(|skip| skip.instead).filter(|later| *later > instead);
    }
    Ok(events)
}

/// What takes the place of an occurrence: the same, once, and as little announced.
fn once(found: &Schedule, occurrence: Occurrence, to: Timestamp, notice: Notice) -> ScheduleSpec {
    ScheduleSpec {
        rule: Rule {
            recurrence: Recurrence::Once(to),
            days: DayKinds::ALL,
            spread_ms: 0,
            ..found.spec.rule.clone()
        },
        instead_of: Some((found.id, occurrence.nominal)),
        notice: Some(notice),
        ..ScheduleSpec::clone(&found.spec)
    }
}
