//! `duty check`: what is wrong with the rosters. Its exit code says whether anything is.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::{call, units};
use crate::error::{CliError, exit};
use crate::i18n::tr;
use crate::output::{Format, duty, json_duty};
use crate::{ids, when};

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(long, value_name = "CODE")]
    unit: Option<String>,
    #[arg(long, value_name = "DAY", value_parser = when::from_unix_ms)]
    from: Option<i64>,
    #[arg(long, value_name = "N", value_parser = ids::count)]
    days: Option<u32>,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::CheckRostersRequest {
        unit_code: args.unit.unwrap_or_default(),
        from_unix_ms: args.from.unwrap_or_default(),
        days: args.days.unwrap_or_default(),
    };
    let answer = app.query(call!(client, duty.check_rosters, request)).await?;
    let names = match app.format {
        Format::Table => units::names(app, &client, duty::units_of_findings(&answer.findings)).await?,
        Format::Json => duty::Names::new(),
    };
    app.emit(
        || json!({ "rosters": answer.rosters, "findings": json_duty::list(&answer.findings, json_duty::finding) }),
        || {
            let checked = tr!(app.lang, "duty.checked", rosters = answer.rosters);
            if answer.findings.is_empty() {
                format!("{checked}{}\n", tr!(app.lang, "duty.nothing_found"))
            } else {
                format!("{checked}\n{}", duty::findings(app.lang, &answer.findings, &names))
            }
        },
    )?;
    Ok(if answer.findings.is_empty() {
        exit::OK
    } else {
        exit::FINDINGS
    })
}
