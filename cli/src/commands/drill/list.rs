//! `drill list`: runs, the newest first.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::{call, pages};
use crate::error::{CliError, exit};
use crate::output::drill;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(long)]
    running: bool,
    #[command(flatten)]
    limit: pages::Limit,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let runs = pages::all(&args.limit, async |page| {
        let request = pb::ListExercisesRequest {
            only_running: args.running,
            page: Some(page),
        };
        let answer = app.query(call!(client, exercise.list_exercises, request)).await?;
        Ok((answer.exercises, answer.next_page_token))
    })
    .await?;
    app.emit(
        || json!({ "exercises": runs.iter().map(drill::line_json).collect::<Vec<_>>() }),
        || drill::lines(app.lang, &runs),
    )?;
    Ok(exit::OK)
}
