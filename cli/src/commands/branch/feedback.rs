//! `branch feedback`: tells a home unit how its people did.

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
    unit: String,
    #[arg(long, value_name = "P", value_parser = ids::person)]
    written_by: u32,
    #[arg(long, value_name = "TEXT")]
    note: String,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::IssueFeedbackRequest {
        context: None,
        branch_id: args.branch,
        unit_code: args.unit,
        written_by_id: args.written_by,
        note: args.note,
    };
    let answer = app.mutate(change!(client, branch.issue_feedback, request)).await?;
    let line = tr!(app.lang, "branch.told", branch = format!("B{}", args.branch));
    let line = match answer.owed {
        0 => tr!(app.lang, "branch.dissolved", branch = format!("B{}", args.branch)),
        owed => format!("{line}\n{}", tr!(app.lang, "branch.owed", count = owed)),
    };
    done(app, answer.receipt.as_ref(), args.branch, &line)
}
