//! The backends that keep a journal in a directory. A new one is a line in each of these.

use std::path::Path;
use std::str::FromStr;

use baiying_journal::{DiskJournal, Journal, JournalError, Options};

/// Size of the log's files.
const SEGMENT_BYTES: u64 = 128 << 10;

/// Where records are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// Files of our own.
    Log,
    /// sled 0.34.7 with what makes it durable.
    Sled,
}

impl Backend {
    /// All of them: every fault is tried on each.
    pub const ALL: &[Self] = &[Self::Log, Self::Sled];

    /// The one the daemon uses.
    pub const OF_DAEMON: Self = Self::Log;

    /// Opens the journal in `dir`, or creates one.
    ///
    /// # Errors
    /// Why it cannot vouch for it.
    pub fn open(self, dir: &Path) -> Result<Box<dyn Journal>, JournalError> {
        let options = Options {
            backend: match self {
                Self::Log => baiying_journal::Backend::Log,
                Self::Sled => baiying_journal::Backend::Sled,
            },
            // Small, so that the workload begins several files; and because thousands of journals are opened.
            segment_bytes: SEGMENT_BYTES,
            cache_bytes: 16 << 20,
            ..Options::default()
        };
        Ok(Box::new(DiskJournal::open(dir, &options)?))
    }

    /// What the command line of the workload calls it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Log => "log",
            Self::Sled => "sled",
        }
    }

    /// What it may take of the disk besides thrice what is live: segments that are reused or made in advance.
    #[must_use]
    pub fn slack_bytes(self) -> u64 {
        match self {
            // The file that is written, the one that is ready, and the one that still holds a record that is kept.
            Self::Log => 3 * SEGMENT_BYTES,
            // sled collects segments of 512 KiB at leisure.
            Self::Sled => 8 << 20,
        }
    }

    /// May refuse its files, with a diagnosis and nothing acknowledged lost in silence, after a power loss *between* two
    /// answers, when writes that were never synced reached the disk in part. Known of sled 0.34.7, which writes over what it
    /// still needs and panics when it opens the result.
    #[must_use]
    pub fn may_refuse_between_answers(self) -> bool {
        match self {
            Self::Log => false,
            Self::Sled => true,
        }
    }
}

impl Backend {
    /// May hang when a call fails, instead of stopping with an error. Seen of sled 0.34.7, rarely: whoever waits for its flush is not
    /// told that the flush of another thread failed. Killed then, nothing acknowledged may be missing.
    #[must_use]
    pub fn may_hang_when_a_call_fails(self) -> bool {
        match self {
            Self::Log => false,
            Self::Sled => true,
        }
    }
}

impl FromStr for Backend {
    type Err = anyhow::Error;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.iter().find(|backend| backend.name() == name);
        found
            .copied()
            .ok_or_else(|| anyhow::anyhow!("there is no backend {name:?}"))
    }
}
