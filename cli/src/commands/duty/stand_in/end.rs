//! `duty stand-in end`: takes a stand-in back, from now on.

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
    stand_in: u32,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::EndStandInRequest {
        context: None,
        stand_in_id: args.stand_in,
    };
    let answer = app.mutate(change!(client, duty.end_stand_in, request)).await?;
    app.emit(
        || documents::receipt(answer.receipt.as_ref(), json!({ "stand_in_id": args.stand_in })),
        || tr!(app.lang, "duty.stand_in_ended", id = args.stand_in) + "\n",
    )?;
    Ok(exit::OK)
}
