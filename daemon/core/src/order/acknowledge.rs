//! Acknowledge an order (回令).

use super::{FieldCommand, Verdict};
use crate::command::{ExceptionKind, Reporter};
use crate::decide::Decision;
use crate::event::Event;
use crate::id::{OrderId, PersonId, Timestamp};
use crate::rejection::Rejection;
use crate::state::State;

/// Says that people got an order and are coming.
///
/// An answer belongs to a person and an order's version (DESIGN §8.2); a repeat changes nothing. An answer that comes after
/// the order ended is recorded as such and moves nobody on the board (O6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acknowledge {
    /// Which order.
    pub order: OrderId,
    /// Its version as read; 0: the one in force.
    pub version: u32,
    /// On whose word.
    pub reporter: Reporter,
    /// Who; ignored if all.
    pub people: Vec<PersonId>,
    /// All of the lead's people in the order who are neither excused nor have declined.
    pub all: bool,
}

impl Acknowledge {
    pub(crate) fn decide(&self, state: &State, observed_at: Option<Timestamp>) -> Result<Decision, Rejection> {
        let Self {
            order,
            version,
            reporter,
            people,
            all,
        } = self;
        let command = FieldCommand {
            order: *order,
            version: *version,
            reporter,
            people,
            all: *all,
        };
        let current = command.order(state)?.current();
        let people = command.people(state, current, |row| row.excuse.is_none() && row.declined.is_none())?;
        let mut late = Vec::new();
        let (applied, mut report) = FieldCommand::sort(&people, |person| match command.row(state, current, person) {
            Err(kind) => Verdict::Refuse(kind),
            Ok(_) if command.is_stale(current) => Verdict::Refuse(ExceptionKind::StaleVersion),
            Ok(row) if row.acked_at.is_some() && row.declined.is_none() => Verdict::Refuse(ExceptionKind::AlreadyDone),
            Ok(_) if !current.is_open() => {
                late.push(person);
                Verdict::ApplyWith(ExceptionKind::OrderClosed)
            }
            Ok(row) if row.released_at.is_some() => Verdict::Refuse(ExceptionKind::Released),
            Ok(row) if row.excuse.is_some() => Verdict::Refuse(ExceptionKind::Excused),
            Ok(_) => Verdict::Apply,
        });
        report.applied -= late.len() as u32;
        let mut events = Vec::new();
        if !applied.is_empty() {
            events.push(Event::Acknowledged {
                order: *order,
                version: current.version,
                people: applied,
                proxy: reporter.proxy(),
                observed_at,
            });
        }
        Ok(Decision::field(events, report))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::Command;
    use crate::order::DeliveryState;
    use crate::testing::{O1, acknowledge, district, minute, people};

    #[test]
    fn o3_an_answer_counts_once_and_its_first_time_stays() {
        let mut district = district();
        district
            .activate()
            .issue(1..=3)
            .ack(O1, [1, 2])
            .board(O1, [3, 0, 2, 0, 0, 1]);
        district
            .at(1)
            .ack(O1, [1, 3])
            .reports(1, &[(1, ExceptionKind::AlreadyDone)]);
        let row = district.row(O1, 1);
        assert_eq!((row.acked_at, row.delivery), (Some(minute(0)), DeliveryState::Acked));
    }

    #[test]
    fn a_lead_speaks_for_the_team_and_for_nobody_else() {
        let mut district = district();
        district.activate().issue([1, 2, 3, 9]);
        let by = |reporter, who: &[u32], all| {
            let people = people(who.iter().copied());
            Command::Acknowledge(Acknowledge {
                reporter,
                people,
                all,
                ..acknowledge(O1, [])
            })
        };
        let exceptions = [
            (0, ExceptionKind::UnknownPerson),
            (4, ExceptionKind::NotAddressed),
            (9, ExceptionKind::NotLed),
            (u32::MAX, ExceptionKind::UnknownPerson),
        ];
        district
            .accepts(by(Reporter::Lead(PersonId(1)), &[0, 1, 4, 9, u32::MAX], false))
            .reports(1, &exceptions);
        // The deputy as well; all means those of the team who are in the order.
        let done = [(1, ExceptionKind::AlreadyDone)];
        district
            .accepts(by(Reporter::Lead(PersonId(2)), &[], true))
            .reports(2, &done);
        for lead in [PersonId(15), PersonId(0)] {
            let refused = Rejection::LeadsNobody { lead, order: O1 };
            district.when(by(Reporter::Lead(lead), &[], true)).rejects(refused);
        }
        let missing = Rejection::Missing { field: "person_ids" };
        district.when(by(Reporter::Own, &[], true)).rejects(missing.clone());
        district.when(by(Reporter::Desk, &[], false)).rejects(missing);
        district
            .when(Command::Acknowledge(acknowledge(OrderId(0), [1])))
            .rejects(Rejection::UnknownOrder { order: OrderId(0) });
    }

    #[test]
    fn who_is_excused_or_released_has_nothing_to_answer() {
        let mut district = district();
        district
            .activate()
            .on_leave(1, 0, 60)
            .issue(1..=3)
            .at(40)
            .fire()
            .release(O1, [2]);
        let exceptions = [(1, ExceptionKind::Excused), (2, ExceptionKind::Released)];
        district.ack(O1, [1, 2]).reports(0, &exceptions).changes_nothing();
    }
}
