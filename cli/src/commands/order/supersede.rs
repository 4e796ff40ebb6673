//! `order supersede`: a new version in the place of an order (更新).

use baiying_proto::v1 as pb;
use serde_json::json;

use super::draft::{AudienceArgs, DraftArgs};
use crate::app::App;
use crate::commands::change;
use crate::error::{CliError, exit};
use crate::ids;
use crate::output::{json as documents, order as show};

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(mut_arg("text", |arg| arg.required(true)), mut_arg("muster", |arg| arg.required(true)))]
pub(crate) struct Args {
    #[arg(value_name = "O", value_parser = ids::order)]
    order: u32,
    #[command(flatten)]
    audience: AudienceArgs,
    #[command(flatten)]
    draft: DraftArgs,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::SupersedeOrderRequest {
        context: None,
        order_id: args.order,
        audience: args.audience.audience(),
        draft: Some(args.draft.draft()),
    };
    let answer = app.mutate(change!(client, order.supersede_order, request)).await?;
    let issued = answer.issued.unwrap_or_default();
    app.emit(
        || {
            documents::receipt(
                answer.receipt.as_ref(),
                json!({ "issued": documents::issued(Some(&issued)) }),
            )
        },
        || show::issued(app.lang, &issued),
    )?;
    Ok(exit::OK)
}
