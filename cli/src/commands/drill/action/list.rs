//! `drill action list`: actions and where they stand.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::{call, pages};
use crate::error::{CliError, exit};
use crate::ids;
use crate::output::drill_action as shown;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(long, value_name = "Y", value_parser = ids::exercise)]
    drill: Option<u32>,
    #[arg(long, value_name = "P", value_parser = ids::person)]
    owner: Option<u32>,
    #[arg(long, value_name = "CODE")]
    unit: Option<String>,
    #[arg(long, value_name = "STATUS", value_parser = ["open", "reported", "verified", "withdrawn"])]
    status: Option<String>,
    #[arg(long)]
    overdue: bool,
    #[command(flatten)]
    limit: pages::Limit,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let (unit_code, status) = (args.unit.unwrap_or_default(), args.status.unwrap_or_default());
    let actions = pages::all(&args.limit, async |page| {
        let request = pb::ListActionsRequest {
            exercise_id: args.drill.unwrap_or(0),
            owner_id: args.owner.unwrap_or(0),
            unit_code: unit_code.clone(),
            status: status.clone(),
            only_overdue: args.overdue,
            page: Some(page),
        };
        let answer = app.query(call!(client, exercise.list_actions, request)).await?;
        Ok((answer.actions, answer.next_page_token))
    })
    .await?;
    app.emit(
        || json!({ "actions": actions.iter().map(shown::line_json).collect::<Vec<_>>() }),
        || shown::lines(app.lang, &actions),
    )?;
    Ok(exit::OK)
}
