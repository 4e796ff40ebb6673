//! `order cancel`: withdraws an order (撤销).

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
    #[arg(value_name = "O", value_parser = ids::order)]
    order: u32,
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let order = format!("O{}", args.order);
    app.confirm(&tr!(app.lang, "confirm.cancel", order = order))?;
    let client = app.client()?;
    let request = pb::CancelOrderRequest {
        context: None,
        order_id: args.order,
        reason: args.reason,
    };
    let answer = app.mutate(change!(client, order.cancel_order, request)).await?;
    app.emit(
        || documents::receipt(answer.receipt.as_ref(), json!({ "order_id": args.order })),
        || tr!(app.lang, "done.cancelled", order = order) + "\n",
    )?;
    Ok(exit::OK)
}
