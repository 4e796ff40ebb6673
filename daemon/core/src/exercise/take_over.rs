//! B roles that took over a command in a run (B 角接替): by a hand-over, or because the A role could not act. Whether an order called them
//! does not matter.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::run::Run;
use crate::event::Event;
use crate::id::{PersonId, ResponseId, Timestamp, UnitId};
use crate::state::State;

/// A command of the run changed hands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandedOver {
    /// In which response of the run's world.
    pub response: ResponseId,
    /// At which unit.
    pub unit: UnitId,
    /// Which role.
    pub role: Box<str>,
    /// Who had it; none: nobody.
    pub from: Option<PersonId>,
    /// Who has it from then on.
    pub to: PersonId,
    /// Whether that is who was to take over from the one before (B).
    pub is_to_backup: bool,
}

impl HandedOver {
    /// Which command.
    fn command(&self) -> (ResponseId, UnitId, &str) {
        (self.response, self.unit, &self.role)
    }
}

/// A hand-over that is about to happen in the run's world, as its commands stand before.
pub(super) fn noted(run: &mut Run, event: &Event) {
    let Event::CommandHandedOver {
        response,
        unit,
        role,
        commander,
        backup: _,
        reason: _,
    } = event
    else {
        return;
    };
    let found = run.world().and_then(|world| world.responses.get(*response));
    let mut commands = found.into_iter().flat_map(|response| &response.commands);
    let Some(node) = commands.find(|node| node.unit == *unit && node.role == *role) else {
        return;
    };
    let handed_over = HandedOver {
        response: *response,
        unit: *unit,
        role: role.clone(),
        from: node.commander,
        to: *commander,
        is_to_backup: node.backup == Some(*commander),
    };
    run.hand_overs.push(handed_over);
}

/// Everybody who took over as a B role so far, with whether they are simulated.
pub(super) fn backups(run: &Run) -> BTreeMap<PersonId, bool> {
    let Some(world) = run.world() else {
        return BTreeMap::new();
    };
    let people = handed(&run.hand_overs).chain(acting(run, world));
    people
        .map(|person| (person, run.spec.simulates(world, person)))
        .collect()
}

/// Those who were given a command that they were to take over. Whoever had it once and got it back did not stand in.
fn handed(hand_overs: &[HandedOver]) -> impl Iterator<Item = PersonId> {
    let taken = hand_overs.iter().enumerate().filter(|(index, now)| {
        let is_same = |then: &&HandedOver| then.command() == now.command();
        let mut before = hand_overs[..*index].iter().filter(is_same);
        now.is_to_backup && !before.any(|then| then.from == Some(now.to))
    });
    taken.map(|(_, now)| now.to)
}

/// Those who acted at some time because the A role was away, or was nobody: when an order went out, when the A role's leave began, or now.
fn acting<'r>(run: &'r Run, world: &'r State) -> impl Iterator<Item = PersonId> + 'r {
    let orders = world.orders.iter().flat_map(|order| &order.versions);
    let issued: BTreeSet<Timestamp> = orders.map(|version| version.issued_at).collect();
    let now = world.at();
    let commands = world
        .responses
        .iter()
        .flat_map(|response| response.commands.iter().map(move |command| (response, command)));
    commands.filter_map(move |(response, command)| {
        let backup = command.backup?;
        let which = (response.id, command.unit, &*command.role);
        let had_it = |it: &HandedOver| it.command() == which && it.from == Some(backup);
        if run.hand_overs.iter().any(had_it) {
            return None;
        }
        let until = response.terminated.as_ref().map(|(at, _)| *at).or(now)?;
        let leave = command.commander.into_iter().flat_map(|a| world.leave.approved(a));
        let began = leave.map(|(from, _)| from).filter(|from| *from >= run.began);
        let mut instants = issued.iter().copied().chain([until]).chain(began);
        instants
            .any(|at| at <= until && command.acting(world, at) == Some(backup))
            .then_some(backup)
    })
}
