//! `drill schedules`: schedules, or one of them with what comes and what became of its occurrences.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::{call, pages};
use crate::error::{CliError, exit};
use crate::ids;
use crate::output::drill_schedule;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(value_name = "N", value_parser = ids::schedule)]
    schedule_id: Option<u32>,
    #[arg(long, conflicts_with = "schedule_id")]
    all: bool,
    #[command(flatten)]
    limit: pages::Limit,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    if let Some(schedule_id) = args.schedule_id {
        let request = pb::GetScheduleRequest {
            schedule_id,
            reader: app.actor(),
            coming: 0,
        };
        let answer = app.query(call!(client, exercise.get_schedule, request)).await?;
        app.emit(
            || drill_schedule::json(&answer),
            || drill_schedule::text(app.lang, &answer),
        )?;
        return Ok(exit::OK);
    }
    let schedules = pages::all(&args.limit, async |page| {
        let request = pb::ListSchedulesRequest {
            reader: app.actor(),
            all: args.all,
            page: Some(page),
        };
        let answer = app.query(call!(client, exercise.list_schedules, request)).await?;
        Ok((answer.schedules, answer.next_page_token))
    })
    .await?;
    app.emit(
        || json!({ "schedules": schedules.iter().map(drill_schedule::line_json).collect::<Vec<_>>() }),
        || drill_schedule::lines(app.lang, &schedules),
    )?;
    Ok(exit::OK)
}
