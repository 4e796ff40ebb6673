//! `order issue`: an order to teams, units, people, or whom the plan calls out.

use baiying_proto::v1 as pb;
use serde_json::json;

use super::draft::{AudienceArgs, DraftArgs, nobody};
use crate::app::App;
use crate::commands::change;
use crate::error::{CliError, exit};
use crate::ids;
use crate::output::{json as documents, order as show};

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(mut_arg("text", |arg| arg.required(true)), mut_arg("muster", |arg| arg.required(true)))]
pub(crate) struct Args {
    #[arg(long, value_name = "R", value_parser = ids::response)]
    response: u32,
    #[command(flatten)]
    audience: AudienceArgs,
    #[command(flatten)]
    draft: DraftArgs,
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let audience = args.audience.audience().ok_or_else(|| nobody(app.lang))?;
    let client = app.client()?;
    let request = pb::IssueOrderRequest {
        context: None,
        response_id: args.response,
        audience: Some(audience),
        draft: Some(args.draft.draft()),
    };
    let answer = app.mutate(change!(client, order.issue_order, request)).await?;
    let issued = answer.issued.unwrap_or_default();
    app.emit(
        || {
            documents::receipt(
                answer.receipt.as_ref(),
                json!({ "issued": documents::issued(Some(&issued)) }),
            )
        },
        || show::issued(app.lang, &issued),
    )?;
    Ok(exit::OK)
}
