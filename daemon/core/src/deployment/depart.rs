//! Set out (出发).

use crate::command::{ExceptionKind, Reporter};
use crate::decide::Decision;
use crate::event::Event;
use crate::id::{OrderId, PersonId, Timestamp};
use crate::order::{FieldCommand, Verdict};
use crate::rejection::Rejection;
use crate::state::State;

/// Says that people set out. Implies that they acknowledged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Depart {
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

impl Depart {
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
        let (applied, report) = FieldCommand::sort(&people, |person| match command.row(state, current, person) {
            Err(kind) => Verdict::Refuse(kind),
            Ok(_) if command.is_stale(current) => Verdict::Refuse(ExceptionKind::StaleVersion),
            Ok(row) if row.departed_at.is_some() || row.arrived_at.is_some() => {
                Verdict::Refuse(ExceptionKind::AlreadyDone)
            }
            Ok(_) if !current.is_open() => Verdict::Refuse(ExceptionKind::OrderClosed),
            Ok(row) if row.released_at.is_some() => Verdict::Refuse(ExceptionKind::Released),
            Ok(row) if row.excuse.is_some() => Verdict::Refuse(ExceptionKind::Excused),
            Ok(_) => Verdict::Apply,
        });
        let mut events = Vec::new();
        if !applied.is_empty() {
            events.push(Event::Departed {
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
    use crate::testing::{O1, district, minute};

    #[test]
    fn who_sets_out_has_answered() {
        let mut district = district();
        district
            .activate()
            .issue(1..=3)
            .decline(O1, 2)
            .at(1)
            .depart(O1, [1, 2])
            .board(O1, [3, 0, 2, 0, 0, 1]);
        assert_eq!(
            (district.row(O1, 1).acked_at, district.row(O1, 1).departed_at),
            (Some(minute(1)), Some(minute(1)))
        );
        district
            .at(2)
            .depart(O1, [1])
            .reports(0, &[(1, ExceptionKind::AlreadyDone)])
            .changes_nothing();
        district
            .check_in(O1, [3])
            .depart(O1, [3])
            .reports(0, &[(3, ExceptionKind::AlreadyDone)]);
        district
            .issue([9])
            .close(crate::testing::O2)
            .depart(crate::testing::O2, [9])
            .reports(0, &[(9, ExceptionKind::OrderClosed)])
            .changes_nothing();
    }
}
