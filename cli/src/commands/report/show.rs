//! `report show`: one report, as it was filed.

use baiying_proto::v1 as pb;

use crate::app::App;
use crate::commands::call;
use crate::error::{CliError, exit};
use crate::ids;
use crate::output::situation;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(value_name = "R", value_parser = ids::response)]
    response: u32,
    #[arg(value_name = "N")]
    seq: u32,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::GetReportRequest {
        response_id: args.response,
        seq: args.seq,
    };
    let answer = app.query(call!(client, situation.get_report, request)).await?;
    let report = answer.report.unwrap_or_default();
    app.emit(
        || situation::report_json(&report),
        || situation::show(app.lang, &report),
    )?;
    Ok(exit::OK)
}
