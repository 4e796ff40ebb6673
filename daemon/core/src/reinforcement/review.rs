//! What happens by itself: agencies that do not answer in time, replacements from the reserve, and the end when all are back.
//!
//! Timers are state: firing them twice, or late, comes to the same. What fell out is replaced up to what a person approved last,
//! by the same matching over everything that fell out at once; agencies that refused in a request are not asked there again.

use std::collections::BTreeMap;

use super::matching::solve;
use super::pool::pool;
use super::propose::explain;
use super::{Commitment, Coverage, Ending, Reinforcement, Round, coverage};
use crate::event::Event;
use crate::id::{ReinforcementId, Timestamp};
use crate::policy::ReinforcementPolicy;
use crate::state::State;

/// Everything that is due at `at`. First what went unanswered; what follows from it is due at once.
pub(crate) fn fire(state: &State, policy: &ReinforcementPolicy, at: Timestamp) -> Vec<Event> {
    let due = state.reinforcement.due.iter().filter(|(_, due)| **due <= at);
    let due: Vec<&Reinforcement> = due.filter_map(|(id, _)| state.reinforcement.get(*id)).collect();
    let lapsed: Vec<Event> = due.iter().flat_map(|row| lapsed(row, at)).collect();
    if !lapsed.is_empty() {
        return lapsed;
    }
    let mut events = Vec::new();
    let mut short: Vec<(&Reinforcement, Coverage)> = Vec::new();
    for row in due {
        let counts = coverage(&state.orders, row);
        if counts.is_back() {
            events.push(Event::ReinforcementEnded {
                reinforcement: row.id,
                ending: Ending::Returned,
                reason: "".into(),
            });
        } else {
            short.push((row, counts));
        }
    }
    replace(state, policy, at, &short, &mut events);
    events
}

fn lapsed(row: &Reinforcement, at: Timestamp) -> Vec<Event> {
    let pending = row.requisitions().filter(|(.., it)| **it == Commitment::Pending);
    let overdue = pending.filter(|(round, ..)| round.answer_by <= at);
    let lapsed = overdue.map(|(round, requisition, _)| Event::RequisitionSettled {
        reinforcement: row.id,
        round: round.number,
        agency: requisition.agency,
        commitment: Commitment::Lapsed(at),
    });
    lapsed.collect()
}

fn replace(
    state: &State,
    policy: &ReinforcementPolicy,
    at: Timestamp,
    short: &[(&Reinforcement, Coverage)],
    events: &mut Vec<Event>,
) {
    if short.is_empty() {
        return;
    }
    let requests: Vec<&Reinforcement> = short.iter().map(|(row, _)| *row).collect();
    let gaps: Vec<u32> = short
        .iter()
        .map(|(_, counts)| counts.gap().min(counts.uncovered))
        .collect();
    let mut pool = pool(state, policy, at, &requests, &gaps, &BTreeMap::new());
    for (agency, supplier) in pool.agencies.iter().zip(&mut pool.problem.suppliers) {
        for (row, points) in requests.iter().zip(&mut supplier.points) {
            if row.spares(agency.unit) {
                *points = None;
            }
        }
    }
    let solution = solve(&pool.problem);
    let proposal = explain(state, policy, &requests, &gaps, &pool, &solution);
    for ((row, counts), gap) in short.iter().zip(&proposal.gaps) {
        let reinforcement: ReinforcementId = row.id;
        // Only what a person has approved is replaced, so there was a round before.
        let Some((last, ..)) = row.rounds.last() else { continue };
        if gap.proposed > 0 {
            events.push(Event::ReinforcementAllocated {
                reinforcement,
                round: Round {
                    number: last.number + 1,
                    automatic: true,
                    allocator: last.allocator,
                    approved_by: "".into(),
                    target: last.target,
                    answer_by: at.plus_ms(policy.answer_within_ms.max(1)),
                    requisitions: proposal.requisitions(reinforcement),
                    spared: Vec::new(),
                },
            });
        }
        let missing = counts.gap() - gap.proposed;
        if missing > 0 {
            events.push(Event::ReinforcementShort { reinforcement, missing });
        }
    }
}
