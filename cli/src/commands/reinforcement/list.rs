//! `reinforcement list`: what was asked for, and how it stands.

use baiying_proto::v1 as pb;
use serde_json::json;

use crate::app::App;
use crate::client::Client;
use crate::commands::{call, pages};
use crate::error::{CliError, exit};
use crate::ids;
use crate::output::{json_duty, json_reinforcement, reinforcement};

/// Arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(long, value_name = "R", value_parser = ids::response)]
    response: Option<u32>,
    #[arg(long)]
    open: bool,
    #[command(flatten)]
    limit: pages::Limit,
}

/// The requests asked for.
pub(crate) async fn fetch(
    app: &App,
    client: &Client,
    which: &pb::ListReinforcementsRequest,
    limit: &pages::Limit,
) -> Result<Vec<pb::Reinforcement>, CliError> {
    pages::all(limit, async |page| {
        let request = pb::ListReinforcementsRequest {
            page: Some(page),
            ..which.clone()
        };
        let answer = app
            .query(call!(client, reinforcement.list_reinforcements, request))
            .await?;
        Ok((answer.reinforcements, answer.next_page_token))
    })
    .await
}

/// Runs it.
pub(super) async fn run(app: &App, args: Args) -> Result<u8, CliError> {
    let client = app.client()?;
    let which = pb::ListReinforcementsRequest {
        response_id: args.response.unwrap_or_default(),
        open: args.open,
        page: None,
    };
    let rows = fetch(app, &client, &which, &args.limit).await?;
    app.emit(
        || json!({ "reinforcements": json_duty::list(&rows, json_reinforcement::request) }),
        || reinforcement::list(app.lang, &rows),
    )?;
    Ok(exit::OK)
}
