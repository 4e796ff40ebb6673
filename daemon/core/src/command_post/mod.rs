//! The command overlay (平急转换): which post of peacetime commands where in a response, and who that is. The tree of units stays as
//! it is, and so does everybody's home unit.

mod hand_over;
#[cfg(test)]
mod tests;
mod tree;

use serde::{Deserialize, Serialize};

pub use hand_over::HandOver;
pub use tree::{TreeNode, tree};

use crate::id::{PersonId, ResponseId, Timestamp, UnitId};
use crate::plan::{Plan, nodes};
use crate::response::Response;
use crate::state::State;

/// Somebody's command at a unit in a response (指挥岗).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Command {
    /// Where.
    pub unit: UnitId,
    /// The command role, a word of the plan's, such as `town-commander`.
    pub role: Box<str>,
    /// The post of peacetime that takes it.
    pub post: Box<str>,
    /// Who commands (A); none: nobody was there to take it.
    pub commander: Option<PersonId>,
    /// Who takes over (B).
    pub backup: Option<PersonId>,
}

impl Command {
    /// Who commands at an instant: the commander, or the backup while the commander is away. Exactly one at any time, or nobody.
    pub fn acting(&self, state: &State, at: Timestamp) -> Option<PersonId> {
        let both = [self.commander, self.backup].into_iter().flatten();
        both.into_iter().find(|person| state.can_hold(*person, at))
    }
}

/// The overlay of a plan over a scope, as its posts are held at an instant.
pub(crate) fn overlay(
    state: &State,
    plan: &Plan,
    jurisdiction: UnitId,
    scope: &[UnitId],
    at: Timestamp,
) -> Vec<Command> {
    let all = nodes(state, plan, jurisdiction, scope, at);
    all.into_iter()
        .filter_map(|node| {
            let row = plan.command.get(node.row)?;
            Some(Command {
                unit: node.unit,
                role: row.role.clone(),
                post: row.primary.clone(),
                commander: node.commander(),
                backup: node.backup(),
            })
        })
        .collect()
}

/// The overlay after a change of level or scope: nodes that stay keep who commands there, be it by hand-over; the others are set up
/// or taken down.
pub(crate) fn overlay_after(before: &[Command], after: Vec<Command>) -> Vec<Command> {
    after
        .into_iter()
        .map(|node| {
            let kept = before
                .iter()
                .find(|other| other.unit == node.unit && other.role == node.role && other.commander.is_some());
            kept.cloned().unwrap_or(node)
        })
        .collect()
}

impl State {
    /// Whose command counts at a unit: that of the active response with the highest level that covers it, the oldest if there are
    /// several (M4). Empty in peacetime.
    pub fn command_at(&self, unit: UnitId) -> Option<(ResponseId, &Command)> {
        let covering = self.responses.iter().filter(|response| response.is_active());
        let with = covering.filter_map(|response| Some((response, commands(response, unit).next()?)));
        let highest = with.max_by_key(|(response, _)| (response.level(), std::cmp::Reverse(response.id)));
        highest.map(|(response, command)| (response.id, command))
    }
    /// Who commands what happens at a unit: the node at it, or at the nearest unit above it that has one.
    pub fn commander_over(&self, unit: UnitId, at: Timestamp) -> Option<(UnitId, PersonId)> {
        self.org
            .path(unit)
            .find_map(|above| Some((above, self.command_at(above)?.1.acting(self, at)?)))
    }
    /// Units that somebody commands now, and in which response.
    pub fn commands_of(&self, person: PersonId) -> impl Iterator<Item = (ResponseId, &Command)> {
        let active = self.responses.iter().filter(|response| response.is_active());
        active.flat_map(move |response| {
            let own = response
                .commands
                .iter()
                .filter(move |command| command.commander == Some(person));
            own.map(move |command| (response.id, command))
        })
    }
}

/// The nodes of a response at a unit, in the order of the plan's rows: the first commands.
fn commands(response: &Response, unit: UnitId) -> impl Iterator<Item = &Command> {
    response.commands.iter().filter(move |command| command.unit == unit)
}
