//! `response list`: responses in short.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::{call, pages};
use crate::error::{CliError, exit};
use crate::i18n::{tr, word};
use crate::ids::level_text;
use crate::output::json as documents;
use crate::output::table::Sheet;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(long)]
    active: bool,
    #[command(flatten)]
    limit: pages::Limit,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let responses = pages::all(&args.limit, async |page| {
        let request = pb::ListResponsesRequest {
            active_only: args.active,
            page: Some(page),
        };
        let answer = app.query(call!(client, response.list_responses, request)).await?;
        Ok((answer.responses, answer.next_page_token))
    })
    .await?;
    app.emit(
        || json!({ "responses": responses.iter().map(documents::response).collect::<Vec<_>>() }),
        || {
            let columns = [
                "response",
                "event_name",
                "plan",
                "status",
                "level",
                "jurisdiction",
                "scope",
                "orders",
            ];
            let mut sheet = Sheet::new(app.lang, &columns);
            for response in &responses {
                let orders: Vec<_> = response.order_ids.iter().map(|order| format!("O{order}")).collect();
                sheet.row([
                    format!("R{}", response.response_id),
                    response.event.clone(),
                    word(app.lang, "plan", &response.plan),
                    if response.active {
                        tr!(app.lang, "word.active")
                    } else {
                        tr!(app.lang, "word.terminated")
                    },
                    level_text(app.lang, response.level),
                    response.jurisdiction_code.clone(),
                    response.scope_codes.join(" "),
                    orders.join(" "),
                ]);
            }
            sheet.text()
        },
    )?;
    Ok(exit::OK)
}
