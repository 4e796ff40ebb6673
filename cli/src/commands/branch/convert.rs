//! `branch convert`: makes one that is under strength a temporary Party group.

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
    #[arg(long, value_name = "NO")]
    document: Option<String>,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::ConvertToGroupRequest {
        context: None,
        branch_id: args.branch,
        unit_code: args.by,
        document: args.document.unwrap_or_default(),
    };
    let answer = app.mutate(change!(client, branch.convert_to_group, request)).await?;
    let line = tr!(app.lang, "branch.group", branch = format!("B{}", args.branch));
    done(app, answer.receipt.as_ref(), args.branch, &line)
}
