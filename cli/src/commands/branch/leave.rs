//! `branch leave`: takes people out of it.

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
    #[arg(long, value_name = "P", value_parser = ids::person, num_args = 1.., value_delimiter = ',',
        required = true)]
    person: Vec<u32>,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::LeaveBranchRequest {
        context: None,
        branch_id: args.branch,
        person_ids: args.person,
    };
    let answer = app.mutate(change!(client, branch.leave_branch, request)).await?;
    let line = tr!(app.lang, "branch.left", branch = format!("B{}", args.branch));
    done(app, answer.receipt.as_ref(), args.branch, &line)
}
