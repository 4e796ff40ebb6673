//! `drill pause`, `resume`, `end` and `abort`.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::change;
use crate::error::{CliError, exit};
use crate::i18n::tr;
use crate::ids;
use crate::output::json as documents;

/// Which run.
#[derive(Debug, clap::Args)]
pub(crate) struct Run {
    #[arg(value_name = "Y", value_parser = ids::exercise)]
    drill: u32,
}

/// Which run, and why it is broken off.
#[derive(Debug, clap::Args)]
pub(crate) struct Abort {
    #[command(flatten)]
    run: Run,
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

/// Does it.
pub(super) async fn run(app: &App, args: &Run, action: &str, text: &str) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::ControlExerciseRequest {
        context: None,
        exercise_id: args.drill,
        action: action.to_owned(),
        text: text.to_owned(),
    };
    let answer = app.mutate(change!(client, exercise.control_exercise, request)).await?;
    app.emit(
        || {
            documents::receipt(
                answer.receipt.as_ref(),
                json!({ "exercise_id": args.drill, "action": action }),
            )
        },
        || {
            let key = match action {
                "pause" => "drill.paused",
                "resume" => "drill.resumed",
                "end" => "drill.ended",
                _ => "drill.aborted",
            };
            crate::i18n::fill(app.lang, key, &[("id", args.drill.to_string())]) + "\n"
        },
    )?;
    Ok(exit::OK)
}

/// Breaks it off.
pub(super) async fn abort(app: &App, args: Abort) -> Result<u8, CliError> {
    app.confirm(&tr!(app.lang, "drill.confirm_abort", id = args.run.drill))?;
    run(app, &args.run, "abort", &args.reason).await
}
