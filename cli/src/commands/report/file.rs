//! `report file`: files a situation report. The numbers in it come from the board and cannot be typed.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::change;
use crate::error::{CliError, exit};
use crate::i18n::tr;
use crate::output::{json as documents, situation};
use crate::{ids, when};

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(value_name = "R", value_parser = ids::response)]
    response: u32,
    #[arg(long, value_name = "KIND", value_parser = ["first", "follow-up", "daily", "zero", "final"])]
    kind: String,
    #[arg(long, value_name = "FORM", default_value = "written", value_parser = ["phone", "written"])]
    form: String,
    #[arg(long, value_name = "TIME", value_parser = when::instant_unix_ms)]
    received: Option<i64>,
    #[arg(long, value_name = "TIME", value_parser = when::instant_unix_ms)]
    event_at: Option<i64>,
    #[arg(long, value_name = "TEXT")]
    source: Option<String>,
    #[arg(long, value_name = "TEXT")]
    place: Option<String>,
    #[arg(long, value_name = "TEXT")]
    nature: Option<String>,
    #[arg(long, value_name = "TEXT")]
    scope: Option<String>,
    #[arg(long, value_name = "TEXT")]
    loss: Option<String>,
    #[arg(long, value_name = "TEXT")]
    trend: Option<String>,
    #[arg(long, value_name = "TEXT")]
    measures: Option<String>,
    #[arg(long, value_name = "TEXT")]
    requests: Option<String>,
    #[arg(long, value_name = "N")]
    amends: Option<u32>,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let words = pb::SituationWords {
        source: args.source.unwrap_or_default(),
        place: args.place.unwrap_or_default(),
        nature: args.nature.unwrap_or_default(),
        scope: args.scope.unwrap_or_default(),
        loss: args.loss.unwrap_or_default(),
        trend: args.trend.unwrap_or_default(),
        measures: args.measures.unwrap_or_default(),
        requests: args.requests.unwrap_or_default(),
    };
    let request = pb::FileReportRequest {
        context: None,
        response_id: args.response,
        kind: args.kind.clone(),
        form: args.form,
        received_at_unix_ms: args.received.unwrap_or_default(),
        event_at_unix_ms: args.event_at.unwrap_or_default(),
        words: Some(words),
        amends: args.amends.unwrap_or_default(),
    };
    let answer = app.mutate(change!(client, situation.file_report, request)).await?;
    app.emit(
        || {
            let more = json!({ "response_id": args.response, "seq": answer.seq, "kind": args.kind,
                "number": answer.number, "late": answer.late });
            documents::receipt(answer.receipt.as_ref(), more)
        },
        || {
            let title = situation::title(app.lang, &args.kind, answer.number);
            let mut text = tr!(
                app.lang,
                "done.report_filed",
                response = format!("R{}", args.response),
                seq = answer.seq,
                title = title
            );
            if answer.late {
                text.push_str(&tr!(app.lang, "done.report_late"));
            }
            text + "\n"
        },
    )?;
    Ok(exit::OK)
}
