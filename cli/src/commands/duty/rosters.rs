//! `duty rosters`: of each unit the version in force and those to come.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::{call, pages, units};
use crate::error::{CliError, exit};
use crate::output::{Format, duty, json_duty};

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(long, value_name = "CODE")]
    unit: Option<String>,
    #[command(flatten)]
    limit: pages::Limit,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let unit_code = args.unit.unwrap_or_default();
    let rosters = pages::all(&args.limit, async |page| {
        let request = pb::ListRostersRequest {
            unit_code: unit_code.clone(),
            page: Some(page),
        };
        let answer = app.query(call!(client, duty.list_rosters, request)).await?;
        Ok((answer.rosters, answer.next_page_token))
    })
    .await?;
    let codes = rosters.iter().map(|roster| roster.unit_code.clone()).collect();
    let names = match app.format {
        Format::Table => units::names(app, &client, codes).await?,
        Format::Json => duty::Names::new(),
    };
    app.emit(
        || json!({ "rosters": json_duty::list(&rosters, json_duty::roster) }),
        || duty::rosters(app.lang, &rosters, &names),
    )?;
    Ok(exit::OK)
}
