//! People of a run, each once, out of what they did under each order.
//!
//! How somebody counts whom several orders called: **by order** they count under each, and **by person** once, by the best that they did
//! under any: nobody can be in two places, and an order that took another's place must not make them absent from the first. So a person
//! acknowledged, set out and arrived if they did under one order, at the earliest of the times (each from its own order); they are late
//! only if late under every order that they arrived under, and declined only if they answered none with a yes. Orders that they are
//! excused from are left out; excused from all, they are excused, for the reason under the last order. Taken by a real event under one,
//! they count nowhere (E1). What a simulated responder did for a person who also answered themselves is left out.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::exercise::fact::Fact;
use crate::id::{OrderId, PersonId, UnitId};
use crate::leave::LeaveReason;
use crate::order::Excuse;

/// What became of a person in a run. Exactly one; all but the last two are of the effective target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Outcome {
    /// Arrived in time (按时到位).
    OnTime,
    /// Arrived, late (迟到).
    Late,
    /// Declined, without that being approved (请假未准).
    Declined,
    /// Acknowledged and did not arrive: absent (缺席) where they were to go somewhere, done where not.
    Answered,
    /// Reached, and never answered (未回令).
    Silent,
    /// Never reached (未叫应).
    Unreached,
    /// Excused (请假).
    Excused,
    /// Taken by a real event (E1).
    Preempted,
}

impl Outcome {
    /// Every outcome with the word for it in files and on the wire.
    pub const ALL: [(Self, &'static str); 8] = [
        (Self::OnTime, "on-time"),
        (Self::Late, "late"),
        (Self::Declined, "declined"),
        (Self::Answered, "answered"),
        (Self::Silent, "silent"),
        (Self::Unreached, "unreached"),
        (Self::Excused, "excused"),
        (Self::Preempted, "preempted"),
    ];

    /// Whether they should have come, and neither have nor said that they will not.
    fn is_missing(self) -> bool {
        match self {
            Self::Answered | Self::Silent | Self::Unreached => true,
            Self::OnTime | Self::Late | Self::Declined | Self::Excused | Self::Preempted => false,
        }
    }

    /// Whether they are of the effective target T.
    pub fn counts(self) -> bool {
        self < Self::Excused
    }
}

/// One person of a run. For those who do not count, what they did is left empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Player {
    /// Who.
    pub person: PersonId,
    /// Their home unit, by the first of the orders.
    pub unit: UnitId,
    /// Whether a simulated responder answered for them.
    pub is_simulated: bool,
    /// What became of them.
    pub outcome: Outcome,
    /// Why they are excused, if they are.
    pub excuse: Option<Excuse>,
    /// Why they declined, if that is what became of them.
    pub declined: Option<LeaveReason>,
    /// Whether they are missing, and may still come: only while the run goes on.
    pub is_open: bool,
    /// Whether an order reached them; whoever answered was reached.
    pub is_reached: bool,
    /// Whether no usable number of theirs is known.
    pub is_dead_number: bool,
    /// Whether they took over as a B role.
    pub is_backup: bool,
    /// Steps of the ladder over all orders.
    pub steps: u32,
    /// 回令; whoever set out or arrived has acknowledged (A3).
    pub acked_ms: Option<u64>,
    /// 出发; whoever arrived has set out.
    pub departed_ms: Option<u64>,
    /// 到位
    pub arrived_ms: Option<u64>,
}

/// The people of `facts`, each once, by id. The order of the facts does not matter.
pub fn players(facts: &[Fact]) -> Vec<Player> {
    let mut by_person: BTreeMap<PersonId, Vec<&Fact>> = BTreeMap::new();
    for fact in facts {
        by_person.entry(fact.person).or_default().push(fact);
    }
    by_person
        .into_iter()
        .filter_map(|(person, mut facts)| {
            if facts.iter().any(|fact| !fact.is_simulated) {
                facts.retain(|fact| !fact.is_simulated);
            }
            player(person, &facts)
        })
        .collect()
}

/// The people of a run that may still go on, in which those whom `open` names may still come to its orders.
pub(super) fn so_far(facts: &[Fact], open: &BTreeSet<(OrderId, PersonId)>) -> Vec<Player> {
    let still = facts.iter().filter(|fact| open.contains(&(fact.order, fact.person)));
    let still: BTreeSet<PersonId> = still.map(|fact| fact.person).collect();
    let mut all = players(facts);
    for player in &mut all {
        player.is_open = player.outcome.is_missing() && still.contains(&player.person);
    }
    all
}

fn player(person: PersonId, facts: &[&Fact]) -> Option<Player> {
    let first = facts.iter().min_by_key(|fact| (fact.order, fact.unit))?;
    let mut player = Player {
        person,
        unit: first.unit,
        is_simulated: first.is_simulated,
        outcome: Outcome::Preempted,
        excuse: None,
        declined: None,
        is_open: false,
        is_reached: false,
        is_dead_number: false,
        is_backup: false,
        steps: 0,
        acked_ms: None,
        departed_ms: None,
        arrived_ms: None,
    };
    if facts.iter().any(|fact| fact.is_preempted) {
        return Some(player);
    }
    let counted: Vec<_> = facts.iter().filter(|fact| fact.excuse.is_none()).collect();
    if counted.is_empty() {
        player.outcome = Outcome::Excused;
        player.excuse = facts
            .iter()
            .max_by_key(|fact| (fact.order, fact.excuse))
            .and_then(|fact| fact.excuse);
        return Some(player);
    }
    player.arrived_ms = counted.iter().filter_map(|fact| fact.arrived_ms).min();
    player.departed_ms = counted.iter().filter_map(|fact| departed_ms(fact)).min();
    player.acked_ms = counted.iter().filter_map(|fact| acked_ms(fact)).min();
    player.is_dead_number = counted.iter().any(|fact| fact.is_dead_number);
    player.is_backup = counted.iter().any(|fact| fact.is_backup);
    player.steps = counted.iter().map(|fact| u32::from(fact.steps)).sum();
    let said_yes = counted
        .iter()
        .any(|fact| fact.declined.is_none() && acked_ms(fact).is_some());
    let declined = counted
        .iter()
        .filter(|fact| fact.declined.is_some())
        .max_by_key(|fact| (fact.order, fact.declined))
        .and_then(|fact| fact.declined);
    player.is_reached = player.acked_ms.is_some() || declined.is_some() || counted.iter().any(|fact| fact.is_reached);
    player.outcome = if player.arrived_ms.is_some() {
        let in_time = counted.iter().any(|fact| fact.arrived_ms.is_some() && !fact.is_late);
        if in_time { Outcome::OnTime } else { Outcome::Late }
    } else if declined.is_some() && !said_yes {
        player.declined = declined;
        Outcome::Declined
    } else if player.acked_ms.is_some() {
        Outcome::Answered
    } else if player.is_reached {
        Outcome::Silent
    } else {
        Outcome::Unreached
    };
    Some(player)
}

fn departed_ms(fact: &Fact) -> Option<u64> {
    [fact.departed_ms, fact.arrived_ms].into_iter().flatten().min()
}

fn acked_ms(fact: &Fact) -> Option<u64> {
    [fact.acked_ms, departed_ms(fact)].into_iter().flatten().min()
}
