//! The one place that asks the machine what time it is: for the device times that simulated people report.
//! (Durations are measured with `tokio::time::Instant`.)

/// Milliseconds since 1970-01-01 UTC.
#[expect(clippy::disallowed_methods, reason = "the edge: a simulated device's clock")]
pub(crate) fn unix_ms() -> i64 {
    std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
