//! Put a new version in the place of an order (更新).

use super::audience::AddressList;
use super::issue::{Issue, call_out_if_addressed, issue};
use crate::command::{Answer, Context};
use crate::decide::Decision;
use crate::id::OrderId;
use crate::policy::Policy;
use crate::rejection::Rejection;
use crate::response::OrderDraft;
use crate::state::State;

/// Issues the next version of an order. The version before ends; answers to it no longer count (O1). Who has arrived at a
/// muster point that the new version names still counts as arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SupersedeOrder {
    /// Which order.
    pub order: OrderId,
    /// For whom; none: the people of the version before who have not been released.
    pub audience: Option<AddressList>,
    /// What.
    pub draft: OrderDraft,
}

impl SupersedeOrder {
    pub(crate) fn decide(&self, state: &State, context: &Context, policy: &Policy) -> Result<Decision, Rejection> {
        let Self { order, audience, draft } = self;
        let before = state
            .orders
            .get(*order)
            .ok_or(Rejection::UnknownOrder { order: *order })?
            .current();
        if !before.is_open() {
            return Err(Rejection::OrderNotOpen { order: *order });
        }
        let addressed = match audience {
            Some(audience) => audience.resolve(state)?,
            None => before.spec.addressed.clone(),
        };
        let response = state
            .responses
            .get(before.spec.response)
            .expect("an order is in a response");
        let call_out = call_out_if_addressed(state, &addressed, response, policy);
        let (events, issued) = issue(
            state,
            context,
            policy,
            Issue {
                order: *order,
                response: before.spec.response,
                addressed,
                call_out,
                draft,
                before: Some((before, audience.is_none())),
            },
        )?;
        Ok(Decision::new(events, Answer::Issued(issued)))
    }
}
