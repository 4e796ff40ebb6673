//! `in-place exempt-end`: ends an exemption, from now on.

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
    #[arg(value_name = "E", value_parser = ids::exemption)]
    exemption: u32,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::EndExemptionRequest {
        context: None,
        exemption_id: args.exemption,
    };
    let answer = app.mutate(change!(client, in_place.end_exemption, request)).await?;
    app.emit(
        || documents::receipt(answer.receipt.as_ref(), json!({ "exemption_id": args.exemption })),
        || {
            tr!(
                app.lang,
                "in_place.exemption_ended",
                id = format!("E{}", args.exemption)
            ) + "\n"
        },
    )?;
    Ok(exit::OK)
}
