//! `muster list`: muster points.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::{call, pages};
use crate::error::{CliError, exit};
use crate::output::json as documents;
use crate::output::table::Sheet;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(long, value_name = "CODE")]
    within: Option<String>,
    #[command(flatten)]
    limit: pages::Limit,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let within_code = args.within.unwrap_or_default();
    let points = pages::all(&args.limit, async |page| {
        let request = pb::ListMusterPointsRequest {
            within_code: within_code.clone(),
            page: Some(page),
        };
        let answer = app.query(call!(client, org.list_muster_points, request)).await?;
        Ok((answer.muster_points, answer.next_page_token))
    })
    .await?;
    app.emit(
        || json!({ "muster_points": points.iter().map(documents::muster_point).collect::<Vec<_>>() }),
        || {
            let mut sheet = Sheet::new(app.lang, &["muster_point", "code", "name", "unit", "address"]);
            for point in &points {
                sheet.row([
                    &format!("M{}", point.muster_point_id),
                    &point.code,
                    &point.name,
                    &point.unit_code,
                    &point.address,
                ]);
            }
            sheet.text()
        },
    )?;
    Ok(exit::OK)
}
