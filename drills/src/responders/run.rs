//! A run: asks the daemon who is addressed, plans, and plays the plan.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use baiying_proto::v1::field_service_client::FieldServiceClient;
use baiying_proto::v1::order_service_client::OrderServiceClient;
use baiying_proto::v1::{EnrollDeviceRequest, GetOrderRequest, ListOrdersRequest, Order, PageRequest};
use bytes::Bytes;
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};

use super::lane::Lane;
use super::plan::{PlanInput, Site, plan};
use super::receive::Stream;
use super::report::{Counters, Progress, RunReport, Tally, count};
use super::requests::{Builder, Device, compressed, device_key};
use super::script::{Planned, Script};
use crate::behaviour::{BehaviourParameters, Period};
use crate::client::{Backoff, ClientError, Connections, is_transient, of_district};
use crate::population::{Population, list_muster_points};
use crate::seed::Seeds;

/// Live streams on one connection: what daemons allow at least.
const STREAMS_PER_CONNECTION: usize = 100;
/// How long to wait for the order on all live streams before people begin to answer.
const RECEIVE_WAIT: Duration = Duration::from_secs(20);
/// How often progress is published.
const PROGRESS_EVERY: Duration = Duration::from_millis(100);

/// What to respond to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// This order, at its version in force.
    Order(u32),
    /// Every open order of this response.
    Response(u32),
}

/// How reports travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Transport {
    /// Each by a call of its own: what phones do.
    #[default]
    Unary,
    /// Many over one stream (`FieldService.Report`): what a gateway does, and what a province needs.
    Stream,
}

/// How to run.
#[derive(Debug, Clone)]
pub struct RunOptions {
    /// `http://host:port` or `unix:/path`.
    pub endpoint: String,
    /// What to respond to.
    pub target: Target,
    /// The same seed makes the same people do the same. Two runs about one order need two seeds: request ids are made of it.
    pub seed: u64,
    /// Seconds of the model in one real second: 150 plays two hours in 48 s.
    pub compression: f64,
    /// Lanes, which is requests at a time (unary) or streams (stream).
    pub concurrency: usize,
    /// Connections to spread lanes over; live streams take more as they need.
    pub connections: usize,
    /// How reports travel.
    pub transport: Transport,
    /// Whether leads hold a live stream (`FieldService.Receive`) as well, and wait for the order on it.
    pub receive: bool,
    /// Check-in codes by muster point code ([`crate::synth::SynthData::check_in_codes`]); where one is missing, own reports are refused.
    pub check_in_codes: BTreeMap<String, String>,
    /// How people behave.
    pub behaviour: BehaviourParameters,
    /// Day or night.
    pub period: Period,
    /// How often leads report, in the model's time.
    pub lead_tick: Duration,
    /// Own reports in one request; 1: each person's own.
    pub own_batch: usize,
    /// How long the daemon may be away before a request is given up.
    pub retry_for: Duration,
    /// Real time after which nothing more is reported, counted from when people begin to answer; none: until all is.
    pub stop_after: Option<Duration>,
}

impl RunOptions {
    /// The usual: 60 times as fast, each report a call of its own, as in working hours.
    #[must_use]
    pub fn new(endpoint: &str, target: Target) -> Self {
        Self {
            endpoint: endpoint.to_owned(),
            target,
            seed: 1,
            compression: 60.0,
            concurrency: 64,
            connections: 8,
            transport: Transport::Unary,
            receive: true,
            check_in_codes: BTreeMap::new(),
            behaviour: BehaviourParameters::default(),
            period: Period::Work,
            lead_tick: Duration::from_secs(30),
            own_batch: 1,
            retry_for: Duration::from_secs(120),
            stop_after: None,
        }
    }
}

/// Responds until everybody has done what they do. `progress` follows the counts.
///
/// # Errors
/// If the daemon cannot be reached or does not say who is addressed. Once people answer, errors are counted, not returned.
pub async fn run(options: &RunOptions, progress: Option<watch::Sender<Progress>>) -> Result<RunReport, ClientError> {
    let connections = Connections::open(&options.endpoint, options.connections).await?;
    let orders = orders(options, &connections).await?;
    let counters = Arc::new(Counters::default());
    let since = Instant::now();
    let follower = progress
        .as_ref()
        .map(|progress| tokio::spawn(follow(Arc::clone(&counters), progress.clone())));
    let mut report = RunReport::default();
    let mut tally = Tally::default();
    let mut runs = JoinSet::new();
    for order in orders {
        runs.spawn(respond(
            options.clone(),
            connections.clone(),
            order,
            Arc::clone(&counters),
        ));
    }
    let mut failed = None;
    while let Some(joined) = runs.join_next().await {
        match joined {
            Ok(Ok((part, of_part))) => {
                tally.merge(of_part);
                report.people += part.people;
                report.led += part.led;
                report.silent += part.silent;
                report.no_shows += part.no_shows;
                report.cut_off += part.cut_off;
            }
            Ok(Err(error)) => failed = Some(error),
            Err(error) => failed = Some(ClientError::Nothing(format!("a task of the simulation broke: {error}"))),
        }
    }
    if let Some(follower) = follower {
        follower.abort();
    }
    report.totals = counters.progress(true);
    if let Some(progress) = progress {
        progress.send_replace(report.totals);
    }
    if let Some(error) = failed {
        return Err(error);
    }
    let Tally {
        exceptions,
        refused,
        ack_latency,
        latency,
    } = tally;
    report.exceptions = exceptions;
    report.refused = refused;
    report.ack_latency = ack_latency.quantiles();
    report.latency = latency.quantiles();
    report.wall_ms = u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ok(report)
}

async fn follow(counters: Arc<Counters>, progress: watch::Sender<Progress>) {
    let mut ticks = tokio::time::interval(PROGRESS_EVERY);
    loop {
        ticks.tick().await;
        progress.send_replace(counters.progress(false));
    }
}

async fn orders(options: &RunOptions, connections: &Connections) -> Result<Vec<Order>, ClientError> {
    let mut client = OrderServiceClient::new(connections.first());
    let orders = match options.target {
        Target::Order(order_id) => {
            let answer = client
                .get_order(GetOrderRequest { order_id, as_of: None })
                .await
                .map_err(ClientError::call("GetOrder"))?;
            answer.into_inner().order.into_iter().collect()
        }
        Target::Response(response_id) => {
            let page = Some(PageRequest {
                page_size: 1_000,
                page_token: String::new(),
            });
            let request = ListOrdersRequest {
                response_id,
                open_only: true,
                page,
                as_of: None,
            };
            client
                .list_orders(request)
                .await
                .map_err(ClientError::call("ListOrders"))?
                .into_inner()
                .orders
        }
    };
    if orders.is_empty() {
        return Err(ClientError::Nothing(format!(
            "there is no open order at {:?}",
            options.target
        )));
    }
    Ok(orders)
}

/// Responds to one order.
async fn respond(
    options: RunOptions,
    connections: Connections,
    order: Order,
    counters: Arc<Counters>,
) -> Result<(RunReport, Tally), ClientError> {
    let Some(version) = order.versions.last() else {
        return Err(ClientError::Nothing(format!(
            "order O{} has no version",
            order.order_id
        )));
    };
    let named = &version.muster_point_ids;
    let points = list_muster_points(of_district(connections.first())).await?;
    let sites: Vec<Site> = points
        .into_iter()
        .map(|point| Site {
            check_in_code: options.check_in_codes.get(&point.code).cloned().unwrap_or_default(),
            named: named.contains(&point.muster_point_id),
            code: point.code,
        })
        .collect();
    let population = Population::of_order(of_district(connections.first()), order.order_id, version.version).await?;
    let mut script = plan(&PlanInput {
        stays: false,
        population: &population,
        sites: &sites,
        behaviour: &options.behaviour,
        seed: options.seed,
        period: options.period,
        lead_tick: options.lead_tick,
        own_batch: options.own_batch,
        in_exercise: false,
    });
    let all = script.planned.len();
    if let Some(limit) = options.stop_after {
        script
            .planned
            .retain(|planned| compressed(planned.at, options.compression) <= limit);
    }
    count(&counters.planned, script.planned.len());
    let report = RunReport {
        people: population.len() as u64,
        led: population.teams.iter().map(|team| team.people.len() as u64).sum(),
        silent: u64::from(script.silent),
        no_shows: u64::from(script.no_shows),
        cut_off: (all - script.planned.len()) as u64,
        ..RunReport::default()
    };
    drop(population);
    let builder = Arc::new(Builder {
        order_id: order.order_id,
        version: version.version,
        exercise: None,
        seed: options.seed,
        compression: options.compression,
        sites,
    });
    let tally = play(&options, &connections, script, &builder, &counters).await?;
    Ok((report, tally))
}

async fn play(
    options: &RunOptions,
    connections: &Connections,
    script: Script,
    builder: &Arc<Builder>,
    counters: &Arc<Counters>,
) -> Result<Tally, ClientError> {
    let mut devices = enroll(options, connections, &script.devices, builder, counters).await?;
    let (stop, stopped) = watch::channel(false);
    let mut streams = JoinSet::new();
    if options.receive {
        receive(options, &script.leads, builder, counters, &stopped, &mut streams).await?;
    }
    let count = options.concurrency.max(1);
    let mut planned: Vec<Vec<Planned>> = (0..count).map(|_| Vec::new()).collect();
    let mut devices_of: Vec<BTreeMap<u32, Device>> = (0..count).map(|_| BTreeMap::new()).collect();
    for step in script.planned {
        planned[lane_of(step.key, count)].push(step);
    }
    while let Some((lead, device)) = devices.pop_first() {
        devices_of[lane_of(lead, count)].insert(lead, device);
    }
    let start = Instant::now();
    let mut lanes = JoinSet::new();
    for (index, (planned, devices)) in planned.into_iter().zip(devices_of).enumerate() {
        let lane = Lane {
            caller: of_district(connections.get(index)),
            transport: options.transport,
            builder: Arc::clone(builder),
            planned,
            devices,
            counters: Arc::clone(counters),
            backoff: Backoff::new(Seeds::new(options.seed), index as u64),
            start,
            retry_for: options.retry_for,
        };
        lanes.spawn(lane.run());
    }
    let mut tally = Tally::default();
    while let Some(lane) = lanes.join_next().await {
        tally.merge(lane.map_err(|error| ClientError::Nothing(format!("a lane of the simulation broke: {error}")))?);
    }
    stop.send_replace(true);
    while streams.join_next().await.is_some() {}
    Ok(tally)
}

/// What belongs to one lead or person goes into one lane. (Fibonacci hashing: ids are runs of numbers.)
pub(super) fn lane_of(key: u32, lanes: usize) -> usize {
    (u64::from(key).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as usize % lanes
}

/// Devices of leads who will be offline; enrolled while they are not.
async fn enroll(
    options: &RunOptions,
    connections: &Connections,
    leads: &[u32],
    builder: &Builder,
    counters: &Counters,
) -> Result<BTreeMap<u32, Device>, ClientError> {
    let mut client = FieldServiceClient::new(connections.first());
    let mut backoff = Backoff::new(Seeds::new(options.seed), u64::MAX);
    let mut devices = BTreeMap::new();
    for lead in leads {
        let key = device_key(options.seed, builder.order_id, *lead);
        let request = EnrollDeviceRequest {
            context: Some(builder.context(&format!("dev{lead}"), format!("drills:lead P{lead}"))),
            lead_id: *lead,
            public_key: Bytes::copy_from_slice(key.verifying_key().as_bytes()),
        };
        let since = Instant::now();
        let answer = loop {
            match client.enroll_device(request.clone()).await {
                Ok(answer) => break answer.into_inner(),
                Err(status) if is_transient(&status) && since.elapsed() < options.retry_for => {
                    count(&counters.retries, 1);
                    backoff.pause().await;
                }
                Err(status) => return Err(ClientError::call("EnrollDevice")(status)),
            }
        };
        devices.insert(
            *lead,
            Device {
                device_id: answer.device_id,
                next_sequence: answer.next_sequence.max(1),
                key,
            },
        );
    }
    Ok(devices)
}

/// Opens the leads' live streams and waits until the order is on all of them, or [`RECEIVE_WAIT`] is over.
async fn receive(
    options: &RunOptions,
    leads: &[u32],
    builder: &Arc<Builder>,
    counters: &Arc<Counters>,
    stopped: &watch::Receiver<bool>,
    streams: &mut JoinSet<()>,
) -> Result<(), ClientError> {
    let connections = Connections::open(&options.endpoint, leads.len().div_ceil(STREAMS_PER_CONNECTION)).await?;
    let permits = Arc::new(Semaphore::new(options.concurrency.max(1)));
    let (waits, mut all_received) = mpsc::channel(1);
    for (index, lead) in leads.iter().enumerate() {
        let stream = Stream {
            lead: *lead,
            channel: connections.get(index / STREAMS_PER_CONNECTION),
            builder: Arc::clone(builder),
            counters: Arc::clone(counters),
            backoff: Backoff::new(Seeds::new(options.seed), u64::from(*lead) << 32),
            permits: Arc::clone(&permits),
            waits: Some(waits.clone()),
            stop: stopped.clone(),
        };
        streams.spawn(stream.run());
    }
    drop(waits);
    // Nothing is ever sent: the channel ends when every lead has let go of it.
    let _ = timeout(RECEIVE_WAIT, all_received.recv()).await;
    Ok(())
}
