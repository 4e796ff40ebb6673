//! `response request`: asks for a response (申请); nothing happens until it is approved.

use baiying_proto::v1 as pb;
use serde_json::json;

use super::asked::AskedArgs;
use crate::app::App;
use crate::commands::change;
use crate::error::{CliError, exit};
use crate::i18n::tr;
use crate::ids;
use crate::output::json as documents;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    asked: AskedArgs,
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[arg(long, value_name = "P", value_parser = ids::person)]
    requested_by: u32,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let Args {
        asked,
        reason,
        requested_by,
    } = args;
    let level = ids::level_text(app.lang, asked.level);
    let client = app.client()?;
    let request = pb::RequestResponseRequest {
        context: None,
        plan: asked.plan,
        event: asked.event.unwrap_or_default(),
        jurisdiction_code: asked.jurisdiction.unwrap_or_default(),
        level: asked.level,
        scope_codes: asked.scope,
        reason,
        basis: asked.basis.unwrap_or_default(),
        requested_by_id: requested_by,
    };
    let answer = app.mutate(change!(client, response.request_response, request)).await?;
    app.emit(
        || documents::receipt(answer.receipt.as_ref(), json!({ "response_id": answer.response_id })),
        || {
            let response = format!("R{}", answer.response_id);
            tr!(app.lang, "done.response_requested", response = response, level = level) + "\n"
        },
    )?;
    Ok(exit::OK)
}
