//! Terminate a response (终止应急响应).

use crate::decide::{Decision, at_most};
use crate::event::Event;
use crate::id::{PersonSet, ResponseId};
use crate::order::Order;
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

impl TerminateResponse {
    pub(crate) fn decide(&self, state: &State) -> Result<Decision, Rejection> {
        let Self { response, reason } = self;
        at_most("reason", reason, 500)?;
        let row = state
            .responses
            .get(*response)
            .ok_or(Rejection::UnknownResponse { response: *response })?;
        if !row.is_active() {
            return Err(Rejection::ResponseTerminated { response: *response });
        }
        let orders: Vec<&Order> = row.orders.iter().filter_map(|order| state.orders.get(*order)).collect();
        let deployed: Vec<PersonSet> = orders.iter().map(|order| deployed(state, order)).collect();
        let people: usize = deployed.iter().map(PersonSet::len).sum();
        if people > 0 && reason.trim().is_empty() {
            return Err(Rejection::DeploymentsOpen {
                response: *response,
                people: people as u32,
            });
        }
        let mut events = Vec::new();
        for (order, people) in orders.iter().zip(deployed) {
            if order.current().is_open() {
                events.push(Event::OrderClosed { order: order.id });
            }
            if !people.is_empty() {
                events.push(Event::Released {
                    order: order.id,
                    version: order.current().version,
                    people,
                });
            }
        }
        events.push(Event::ResponseTerminated {
            response: *response,
            reason: reason.clone(),
        });
        Ok(Decision::done(events))
    }
}

/// Everybody whose deployment is under this order.
fn deployed(state: &State, order: &Order) -> PersonSet {
    let rows = order.current().ledger.rows().iter();
    rows.map(|row| row.person)
        .filter(|person| state.duty(*person) == Some(order.id))
        .collect()
}
