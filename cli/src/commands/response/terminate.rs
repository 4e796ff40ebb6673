//! `response terminate`: back to peacetime (终止).

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::change;
use crate::error::{CliError, exit};
use crate::i18n::tr;
use crate::ids;
use crate::output::json as documents;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(value_name = "R", value_parser = ids::response)]
    response: u32,
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let response = format!("R{}", args.response);
    app.confirm(&tr!(app.lang, "confirm.terminate", response = response))?;
    let client = app.client()?;
    let request = pb::TerminateResponseRequest {
        context: None,
        response_id: args.response,
        reason: args.reason.unwrap_or_default(),
    };
    let answer = app
        .mutate(change!(client, response.terminate_response, request))
        .await?;
    app.emit(
        || documents::receipt(answer.receipt.as_ref(), json!({ "response_id": args.response })),
        || tr!(app.lang, "done.terminated", response = response) + "\n",
    )?;
    Ok(exit::OK)
}
