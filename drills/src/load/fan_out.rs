//! One order to thousands of live streams: how long until the last stream has it.

use std::time::Duration;

use baiying_proto::v1::field_service_client::FieldServiceClient;
use baiying_proto::v1::order_service_client::OrderServiceClient;
use baiying_proto::v1::{Audience, CommandContext, IssueOrderRequest, OrderDraft, ReceiveRequest, Team};
use prost::Message as _;
use serde::Serialize;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout, timeout_at};
use tonic::transport::Channel;

use super::activate::some_muster_points;
use crate::client::{ClientError, Connections, of_district, reason};
use crate::latency::{Latencies, Quantiles};
use crate::population::list_teams;

/// Streams that are being opened at a time.
const OPENING: usize = 200;
/// With what every order of the measurement begins.
const TEXT: &str = "负载测试 fan-out";
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
    FanOut::open(options).await?.issue().await
}

/// Open streams, for one order after the other.
#[derive(Debug)]
pub struct FanOut {
    options: FanOutOptions,
    orders: OrderServiceClient<Channel>,
    audience: Audience,
    muster_points: Vec<String>,
    opened: FanOutResult,
    hearing: mpsc::Receiver<Heard>,
    issued: u32,
    // Ended when dropped.
    _streams: JoinSet<()>,
}

impl FanOut {
    /// Opens the streams.
    ///
    /// # Errors
    /// If the daemon cannot be reached or has no team. Streams that it refuses are counted.
    pub async fn open(options: &FanOutOptions) -> Result<Self, ClientError> {
        let commands = Connections::open(&options.endpoint, 1).await?.first();
        let teams = list_teams(of_district(commands.clone())).await?;
        let leads = leads(&teams, options.streams);
        if leads.is_empty() {
            return Err(ClientError::Nothing("there is no team to lead".to_owned()));
        }
        let muster_points = some_muster_points(&commands, &options.muster_points).await?;
        let per_connection = options.streams_per_connection.max(1);
        let connections = Connections::open(&options.endpoint, options.streams.div_ceil(per_connection)).await?;

        let since = Instant::now();
        let (heard, mut hearing) = mpsc::channel(options.streams.max(1));
        let mut streams = JoinSet::new();
        let mut opened = FanOutResult {
            connections: connections.len(),
            leads: leads.len().min(options.streams),
            ..FanOutResult::default()
        };
        for index in 0..options.streams {
            if index >= OPENING {
                opened.hear_opening(hearing.recv().await);
            }
            let stream = Stream {
                channel: connections.get(index / per_connection),
                lead_id: leads[index % leads.len()],
                heard: heard.clone(),
            };
            streams.spawn(stream.run());
        }
        for _ in 0..options.streams.min(OPENING) {
            opened.hear_opening(hearing.recv().await);
        }
        opened.opening_ms = since.elapsed().as_secs_f64() * 1_000.0;
        Ok(Self {
            audience: audience(options.audience, &leads, &teams),
            options: options.clone(),
            orders: OrderServiceClient::new(commands),
            muster_points,
            opened,
            hearing,
            issued: 0,
            _streams: streams,
        })
    }

    /// Issues an order to all streams and measures when each has it.
    ///
    /// # Errors
    /// If the daemon cannot be reached or refuses the order.
    pub async fn issue(&mut self) -> Result<FanOutResult, ClientError> {
        let key = format!("{:x}.{}", self.options.seed, self.issued);
        self.issued += 1;
        let text = format!("{TEXT} {key}");
        let request = IssueOrderRequest {
            context: Some(CommandContext {
                request_id: format!("load-fan-out-{key}"),
                actor: "drills:load".to_owned(),
            }),
            response_id: self.options.response_id,
            audience: Some(self.audience.clone()),
            draft: Some(OrderDraft {
                text: text.clone(),
                muster_points: self.muster_points.clone(),
                no_ladder: true,
                reassign: true,
                ..OrderDraft::default()
            }),
        };
        let mut result = self.opened.clone();
        let commanded = Instant::now();
        let issuing = async {
            let answer = self.orders.issue_order(request).await;
            let answer = answer.map_err(ClientError::call("IssueOrder"))?.into_inner();
            Ok::<_, ClientError>((answer.issued.unwrap_or_default(), commanded.elapsed()))
        };
        let arriving = result.hear_arrivals(&mut self.hearing, &text, commanded, self.options.wait);
        let (issued, ()) = tokio::join!(issuing, arriving);
        let (issued, took) = issued?;
        (result.due, result.order_id) = (issued.due, issued.order_id);
        result.reply_ms = took.as_secs_f64() * 1_000.0;
        Ok(result)
    }
}

/// Leaders first, then deputies, each once.
pub(super) fn leads(teams: &[Team], streams: usize) -> Vec<u32> {
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

/// What a stream tells.
#[derive(Debug)]
enum Heard {
    /// It is open and up to date, or why it is not.
    Opened(Result<(), String>),
    /// An order with this text came, of so many bytes.
    Arrived(String, Instant, usize),
}

impl FanOutResult {
    /// An order may come only when all streams are open.
    fn hear_opening(&mut self, heard: Option<Heard>) {
        match heard {
            Some(Heard::Opened(Ok(()))) => self.streams += 1,
            Some(Heard::Opened(Err(reason))) => {
                self.refused += 1;
                if self.refused_reason.is_empty() {
                    self.refused_reason = reason;
                }
            }
            Some(Heard::Arrived(..)) | None => {}
        }
    }

    /// Ends when every stream has the order, or the wait is over.
    async fn hear_arrivals(
        &mut self,
        hearing: &mut mpsc::Receiver<Heard>,
        wanted: &str,
        commanded: Instant,
        wait: Duration,
    ) {
        let mut latencies = Latencies::default();
        while self.reached < self.streams {
            let Ok(Some(Heard::Arrived(text, at, bytes))) = timeout_at(commanded + wait, hearing.recv()).await else {
                break;
            };
            // A straggler of an order before is not counted.
            if text == wanted {
                self.reached += 1;
                self.message_bytes = self.message_bytes.max(bytes);
                latencies.add(at.saturating_duration_since(commanded));
            }
        }
        self.latency = latencies.quantiles();
    }
}

struct Stream {
    channel: Channel,
    lead_id: u32,
    heard: mpsc::Sender<Heard>,
}

impl Stream {
    /// Tells of every order of the measurement, until the stream or the measurement ends.
    async fn run(self) {
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
        let (orders, opened) = match opened.await {
            Ok(Ok(orders)) => (Some(orders), Ok(())),
            Ok(Err(status)) => (None, Err(reason(&status))),
            Err(_) => (None, Err("no first message".to_owned())),
        };
        let _ = self.heard.send(Heard::Opened(opened)).await;
        let Some(mut orders) = orders else { return };
        while let Ok(Some(message)) = orders.message().await {
            let at = Instant::now();
            let bytes = message.encoded_len();
            if let Some(order) = message.order
                && order.text.starts_with(TEXT)
                && self.heard.send(Heard::Arrived(order.text, at, bytes)).await.is_err()
            {
                return;
            }
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
