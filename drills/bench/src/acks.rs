//! Acknowledgements, each answered when it is durable: one call each, streamed singly, and streamed by team.

use std::time::Duration;

use baiying_drills::load::{AckOptions, AckResult, ack_groups, acks_unary, one_by_one};

use crate::report::{Goal, Report, Row, Unit};
use crate::scale::Scale;
use crate::site::{Issued, Site, clean, split};

/// Callers of single calls, on 8 connections.
const CALLERS: usize = 256;

/// How many times as fast as a ledger in PostgreSQL.
const TIMES_POSTGRES: Goal = Goal::AtLeast(10.0);

/// Results, and the daemon's processor time for all of them.
#[derive(Default)]
struct Runs(Vec<AckResult>, Duration);

impl Runs {
    /// Takes what was measured since the daemon's processor time was `before`.
    fn add(&mut self, site: &Site, before: Duration, result: AckResult) -> anyhow::Result<()> {
        self.0.push(clean(result)?);
        self.1 += site.daemon.processor_time().saturating_sub(before);
        Ok(())
    }
    fn row(&self, id: &'static str, what: &str, per_second: f64) -> Row {
        Row::ours(id, what, Unit::PerSecond, self.rates())
            .goal(Goal::AtLeast(per_second))
            .note(self.note())
    }
    fn note(&self) -> String {
        let reports: u64 = self.0.iter().map(|run| run.requests).sum();
        let each_us = self.1.as_secs_f64() * 1e6 / reports.max(1) as f64;
        let p99_ms = self.p99_ms();
        format!("p99 {p99_ms:.0} ms; {each_us:.0} µs of the daemon's processor time a report")
    }
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
    let (mut unary, mut singles, mut teams) = (Runs::default(), Runs::default(), Runs::default());
    for run in 0..scale.runs {
        let order = site.supersede(order, &format!("acks-{run}")).await?;
        let groups = ack_groups(&site.daemon.api, order.order_id, order.version, 50).await?;
        let (for_unary, rest) = split(&groups, scale.of(40_000, 100));
        let (for_singles, for_teams) = split(rest, scale.of(80_000, 100));
        let options = AckOptions {
            concurrency: CALLERS,
            ..site.acks(order)
        };
        let (calls, reports) = (one_by_one(for_unary), one_by_one(for_singles));
        let before = site.daemon.processor_time();
        unary.add(site, before, acks_unary(&options, &calls).await?)?;
        let before = site.daemon.processor_time();
        singles.add(site, before, site.acks_streamed(order, &reports).await?)?;
        let before = site.daemon.processor_time();
        teams.add(site, before, site.acks_streamed(order, for_teams).await?)?;
    }
    let unary_row = unary
        .row("acks.unary", "acks from leads, durable: one RPC each", 10_000.0)
        .how(format!(
            "{} Acknowledge calls, {CALLERS} callers on 8 connections",
            unary.size().1
        ));
    report.push(beside_single_rows(unary_row));
    let singles_row = singles
        .row(
            "acks.singles",
            "acks, durable: streamed, each person in a report of their own",
            100_000.0,
        )
        .how(format!(
            "{} reports over 8 streams, 64 under way on each",
            singles.size().1
        ));
    report.push(beside_batches(beside_single_rows(singles_row), None));
    let (people, reports) = teams.size();
    let teams_row = teams
        .row(
            "acks.teams",
            "acks from leads for their teams, durable: streamed",
            100_000.0,
        )
        .how(format!(
            "{people} people in {reports} reports (a lead's team, or 50 own answers) over 8 streams"
        ));
    report.push(beside_batches(teams_row, Some(TIMES_POSTGRES)));
    Ok([&unary, &singles, &teams]
        .iter()
        .flat_map(|runs| &runs.0)
        .map(|run| run.requests)
        .sum())
}

fn beside_single_rows(row: Row) -> Row {
    row.against("pg.ack", "PostgreSQL's best, a commit each", Some(TIMES_POSTGRES))
}

fn beside_batches(row: Row, goal: Option<Goal>) -> Row {
    [
        ("pg.batch.100", "PostgreSQL's best, 100 in a statement"),
        ("pg.batch.1000", "PostgreSQL's best, 1,000 in a statement"),
    ]
    .into_iter()
    .fold(row, |row, (id, what)| row.against(id, what, goal))
}
