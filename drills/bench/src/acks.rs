//! Acknowledgements, each answered when it is durable: one call each, streamed singly, and streamed by team.

use baiying_drills::load::{AckOptions, AckResult, ack_groups, acks_unary, one_by_one};

use crate::report::{Goal, Report, Row, Unit};
use crate::scale::Scale;
use crate::site::{Issued, Site, clean, split};

/// Callers of single calls, on 8 connections.
const CALLERS: usize = 256;

struct Runs(Vec<AckResult>);

impl Runs {
    fn rates(&self) -> Vec<f64> {
        self.0.iter().map(|run| run.acks_per_second).collect()
    }
    fn p99_ms(&self) -> f64 {
        self.0.iter().map(|run| run.latency.p99_ms).fold(0.0, f64::max)
    }
    /// People and reports of a run.
    fn size(&self) -> (u64, u64) {
        self.0.first().map_or((0, 0), |run| (run.acks, run.requests))
    }
}

/// Measures on a new version for each run; how many facts were journaled.
pub(crate) async fn measure(site: &Site, order: Issued, scale: &Scale, report: &mut Report) -> anyhow::Result<u64> {
    let (mut unary, mut singles, mut teams) = (Runs(Vec::new()), Runs(Vec::new()), Runs(Vec::new()));
    for run in 0..scale.runs {
        let order = site.supersede(order, &format!("acks-{run}")).await?;
        let groups = ack_groups(&site.daemon.api, order.order_id, order.version, 50).await?;
        let (for_unary, rest) = split(&groups, scale.of(40_000, 100));
        let (for_singles, for_teams) = split(rest, scale.of(80_000, 100));
        let options = AckOptions {
            concurrency: CALLERS,
            ..site.acks(order)
        };
        unary
            .0
            .push(clean(acks_unary(&options, &one_by_one(for_unary)).await?)?);
        singles
            .0
            .push(site.acks_streamed(order, &one_by_one(for_singles)).await?);
        teams.0.push(site.acks_streamed(order, for_teams).await?);
    }
    report.push(
        Row::ours(
            "acks.unary",
            "acks from leads, durable: one RPC each",
            Unit::PerSecond,
            unary.rates(),
        )
        .goal(Goal::AtLeast(10_000.0))
        .note(format!("p99 {:.0} ms", unary.p99_ms()))
        .how(format!(
            "{} Acknowledge calls, {CALLERS} callers on 8 connections",
            unary.size().1
        ))
        .against(
            "pg.ack.64",
            "PostgreSQL, a commit each, 64 connections",
            Some(Goal::AtLeast(10.0)),
        ),
    );
    report.push(
        Row::ours(
            "acks.singles",
            "acks, durable: streamed, each person in a report of their own",
            Unit::PerSecond,
            singles.rates(),
        )
        .goal(Goal::AtLeast(100_000.0))
        .note(format!("p99 {:.0} ms", singles.p99_ms()))
        .how(format!(
            "{} reports over 8 streams, 64 under way on each",
            singles.size().1
        ))
        .against(
            "pg.ack.64",
            "PostgreSQL, a commit each, 64 connections",
            Some(Goal::AtLeast(10.0)),
        )
        .against("pg.batch.100", "PostgreSQL, 100 in a statement", None)
        .against("pg.batch.1000", "PostgreSQL, 1,000 in a statement", None),
    );
    let (people, reports) = teams.size();
    report.push(
        Row::ours(
            "acks.teams",
            "acks from leads for their teams, durable: streamed",
            Unit::PerSecond,
            teams.rates(),
        )
        .goal(Goal::AtLeast(100_000.0))
        .note(format!("p99 {:.0} ms", teams.p99_ms()))
        .how(format!(
            "{people} people in {reports} reports (a lead's team, or 50 own answers) over 8 streams"
        ))
        .against(
            "pg.batch.100",
            "PostgreSQL, 100 in a statement",
            Some(Goal::AtLeast(10.0)),
        )
        .against(
            "pg.batch.1000",
            "PostgreSQL, 1,000 in a statement",
            Some(Goal::AtLeast(10.0)),
        ),
    );
    Ok([&unary, &singles, &teams]
        .iter()
        .flat_map(|runs| &runs.0)
        .map(|run| run.requests)
        .sum())
}
