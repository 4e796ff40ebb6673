//! `reinforcement withdraw`: the town takes a request back.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::change;
use crate::error::{CliError, exit};
use crate::i18n::tr;
use crate::ids;
use crate::output::json as documents;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(value_name = "Z", value_parser = ids::reinforcement)]
    reinforcement: u32,
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::WithdrawReinforcementRequest {
        context: None,
        reinforcement_id: args.reinforcement,
        reason: args.reason,
    };
    let answer = app
        .mutate(change!(client, reinforcement.withdraw_reinforcement, request))
        .await?;
    app.emit(
        || {
            let more = json!({ "reinforcement_id": request.reinforcement_id });
            documents::receipt(answer.receipt.as_ref(), more)
        },
        || tr!(app.lang, "reinforcement.withdrawn", id = request.reinforcement_id) + "\n",
    )?;
    Ok(exit::OK)
}
