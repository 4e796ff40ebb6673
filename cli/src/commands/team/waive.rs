//! `team waive`: lets a unit be short for a while, with a reason, an approver and an end.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::change;
use crate::error::{CliError, exit};
use crate::i18n::tr;
use crate::output::json as documents;
use crate::when;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(long, value_name = "CODE")]
    unit: String,
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[arg(long, value_name = "DAY", value_parser = when::day)]
    until: String,
    #[arg(long, value_name = "WHO")]
    approved_by: String,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::GrantWaiverRequest {
        context: None,
        unit_code: args.unit,
        reason: args.reason,
        until_date: args.until,
        approved_by: args.approved_by,
    };
    let answer = app.mutate(change!(client, team.grant_waiver, request)).await?;
    app.emit(
        || {
            let more = json!({ "unit_code": request.unit_code, "until_date": request.until_date,
                "approved_by": request.approved_by });
            documents::receipt(answer.receipt.as_ref(), more)
        },
        || {
            let (unit, by) = (
                crate::text::line(&request.unit_code),
                crate::text::line(&request.approved_by),
            );
            tr!(
                app.lang,
                "quota.waiver",
                unit = unit,
                until = request.until_date,
                by = by
            ) + "\n"
        },
    )?;
    Ok(exit::OK)
}
