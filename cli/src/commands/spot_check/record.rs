//! `spot-check record`: a check that was made by phone, video or on the spot.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::change;
use crate::error::{CliError, exit};
use crate::i18n::{tr, word};
use crate::output::json as documents;
use crate::{ids, when};

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(long, value_name = "CODE")]
    unit: String,
    #[arg(long, value_name = "METHOD", value_parser = ["phone", "video", "visit"])]
    method: String,
    #[arg(long, value_name = "TIME", value_parser = when::instant_unix_ms)]
    asked: i64,
    #[arg(long, value_name = "TIME", value_parser = when::instant_unix_ms)]
    answered: Option<i64>,
    #[arg(long, value_name = "P", value_parser = ids::person, requires = "answered")]
    person: Option<u32>,
    #[arg(long)]
    off_post: bool,
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::RecordSpotCheckRequest {
        context: None,
        unit_code: args.unit,
        method: args.method,
        asked_unix_ms: args.asked,
        answered_unix_ms: args.answered.unwrap_or_default(),
        person_id: args.person.unwrap_or_default(),
        on_post: !args.off_post,
        note: args.note.unwrap_or_default(),
    };
    let answer = app
        .mutate(change!(client, readiness.record_spot_check, request))
        .await?;
    app.emit(
        || {
            let more = json!({ "spot_check_id": answer.spot_check_id, "result": answer.result });
            documents::receipt(answer.receipt.as_ref(), more)
        },
        || {
            let check = format!("C{}", answer.spot_check_id);
            let result = word(app.lang, "spot_check", &answer.result);
            tr!(app.lang, "done.spot_check_answered", check = check, result = result) + "\n"
        },
    )?;
    Ok(exit::OK)
}
