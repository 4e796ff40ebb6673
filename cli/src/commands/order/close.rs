//! `order close`: closes an order's count.

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
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::CloseOrderRequest {
        context: None,
        order_id: args.order,
    };
    let answer = app.mutate(change!(client, order.close_order, request)).await?;
    app.emit(
        || documents::receipt(answer.receipt.as_ref(), json!({ "order_id": args.order })),
        || tr!(app.lang, "done.closed", order = format!("O{}", args.order)) + "\n",
    )?;
    Ok(exit::OK)
}
