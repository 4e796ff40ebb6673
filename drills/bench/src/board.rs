//! The board while acknowledgements arrive.

use baiying_drills::load::{BoardOptions, ack_groups, board_under_acks};

use crate::report::{Goal, Report, Row, Unit};
use crate::scale::Scale;
use crate::site::{Issued, Site, split};

/// Measures on a new version for each run; how many facts were journaled.
pub(crate) async fn measure(site: &Site, order: Issued, scale: &Scale, report: &mut Report) -> anyhow::Result<u64> {
    let mut results = Vec::new();
    for run in 0..scale.slow_runs() {
        let order = site.supersede(order, &format!("board-{run}")).await?;
        let groups = ack_groups(&site.daemon.api, order.order_id, order.version, 50).await?;
        let (groups, _) = split(&groups, scale.of(30_000, 1000));
        let result = board_under_acks(&BoardOptions::new(site.acks(order)), groups).await?;
        anyhow::ensure!(
            result.does_not_add_up == 0,
            "{} boards did not add up",
            result.does_not_add_up
        );
        anyhow::ensure!(result.went_back == 0, "{} boards went back", result.went_back);
        results.push(result);
    }
    let boards: u64 = results.iter().map(|result| result.latency.count).sum();
    let p50 = results.iter().map(|result| result.latency.p50_ms).fold(0.0, f64::max);
    let rate = results
        .iter()
        .map(|result| result.acks.acks_per_second)
        .fold(f64::INFINITY, f64::min);
    let what = format!("board of {} people while 5,000 acks/s arrive: p99", site.people);
    let p99 = results.iter().map(|result| result.latency.p99_ms).collect();
    report.push(
        Row::ours("board", what, Unit::Milliseconds, p99)
            .goal(Goal::Below(10.0))
            .note(format!("p50 {p50:.1} ms, at {rate:.0} acks/s, {boards} boards"))
            .how("GetBoard of the root 100 times a second; every board checked to add up")
            .against("pg.board", "the time of PostgreSQL's query", None),
    );
    Ok(results.iter().map(|result| result.acks.requests).sum())
}
