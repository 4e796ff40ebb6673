//! `team waive-end`: takes a waiver back.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::change;
use crate::error::{CliError, exit};
use crate::i18n::tr;
use crate::output::json as documents;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(long, value_name = "CODE")]
    unit: String,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::RevokeWaiverRequest {
        context: None,
        unit_code: args.unit,
    };
    let answer = app.mutate(change!(client, team.revoke_waiver, request)).await?;
    app.emit(
        || documents::receipt(answer.receipt.as_ref(), json!({ "unit_code": request.unit_code })),
        || {
            let unit = crate::text::line(&request.unit_code);
            tr!(app.lang, "quota.waiver_ended", unit = unit) + "\n"
        },
    )?;
    Ok(exit::OK)
}
