//! `drill scenarios`: the scenarios in force.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::{call, pages};
use crate::error::{CliError, exit};
use crate::output::drill;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    limit: pages::Limit,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let scenarios = pages::all(&args.limit, async |page| {
        let request = pb::ListScenariosRequest { page: Some(page) };
        let answer = app.query(call!(client, exercise.list_scenarios, request)).await?;
        Ok((answer.scenarios, answer.next_page_token))
    })
    .await?;
    app.emit(
        || json!({ "scenarios": scenarios.iter().map(drill::scenario_json).collect::<Vec<_>>() }),
        || drill::scenarios(app.lang, &scenarios),
    )?;
    Ok(exit::OK)
}
