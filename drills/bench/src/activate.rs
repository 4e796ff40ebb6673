//! Activating a level-Ⅰ response that calls everybody out, by a daemon that has just started, as it would be on the day.

use baiying_drills::load::{ActivateOptions, activate};

use crate::report::{Goal, Report, Row, Unit};
use crate::scale::Scale;
use crate::site::{Issued, Site};

/// Measures, and leaves the last response active.
pub(crate) async fn measure(site: &mut Site, scale: &Scale, report: &mut Report) -> anyhow::Result<Issued> {
    let (mut times, mut memory) = (Vec::new(), Vec::new());
    let mut before: Option<u32> = None;
    loop {
        if let Some(response_id) = before {
            site.terminate(response_id).await?;
        }
        site.restart()?;
        let activated = activate(&ActivateOptions {
            seed: times.len() as u64,
            ..ActivateOptions::new(&site.daemon.api)
        })
        .await?;
        times.push(activated.reply_ms);
        memory.push(site.daemon.resident_bytes() as f64 / 1e6);
        before = Some(activated.response_id);
        if times.len() < scale.slow_runs() {
            continue;
        }
        let (due, people) = (activated.due, site.people);
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
        return Ok(Issued {
            order_id: activated.order_id,
            version: activated.version,
        });
    }
}
