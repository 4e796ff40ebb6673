//! `in-place double-report list`: which units and members report to which communities.

use baiying_proto::v1 as pb;
use serde_json::json;

use super::subject;
use crate::app::App;
use crate::commands::{call, pages};
use crate::error::{CliError, exit};
use crate::i18n::word;
use crate::output::table::Sheet;
use crate::output::{json_duty, json_in_place};
use crate::when;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(long, value_name = "CODE")]
    community: Option<String>,
    #[arg(long, value_name = "CODE")]
    unit: Option<String>,
    #[arg(long)]
    ended: bool,
    #[command(flatten)]
    limit: pages::Limit,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let (community_code, unit_code) = (args.community.unwrap_or_default(), args.unit.unwrap_or_default());
    let reports = pages::all(&args.limit, async |page| {
        let request = pb::ListDoubleReportsRequest {
            community_code: community_code.clone(),
            unit_code: unit_code.clone(),
            ended: args.ended,
            page: Some(page),
        };
        let answer = app.query(call!(client, in_place.list_double_reports, request)).await?;
        Ok((answer.double_reports, answer.next_page_token))
    })
    .await?;
    app.emit(
        || json!({ "double_reports": json_duty::list(&reports, json_in_place::double_report) }),
        || {
            let mut sheet = Sheet::new(
                app.lang,
                &["subject", "community", "basis_kind", "response", "since", "status"],
            );
            for report in &reports {
                let response = match report.response_id {
                    0 => String::new(),
                    response => format!("R{response}"),
                };
                let status = if report.stands { "stands" } else { "ended" };
                sheet.row([
                    subject(report.subject.as_ref()),
                    report.community_code.clone(),
                    word(app.lang, "double_report", &report.basis),
                    response,
                    when::local(report.since_unix_ms),
                    word(app.lang, "double_report", status),
                ]);
            }
            sheet.text()
        },
    )?;
    Ok(exit::OK)
}
