//! Approve a response that was asked for (批准启动).

use super::switch::{Orders, Switch, switch};
use super::{Approval, OrderDraft, Phase, TemplateOrders};
use crate::command::{Answer, Context};
use crate::decide::Decision;
use crate::id::{PersonId, ResponseId};
use crate::policy::Policy;
use crate::rejection::Rejection;
use crate::state::State;

/// Approves a response that was asked for: the switch happens now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApproveResponse {
    /// Which one.
    pub response: ResponseId,
    /// Who approves: somebody else than who asked, where two persons are needed (M2).
    pub approved_by: PersonId,
    /// The order that calls out whom the plan names.
    pub order: Option<OrderDraft>,
    /// Or the plan's own orders.
    pub template: Option<TemplateOrders>,
}

impl ApproveResponse {
    pub(crate) fn decide(&self, state: &State, context: &Context, policy: &Policy) -> Result<Decision, Rejection> {
        let Self {
            response,
            approved_by,
            order,
            template,
        } = self;
        let response = *response;
        let row = state
            .responses
            .get(response)
            .ok_or(Rejection::UnknownResponse { response })?;
        if row.phase != Phase::Requested {
            return Err(Rejection::ResponseNotRequested { response });
        }
        let plan = state.plan_of(&row.spec, policy)?;
        let approval = Approval {
            requested_by: row.requested_by,
            approved_by: Some(*approved_by),
        };
        let spec = row.spec.clone();
        let authorization = approval.check(state, plan, spec.jurisdiction, (1, spec.level), context.at)?;
        let (events, issued) = switch(
            state,
            context,
            policy,
            Switch {
                response,
                spec,
                plan,
                authority: Ok(authorization),
                orders: Orders::of(order.as_ref(), template.as_ref())?,
            },
        )?;
        Ok(Decision::new(
            events,
            Answer::Activated {
                response,
                order: issued,
            },
        ))
    }
}
