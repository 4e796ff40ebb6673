//! What more people and more open orders cost: the same measurements at growing sizes.

use baiying_drills::load::{BoardOptions, ack_groups, board_under_acks, one_by_one};
use serde::Serialize;
use tokio::time::Instant;

use crate::report::Report;
use crate::scale::Scale;
use crate::site::{Issued, Site, split};

/// Shares of the full size: 3,040, 30,400, 304,000 people.
const SHARES: [f64; 3] = [0.01, 0.1, 1.0];
/// Open orders, each to as many people.
const ORDERS: [u32; 3] = [1, 10, 50];

/// One number at growing sizes; its unit stands in the name.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Curve {
    pub(crate) name: &'static str,
    /// Size and value.
    pub(crate) points: Vec<(f64, f64)>,
}

/// All curves.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Growth {
    pub(crate) by_people: Vec<Curve>,
    pub(crate) by_orders: Vec<Curve>,
}

const ISSUE: &str = "order to everybody, durable (ms)";
const ACK: &str = "one streamed ack (µs)";
const BOARD: &str = "board, p50 (ms)";
const RESTART: &str = "restart after kill -9 (ms)";
const MEMORY: &str = "memory (MB)";
const ISSUE_ONE: &str = "one more order, durable (ms)";

fn add(curves: &mut Vec<Curve>, name: &'static str, size: f64, value: f64) {
    match curves.iter_mut().find(|curve| curve.name == name) {
        Some(curve) => curve.points.push((size, value)),
        None => curves.push(Curve {
            name,
            points: vec![(size, value)],
        }),
    }
}

impl Growth {
    /// A table for each way to grow.
    pub(crate) fn markdown(&self) -> String {
        let mut text = String::new();
        if self.by_people.is_empty() {
            return text;
        }
        text += "\nWhat growth costs, each number of a single run:\n";
        for (of, curves) in [("people", &self.by_people), ("open orders", &self.by_orders)] {
            let sizes = curves.first().into_iter().flat_map(|curve| &curve.points);
            let sizes = sizes.map(|(size, _)| format!(" {size:.0} {of} |")).collect::<String>();
            let bars = "---|".repeat(curves.first().map_or(0, |curve| curve.points.len()));
            text += &format!(
                "
| cost growth |{sizes}
|---|{bars}
"
            );
            for curve in curves {
                let values = curve.points.iter().map(|(_, value)| format!(" {value:.1} |"));
                text += &format!(
                    "| {} |{}
",
                    curve.name,
                    values.collect::<String>()
                );
            }
        }
        text
    }
}

/// What an order, acknowledgements and the board cost now.
async fn measure_order(site: &Site, order: Issued, curves: &mut Vec<Curve>, size: f64) -> anyhow::Result<()> {
    let groups = ack_groups(&site.daemon.api, order.order_id, order.version, 50).await?;
    let everybody: usize = groups.iter().map(|group| group.people.len()).sum();
    let (for_board, rest) = split(&groups, (everybody / 4).min(5_000));
    let (for_acks, _) = split(rest, 20_000);
    let acked = site.acks_streamed(order, &one_by_one(for_acks)).await?;
    add(curves, ACK, size, 1e6 / acked.acks_per_second);
    let board = board_under_acks(&BoardOptions::new(site.acks(order)), for_board).await?;
    add(curves, BOARD, size, board.latency.p50_ms);
    Ok(())
}

fn measure_daemon(site: &mut Site, curves: &mut Vec<Curve>, size: f64) -> anyhow::Result<()> {
    add(curves, MEMORY, size, site.daemon.resident_bytes() as f64 / 1e6);
    site.daemon.kill();
    let since = Instant::now();
    site.start()?;
    add(curves, RESTART, size, since.elapsed().as_secs_f64() * 1000.0);
    Ok(())
}

/// Measures at every size. The last site, the largest, also takes the orders.
pub(crate) async fn measure(scale: &Scale) -> anyhow::Result<Growth> {
    let mut growth = Growth::default();
    for share in SHARES {
        // Imports of the smaller sizes are no rows of the table.
        let mut site = Site::new(scale, (share * scale.share).max(0.001), &mut Report::default()).await?;
        let size = f64::from(site.people);
        let response = site.response("growth").await?;
        let (order, took_ms) = site.issue(response, "all", (1..=site.people).collect()).await?;
        let curves = &mut growth.by_people;
        add(curves, ISSUE, size, took_ms);
        measure_order(&site, order, curves, size).await?;
        measure_daemon(&mut site, curves, size)?;
        if share == 1.0 {
            site.terminate(response).await?;
            by_orders(&mut site, &mut growth.by_orders).await?;
        }
    }
    Ok(growth)
}

/// Orders are opened one after the other, each to another fiftieth of the people.
async fn by_orders(site: &mut Site, curves: &mut Vec<Curve>) -> anyhow::Result<()> {
    let response = site.response("orders").await?;
    let most = ORDERS.into_iter().max().unwrap_or(1);
    let each = (site.people / most).max(1);
    let mut open = 0;
    for orders in ORDERS {
        let mut last = None;
        while open < orders {
            let people = (open * each + 1..=(open + 1) * each).collect();
            last = Some(site.issue(response, &open.to_string(), people).await?);
            open += 1;
        }
        let Some((order, took_ms)) = last else { continue };
        let size = f64::from(orders);
        add(curves, ISSUE_ONE, size, took_ms);
        measure_order(site, order, curves, size).await?;
        measure_daemon(site, curves, size)?;
    }
    Ok(())
}
