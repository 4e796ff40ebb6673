//! Close windows: by hand, when their time has come, with their response.

use super::{CloseReason, Window};
use crate::decide::Decision;
use crate::event::Event;
use crate::id::{ResponseId, Timestamp, UnitId, WindowId};
use crate::rejection::Rejection;
use crate::state::State;

/// Closes windows and their counts: who was neither confirmed nor excused is absent. Final; who was confirmed stays deployed until
/// released. Closing again changes nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloseWindows {
    /// Which.
    pub windows: Vec<WindowId>,
}

impl CloseWindows {
    pub(crate) fn decide(&self, state: &State) -> Result<Decision, Rejection> {
        if self.windows.is_empty() {
            return Err(Rejection::Missing { field: "window_ids" });
        }
        let windows: std::collections::BTreeSet<_> = self.windows.iter().copied().collect();
        let mut events = Vec::new();
        for window in windows {
            let row = state
                .in_place
                .window(window)
                .ok_or(Rejection::UnknownWindow { window })?;
            events.extend(close(state, row, CloseReason::ByHand));
        }
        Ok(Decision::done(events))
    }
}

/// The end of a window, and of its order's count.
fn close(state: &State, row: &Window, why: CloseReason) -> Vec<Event> {
    if !row.is_open() {
        return Vec::new();
    }
    let (window, order) = (row.opening.window, row.opening.order);
    let mut events = vec![Event::InPlaceWindowClosed { window, why }];
    if state.orders.get(order).is_some_and(|order| order.current().is_open()) {
        events.push(match why {
            CloseReason::Deadline | CloseReason::ByHand | CloseReason::OrderEnded | CloseReason::ResponseEnded => {
                Event::OrderClosed { order }
            }
            // Nobody is absent from what they are asked for no more.
            CloseReason::LeftScope => Event::OrderCancelled {
                order,
                reason: "响应范围调整".into(),
            },
        });
    }
    events
}

/// Closes the windows whose time has come.
pub(crate) fn fire_timers(state: &State, at: Timestamp) -> Vec<Event> {
    let due = state
        .in_place
        .due(at)
        .filter_map(|window| state.in_place.window(window));
    due.flat_map(|window| close(state, window, CloseReason::Deadline))
        .collect()
}

/// Closes what the end of a response leaves open; the orders end with the response.
pub(crate) fn wind_down(state: &State, response: ResponseId) -> Vec<Event> {
    let why = CloseReason::ResponseEnded;
    let open = state.in_place.windows().filter(|window| window.is_open());
    open.filter(|window| window.opening.response == response)
        .map(|row| Event::InPlaceWindowClosed {
            window: row.opening.window,
            why,
        })
        .collect()
}

/// Closes what is open in villages that a response covers no more.
pub(crate) fn left_scope(state: &State, response: ResponseId, scope: &[UnitId]) -> Vec<Event> {
    let is_left = |window: &&Window| {
        let mut above = state.org.path(window.opening.village);
        window.opening.response == response && !above.any(|unit| scope.contains(&unit))
    };
    let left = state.in_place.windows().filter(is_left);
    left.flat_map(|window| close(state, window, CloseReason::LeftScope))
        .collect()
}
