//! Activating a level-Ⅰ response that calls everybody out, by a daemon that has just started, as it would be on the day.

use baiying_drills::load::{ActivateOptions, ActivateResult, activate};

use crate::report::{Goal, Report, Row, Unit};
use crate::scale::Scale;
use crate::site::{Issued, Site};

/// What was seen of some activations.
struct Seen {
    /// Milliseconds to the answer.
    times: Vec<f64>,
    /// Megabytes resident after it.
    memory: Vec<f64>,
    /// The last of them, which goes on.
    last: ActivateResult,
}

/// Measures one order to everybody. The last response stays active: which it is, and its order.
pub(crate) async fn measure(site: &mut Site, scale: &Scale, report: &mut Report) -> anyhow::Result<(u32, Issued)> {
    let Seen { times, memory, last } = repeat(site, scale, false).await?;
    let (due, people) = (last.due, site.people);
    let what = format!("activate a level-Ⅰ response over {due} people: command in → durable, ledger ready");
    report.push(
        Row::ours("activate", what, Unit::Milliseconds, times)
            .goal(Goal::Below(1000.0))
            .how("one ActivateResponse with a call-out, from sending it to its answer")
            .against("pg.insert", "the time of PostgreSQL's INSERT … SELECT", None),
    );
    let what = format!("memory with {people} people and one open order to all");
    report.push(
        Row::ours("memory", what, Unit::Megabytes, memory)
            .goal(Goal::Below(600.0))
            .how("resident set after the activation; later runs also hold the responses of the earlier ones"),
    );
    let order = Issued {
        order_id: last.order_id,
        version: last.version,
    };
    Ok((last.response_id, order))
}

/// Measures the whole switch, by the plan's own orders, once the response that is active has ended.
pub(crate) async fn switch(site: &mut Site, active: u32, scale: &Scale, report: &mut Report) -> anyhow::Result<()> {
    site.terminate(active).await?;
    let Seen { times, memory, .. } = repeat(site, scale, true).await?;
    let what = format!("switch to level Ⅰ over {} people by the plan's own orders", site.people);
    report.push(
        Row::ours("switch", what, Unit::Milliseconds, times)
            .goal(Goal::Below(1000.0))
            .how(
                "one ActivateResponse with the plan's orders, from sending it to its answer: who commands where, their order, the \
                 call-out, windows of the villages, branches, report clocks",
            ),
    );
    let what = "memory after that switch".to_owned();
    report.push(
        Row::ours("switch.memory", what, Unit::Megabytes, memory)
            .how("resident set; it holds every response of the sections before, too"),
    );
    Ok(())
}

async fn repeat(site: &mut Site, scale: &Scale, by_plan: bool) -> anyhow::Result<Seen> {
    let (mut times, mut memory) = (Vec::new(), Vec::new());
    loop {
        site.restart()?;
        let last = activate(&ActivateOptions {
            by_plan,
            seed: (times.len() as u64) << 1 | u64::from(by_plan),
            ..ActivateOptions::new(&site.daemon.api)
        })
        .await?;
        times.push(last.reply_ms);
        memory.push(site.daemon.resident_bytes() as f64 / 1e6);
        if times.len() == scale.slow_runs() {
            return Ok(Seen { times, memory, last });
        }
        site.terminate(last.response_id).await?;
    }
}
