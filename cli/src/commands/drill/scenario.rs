//! `drill scenario`: a scenario as its file, to be read, or to be changed and imported.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::call;
use crate::error::{CliError, exit};
use crate::output::drill;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(value_name = "SCENARIO")]
    code: String,
    #[arg(long, value_name = "N")]
    version: Option<u32>,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::GetScenarioRequest {
        code: args.code,
        version: args.version,
    };
    let answer = app.query(call!(client, exercise.get_scenario, request)).await?;
    app.emit(
        || {
            let line = answer.scenario.as_ref().map(drill::scenario_json);
            json!({ "scenario": line, "toml": answer.toml })
        },
        || answer.toml.clone(),
    )?;
    Ok(exit::OK)
}
