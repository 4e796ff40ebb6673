//! `in-place double-report record`: a unit or a member reports to a community.

use baiying_proto::v1 as pb;
use serde_json::json;

use super::{ReportArgs, subject};
use crate::app::App;
use crate::commands::change;
use crate::error::{CliError, exit};
use crate::i18n::{tr, word};
use crate::ids;
use crate::output::json as documents;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    report: ReportArgs,
    #[arg(long, value_name = "R", value_parser = ids::response)]
    response: Option<u32>,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::RecordDoubleReportRequest {
        context: None,
        subject: Some(args.report.subject()),
        community_code: args.report.community,
        basis: args.report.basis,
        response_id: args.response.unwrap_or_default(),
    };
    let answer = app
        .mutate(change!(client, in_place.record_double_report, request))
        .await?;
    app.emit(
        || {
            documents::receipt(
                answer.receipt.as_ref(),
                json!({ "community_code": request.community_code }),
            )
        },
        || {
            tr!(
                app.lang,
                "in_place.double_reported",
                subject = crate::text::line(&subject(request.subject.as_ref())),
                community = crate::text::line(&request.community_code),
                basis = word(app.lang, "double_report", &request.basis)
            ) + "\n"
        },
    )?;
    Ok(exit::OK)
}
