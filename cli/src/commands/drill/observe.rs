//! `drill observe`: says what came of an inject.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::change;
use crate::error::{CliError, exit};
use crate::i18n::{tr, word};
use crate::ids;
use crate::output::json as documents;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(value_name = "Y", value_parser = ids::exercise)]
    drill: u32,
    #[arg(value_name = "N")]
    number: u32,
    #[arg(value_name = "VERDICT", value_parser = ["done", "partly", "not-done"])]
    verdict: String,
    #[arg(long, value_name = "TEXT", default_value = "")]
    note: String,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::ObserveInjectRequest {
        context: None,
        exercise_id: args.drill,
        number: args.number,
        verdict: args.verdict,
        note: args.note,
    };
    let answer = app.mutate(change!(client, exercise.observe_inject, request)).await?;
    app.emit(
        || {
            let more = json!({ "exercise_id": args.drill, "number": args.number, "verdict": request.verdict });
            documents::receipt(answer.receipt.as_ref(), more)
        },
        || {
            let verdict = word(app.lang, "verdict", &request.verdict);
            tr!(
                app.lang,
                "drill.observed",
                id = args.drill,
                number = args.number,
                verdict = verdict
            ) + "\n"
        },
    )?;
    Ok(exit::OK)
}
