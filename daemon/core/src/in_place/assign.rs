//! Give a confirmed member a post in the village (定岗).

use super::report::village;
use crate::decide::{Decision, at_most};
use crate::event::Event;
use crate::id::{PersonId, ResponseId};
use crate::rejection::Rejection;
use crate::state::State;

/// Longest text of a post, in bytes.
pub const TASK_MAX: u32 = 120;

/// Notes what a confirmed member does in the village; empty takes it back. Short, and without medical detail: who can do what is
/// the village's to know, and not ours to write down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssignTask {
    /// Code of the village.
    pub village: Box<str>,
    /// In which response; none: where they are deployed.
    pub response: Option<ResponseId>,
    /// Who.
    pub person: PersonId,
    /// What they do.
    pub task: Box<str>,
}

impl AssignTask {
    pub(crate) fn decide(&self, state: &State) -> Result<Decision, Rejection> {
        let person = self.person;
        let unit = village(state, &self.village)?;
        let task = self.task.trim();
        at_most("task", task, TASK_MAX)?;
        if task.chars().any(char::is_control) {
            return Err(Rejection::Missing { field: "task" });
        }
        if state.people.get(person).is_none() {
            return Err(Rejection::UnknownPerson { person });
        }
        let of_village = state.in_place.windows().filter(|window| window.opening.village == unit);
        let mut windows = of_village.filter(|window| self.response.is_none_or(|it| window.opening.response == it));
        let is_there = |order| {
            let row = state.orders.get(order)?.current().ledger.row(person)?;
            Some(row.arrived_at.is_some() && row.released_at.is_none())
        };
        let window = windows.find(|window| is_there(window.opening.order) == Some(true));
        let window = window.ok_or(Rejection::NotConfirmed { person })?;
        let known = window.tasks.get(&person).map_or("", |task| task);
        let tasked = Event::InPlaceTasked {
            window: window.opening.window,
            person,
            task: task.into(),
        };
        Ok(Decision::done(if known == task { Vec::new() } else { vec![tasked] }))
    }
}
