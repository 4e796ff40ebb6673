//! Forecast: "if called now, 80 % arrive within …", from what people did in the last runs, by resampling (bootstrap).
//!
//! A resample draws as many runs as there are with replacement, and of each run drawn as many people as it has with replacement: people
//! of one night resemble each other, and an interval that drew all of them alike would claim to know more than it does. Those who never
//! arrived stay in, as "never". Lots are drawn from the numbers of the runs, so that the same runs give the same answer on every machine.
//! (A lot modulo the number of people favours the first of them by less than one in 10^15.)

use serde::{Deserialize, Serialize};

use super::figures::rank;
use super::players::players;
use crate::exercise::fact::Fact;
use crate::id::UnitId;
use crate::lot::draw;

/// How a forecast is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForecastPolicy {
    /// Share of the people who are to have arrived, in percent.
    pub arrive_percent: u8,
    /// How many of the last runs count.
    pub runs: usize,
    /// With fewer runs there is no forecast.
    pub runs_min: usize,
    /// With fewer people, each counted in each run, there is no forecast.
    pub people_min: usize,
    /// How many resamples are drawn.
    pub resamples: usize,
    /// How sure the interval is, in percent.
    pub interval_percent: u8,
    /// If in more than so many ‰ of the resamples that share never arrives, there is no time to be told.
    pub never_permille: u32,
}

impl Default for ForecastPolicy {
    fn default() -> Self {
        Self {
            arrive_percent: 80,
            runs: 5,
            runs_min: 2,
            people_min: 20,
            resamples: 1000,
            interval_percent: 90,
            never_permille: 500,
        }
    }
}

/// One run that called people to go somewhere, and was carried to its end.
#[derive(Debug, Clone, Copy)]
pub struct PastMuster<'a> {
    /// Its number: later runs have higher ones.
    pub run: u32,
    /// What each person did.
    pub facts: &'a [Fact],
}

/// When people would arrive who were called now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Forecast {
    /// So many percent of them within a time.
    Within(Within),
    /// So many percent of them never would.
    NotReached(NotReached),
    /// There is too little to go by.
    NotEnoughData(NotEnoughData),
}

/// A time within which a share arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Within {
    /// Share, in percent.
    pub arrive_percent: u8,
    /// By the runs as they were.
    pub ms: u64,
    /// Lower end of the interval.
    pub low_ms: u64,
    /// Upper end of it; none: it may never be reached.
    pub high_ms: Option<u64>,
    /// Out of how many runs.
    pub runs: usize,
    /// And how many people, each counted in each run.
    pub people: usize,
}

/// A share that does not arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotReached {
    /// Share that was asked for, in percent.
    pub arrive_percent: u8,
    /// Share that does arrive, in ‰, rounded down.
    pub arrives_permille: u32,
    /// Out of how many runs.
    pub runs: usize,
    /// And how many people, each counted in each run.
    pub people: usize,
}

/// What is missing for a forecast.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotEnoughData {
    /// How many runs there are.
    pub runs: usize,
    /// How many there must be.
    pub runs_needed: usize,
    /// How many people there are, each counted in each run.
    pub people: usize,
    /// How many there must be.
    pub people_needed: usize,
}

/// Stands for "never": later than any time.
pub(super) const NEVER: u64 = u64::MAX;

/// Foretells when the people of the units that `is_of` holds for would arrive, from the last of these runs that called any of them. Who
/// was simulated, excused or taken by a real event says nothing about that and is left out.
pub fn forecast(musters: &[PastMuster<'_>], is_of: impl Fn(UnitId) -> bool, policy: &ForecastPolicy) -> Forecast {
    foretell(observed(musters, is_of, policy.runs), policy)
}

/// The same from what is observed: the last runs, oldest first, with the times of arrival in the order of the people.
pub(super) fn foretell(runs: Vec<(u32, Vec<u64>)>, policy: &ForecastPolicy) -> Forecast {
    let mut pooled: Vec<u64> = runs.iter().flat_map(|(_, times)| times).copied().collect();
    if runs.len() < policy.runs_min.max(1) || pooled.len() < policy.people_min.max(1) {
        return Forecast::NotEnoughData(NotEnoughData {
            runs: runs.len(),
            runs_needed: policy.runs_min.max(1),
            people: pooled.len(),
            people_needed: policy.people_min.max(1),
        });
    }
    let numbers: Vec<u64> = runs.iter().map(|(run, _)| u64::from(*run)).collect();
    let times: Vec<Vec<u64>> = runs.into_iter().map(|(_, times)| times).collect();
    let percent = usize::from(policy.arrive_percent.min(100));
    let resampled = resample(&times, percent, policy.resamples.max(1), draw(0, &numbers));
    let point = quantile(&mut pooled, percent);
    let never = resampled.len() - resampled.partition_point(|ms| *ms < NEVER);
    let too_often = never as u64 * 1000 > u64::from(policy.never_permille) * resampled.len() as u64;
    if point == NEVER || too_often {
        let arrived = pooled.iter().filter(|ms| **ms < NEVER).count();
        return Forecast::NotReached(NotReached {
            arrive_percent: policy.arrive_percent.min(100),
            arrives_permille: u32::try_from(arrived * 1000 / pooled.len()).unwrap_or(1000),
            runs: times.len(),
            people: pooled.len(),
        });
    }
    let (low, high) = interval(&resampled, policy.interval_percent);
    let high = high.max(point);
    Forecast::Within(Within {
        arrive_percent: policy.arrive_percent.min(100),
        ms: point,
        low_ms: low.min(point),
        high_ms: (high < NEVER).then_some(high),
        runs: times.len(),
        people: pooled.len(),
    })
}

/// The last runs that called these people, oldest first, with the times of arrival in the order of the people.
fn observed(musters: &[PastMuster<'_>], is_of: impl Fn(UnitId) -> bool, runs_max: usize) -> Vec<(u32, Vec<u64>)> {
    let mut sorted: Vec<&PastMuster<'_>> = musters.iter().collect();
    sorted.sort_by_key(|muster| muster.run);
    let mut runs = Vec::new();
    for muster in sorted.into_iter().rev() {
        if runs.len() >= runs_max {
            break;
        }
        let times: Vec<u64> = players(muster.facts)
            .iter()
            .filter(|player| !player.is_simulated && player.outcome.counts() && is_of(player.unit))
            .map(|player| player.arrived_ms.unwrap_or(NEVER))
            .collect();
        if !times.is_empty() {
            runs.push((muster.run, times));
        }
    }
    runs.reverse();
    runs
}

/// The quantile of each resample, sorted.
fn resample(runs: &[Vec<u64>], percent: usize, resamples: usize, seed: u64) -> Vec<u64> {
    let mut drawn: Vec<u64> = Vec::with_capacity(runs.iter().map(Vec::len).sum());
    let mut quantiles: Vec<u64> = (0..resamples as u64)
        .map(|resample| {
            let of_resample = draw(seed, &[resample]);
            drawn.clear();
            for slot in 0..runs.len() as u64 {
                let of_run = draw(of_resample, &[slot]);
                let run = &runs[pick(of_run, runs.len())];
                drawn.extend((0..run.len() as u64).map(|person| run[pick(draw(of_run, &[person]), run.len())]));
            }
            quantile(&mut drawn, percent)
        })
        .collect();
    quantiles.sort_unstable();
    quantiles
}

/// A place among `of`, which is not nought.
fn pick(lot: u64, of: usize) -> usize {
    usize::try_from(lot % of as u64).unwrap_or(0)
}

/// The time by which `percent` of `times` is reached, by the nearest rank.
fn quantile(times: &mut [u64], percent: usize) -> u64 {
    let at = rank(percent, times.len()) - 1;
    *times.select_nth_unstable(at).1
}

/// The ends that leave half of what is not in the interval on either side, by the nearest rank.
fn interval(sorted: &[u64], percent: u8) -> (u64, u64) {
    let outside = usize::from(100 - percent.min(100)) * sorted.len() / 200;
    (
        sorted[outside.min(sorted.len() - 1)],
        sorted[sorted.len() - 1 - outside.min(sorted.len() - 1)],
    )
}
