//! The switch (平急转换): everything that turns peacetime into emergency, decided as one step.

use super::{Authorization, Level, OrderDraft, ResponseSpec, TemplateOrders};
use crate::command::{Context, Issued};
use crate::command_post::{Command, overlay};
use crate::event::Event;
use crate::id::{OrderId, PersonSet, ResponseId, Timestamp};
use crate::in_place::{OpenFor, open_by_plan};
use crate::order::audience::Address;
use crate::order::{DutyClass, Issue, issue_order};
use crate::plan::{CallOut, Plan, Words};
use crate::policy::Policy;
use crate::rejection::Rejection;
use crate::state::State;

/// What goes out with a switch.
#[derive(Debug, Clone, Copy)]
pub(super) enum Orders<'a> {
    /// Nothing.
    None,
    /// One order to everybody whom the plan calls out.
    Draft(&'a OrderDraft),
    /// The plan's: to those who command, and to everybody whom it calls out.
    Template(&'a TemplateOrders),
}

impl<'a> Orders<'a> {
    pub(super) fn of(draft: Option<&'a OrderDraft>, template: Option<&'a TemplateOrders>) -> Result<Self, Rejection> {
        match (draft, template) {
            (Some(_), Some(_)) => Err(Rejection::TwoOrders),
            (Some(draft), None) => Ok(Self::Draft(draft)),
            (None, Some(template)) => Ok(Self::Template(template)),
            (None, None) => Ok(Self::None),
        }
    }
    /// Whom a level calls out by an order to all, and how long members have who are called where they live instead: their villages'
    /// windows open with the plan's own orders.
    pub(super) fn calls(self, plan: &Plan, level: Level) -> (CallOut, Option<u64>) {
        let mut calls = plan.call_out(level);
        let in_place_ms = plan.level(level).and_then(|row| row.in_place_ms);
        let opens = matches!(self, Self::Template(_)) && in_place_ms.is_some();
        calls.members &= !opens;
        (calls, in_place_ms.filter(|_| opens))
    }
}

/// A switch about to be decided.
pub(super) struct Switch<'a> {
    pub(super) response: ResponseId,
    pub(super) spec: ResponseSpec,
    pub(super) plan: &'a Plan,
    /// Who decided; none: a provisional start, which lapses at this instant.
    pub(super) authority: Result<Authorization, Timestamp>,
    pub(super) orders: Orders<'a>,
}

/// What a switch comes to, in this order: the change of mode, the roster as it stands, the command overlay, the orders, windows for
/// in-place reports and proposals of branches where the plan's own orders go out, the clocks of situation reports. With the order to
/// everybody called out, if one goes out.
pub(super) fn switch(
    state: &State,
    context: &Context,
    policy: &Policy,
    switch: Switch<'_>,
) -> Result<(Vec<Event>, Option<Issued>), Rejection> {
    let Switch {
        response,
        spec,
        plan,
        authority,
        orders,
    } = switch;
    let clocks = policy.situation.of_plan(Some(plan), spec.level);
    let commands = overlay(state, plan, spec.jurisdiction, &spec.scope, context.at);
    let (calls, in_place_ms) = orders.calls(plan, spec.level);
    let call_out = state.call_out(&calls, spec.jurisdiction, &spec.scope, context.at);
    let sent = send(
        state,
        context,
        policy,
        Sending {
            response,
            spec: &spec,
            plan,
            commands: &commands,
            call_out,
            in_place_ms,
            orders,
        },
    )?;
    let mut events = vec![Event::ResponseActivated { response, spec }];
    events.push(match authority {
        Ok(authorization) => Event::LevelAuthorized {
            response,
            authorization,
        },
        Err(until) => Event::ProvisionallyStarted { response, until },
    });
    // The roster of the switch is the state that this entry was decided on.
    events.push(Event::CommandSet {
        response,
        roster: state.revision(),
        commands,
    });
    let (order_events, issued) = sent;
    events.extend(order_events);
    events.extend(crate::situation::open(response, context.at, &clocks));
    Ok((events, issued))
}

/// Orders about to go out in a response.
pub(super) struct Sending<'a> {
    pub(super) response: ResponseId,
    pub(super) spec: &'a ResponseSpec,
    pub(super) plan: &'a Plan,
    pub(super) commands: &'a [Command],
    pub(super) call_out: PersonSet,
    /// How long members have to report in place; none: no window opens.
    pub(super) in_place_ms: Option<u64>,
    pub(super) orders: Orders<'a>,
}

/// The orders of a switch: who commands is told first, and is in nobody's count twice.
pub(super) fn send(
    state: &State,
    context: &Context,
    policy: &Policy,
    sending: Sending<'_>,
) -> Result<(Vec<Event>, Option<Issued>), Rejection> {
    let Sending {
        response,
        spec,
        plan,
        commands,
        call_out,
        in_place_ms,
        orders,
    } = sending;
    let first = state.orders.next_id();
    let called = |order: OrderId, call_out: PersonSet, draft: &OrderDraft| {
        let issue = Issue {
            order,
            response,
            addressed: vec![Address::CallOut],
            call_out,
            draft,
            before: None,
            also_called: &PersonSet::default(),
        };
        issue_order(state, context, policy, issue)
    };
    match orders {
        Orders::None => Ok((Vec::new(), None)),
        Orders::Draft(draft) => called(first, call_out, draft).map(|(events, issued)| (events, Some(issued))),
        Orders::Template(template) => {
            let draft = filled(state, spec, plan, template)?;
            let commanders: PersonSet = commands
                .iter()
                .filter_map(|command| command.acting(state, context.at))
                .collect();
            let others: PersonSet = call_out.iter().filter(|person| !commanders.contains(*person)).collect();
            let (mut events, mut next, mut issued) = (Vec::new(), first, None);
            if !commanders.is_empty() {
                let to_commanders = OrderDraft {
                    duty: Some(DutyClass::Command),
                    ..draft.clone()
                };
                let issue = Issue {
                    order: next,
                    response,
                    addressed: commanders.iter().map(Address::Person).collect(),
                    call_out: PersonSet::default(),
                    draft: &to_commanders,
                    before: None,
                    also_called: &PersonSet::default(),
                };
                events = issue_order(state, context, policy, issue)?.0;
                next = OrderId(next.0 + 1);
            }
            if !others.is_empty() {
                let (more, order) = called(next, others, &draft)?;
                next = OrderId(next.0 + 1);
                events.extend(more);
                issued = Some(order);
            }
            let proposals = crate::branch::open(state, response, &events);
            if let Some(report_ms) = in_place_ms {
                let opens = OpenFor {
                    scope: &spec.scope,
                    next_order: next,
                    next_window: state.in_place.next_window(),
                    also_called: &commanders.iter().chain(call_out.iter()).collect(),
                    is_lenient: true,
                };
                let window = (response, spec.jurisdiction, report_ms);
                events.extend(open_by_plan(state, context, policy, window, opens)?);
            }
            events.extend(proposals);
            Ok((events, issued))
        }
    }
}

/// The plan's order for a level, with the muster points that were said. An exercise is started in one step, and nobody is asked meanwhile:
/// where the plan names none either, it takes those of the place, as a scenario's own order does.
fn filled(state: &State, spec: &ResponseSpec, plan: &Plan, template: &TemplateOrders) -> Result<OrderDraft, Rejection> {
    let name = |unit| state.org.get(unit).name.clone();
    let words = Words {
        event: spec.event.clone(),
        scope: spec.scope.iter().map(|unit| name(*unit)).collect(),
        jurisdiction: name(spec.jurisdiction),
    };
    let draft = plan.draft(spec.level, &words).ok_or_else(|| Rejection::UnknownLevel {
        value: spec.level.number(),
    })?;
    Ok(OrderDraft {
        muster_points: match template.muster_points.as_slice() {
            [] if draft.muster_points.is_empty() && state.world_of().is_some() => {
                crate::exercise::points_of(state, spec.jurisdiction)
            }
            [] => draft.muster_points,
            points => points.to_vec(),
        },
        ..draft
    })
}
