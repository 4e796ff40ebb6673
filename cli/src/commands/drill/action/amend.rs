//! `drill action amend`: another owner or day, or what was found out since.

use baiying_proto::v1 as pb;
use serde_json::json;

use super::Item;
use crate::app::App;
use crate::commands::change;
use crate::error::CliError;
use crate::{ids, when};

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    item: Item,
    #[arg(long, value_name = "TEXT")]
    cause: Option<String>,
    #[arg(long, value_name = "TEXT")]
    measure: Option<String>,
    #[arg(long, value_name = "P", value_parser = ids::person)]
    owner: Option<u32>,
    #[arg(long, value_name = "DAY", value_parser = when::day)]
    due: Option<String>,
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::AmendActionRequest {
        context: None,
        action_id: args.item.item,
        cause: args.cause,
        measure: args.measure,
        owner_id: args.owner.unwrap_or(0),
        due_date: args.due.unwrap_or_default(),
        reason: args.reason,
    };
    let answer = app.mutate(change!(client, exercise.amend_action, request)).await?;
    super::said(app, answer.receipt.as_ref(), request.action_id, "amended", json!({}))
}
