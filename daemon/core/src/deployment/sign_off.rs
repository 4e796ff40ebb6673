//! Give a sign-off that a release waits for (ICS 221 block of unit sign-offs).

use crate::decide::Decision;
use crate::event::Event;
use crate::id::OrderId;
use crate::rejection::Rejection;
use crate::state::State;

/// Signs one of an order's sign-offs. Signing again changes nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignOff {
    /// Which order.
    pub order: OrderId,
    /// Which sign-off.
    pub name: Box<str>,
}

impl SignOff {
    pub(crate) fn decide(&self, state: &State) -> Result<Decision, Rejection> {
        let Self { order, name } = self;
        let current = state
            .orders
            .get(*order)
            .ok_or(Rejection::UnknownOrder { order: *order })?
            .current();
        if !current.spec.sign_offs.contains(name) {
            return Err(Rejection::UnknownSignOff {
                order: *order,
                name: name.clone(),
            });
        }
        if current.signed.iter().any(|(signed, _, _)| signed == name) {
            return Ok(Decision::done(Vec::new()));
        }
        Ok(Decision::done(vec![Event::SignedOff {
            order: *order,
            name: name.clone(),
        }]))
    }
}
