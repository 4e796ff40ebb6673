//! `order rows`: the ledger of an order, a row a person.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::{call, pages};
use crate::error::{CliError, exit};
use crate::ids;
use crate::output::{json as documents, order as show};

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(value_name = "O", value_parser = ids::order)]
    order: u32,
    #[arg(long, value_name = "BUCKET", value_parser = ["present", "en-route", "excused", "absent", "unconfirmed"])]
    bucket: Option<String>,
    #[arg(long, value_name = "CODE")]
    unit: Option<String>,
    #[arg(long, value_name = "N", default_value_t = 0)]
    order_version: u32,
    #[command(flatten)]
    limit: pages::Limit,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let filter = pb::ListDeliveriesRequest {
        order_id: args.order,
        version: args.order_version,
        unit_code: args.unit.unwrap_or_default(),
        bucket: args.bucket.unwrap_or_default(),
        page: None,
    };
    let rows = pages::all(&args.limit, async |page| {
        let request = pb::ListDeliveriesRequest {
            page: Some(page),
            ..filter.clone()
        };
        let answer = app.query(call!(client, order.list_deliveries, request)).await?;
        Ok((answer.deliveries, answer.next_page_token))
    })
    .await?;
    app.emit(
        || json!({ "order_id": args.order, "rows": rows.iter().map(documents::delivery).collect::<Vec<_>>() }),
        || show::rows(app.lang, &rows),
    )?;
    Ok(exit::OK)
}
