//! `order list`: orders in short.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::{call, pages};
use crate::error::{CliError, exit};
use crate::output::{json as documents, order as show};
use crate::{ids, when};

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(long, value_name = "R", value_parser = ids::response)]
    response: Option<u32>,
    #[arg(long)]
    open: bool,
    #[arg(long, value_name = "WHEN", value_parser = when::as_of)]
    at: Option<pb::AsOf>,
    #[command(flatten)]
    limit: pages::Limit,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let response_id = args.response.unwrap_or_default();
    let orders = pages::all(&args.limit, async |page| {
        let request = pb::ListOrdersRequest {
            response_id,
            open_only: args.open,
            page: Some(page),
            as_of: args.at,
        };
        let answer = app.query(call!(client, order.list_orders, request)).await?;
        Ok((answer.orders, answer.next_page_token))
    })
    .await?;
    app.emit(
        || json!({ "orders": orders.iter().map(documents::order).collect::<Vec<_>>() }),
        || show::list(app.lang, &orders),
    )?;
    Ok(exit::OK)
}
