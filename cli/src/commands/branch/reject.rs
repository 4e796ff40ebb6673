//! `branch reject`: does not approve it.

use baiying_proto::v1 as pb;

use super::done;
use crate::app::App;
use crate::commands::change;
use crate::error::CliError;
use crate::i18n::tr;
use crate::ids;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(value_name = "B", value_parser = ids::branch)]
    branch: u32,
    #[arg(long, value_name = "CODE")]
    by: String,
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::RejectBranchRequest {
        context: None,
        branch_id: args.branch,
        unit_code: args.by,
        reason: args.reason,
    };
    let answer = app.mutate(change!(client, branch.reject_branch, request)).await?;
    let line = tr!(app.lang, "branch.rejected", branch = format!("B{}", args.branch));
    done(app, answer.receipt.as_ref(), args.branch, &line)
}
