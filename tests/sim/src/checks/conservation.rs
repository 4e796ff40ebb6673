//! Conservation: the columns add up for every unit and in total, the board shows just these, a ledger has a row for each due (A1).

use baiying_core::board::Scope;
use baiying_core::id::Revision;
use baiying_core::order::{Counts, Order};
use baiying_core::{State, laws};

use super::{Held, hold, lawful};

const CHECK: &str = "conservation";

/// Holds every version of an order that changed after a revision against it.
pub(super) fn changed_since(state: &State, revision: Revision) -> Held {
    for order in state.orders.iter() {
        for version in order.versions.iter().filter(|version| version.changed > revision) {
            lawful(CHECK, laws::counts(version))?;
        }
        if order.current().changed > revision {
            board_of(state, order)?;
        }
    }
    Ok(())
}

/// The board of an order, for its root: the ledger's total, and the sum of the lines under it and of the root's own people.
fn board_of(state: &State, order: &Order) -> Held {
    let (Some(root), ledger) = (state.org.root(), &order.current().ledger) else {
        return Ok(());
    };
    let board = state.board(Scope::Order(order.id), root.id);
    let total = ledger.total();
    hold(CHECK, board.total.counts == total, || {
        format!(
            "the board of {} shows {:?} and its ledger {total:?}",
            order.id, board.total.counts
        )
    })?;
    let rows = ledger.rows().len();
    hold(CHECK, total.due as usize == rows, || {
        format!("{} is due from {} and has {rows} rows", order.id, total.due)
    })?;
    let own = ledger
        .rows()
        .iter()
        .filter(|row| ledger.unit_of(row) == root.id)
        .count();
    let under: u32 = board.rows.iter().map(|row| row.counts.due).sum();
    hold(CHECK, own as u32 + under == total.due, || {
        format!(
            "the lines of {} sum to {under} with {own} of the root's own, not to {}",
            order.id, total.due
        )
    })
}

/// Every order, and the boards over several of them.
pub(super) fn everything(state: &State) -> Held {
    changed_since(state, Revision(0))?;
    let Some(root) = state.org.root() else { return Ok(()) };
    let responses = state.responses.iter().map(|response| Scope::Response(response.id));
    for scope in responses.chain([Scope::Active]) {
        let mut sum = Counts::default();
        for order in state.board_orders(scope) {
            sum.merge(&order.current().ledger.total_once());
        }
        let shown = state.board(scope, root.id).total.counts;
        hold(CHECK, shown == sum && shown.adds_up(), || {
            format!("the board of {scope:?} shows {shown:?} and its orders {sum:?}")
        })?;
    }
    Ok(())
}
