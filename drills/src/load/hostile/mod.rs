//! Load under hostility: what some clients do to a daemon, and whether the others notice. A file a scenario.
//!
//! A scenario says what held and what did not: delivery to the healthy, refusals, bounded memory, recovery. Times are reported and
//! never judged: machines differ.

mod big_messages;
mod crowd;
mod file_limit;
mod floods;
mod ground;
mod non_readers;
mod raw;
mod reconnect;
mod slow_hello;
mod small_frames;

pub use big_messages::{BigMessages, big_messages};
pub use file_limit::{FileLimit, file_limit};
pub use floods::{Floods, floods};
pub use non_readers::{NonReaders, non_readers};
pub use reconnect::{Reconnect, reconnect};
pub use slow_hello::{SlowHello, slow_hello};
pub use small_frames::{SmallFrames, small_frames};

use std::time::Duration;

use crowd::{Crowd, Fared};
use ground::Ground;
use tokio::time::{Instant, sleep};

use crate::process::Daemon;

/// How long something that comes by itself is waited for.
const PATIENCE: Duration = Duration::from_secs(60);
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// One thing that was to hold.
#[derive(Debug, Clone)]
pub struct Row {
    /// What.
    pub what: String,
    /// Whether it did.
    pub held: bool,
    /// The numbers.
    pub measured: String,
}

fn row(what: impl Into<String>, held: bool, measured: impl Into<String>) -> Row {
    Row {
        what: what.into(),
        held,
        measured: measured.into(),
    }
}

/// An order to the healthy while something goes on: all of them are to have it.
async fn order_reaches(ground: &mut Ground, crowd: &Crowd, during: &str) -> anyhow::Result<Row> {
    let Fared { reached, last_ms } = crowd.have(ground.issue().await?).await;
    Ok(row(
        format!("an order reaches the healthy {during}"),
        reached == crowd.streams(),
        format!("{reached} of {}, the last after {last_ms:.0} ms", crowd.streams()),
    ))
}

/// Memory before and after, against what it may grow by.
fn memory(daemon: &Daemon, before: u64, may_grow: u64) -> Row {
    let after = daemon.resident_bytes();
    row(
        format!("memory grows by less than {} MB", may_grow >> 20),
        after < before + may_grow,
        format!("{} → {} MB", before >> 20, after >> 20),
    )
}

/// Looks until something is so; false if it never was.
async fn becomes(mut is_so: impl AsyncFnMut() -> anyhow::Result<bool>) -> anyhow::Result<bool> {
    let deadline = Instant::now() + PATIENCE;
    while !is_so().await? {
        if Instant::now() > deadline {
            return Ok(false);
        }
        sleep(LOOK_AGAIN).await;
    }
    Ok(true)
}
