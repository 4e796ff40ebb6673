//! `team approve`: makes a proposal the unit's agency team.

use baiying_proto::v1 as pb;
use serde_json::json;

use super::select::Inputs;
use crate::app::App;
use crate::commands::change;
use crate::error::{CliError, exit};
use crate::i18n::tr;
use crate::output::json as documents;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    inputs: Inputs,
    #[arg(long, value_name = "HASH")]
    proposal: String,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::ApproveTeamRequest {
        context: None,
        request: Some(args.inputs.request()),
        proposal: args.proposal,
    };
    let answer = app.mutate(change!(client, team.approve_team, request)).await?;
    app.emit(
        || documents::receipt(answer.receipt.as_ref(), json!({ "team_id": answer.team_id })),
        || tr!(app.lang, "select.approved", team = format!("T{}", answer.team_id)) + "\n",
    )?;
    Ok(exit::OK)
}
