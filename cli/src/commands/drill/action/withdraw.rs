//! `drill action withdraw`: it was raised by mistake, or twice. It is not closed by that.

use baiying_proto::v1 as pb;
use serde_json::json;

use super::Item;
use crate::app::App;
use crate::commands::change;
use crate::error::CliError;
use crate::ids;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    item: Item,
    #[arg(long, value_name = "P", value_parser = ids::person)]
    by: u32,
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::WithdrawActionRequest {
        context: None,
        action_id: args.item.item,
        person_id: args.by,
        reason: args.reason,
    };
    let answer = app.mutate(change!(client, exercise.withdraw_action, request)).await?;
    super::said(app, answer.receipt.as_ref(), request.action_id, "withdrawn", json!({}))
}
