//! What happens at times of the day: somebody has to say that time has passed. Whether anything is due, the core knows.
//!
//! The scheduler does one thing: it says so once a minute. It freezes zones, skips what it missed and drops bursts (all measured), so
//! no schedule is in its hands: an hour missed or told twice changes nothing, and when it falls silent, that is said aloud and somebody
//! else says that time has passed.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use baiying_core::command::{Actor, Command};
use baiying_core::readiness::GapKind;
use baiying_core::word;
use tokio::sync::watch;
use tokio_cron_scheduler::{Job, JobScheduler};

use crate::clock::SharedClock;
use crate::engine::{EngineHandle, Priority};
use crate::telemetry::metrics;

/// Once a minute.
const EVERY_MINUTE: &str = "0 * * * * *";
/// Three of its turns: silence longer than that is none of its usual lateness.
const SILENT_MS: i64 = 3 * 60_000;

struct Ticker {
    engine: EngineHandle,
    clock: SharedClock,
    /// When it last ticked.
    last: AtomicI64,
}

/// Ticks once, and then every minute until the daemon stops.
///
/// # Errors
/// When the scheduler cannot be started.
pub(crate) async fn start(
    engine: EngineHandle,
    clock: SharedClock,
    mut stopping: watch::Receiver<bool>,
) -> anyhow::Result<()> {
    let ticker = Arc::new(Ticker {
        last: AtomicI64::new(clock.now().unix_ms()),
        engine,
        clock,
    });
    let mut scheduler = JobScheduler::new().await?;
    let ticks = Arc::clone(&ticker);
    let job = Job::new_async(EVERY_MINUTE, move |_id, _scheduler| {
        let ticks = Arc::clone(&ticks);
        Box::pin(async move {
            ticks.last.store(ticks.clock.now().unix_ms(), Ordering::Relaxed);
            ticks.tick().await;
        })
    })?;
    scheduler.add(job).await?;
    scheduler.start().await?;
    tokio::spawn(async move {
        // What was due while the daemon was down is not left for the next minute.
        ticker.tick().await;
        let mut look = tokio::time::interval(Duration::from_secs(60));
        loop {
            let is_over = tokio::select! {
                _ = stopping.wait_for(|stopping| *stopping) => true,
                _ = look.tick() => false,
            };
            if is_over {
                break;
            }
            ticker.watch().await;
        }
        if let Err(error) = scheduler.shutdown().await {
            tracing::warn!(%error, "the scheduler did not stop");
        }
    });
    Ok(())
}

impl Ticker {
    /// Says that time has passed, and aloud what that brought up.
    async fn tick(&self) {
        let before = self.engine.published().read().readiness.evaluations().len();
        let actor = Actor("baiyingd:schedule".into());
        // Refused when the disk or the queue is full: said again in a minute.
        if let Err(refusal) = self
            .engine
            .submit(Priority::Command, actor, None, (0, 0), Command::Tick)
            .await
        {
            tracing::debug!(?refusal, "the tick was not taken");
            return;
        }
        self.say_aloud(before);
    }

    /// Metrics of what is missing, and a line of the log for what came up in the evaluations after the first so many.
    fn say_aloud(&self, before: usize) {
        let state = self.engine.published().read();
        for (kind, word) in GapKind::ALL {
            let open = state.readiness.open().keys().filter(|(_, open)| *open == kind).count();
            metrics::readiness_gaps(word, open as u64);
        }
        for (unit, kind) in state
            .readiness
            .evaluations()
            .iter()
            .skip(before)
            .flat_map(|found| &found.came_up)
        {
            let (unit, kind) = (&state.org.get(*unit).code, word::of(&GapKind::ALL, *kind));
            metrics::readiness_gap_came_up(kind);
            tracing::warn!(%unit, kind, "not ready");
        }
    }

    /// Ticks in place of a scheduler that has fallen silent.
    async fn watch(&self) {
        let silent_ms = self.clock.now().unix_ms() - self.last.load(Ordering::Relaxed);
        if silent_ms.abs() > SILENT_MS {
            metrics::schedule_silent();
            tracing::error!(silent_ms, "the scheduler is silent; its work is done all the same");
            self.tick().await;
        }
    }
}
