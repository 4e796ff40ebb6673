//! Record a try to reach people.

use super::{Channel, FieldCommand, Verdict};
use crate::command::{ExceptionKind, Reporter};
use crate::decide::Decision;
use crate::event::Event;
use crate::id::{OrderId, PersonId};
use crate::rejection::Rejection;
use crate::state::State;

/// Says that people were tried to reach. The attempt key (order, version, person, channel, number) counts once (O2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordAttempt {
    /// Which order.
    pub order: OrderId,
    /// Its version; 0: the one in force.
    pub version: u32,
    /// Over what.
    pub channel: Channel,
    /// The how-manieth try over this channel, from 1.
    pub number: u8,
    /// Who was tried.
    pub people: Vec<PersonId>,
}

impl RecordAttempt {
    pub(crate) fn decide(&self, state: &State) -> Result<Decision, Rejection> {
        let Self {
            order,
            version,
            channel,
            number,
            people,
        } = self;
        if *number == 0 {
            return Err(Rejection::Missing { field: "number" });
        }
        let reporter = Reporter::Desk;
        let command = FieldCommand {
            order: *order,
            version: *version,
            reporter: &reporter,
            people,
            all: false,
        };
        let current = command.order(state)?.current();
        if !current.is_open() {
            return Err(Rejection::OrderNotOpen { order: *order });
        }
        let people = command.people(state, current, |_| false)?;
        let (applied, report) = FieldCommand::sort(&people, |person| match command.row(state, current, person) {
            Err(kind) => Verdict::Refuse(kind),
            Ok(_) if command.is_stale(current) => Verdict::Refuse(ExceptionKind::StaleVersion),
            Ok(row) if row.attempts[*channel as usize] >= *number => Verdict::Refuse(ExceptionKind::AlreadyDone),
            Ok(row) if row.excuse.is_some() => Verdict::Refuse(ExceptionKind::Excused),
            Ok(row) if row.released_at.is_some() => Verdict::Refuse(ExceptionKind::Released),
            Ok(_) => Verdict::Apply,
        });
        let mut events = Vec::new();
        if !applied.is_empty() {
            let (order, version, channel, number) = (*order, current.version, *channel, *number);
            events.push(Event::AttemptRecorded {
                order,
                version,
                channel,
                number,
                people: applied,
            });
        }
        Ok(Decision::field(events, report))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::Command;
    use crate::order::{Bucket, DeliveryState, ReportDelivery};
    use crate::testing::{O1, district, people};

    #[test]
    fn o2_an_attempt_key_counts_once() {
        let mut district = district();
        district.activate().issue(1..=2);
        let attempt = |channel, number| {
            Command::RecordAttempt(RecordAttempt {
                order: O1,
                version: 1,
                channel,
                number,
                people: people([1]),
            })
        };
        district.accepts(attempt(Channel::Stream, 1)).reports(1, &[]);
        district
            .accepts(attempt(Channel::Stream, 1))
            .reports(0, &[(1, ExceptionKind::AlreadyDone)])
            .changes_nothing();
        district
            .accepts(attempt(Channel::Manual, 1))
            .accepts(attempt(Channel::Stream, 255))
            .reports(1, &[]);
        district
            .when(attempt(Channel::Stream, 0))
            .rejects(Rejection::Missing { field: "number" });
        assert_eq!(district.row(O1, 1).attempts, [255, 1]);
    }

    #[test]
    fn o3_sent_is_not_delivered_is_not_read_is_not_acknowledged() {
        let mut district = district();
        district.activate().issue(1..=2);
        let report = |state| {
            Command::ReportDelivery(ReportDelivery {
                order: O1,
                version: 1,
                lead: PersonId(1),
                state,
            })
        };
        district
            .when(report(DeliveryState::Acked))
            .rejects(Rejection::Missing { field: "state" });
        district.accepts(report(DeliveryState::Read)).reports(2, &[]);
        district.accepts(report(DeliveryState::Delivered)).changes_nothing();
        district.counts(O1, 1, Bucket::Unconfirmed);
        assert_eq!(
            (district.row(O1, 1).delivery, district.row(O1, 1).acked_at),
            (DeliveryState::Read, None)
        );
        district.ack(O1, [1]);
        let number = 1;
        let people = people([1]);
        district.accepts(Command::RecordAttempt(RecordAttempt {
            order: O1,
            version: 0,
            channel: Channel::Manual,
            number,
            people,
        }));
        assert_eq!(district.row(O1, 1).delivery, DeliveryState::Acked);
        district
            .supersede_with(O1, |_| {})
            .accepts(report(DeliveryState::Read))
            .changes_nothing();
    }
}
