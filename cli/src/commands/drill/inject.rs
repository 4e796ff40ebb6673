//! `drill inject`: puts an inject in by hand.

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
    #[arg(value_name = "N")]
    number: u32,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::PutInjectRequest {
        context: None,
        exercise_id: args.drill,
        number: args.number,
    };
    let answer = app.mutate(change!(client, exercise.put_inject, request)).await?;
    app.emit(
        || {
            let more = json!({ "exercise_id": args.drill, "number": args.number });
            documents::receipt(answer.receipt.as_ref(), more)
        },
        || tr!(app.lang, "drill.injected", id = args.drill, number = args.number) + "\n",
    )?;
    Ok(exit::OK)
}
