//! `reinforcement accept`: an agency sends people: all, fewer, or others of its team.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::commands::change;
use crate::error::{CliError, exit};
use crate::ids;
use crate::output::{json as documents, order as show};

/// Who answers what; `decline` has the same.
#[derive(Debug, clap::Args)]
pub(crate) struct Answer {
    #[arg(value_name = "Z", value_parser = ids::reinforcement)]
    pub(super) reinforcement: u32,
    #[arg(long, value_name = "CODE")]
    pub(super) agency: String,
    #[arg(long, value_name = "P", value_parser = ids::person)]
    pub(super) lead: u32,
}

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    answer: Answer,
    #[arg(long, value_name = "P", value_parser = ids::person, num_args = 1.., value_delimiter = ',')]
    person: Vec<u32>,
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::AnswerRequisitionRequest {
        context: None,
        reinforcement_id: args.answer.reinforcement,
        agency_code: args.answer.agency,
        answered_by: args.answer.lead,
        answer: "accept".to_owned(),
        person_ids: args.person,
        reason: args.reason.unwrap_or_default(),
    };
    let answer = app
        .mutate(change!(client, reinforcement.answer_requisition, request))
        .await?;
    let issued = answer.issued.unwrap_or_default();
    app.emit(
        || {
            let more = json!({ "issued": documents::issued(Some(&issued)) });
            documents::receipt(answer.receipt.as_ref(), more)
        },
        || show::issued(app.lang, &issued),
    )?;
    Ok(exit::OK)
}
