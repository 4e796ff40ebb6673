//! `in-place windows`: the villages' windows with their counts.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::{call, pages};
use crate::error::{CliError, exit};
use crate::i18n::word;
use crate::output::table::Sheet;
use crate::output::{json_duty, json_in_place};
use crate::{ids, when};

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(long, value_name = "R", value_parser = ids::response)]
    response: Option<u32>,
    #[arg(long, value_name = "CODE")]
    unit: Option<String>,
    #[arg(long)]
    open_only: bool,
    #[command(flatten)]
    limit: pages::Limit,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let unit_code = args.unit.unwrap_or_default();
    let windows = pages::all(&args.limit, async |page| {
        let request = pb::ListWindowsRequest {
            response_id: args.response.unwrap_or_default(),
            unit_code: unit_code.clone(),
            open_only: args.open_only,
            page: Some(page),
        };
        let answer = app.query(call!(client, in_place.list_windows, request)).await?;
        Ok((answer.windows, answer.next_page_token))
    })
    .await?;
    app.emit(
        || json!({ "windows": json_duty::list(&windows, json_in_place::window) }),
        || {
            let columns = [
                "window",
                "response",
                "village",
                "order",
                "due",
                "confirmed",
                "released_after",
                "awaiting",
                "en_route",
                "declined",
                "excused",
                "unanswered",
                "absent",
                "report_by",
                "window_status",
            ];
            let mut sheet = Sheet::new(app.lang, &columns).numbers(4..13);
            for window in &windows {
                let counts = window.counts.unwrap_or_default();
                let status = if window.closed_why.is_empty() {
                    word(app.lang, "window", "open")
                } else {
                    word(app.lang, "window", &window.closed_why)
                };
                sheet.row([
                    format!("W{}", window.window_id),
                    format!("R{}", window.response_id),
                    window.village_code.clone(),
                    format!("O{}", window.order_id),
                    counts.due.to_string(),
                    counts.confirmed.to_string(),
                    counts.released.to_string(),
                    counts.reported.to_string(),
                    counts.coming.to_string(),
                    counts.declined.to_string(),
                    counts.excused.to_string(),
                    counts.unanswered.to_string(),
                    counts.absent.to_string(),
                    when::local(window.deadline_unix_ms),
                    status,
                ]);
            }
            sheet.text()
        },
    )?;
    Ok(exit::OK)
}
