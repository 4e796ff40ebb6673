//! `order show`: one order with the counts of all its versions.

use baiying_proto::v1 as pb;

use crate::app::App;
use crate::commands::call;
use crate::error::{CliError, exit};
use crate::output::{json as documents, order as show};
use crate::{ids, when};

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(value_name = "O", value_parser = ids::order)]
    order: u32,
    #[arg(long, value_name = "WHEN", value_parser = when::as_of)]
    at: Option<pb::AsOf>,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::GetOrderRequest {
        order_id: args.order,
        as_of: args.at,
    };
    let order = app
        .query(call!(client, order.get_order, request))
        .await?
        .order
        .unwrap_or_default();
    app.emit(|| documents::order(&order), || show::show(app.lang, &order))?;
    Ok(exit::OK)
}
