//! `team count set`: how a unit's staff is counted, and on what that rests.

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
    #[arg(long, value_name = "CODE")]
    unit: String,
    #[arg(long, value_name = "PERCENT", value_parser = ids::percent, default_value = "20")]
    percent: u32,
    #[arg(long, required_unless_present = "not_counted", conflicts_with = "not_counted")]
    counted: bool,
    #[arg(long)]
    not_counted: bool,
    #[arg(long, value_name = "CODE")]
    joint: Option<String>,
    #[arg(long, value_name = "TEXT")]
    basis: String,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::SetCountPolicyRequest {
        context: None,
        unit_code: args.unit,
        percent: args.percent,
        counted: args.counted,
        joint_with_code: args.joint.unwrap_or_default(),
        basis: args.basis,
    };
    let answer = app.mutate(change!(client, team.set_count_policy, request)).await?;
    app.emit(
        || {
            let more = json!({ "unit_code": request.unit_code, "percent": request.percent, "counted": request.counted,
                "joint_with_code": request.joint_with_code, "basis": request.basis });
            documents::receipt(answer.receipt.as_ref(), more)
        },
        || {
            let unit = crate::text::line(&request.unit_code);
            let text = if request.counted {
                tr!(app.lang, "quota.counted", unit = unit, percent = request.percent)
            } else {
                tr!(app.lang, "quota.not_counted", unit = unit)
            };
            text + "\n"
        },
    )?;
    Ok(exit::OK)
}
