//! Escalate and de-escalate a response (升级、降级).

use std::collections::BTreeSet;

use super::activate::{TemplateOrders, resolve_scope};
use super::switch::{Orders, Sending, send};
use super::{Approval, Level, LevelChange, Response, ResponseSpec};
use crate::command::Context;
use crate::command_post::{Command, overlay, overlay_after};
use crate::decide::{Decision, at_most, needed};
use crate::event::Event;
use crate::id::{PersonId, PersonSet, ResponseId, UnitId};
use crate::order::{DutyClass, Excuse, Order, Row};
use crate::plan::Plan;
use crate::policy::Policy;
use crate::rejection::Rejection;
use crate::state::State;

/// Changes the level of a response. Up it may jump, down it goes step by step (`domain.md` §1.3). At the same level only the
/// scope changes. Whoever approves has authority over the higher of the two levels (M2). The command overlay follows; whom the
/// plan calls out now and did not before can be sent the plan's order in the same step.
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
    /// Who asked and who approved (M2).
    pub approval: Approval,
    /// The plan's orders to everybody whom the response has not called out yet.
    pub template: Option<TemplateOrders>,
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
            approval,
            template,
        } = self;
        needed("reason", reason)?;
        at_most("reason", reason, 500)?;
        at_most("basis", basis, 500)?;
        let row = state.active_response(*response)?;
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
        state.not_calmer(&row.spec.event, row.spec.jurisdiction, &scope, to)?;
        let plan = state.plan_of(&row.spec, policy)?;
        let version = next_version(row);
        let jurisdiction = row.spec.jurisdiction;
        let authorization = approval.check(state, plan, jurisdiction, (version, to.max(from)), context.at)?;
        let commands = overlay(state, plan, jurisdiction, &scope, context.at);
        let commands = overlay_after(&row.commands, commands);
        let orders = match template {
            None => Vec::new(),
            Some(template) => orders(state, context, policy, row, (plan, to, &scope, &commands), template)?,
        };
        let left = crate::in_place::left_scope(state, *response, &scope);
        let change = LevelChange {
            version,
            from: Some(from),
            to,
            scope,
            reason: reason.clone(),
            basis: basis.clone(),
            by: context.actor.clone(),
            at: context.at,
        };
        let mut events = vec![
            Event::ResponseLevelChanged {
                response: *response,
                change,
            },
            Event::LevelAuthorized {
                response: *response,
                authorization,
            },
        ];
        if commands != row.commands {
            events.push(Event::CommandSet {
                response: *response,
                roster: state.revision(),
                commands,
            });
        }
        events.extend(left);
        events.extend(orders);
        let clocks = &policy.situation.of_plan(Some(plan), to);
        events.extend(crate::situation::level_changed(
            state,
            *response,
            (from, to),
            context.at,
            clocks,
        ));
        Ok(Decision::done(events))
    }
}

/// The plan's orders to those whom the level and scope call out now, and to those who command now, if no order of the response holds them.
fn orders(
    state: &State,
    context: &Context,
    policy: &Policy,
    row: &Response,
    (plan, level, scope, commands): (&Plan, Level, &[UnitId], &[Command]),
    template: &TemplateOrders,
) -> Result<Vec<Event>, Rejection> {
    let spec = ResponseSpec {
        level,
        scope: scope.to_vec(),
        ..row.spec.clone()
    };
    let orders = Orders::Template(template);
    let (calls, in_place_ms) = orders.calls(plan, level);
    let called = state.call_out(&calls, spec.jurisdiction, scope, context.at);
    let held = held(state, row);
    let call_out: PersonSet = called.iter().filter(|person| !held.contains(person)).collect();
    let is_new = |command: &&Command| {
        let acting = command.acting(state, context.at);
        acting.is_some_and(|person| !held.contains(&person))
    };
    let new: Vec<_> = commands.iter().filter(is_new).cloned().collect();
    let sending = Sending {
        response: row.id,
        spec: &spec,
        plan,
        commands: &new,
        call_out,
        in_place_ms,
        orders,
    };
    Ok(send(state, context, policy, sending)?.0)
}

/// Whom open orders of a response call out already. Whoever is only to report where they live is not: a team goes first (C3).
fn held(state: &State, row: &Response) -> BTreeSet<PersonId> {
    let orders = row.orders.iter().filter_map(|order| state.orders.get(*order));
    let calling = orders
        .map(Order::current)
        .filter(|version| version.is_open() && version.spec.duty != DutyClass::InPlace);
    // Another duty kept them, and is over: they are asked now. In an exercise that duty may be a real one, of which its world knows nothing.
    let is_free = |row: &&Row| {
        let is_kept = row.excuse == Some(Excuse::OtherDuty);
        is_kept && state.world_of().is_none() && state.duty(row.person).is_none()
    };
    let rows = calling.flat_map(|version| version.ledger.rows());
    rows.filter(|row| !is_free(row)).map(|row| row.person).collect()
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
    use crate::command::Command as Asked;
    use crate::testing::{R1, activate, approval, district};

    fn change(up: bool, level: u32, scope: &[&str]) -> Asked {
        Asked::ChangeLevel(ChangeLevel {
            response: R1,
            up,
            level,
            scope: scope.iter().map(|code| (*code).into()).collect(),
            reason: "water rises".into(),
            basis: "".into(),
            approval: approval(),
            template: None,
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
        let mut town = activate(2);
        town.asked.jurisdiction = "T1".into();
        district.accepts(Asked::ActivateResponse(town));
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
