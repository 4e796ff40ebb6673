//! Escalate and de-escalate a response (升级、降级).

use super::activate::resolve_scope;
use super::{Level, LevelChange, Response};
use crate::command::Context;
use crate::decide::{Decision, at_most, needed};
use crate::event::Event;
use crate::id::ResponseId;
use crate::policy::Policy;
use crate::rejection::Rejection;
use crate::state::State;

/// Changes the level of a response. Up it may jump, down it goes step by step (`domain.md` §1.3). At the same level only the
/// scope changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeLevel {
    /// Which response.
    pub response: ResponseId,
    /// Up or down: said by the caller, so that a slip of a digit is noticed.
    pub up: bool,
    /// 1 to 4.
    pub level: u32,
    /// Codes of the areas covered from now on; empty leaves them.
    pub scope: Vec<Box<str>>,
    /// Why.
    pub reason: Box<str>,
    /// Number of the document it is based on.
    pub basis: Box<str>,
}

impl ChangeLevel {
    pub(crate) fn decide(&self, state: &State, context: &Context, policy: &Policy) -> Result<Decision, Rejection> {
        let Self {
            response,
            up,
            level,
            scope,
            reason,
            basis,
        } = self;
        needed("reason", reason)?;
        at_most("reason", reason, 500)?;
        at_most("basis", basis, 500)?;
        let row = state
            .responses
            .get(*response)
            .ok_or(Rejection::UnknownResponse { response: *response })?;
        if !row.is_active() {
            return Err(Rejection::ResponseTerminated { response: *response });
        }
        let to = Level::from_number(*level).ok_or(Rejection::UnknownLevel { value: *level })?;
        let scope = match scope.as_slice() {
            [] => row.scope().to_vec(),
            codes => resolve_scope(state, row.spec.jurisdiction, codes)?,
        };
        let from = row.level();
        let only_scope = to == from && scope != row.scope();
        if *up && to <= from && !only_scope {
            return Err(Rejection::NotAnEscalation { from, to });
        }
        if !*up && to.number() != from.number() + 1 && !only_scope {
            return Err(Rejection::NotADeEscalation { from, to });
        }
        let change = LevelChange {
            version: next_version(row),
            from: Some(from),
            to,
            scope,
            reason: reason.clone(),
            basis: basis.clone(),
            by: context.actor.clone(),
            at: context.at,
        };
        let mut events = vec![Event::ResponseLevelChanged {
            response: *response,
            change,
        }];
        let policy = &policy.situation;
        events.extend(crate::situation::level_changed(
            state,
            *response,
            (from, to),
            context.at,
            policy,
        ));
        Ok(Decision::done(events))
    }
}

fn next_version(row: &Response) -> u32 {
    let last = row.history.last().map_or(0, |change| change.version);
    assert_eq!(
        last as usize,
        row.history.len(),
        "the history of {} has a gap (M3)",
        row.id
    );
    last + 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::Command;
    use crate::testing::{R1, activate, district};

    fn change(up: bool, level: u32, scope: &[&str]) -> Command {
        Command::ChangeLevel(ChangeLevel {
            response: R1,
            up,
            level,
            scope: scope.iter().map(|code| (*code).into()).collect(),
            reason: "water rises".into(),
            basis: "".into(),
        })
    }

    #[test]
    fn m1_level_one_is_the_highest() {
        assert!(Level::I > Level::II && Level::II > Level::III && Level::III > Level::IV);
        assert_eq!([Level::III, Level::I, Level::IV].into_iter().max(), Some(Level::I));
    }

    #[test]
    fn m3_up_may_jump_down_goes_step_by_step_and_history_has_no_gap() {
        let mut district = district();
        district.activate();
        district.when(change(true, 4, &[])).rejects(Rejection::NotAnEscalation {
            from: Level::IV,
            to: Level::IV,
        });
        district
            .when(change(false, 3, &[]))
            .rejects(Rejection::NotADeEscalation {
                from: Level::IV,
                to: Level::III,
            });
        district.accepts(change(true, 1, &[]));
        district
            .when(change(false, 3, &[]))
            .rejects(Rejection::NotADeEscalation {
                from: Level::I,
                to: Level::III,
            });
        district
            .accepts(change(false, 2, &[]))
            .accepts(change(true, 2, &["T1"]));
        let history = &district.state.responses.get(R1).unwrap().history;
        let levels: Vec<_> = history.iter().map(|change| (change.version, change.to)).collect();
        assert_eq!(levels, [(1, Level::IV), (2, Level::I), (3, Level::II), (4, Level::II)]);
        district
            .terminate("")
            .when(change(true, 1, &[]))
            .rejects(Rejection::ResponseTerminated { response: R1 });
    }

    #[test]
    fn m4_the_level_of_a_unit_is_the_highest_that_covers_it_or_stands_above_it() {
        let mut district = district();
        district.activate();
        let town = crate::response::ActivateResponse {
            jurisdiction: "T1".into(),
            ..activate(2)
        };
        district.accepts(Command::ActivateResponse(town));
        let level = |code: &str| {
            let state = &district.state;
            state
                .responses
                .effective_level(&state.org, state.org.by_code(code).unwrap().id)
        };
        let levels = [level("D"), level("T1"), level("V11"), level("V21")];
        assert_eq!(levels, [Level::IV, Level::II, Level::II, Level::IV].map(Some));
        assert_eq!(
            crate::testing::district()
                .state
                .responses
                .effective_level(&district.state.org, crate::id::UnitId(1)),
            None
        );
    }
}
