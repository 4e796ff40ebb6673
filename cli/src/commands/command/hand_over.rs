//! `command hand-over`: gives a command to somebody else (指挥权交接).

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
    #[arg(value_name = "UNIT")]
    unit: String,
    #[arg(long, value_name = "P", value_parser = ids::person)]
    to: u32,
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[arg(long, value_name = "ROLE")]
    role: Option<String>,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::HandOverCommandRequest {
        context: None,
        response_id: args.response,
        unit_code: args.unit,
        role: args.role.unwrap_or_default(),
        to_id: args.to,
        reason: args.reason,
    };
    let answer = app.mutate(change!(client, command.hand_over_command, request)).await?;
    app.emit(
        || {
            documents::receipt(
                answer.receipt.as_ref(),
                json!({ "response_id": request.response_id, "unit_code": request.unit_code, "to_id": request.to_id }),
            )
        },
        || {
            tr!(
                app.lang,
                "command.handed_over",
                response = format!("R{}", request.response_id),
                unit = crate::text::line(&request.unit_code),
                person = format!("P{}", request.to_id)
            ) + "\n"
        },
    )?;
    Ok(exit::OK)
}
