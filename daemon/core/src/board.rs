//! The board (到位总览): counts by unit over the orders of a response. Adds up, always (A1).
//!
//! A person with rows in several orders of a response counts once in each: who was moved from one to another is excused there
//! and due here.

use std::collections::BTreeMap;

use crate::id::{OrderId, ResponseId, Revision, UnitId};
use crate::order::{Counts, Order, Slot};
use crate::state::State;

/// What a board is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The orders of every active response.
    Active,
    /// The orders of one response, also when it has ended.
    Response(ResponseId),
    /// One order.
    Order(OrderId),
}

/// One line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BoardRow {
    /// Which unit.
    pub unit: UnitId,
    /// Of the unit and everything under it.
    pub counts: Counts,
    /// The state at which they last changed.
    pub changed: Revision,
}

/// A board of a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Board {
    /// The unit's own line: everything under it, its own people included.
    pub total: BoardRow,
    /// Units right under it that anybody is due from.
    pub rows: Vec<BoardRow>,
}

impl State {
    /// The orders a board is about.
    pub fn board_orders(&self, scope: Scope) -> Vec<&Order> {
        match scope {
            Scope::Order(order) => self.orders.get(order).into_iter().collect(),
            Scope::Response(response) => self.responses.get(response).map_or_else(Vec::new, |response| {
                response
                    .orders
                    .iter()
                    .filter_map(|order| self.orders.get(*order))
                    .collect()
            }),
            Scope::Active => {
                let active = self.responses.iter().filter(|response| response.is_active());
                active
                    .flat_map(|response| &response.orders)
                    .filter_map(|order| self.orders.get(*order))
                    .collect()
            }
        }
    }

    /// The board of a unit: its line and those of the units right under it when each order was issued.
    pub fn board(&self, scope: Scope, unit: UnitId) -> Board {
        let line = |unit| BoardRow {
            unit,
            counts: Counts::default(),
            changed: Revision::default(),
        };
        let add = |row: &mut BoardRow, slot: &Slot| {
            row.counts.merge(&slot.counts);
            row.changed = row.changed.max(slot.changed);
        };
        let mut total = line(unit);
        let mut rows: BTreeMap<UnitId, BoardRow> = BTreeMap::new();
        for order in self.board_orders(scope) {
            let Some((own, under)) = order.current().ledger.lines(unit) else {
                continue;
            };
            add(&mut total, own);
            for slot in under {
                add(rows.entry(slot.unit).or_insert_with(|| line(slot.unit)), slot);
            }
        }
        let mut rows: Vec<_> = rows.into_values().collect();
        rows.sort_by(|a, b| self.org.get(a.unit).code.cmp(&self.org.get(b.unit).code));
        Board { total, rows }
    }
}
