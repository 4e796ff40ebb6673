//! `spot-check answer`: the person on duty says that they are there.

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
    #[arg(value_name = "C", value_parser = ids::spot_check)]
    check: u32,
    #[arg(long, value_name = "P", value_parser = ids::person)]
    person: u32,
    #[arg(long)]
    off_post: bool,
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::AnswerSpotCheckRequest {
        context: None,
        spot_check_id: args.check,
        person_id: args.person,
        on_post: !args.off_post,
        note: args.note.unwrap_or_default(),
    };
    let answer = app
        .mutate(change!(client, readiness.answer_spot_check, request))
        .await?;
    app.emit(
        || {
            let more = json!({ "spot_check_id": args.check, "result": answer.result });
            documents::receipt(answer.receipt.as_ref(), more)
        },
        || {
            let result = word(app.lang, "spot_check", &answer.result);
            tr!(
                app.lang,
                "done.spot_check_answered",
                check = format!("C{}", args.check),
                result = result
            ) + "\n"
        },
    )?;
    Ok(exit::OK)
}
