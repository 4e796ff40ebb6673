//! What happens to exercises by itself: what is due in their worlds, injects, the end, and the putting away of what is over.

use super::act::happens;
use super::inject;
use super::run::{Ending, KEPT_MS, Run, RunChange, RunPhase, end};
use crate::command::{Command, Context};
use crate::event::Event;
use crate::policy::Policy;
use crate::state::State;

/// Everything that is due at `context.at`.
pub(crate) fn fire_timers(state: &State, context: &Context, policy: &Policy) -> Vec<Event> {
    let due = state.exercises.runs().filter(|run| {
        let deadline = run.next_deadline();
        deadline.is_some_and(|deadline| deadline <= context.at)
    });
    due.flat_map(|run| fire(context, policy, run)).collect()
}

fn fire(context: &Context, policy: &Policy, run: &Run) -> Vec<Event> {
    let (id, at) = (run.id, context.at);
    let changed = |change| Event::ExerciseChanged { run: id, change };
    match &run.phase {
        RunPhase::Paused => Vec::new(),
        RunPhase::Over { at: ended, .. } if ended.plus_ms(KEPT_MS) <= at => vec![changed(RunChange::PutAway)],
        RunPhase::Over { .. } => Vec::new(),
        RunPhase::Running if run.until() <= run.clock.shows(at) => end(context, policy, run, Ending::Window),
        RunPhase::Running if run.is_complete() => end(context, policy, run, Ending::Complete),
        RunPhase::Running => {
            let due = inject::due(run, at);
            let injected = due
                .into_iter()
                .map(|number| changed(RunChange::Injected { number, by_hand: false }));
            let mut events: Vec<Event> = injected.collect();
            // A timer is never refused.
            if let Ok(decision) = happens(context, policy, run, &Command::FireTimers) {
                events.extend(decision.events);
            }
            events
        }
    }
}
