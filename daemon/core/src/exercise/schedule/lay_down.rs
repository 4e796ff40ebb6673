//! Lay down a schedule (制定演练计划).

use std::sync::Arc;

use super::{Rule, ScheduleSpec, check};
use crate::command::{Answer, Context};
use crate::decide::Decision;
use crate::event::Event;
use crate::exercise::begin::{self, AskedRun, Setting, StartExercise};
use crate::policy::Policy;
use crate::rejection::Rejection;
use crate::state::State;

/// Schedules that have not ended, at a time.
pub const SCHEDULES_MAX: usize = 20_000;

/// Lays down when a scenario runs. Its runs start by themselves, so it is confirmed as one that is started by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScheduleExercise {
    /// What runs, where, and who conducts it.
    pub asked: AskedRun,
    /// When.
    pub rule: Rule,
    /// The words of [`StartExercise::phrase`].
    pub confirmation: Box<str>,
}

impl ScheduleExercise {
    pub(crate) fn decide(&self, state: &State, context: &Context, policy: &Policy) -> Result<Decision, Rejection> {
        let Self {
            asked,
            rule,
            confirmation,
        } = self;
        let (_, scenario) = begin::scenario(state, policy, &asked.scenario)?;
        let notice = Some(scenario.notice);
        StartExercise::confirmed(&asked.scenario, confirmation)?;
        let Setting {
            unit,
            director,
            staff,
            simulated,
            rate,
        } = Setting::of(state, asked)?;
        let faults = check(rule, context.at);
        if let Some(first) = faults.first() {
            let all: Vec<String> = faults.iter().map(ToString::to_string).collect();
            return Err(Rejection::ScheduleRule {
                fault: first.word(),
                problem: all.join("; ").into(),
            });
        }
        let schedules = &state.exercises.schedules;
        if schedules.open() >= SCHEDULES_MAX {
            return Err(Rejection::TooManySchedules {
                max: SCHEDULES_MAX as u32,
            });
        }
        let schedule = schedules.next_id();
        let spec = Arc::new(ScheduleSpec {
            scenario: asked.scenario.clone(),
            unit,
            rule: rule.clone(),
            director,
            staff,
            simulated,
            rate,
            instead_of: None,
            notice,
        });
        let event = Event::ExerciseScheduled { schedule, spec };
        Ok(Decision::new(vec![event], Answer::Schedule(schedule)))
    }
}
