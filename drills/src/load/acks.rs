//! Acknowledgements a second: over streams, and one call each. Every answer counted here says that the fact is durable.

use std::collections::BTreeMap;
use std::time::Duration;

use baiying_proto::v1::PersonException;
use baiying_proto::v1::field_service_client::FieldServiceClient;
use serde::Serialize;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::groups::AckGroup;
use super::stream::{Acknowledging, acknowledge};
use crate::client::{ClientError, Connections, reason};
use crate::latency::{Latencies, Quantiles};

/// How to measure.
#[derive(Debug, Clone)]
pub struct AckOptions {
    /// `http://host:port` or `unix:/path`.
    pub endpoint: String,
    /// Which order.
    pub order_id: u32,
    /// Its version.
    pub version: u32,
    /// Streams, or callers, at the same time.
    pub concurrency: usize,
    /// Connections to spread them over.
    pub connections: usize,
    /// Requests of a stream that are sent and not answered.
    pub window: usize,
    /// Makes the request ids.
    pub seed: u64,
}

impl AckOptions {
    /// 8 streams on as many connections. For [`acks_unary`] set `concurrency` to some hundred.
    #[must_use]
    pub fn new(endpoint: &str, order_id: u32, version: u32) -> Self {
        Self {
            endpoint: endpoint.to_owned(),
            order_id,
            version,
            concurrency: 8,
            connections: 8,
            window: 64,
            seed: 1,
        }
    }

    pub(crate) fn acknowledging(&self) -> Acknowledging {
        let Self {
            order_id,
            version,
            seed,
            ..
        } = *self;
        Acknowledging {
            order_id,
            version,
            seed,
        }
    }
}

/// Acknowledgements, measured.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct AckResult {
    /// People acknowledged, for whom it was new.
    pub acks: u64,
    /// Requests they came in.
    pub requests: u64,
    /// From the first request to the last answer.
    pub seconds: f64,
    /// Of people, not of requests.
    pub acks_per_second: f64,
    /// From a request to its answer.
    pub latency: Quantiles,
    /// People for whom it was not new, or not possible.
    pub exceptions: u64,
    /// Requests refused, by reason.
    pub refused: BTreeMap<String, u64>,
}

/// What one lane saw.
#[derive(Debug, Default)]
pub(crate) struct Acked {
    acks: u64,
    requests: u64,
    exceptions: u64,
    refused: BTreeMap<String, u64>,
    latencies: Latencies,
}

impl Acked {
    pub(crate) fn hear(
        &mut self,
        applied: u32,
        exceptions: &[PersonException],
        refused_reason: &str,
        since: Option<Instant>,
    ) {
        self.requests += 1;
        self.acks += u64::from(applied);
        self.exceptions += exceptions.len() as u64;
        if !refused_reason.is_empty() {
            *self.refused.entry(refused_reason.to_owned()).or_default() += 1;
        }
        if let Some(since) = since {
            self.latencies.add(since.elapsed());
        }
    }
    pub(crate) fn merge(&mut self, other: Self) {
        let Self {
            acks,
            requests,
            exceptions,
            refused,
            latencies,
        } = other;
        self.acks += acks;
        self.requests += requests;
        self.exceptions += exceptions;
        refused
            .into_iter()
            .for_each(|(reason, count)| *self.refused.entry(reason).or_default() += count);
        self.latencies.merge(latencies);
    }
    pub(crate) fn result(self, took: Duration) -> AckResult {
        let Self {
            acks,
            requests,
            exceptions,
            refused,
            latencies,
        } = self;
        let seconds = took.as_secs_f64();
        let acks_per_second = if seconds > 0.0 { acks as f64 / seconds } else { 0.0 };
        AckResult {
            acks,
            requests,
            seconds,
            acks_per_second,
            latency: latencies.quantiles(),
            exceptions,
            refused,
        }
    }
}

/// Groups dealt out to lanes in turn, each with its place among all.
pub(crate) fn deal(groups: &[AckGroup], lanes: usize) -> Vec<Vec<(usize, AckGroup)>> {
    let mut dealt: Vec<Vec<(usize, AckGroup)>> = (0..lanes.max(1)).map(|_| Vec::new()).collect();
    for (number, group) in groups.iter().enumerate() {
        dealt[number % lanes.max(1)].push((number, group.clone()));
    }
    dealt
}

/// Acknowledges groups over streams, as fast as they are answered.
///
/// # Errors
/// If the daemon cannot be reached or ends a stream. Refused requests are counted.
pub async fn acks_streamed(options: &AckOptions, groups: &[AckGroup]) -> Result<AckResult, ClientError> {
    let connections = Connections::open(&options.endpoint, options.connections).await?;
    let since = Instant::now();
    let mut streams = JoinSet::new();
    for (index, groups) in deal(groups, options.concurrency).into_iter().enumerate() {
        let (channel, acknowledging) = (connections.get(index), options.acknowledging());
        streams.spawn(acknowledge(channel, acknowledging, groups, options.window, None));
    }
    join(streams, since).await
}

/// Acknowledges groups, usually of one person ([`super::one_by_one`]), by a call each, from concurrent callers.
///
/// # Errors
/// If the daemon cannot be reached. Refused requests are counted.
pub async fn acks_unary(options: &AckOptions, groups: &[AckGroup]) -> Result<AckResult, ClientError> {
    let connections = Connections::open(&options.endpoint, options.connections).await?;
    let since = Instant::now();
    let mut callers = JoinSet::new();
    for (index, groups) in deal(groups, options.concurrency).into_iter().enumerate() {
        let (channel, acknowledging) = (connections.get(index), options.acknowledging());
        callers.spawn(async move {
            let mut client = FieldServiceClient::new(channel);
            let mut acked = Acked::default();
            for (number, group) in groups {
                let since = Instant::now();
                match client.acknowledge(acknowledging.request(number, &group)).await {
                    Ok(answer) => {
                        let answer = answer.into_inner();
                        acked.hear(answer.applied, &answer.exceptions, "", Some(since));
                    }
                    Err(status) => acked.hear(0, &[], &reason(&status), Some(since)),
                }
            }
            Ok(acked)
        });
    }
    join(callers, since).await
}

async fn join(mut lanes: JoinSet<Result<Acked, ClientError>>, since: Instant) -> Result<AckResult, ClientError> {
    let mut acked = Acked::default();
    while let Some(lane) = lanes.join_next().await {
        let lane = lane.map_err(|error| ClientError::Nothing(format!("a task of the measurement broke: {error}")))?;
        acked.merge(lane?);
    }
    Ok(acked.result(since.elapsed()))
}
