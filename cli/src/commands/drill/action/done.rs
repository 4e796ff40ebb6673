//! `drill action done`: says that an action is done, with what shows it.

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
    #[arg(long, value_name = "TEXT")]
    evidence: String,
    #[arg(long, value_name = "P", value_parser = ids::person)]
    by: Option<u32>,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::ReportActionRequest {
        context: None,
        action_id: args.item.item,
        person_id: args.by.unwrap_or(0),
        evidence: args.evidence,
    };
    let answer = app.mutate(change!(client, exercise.report_action, request)).await?;
    super::said(app, answer.receipt.as_ref(), request.action_id, "reported", json!({}))
}
