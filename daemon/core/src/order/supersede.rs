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
        let call_out = call_out_if_addressed(state, &addressed, response, policy, context.at);
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
                also_called: &crate::id::PersonSet::default(),
            },
        )?;
        Ok(Decision::new(events, Answer::Issued(issued)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::{Command, ExceptionKind};
    use crate::id::PersonId;
    use crate::order::{Bucket, DutyClass, OrderStatus};
    use crate::testing::{EAST, O1, O2, WEST, acknowledge, check_in, district, draft, minute, people};

    #[test]
    fn o1_a_change_is_a_new_version_and_answers_to_the_old_one_do_not_count() {
        let mut district = district();
        district
            .activate()
            .issue(1..=3)
            .ack(O1, [1])
            .at(2)
            .supersede_with(O1, |it| it.text = "to the bridge".into());
        let order = district.state.orders.get(O1).unwrap();
        assert_eq!(
            (&*order.versions[0].spec.text, &*order.versions[1].spec.text),
            ("to the dyke", "to the bridge")
        );
        assert_eq!(
            (&order.versions[0].status, order.versions[0].ended_at),
            (&OrderStatus::Superseded, Some(minute(2)))
        );
        district.board(O1, [3, 0, 0, 0, 0, 3]);
        let mut stale = acknowledge(O1, [1]);
        stale.version = 1;
        district
            .accepts(Command::Acknowledge(stale))
            .reports(0, &[(1, ExceptionKind::StaleVersion)]);
        // Who is there is there, whatever they have read.
        let mut there = check_in(O1, [1]);
        there.version = 1;
        district.accepts(Command::CheckIn(there)).reports(1, &[]);
        let (order, version, current) = (O1, 3, 2);
        let mut future = acknowledge(O1, [1]);
        future.version = version;
        district
            .when(Command::Acknowledge(future))
            .rejects(Rejection::UnknownOrderVersion {
                order,
                version,
                current,
            });
    }

    #[test]
    fn arrivals_are_carried_unless_the_muster_point_moved() {
        let mut district = district();
        district.activate().issue(1..=2).check_in(O1, [1]);
        district
            .supersede_with(O1, |it| it.muster_points = vec![WEST.into(), EAST.into()])
            .board(O1, [2, 1, 0, 0, 0, 1])
            .duty(1, Some(O1));
        district
            .supersede_with(O1, |it| it.muster_points = vec![WEST.into()])
            .board(O1, [2, 0, 0, 0, 0, 2])
            .duty(1, Some(O1));
        let mut west = check_in(O1, [1]);
        west.muster_point = WEST.into();
        district.accepts(Command::CheckIn(west)).board(O1, [2, 1, 0, 0, 0, 1]);
    }

    #[test]
    fn who_is_no_longer_addressed_is_free() {
        let mut district = district();
        district.activate().issue(1..=3).check_in(O1, [1]);
        let audience = Some(AddressList {
            people: people([3, 4]),
            ..AddressList::default()
        });
        district.accepts(Command::SupersedeOrder(SupersedeOrder {
            order: O1,
            audience,
            draft: draft(),
        }));
        district
            .duty(1, None)
            .duty(2, None)
            .duty(3, Some(O1))
            .duty(4, Some(O1))
            .board(O1, [2, 0, 0, 0, 0, 2]);
    }

    #[test]
    fn who_was_sent_home_is_not_called_back_by_an_update() {
        let mut district = district();
        district
            .activate()
            .issue(1..=4)
            .check_in(O1, [1, 2])
            .release(O1, [1, 3]);
        district
            .supersede_with(O1, |_| {})
            .board(O1, [2, 1, 0, 0, 0, 1])
            .duty(1, None)
            .duty(3, None);
        district.release(O1, [2, 4]);
        let command = SupersedeOrder {
            order: O1,
            audience: None,
            draft: draft(),
        };
        district
            .when(Command::SupersedeOrder(command))
            .rejects(Rejection::EmptyAudience);
    }

    #[test]
    fn excuses_hold_over_a_new_version_as_long_as_their_reason_does() {
        let mut district = district();
        district
            .activate()
            .issue(1..=3)
            .decline(O1, 1)
            .verdict(1, crate::leave::LeaveVerdict::Approved);
        district
            .issue_with([2], |it| it.duty = Some(DutyClass::Command))
            .supersede_with(O1, |_| {});
        district.board(O1, [3, 0, 0, 2, 0, 1]).duty(1, None).duty(2, Some(O2));
        district
            .release(O2, [2])
            .supersede_with(O1, |_| {})
            .counts(O1, 2, Bucket::Unconfirmed)
            .duty(2, Some(O1));
    }

    #[test]
    fn who_was_absent_stays_absent_in_the_old_version() {
        let mut district = district();
        district.activate().issue([1]).at(40).fire().supersede_with(O1, |_| {});
        let first = district.state.orders.get(O1).unwrap().version(1).unwrap();
        assert_eq!(first.ledger.row(PersonId(1)).unwrap().bucket(), Bucket::Absent);
        district.counts(O1, 1, Bucket::Unconfirmed);
    }
}
