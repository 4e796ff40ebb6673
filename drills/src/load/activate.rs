//! Activating a response that calls everybody out: from the command to the answer, which comes when the ledger is durable.

use std::time::Duration;

use baiying_proto::v1::deadline::When;
use baiying_proto::v1::response_service_client::ResponseServiceClient;
use baiying_proto::v1::{ActivateResponseRequest, CommandContext, Deadline, OrderDraft, PlanOrders};
use serde::Serialize;
use tokio::time::Instant;

use super::approval;
use crate::client::{ClientError, Connections, of_district};
use crate::population::list_muster_points;

/// Muster points that an order names when the caller names none.
const MUSTER_POINTS: usize = 8;

/// What to activate.
#[derive(Debug, Clone)]
pub struct ActivateOptions {
    /// `http://host:port` or `unix:/path`.
    pub endpoint: String,
    /// flood, typhoon, epidemic, earthquake or generic.
    pub plan: String,
    /// Which event; one active response each.
    pub event: String,
    /// 1 is the highest.
    pub level: u32,
    /// Muster point codes; empty: the first few there are.
    pub muster_points: Vec<String>,
    /// Time to acknowledge; none: no limit.
    pub acknowledge_within: Option<Duration>,
    /// Time to arrive; none: no limit.
    pub arrive_within: Option<Duration>,
    /// No ladder: no timers of the daemon's in the measurement.
    pub no_ladder: bool,
    /// The whole switch by the plan's own orders, instead of one order to whom the plan calls out.
    pub by_plan: bool,
    /// Makes the request ids.
    pub seed: u64,
}

impl ActivateOptions {
    /// A flood response at level Ⅰ, without limits and ladder.
    #[must_use]
    pub fn new(endpoint: &str) -> Self {
        Self {
            endpoint: endpoint.to_owned(),
            plan: "flood".to_owned(),
            event: "drills".to_owned(),
            level: 1,
            muster_points: Vec::new(),
            acknowledge_within: None,
            arrive_within: None,
            no_ladder: true,
            by_plan: false,
            seed: 1,
        }
    }
}

/// An activation.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct ActivateResult {
    /// From the command to its answer.
    pub reply_ms: f64,
    /// People with a ledger row.
    pub due: u32,
    /// Of these excused from the start.
    pub excused: u32,
    /// The response.
    pub response_id: u32,
    /// Its order.
    pub order_id: u32,
    /// The order's version.
    pub version: u32,
    /// The state that shows it.
    pub revision: u64,
}

/// Activates a response with a call-out and measures how long the answer takes.
///
/// # Errors
/// If the daemon cannot be reached or refuses.
pub async fn activate(options: &ActivateOptions) -> Result<ActivateResult, ClientError> {
    let channel = Connections::open(&options.endpoint, 1).await?.first();
    let muster_points = some_muster_points(&channel, &options.muster_points).await?;
    let approval = approval(&options.endpoint).await?;
    let (order, plan_orders) = if options.by_plan {
        let muster_point_codes = muster_points;
        (None, Some(PlanOrders { muster_point_codes }))
    } else {
        let order = OrderDraft {
            text: "负载测试：请立即回令并到集结点报到。".to_owned(),
            muster_points,
            acknowledge: deadline(options.acknowledge_within),
            arrive: deadline(options.arrive_within),
            no_ladder: options.no_ladder,
            ..OrderDraft::default()
        };
        (Some(order), None)
    };
    let request = ActivateResponseRequest {
        approval: Some(approval),
        context: Some(CommandContext {
            request_id: format!("load-activate-{:x}", options.seed),
            actor: "drills:load".to_owned(),
        }),
        plan: options.plan.clone(),
        event: options.event.clone(),
        level: options.level,
        reason: "load test".to_owned(),
        order,
        plan_orders,
        ..ActivateResponseRequest::default()
    };
    let mut client = ResponseServiceClient::new(channel);
    let since = Instant::now();
    let answer = client
        .activate_response(request)
        .await
        .map_err(ClientError::call("ActivateResponse"))?
        .into_inner();
    let reply_ms = since.elapsed().as_secs_f64() * 1_000.0;
    let issued = answer.order.unwrap_or_default();
    Ok(ActivateResult {
        reply_ms,
        due: issued.due,
        excused: issued.excused,
        response_id: answer.response_id,
        order_id: issued.order_id,
        version: issued.version,
        revision: answer.receipt.map_or(0, |receipt| receipt.revision),
    })
}

/// The codes given, or else of the first muster points there are.
pub(crate) async fn some_muster_points(
    channel: &tonic::transport::Channel,
    given: &[String],
) -> Result<Vec<String>, ClientError> {
    if !given.is_empty() {
        return Ok(given.to_vec());
    }
    let points = list_muster_points(of_district(channel.clone())).await?;
    if points.is_empty() {
        return Err(ClientError::Nothing(
            "there is no muster point to order anybody to".to_owned(),
        ));
    }
    Ok(points.into_iter().take(MUSTER_POINTS).map(|point| point.code).collect())
}

pub(crate) fn deadline(within: Option<Duration>) -> Option<Deadline> {
    let within_ms = u64::try_from(within?.as_millis()).ok()?;
    Some(Deadline {
        when: Some(When::WithinMs(within_ms)),
    })
}
