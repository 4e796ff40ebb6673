//! `drill show`: where a run stands, its injects, and what came of it.

use baiying_proto::v1 as pb;

use crate::app::App;
use crate::commands::call;
use crate::error::{CliError, exit};
use crate::ids;
use crate::output::drill;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(value_name = "Y", value_parser = ids::exercise)]
    drill: u32,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::GetExerciseRequest {
        exercise_id: args.drill,
    };
    let answer = app.query(call!(client, exercise.get_exercise, request)).await?;
    app.emit(|| drill::json(&answer), || drill::text(app.lang, &answer))?;
    Ok(exit::OK)
}
