//! Withdraw an order (撤销).

use crate::decide::{Decision, at_most, needed};
use crate::event::Event;
use crate::id::OrderId;
use crate::rejection::Rejection;
use crate::state::State;

/// Withdraws an order: no new attempt starts, who is still expected is excused, who has arrived stays until
/// released (O6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CancelOrder {
    /// Which order.
    pub order: OrderId,
    /// Why; people read it.
    pub reason: Box<str>,
}

impl CancelOrder {
    pub(crate) fn decide(&self, state: &State) -> Result<Decision, Rejection> {
        let Self { order, reason } = self;
        needed("reason", reason)?;
        at_most("reason", reason, 2000)?;
        let row = state
            .orders
            .get(*order)
            .ok_or(Rejection::UnknownOrder { order: *order })?;
        if !row.current().is_open() {
            return Err(Rejection::OrderNotOpen { order: *order });
        }
        Ok(Decision::done(vec![Event::OrderCancelled {
            order: *order,
            reason: reason.clone(),
        }]))
    }
}
