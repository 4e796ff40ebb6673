//! `duty on`: who is on now, or at any other instant. What a duty desk reads.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::{call, units};
use crate::error::{CliError, exit};
use crate::i18n::tr;
use crate::output::{Format, duty, json_duty};
use crate::when;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(long, value_name = "CODE")]
    unit: Option<String>,
    #[arg(long, value_name = "TIME", value_parser = when::instant_unix_ms)]
    at: Option<i64>,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::OnDutyRequest {
        unit_code: args.unit.unwrap_or_default(),
        at_unix_ms: args.at.unwrap_or_default(),
    };
    let answer = app.query(call!(client, duty.on_duty, request)).await?;
    let codes = answer.units.iter().map(|unit| unit.unit_code.clone()).collect();
    let names = match app.format {
        Format::Table => units::names(app, &client, codes).await?,
        Format::Json => duty::Names::new(),
    };
    app.emit(
        || json!({ "at_unix_ms": answer.at_unix_ms, "units": json_duty::list(&answer.units, json_duty::unit_on_duty) }),
        || {
            let zone = answer
                .units
                .iter()
                .map(|unit| unit.zone.as_str())
                .find(|zone| !zone.is_empty());
            let at = when::minute_in(answer.at_unix_ms, zone.unwrap_or_default());
            let at = tr!(app.lang, "duty.at", at = at);
            format!("{at}\n{}", duty::on_duty(app.lang, &answer.units, &names))
        },
    )?;
    Ok(exit::OK)
}
