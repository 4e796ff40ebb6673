//! Terminate a response (终止应急响应).

use super::Response;
use crate::command::Context;
use crate::decide::{Decision, at_most};
use crate::event::Event;
use crate::id::{PersonSet, ResponseId};
use crate::order::Order;
use crate::policy::Policy;
use crate::rejection::Rejection;
use crate::state::State;

/// Ends a response: closes the orders that are open and turns the jurisdiction back. While people are deployed it needs a
/// reason, and frees them (M7).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TerminateResponse {
    /// Which response.
    pub response: ResponseId,
    /// Why, if people are still deployed.
    pub reason: Box<str>,
}

/// Why an order ends with its response: people read it.
const ENDED: &str = "响应终止";

impl TerminateResponse {
    pub(crate) fn decide(&self, state: &State, context: &Context, policy: &Policy) -> Result<Decision, Rejection> {
        let Self { response, reason } = self;
        at_most("reason", reason, 500)?;
        let row = state.active_response(*response)?;
        let people: usize = orders(state, row).map(|order| deployed(state, order).len()).sum();
        if people > 0 && reason.trim().is_empty() {
            return Err(Rejection::DeploymentsOpen {
                response: *response,
                people: people as u32,
            });
        }
        let why = match reason.trim() {
            "" => ENDED.to_owned(),
            reason => format!("{ENDED}：{reason}"),
        };
        let mut events = wind_down(state, row, &why);
        events.push(Event::ResponseTerminated {
            response: *response,
            reason: reason.clone(),
        });
        events.extend(crate::situation::wind_down(
            state,
            *response,
            context.at,
            &state.report_clocks(*response, policy),
        ));
        Ok(Decision::done(events))
    }
}

/// The way back (平时恢复), in order: windows are closed, orders withdrawn, people return, branches dissolve, requests end. Home units were
/// never left. Whose time to arrive is not over is not asked to come any more; nobody becomes absent by it.
pub(super) fn wind_down(state: &State, row: &Response, why: &str) -> Vec<Event> {
    let mut events = crate::in_place::wind_down(state, row.id);
    for order in orders(state, row) {
        let people = deployed(state, order);
        if order.current().is_open() {
            events.push(Event::OrderCancelled {
                order: order.id,
                reason: why.into(),
            });
        }
        if !people.is_empty() {
            events.push(Event::Released {
                order: order.id,
                version: order.current().version,
                people,
            });
        }
    }
    events.append(&mut crate::branch::wind_down(state, row.id));
    events.append(&mut crate::reinforcement::wind_down(state, row.id));
    events
}

fn orders<'a>(state: &'a State, row: &'a Response) -> impl Iterator<Item = &'a Order> {
    row.orders.iter().filter_map(|order| state.orders.get(*order))
}

/// Everybody whose deployment is under this order.
fn deployed(state: &State, order: &Order) -> PersonSet {
    let rows = order.current().ledger.rows().iter();
    rows.map(|row| row.person)
        .filter(|person| state.duty(*person) == Some(order.id))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::Command;
    use crate::testing::{O1, O2, R1, district, draft, issue};

    #[test]
    fn m7_while_people_are_deployed_it_needs_a_reason() {
        let mut district = district();
        district.activate().issue(1..=3).check_in(O1, [1]);
        let command = |reason: &str| {
            Command::TerminateResponse(TerminateResponse {
                response: R1,
                reason: reason.into(),
            })
        };
        district.when(command(" ")).rejects(Rejection::DeploymentsOpen {
            response: R1,
            people: 3,
        });
        district
            .accepts(command("the storm turned away"))
            .board(O1, [3, 1, 0, 2, 0, 0]);
        district
            .duty(1, None)
            .duty(2, None)
            .when(command(""))
            .rejects(Rejection::ResponseTerminated { response: R1 });
        district
            .when(issue([1], draft()))
            .rejects(Rejection::ResponseTerminated { response: R1 });
    }

    #[test]
    fn it_frees_who_stayed_after_their_order_ended_and_nobody_elses_people() {
        let mut district = district();
        district
            .activate()
            .issue(1..=2)
            .check_in(O1, [1])
            .cancel(O1)
            .duty(1, Some(O1))
            .duty(2, None);
        let mut other = crate::testing::activate(4);
        other.asked.event = "flood".into();
        district.accepts(Command::ActivateResponse(other));
        let Command::IssueOrder(mut order) = issue([2], draft()) else {
            unreachable!()
        };
        order.response = ResponseId(2);
        district
            .accepts(Command::IssueOrder(order))
            .terminate("over")
            .duty(1, None)
            .duty(2, Some(O2));
    }
}
