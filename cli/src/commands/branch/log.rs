//! `branch log`: enters something in its log of activities.

use baiying_proto::v1 as pb;

use super::done;
use crate::app::App;
use crate::commands::change;
use crate::error::CliError;
use crate::i18n::tr;
use crate::ids;
use crate::when;
/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(value_name = "B", value_parser = ids::branch)]
    branch: u32,
    #[arg(long, value_name = "DAY", value_parser = when::day)]
    on: Option<String>,
    #[arg(long, value_name = "TEXT")]
    text: String,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::LogActivityRequest {
        context: None,
        branch_id: args.branch,
        on_date: args.on.unwrap_or_default(),
        text: args.text,
    };
    let answer = app.mutate(change!(client, branch.log_activity, request)).await?;
    let line = tr!(app.lang, "branch.logged", branch = format!("B{}", args.branch));
    done(app, answer.receipt.as_ref(), args.branch, &line)
}
