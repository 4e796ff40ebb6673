//! No double delivery: the key of an attempt (order, version, person, channel, number) is journaled once (O2).

use std::collections::BTreeSet;

use baiying_core::event::Event;
use baiying_core::id::{OrderId, PersonId};

use super::{Held, hold};

/// The attempts that were journaled.
#[derive(Default)]
pub(super) struct Attempts(BTreeSet<(OrderId, u32, PersonId, usize, u8)>);

impl Attempts {
    pub(super) fn event(&mut self, event: &Event) -> Held {
        if let Event::AttemptRecorded {
            order,
            version,
            channel,
            number,
            people,
        } = event
        {
            for person in people.iter() {
                let key = (*order, *version, person, *channel as usize, *number);
                hold("attempts", self.0.insert(key), || {
                    format!("attempt {number} over {channel:?} of {order} version {version} to {person} was made twice")
                })?;
            }
        }
        Ok(())
    }
}
