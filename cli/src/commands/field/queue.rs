//! `field queue`: what waits on this device.

use serde_json::json;

use super::args::QueueArgs;
use super::report::tell_damage;
use super::sync::{exercise, order, people};
use crate::app::App;
use crate::error::{CliError, exit};
use crate::i18n::{tr, word};
use crate::ids;
use crate::offline::Queue;
use crate::output::table::Sheet;
use crate::when;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(long, value_name = "P", value_parser = ids::person)]
    lead: Option<u32>,
    #[command(flatten)]
    queue: QueueArgs,
}

/// Runs it.
#[expect(clippy::unused_async, reason = "as the other verbs")]
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let base = args.queue.base()?;
    let mut queues = Vec::new();
    for lead in args.queue.leads(args.lead)? {
        // Looking makes no directories.
        if base.join(format!("P{lead}")).is_dir() {
            let state = Queue::open(&base, lead)?.state()?;
            tell_damage(app, &state);
            queues.push((lead, state));
        }
    }
    app.emit(
        || {
            let leads: Vec<_> = queues
                .iter()
                .map(|(lead, state)| {
                    let items: Vec<_> = state
                        .waiting
                        .iter()
                        .map(|queued| {
                            let item = &queued.item;
                            json!({ "item": queued.number, "batch": queued.batch, "kind": item.kind,
                                "exercise_id": exercise(item), "order_id": item.order_id, "version": item.version,
                                "muster_point": item.muster_point, "person_ids": item.person_ids,
                                "all": item.all, "observed_at_unix_ms": item.observed_at_unix_ms })
                        })
                        .collect();
                    json!({ "lead_id": lead, "device_id": state.device_id, "waiting": items })
                })
                .collect();
            json!({ "leads": leads })
        },
        || {
            let columns = [
                "lead",
                "item",
                "at_device",
                "what",
                "order",
                "muster_point",
                "person",
                "batch",
            ];
            let mut sheet = Sheet::new(app.lang, &columns);
            for (lead, state) in &queues {
                for queued in &state.waiting {
                    let item = &queued.item;
                    sheet.row([
                        format!("P{lead}"),
                        queued.number.to_string(),
                        when::local(item.observed_at_unix_ms),
                        word(app.lang, "item", &item.kind),
                        order(app.lang, item),
                        item.muster_point.clone(),
                        if item.all {
                            tr!(app.lang, "word.all")
                        } else {
                            people(&item.person_ids)
                        },
                        queued.batch.map_or_else(String::new, |batch| batch.to_string()),
                    ]);
                }
            }
            sheet.text()
        },
    )?;
    Ok(exit::OK)
}
