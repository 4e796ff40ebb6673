//! Approve an allocation (调配): the organization department sends requisitions to the agencies (征调, `RequisitionResource`).

use std::collections::BTreeSet;

use super::pool::allocators;
use super::propose::{ProposeReinforcement, open};
use super::{Round, coverage};
use crate::command::{Answer, Context};
use crate::decide::{Decision, at_most, needed};
use crate::event::Event;
use crate::id::{Timestamp, UnitId};
use crate::people::APPROVER_MAX;
use crate::policy::Policy;
use crate::rejection::Rejection;
use crate::state::State;

/// Approves a proposal, as it is or with other numbers. Only the organization department allocates: an agency directly under the
/// jurisdiction of the response that the policy names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApproveReinforcement {
    /// The proposal, asked for again in the same words.
    pub request: ProposeReinforcement,
    /// Its name, as it was shown; empty: whatever it is now.
    pub proposal: Box<str>,
    /// Code of the organization department.
    pub allocator_code: Box<str>,
    /// Who approves it there.
    pub approved_by: Box<str>,
    /// How long agencies have to answer; none: as the policy says.
    pub answer_within_ms: Option<u64>,
}

impl ApproveReinforcement {
    pub(crate) fn decide(&self, state: &State, context: &Context, policy: &Policy) -> Result<Decision, Rejection> {
        let policy = &policy.reinforcement;
        needed("approved_by", &self.approved_by)?;
        at_most("approved_by", &self.approved_by, APPROVER_MAX)?;
        let unit = state.org.by_code(&self.allocator_code);
        let allocator = unit.ok_or_else(|| Rejection::UnknownUnit {
            code: self.allocator_code.clone(),
        })?;
        let allocator = allocator.id;
        for request in &self.request.requests {
            self.may_allocate(state, policy, allocator, open(state, *request)?.need.response)?;
        }
        let proposal = self.request.propose(state, policy, context.at)?;
        for gap in &proposal.gaps {
            self.may_allocate(state, policy, allocator, open(state, gap.reinforcement)?.need.response)?;
        }
        if !self.proposal.is_empty() && proposal.name != self.proposal {
            return Err(Rejection::AllocationStale);
        }
        let within_ms = self.answer_within_ms.unwrap_or(policy.answer_within_ms);
        let answer_by = context.at.plus_ms(within_ms);
        if answer_by <= context.at {
            return Err(past(answer_by, context.at));
        }
        let none = self.request.set.iter().filter(|(_, number)| *number == 0);
        let spared: Vec<UnitId> = none
            .filter_map(|(code, _)| state.org.by_code(code))
            .map(|unit| unit.id)
            .collect();
        let mut events = Vec::new();
        for gap in proposal.gaps.iter().filter(|gap| gap.proposed > 0) {
            let row = open(state, gap.reinforcement)?;
            let counts = coverage(&state.orders, row);
            let target = counts.pending + counts.committed() + counts.stood_down + gap.proposed;
            events.push(Event::ReinforcementAllocated {
                reinforcement: row.id,
                round: Round {
                    number: row.rounds.len() as u32 + 1,
                    automatic: false,
                    allocator,
                    approved_by: self.approved_by.trim().into(),
                    target,
                    answer_by,
                    requisitions: proposal.requisitions(row.id),
                    spared: spared.clone(),
                },
            });
        }
        if events.is_empty() {
            return Err(Rejection::NobodyToAllocate);
        }
        let uncovered = proposal.gaps.iter().map(|gap| gap.uncovered - gap.proposed).sum();
        let agencies: BTreeSet<UnitId> = proposal
            .agencies
            .iter()
            .filter(|share| !share.gives.is_empty())
            .map(|share| share.agency)
            .collect();
        let answer = Answer::Allocated {
            people: proposal.people(),
            agencies: agencies.len() as u32,
            uncovered,
        };
        Ok(Decision::new(events, answer))
    }

    fn may_allocate(
        &self,
        state: &State,
        policy: &crate::policy::ReinforcementPolicy,
        allocator: UnitId,
        response: crate::id::ResponseId,
    ) -> Result<(), Rejection> {
        let row = state
            .responses
            .get(response)
            .ok_or(Rejection::UnknownResponse { response })?;
        if !row.is_active() {
            return Err(Rejection::ResponseTerminated { response });
        }
        let allowed = allocators(state, policy, row);
        if allowed.contains(&allocator) {
            return Ok(());
        }
        let codes: Vec<&str> = allowed.iter().map(|unit| &*state.org.get(*unit).code).collect();
        Err(Rejection::NotTheAllocator {
            unit: self.allocator_code.clone(),
            allocators: codes.join(", ").into(),
        })
    }
}

fn past(at: Timestamp, now: Timestamp) -> Rejection {
    let field = "answer_within";
    Rejection::DeadlinePast { field, at, now }
}
