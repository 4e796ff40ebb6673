//! Starting again after a long night: new versions of the order, acknowledged by everybody, one event each.

use baiying_drills::load::{ack_groups, one_by_one};
use tokio::time::Instant;

use crate::report::{Goal, Report, Row, Unit};
use crate::scale::Scale;
use crate::site::{Issued, Site};

/// From starting the process to serving, in milliseconds.
fn start(site: &mut Site) -> anyhow::Result<f64> {
    let since = Instant::now();
    site.start()?;
    Ok(since.elapsed().as_secs_f64() * 1000.0)
}

/// What a start had to do again, for others to do as much.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Redone {
    /// Acknowledgements, when nothing but the journal is there.
    pub(crate) all: u64,
    /// Events after the last snapshot, at kill -9.
    pub(crate) tail: u64,
}

/// Adds facts until there are a million, and measures three kinds of start.
pub(crate) async fn measure(
    site: &mut Site,
    order: Issued,
    mut facts: u64,
    scale: &Scale,
    report: &mut Report,
) -> anyhow::Result<Redone> {
    let wanted = scale.of(1_000_000, 1000) as u64;
    let mut round = 0;
    while facts < wanted {
        let order = site.supersede(order, &format!("restart-{round}")).await?;
        let groups = ack_groups(&site.daemon.api, order.order_id, order.version, 50).await?;
        facts += site.acks_streamed(order, &one_by_one(&groups)).await?.requests;
        round += 1;
        eprintln!("bench: {facts} ledger events");
    }
    let people = site.people;
    let mut push = |id: &str, how_ended: &str, times: Vec<f64>, how: &str, other: (&'static str, &'static str)| {
        let what = format!("restart with {people} people and {facts} ledger events, {how_ended}");
        report.push(
            Row::ours(id, what, Unit::Milliseconds, times)
                .goal(Goal::Below(3000.0))
                .how(format!(
                    "from starting the process to serving: every record of the journal read and checked, {how}"
                ))
                .against(other.0, other.1, None),
        );
    };
    let (mut times, mut tail) = (Vec::new(), u64::MAX);
    for _ in 0..scale.slow_runs() {
        let revision = site.revision().await?;
        site.daemon.kill();
        tail = tail.min(revision.saturating_sub(site.newest_snapshot()?));
        times.push(start(site)?);
    }
    push(
        "restart.kill",
        "after kill -9",
        times,
        &format!("the last snapshot taken, {tail} events after it replayed"),
        (
            "pg.redo.tail",
            "the time of PostgreSQL, as many acks after its checkpoint",
        ),
    );
    let mut times = Vec::new();
    for _ in 0..scale.slow_runs() {
        site.daemon.stop()?;
        times.push(start(site)?);
    }
    push(
        "restart.stop",
        "after a graceful stop",
        times,
        "the snapshot of the stop taken, nothing replayed",
        ("pg.stop", "the time of PostgreSQL after a fast stop"),
    );
    let mut times = Vec::new();
    for _ in 0..scale.slow_runs() {
        site.daemon.stop()?;
        std::fs::remove_dir_all(site.data.join("snapshots"))?;
        times.push(start(site)?);
    }
    push(
        "restart.bare",
        "without any snapshot",
        times,
        "and replayed: the import, the orders and the acknowledgements",
        (
            "pg.redo.all",
            "the time of PostgreSQL, as many acks redone and nothing else",
        ),
    );
    Ok(Redone { all: facts, tail })
}
