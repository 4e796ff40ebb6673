//! The command tree (指挥体系), as ICS 203 and 207 show it: who commands where, and under whom.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::Command;
use crate::id::{PersonId, ResponseId, Timestamp, UnitId};
use crate::response::{Level, Response};
use crate::state::State;

/// A unit in the command tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeNode {
    /// Where.
    pub unit: UnitId,
    /// The nearest unit above it in the tree; none at the top.
    pub under: Option<UnitId>,
    /// The response whose command counts here: the one with the highest level.
    pub response: ResponseId,
    /// The level in force here (M4); at units above the areas covered, and in the tree of one response, the level of that response.
    pub level: Level,
    /// The nodes of that response here, the one that commands first.
    pub commands: Vec<Command>,
    /// Who acts in each of them at the instant.
    pub acting: Vec<Option<PersonId>>,
}

/// The level in force at a unit, where the command of every response counts.
fn in_force(state: &State, unit: UnitId, only: Option<ResponseId>) -> Option<Level> {
    match only {
        Some(_) => None,
        None => state.responses.effective_level(&state.org, unit),
    }
}

/// The response whose command counts at each unit, with its nodes there in the order of the plan's rows.
fn nodes(state: &State, only: Option<ResponseId>) -> BTreeMap<UnitId, (&Response, Vec<&Command>)> {
    let active = state.responses.iter().filter(|response| response.is_active());
    let mut counting: Vec<_> = active
        .filter(|response| only.is_none_or(|only| response.id == only))
        .collect();
    // The highest last, and of equal ones the first: it replaces the others.
    counting.sort_by_key(|response| (response.level(), Reverse(response.id)));
    let mut nodes = BTreeMap::new();
    for response in counting {
        let mut own: BTreeMap<UnitId, (&Response, Vec<&Command>)> = BTreeMap::new();
        for command in &response.commands {
            let (_, commands) = own.entry(command.unit).or_insert((response, Vec::new()));
            commands.push(command);
        }
        nodes.extend(own);
    }
    nodes
}

/// Every unit within another (or anywhere) at which somebody commands, units above first. Empty in peacetime; that of one response
/// stays to be seen when it has ended.
pub fn tree(state: &State, within: Option<UnitId>, only: Option<ResponseId>, at: Timestamp) -> Vec<TreeNode> {
    let nodes = nodes(state, only);
    let mut all = Vec::new();
    let roots = state.org.iter().filter(|unit| unit.parent.is_none());
    let mut next: Vec<(UnitId, Option<UnitId>)> = roots.map(|unit| (unit.id, None)).collect();
    next.reverse();
    while let Some((unit, under)) = next.pop() {
        let node = nodes.get(&unit);
        if let Some((response, commands)) = node
            && within.is_none_or(|within| state.org.is_within(unit, within))
        {
            all.push(TreeNode {
                unit,
                under,
                response: response.id,
                level: in_force(state, unit, only).unwrap_or(response.level()),
                commands: commands.iter().map(|command| (*command).clone()).collect(),
                acting: commands.iter().map(|command| command.acting(state, at)).collect(),
            });
        }
        let above = if node.is_some() { Some(unit) } else { under };
        next.extend(state.org.children(unit).iter().rev().map(|child| (*child, above)));
    }
    all
}
