//! `response list`: responses in short.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::{call, pages};
use crate::error::{CliError, exit};
use crate::output::{json as documents, response as show};

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
        || show::list(app.lang, &responses),
    )?;
    Ok(exit::OK)
}
