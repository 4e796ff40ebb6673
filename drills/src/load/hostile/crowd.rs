//! The healthy: leads who read, and come back when they are cut. What they got, and when.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use baiying_proto::v1::ReceiveRequest;
use baiying_proto::v1::field_service_client::FieldServiceClient;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};
use tonic::Status;
use tonic::transport::{Channel, Endpoint};

use super::ground::{Ground, number};
use crate::client::{Backoff, ClientError, endpoint};
use crate::seed::Seeds;

/// Longest wait for an order or for the streams to open. Generous: slow is reported, not failed.
const PATIENCE: Duration = Duration::from_secs(120);
const LOOK_AGAIN: Duration = Duration::from_millis(2);
/// Streams that are being opened at a time, at the beginning.
const OPENING: usize = 200;

/// What all of them got.
#[derive(Debug, Default)]
struct Got {
    up_to_date: AtomicUsize,
    /// Of each order: how many have it, and when the last of them got it.
    orders: Mutex<Vec<(usize, Option<Instant>)>>,
    twice: AtomicU64,
    cuts: AtomicU64,
}

/// Healthy streams.
pub(super) struct Crowd {
    streams: usize,
    got: Arc<Got>,
    _running: JoinSet<()>,
}

/// How an order fared.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fared {
    /// Streams that have it.
    pub(super) reached: usize,
    /// From asking for it to the last of them.
    pub(super) last_ms: f64,
}

impl Crowd {
    /// Opens streams, so many on a connection, and waits until each is up to date.
    ///
    /// # Errors
    /// If the daemon cannot be reached.
    pub(super) async fn open(ground: &Ground, streams: usize, per_connection: usize) -> anyhow::Result<Self> {
        let got = Arc::new(Got::default());
        let endpoint = endpoint(&ground.daemon.api)?;
        let opening = Arc::new(Semaphore::new(OPENING));
        let mut running = JoinSet::new();
        let mut channel = endpoint.connect_lazy();
        for index in 0..streams {
            if index % per_connection.max(1) == 0 {
                channel = endpoint.connect_lazy();
            }
            let lead = Lead {
                endpoint: (per_connection <= 1).then(|| endpoint.clone()),
                channel: channel.clone(),
                lead_id: ground.leads[index % ground.leads.len()],
                got: Arc::clone(&got),
                backoff: Backoff::new(Seeds::new(7), index as u64),
                cursor: 0,
                seen: Vec::new(),
            };
            running.spawn(lead.run(Arc::clone(&opening)));
        }
        let crowd = Self {
            streams,
            got,
            _running: running,
        };
        let deadline = Instant::now() + PATIENCE;
        while crowd.got.up_to_date.load(Ordering::Relaxed) < streams {
            anyhow::ensure!(
                Instant::now() < deadline,
                "{} of {streams} streams were opened",
                crowd.got.up_to_date.load(Ordering::Relaxed)
            );
            sleep(LOOK_AGAIN).await;
        }
        Ok(crowd)
    }

    /// Waits until all have an order, or for as long as there is patience.
    pub(super) async fn have(&self, (number, asked): (usize, Instant)) -> Fared {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let (reached, last) = self.lock().get(number).copied().unwrap_or_default();
            if reached >= self.streams || Instant::now() > deadline {
                let last_ms = last.map_or(f64::NAN, |last| last.duration_since(asked).as_secs_f64() * 1_000.0);
                return Fared { reached, last_ms };
            }
            sleep(LOOK_AGAIN).await;
        }
    }

    /// How many there are.
    pub(super) fn streams(&self) -> usize {
        self.streams
    }

    /// Orders that a stream got again although its cursor was behind them.
    pub(super) fn twice(&self) -> u64 {
        self.got.twice.load(Ordering::Relaxed)
    }

    /// How often a stream ended and was opened again.
    pub(super) fn cuts(&self) -> u64 {
        self.got.cuts.load(Ordering::Relaxed)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<(usize, Option<Instant>)>> {
        self.got.orders.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Lead {
    /// Of one with a connection of its own, which comes back on a new one, with its own pauses.
    endpoint: Option<Endpoint>,
    channel: Channel,
    lead_id: u32,
    got: Arc<Got>,
    backoff: Backoff,
    cursor: u64,
    seen: Vec<usize>,
}

impl Lead {
    async fn run(mut self, opening: Arc<Semaphore>) {
        let mut place = opening.acquire_owned().await.ok();
        let mut is_new = true;
        loop {
            let ended = self.read(&mut place, &mut is_new).await;
            if !is_new {
                self.got.cuts.fetch_add(1, Ordering::Relaxed);
            }
            drop(ended);
            self.backoff.pause().await;
            if let Some(endpoint) = &self.endpoint {
                self.channel = endpoint.connect_lazy();
            }
        }
    }

    async fn read<P>(&mut self, place: &mut Option<P>, is_new: &mut bool) -> Result<(), Status> {
        let mut client = FieldServiceClient::new(self.channel.clone());
        let request = ReceiveRequest {
            lead_id: self.lead_id,
            cursor: self.cursor,
        };
        let mut orders = client.receive(request).await?.into_inner();
        while let Some(message) = orders.message().await? {
            self.backoff.reset();
            match message.order {
                Some(order) => self.take(&order.text),
                None => {
                    place.take();
                    if std::mem::take(is_new) {
                        self.got.up_to_date.fetch_add(1, Ordering::Relaxed);
                    }
                }
            }
            self.cursor = message.cursor;
        }
        Ok(())
    }

    fn take(&mut self, text: &str) {
        let Some(number) = number(text) else { return };
        if self.seen.contains(&number) {
            self.got.twice.fetch_add(1, Ordering::Relaxed);
            return;
        }
        self.seen.push(number);
        let mut orders = self.got.orders.lock().unwrap_or_else(PoisonError::into_inner);
        if orders.len() <= number {
            orders.resize(number + 1, (0, None));
        }
        orders[number].0 += 1;
        orders[number].1 = Some(Instant::now());
    }
}

/// A connection of one's own, made now.
///
/// # Errors
/// If nobody answers.
pub(super) async fn connected(url: &str) -> anyhow::Result<Channel> {
    let endpoint = endpoint(url)?;
    let connected = endpoint.connect().await;
    Ok(connected.map_err(|source| ClientError::Connect {
        endpoint: url.to_owned(),
        source,
    })?)
}
