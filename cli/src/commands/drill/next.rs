//! `drill next`: what is started next, of all schedules or of one.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::call;
use crate::error::{CliError, exit};
use crate::ids;
use crate::output::drill_schedule;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(value_name = "N", value_parser = ids::schedule)]
    schedule_id: Option<u32>,
    #[arg(long, value_name = "COUNT", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=500))]
    limit: u32,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let reader = app.actor();
    let (occurrences, hidden) = match args.schedule_id {
        Some(schedule_id) => {
            let request = pb::GetScheduleRequest {
                schedule_id,
                reader,
                coming: args.limit,
            };
            let answer = app.query(call!(client, exercise.get_schedule, request)).await?;
            let is_hidden = answer.schedule.is_some_and(|line| line.is_hidden);
            (answer.coming, u32::from(is_hidden))
        }
        None => {
            let limit = args.limit;
            let request = pb::ListOccurrencesRequest { reader, limit };
            let answer = app.query(call!(client, exercise.list_occurrences, request)).await?;
            (answer.occurrences, answer.hidden)
        }
    };
    app.emit(
        || {
            let all: Vec<_> = occurrences.iter().map(drill_schedule::occurrence_json).collect();
            json!({ "occurrences": all, "hidden": hidden })
        },
        || drill_schedule::coming(app.lang, &occurrences, hidden),
    )?;
    Ok(exit::OK)
}
