//! `in-place double-report end`: a double report ends.

use baiying_proto::v1 as pb;
use serde_json::json;

use super::{ReportArgs, subject};
use crate::app::App;
use crate::commands::change;
use crate::error::{CliError, exit};
use crate::i18n::tr;
use crate::output::json as documents;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    report: ReportArgs,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::EndDoubleReportRequest {
        context: None,
        subject: Some(args.report.subject()),
        community_code: args.report.community,
        basis: args.report.basis,
    };
    let answer = app.mutate(change!(client, in_place.end_double_report, request)).await?;
    app.emit(
        || {
            documents::receipt(
                answer.receipt.as_ref(),
                json!({ "community_code": request.community_code }),
            )
        },
        || {
            let subject = crate::text::line(&subject(request.subject.as_ref()));
            let community = crate::text::line(&request.community_code);
            tr!(
                app.lang,
                "in_place.double_report_ended",
                subject = subject,
                community = community
            ) + "\n"
        },
    )?;
    Ok(exit::OK)
}
