//! A timer fires once, and no timeout makes anybody acknowledged.

use std::collections::BTreeSet;

use baiying_core::event::Event;
use baiying_core::id::OrderId;

use super::{Held, hold};

/// What has fired.
#[derive(Default)]
pub(super) struct Timers(BTreeSet<(OrderId, u32, Which)>);

#[derive(PartialEq, Eq, PartialOrd, Ord, Debug, Clone, Copy)]
enum Which {
    Step(u8),
    Acknowledge,
    Arrive,
}

impl Timers {
    #[expect(clippy::wildcard_enum_match_arm, reason = "every other event is no timer's")]
    pub(super) fn event(&mut self, event: &Event) -> Held {
        let (order, version, which) = match event {
            Event::EscalationStepped {
                order, version, step, ..
            } => (*order, *version, Which::Step(*step)),
            Event::AckDeadlinePassed { order, version, .. } => (*order, *version, Which::Acknowledge),
            Event::ArrivalDeadlinePassed { order, version, .. } => (*order, *version, Which::Arrive),
            _other => return Ok(()),
        };
        hold("timers", self.0.insert((order, version, which)), || {
            format!("{which:?} of {order} version {version} fired twice")
        })
    }
}
