//! `drill action show`: an action with everything that happened to it.

use baiying_proto::v1 as pb;

use super::Item;
use crate::app::App;
use crate::commands::call;
use crate::error::{CliError, exit};
use crate::output::drill_action as shown;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    item: Item,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::GetActionRequest {
        action_id: args.item.item,
    };
    let answer = app.query(call!(client, exercise.get_action, request)).await?;
    app.emit(|| shown::json(&answer), || shown::text(app.lang, &answer))?;
    Ok(exit::OK)
}
