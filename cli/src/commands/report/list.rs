//! `report list`: the reports of a response.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::client::Client;
use crate::commands::{call, pages};
use crate::error::{CliError, exit};
use crate::ids;
use crate::output::situation;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(value_name = "R", value_parser = ids::response)]
    response: u32,
    #[command(flatten)]
    limit: pages::Limit,
}

/// The reports of a response.
pub(crate) async fn fetch(
    app: &App,
    client: &Client,
    response_id: u32,
    limit: &pages::Limit,
) -> Result<Vec<pb::SituationReport>, CliError> {
    pages::all(limit, async |page| {
        let request = pb::ListReportsRequest {
            response_id,
            page: Some(page),
        };
        let answer = app.query(call!(client, situation.list_reports, request)).await?;
        Ok((answer.reports, answer.next_page_token))
    })
    .await
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let reports = fetch(app, &client, args.response, &args.limit).await?;
    app.emit(
        || json!({ "reports": reports.iter().map(situation::report_json).collect::<Vec<_>>() }),
        || situation::list(app.lang, &reports),
    )?;
    Ok(exit::OK)
}
