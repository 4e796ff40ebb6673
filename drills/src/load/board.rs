//! The board while acknowledgements arrive: how long a reader waits, and whether every board adds up.

use std::time::Duration;

use baiying_proto::v1::watch_service_client::WatchServiceClient;
use baiying_proto::v1::{BoardFilter, BoardRow, GetBoardRequest};
use serde::Serialize;
use tokio::task::JoinSet;
use tokio::time::{Instant, interval};
use tonic::transport::Channel;

use super::acks::{AckOptions, AckResult, Acked, deal};
use super::groups::AckGroup;
use super::stream::acknowledge;
use crate::client::{ClientError, Connections};
use crate::latency::{Latencies, Quantiles};

/// How to measure.
#[derive(Debug, Clone)]
pub struct BoardOptions {
    /// How to acknowledge meanwhile.
    pub acks: AckOptions,
    /// People acknowledged in a second.
    pub acks_per_second: f64,
    /// Readers of the board at the same time.
    pub readers: usize,
    /// Each asks this often.
    pub every: Duration,
    /// Which board; empty: the root.
    pub unit_code: String,
}

impl BoardOptions {
    /// 5,000 acknowledgements a second, and one reader who asks 100 times a second for the board of the root.
    #[must_use]
    pub fn new(acks: AckOptions) -> Self {
        Self {
            acks,
            acks_per_second: 5_000.0,
            readers: 1,
            every: Duration::from_millis(10),
            unit_code: String::new(),
        }
    }
}

/// Boards, measured.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct BoardResult {
    /// From asking to the board.
    pub latency: Quantiles,
    /// Boards of which a line did not add up. Must be 0.
    pub does_not_add_up: u64,
    /// Boards that were older than one seen before by the same reader. Must be 0.
    pub went_back: u64,
    /// 应到 of the last board.
    pub due: u32,
    /// Acknowledgements meanwhile.
    pub acks: AckResult,
}

/// Acknowledges groups at a pace and reads the board until they are through. `groups` must have people for as long as is to be measured.
///
/// # Errors
/// If the daemon cannot be reached, refuses a board or ends a stream.
pub async fn board_under_acks(options: &BoardOptions, groups: &[AckGroup]) -> Result<BoardResult, ClientError> {
    let BoardOptions {
        acks,
        acks_per_second,
        readers,
        every,
        unit_code,
    } = options;
    let connections = Connections::open(&acks.endpoint, acks.connections).await?;
    let for_boards = Connections::open(&acks.endpoint, *readers).await?;
    let people: usize = groups.iter().map(|group| group.people.len()).sum();
    let lasts = Duration::try_from_secs_f64(people as f64 / acks_per_second.max(1.0)).unwrap_or_default();

    let since = Instant::now();
    let mut streams = JoinSet::new();
    for (index, groups) in deal(groups, acks.concurrency).into_iter().enumerate() {
        let pace = lasts.checked_div(u32::try_from(groups.len()).unwrap_or(u32::MAX));
        streams.spawn(acknowledge(
            connections.get(index),
            acks.acknowledging(),
            groups,
            acks.window,
            pace,
        ));
    }
    let mut reading = JoinSet::new();
    for reader in 0..(*readers).max(1) {
        let filter = BoardFilter {
            order_id: acks.order_id,
            unit_code: unit_code.clone(),
            ..BoardFilter::default()
        };
        reading.spawn(read(for_boards.get(reader), filter, *every, since + lasts));
    }
    let mut result = BoardResult::default();
    let mut latencies = Latencies::default();
    while let Some(reader) = reading.join_next().await {
        let read = reader.map_err(|error| ClientError::Nothing(format!("a reader broke: {error}")))??;
        latencies.merge(read.latencies);
        result.does_not_add_up += read.does_not_add_up;
        result.went_back += read.went_back;
        result.due = result.due.max(read.due);
    }
    let mut acked = Acked::default();
    while let Some(stream) = streams.join_next().await {
        acked.merge(stream.map_err(|error| ClientError::Nothing(format!("a stream broke: {error}")))??);
    }
    result.latency = latencies.quantiles();
    result.acks = acked.result(since.elapsed());
    Ok(result)
}

#[derive(Default)]
struct Read {
    latencies: Latencies,
    does_not_add_up: u64,
    went_back: u64,
    due: u32,
}

async fn read(channel: Channel, filter: BoardFilter, every: Duration, until: Instant) -> Result<Read, ClientError> {
    let mut client = WatchServiceClient::new(channel);
    let mut ticks = interval(every.max(Duration::from_micros(1)));
    // A slow board is one slow board, not a burst of hurried ones after it.
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut read = Read::default();
    let mut revision = 0;
    while Instant::now() < until {
        ticks.tick().await;
        let since = Instant::now();
        let request = GetBoardRequest {
            filter: Some(filter.clone()),
            as_of: None,
        };
        let board = client
            .get_board(request)
            .await
            .map_err(ClientError::call("GetBoard"))?
            .into_inner();
        read.latencies.add(since.elapsed());
        read.does_not_add_up += u64::from(!board.total.iter().chain(&board.rows).all(adds_up));
        read.went_back += u64::from(board.revision < revision);
        revision = revision.max(board.revision);
        read.due = board
            .total
            .and_then(|total| total.counts)
            .map_or(0, |counts| counts.due);
    }
    Ok(read)
}

fn adds_up(row: &BoardRow) -> bool {
    row.counts.as_ref().is_none_or(|counts| {
        counts.due == counts.present + counts.en_route + counts.excused + counts.absent + counts.unconfirmed
    })
}
