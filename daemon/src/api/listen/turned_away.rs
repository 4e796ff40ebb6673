//! Who was turned away, cut or kept waiting, and why: counted in a metric, and said in the log without filling it.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;

use crate::telemetry::metrics;

/// A flood is said once in this time.
pub(super) const SAY_EVERY: Duration = Duration::from_secs(10);

/// Why a connection was not let in, was cut or has to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
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

impl Why {
    /// For the log.
    fn words(self) -> &'static str {
        match self {
            Self::Gone => "clients went before they said hello",
            Self::NotHttp2 => "a client did not speak HTTP/2",
            Self::Silent => "a client did not say hello in time (limits.hello_ms)",
            Self::Displaced => "all connections are taken; one that had not said hello gave up its place",
            Self::Full => "all connections are taken; the next ones wait in the kernel until one ends",
            Self::Peer => "an address has as many connections as it may have (limits.connections_per_peer)",
            Self::WriteStalled => "a client took nothing of what was sent to it and was cut (limits.write_stall_ms)",
            Self::AcceptFailed => "cannot accept a connection",
        }
    }
}

/// The log of one listener: each reason at once, and then how often it came since.
#[derive(Clone)]
pub(super) struct TurnedAway {
    listener: Arc<str>,
    /// What was said of late, with how often it came since.
    said: Arc<Mutex<BTreeMap<Why, u64>>>,
}

impl TurnedAway {
    pub(super) fn new(listener: &str) -> Self {
        Self {
            listener: listener.into(),
            said: Arc::default(),
        }
    }

    /// One more.
    pub(super) fn count(&self, why: Why) {
        self.note(why, "");
    }

    /// Accepting failed.
    pub(super) fn failed(&self, error: &io::Error) {
        self.note(Why::AcceptFailed, &format!(": {error}"));
    }

    fn note(&self, why: Why, more: &str) {
        metrics::connection_turned_away(why.word());
        // A port scan, a health check: only counted.
        if why == Why::Gone {
            return;
        }
        match self.said.lock().entry(why) {
            Entry::Occupied(mut unsaid) => *unsaid.get_mut() += 1,
            Entry::Vacant(entry) => {
                entry.insert(0);
                tracing::warn!(listener = %self.listener, "{}{more}", why.words());
            }
        }
    }

    /// Says what came since it was said, and forgets what did not. Called every [`SAY_EVERY`].
    pub(super) fn say(&self) {
        self.said.lock().retain(|why, unsaid| {
            let times = std::mem::take(unsaid);
            if times > 0 {
                tracing::warn!(listener = %self.listener, times, "{}", why.words());
            }
            times > 0
        });
    }
}
