//! Approve or deny leave.

use super::LeaveVerdict;
use crate::command::Context;
use crate::decide::Decision;
use crate::event::Event;
use crate::id::LeaveId;
use crate::rejection::Rejection;
use crate::state::State;

/// Decides on leave; never by who asked for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecideLeave {
    /// Which leave.
    pub leave: LeaveId,
    /// How.
    pub verdict: LeaveVerdict,
}

impl DecideLeave {
    pub(crate) fn decide(&self, state: &State, context: &Context) -> Result<Decision, Rejection> {
        let Self { leave, verdict } = self;
        let row = state
            .leave
            .get(*leave)
            .ok_or(Rejection::UnknownLeave { leave: *leave })?;
        if row.requested.0 == context.actor {
            return Err(Rejection::OwnLeave { leave: *leave });
        }
        match row.decided {
            Some((decided, _, _)) if decided == *verdict => Ok(Decision::done(Vec::new())),
            Some(_) => Err(Rejection::LeaveDecided { leave: *leave }),
            None => Ok(Decision::done(vec![Event::LeaveDecided {
                leave: *leave,
                verdict: *verdict,
            }])),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::Command;
    use crate::id::PersonId;
    use crate::leave::{LeaveReason, RequestLeave};
    use crate::order::Bucket;
    use crate::testing::{O1, O2, district, minute};

    fn request(who: u32, from: i64, until: i64) -> Command {
        let (person, reason, note) = (PersonId(who), LeaveReason::Maternity, "".into());
        Command::RequestLeave(RequestLeave {
            person,
            reason,
            note,
            from,
            until,
        })
    }

    #[test]
    fn nobody_decides_on_what_they_asked_for_and_a_verdict_is_final() {
        let mut district = district();
        let decide = |verdict| {
            Command::DecideLeave(DecideLeave {
                leave: LeaveId(1),
                verdict,
            })
        };
        district
            .when(decide(LeaveVerdict::Approved))
            .rejects(Rejection::UnknownLeave { leave: LeaveId(1) });
        district.accepts(request(1, minute(0).unix_ms(), minute(9).unix_ms()));
        district
            .when(decide(LeaveVerdict::Approved))
            .rejects(Rejection::OwnLeave { leave: LeaveId(1) });
        district
            .by("approver")
            .accepts(decide(LeaveVerdict::Denied))
            .accepts(decide(LeaveVerdict::Denied))
            .changes_nothing();
        district
            .when(decide(LeaveVerdict::Approved))
            .rejects(Rejection::LeaveDecided { leave: LeaveId(1) });
        assert!(!district.state.leave.is_on_leave(PersonId(1), minute(1)));
    }

    #[test]
    fn leave_ends_after_it_begins_and_has_not_ended() {
        let mut district = district();
        district.at(10);
        for (from, until) in [(20, 20), (20, 15), (0, 10), (i64::MIN / 60_000, 5)] {
            let ms = |minutes: i64| minutes.saturating_mul(60_000).saturating_add(minute(0).unix_ms());
            district
                .when(request(1, ms(from), ms(until)))
                .rejects(Rejection::LeaveInterval);
        }
        district.accepts(request(1, i64::MIN, i64::MAX));
        for person in [PersonId(0), PersonId(u32::MAX)] {
            district
                .when(request(person.0, 0, i64::MAX))
                .rejects(Rejection::UnknownPerson { person });
        }
    }

    #[test]
    fn leave_approved_while_on_duty_excuses_and_frees_who_is_not_there_yet() {
        let mut district = district();
        district.activate().issue(1..=3).check_in(O1, [2]);
        district.on_leave(1, 0, 60).on_leave(2, 0, 60).on_leave(3, 10, 60);
        district
            .board(O1, [3, 1, 0, 1, 0, 1])
            .duty(1, None)
            .duty(2, Some(O1))
            .duty(3, Some(O1));
        // From when it begins, orders count them as excused.
        district
            .at(10)
            .release(O1, [3])
            .issue([3])
            .counts(O2, 3, Bucket::Excused)
            .duty(3, None);
    }
}
