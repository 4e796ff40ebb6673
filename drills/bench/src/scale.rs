//! How much to do.

use std::path::PathBuf;

/// How much to do, and where.
#[derive(Debug, Clone)]
pub(crate) struct Scale {
    /// Share of the people, and of everything that is counted.
    pub(crate) share: f64,
    /// Repetitions of what is quick.
    pub(crate) runs: usize,
    /// Whether PostgreSQL and mosquitto are measured.
    pub(crate) peers: bool,
    /// Where everything is written: the disk that is measured.
    pub(crate) dir: PathBuf,
    /// The type of the file system there.
    pub(crate) disk: String,
}

impl Scale {
    /// The share of a number, at least some.
    pub(crate) fn of(&self, full: usize, least: usize) -> usize {
        ((full as f64 * self.share) as usize).max(least)
    }
    /// Repetitions of what takes its time.
    pub(crate) fn slow_runs(&self) -> usize {
        self.runs.div_ceil(2)
    }
}
