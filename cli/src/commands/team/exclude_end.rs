//! `team exclude-end`: ends an exclusion, from today on.

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
    #[arg(value_name = "N", value_parser = ids::count)]
    exclusion: u32,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::EndExclusionRequest {
        context: None,
        exclusion_id: args.exclusion,
    };
    let answer = app.mutate(change!(client, team.end_exclusion, request)).await?;
    app.emit(
        || documents::receipt(answer.receipt.as_ref(), json!({ "exclusion_id": args.exclusion })),
        || tr!(app.lang, "quota.exclusion_ended", id = args.exclusion) + "\n",
    )?;
    Ok(exit::OK)
}
