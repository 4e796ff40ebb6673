//! The board (到位总览): counts by unit over the orders of a response. Adds up, always (A1).
//!
//! A person with rows in several orders of a response counts once in each: who was moved from one to another is excused there
//! and due here. Only a member whom a team's order calls is not counted where they live as well: that is one call, not two (C3).

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
    /// How many of those due are simulated: in an exercise only.
    pub simulated_due: u32,
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
            simulated_due: 0,
        };
        let add = |row: &mut BoardRow, slot: &Slot, counts: Counts| {
            row.counts.merge(&counts);
            row.changed = row.changed.max(slot.changed);
        };
        let mut total = line(unit);
        let mut rows: BTreeMap<UnitId, BoardRow> = BTreeMap::new();
        for order in self.board_orders(scope) {
            let Some((own, under)) = order.current().ledger.lines(unit) else {
                continue;
            };
            add(&mut total, own, Self::counted(scope, own));
            for slot in under {
                add(
                    rows.entry(slot.unit).or_insert_with(|| line(slot.unit)),
                    slot,
                    Self::counted(scope, slot),
                );
            }
        }
        let mut rows: Vec<_> = rows.into_values().collect();
        for row in rows.iter_mut().chain([&mut total]) {
            row.simulated_due = self.simulated_due(scope, row);
        }
        rows.sort_by(|a, b| self.org.get(a.unit).code.cmp(&self.org.get(b.unit).code));
        Board { total, rows }
    }

    /// What a line of an order's ledger counts for a board of this scope.
    fn counted(scope: Scope, slot: &Slot) -> Counts {
        match scope {
            Scope::Order(_) => slot.counts,
            Scope::Active | Scope::Response(_) => slot.once(),
        }
    }

    /// How many of those due in a row are simulated.
    fn simulated_due(&self, scope: Scope, row: &BoardRow) -> u32 {
        if self.simulates_unit(row.unit) {
            return row.counts.due;
        }
        let simulated = self.simulated_under(row.unit);
        if simulated.is_empty() {
            return 0;
        }
        let mut due = 0;
        for order in self.board_orders(scope) {
            let lines = simulated.iter().filter_map(|unit| order.current().ledger.lines(*unit));
            due += lines.map(|(whole, _)| Self::counted(scope, whole).due).sum::<u32>();
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::Command;
    use crate::import::ImportMode;
    use crate::org::ImportUnits;
    use crate::testing::{O1, O2, R1, columns, district, unit_row};

    /// Code and columns of a unit's line and of those under it.
    fn shown(state: &State, scope: Scope, code: &str) -> Vec<(Box<str>, [u32; 6])> {
        let board = state.board(scope, state.org.by_code(code).unwrap().id);
        let lines = std::iter::once(board.total).chain(board.rows);
        lines
            .map(|row| (state.org.get(row.unit).code.clone(), columns(&row.counts)))
            .collect()
    }

    #[test]
    fn a1_every_unit_has_its_line_and_they_add_up_to_the_one_above() {
        let mut district = district();
        district
            .activate()
            .issue([1, 9, 15, 16, 29])
            .check_in(O1, [15])
            .issue([2]);
        let state = &district.state;
        let expected = [
            ("D".into(), [5, 1, 0, 0, 0, 4]),
            ("A1".into(), [1, 0, 0, 0, 0, 1]),
            ("A2".into(), [1, 0, 0, 0, 0, 1]),
            ("T1".into(), [2, 1, 0, 0, 0, 1]),
        ];
        assert_eq!(shown(state, Scope::Order(O1), "D"), expected);
        assert_eq!(shown(state, Scope::Order(O1), "T2"), [("T2".into(), [0; 6])]);
        for scope in [Scope::Response(R1), Scope::Active] {
            assert_eq!(shown(state, scope, "D")[0].1, [6, 1, 0, 0, 0, 5]);
        }
        assert_eq!(shown(state, Scope::Order(crate::id::OrderId(0)), "D")[0].1, [0; 6]);
        assert!(state.board_orders(Scope::Order(O2)).len() == 1);
    }

    #[test]
    fn a_unit_that_moves_takes_the_people_of_later_orders_with_it() {
        let mut district = district();
        district.activate().issue([15, 16]);
        let rows = vec![unit_row(1, "V11", "T2", "village")];
        district.accepts(Command::ImportUnits(ImportUnits {
            mode: ImportMode::AllOrNothing,
            rows,
        }));
        let (before, nobody) = ([2, 0, 0, 0, 0, 2], [0; 6]);
        let state = &district.state;
        assert_eq!(
            shown(state, Scope::Order(O1), "T1"),
            [("T1".into(), before), ("V11".into(), before)]
        );
        assert_eq!(shown(state, Scope::Order(O1), "T2"), [("T2".into(), nobody)]);
        district.issue_with([15, 16], |draft| draft.reassign = true);
        assert_eq!(
            shown(&district.state, Scope::Order(O2), "T2"),
            [("T2".into(), before), ("V11".into(), before)]
        );
    }
}
