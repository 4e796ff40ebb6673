//! `reinforcement approve`: the organization department allocates, and the agencies are asked.

use baiying_proto::v1 as pb;
use serde_json::json;

use super::propose::Inputs;
use crate::app::App;
use crate::commands::change;
use crate::error::{CliError, exit};
use crate::i18n::tr;
use crate::output::duty::loud;
use crate::output::json as documents;
use crate::when;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    inputs: Inputs,
    #[arg(long, value_name = "CODE")]
    allocator: String,
    #[arg(long, value_name = "WHO")]
    approved_by: String,
    #[arg(long, value_name = "NAME")]
    proposal: Option<String>,
    #[arg(long, value_name = "DURATION", value_parser = when::duration_ms)]
    answer_within: Option<u64>,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let request = pb::ApproveReinforcementRequest {
        context: None,
        request: Some(args.inputs.request()),
        proposal: args.proposal.unwrap_or_default(),
        allocator_code: args.allocator,
        approved_by: args.approved_by,
        answer_within_ms: args.answer_within,
    };
    let answer = app
        .mutate(change!(client, reinforcement.approve_reinforcement, request))
        .await?;
    app.emit(
        || {
            let more = json!({
                "people": answer.people, "agencies": answer.agencies, "uncovered": answer.uncovered,
            });
            documents::receipt(answer.receipt.as_ref(), more)
        },
        || {
            let (people, agencies) = (answer.people, answer.agencies);
            let mut text = tr!(
                app.lang,
                "reinforcement.allocated",
                people = people,
                agencies = agencies
            ) + "\n";
            if answer.uncovered > 0 {
                let line = tr!(app.lang, "reinforcement.uncovered", people = answer.uncovered);
                text.push_str(&format!("{}\n", loud(app.lang, &line)));
            }
            text
        },
    )?;
    Ok(exit::OK)
}
