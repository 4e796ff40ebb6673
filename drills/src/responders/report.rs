//! What a run came to, and how far it is.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use baiying_proto::v1::{ExceptionKind, PersonException};
use serde::Serialize;

use crate::latency::{Latencies, Quantiles};

/// Counts while a run goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Progress {
    /// Requests in the plan.
    pub planned: u64,
    /// Requests sent, repeats not counted.
    pub sent: u64,
    /// Requests answered.
    pub answered: u64,
    /// People for whom a report was new.
    pub applied: u64,
    /// Of these, acknowledgements.
    pub acks: u64,
    /// Of these, departures.
    pub departures: u64,
    /// Of these, arrivals.
    pub arrivals: u64,
    /// Of these, from offline batches.
    pub offline: u64,
    /// Declines taken.
    pub declines: u64,
    /// People for whom a report was not applied as asked.
    pub exceptions: u64,
    /// Requests refused as a whole.
    pub refused: u64,
    /// Times a request was sent again under its id.
    pub retries: u64,
    /// Requests given up because the daemon did not answer for too long.
    pub failed: u64,
    /// Leads whose stream has brought them the order.
    pub received: u64,
    /// The run is over.
    pub done: bool,
}

/// What a run came to.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct RunReport {
    /// Counts at the end.
    pub totals: Progress,
    /// People the order is for, those excused from the start not counted.
    pub people: u64,
    /// Of these, under leads.
    pub led: u64,
    /// People who by plan never answer.
    pub silent: u64,
    /// People who by plan say that they come and do not.
    pub no_shows: u64,
    /// Requests that the time limit cut off.
    pub cut_off: u64,
    /// Exceptions by kind, in the words of the API.
    pub exceptions: BTreeMap<String, u64>,
    /// Refused requests by the daemon's stable reason.
    pub refused: BTreeMap<String, u64>,
    /// From sending an acknowledgement to its answer, repeats included.
    pub ack_latency: Quantiles,
    /// From sending any report to its answer.
    pub latency: Quantiles,
    /// How long it took, in milliseconds.
    pub wall_ms: u64,
}

/// Shared counts.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(crate) planned: AtomicU64,
    pub(crate) sent: AtomicU64,
    pub(crate) answered: AtomicU64,
    pub(crate) acks: AtomicU64,
    pub(crate) departures: AtomicU64,
    pub(crate) arrivals: AtomicU64,
    pub(crate) offline: AtomicU64,
    pub(crate) declines: AtomicU64,
    pub(crate) exceptions: AtomicU64,
    pub(crate) refused: AtomicU64,
    pub(crate) retries: AtomicU64,
    pub(crate) failed: AtomicU64,
    pub(crate) received: AtomicU64,
}

pub(crate) fn count(counter: &AtomicU64, by: usize) {
    counter.fetch_add(by as u64, Ordering::Relaxed);
}

impl Counters {
    pub(crate) fn progress(&self, done: bool) -> Progress {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let (acks, departures, arrivals, offline) = (
            read(&self.acks),
            read(&self.departures),
            read(&self.arrivals),
            read(&self.offline),
        );
        Progress {
            planned: read(&self.planned),
            sent: read(&self.sent),
            answered: read(&self.answered),
            applied: acks + departures + arrivals + offline,
            acks,
            departures,
            arrivals,
            offline,
            declines: read(&self.declines),
            exceptions: read(&self.exceptions),
            refused: read(&self.refused),
            retries: read(&self.retries),
            failed: read(&self.failed),
            received: read(&self.received),
            done,
        }
    }
}

/// What one lane saw.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) exceptions: BTreeMap<String, u64>,
    pub(crate) refused: BTreeMap<String, u64>,
    pub(crate) ack_latency: Latencies,
    pub(crate) latency: Latencies,
}

impl Tally {
    pub(crate) fn except(&mut self, exceptions: &[PersonException]) {
        for exception in exceptions {
            let kind = ExceptionKind::try_from(exception.kind).unwrap_or(ExceptionKind::Unspecified);
            *self
                .exceptions
                .entry(kind.as_str_name().trim_start_matches("EXCEPTION_KIND_").to_owned())
                .or_default() += 1;
        }
    }
    pub(crate) fn refuse(&mut self, reason: &str) {
        *self.refused.entry(reason.to_owned()).or_default() += 1;
    }
    pub(crate) fn merge(&mut self, other: Self) {
        let Self {
            exceptions,
            refused,
            ack_latency,
            latency,
        } = other;
        exceptions
            .into_iter()
            .for_each(|(kind, count)| *self.exceptions.entry(kind).or_default() += count);
        refused
            .into_iter()
            .for_each(|(reason, count)| *self.refused.entry(reason).or_default() += count);
        self.ack_latency.merge(ack_latency);
        self.latency.merge(latency);
    }
}
