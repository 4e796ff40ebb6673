//! Injects (导调信息): put in when they are due or by hand; what was expected is seen by the system or said by a controller.

use serde::{Deserialize, Serialize};

use super::run::{Run, RunChange};
use super::scenario::{Expectation, Inject, Trigger};
use crate::command::Actor;
use crate::decide::{Decision, at_most};
use crate::event::Event;
use crate::id::{ExerciseId, Timestamp};
use crate::rejection::Rejection;
use crate::response::Level;
use crate::state::State;

/// Whether the players did what was expected of an inject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Verdict {
    /// As expected, and in time.
    Done,
    /// In part, or too late.
    Partly,
    /// Not at all.
    NotDone,
    /// Nobody has said so yet, or it never came to it.
    Unjudged,
}

impl Verdict {
    /// Every verdict with the word for it in files and on the wire.
    pub const ALL: [(Self, &'static str); 4] = [
        (Self::Done, "done"),
        (Self::Partly, "partly"),
        (Self::NotDone, "not-done"),
        (Self::Unjudged, "unjudged"),
    ];
}

/// What came of one inject. Times are milliseconds of exercise time from the start of the run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InjectOutcome {
    /// Its number in the scenario, from 1.
    pub number: u32,
    /// When it was put in; none: it never was.
    pub injected_ms: Option<u64>,
    /// Whether what was expected was done.
    pub verdict: Verdict,
    /// How long after it that was; none: never, or nobody knows.
    pub took_ms: Option<u64>,
    /// What the system saw, or what the controller or evaluator wrote.
    pub note: Box<str>,
}

/// What a controller or evaluator saw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observation {
    /// What came of it.
    pub verdict: Verdict,
    /// What they write.
    pub note: Box<str>,
}

/// An inject of a run.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct InjectState {
    /// When it was put in, in milliseconds of exercise time from the start.
    pub injected_ms: Option<u64>,
    /// Whether by hand.
    pub by_hand: bool,
    /// When the system saw what was expected.
    pub met_ms: Option<u64>,
    /// What somebody said came of it: goes before what the system saw.
    pub observed: Option<(Observation, Actor, Timestamp)>,
}

impl InjectState {
    /// What came of it, as far as it is known: what somebody said, else what the system saw.
    fn verdict(&self, inject: &Inject) -> Verdict {
        let Some(injected) = self.injected_ms else {
            return Verdict::Unjudged;
        };
        if let Some((observation, ..)) = &self.observed {
            return observation.verdict;
        }
        let within = |met: u64| {
            inject
                .within_ms
                .is_none_or(|within| met.saturating_sub(injected) <= within)
        };
        match (inject.expects, self.met_ms) {
            (Expectation::Observed, _) => Verdict::Unjudged,
            (_, Some(met)) if within(met) => Verdict::Done,
            (_, Some(_)) => Verdict::Partly,
            (_, None) => Verdict::NotDone,
        }
    }
    /// The same with when it was put in, how long it took, and what was written.
    pub fn outcome(&self, inject: &Inject) -> InjectOutcome {
        let both = self.injected_ms.zip(self.met_ms);
        InjectOutcome {
            number: inject.number,
            injected_ms: self.injected_ms,
            verdict: self.verdict(inject),
            took_ms: both.map(|(injected, met)| met.saturating_sub(injected)),
            note: self
                .observed
                .as_ref()
                .map_or_else(Box::default, |(seen, ..)| seen.note.clone()),
        }
    }
}

impl Run {
    /// What came of its injects, in the order of their numbers.
    pub fn outcomes(&self) -> Vec<InjectOutcome> {
        pairs(self).map(|(inject, state)| state.outcome(inject)).collect()
    }
}

/// The injects of a run with where each stands.
fn pairs(run: &Run) -> impl Iterator<Item = (&Inject, &InjectState)> {
    run.spec.scenario.injects.iter().zip(&run.injects)
}

/// When the next one is due by time, in exercise time.
pub(super) fn next_timed(run: &Run) -> Option<Timestamp> {
    let waiting = pairs(run).filter(|(_, state)| state.injected_ms.is_none());
    let timed = waiting.filter_map(|(inject, _)| match inject.trigger {
        Trigger::After(ms) => Some(run.began.plus_ms(ms)),
        Trigger::Acknowledged(_) | Trigger::Arrived(_) | Trigger::Level(_) | Trigger::ByHand => None,
    });
    timed.min()
}

/// Numbers of those that are due because of what has happened.
pub(super) fn due_by_condition(run: &Run) -> impl Iterator<Item = u32> + '_ {
    let waiting = pairs(run).filter(|(_, state)| state.injected_ms.is_none());
    let due = waiting.filter(|(inject, _)| match inject.trigger {
        Trigger::After(_) | Trigger::ByHand => false,
        Trigger::Acknowledged(percent) => share(run, percent, |total| total.acked),
        Trigger::Arrived(percent) => share(run, percent, |total| total.present),
        Trigger::Level(level) => highest(run).is_some_and(|reached| reached >= level),
    });
    due.map(|(inject, _)| inject.number)
}

/// Numbers of those that are due at `at`, by time or by what has happened.
pub(super) fn due(run: &Run, at: Timestamp) -> Vec<u32> {
    let shown = run.clock.shows(at);
    let timed = pairs(run).filter(|(inject, state)| {
        state.injected_ms.is_none() && matches!(inject.trigger, Trigger::After(ms) if run.began.plus_ms(ms) <= shown)
    });
    let mut all: Vec<u32> = timed
        .map(|(inject, _)| inject.number)
        .chain(due_by_condition(run))
        .collect();
    all.sort_unstable();
    all
}

/// Whether so many percent of those who are called and not excused have done something.
fn share(run: &Run, percent: u8, done: impl Fn(&crate::order::Counts) -> u32) -> bool {
    let total = run.counts();
    let target = u64::from(total.due.saturating_sub(total.excused));
    target > 0 && u64::from(done(&total)) * 100 >= target * u64::from(percent)
}

/// The highest level in force in the exercise.
fn highest(run: &Run) -> Option<Level> {
    let responses = run.world()?.responses.iter();
    responses
        .filter(|row| row.is_active())
        .map(crate::response::Response::level)
        .max()
}

pub(super) fn injected(run: &mut Run, number: u32, by_hand: bool, at: Timestamp) {
    let elapsed = run.elapsed_ms(at);
    if let Some(state) = row(run, number) {
        state.injected_ms = Some(elapsed);
        state.by_hand = by_hand;
    }
}

pub(super) fn observed(run: &mut Run, number: u32, observation: &Observation, by: &Actor, at: Timestamp) {
    if let Some(state) = row(run, number) {
        state.observed = Some((observation.clone(), by.clone(), at));
    }
}

fn row(run: &mut Run, number: u32) -> Option<&mut InjectState> {
    run.injects.get_mut((number as usize).checked_sub(1)?)
}

/// Something happened: what it meets of what was expected.
pub(super) fn met(run: &mut Run, event: &Event, at: Timestamp) {
    let is_open = |state: &InjectState| state.injected_ms.is_some() && state.met_ms.is_none();
    if !run.injects.iter().any(is_open) {
        return;
    }
    let waiting = pairs(run).enumerate().filter(|(_, (_, state))| is_open(state));
    let met = waiting.filter(|(_, (inject, _))| is_met(run, inject, event));
    let met: Vec<usize> = met.map(|(index, _)| index).collect();
    let elapsed = run.elapsed_ms(at);
    for index in met {
        run.injects[index].met_ms = Some(elapsed);
    }
}

fn is_met(run: &Run, inject: &Inject, event: &Event) -> bool {
    match inject.expects {
        Expectation::Observed => false,
        Expectation::HandOver => matches!(event, Event::CommandHandedOver { .. }),
        Expectation::Level(level) => highest(run).is_some_and(|reached| reached >= level),
        Expectation::LevelDown(level) => highest(run).is_none_or(|reached| reached <= level),
        Expectation::Order => matches!(event, Event::OrderIssued { .. }),
        Expectation::Report => matches!(event, Event::SituationReportFiled { .. }),
        Expectation::Reinforcement => matches!(event, Event::ReinforcementRequested { .. }),
        Expectation::InPlaceWindow => matches!(event, Event::InPlaceWindowOpened(_)),
        Expectation::Branch => matches!(event, Event::BranchProposed { .. }),
        Expectation::Acknowledged(percent) => share(run, percent, |total| total.acked),
        Expectation::Arrived(percent) => share(run, percent, |total| total.present),
    }
}

/// Puts an inject in now, whatever its trigger is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InjectNow {
    /// In which run.
    pub run: ExerciseId,
    /// Its number.
    pub number: u32,
}

impl InjectNow {
    pub(crate) fn decide(&self, state: &State) -> Result<Decision, Rejection> {
        let Self { run, number } = *self;
        let found = state.running(run)?;
        let state = known(found, number)?;
        if state.injected_ms.is_some() {
            return Err(Rejection::AlreadyInjected { run, number });
        }
        let change = RunChange::Injected { number, by_hand: true };
        Ok(Decision::done(vec![Event::ExerciseChanged { run, change }]))
    }
}

/// Says what came of an inject. Taken after the end too; said again, the last word counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObserveInject {
    /// In which run.
    pub run: ExerciseId,
    /// Its number.
    pub number: u32,
    /// What came of it.
    pub observation: Observation,
}

impl ObserveInject {
    pub(crate) fn decide(&self, state: &State) -> Result<Decision, Rejection> {
        let Self {
            run,
            number,
            observation,
        } = self;
        let (run, number) = (*run, *number);
        at_most("note", &observation.note, 500)?;
        let found = state.exercise(run)?;
        if known(found, number)?.injected_ms.is_none() {
            return Err(Rejection::NotInjected { run, number });
        }
        let observation = observation.clone();
        let change = RunChange::Observed { number, observation };
        Ok(Decision::done(vec![Event::ExerciseChanged { run, change }]))
    }
}

fn known(run: &Run, number: u32) -> Result<&InjectState, Rejection> {
    let row = (number as usize)
        .checked_sub(1)
        .and_then(|index| run.injects.get(index));
    row.ok_or(Rejection::UnknownInject {
        run: run.id,
        number,
        count: run.injects.len() as u32,
    })
}
