//! What was so at each revision: the journal, replayed with the core.

use std::collections::BTreeMap;

use baiying_core::State;
use baiying_core::board::Scope;
use baiying_core::event::Entry;
use baiying_core::order::{Bucket, Counts, Order, OrderStatus, Row};
use baiying_core::response::Level;
use baiying_proto::v1;

use super::{Board, Line};

/// One entry of the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Journaled {
    /// Revision of its first event.
    pub first: u64,
    /// Of its last: what the receipt names.
    pub last: u64,
    /// Under which request; none for timers.
    pub request: Option<String>,
}

/// Everything the calls are held against.
#[derive(Debug, Clone, Default)]
pub struct Model {
    /// The journal.
    pub entries: Vec<Journaled>,
    /// The root's board of all active responses after each entry.
    pub boards: BTreeMap<u64, Board>,
    /// Orders (`O1`) and current ledgers (`L1`): how each looked from which revision on.
    pub things: BTreeMap<String, Vec<(u64, String)>>,
}

impl Model {
    /// Replays a journal.
    #[must_use]
    pub fn of(entries: &[Entry]) -> Self {
        let mut model = Self::default();
        let mut state = State::default();
        for entry in entries {
            let first = state.revision().0 + 1;
            state.evolve(entry);
            let last = state.revision().0;
            model.entries.push(Journaled {
                first,
                last,
                request: entry.request.as_ref().map(|answered| answered.request_id.to_string()),
            });
            if let Some(board) = board(&state) {
                model.boards.insert(last, board);
            }
            for order in state.orders.iter().filter(|order| order.current().changed.0 >= first) {
                let (name, id) = (format!("O{}", order.id.0), order.id.0);
                model.things.entry(name).or_default().push((last, order_line(order)));
                let rows: Vec<String> = order.current().ledger.rows().iter().map(row_line).collect();
                model
                    .things
                    .entry(format!("L{id}"))
                    .or_default()
                    .push((last, rows.join("\n")));
            }
        }
        model
    }

    /// Where the journal ends.
    #[must_use]
    pub fn head(&self) -> u64 {
        self.entries.last().map_or(0, |entry| entry.last)
    }
}

/// The counts of a line by their names, in the order of the schema: the core's and the API's, with nothing left out of either.
macro_rules! counts {
    ($($count:ident),*) => {
        fn line(counts: &Counts) -> Line {
            let Counts { $($count),* } = *counts;
            [$($count),*]
        }

        /// Counts as the API shows them.
        #[must_use]
        pub fn line_of(counts: Option<&v1::Counts>) -> Line {
            let v1::Counts { $($count),* } = counts.copied().unwrap_or_default();
            [$($count),*]
        }
    };
}

counts!(
    due,
    present,
    en_route,
    excused,
    absent,
    unconfirmed,
    delivered,
    acked,
    departed,
    late,
    unreached
);

fn board(state: &State) -> Option<Board> {
    let root = state.org.root()?;
    let shown = state.board(Scope::Active, root.id);
    let mut lines: BTreeMap<_, _> = shown
        .rows
        .iter()
        .map(|row| (state.org.get(row.unit).code.to_string(), line(&row.counts)))
        .collect();
    lines.insert("total".to_owned(), line(&shown.total.counts));
    let orders = state.board_orders(Scope::Active);
    let open = orders.into_iter().filter(|order| order.current().is_open());
    let number = |level: Option<Level>| level.map_or(0, Level::number);
    Some(Board {
        lines,
        levels: Some((
            number(state.responses.effective_level(&state.org, root.id)),
            number(state.responses.highest_level(&state.org, root.id)),
        )),
        orders: Some(
            open.map(|order| {
                (
                    order.id.0,
                    (order.current().version, line(&order.current().ledger.total())),
                )
            })
            .collect(),
        ),
    })
}

fn status(status: &OrderStatus) -> &'static str {
    match status {
        OrderStatus::Open => "open",
        OrderStatus::Superseded => "superseded",
        OrderStatus::Cancelled(_) => "cancelled",
        OrderStatus::Closed => "closed",
    }
}

fn order_line(order: &Order) -> String {
    let versions = order.versions.iter().map(|it| {
        let total = line(&it.ledger.total());
        format!(
            "{} {} {total:?} {} {}",
            it.version,
            status(&it.status),
            it.steps_done,
            it.signed.len()
        )
    });
    versions.collect::<Vec<_>>().join("; ")
}

/// An order as the API shows it, in the model's words.
#[must_use]
pub fn order_of(order: &v1::Order) -> String {
    let versions = order.versions.iter().map(|it| {
        let total = line_of(it.total.as_ref());
        format!(
            "{} {} {total:?} {} {}",
            it.version,
            it.status,
            it.steps_done,
            it.signed.len()
        )
    });
    versions.collect::<Vec<_>>().join("; ")
}

fn row_line(row: &Row) -> String {
    let bucket = match row.bucket() {
        Bucket::Present => "present",
        Bucket::EnRoute => "en-route",
        Bucket::Excused => "excused",
        Bucket::Absent => "absent",
        Bucket::Unconfirmed => "unconfirmed",
    };
    let at = [row.acked_at, row.departed_at, row.arrived_at, row.released_at];
    format!(
        "P{} {bucket} {:?}",
        row.person.0,
        at.map(|at| at.map_or(0, |at| at.unix_ms()))
    )
}

/// A row as the API shows it, in the model's words.
#[must_use]
pub fn row_of(row: &v1::Delivery) -> String {
    let at = [
        row.acked_at_unix_ms,
        row.departed_at_unix_ms,
        row.arrived_at_unix_ms,
        row.released_at_unix_ms,
    ];
    format!("P{} {} {at:?}", row.person_id, row.bucket)
}

impl Board {
    /// Takes over the lines of an answer; of a snapshot there are no others.
    pub fn take(&mut self, total: Option<&v1::BoardRow>, rows: &[v1::BoardRow], is_snapshot: bool) {
        if is_snapshot {
            self.lines.clear();
        }
        let shown = |row: &v1::BoardRow| line_of(row.counts.as_ref());
        self.lines.extend(total.map(|row| ("total".to_owned(), shown(row))));
        self.lines
            .extend(rows.iter().map(|row| (row.unit_code.clone(), shown(row))));
    }

    /// Takes over the orders of a message; of a snapshot there are no others.
    pub fn take_orders(&mut self, orders: &[v1::WatchedOrder], is_snapshot: bool) {
        let known = self.orders.get_or_insert_default();
        if is_snapshot {
            known.clear();
        }
        for order in orders {
            if order.status == "open" {
                known.insert(order.order_id, (order.version, line_of(order.total.as_ref())));
            } else {
                known.remove(&order.order_id);
            }
        }
    }
}
