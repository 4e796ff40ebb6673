//! One order to thousands of live streams: how long until the last stream has it.

use std::time::Duration;

use baiying_proto::v1::field_service_client::FieldServiceClient;
use baiying_proto::v1::order_service_client::OrderServiceClient;
use baiying_proto::v1::{Audience, CommandContext, IssueOrderRequest, OrderDraft, ReceiveRequest, Team};
use prost::Message as _;
use serde::Serialize;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};
use tonic::transport::Channel;

use super::activate::some_muster_points;
use crate::client::{ClientError, Connections, reason};
use crate::latency::{Latencies, Quantiles};
use crate::population::list_teams;

/// Streams that are being opened at a time.
const OPENING: usize = 200;
/// Longest wait for the first message of one stream.
const OPEN_TIMEOUT: Duration = Duration::from_secs(30);

/// Whom the order is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FanOutAudience {
    /// The leads of the streams, by person.
    #[default]
    Leads,
    /// Their teams, with every member: each stream's message lists its people.
    Teams,
}

/// How to measure.
#[derive(Debug, Clone)]
pub struct FanOutOptions {
    /// `http://host:port` or `unix:/path`.
    pub endpoint: String,
    /// In which response to issue the order; it must be active.
    pub response_id: u32,
    /// Streams to open: one for each leader, then for each deputy; more than there are go round again, as second devices.
    pub streams: usize,
    /// Streams on one connection.
    pub streams_per_connection: usize,
    /// Whom the order is for.
    pub audience: FanOutAudience,
    /// Muster point codes; empty: the first few there are.
    pub muster_points: Vec<String>,
    /// How long to wait for the last stream.
    pub wait: Duration,
    /// Makes the request id and the text by which the order is known.
    pub seed: u64,
}

impl FanOutOptions {
    /// 10,000 streams over 100 connections.
    #[must_use]
    pub fn new(endpoint: &str, response_id: u32) -> Self {
        Self {
            endpoint: endpoint.to_owned(),
            response_id,
            streams: 10_000,
            streams_per_connection: 100,
            audience: FanOutAudience::default(),
            muster_points: Vec::new(),
            wait: Duration::from_secs(30),
            seed: 1,
        }
    }
}

/// A fan-out.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct FanOutResult {
    /// Streams that were open and up to date before the order.
    pub streams: usize,
    /// Connections they were on.
    pub connections: usize,
    /// Different leads.
    pub leads: usize,
    /// Streams that could not be opened, with the reason of the first; the order is not measured on them.
    pub refused: usize,
    /// Why the first of them could not.
    pub refused_reason: String,
    /// How long opening them all took.
    pub opening_ms: f64,
    /// People the order is for.
    pub due: u32,
    /// Which order.
    pub order_id: u32,
    /// From the command to its answer.
    pub reply_ms: f64,
    /// Bytes of one stream's message, as protobuf.
    pub message_bytes: usize,
    /// Streams that had the order before the wait was over.
    pub reached: usize,
    /// From the command to a stream having the order. The last stream's is `max_ms`.
    pub latency: Quantiles,
}

/// Opens streams, issues one order to all of them, and measures when each has it.
///
/// # Errors
/// If the daemon cannot be reached, has no team, or refuses the order.
pub async fn fan_out(options: &FanOutOptions) -> Result<FanOutResult, ClientError> {
    let commands = Connections::open(&options.endpoint, 1).await?.first();
    let teams = list_teams(commands.clone()).await?;
    let leads = leads(&teams, options.streams);
    if leads.is_empty() {
        return Err(ClientError::Nothing("there is no team to lead".to_owned()));
    }
    let per_connection = options.streams_per_connection.max(1);
    let connections = Connections::open(&options.endpoint, options.streams.div_ceil(per_connection)).await?;
    let text = format!("【演练】负载测试 fan-out {:x}", options.seed);

    let since = Instant::now();
    let (issued_at, wait_for_issue) = watch::channel(None);
    let (ready, mut readies) = mpsc::channel(OPENING);
    let mut streams = JoinSet::new();
    let mut opening = 0;
    let mut result = FanOutResult {
        connections: connections.len(),
        ..FanOutResult::default()
    };
    for index in 0..options.streams {
        if opening == OPENING {
            hear(readies.recv().await, &mut result, &mut opening);
        }
        opening += 1;
        let stream = Stream {
            channel: connections.get(index / per_connection),
            lead_id: leads[index % leads.len()],
            text: text.clone(),
            ready: ready.clone(),
            issued_at: wait_for_issue.clone(),
            wait: options.wait,
        };
        streams.spawn(stream.run());
    }
    drop(ready);
    while opening > 0 {
        hear(readies.recv().await, &mut result, &mut opening);
    }
    result.opening_ms = since.elapsed().as_secs_f64() * 1_000.0;
    result.leads = leads.len().min(options.streams);

    let request = IssueOrderRequest {
        context: Some(CommandContext {
            request_id: format!("load-fan-out-{:x}", options.seed),
            actor: "drills:load".to_owned(),
        }),
        response_id: options.response_id,
        audience: Some(audience(options.audience, &leads, &teams)),
        draft: Some(OrderDraft {
            text,
            muster_points: some_muster_points(&commands, &options.muster_points).await?,
            no_ladder: true,
            reassign: true,
            ..OrderDraft::default()
        }),
    };
    let mut client = OrderServiceClient::new(commands);
    let commanded = Instant::now();
    issued_at.send_replace(Some(commanded));
    let answer = client
        .issue_order(request)
        .await
        .map_err(ClientError::call("IssueOrder"))?
        .into_inner();
    result.reply_ms = commanded.elapsed().as_secs_f64() * 1_000.0;
    let issued = answer.issued.unwrap_or_default();
    (result.due, result.order_id) = (issued.due, issued.order_id);

    let mut latencies = Latencies::default();
    while let Some(stream) = streams.join_next().await {
        if let Ok(Some((arrived, bytes))) = stream {
            result.reached += 1;
            result.message_bytes = result.message_bytes.max(bytes);
            latencies.add(arrived.saturating_duration_since(commanded));
        }
    }
    result.latency = latencies.quantiles();
    Ok(result)
}

/// Leaders first, then deputies, each once.
fn leads(teams: &[Team], streams: usize) -> Vec<u32> {
    let mut seen = std::collections::BTreeSet::new();
    let deputies = teams.iter().map(|team| team.deputy_id).filter(|deputy| *deputy != 0);
    teams
        .iter()
        .map(|team| team.leader_id)
        .chain(deputies)
        .filter(|lead| seen.insert(*lead))
        .take(streams)
        .collect()
}

fn audience(audience: FanOutAudience, leads: &[u32], teams: &[Team]) -> Audience {
    match audience {
        FanOutAudience::Leads => Audience {
            person_ids: leads.to_vec(),
            ..Audience::default()
        },
        FanOutAudience::Teams => {
            let leads: std::collections::BTreeSet<u32> = leads.iter().copied().collect();
            let led = teams
                .iter()
                .filter(|team| leads.contains(&team.leader_id) || leads.contains(&team.deputy_id));
            Audience {
                teams: led.map(|team| format!("T{}", team.team_id)).collect(),
                ..Audience::default()
            }
        }
    }
}

fn hear(ready: Option<Result<(), String>>, result: &mut FanOutResult, opening: &mut usize) {
    *opening -= 1;
    match ready {
        Some(Ok(())) => result.streams += 1,
        Some(Err(reason)) => {
            result.refused += 1;
            if result.refused_reason.is_empty() {
                result.refused_reason = reason;
            }
        }
        None => {}
    }
}

struct Stream {
    channel: Channel,
    lead_id: u32,
    text: String,
    ready: mpsc::Sender<Result<(), String>>,
    issued_at: watch::Receiver<Option<Instant>>,
    wait: Duration,
}

impl Stream {
    /// When the order was here, and its size; none if it never was.
    async fn run(mut self) -> Option<(Instant, usize)> {
        let mut client = FieldServiceClient::new(self.channel);
        let request = ReceiveRequest {
            lead_id: self.lead_id,
            cursor: 0,
        };
        let opened = timeout(OPEN_TIMEOUT, async {
            let mut orders = client.receive(request).await?.into_inner();
            // The first message is what stands, or that nothing does: from then on the stream is live.
            orders.message().await?;
            Ok::<_, tonic::Status>(orders)
        });
        let (mut orders, opened) = match opened.await {
            Ok(Ok(orders)) => (Some(orders), Ok(())),
            Ok(Err(status)) => (None, Err(reason(&status))),
            Err(_) => (None, Err("no first message".to_owned())),
        };
        let _ = self.ready.send(opened).await;
        drop(self.ready);
        let orders = orders.as_mut()?;
        let (text, issued_at) = (&self.text, &mut self.issued_at);
        let arrival = async {
            while let Ok(Some(message)) = orders.message().await {
                if message.order.as_ref().is_some_and(|order| order.text == *text) {
                    return Some((Instant::now(), message.encoded_len()));
                }
            }
            None
        };
        let limit = async {
            // The clock of the wait runs from the command, not from when this stream was opened.
            let issued_at = issued_at
                .wait_for(Option::is_some)
                .await
                .ok()
                .and_then(|issued_at| *issued_at);
            if let Some(issued_at) = issued_at {
                tokio::time::sleep_until(issued_at + self.wait).await;
            }
        };
        tokio::select! {
            arrived = arrival => arrived,
            () = limit => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaders_come_before_deputies_and_each_once() {
        let team = |leader_id, deputy_id| Team {
            leader_id,
            deputy_id,
            ..Team::default()
        };
        let teams = [team(1, 2), team(3, 0), team(4, 1)];
        assert_eq!(leads(&teams, 10), [1, 3, 4, 2]);
        assert_eq!(leads(&teams, 2), [1, 3]);
    }
}
