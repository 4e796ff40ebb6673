//! `order watch`: the board of one order as it changes, until the order ends.

use baiying_proto::v1 as pb;

use crate::app::App;
use crate::commands::{call, watch};
use crate::error::{CliError, exit};
use crate::ids;
use crate::output::Format;
use crate::output::{json as documents, order as show};

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(value_name = "O", value_parser = ids::order)]
    order: u32,
    #[arg(long, value_name = "CODE")]
    unit: Option<String>,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::GetOrderRequest {
        order_id: args.order,
        as_of: None,
    };
    let order = app
        .query(call!(client, order.get_order, request))
        .await?
        .order
        .unwrap_or_default();
    // A snapshot shows open orders only: one that has ended would never be seen to end.
    let ended = order
        .versions
        .last()
        .is_some_and(|version| watch::has_ended(&version.status));
    if ended {
        let text = match app.format {
            Format::Json => format!("{}\n", documents::order(&order)),
            Format::Table => show::show(app.lang, &order),
        };
        app.ui.data(&text)?;
        return Ok(exit::OK);
    }
    let filter = pb::BoardFilter {
        response_id: 0,
        order_id: args.order,
        unit_code: args.unit.unwrap_or_default(),
    };
    watch::run(app, filter, Some(args.order)).await
}
