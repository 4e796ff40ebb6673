//! `drill remark`: a problem, a lesson or a suggestion, for the report.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::change;
use crate::error::{CliError, exit};
use crate::i18n::tr;
use crate::ids;
use crate::output::json as documents;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(value_name = "Y", value_parser = ids::exercise)]
    drill: u32,
    #[arg(value_name = "KIND", value_parser = ["problem", "lesson", "suggestion"])]
    kind: String,
    #[arg(value_name = "TEXT")]
    text: String,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::ControlExerciseRequest {
        context: None,
        exercise_id: args.drill,
        action: args.kind,
        text: args.text,
    };
    let answer = app.mutate(change!(client, exercise.control_exercise, request)).await?;
    app.emit(
        || {
            let more = json!({ "exercise_id": args.drill, "kind": request.action });
            documents::receipt(answer.receipt.as_ref(), more)
        },
        || tr!(app.lang, "drill.remarked", id = args.drill) + "\n",
    )?;
    Ok(exit::OK)
}
