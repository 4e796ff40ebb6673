//! `response reject`: turns down a response that was asked for (驳回).

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
    #[arg(long, value_name = "P", value_parser = ids::person)]
    by: u32,
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::RejectResponseRequest {
        context: None,
        response_id: args.response,
        rejected_by_id: args.by,
        reason: args.reason,
    };
    let answer = app.mutate(change!(client, response.reject_response, request)).await?;
    app.emit(
        || documents::receipt(answer.receipt.as_ref(), json!({ "response_id": args.response })),
        || {
            tr!(
                app.lang,
                "done.response_rejected",
                response = format!("R{}", args.response)
            ) + "\n"
        },
    )?;
    Ok(exit::OK)
}
