//! `drill action reopen`: it is not done, or not any more.

use baiying_proto::v1 as pb;
use serde_json::json;

use super::Item;
use crate::app::App;
use crate::commands::change;
use crate::error::CliError;
use crate::when;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    item: Item,
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[arg(long, value_name = "DAY", value_parser = when::day)]
    due: Option<String>,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::ReopenActionRequest {
        context: None,
        action_id: args.item.item,
        reason: args.reason,
        due_date: args.due.unwrap_or_default(),
    };
    let answer = app.mutate(change!(client, exercise.reopen_action, request)).await?;
    super::said(app, answer.receipt.as_ref(), request.action_id, "reopened", json!({}))
}
