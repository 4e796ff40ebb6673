//! Units against each other, with a guard: a handful of people say nothing about their unit, and a line of one would name a person.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::figures::{Crowd, Figures};
use super::players::Player;
use super::rate::{RatingPolicy, rate};
use crate::exercise::objective::Objective;
use crate::id::UnitId;

/// One unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitLine {
    /// Which.
    pub unit: UnitId,
    /// What came of its people.
    pub figures: Figures,
    /// Score of the objectives on people, in tenths; injects are the whole run's.
    pub score: Option<u16>,
    /// Place by score, from 1: equal scores share it, and the next place is left out for each. None: no score.
    pub rank: Option<u32>,
}

/// The units that are too small to be compared, together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SmallUnits {
    /// How many.
    pub units: u32,
    /// What came of their people.
    pub figures: Figures,
}

/// All units of a run.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct League {
    /// Those large enough, by rank; those without one last; of equal ones, by id.
    pub units: Vec<UnitLine>,
    /// The others; never ranked.
    pub small: Option<SmallUnits>,
}

/// Compares the units of these people. A unit is too small if fewer than `unit_min` of its people count: those who are excused or taken
/// by a real event make no unit larger.
pub fn league<'a>(
    players: impl IntoIterator<Item = &'a Player>,
    objectives: &[Objective],
    unit_min: u32,
    policy: &RatingPolicy,
) -> League {
    let mut by_unit: BTreeMap<UnitId, Vec<&Player>> = BTreeMap::new();
    for player in players {
        by_unit.entry(player.unit).or_default().push(player);
    }
    let mut units = Vec::new();
    let (mut small, mut of_small) = (0_u32, Vec::new());
    for (unit, players) in by_unit {
        let crowd = Crowd::of(players.iter().copied());
        if crowd.figures.target < unit_min {
            small += 1;
            of_small.extend(players);
            continue;
        }
        let score = rate(objectives, &crowd, &[], &[], policy).score;
        units.push(UnitLine {
            unit,
            figures: crowd.figures,
            score,
            rank: None,
        });
    }
    units.sort_by_key(|line| (std::cmp::Reverse(line.score), line.unit));
    rank(&mut units);
    League {
        units,
        small: (small > 0).then(|| SmallUnits {
            units: small,
            figures: Crowd::of(of_small).figures,
        }),
    }
}

/// Numbers lines that are sorted by score, best first.
fn rank(units: &mut [UnitLine]) {
    let mut before: Option<(u16, u32)> = None;
    for (place, line) in (1_u32..).zip(units) {
        let Some(score) = line.score else { continue };
        let rank = match before {
            Some((same, rank)) if same == score => rank,
            Some(_) | None => place,
        };
        line.rank = Some(rank);
        before = Some((score, rank));
    }
}
