//! The numbers of a report: the board's and the orders', never typed.

use serde::{Deserialize, Serialize};

use crate::board::Scope;
use crate::id::ResponseId;
use crate::order::Counts;
use crate::state::State;

/// How many people, and how many orders. due = present + en route + excused + absent + unconfirmed (A1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Numbers {
    /// 应到
    pub due: u32,
    /// 实到
    pub present: u32,
    /// 在途
    pub en_route: u32,
    /// 请假
    pub excused: u32,
    /// 缺席
    pub absent: u32,
    /// 待确认
    pub unconfirmed: u32,
    /// 派遣中: deployed under an order of the response now, whether they have answered or not.
    pub deployed: u32,
    /// Orders that are open.
    pub open_orders: u32,
}

impl Numbers {
    /// Whether the sum holds (A1).
    pub fn adds_up(&self) -> bool {
        self.due == self.present + self.en_route + self.excused + self.absent + self.unconfirmed
    }
}

/// The numbers of a response as the state has them: the same as its board.
pub fn numbers(state: &State, response: ResponseId) -> Numbers {
    let mut all = Counts::default();
    let (mut deployed, mut open_orders) = (0, 0);
    for order in state.board_orders(Scope::Response(response)) {
        let current = order.current();
        all.merge(&current.ledger.total_once());
        open_orders += u32::from(current.is_open());
        let people = current.ledger.rows().iter().map(|row| row.person);
        deployed += people.filter(|person| state.duty(*person) == Some(order.id)).count() as u32;
    }
    let Counts {
        due,
        present,
        en_route,
        excused,
        absent,
        unconfirmed,
        delivered: _,
        acked: _,
        departed: _,
        late: _,
        unreached: _,
    } = all;
    Numbers {
        due,
        present,
        en_route,
        excused,
        absent,
        unconfirmed,
        deployed,
        open_orders,
    }
}
