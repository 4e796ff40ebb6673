//! Looks at the disk, so that work is refused before the journal is at risk, and taken again when there is room.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::sync::watch;

use crate::config::DiskConfig;
use crate::engine::{DiskLevel, EngineHandle};
use crate::telemetry::metrics;

/// How often. In this time less is written than is set aside.
const EVERY: Duration = Duration::from_millis(250);

/// Looks once, and then until the daemon stops.
pub(crate) fn watch(dir: &Path, config: DiskConfig, engine: EngineHandle, mut stopping: watch::Receiver<bool>) {
    let dir = dir.to_owned();
    look(&dir, &config, &engine);
    tokio::spawn(async move {
        let mut every = tokio::time::interval(EVERY);
        loop {
            tokio::select! {
                _ = stopping.wait_for(|stopping| *stopping) => break,
                _ = every.tick() => look(&dir, &config, &engine),
            }
        }
    });
}

fn look(dir: &PathBuf, config: &DiskConfig, engine: &EngineHandle) {
    let free = match rustix::fs::statvfs(dir) {
        Ok(found) => found.f_bavail.saturating_mul(found.f_frsize),
        Err(error) => {
            tracing::warn!(dir = %dir.display(), %error, "cannot tell how much space is free");
            return;
        }
    };
    let room = engine.published().journal().room();
    let (before, now) = engine.admission().note(free, room, config);
    metrics::disk_free(free);
    if before == now {
        return;
    }
    match now {
        DiskLevel::Ample => tracing::info!(free, "the disk has room again: everything is taken"),
        DiskLevel::Low => tracing::error!(free, "the disk is nearly full: only reports from the field are taken"),
        DiskLevel::Full => tracing::error!(free, "the disk is full: nothing is taken, what is durable is served"),
    }
}
