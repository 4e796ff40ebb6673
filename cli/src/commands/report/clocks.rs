//! `report clocks`: what is due when, and what was missed.

use baiying_proto::v1 as pb;

use crate::app::App;
use crate::commands::call;
use crate::error::{CliError, exit};
use crate::ids;
use crate::output::situation;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(value_name = "R", value_parser = ids::response)]
    response: Option<u32>,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::ListClocksRequest {
        response_id: args.response.unwrap_or_default(),
    };
    let answer = app.query(call!(client, situation.list_clocks, request)).await?;
    app.emit(
        || situation::clocks_json(&answer),
        || situation::clocks(app.lang, &answer),
    )?;
    Ok(exit::OK)
}
