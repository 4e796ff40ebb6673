//! How much is tried: `BAIYING_FAULTS=smoke` (what `make test` runs), `full` (what `make soak` runs) or a factor in between and
//! beyond; `BAIYING_SEED` says which random choices.

use anyhow::Context as _;

/// How much of each fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scale {
    factor: u64,
    /// Of all random choices.
    pub seed: u64,
}

impl Scale {
    /// As the environment says.
    ///
    /// # Errors
    /// If it says something else.
    pub fn from_env() -> anyhow::Result<Self> {
        let factor = match std::env::var("BAIYING_FAULTS").as_deref() {
            Err(_) | Ok("smoke") => 1,
            Ok("full") => 20,
            Ok(number) => number.parse().ok().filter(|factor| *factor > 0).with_context(|| {
                format!("BAIYING_FAULTS={number:?} is neither smoke nor full nor a factor from 1 on")
            })?,
        };
        let seed = match std::env::var("BAIYING_SEED") {
            Err(_) => 1,
            Ok(text) => text
                .parse()
                .with_context(|| format!("BAIYING_SEED={text:?} is no number"))?,
        };
        Ok(Self { factor, seed })
    }

    /// Whether this is the short run.
    #[must_use]
    pub fn is_smoke(self) -> bool {
        self.factor == 1
    }

    /// `smoke` in the short run, as many times more in a longer one.
    #[must_use]
    pub fn times(self, smoke: u64) -> u64 {
        smoke * self.factor
    }

    /// Every how manyth of something that is tried one by one: all of it from the tenfold on.
    #[must_use]
    pub fn stride(self, smoke: usize) -> usize {
        if self.factor >= 10 { 1 } else { smoke }
    }

    /// How to do the same again.
    #[must_use]
    pub fn repeat(self, test: &str) -> String {
        format!(
            "repeat it with: BAIYING_FAULTS={} BAIYING_SEED={} cargo nextest run --release -p baiying-faults {test}",
            self.factor, self.seed
        )
    }
}
