//! Who would command where: a plan's overlay, looked up in the posts.

use super::Plan;
use crate::id::{PersonId, Timestamp, UnitId};
use crate::post::PostRole;
use crate::state::State;

/// A command node (指挥节点): a role at a unit, and who can take it at that instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandNode {
    /// The row of the plan's overlay.
    pub row: usize,
    /// Where it stands.
    pub unit: UnitId,
    /// Who can take it, the first choice first: A and B of the first post, then of the second, without those who are away.
    pub candidates: Vec<CommandCandidate>,
}

/// Somebody who can take a command role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommandCandidate {
    /// Who.
    pub person: PersonId,
    /// Whether by the overlay's second post.
    pub by_backup_post: bool,
    /// What they are in that post.
    pub role: PostRole,
}

impl CommandNode {
    /// Who commands; none: nobody can.
    pub fn commander(&self) -> Option<PersonId> {
        self.candidates.first().map(|candidate| candidate.person)
    }
    /// Who takes over; none: there is no backup.
    pub fn backup(&self) -> Option<PersonId> {
        self.candidates.get(1).map(|candidate| candidate.person)
    }
}

/// Every node that a plan sets up for a scope: at the units within it, and at those above it up to the jurisdiction. In the order
/// of the overlay's rows, then of the units' ids.
pub fn nodes(state: &State, plan: &Plan, jurisdiction: UnitId, scope: &[UnitId], at: Timestamp) -> Vec<CommandNode> {
    let is_above = |unit: UnitId| scope.iter().any(|area| state.org.is_within(*area, unit));
    let is_covered = |unit: UnitId| state.org.path(unit).any(|above| scope.contains(&above));
    let is_meant = |unit: UnitId| state.org.is_within(unit, jurisdiction) && (is_covered(unit) || is_above(unit));
    let meant: Vec<_> = state.org.iter().filter(|unit| is_meant(unit.id)).collect();
    let mut all = Vec::new();
    for (row, command) in plan.command.iter().enumerate() {
        for unit in meant.iter().filter(|unit| unit.kind == command.at) {
            let posts = [(Some(&command.primary), false), (command.backup.as_ref(), true)];
            let mut candidates: Vec<CommandCandidate> = Vec::new();
            for (post, by_backup_post) in posts {
                let Some(post) = post else { continue };
                for (person, role) in state.post_candidates(unit.id, post, at) {
                    if !candidates.iter().any(|other| other.person == person) {
                        candidates.push(CommandCandidate {
                            person,
                            by_backup_post,
                            role,
                        });
                    }
                }
            }
            all.push(CommandNode {
                row,
                unit: unit.id,
                candidates,
            });
        }
    }
    all
}
