//! The switch: who decided on a level, who commands, what the end of a response leaves behind, and that nobody's home changed.

use baiying_core::event::{Entry, Event};
use baiying_core::id::{Timestamp, UnitId};
use baiying_core::response::Phase;
use baiying_core::{State, laws};

use super::{Held, hold, lawful};

const CHECK: &str = "switched";

/// Home units as they were last recorded.
#[derive(Default)]
pub(super) struct Switched {
    homes: Vec<UnitId>,
}

impl Switched {
    /// An entry was read; this is the state before it.
    pub(super) fn decided(&self, before: &State, entry: &Entry) -> Held {
        lawful(CHECK, laws::responses_decided(before, entry))
    }

    /// An entry was evolved.
    pub(super) fn entry(&mut self, after: &State, entry: &Entry) -> Held {
        let recorded = |event: &Event| matches!(event, Event::PersonRecorded { .. });
        let homes = after.people.iter().map(|person| person.home_unit);
        if entry.events.iter().any(recorded) {
            self.homes = homes.collect();
        } else {
            hold(CHECK, homes.eq(self.homes.iter().copied()), || {
                format!("somebody's home unit changed with {:?}", entry.events)
            })?;
        }
        lawful(CHECK, laws::responses(after))
    }
}

/// No provisional start is past its time.
pub(super) fn nothing_lingers(state: &State, at: Timestamp) -> Held {
    for row in state.responses.iter().filter(|row| row.is_active()) {
        let is_over = matches!(row.phase, Phase::Provisional { until } if until <= at);
        hold(CHECK, !is_over, || {
            format!("{} is {:?} at {at:?} and did not lapse", row.id, row.phase)
        })?;
    }
    Ok(())
}
