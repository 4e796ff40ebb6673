//! `response confirm`: confirms a provisional start (先期处置): it does not lapse any more.

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
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::ConfirmResponseRequest {
        context: None,
        response_id: args.response,
        approved_by_id: args.by,
    };
    let answer = app.mutate(change!(client, response.confirm_response, request)).await?;
    app.emit(
        || documents::receipt(answer.receipt.as_ref(), json!({ "response_id": args.response })),
        || {
            tr!(
                app.lang,
                "done.response_confirmed",
                response = format!("R{}", args.response)
            ) + "\n"
        },
    )?;
    Ok(exit::OK)
}
