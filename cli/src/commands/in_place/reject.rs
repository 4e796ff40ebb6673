//! `in-place reject`: a village does not confirm reports, and says why (不予确认).

use baiying_proto::v1 as pb;

use super::outcome;
use crate::app::App;
use crate::commands::change;
use crate::error::CliError;
use crate::ids;
use crate::output::exceptions::Applied;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(long, value_name = "CODE")]
    village: String,
    #[arg(long, value_name = "P", value_parser = ids::person, num_args = 1.., value_delimiter = ',', required = true)]
    person: Vec<u32>,
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[arg(long, value_name = "WHO")]
    by: String,
    #[arg(long, value_name = "R", value_parser = ids::response)]
    response: Option<u32>,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::RejectReportsRequest {
        context: None,
        village_code: args.village,
        response_id: args.response.unwrap_or_default(),
        person_ids: args.person,
        reason: args.reason,
        rejected_by: args.by,
    };
    let answer = app.mutate(change!(client, in_place.reject_reports, request)).await?;
    let mut applied = Applied::default();
    applied.add(answer.receipt, answer.applied, answer.exceptions);
    outcome(app, "in_place.rejected", &request.village_code, &applied)
}
