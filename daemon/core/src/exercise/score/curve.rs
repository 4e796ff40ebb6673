//! What a report draws: the muster curve, and how long acknowledgements took.

use serde::{Deserialize, Serialize};

use super::figures::by;
use super::players::Player;

/// How many points a curve has in a report unless more are asked for: more than a page has dots across that one could tell apart.
pub const CURVE_POINTS: usize = 240;

/// How many had done what by when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Point {
    /// Milliseconds from the order.
    pub ms: u64,
    /// Had acknowledged by then.
    pub acked: u32,
    /// Had set out by then.
    pub departed: u32,
    /// Had arrived by then.
    pub arrived: u32,
}

impl Point {
    /// By how much the highest of the curves has risen since `earlier`.
    fn rise(&self, earlier: &Self) -> u32 {
        let Self {
            ms: _,
            acked,
            departed,
            arrived,
        } = self;
        [
            acked.saturating_sub(earlier.acked),
            departed.saturating_sub(earlier.departed),
            arrived.saturating_sub(earlier.arrived),
        ]
        .into_iter()
        .fold(0, u32::max)
    }
}

/// The muster curve (集结曲线) of these people: from nought at the order on, one point for each instant at which somebody did something,
/// as steps that hold until the next point; reduced to at most `points_max`, and at least the first and the last.
pub fn curve<'a>(players: impl IntoIterator<Item = &'a Player>, points_max: usize) -> Vec<Point> {
    let (mut acked, mut departed, mut arrived) = (Vec::new(), Vec::new(), Vec::new());
    for player in players.into_iter().filter(|player| player.outcome.counts()) {
        acked.extend(player.acked_ms);
        departed.extend(player.departed_ms);
        arrived.extend(player.arrived_ms);
    }
    let sorted = [&mut acked, &mut departed, &mut arrived];
    sorted.into_iter().for_each(|times| times.sort_unstable());
    let mut instants: Vec<u64> = [&acked, &departed, &arrived].into_iter().flatten().copied().collect();
    instants.push(0);
    instants.sort_unstable();
    instants.dedup();
    let every: Vec<Point> = instants
        .into_iter()
        .map(|ms| Point {
            ms,
            acked: by(&acked, ms),
            departed: by(&departed, ms),
            arrived: by(&arrived, ms),
        })
        .collect();
    reduce(&every, points_max.max(2))
}

/// The points that matter: with the smallest error that leaves at most `points_max`. No step that is higher than that error is lost, no
/// curve is ever further below the true one, and the points that are kept are true.
fn reduce(every: &[Point], points_max: usize) -> Vec<Point> {
    if every.len() <= points_max {
        return every.to_vec();
    }
    let (mut too_small, mut error) = (0, every.last().map_or(0, |last| last.rise(&Point::default())));
    while error - too_small > 1 {
        let middle = too_small + (error - too_small) / 2;
        if within(every, middle).len() <= points_max {
            error = middle;
        } else {
            too_small = middle;
        }
    }
    within(every, error)
}

/// The fewest points from which no curve is more than `error` below the true one until the next; the first and the last in any case.
fn within(every: &[Point], error: u32) -> Vec<Point> {
    let mut kept: Vec<Point> = Vec::new();
    for (index, point) in every.iter().enumerate() {
        let matters = kept.last().is_none_or(|last| point.rise(last) > error);
        if matters || index + 1 == every.len() {
            kept.push(*point);
        }
    }
    kept
}

/// Ends of the bars of a histogram, in milliseconds: fine where most answer, coarse after.
pub const BARS_MS: [u64; 11] = [
    30_000, 60_000, 90_000, 120_000, 180_000, 300_000, 600_000, 900_000, 1_800_000, 3_600_000, 7_200_000,
];

/// One bar: those who took longer than the bar before ends, and not longer than this one does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bar {
    /// Up to and with this; none: whatever took longer than the last of [`BARS_MS`].
    pub until_ms: Option<u64>,
    /// How many.
    pub people: u32,
}

/// How long acknowledgements took.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Histogram {
    /// All bars, also empty ones, so that two runs can be laid side by side.
    pub bars: Vec<Bar>,
    /// Those of the target who never acknowledged.
    pub never: u32,
}

/// The histogram of `target` people of whom some acknowledged at these `times`, which are sorted.
pub fn histogram(times: &[u64], target: u32) -> Histogram {
    let mut before = 0;
    let mut bars: Vec<Bar> = Vec::with_capacity(BARS_MS.len() + 1);
    for until_ms in BARS_MS.map(Some).into_iter().chain([None]) {
        let up_to = by(times, until_ms.unwrap_or(u64::MAX));
        let people = up_to - before;
        bars.push(Bar { until_ms, people });
        before = up_to;
    }
    Histogram {
        bars,
        never: target.saturating_sub(before),
    }
}
