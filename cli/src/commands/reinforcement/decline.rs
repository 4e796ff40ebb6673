//! `reinforcement decline`: an agency sends nobody, and says why.

use baiying_proto::v1 as pb;
use serde_json::json;

use super::accept::Answer;
use crate::app::App;
use crate::commands::change;
use crate::error::{CliError, exit};
use crate::i18n::tr;
use crate::output::json as documents;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    answer: Answer,
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::AnswerRequisitionRequest {
        context: None,
        reinforcement_id: args.answer.reinforcement,
        agency_code: args.answer.agency,
        answered_by: args.answer.lead,
        answer: "decline".to_owned(),
        person_ids: Vec::new(),
        reason: args.reason,
    };
    let answer = app
        .mutate(change!(client, reinforcement.answer_requisition, request))
        .await?;
    app.emit(
        || {
            let more = json!({ "reinforcement_id": request.reinforcement_id });
            documents::receipt(answer.receipt.as_ref(), more)
        },
        || {
            tr!(
                app.lang,
                "reinforcement.declined",
                id = request.reinforcement_id,
                agency = crate::text::line(&request.agency_code)
            ) + "\n"
        },
    )?;
    Ok(exit::OK)
}
