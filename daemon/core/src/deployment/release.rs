//! Release people (解除).

use crate::command::{ExceptionKind, Reporter};
use crate::decide::Decision;
use crate::event::Event;
use crate::id::{OrderId, PersonId};
use crate::order::{FieldCommand, Verdict};
use crate::rejection::Rejection;
use crate::state::State;

/// Ends deployments. Nobody is released while a sign-off is open (A7, ICS 221). Who had arrived still counts as present.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// Which order.
    pub order: OrderId,
    /// Who; ignored if all.
    pub people: Vec<PersonId>,
    /// Everybody deployed under the order.
    pub all: bool,
}

impl Release {
    pub(crate) fn decide(&self, state: &State) -> Result<Decision, Rejection> {
        let Self { order, people, all } = self;
        let reporter = Reporter::Desk;
        let command = FieldCommand {
            order: *order,
            version: 0,
            reporter: &reporter,
            people,
            all: *all,
        };
        let current = command.order(state)?.current();
        let open = current
            .spec
            .sign_offs
            .iter()
            .find(|name| !current.signed.iter().any(|(signed, _, _)| signed == *name));
        if let Some(name) = open {
            return Err(Rejection::SignOffOpen {
                order: *order,
                name: name.clone(),
            });
        }
        let people = command.people(state, current, |row| state.duty(row.person) == Some(*order))?;
        let (applied, report) = FieldCommand::sort(&people, |person| match command.row(state, current, person) {
            Err(kind) => Verdict::Refuse(kind),
            Ok(_) if state.duty(person) == Some(*order) => Verdict::Apply,
            Ok(row) if row.released_at.is_some() => Verdict::Refuse(ExceptionKind::AlreadyDone),
            Ok(row) if row.excuse.is_some() => Verdict::Refuse(ExceptionKind::Excused),
            Ok(_) => Verdict::Refuse(ExceptionKind::Released),
        });
        let mut events = Vec::new();
        if !applied.is_empty() {
            events.push(Event::Released {
                order: *order,
                version: current.version,
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
    use crate::deployment::SignOff;
    use crate::order::Bucket;
    use crate::testing::{O1, O2, district, people};

    fn sign(name: &str) -> Command {
        Command::SignOff(SignOff {
            order: O1,
            name: name.into(),
        })
    }

    #[test]
    fn a7_nobody_is_released_while_a_sign_off_is_open() {
        let mut district = district();
        district.activate().issue_with(1..=2, |draft| {
            draft.sign_offs = ["kit", "kit", "medical"].map(Into::into).to_vec()
        });
        let release = || {
            Command::Release(Release {
                order: O1,
                people: people([1]),
                all: false,
            })
        };
        let open = |name: &str| Rejection::SignOffOpen {
            order: O1,
            name: name.into(),
        };
        district.check_in(O1, [1]).when(release()).rejects(open("kit"));
        district.accepts(sign("kit")).when(release()).rejects(open("medical"));
        district.accepts(sign("kit")).changes_nothing();
        district.when(sign("tea")).rejects(Rejection::UnknownSignOff {
            order: O1,
            name: "tea".into(),
        });
        district
            .accepts(sign("medical"))
            .accepts(release())
            .counts(O1, 1, Bucket::Present)
            .duty(1, None);
    }

    #[test]
    fn a6_who_is_released_is_free_for_another_duty() {
        let mut district = district();
        district
            .activate()
            .issue(1..=3)
            .check_in(O1, [1])
            .release(O1, [1, 2])
            .board(O1, [3, 1, 0, 1, 0, 1]);
        district
            .issue(1..=3)
            .duty(1, Some(O2))
            .duty(2, Some(O2))
            .duty(3, Some(O1));
        // It is not this order's to release them any more.
        let exceptions = [
            (1, ExceptionKind::AlreadyDone),
            (2, ExceptionKind::AlreadyDone),
            (9, ExceptionKind::NotAddressed),
        ];
        district
            .release(O1, [1, 2, 9])
            .reports(0, &exceptions)
            .duty(1, Some(O2));
        district.release(O2, [3]).reports(0, &[(3, ExceptionKind::Excused)]);
        let all = || {
            Command::Release(Release {
                order: O1,
                people: Vec::new(),
                all: true,
            })
        };
        district.accepts(all()).reports(1, &[]).accepts(all()).changes_nothing();
    }

    #[test]
    fn who_was_absent_stays_absent() {
        let mut district = district();
        district
            .activate()
            .issue([1])
            .at(40)
            .fire()
            .release(O1, [1])
            .counts(O1, 1, Bucket::Absent)
            .duty(1, None);
        let unknown = [
            (0, ExceptionKind::UnknownPerson),
            (u32::MAX, ExceptionKind::UnknownPerson),
        ];
        district.release(O1, [0, u32::MAX]).reports(0, &unknown);
    }
}
