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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::{Command, ExceptionKind};
    use crate::order::{Bucket, Channel, RecordAttempt, StepTarget};
    use crate::testing::{O1, district, people};

    #[test]
    fn o6_after_a_cancel_no_attempt_starts_and_late_answers_are_recorded_as_such() {
        let mut district = district();
        district.activate().issue_with(1..=3, |it| {
            (it.no_ladder, it.ladder) = (false, vec![(60_000, StepTarget::Repeat)])
        });
        district
            .check_in(O1, [1])
            .cancel(O1)
            .board(O1, [3, 1, 0, 2, 0, 0])
            .duty(1, Some(O1))
            .duty(2, None);
        assert_eq!(district.state.next_order_deadline(), None);
        let attempt = RecordAttempt {
            order: O1,
            version: 0,
            channel: Channel::Stream,
            number: 1,
            people: people([2]),
        };
        district
            .when(Command::RecordAttempt(attempt))
            .rejects(Rejection::OrderNotOpen { order: O1 });
        district
            .ack(O1, [2])
            .reports(0, &[(2, ExceptionKind::OrderClosed)])
            .board(O1, [3, 1, 0, 2, 0, 0])
            .duty(2, None);
        assert!(district.row(O1, 2).acked_at.is_some());
        let command = CancelOrder {
            order: O1,
            reason: "again".into(),
        };
        district
            .when(Command::CancelOrder(command))
            .rejects(Rejection::OrderNotOpen { order: O1 });
    }

    #[test]
    fn who_was_absent_is_not_excused_by_it() {
        let mut district = district();
        district
            .activate()
            .issue(1..=2)
            .at(40)
            .fire()
            .cancel(O1)
            .counts(O1, 1, Bucket::Absent)
            .duty(1, None);
    }
}
