//! Plan spot checks.

use super::Planned;
use crate::command::{Answer, Context};
use crate::decide::Decision;
use crate::event::Event;
use crate::id::{SpotCheckId, Timestamp, UnitId};
use crate::lot;
use crate::rejection::Rejection;
use crate::state::State;

/// Plans a check of each unit with a duty roster, or of some drawn by lot; at an instant, or at one drawn from a window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanSpotChecks {
    /// Code of the unit; with everything under it.
    pub unit_code: Box<str>,
    /// How many units at most, drawn by lot; 0: every one.
    pub sample: u32,
    /// When, or the beginning of the window.
    pub from: i64,
    /// End of the window, not included; 0: at `from` sharp.
    pub until: i64,
    /// The lot.
    pub seed: u64,
}

/// A window is no longer than this: a check that may come at any time of a year is no check.
const WINDOW_MAX_MS: i64 = 31 * 24 * 60 * 60 * 1000;

impl PlanSpotChecks {
    pub(crate) fn decide(&self, state: &State, context: &Context) -> Result<Decision, Rejection> {
        let Self {
            unit_code,
            sample,
            from,
            until,
            seed,
        } = self;
        let unit = state.org.by_code(unit_code).ok_or_else(|| Rejection::UnknownUnit {
            code: unit_code.clone(),
        })?;
        let last = if *until == 0 { from.saturating_add(1) } else { *until };
        let (from, until) = (Timestamp::from_unix_ms(*from), Timestamp::from_unix_ms(last));
        if from < context.at || until <= from || until.ms_since(from) > WINDOW_MAX_MS {
            return Err(Rejection::SpotCheckWindow);
        }
        let mut units: Vec<UnitId> = state.org.subtree(unit.id);
        units.retain(|unit| state.rosters.has_roster(*unit));
        if units.is_empty() {
            return Err(Rejection::NoDutyRoster {
                unit: unit_code.clone(),
            });
        }
        if *sample > 0 {
            units.sort_by_key(|unit| (lot::draw(*seed, &[0, u64::from(unit.0)]), *unit));
            units.truncate(*sample as usize);
        }
        units.sort();
        let width = until.ms_since(from).unsigned_abs();
        let first = state.spot_checks.next_id().0;
        let checks: Vec<Planned> = (first..)
            .zip(units)
            .map(|(id, unit)| Planned {
                id: SpotCheckId(id),
                unit,
                from,
                until,
                at: from.plus_ms(lot::draw(*seed, &[1, u64::from(unit.0)]) % width),
            })
            .collect();
        let ids = checks.iter().map(|check| check.id).collect();
        Ok(Decision::new(
            vec![Event::SpotChecksPlanned { checks }],
            Answer::SpotChecks(ids),
        ))
    }
}
