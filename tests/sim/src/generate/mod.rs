//! Who asks for what: random commands from somebody who knows the domain, mostly sensible, some wrong, stale or said twice.

mod centre;
mod field;
mod response;
mod roster;

use baiying_core::State;
use baiying_core::id::{OrderId, PersonId};
use baiying_core::order::{OrderVersion, led_by};

use crate::dice::Dice;
use crate::district::District;

pub(crate) use centre::{approver, centre, tenant};
pub(crate) use field::{desk, facts, gateway, lead, own};

/// What a client knows when it asks.
pub(crate) struct Draw<'a> {
    /// What the journal tells of. By the time a request arrives this is old.
    pub(crate) state: &'a State,
    /// The district as it was made.
    pub(crate) district: &'a District,
    /// Chance.
    pub(crate) dice: &'a mut Dice,
    /// The client's clock.
    pub(crate) now: i64,
    /// How often something is wrong, in a hundred.
    pub(crate) wrong: u32,
}

impl Draw<'_> {
    fn is_wrong(&mut self) -> bool {
        self.dice.percent(self.wrong)
    }

    /// An order, mostly an open one.
    fn order(&mut self) -> OrderId {
        if self.is_wrong() {
            return OrderId(*self.dice.one(&[0, 99, u32::MAX]));
        }
        let open = self.state.orders.iter().filter(|order| order.current().is_open());
        let open = self
            .dice
            .any(open.map(|order| order.id))
            .filter(|_| self.dice.percent(90));
        open.or_else(|| self.dice.any(self.state.orders.iter().map(|order| order.id)))
            .unwrap_or(OrderId(1))
    }

    fn current(&self, order: OrderId) -> Option<&OrderVersion> {
        self.state.orders.get(order).map(|order| order.current())
    }

    /// A version as somebody read it.
    fn version(&mut self, order: OrderId) -> u32 {
        let current = self.current(order).map_or(1, |current| current.version);
        match self.dice.below(20) {
            0 => current + 1,
            1 | 2 => current.saturating_sub(1),
            3..=9 => 0,
            _ => current,
        }
    }

    fn person(&mut self) -> PersonId {
        if self.is_wrong() {
            return PersonId(*self.dice.one(&[0, 999, u32::MAX]));
        }
        PersonId(self.dice.between(1, i64::from(self.district.people)) as u32)
    }

    /// Some people: of an order and, if there is one, of a lead.
    fn people(&mut self, order: OrderId, lead: Option<PersonId>) -> Vec<PersonId> {
        let mut all: Vec<PersonId> = match lead {
            Some(lead) => led_by(self.state, lead).iter().collect(),
            None => self
                .current(order)
                .map(|current| current.ledger.rows().iter().map(|row| row.person).collect())
                .unwrap_or_default(),
        };
        let wanted = self.dice.between(1, 4);
        let mut some = Vec::new();
        for _ in 0..wanted {
            if all.is_empty() || self.is_wrong() {
                some.push(self.person());
            } else {
                let at = self.dice.below(all.len() as u64) as usize;
                some.push(all.swap_remove(at));
            }
        }
        some
    }

    fn unit(&mut self) -> Box<str> {
        if self.is_wrong() {
            return (*self.dice.one(&["X9", "", "a b"])).into();
        }
        self.district.unit(self.dice)
    }

    fn point(&mut self) -> Box<str> {
        if self.is_wrong() {
            return (*self.dice.one(&["nowhere", "M0", "M99"])).into();
        }
        self.district.point_code(self.dice)
    }

    fn text(&mut self, usual: &str) -> Box<str> {
        if self.is_wrong() { "".into() } else { usual.into() }
    }
}
