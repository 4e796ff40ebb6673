//! `team quota`: what each unit owes and has, worst first. Its exit code says whether every unit is in order.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::{call, units};
use crate::error::{CliError, exit};
use crate::output::duty::Names;
use crate::output::{Format, json_duty, json_team, quota};
use crate::when;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(long, value_name = "CODE")]
    unit: Option<String>,
    #[arg(long, value_name = "DAY", value_parser = when::day)]
    at: Option<String>,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::QuotaRequest {
        unit_code: args.unit.unwrap_or_default(),
        at_date: args.at.unwrap_or_default(),
    };
    let answer = app.query(call!(client, team.quota, request)).await?;
    let codes = answer.units.iter().map(|unit| unit.unit_code.clone()).collect();
    let names = match app.format {
        Format::Table => units::names(app, &client, codes).await?,
        Format::Json => Names::new(),
    };
    app.emit(
        || {
            json!({ "at_date": answer.at_date, "units": json_duty::list(&answer.units, json_team::quota),
                "total": answer.total.as_ref().map(json_team::quota) })
        },
        || quota::table(app.lang, &answer, &names),
    )?;
    Ok(if answer.units.iter().all(|unit| quota::is_in_order(&unit.status)) {
        exit::OK
    } else {
        exit::FINDINGS
    })
}
