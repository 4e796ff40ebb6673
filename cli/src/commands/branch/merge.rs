//! `branch merge`: merges one that is under strength into another.

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
    #[arg(long, value_name = "B", value_parser = ids::branch)]
    into: u32,
    #[arg(long, value_name = "CODE")]
    by: String,
    #[arg(long, value_name = "NO")]
    document: Option<String>,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::MergeBranchRequest {
        context: None,
        branch_id: args.branch,
        into_branch_id: args.into,
        unit_code: args.by,
        document: args.document.unwrap_or_default(),
    };
    let answer = app.mutate(change!(client, branch.merge_branch, request)).await?;
    let line = tr!(
        app.lang,
        "branch.merged",
        branch = format!("B{}", args.branch),
        into = format!("B{}", args.into)
    );
    done(app, answer.receipt.as_ref(), args.branch, &line)
}
