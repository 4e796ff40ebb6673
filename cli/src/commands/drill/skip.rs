//! `drill skip`, `unskip` and `unschedule`.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::change;
use crate::error::{CliError, exit};
use crate::i18n::tr;
use crate::output::json as documents;
use crate::{ids, when};

/// Which occurrence is not started, or later.
#[derive(Debug, clap::Args)]
pub(crate) struct Skip {
    #[arg(value_name = "N", value_parser = ids::schedule)]
    schedule_id: u32,
    #[arg(long, value_name = "TIME", value_parser = when::instant_unix_ms)]
    occurrence: Option<i64>,
    #[arg(long, value_name = "TIME", value_parser = when::instant_unix_ms)]
    until: Option<i64>,
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

/// Which occurrence is started after all.
#[derive(Debug, clap::Args)]
pub(crate) struct Unskip {
    #[arg(value_name = "N", value_parser = ids::schedule)]
    schedule_id: u32,
    #[arg(long, value_name = "TIME", value_parser = when::instant_unix_ms)]
    occurrence: i64,
}

/// Which schedule starts nothing more.
#[derive(Debug, clap::Args)]
pub(crate) struct Unschedule {
    #[arg(value_name = "N", value_parser = ids::schedule)]
    schedule_id: u32,
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

/// Skips an occurrence, or postpones it.
pub(super) async fn skip(app: &App, args: Skip) -> Result<u8, CliError> {
    let request = pb::ChangeScheduleRequest {
        context: None,
        schedule_id: args.schedule_id,
        action: if args.until.is_some() { "postpone" } else { "skip" }.to_owned(),
        nominal_unix_ms: args.occurrence.unwrap_or_default(),
        to_unix_ms: args.until.unwrap_or_default(),
        reason: args.reason,
    };
    change(app, request).await
}

/// Takes that back.
pub(super) async fn unskip(app: &App, args: Unskip) -> Result<u8, CliError> {
    let request = pb::ChangeScheduleRequest {
        schedule_id: args.schedule_id,
        action: "restore".to_owned(),
        nominal_unix_ms: args.occurrence,
        ..pb::ChangeScheduleRequest::default()
    };
    change(app, request).await
}

/// Ends a schedule.
pub(super) async fn unschedule(app: &App, args: Unschedule) -> Result<u8, CliError> {
    app.confirm(&tr!(app.lang, "drill.confirm_unschedule", id = args.schedule_id))?;
    let request = pb::ChangeScheduleRequest {
        schedule_id: args.schedule_id,
        action: "end".to_owned(),
        reason: args.reason,
        ..pb::ChangeScheduleRequest::default()
    };
    change(app, request).await
}

async fn change(app: &App, request: pb::ChangeScheduleRequest) -> Result<u8, CliError> {
    let client = app.client()?;
    let answer = app.mutate(change!(client, exercise.change_schedule, request)).await?;
    app.emit(
        || {
            let more = json!({ "schedule_id": answer.schedule_id, "action": request.action });
            documents::receipt(answer.receipt.as_ref(), more)
        },
        || {
            let key = match request.action.as_str() {
                "skip" => "drill.skipped",
                "postpone" => "drill.postponed",
                "restore" => "drill.restored",
                _ => "drill.unscheduled",
            };
            let values = [
                ("id", request.schedule_id.to_string()),
                ("instead", answer.schedule_id.to_string()),
            ];
            crate::i18n::fill(app.lang, key, &values) + "\n"
        },
    )?;
    Ok(exit::OK)
}
