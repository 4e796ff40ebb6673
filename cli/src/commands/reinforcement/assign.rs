//! `reinforcement assign`: the town puts people who have arrived into a village or grid.

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
    #[arg(long, value_name = "CODE")]
    unit: String,
    #[arg(long, value_name = "P", value_parser = ids::person, num_args = 1.., value_delimiter = ',')]
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    person: Vec<u32>,
    #[arg(long)]
    all: bool,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::AssignReinforcementRequest {
        context: None,
        reinforcement_id: args.reinforcement,
        unit_code: args.unit,
        person_ids: args.person,
        all: args.all,
    };
    let answer = app
        .mutate(change!(client, reinforcement.assign_reinforcement, request))
        .await?;
    app.emit(
        || {
            let more = json!({ "reinforcement_id": request.reinforcement_id });
            documents::receipt(answer.receipt.as_ref(), more)
        },
        || {
            tr!(
                app.lang,
                "reinforcement.assigned",
                id = request.reinforcement_id,
                unit = crate::text::line(&request.unit_code)
            ) + "\n"
        },
    )?;
    Ok(exit::OK)
}
