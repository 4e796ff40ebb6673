//! `in-place windows`: the villages' windows with their counts.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::client::Client;
use crate::commands::{call, pages};
use crate::error::{CliError, exit};
use crate::i18n::{Lang, word};
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

/// The windows asked for.
pub(crate) async fn fetch(
    app: &App,
    client: &Client,
    which: &pb::ListWindowsRequest,
    limit: &pages::Limit,
) -> Result<Vec<pb::InPlaceWindow>, CliError> {
    pages::all(limit, async |page| {
        let request = pb::ListWindowsRequest {
            page: Some(page),
            ..which.clone()
        };
        let answer = app.query(call!(client, in_place.list_windows, request)).await?;
        Ok((answer.windows, answer.next_page_token))
    })
    .await
}

/// That it is open, or why it was closed.
pub(crate) fn status(lang: Lang, window: &pb::InPlaceWindow) -> String {
    match window.closed_why.as_str() {
        "" => word(lang, "window", "open"),
        why => word(lang, "window", why),
    }
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let which = pb::ListWindowsRequest {
        response_id: args.response.unwrap_or_default(),
        unit_code: args.unit.unwrap_or_default(),
        open_only: args.open_only,
        page: None,
    };
    let windows = fetch(app, &client, &which, &args.limit).await?;
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
                "yet_to_answer",
                "absent",
                "report_by",
                "window_status",
            ];
            let mut sheet = Sheet::new(app.lang, &columns).numbers(4..13);
            for window in &windows {
                let counts = window.counts.unwrap_or_default();
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
                    status(app.lang, window),
                ]);
            }
            sheet.text()
        },
    )?;
    Ok(exit::OK)
}
