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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::{Command, ExceptionKind};
    use crate::leave::LeaveVerdict;
    use crate::order::{Bucket, EvidenceReason};
    use crate::testing::{O1, check_in, district};

    #[test]
    fn a1_a_closed_count_has_nobody_unconfirmed_or_en_route() {
        let mut district = district();
        district
            .activate()
            .issue(1..=5)
            .check_in(O1, [1])
            .ack(O1, [2])
            .depart(O1, [3])
            .decline(O1, 4);
        district
            .board(O1, [5, 1, 2, 0, 0, 2])
            .close(O1)
            .board(O1, [5, 1, 0, 0, 4, 0]);
        district.duty(1, Some(O1)).duty(2, None);
        district
            .when(Command::CloseOrder(CloseOrder { order: O1 }))
            .rejects(Rejection::OrderNotOpen { order: O1 });
        // An approval comes too late.
        district
            .verdict(1, LeaveVerdict::Approved)
            .counts(O1, 4, Bucket::Absent);
    }

    #[test]
    fn what_comes_after_is_recorded_and_moves_nobody() {
        let mut district = district();
        district.activate().issue(1..=3).decline(O1, 2).close(O1);
        district
            .ack(O1, [1, 2])
            .reports(0, &[(1, ExceptionKind::OrderClosed), (2, ExceptionKind::OrderClosed)]);
        district
            .ack(O1, [1])
            .reports(0, &[(1, ExceptionKind::AlreadyDone)])
            .changes_nothing();
        district
            .check_in(O1, [1, 3])
            .reports(0, &[(1, ExceptionKind::OrderClosed), (3, ExceptionKind::OrderClosed)]);
        district.board(O1, [3, 0, 0, 0, 3, 0]).duty(1, None).duty(3, None);
        let noted = &district.current(O1).evidence[&crate::id::PersonId(3)];
        assert_eq!(noted[0].reason, EvidenceReason::AfterClose);
        let again = check_in(O1, [1, 3]);
        district.accepts(Command::CheckIn(again)).changes_nothing();
    }
}
