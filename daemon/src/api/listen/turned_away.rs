//! Who was turned away, and why: counted in a metric, and said in the log without filling it.

use std::io;
use std::time::Duration;

use tokio::time::Instant;

use crate::telemetry::metrics;

/// A flood is said once in this time.
const SAY_EVERY: Duration = Duration::from_secs(10);

/// Why a connection was not let in, or was cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// It went before it said hello: a port scan, a health check.
    Gone,
    /// It said something else than HTTP/2.
    NotHttp2,
    /// It said nothing, or not all of it, in time.
    Silent,
    /// It had not said hello when its place was needed.
    Displaced,
    /// All places are taken: the next ones wait in the kernel.
    Full,
    /// Its address has as many as it may have.
    Peer,
    /// It took nothing of what was sent to it.
    WriteStalled,
    /// The system gave none: file handles, memory.
    AcceptFailed,
}

impl Why {
    /// As a label of the metric.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Gone => "gone",
            Self::NotHttp2 => "not_http2",
            Self::Silent => "silent",
            Self::Displaced => "displaced",
            Self::Full => "full",
            Self::Peer => "peer",
            Self::WriteStalled => "write_stalled",
            Self::AcceptFailed => "accept_failed",
        }
    }
}

/// The log of one listener.
pub(super) struct TurnedAway {
    listener: String,
    unsaid: u64,
    said: Option<Instant>,
}

impl TurnedAway {
    pub(super) fn new(listener: String) -> Self {
        Self {
            listener,
            unsaid: 0,
            said: None,
        }
    }

    /// One more.
    pub(super) fn count(&mut self, why: Why) {
        metrics::connection_turned_away(why.word());
        match why {
            Why::Gone => {}
            Why::Full => self.say("all connections are taken; the next ones wait in the kernel until one ends"),
            Why::Peer => self.say("an address has as many connections as it may have (limits.connections_per_peer)"),
            Why::NotHttp2 => self.say("a client did not speak HTTP/2"),
            Why::Silent => self.say("a client did not say hello in time (limits.hello_ms)"),
            Why::Displaced => self.say("all connections are taken; one that had not said hello gave up its place"),
            Why::WriteStalled | Why::AcceptFailed => self.say(why.word()),
        }
    }

    /// Accepting failed.
    pub(super) fn failed(&mut self, error: &io::Error) {
        metrics::connection_turned_away(Why::AcceptFailed.word());
        self.say(&format!("cannot accept a connection: {error}"));
    }

    fn say(&mut self, what: &str) {
        self.unsaid += 1;
        if self.said.is_some_and(|said| said.elapsed() < SAY_EVERY) {
            return;
        }
        tracing::warn!(listener = %self.listener, connections = self.unsaid, "{what}");
        (self.unsaid, self.said) = (0, Some(Instant::now()));
    }
}
