//! Close an order's count.

use crate::decide::Decision;
use crate::event::Event;
use crate::id::OrderId;
use crate::rejection::Rejection;
use crate::state::State;

/// Closes the count: unconfirmed and en route become nought, who has not arrived and is not excused is absent (A1). Final.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloseOrder {
    /// Which order.
    pub order: OrderId,
}

impl CloseOrder {
    pub(crate) fn decide(&self, state: &State) -> Result<Decision, Rejection> {
        let order = state
            .orders
            .get(self.order)
            .ok_or(Rejection::UnknownOrder { order: self.order })?;
        if !order.current().is_open() {
            return Err(Rejection::OrderNotOpen { order: self.order });
        }
        assert!(
            order.current().ledger.total().adds_up(),
            "the board of {} does not add up",
            self.order
        );
        Ok(Decision::done(vec![Event::OrderClosed { order: self.order }]))
    }
}
