//! `reinforcement show`: one request with its rounds, the reasons for each agency, and who is where.

use baiying_proto::v1 as pb;

use crate::app::App;
use crate::commands::call;
use crate::error::{CliError, exit};
use crate::ids;
use crate::output::{json_reinforcement, reinforcement};

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(value_name = "Z", value_parser = ids::reinforcement)]
    reinforcement: u32,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::GetReinforcementRequest {
        reinforcement_id: args.reinforcement,
    };
    let answer = app
        .query(call!(client, reinforcement.get_reinforcement, request))
        .await?;
    app.emit(
        || json_reinforcement::whole(&answer),
        || reinforcement::show(app.lang, &answer),
    )?;
    Ok(exit::OK)
}
