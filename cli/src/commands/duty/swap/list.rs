//! `duty swap list`: swaps, and what became of them.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::{call, pages};
use crate::error::{CliError, exit};
use crate::i18n::{tr, word};
use crate::output::table::Sheet;
use crate::output::{duty, json_duty};

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(long, value_name = "CODE")]
    unit: Option<String>,
    #[arg(long, value_name = "STATUS")]
    #[arg(value_parser = ["requested", "agreed", "refused", "approved", "denied"])]
    status: Option<String>,
    #[command(flatten)]
    limit: pages::Limit,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let (unit_code, status) = (args.unit.unwrap_or_default(), args.status.unwrap_or_default());
    let swaps = pages::all(&args.limit, async |page| {
        let request = pb::ListSwapsRequest {
            unit_code: unit_code.clone(),
            status: status.clone(),
            page: Some(page),
        };
        let answer = app.query(call!(client, duty.list_swaps, request)).await?;
        Ok((answer.swaps, answer.next_page_token))
    })
    .await?;
    app.emit(
        || json!({ "swaps": json_duty::list(&swaps, json_duty::swap) }),
        || {
            let columns = [
                "swap",
                "person",
                "gives",
                "with",
                "takes",
                "status",
                "reason",
                "requested_by",
                "decided_by",
            ];
            let mut sheet = Sheet::new(app.lang, &columns).numbers([0]);
            for swap in &swaps {
                let shift = |shift: &Option<pb::Shift>, none: String| {
                    shift.as_ref().map_or(none, |shift| duty::shift_line(app.lang, shift))
                };
                let mut status = word(app.lang, "swap_status", &swap.status);
                if swap.emergency {
                    status.push_str(&tr!(app.lang, "duty.aside", text = tr!(app.lang, "duty.emergency")));
                }
                sheet.row([
                    swap.swap_id.to_string(),
                    duty::person(swap.person_id),
                    shift(&swap.gives, String::new()),
                    duty::person(swap.with_person_id),
                    shift(&swap.takes, tr!(app.lang, "duty.favour")),
                    status,
                    swap.reason.clone(),
                    swap.requested_by.clone(),
                    swap.decided_by.clone(),
                ]);
            }
            sheet.text()
        },
    )?;
    Ok(exit::OK)
}
