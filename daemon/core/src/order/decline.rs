//! Decline an order: a request to be excused from it.

use super::FieldCommand;
use crate::command::{Answer, ExceptionKind, Reporter};
use crate::decide::{Decision, at_most};
use crate::event::Event;
use crate::id::{OrderId, PersonId};
use crate::leave::LeaveReason;
use crate::rejection::Rejection;
use crate::state::State;

/// Says that a person cannot come.
///
/// Counts as unconfirmed until somebody else approves the leave; without approval by the time to arrive it counts as absence (A1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decline {
    /// Which order.
    pub order: OrderId,
    /// Its version as read; 0: the one in force.
    pub version: u32,
    /// On whose word.
    pub reporter: Reporter,
    /// Who cannot come.
    pub person: PersonId,
    /// Why.
    pub reason: LeaveReason,
    /// What they wrote; at most 200 bytes.
    pub note: Box<str>,
}

impl Decline {
    pub(crate) fn decide(&self, state: &State) -> Result<Decision, Rejection> {
        let Self {
            order,
            version,
            reporter,
            person,
            reason,
            note,
        } = self;
        at_most("note", note, 200)?;
        let people = [*person];
        let command = FieldCommand {
            order: *order,
            version: *version,
            reporter,
            people: &people,
            all: false,
        };
        let current = command.order(state)?.current();
        let row = command
            .row(state, current, *person)
            .map_err(|kind| match (kind, reporter.proxy()) {
                (ExceptionKind::UnknownPerson, _) => Rejection::UnknownPerson { person: *person },
                (ExceptionKind::NotLed, Some(lead)) => Rejection::LeadsNobody { lead, order: *order },
                _ => Rejection::NotAddressed {
                    order: *order,
                    person: *person,
                },
            })?;
        if command.is_stale(current) {
            let current = current.version;
            return Err(Rejection::UnknownOrderVersion {
                order: *order,
                version: *version,
                current,
            });
        }
        if !current.is_open() {
            return Err(Rejection::OrderNotOpen { order: *order });
        }
        if row.arrived_at.is_some() {
            return Err(Rejection::AlreadyArrived {
                order: *order,
                person: *person,
            });
        }
        if row.excuse.is_some() {
            return Err(Rejection::PersonExcused {
                order: *order,
                person: *person,
            });
        }
        if let Some(leave) = row.declined {
            return Ok(Decision::new(Vec::new(), Answer::Leave(leave)));
        }
        let leave = state.leave.next_id();
        let event = Event::Declined {
            order: *order,
            version: current.version,
            person: *person,
            leave,
            reason: *reason,
            note: note.clone(),
        };
        Ok(Decision::new(vec![event], Answer::Leave(leave)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::Command;
    use crate::id::LeaveId;
    use crate::leave::LeaveVerdict;
    use crate::order::Bucket;
    use crate::testing::{O1, decline, district};

    #[test]
    fn a1_an_unapproved_decline_is_unconfirmed_until_the_deadline_then_absence() {
        let mut district = district();
        district
            .activate()
            .issue(1..=2)
            .ack(O1, [1])
            .decline(O1, 1)
            .answers(&Answer::Leave(LeaveId(1)));
        district.counts(O1, 1, Bucket::Unconfirmed).duty(1, Some(O1));
        district
            .decline(O1, 1)
            .changes_nothing()
            .answers(&Answer::Leave(LeaveId(1)));
        district.at(40).fire().counts(O1, 1, Bucket::Absent);
        district
            .verdict(1, LeaveVerdict::Approved)
            .counts(O1, 1, Bucket::Absent);
    }

    #[test]
    fn an_approved_decline_is_an_excuse_and_frees() {
        let mut district = district();
        district
            .activate()
            .issue(1..=2)
            .decline(O1, 1)
            .verdict(1, LeaveVerdict::Approved);
        district.board(O1, [2, 0, 0, 1, 0, 1]).duty(1, None);
        let refused = Rejection::PersonExcused {
            order: O1,
            person: PersonId(1),
        };
        district.when(Command::Decline(decline(O1, 1))).rejects(refused);
        // Who comes all the same is there.
        district
            .check_in(O1, [1])
            .counts(O1, 1, Bucket::Present)
            .duty(1, Some(O1));
        let refused = Rejection::AlreadyArrived {
            order: O1,
            person: PersonId(1),
        };
        district.when(Command::Decline(decline(O1, 1))).rejects(refused);
    }

    #[test]
    fn a_denied_decline_still_counts_as_due_and_an_answer_takes_it_back() {
        let mut district = district();
        district
            .activate()
            .issue(1..=2)
            .decline(O1, 1)
            .verdict(1, LeaveVerdict::Denied)
            .counts(O1, 1, Bucket::Unconfirmed);
        district.ack(O1, [1]).counts(O1, 1, Bucket::EnRoute);
        // An approval of what was taken back excuses nobody.
        district
            .decline(O1, 2)
            .ack(O1, [2])
            .verdict(2, LeaveVerdict::Approved)
            .counts(O1, 2, Bucket::EnRoute);
    }

    #[test]
    fn only_for_whom_the_order_and_the_reporter_speak() {
        let mut district = district();
        district.activate().issue(1..=2);
        let with = |who, reporter| {
            Command::Decline(Decline {
                reporter,
                ..decline(O1, who)
            })
        };
        let lead = PersonId(9);
        district
            .when(with(1, Reporter::Lead(lead)))
            .rejects(Rejection::LeadsNobody { lead, order: O1 });
        district.when(with(9, Reporter::Own)).rejects(Rejection::NotAddressed {
            order: O1,
            person: lead,
        });
        for person in [PersonId(0), PersonId(u32::MAX)] {
            district
                .when(with(person.0, Reporter::Own))
                .rejects(Rejection::UnknownPerson { person });
        }
        let note = "x".repeat(201).into();
        let long = Rejection::TooLong {
            field: "note",
            length: 201,
            max: 200,
        };
        district
            .when(Command::Decline(Decline { note, ..decline(O1, 1) }))
            .rejects(long);
        district
            .close(O1)
            .when(Command::Decline(decline(O1, 1)))
            .rejects(Rejection::OrderNotOpen { order: O1 });
    }
}
