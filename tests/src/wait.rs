//! Patience: things are waited for by looking again, up to a deadline that is far beyond what they take.

use std::time::Duration;

use tokio::time::{Instant, sleep, timeout};

/// How long anything may take before the test fails. Generous: a slow machine is not a defect.
pub const PATIENCE: Duration = Duration::from_secs(60);
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// Looks until there is something.
///
/// # Errors
/// If there is nothing after [`PATIENCE`].
pub async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> anyhow::Result<Option<T>>) -> anyhow::Result<T> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look().await? {
            return Ok(found);
        }
        anyhow::ensure!(Instant::now() < deadline, "waited {PATIENCE:?} in vain: {what}");
        sleep(LOOK_AGAIN).await;
    }
}

/// Waits for something that comes by itself.
///
/// # Errors
/// If it has not come after [`PATIENCE`].
pub async fn within<T>(what: &str, coming: impl Future<Output = T>) -> anyhow::Result<T> {
    timeout(PATIENCE, coming)
        .await
        .map_err(|_| anyhow::anyhow!("waited {PATIENCE:?} in vain: {what}"))
}
