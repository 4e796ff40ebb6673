//! `branch dissolve`: begins to dissolve it, or seals it without the feedback that is owed.

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
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[arg(long)]
    without_feedback: bool,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let branch = format!("B{}", args.branch);
    app.confirm(&if args.without_feedback {
        tr!(app.lang, "confirm.branch_seal", branch = branch)
    } else {
        tr!(app.lang, "confirm.branch_dissolve", branch = branch)
    })?;
    let client = app.client()?;
    let request = pb::DissolveBranchRequest {
        context: None,
        branch_id: args.branch,
        reason: args.reason,
        without_feedback: args.without_feedback,
    };
    let answer = app.mutate(change!(client, branch.dissolve_branch, request)).await?;
    let line = tr!(app.lang, "branch.dissolving", branch = format!("B{}", args.branch));
    let line = match answer.owed {
        0 => tr!(app.lang, "branch.dissolved", branch = format!("B{}", args.branch)),
        owed => format!("{line}\n{}", tr!(app.lang, "branch.owed", count = owed)),
    };
    done(app, answer.receipt.as_ref(), args.branch, &line)
}
