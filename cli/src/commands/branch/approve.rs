//! `branch approve`: approves it, with whom the organization appoints.

use baiying_proto::v1 as pb;

use super::done;
use super::officers::Officers;
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
    #[arg(long, value_name = "NO")]
    document: String,
    #[command(flatten)]
    officers: Officers,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::ApproveBranchRequest {
        context: None,
        branch_id: args.branch,
        unit_code: args.by,
        document: args.document,
        officers: Some(args.officers.message()),
    };
    let answer = app.mutate(change!(client, branch.approve_branch, request)).await?;
    let line = tr!(app.lang, "branch.approved", branch = format!("B{}", args.branch));
    done(app, answer.receipt.as_ref(), args.branch, &line)
}
