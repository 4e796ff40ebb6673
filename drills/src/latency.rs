//! How long answers took.

use std::time::Duration;

use serde::Serialize;

/// Durations as they were measured.
#[derive(Debug, Clone, Default)]
pub(crate) struct Latencies(Vec<u32>);

impl Latencies {
    pub(crate) fn add(&mut self, duration: Duration) {
        self.0.push(u32::try_from(duration.as_micros()).unwrap_or(u32::MAX));
    }
    pub(crate) fn merge(&mut self, other: Self) {
        self.0.extend(other.0);
    }
    pub(crate) fn quantiles(mut self) -> Quantiles {
        self.0.sort_unstable();
        let at = |share: f64| {
            let index = ((self.0.len() as f64 * share).ceil() as usize).clamp(1, self.0.len().max(1)) - 1;
            self.0.get(index).map_or(0.0, |micros| f64::from(*micros) / 1_000.0)
        };
        Quantiles {
            count: self.0.len() as u64,
            p50_ms: at(0.50),
            p99_ms: at(0.99),
            max_ms: at(1.0),
        }
    }
}

/// How long answers took, in milliseconds; zeros if there was none.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Quantiles {
    /// How many were measured.
    pub count: u64,
    /// Half were faster.
    pub p50_ms: f64,
    /// One in a hundred was slower.
    pub p99_ms: f64,
    /// The slowest.
    pub max_ms: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_measured_values() {
        let mut latencies = Latencies::default();
        assert_eq!(latencies.clone().quantiles(), Quantiles::default());
        (1..=200).rev().for_each(|ms| latencies.add(Duration::from_millis(ms)));
        assert_eq!(
            latencies.quantiles(),
            Quantiles {
                count: 200,
                p50_ms: 100.0,
                p99_ms: 198.0,
                max_ms: 200.0
            }
        );
    }
}
