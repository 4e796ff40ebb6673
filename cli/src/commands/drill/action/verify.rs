//! `drill action verify`: somebody else has seen that it is done. The only way to close it.

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
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    note: String,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::VerifyActionRequest {
        context: None,
        action_id: args.item.item,
        person_id: args.by,
        note: args.note,
    };
    let answer = app.mutate(change!(client, exercise.verify_action, request)).await?;
    let more = json!({ "verified_by": request.person_id });
    super::said(app, answer.receipt.as_ref(), request.action_id, "verified", more)
}
