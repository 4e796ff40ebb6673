//! `drill action add`: raises an action of a drill.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::change;
use crate::error::CliError;
use crate::{ids, when};

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(value_name = "Y", value_parser = ids::exercise)]
    drill: u32,
    #[arg(long, value_name = "TEXT")]
    issue: String,
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    cause: String,
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    measure: String,
    #[arg(long, value_name = "P", value_parser = ids::person)]
    owner: u32,
    #[arg(long, value_name = "DAY", value_parser = when::day)]
    due: String,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::RaiseActionRequest {
        context: None,
        exercise_id: args.drill,
        issue: args.issue,
        cause: args.cause,
        measure: args.measure,
        owner_id: args.owner,
        due_date: args.due,
    };
    let answer = app.mutate(change!(client, exercise.raise_action, request)).await?;
    let more = json!({ "exercise_id": args.drill, "owner_id": request.owner_id, "due_date": request.due_date });
    super::said(app, answer.receipt.as_ref(), answer.action_id, "raised", more)
}
