//! `spot-check cancel`: a planned check is taken back.

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
    #[arg(value_name = "C", value_parser = ids::spot_check)]
    check: u32,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::CancelSpotCheckRequest {
        context: None,
        spot_check_id: args.check,
    };
    let answer = app
        .mutate(change!(client, readiness.cancel_spot_check, request))
        .await?;
    app.emit(
        || documents::receipt(answer.receipt.as_ref(), json!({ "spot_check_id": args.check })),
        || {
            tr!(
                app.lang,
                "done.spot_check_cancelled",
                check = format!("C{}", args.check)
            ) + "\n"
        },
    )?;
    Ok(exit::OK)
}
