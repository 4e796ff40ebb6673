//! The clock of the edge. The only place that asks the machine what time it is.

/// Milliseconds since 1970-01-01 UTC by this device's clock.
#[expect(
    clippy::disallowed_methods,
    reason = "the command line is the edge: device time enters here and nowhere else"
)]
pub(crate) fn now_unix_ms() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
